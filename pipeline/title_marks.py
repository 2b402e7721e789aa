"""Titles as they are compared: their words, and the marks that tell near misses apart.

Owns folding a title to words and reading part, edition, stage, year and number out of it, in the
Nordic languages and English. What follows for two publications is `pipeline.likeness`' business.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache
from typing import Literal

from corpora.folding import fold
from corpora.gazetteer import load_gazetteer

Likeness = Literal["same", "near", "within", "other"]

SUBTITLE = re.compile(r"\s*[:|]\s+|\s+[–—-]\s+|(?<=[^\W\d][?!.])\s+|(?<=\w[?!])\s+")
ALIKE = 0.78  # of two words' letters: one letter in five misread, never another word of that length
WHOLE_ALIKE = 0.9  # of two titles' letters
TOLD_WORDS = 5  # words from which the beginning of a title is not many titles' beginning
_ROMAN = {
    "i": 1,
    "ii": 2,
    "iii": 3,
    "iv": 4,
    "v": 5,
    "vi": 6,
    "vii": 7,
    "viii": 8,
    "ix": 9,
    "x": 10,
}
_SPELT = {
    word: number
    for number, words in enumerate(
        (
            "en ett et ein eitt yksi one forste forsta fyrste fyrsti ensimmainen first",
            "to tva tvo kaksi tveir two andre anden annen andra toinen annar onnur second",
            "tre kolme thrir three tredje tridje kolmas thridji thridja third",
            "fire fyra nelja fjorir four fjerde fjarde neljas fjordi fourth",
        ),
        start=1,
    )
    for word in words.split()
}
_PART = re.compile(
    r"\b(?:del|deel|bind|band|hefte|hafte|haft|osa|hluti|bindi|part|volume|vol|delrapport|"
    r"delstudie|delstudy|delprosjekt|delprojekt|arbeidspakke|work package|wp)"
    r"(?: nr| no| nro)? (\w+)\b"
)
_PART_BEFORE = re.compile(
    r"\b(\d|forste|forsta|fyrste|fyrsti|ensimmainen|first|andre|anden|annen|andra|toinen|annar|"
    r"onnur|second|tredje|tridje|kolmas|thridji|thridja|third) "
    r"(?:delrapport|delredovisning|delbetankande|osa|hluti|bind|del|part|interim report)\b"
)
_STAGES = {
    "interim": re.compile(
        r"\b(?:delrapport|delredovisning|delbetankande|delbetenkning|deludredning|delevaluering|"
        r"delutvardering|delnotat|underveis(?:rapport|evaluering|notat)|status(?:rapport|notat)|"
        r"midt(?:veis|vejs|vegs)(?:rapport|evaluering|notat)|halvtids(?:rapport|utvardering)|"
        r"mellomrapport|mellanrapport|lagesrapport|vali(?:raportti|arviointi)|osaraportti|"
        r"afanga(?:skyrsla|skil)|hlutaskyrsla|interim|mid ?term|preliminary|forelopi[gk]\w*|"
        r"forelobig\w*|preliminar\w*|baselinerapport|baseline|nullpunkt\w*|forstudie|forstudy|"
        r"forprosjekt|forprojekt|esiselvitys|progress report)\w{0,2}\b"
    ),
    "errata": re.compile(
        r"\b(?:rettelse\w*|rettingsblad\w*|retting|errata\w*|erratum|corrigend\w+|korrigend\w+|"
        r"korrigering\w*|rattelse\w*|oikaisu\w*|leidretting\w*|correction)\b"
    ),
    "appendix": re.compile(
        r"\b(?:\w*vedlegg\w*|\w*bilag\w{0,4}|liitt?e(?:et|raportti)?|vidauk\w+|appendix|appendices|"
        r"annex\w*|tabell(?:samling|verk|rapport)\w*|metode(?:notat|rapport)|metodrapport|"
        r"teknisk rapport|technical report)\b"
    ),
}
_SUMMARY = re.compile(
    r"\b(?:(?:engelsk|norsk|dansk|svensk|samisk|english|swedish|norwegian|danish|finnish|extended|"
    r"engelska|kort) )?(?:sammendrag|samandrag|sammenfatning|sammanfattning|tiivistelma|utdrattur|"
    r"samantekt|summary|kortversjon|kortversion|kortutgave|lattlast|letlast|lettlest|selkokielinen)"
    r"(?: (?:av|af|of|for|in english|pa engelsk|pa engelska|rapport(?:en)?|report))*\b"
)
_EDITION_WORD = (
    r"(?:utgave|utgava|utgavan|utg|upplaga|upplagan|uppl|udgave|udg|painos|utgafa|opplag|edition|ed|"
    r"versjon|version|versio|utgaven|udgaven)"
)
_REVISED = (
    r"(?:rev|revidert|reviderte|revideret|reviderede|reviderad|reviderade|omarbeidet|omarbetad|"
    r"omarbeidd|omarbejdet|oppdatert|oppdaterte|uppdaterad|opdateret|opdaterede|uudistettu|"
    r"paivitetty|korjattu|endurskodud|revised|updated|ny|nya|uusi|new|forbedret|utvidet)"
)
_EDITIONS = re.compile(
    rf"\b(?:(?P<n>\d{{1,2}}|{'|'.join(_SPELT)})(?: ?(?:nd|rd|th|st|a|e))? )?"
    rf"(?:(?P<r>{_REVISED}) (?:og |och |ja |and )?)*{_EDITION_WORD}(?: (?P<m>\d{{1,2}})(?: 0)?)?\b"
    rf"|\b(?P<only>revidert|revideret|reviderad|uudistettu|revised|omarbetad|oppdatert|uppdaterad)"
    rf"(?: (?P<year>(?:19|20)\d\d))?$"
)
_ALONE_I = re.compile(r"\bI\b")
_YEAR = re.compile(r"(?:19|20)\d\d")
_CUT = re.compile(r"\s*(?:…|\.\.\.)\s*$")
_BLUR = str.maketrans({"1": "l", "i": "l", "j": "l", "0": "o", "c": "e"})
_FILE_NAME = re.compile(r"(?i)^microsoft (?:word|powerpoint) - |\.(?:docx?|pdf|indd|pptx?)$")


@dataclass(frozen=True)
class Title:
    """A title's folded words, `main` of them before its subtitle, and its marks.

    `edition` is its number, 0 where one is said without a number, None where none is. `cut` where
    it ends in an ellipsis, `summary` where it says that it is a summary.
    """

    words: tuple[str, ...]
    main: int
    parts: frozenset[int]
    years: frozenset[int]
    numbers: frozenset[int]
    stages: frozenset[str]
    edition: int | None
    summary: bool
    cut: bool

    @property
    def blurred(self) -> tuple[str, ...]:
        """Its words without the differences that misreading makes most often."""
        return tuple(map(blur, self.words))

    @property
    def letters(self) -> str:
        """All its letters and digits in a row."""
        return "".join(self.words)


@lru_cache(maxsize=50_000)
def read_title(text: str) -> Title:
    """Read a title; edition and summary words are marks and not among its words."""
    cut = bool(_CUT.search(text))
    text = _FILE_NAME.sub("", _CUT.sub("", text))
    parts = [fold(part) for part in SUBTITLE.split(text)]
    folded = " ".join(part for part in parts if part)
    edition, folded = _edition(folded)
    summary = _SUMMARY.search(folded)
    bare = " ".join((_SUMMARY.sub(" ", folded) if summary else folded).split()) or folded
    found = _part_numbers(bare, text)
    digits = [int(word) for word in bare.split() if word.isdecimal() and len(word) <= 9]
    years = frozenset(number for number in digits if _YEAR.fullmatch(str(number)))
    return Title(
        words=tuple(bare.split()),
        main=_main_words(parts, bare),
        parts=found,
        years=years,
        numbers=frozenset(digits) - years - found,
        stages=frozenset(name for name, pattern in _STAGES.items() if pattern.search(bare)),
        edition=edition,
        summary=bool(summary),
        cut=cut,
    )


@lru_cache(maxsize=50_000)
def compare_titles(one: Title, other: Title) -> Likeness:
    """Say whether two titles are the same, nearly, one within the other, or others.

    Near: some letters misread, no word another. Within: one ends where the other's subtitle
    begins, or was cut off. Marks are not weighed here.
    """
    if not one.words or not other.words:
        return "other"
    if one.letters == other.letters:
        return "same"
    if one.blurred == other.blurred:
        return "near"
    short, long = sorted((one, other), key=lambda title: (len(title.words), not title.cut))
    if _nearly(one.words, other.words):
        return "near"
    if len(short.words) == len(long.words) and not short.cut:
        return "other"
    ends_at_subtitle = len(short.words) == long.main
    if short.cut or ends_at_subtitle or len(short.words) >= TOLD_WORDS:
        # The last word of a title that was cut may be cut itself.
        known = short.words[:-1] if short.cut and len(short.words) > TOLD_WORDS else short.words
        start = long.words[: len(known)]
        if tuple(map(blur, start)) == tuple(map(blur, known)) or _nearly(start, known):
            return "within"
    return "other"


def blur(word: str) -> str:
    """A folded word as its misreadings are: rn and m, i, l and 1, o and 0, c and e are one.

    Numbers stay what they are.
    """
    return word if word.isdecimal() else word.replace("rn", "m").translate(_BLUR)


@lru_cache(maxsize=1)
def place_words() -> frozenset[str]:
    """The folded words of the names of municipalities and regions."""
    return frozenset(
        word
        for names in load_gazetteer().countries.values()
        for name in (*names.municipalities, *names.regions)
        for word in fold(str(name)).split()
        if len(word) > 2
    )


def is_place(word: str) -> bool:
    """Whether a folded word is a place's name, also in the genitive."""
    return word in place_words() or word.removesuffix("s") in place_words()


def _nearly(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether two titles differ in misread letters only: no word, number or place is another."""
    longest = max(len("".join(one)), len("".join(other)))
    if abs(len("".join(one)) - len("".join(other))) > (1 - WHOLE_ALIKE) * longest:
        return False
    plain, misread = tuple(map(blur, one)), tuple(map(blur, other))
    for tag, a, b, c, d in SequenceMatcher(None, plain, misread, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        mine, theirs = one[a:b], other[c:d]
        left, right = "".join(mine), "".join(theirs)
        if left == right:
            continue
        digits = any(char.isdigit() for char in left) and any(char.isdigit() for char in right)
        places = any(map(is_place, mine)) and any(map(is_place, theirs))
        if digits or places or min(len(left), len(right)) < 3 or _ratio(left, right) < ALIKE:
            return False
    return _ratio("".join(plain), "".join(misread)) >= WHOLE_ALIKE


def _ratio(one: str, other: str) -> float:
    return SequenceMatcher(None, one, other, autojunk=False).ratio()


def _edition(folded: str) -> tuple[int | None, str]:
    found = _EDITIONS.search(folded)
    if found is None or not (found["n"] or found["r"] or found["m"] or found["only"]):
        return None, folded
    said = found["n"] or found["m"] or ""
    number = int(said) if said.isdecimal() else _SPELT.get(said, 0)
    rest = f"{folded[: found.start()]} {folded[found.end() :]}"
    return number, " ".join(rest.split()) or folded


def _part_numbers(folded: str, text: str) -> frozenset[int]:
    """The numbers after (or before) words for a part; "del i" is a part only as "Del I"."""
    said = [found.group(1) for found in _PART.finditer(folded)]
    if not _ALONE_I.search(text):
        said = [word for word in said if word != "i"]
    said += [found.group(1) for found in _PART_BEFORE.finditer(folded)]
    numbers = (
        int(word) if word.isdecimal() and len(word) < 4 else _ROMAN.get(word) or _SPELT.get(word)
        for word in said
    )
    return frozenset(number for number in numbers if number is not None)


def _main_words(parts: list[str], bare: str) -> int:
    """How many words stand before the subtitle; all of them where there is none."""
    words = bare.split()
    first = next((part for part in parts if part), "").split()
    return len(first) if words[: len(first)] == first else len(words)
