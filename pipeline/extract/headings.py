"""What a heading announces: a reference list, a contents page, a colophon, an abstract, ...

Owns the words for these in our languages, and the section path. Readers of every format use it.
"""

from __future__ import annotations

import re

from pipeline.records import BlockKind

_WORDS: dict[BlockKind, str] = {
    "reference": (
        "referanser|referanseliste|litteratur|litteraturliste|litteraturreferanser|kilder"
        "|kildeliste|kilder og litteratur|referencer|litteraturfortegnelse"
        "|bibliografi|kildehenvisninger|referenser|referenslista|referenslist|referensförteckning"
        "|litteraturförteckning|källor|källförteckning|käll- och litteraturförteckning|lähteet"
        "|lähdeluettelo|kirjallisuus|viitteet|heimildir|heimildaskrá|heimildalisti|keldur"
        "|keldulisti|bókmentir|gáldut|najoqqutat"
        "|references|reference list|cited literature|bibliography|works cited|literature cited"
    ),
    "contents": (
        "contents|table of contents|list of figures|list of tables|innhold|innholdsfortegnelse"
        "|innhald|innhaldsliste|figurliste|tabelliste|tabeller og figurer|figurer og tabeller"
        "|oversikt over tabeller|oversikt over figurer|indhold|indholdsfortegnelse|innehåll"
        "|innehållsförteckning|figurförteckning|tabellförteckning|sisällys|sisällysluettelo|sisältö"
        "|efnisyfirlit|innihald|innihaldsyvirlit|yvirlit|sisdoallu|imarisai|on this page"
        "|stikkordregister|stikkordsregister|stikordsregister|sakregister|emneregister"
        "|navneregister|hakemisto|asiahakemisto|atriðisorðaskrá|subject index"
        "|på denne siden|på denna sida|på den här sidan|på denne side|tällä sivulla|á þessari síðu"
    ),
    "colophon": (
        "colophon|imprint|impressum|kolofon|kolofonside|publication details|about this publication"
        "|publiceringsuppgifter|utgivare|julkaisutiedot|kuvailulehti|presentationsblad"
        "|description sheet|documentation page|útgáfuupplýsingar|publikationsoplysninger"
        "|om publikationen|om publikasjonen|bibliografiske opplysninger|utgivelsesinformasjon"
    ),
    "footnote": (
        "notes|footnotes|endnotes|noter|fotnoter|sluttnoter|slutnoter|sluttnotar|fotnotar"
        "|alaviitteet|loppuviitteet|neðanmálsgreinar|aftanmálsgreinar"
    ),
    "glossary": (
        "ordliste|ordlister|ordforklaring|ordforklaringer|ordforklaringar|begrepsliste"
        "|begrepsforklaring|begrepsforklaringer|forkortelser|forkortingar|liste over forkortelser"
        "|forkortelser og begreper|forkortelser og ordforklaringer|begrebsliste|begrebsforklaring"
        "|ordlista|ordlistor|ordförklaringar|begreppslista|begreppsförklaringar|förkortningar"
        "|förkortningar och begrepp|sanasto|lyhenteet|lyhenneluettelo|käsiteluettelo|orðalisti"
        "|orðskýringar|skammstafanir|hugtakalisti|styttingar|sátnelistu|glossary"
        "|glossary of terms|abbreviations|list of abbreviations|acronyms|list of acronyms"
        "|abbreviations and acronyms"
    ),
    "abstract": (
        "abstract|summary|executive summary|english summary|sammendrag|samandrag"
        "|sammendrag på norsk|kort sammendrag|resumé|resume|sammenfatning|dansk resumé"
        "|sammanfattning|svensk sammanfattning|referat|tiivistelmä|yhteenveto|ágrip|útdráttur"
        "|samantekt|úrtak|samandráttur|čoahkkáigeassu|imaqarniliaq|eqikkaaneq"
    ),
}
_PREFACE = frozenset(
    "preface|foreword|acknowledgements|acknowledgments|forord|føreord|takk|förord|tack|alkusanat"
    "|esipuhe|kiitokset|lukijalle|formáli|þakkir|inngangsorð|fororð|álgosánit|siulequt".split("|")
)
_LISTS = frozenset(
    "tabeller|figurer|tables|figures|taulukot|kuviot|töflur|myndir|talvur".split("|")
)
_NUMBER = re.compile(
    r"^(?:(?:kapittel|kapitel|kap\.?|chapter|luku|kafli|del|part|osa|vedlegg|bilag|bilaga|liite"
    r"|appendix|viðauki)\s+)?"
    r"(?:\d{1,2}(?:\.\d{1,2}){0,4}|[A-Z]|[IVX]{1,5})[.):]?\s+",
    re.IGNORECASE,
)
_KINDS: dict[str, BlockKind] = {
    " ".join(word.split()): kind for kind, words in _WORDS.items() for word in words.split("|")
}


def bare_heading(text: str) -> str:
    """Return a heading folded for comparison: lower case, no number, no end punctuation."""
    folded = " ".join(text.split())
    return _NUMBER.sub("", folded).strip(" .:–-").lower() or folded.lower()


def announced_kind(heading: str) -> BlockKind | None:
    """Return the kind of block that stands under a heading with a known meaning, else None."""
    return _KINDS.get(bare_heading(heading))


def is_list_of_contents(heading: str) -> bool:
    """Return whether a heading stands over a list of chapters, tables or figures with pages."""
    return announced_kind(heading) == "contents" or bare_heading(heading) in _LISTS


def is_preface(heading: str) -> bool:
    """Return whether a heading is a foreword's or the acknowledgements'."""
    return bare_heading(heading) in _PREFACE


def numbering_depth(text: str) -> int | None:
    """Return the depth of a heading's number ("2.1 Ledelse": 2; "Kapittel 3": 1), else None."""
    match = re.match(r"\s*(?:[^\W\d]{3,9}\s+)?(\d{1,2}(?:\.\d{1,2}){0,4})[.):]?(?:\s+\S|$)", text)
    return match.group(1).count(".") + 1 if match else None


class SectionPath:
    """The headings above the present place, outermost first.

    A heading of level n closes every open one of level n or deeper, and any contents list.
    `under` is the kind that the nearest announcing heading gives its blocks, None in ordinary
    text.
    """

    def __init__(self) -> None:
        self._open: list[tuple[int, str]] = []

    def enter(self, level: int, heading: str) -> None:
        """Open a section."""
        while self._open and (self._open[-1][0] >= level or is_list_of_contents(self._open[-1][1])):
            self._open.pop()
        self._open.append((level, " ".join(heading.split())))

    @property
    def path(self) -> tuple[str, ...]:
        """The section path, outermost heading first."""
        return tuple(heading for _, heading in self._open)

    @property
    def under(self) -> BlockKind | None:
        """The kind announced by the innermost heading that announces one."""
        for _, heading in reversed(self._open):
            kind = announced_kind(heading)
            if kind is not None:
                return kind
        return None
