"""Where sentences begin and end in Nordic and English prose.

Owns the abbreviations and ordinals that do not end a sentence. Ranges refer to the text as given;
nothing is altered.
"""

from __future__ import annotations

import re

Range = tuple[int, int]

_ABBREVIATIONS = frozenset(
    # Norwegian and Danish
    "adm ad alm am anm apr aug bd bl bla bl.a ca cand cf cirka co cm d d.e d.s d.v.s d.å dept des"
    " dir div dr dvs e.g e.kr e.l eg eks el el.l ekskl etc evt ev f f.eks feks f.o.m fork forts"
    " fr.o.m f.kr fvl gl gns gnsn henv hhv hr i.e ibid if iflg ift inkl ing inst int jan jf jfr"
    " jr jur kap kgl kl kr l lic m m.a m.a.o m.fl m.h.t m.h.p m.m m.v mag mfl mht mill min mio mm"
    " mrd mv n.n nb nn nov nr no nos o.a o.fl o.l o.m.a obs off okt ons op oppl osv ot.prp p.g.a"
    " pga par pct pkt prof prop prosj prp pst red ref resp rskr s s.k sen sept sml sos spm st"
    " st.meld aa th chr joh rt dåv gov"
    " stk str t t.d t.o.m tab temp tilsv tlf tom u u.d ung utg v vedr vgl vol vs vst årg ø.l"
    # Swedish
    " bl.a d.v.s e.d e.dyl fr fr.o.m forts ggr inkl jmf jfr k.d m.fl m.m näml o.d o.dyl o.s.v osv"
    " prop s.k sid st t.ex t.v t.o.m tr tel uppl ung utg å.d"
    # Finnish
    " aik ao alk em engl ent ep erik esim eur fil ha henk hlö huom ilm joht julk jne ks kts klo"
    " koul ko kpl kunn lis lk lääk läh maist mahd ml mm muk ns nro nyk os oik p prof puh pvm"
    " rva sd sk srk ss s.s suom synt tait tal tark tm toht toim tms ts tutk ups v vas vrt yht yks"
    " yl"
    " ym yms yo"
    # Icelandic and Faroese
    " a.m.k a.n.l bls d.m e.t.v f.h fl frh gr hdr kap lgr m.a m.t.t mgr nk nr o.fl o.s.frv ofl"
    " osfrv"
    " ritstj sbr skv sk skst t.a.m t.d t.d.s u.þ.b útg v.s þ.a þ.á.m þ.e þ.e.a.s þ.m.t þús"
    # English
    " al approx art ch chap dept ed eds eq e.g esp et.al est fig figs i.e inc incl jr ltd mr mrs ms"
    " no nos p para pp prof ref refs rev sec sect sr st vol vs viz".split()
)
# An abbreviation that often also ends a sentence: a following capital letter begins a new one.
_MAY_END = frozenset(
    "mm m.m mv m.v osv o.s.v etc jne ym yms m.fl mfl o.l el.l e.l o.fl tms m.h.p o.s.frv osfrv ofl"
    " kl p.g.a al s.s o.dyl d.å o.ø".split()
)
# Words that open a sentence and are no family name: before them "B." ends one ("plan B. Ingen").
_OPENERS = frozenset(
    "alle alt andre begge da de den denne der dere deres det dette disse du eg ein en er et etter"
    " flere for fra han har her hun hva hvem hver i ikke ingen inntil jeg men mange noen nå når og"
    " om på som så til under ved vi å ho ikkje kven korleis me mykje nokre alla att av den det"
    " dessa detta en ett från för han hon här i ingen inte jag med men när och om på så till under"
    " vad vem vi är af at blev både ej fra hvor ikke kun mens nogle også af ud ja joka kun me"
    " mutta mitä ne niin on se siinä silloin sitä tämä vaikka að ekki en er ef enginn hann hún"
    " hver hvað það þar þau þegar þeir þessi við a all and as at but by few he if in it many most"
    " no nobody of on she some that the their there these they this to we what when who"
    " with".split()
)
_DEGREE = re.compile(r"(?:cand|mag|dr|lic|fil|med|jur|ekon|stud)\.\w+$", re.IGNORECASE)
_OPENING, _CLOSING = '«„“”»"', {"«": "»", "„": "“”", "“": "”", "”": "”", "»": "«", '"': '"'}
_SHORT_QUOTE = 200  # characters; a shorter quotation stays whole with the words around it
_MONTHS = (
    "jan|feb|mar|apr|mai|maj|may|jun|jul|aug|sep|okt|oct|nov|des|dec|tammi|helmi|maalis|huhti|"
    "touko|kesä|heinä|elo|syys|loka|marras|joulu|maí|jún|júl|ágú|nóv"
)
_END = re.compile(r"[.!?…]+[\"'«»“”’)\]]*(?=\s)|[\"'«»“”’)\]]*(?=\n)")
_NEXT = re.compile(r"\s+([\"'«»„“”‘’(\[–—•·\-]*\s*)(\S)")
_LAST_TOKEN = re.compile(r"[^\s(\[«»„“”\"'/–—]+$")
_FIRST_WORD = re.compile(r"[^\W\d_]+")
_MONTH = re.compile(rf"\s*(?:{_MONTHS})\w*", re.IGNORECASE)


def _is_ordinal_or_numbering(text: str, token: str, at: int, after: int, start: int) -> bool:
    """Return whether "3." is an ordinal or list number, not the end of a sentence."""
    if not re.fullmatch(r"(?:\d{1,3}|[ivxIVX]{1,4})(?:\.\d+)*\.?", token):
        return False
    if at - len(token) <= start:  # "1. Hvilke faktorer ...": the number opens the sentence
        return True
    return bool(_MONTH.match(text, after))


def _ends_here(text: str, match: re.Match[str], start: int) -> bool:
    mark = match.group()
    following = _NEXT.match(text, match.end())
    if following is None:
        return False
    if "\n" in text[match.end() : following.start(2)]:
        return True
    if not mark:
        return False
    first = following.group(2)
    if not (first.isupper() or first.isdigit() or following.group(1).strip()):
        return False
    if mark[0] != "." or mark.startswith(".."):
        return not first.islower()
    token_match = _LAST_TOKEN.search(text, start, match.start())
    token = token_match.group() if token_match else ""
    if _is_ordinal_or_numbering(text, token, match.start(), match.end(), start):
        return False
    folded = token.lower()
    if len(token) == 1 and token.isalpha():
        if token.islower():
            return not first.isdigit() and folded not in _ABBREVIATIONS  # "n. 20", "trinn b. Da"
        word = _FIRST_WORD.match(text, following.start(2))
        opens = word is not None and word.group().lower() in _OPENERS
        opens = opens and not text.startswith(".", word.end() if word else 0)
        return opens and match.start() - len(token) > start  # else an initial: "A. Berg"
    if _DEGREE.fullmatch(token):
        return False
    if folded in _MAY_END and first.isupper():
        return not first.isdigit()
    if folded in _ABBREVIATIONS or folded.replace(".", "") in _ABBREVIATIONS:
        return False
    return not first.islower()


def split_sentences(text: str) -> tuple[Range, ...]:
    """Return the character ranges of the sentences of `text`, in order.

    Together they hold every character that is not white space between sentences. A line break
    always ends a sentence (blocks are joined with line breaks).
    """
    found: list[Range] = []
    start = 0
    quoted = _short_quotes(text)
    for match in _END.finditer(text):
        if match.end() <= start or not _ends_here(text, match, start):
            continue
        if any(begin < match.start() and match.end() < end for begin, end in quoted):
            continue
        _append(text, start, match.end(), found)
        start = match.end()
    _append(text, start, len(text), found)
    return tuple(found)


def _short_quotes(text: str) -> list[Range]:
    """Return the ranges of quotations on one line that are short enough to stay whole."""
    found: list[Range] = []
    at = 0
    while at < len(text):
        if text[at] not in _OPENING or (at and not text[at - 1].isspace() and text[at - 1] != "("):
            at += 1
            continue
        closing = _CLOSING[text[at]]
        within = text[at + 1 : at + 1 + _SHORT_QUOTE]
        ends = [within.find(mark) for mark in closing if mark in within]
        end = min(ends, default=-1)
        if end > 0 and "\n" not in within[:end]:
            found.append((at, at + 2 + end))
            at += end + 2
        else:
            at += 1
    return found


def _append(text: str, start: int, end: int, found: list[Range]) -> None:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if end > start:
        found.append((start, end))
