"""Which country a text speaks of: names of places, institutions, laws and programmes.

Owns `gazetteer.yaml` and finding its names, in the forms that texts show them, with a weight each.
Deciding from many mentions which countries the evidence is from is left to machine coding.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Literal, get_args

from corpora.errors import GazetteerError
from corpora.inflection import phrase_forms
from corpora.nordic import Language
from corpora.validated import FrozenModel, parse_yaml

PACKAGED_GAZETTEER = Path(__file__).with_name("gazetteer.yaml")

NameKind = Literal[
    "country",
    "adjective",
    "region",
    "municipality",
    "institution",
    "law",
    "programme",
    "service",
]

WEIGHTS: dict[NameKind, float] = {
    "country": 1.0,
    "law": 0.9,
    "programme": 0.9,
    "institution": 0.8,
    "region": 0.7,
    "municipality": 0.7,
    "adjective": 0.5,
    "service": 0.3,
}
"""How strongly one mention speaks for its country, 0 to 1: laws bind one country, adjectives also
name languages, and words for services are used of neighbours too."""

AMBIGUOUS_SHARE = 0.2
"""What is left of the weight of a name that is also an everyday word or a surname."""

FOREIGN_SHARE = 0.25
"""What is left for another country when the text's own language points to one that has the name."""

MAX_PREFIX_TAIL = 10
"""Letters that may follow a name written with `*`."""

HOME: dict[str, tuple[str, ...]] = {
    "nb": ("NO",),
    "nn": ("NO",),
    "se": ("NO",),
    "sv": ("SE",),
    "da": ("DK",),
    "fi": ("FI",),
    "is": ("IS",),
    "fo": ("FO",),
    "kl": ("GL",),
}
"""The country that a name shared by two belongs to first, by the language of the text."""

PLACE_CUES = frozenset(
    """kommune kommuna kommunes kommunen kommuner kommun kommuns kommunen kommuner stad stads by
    bydel fylke fylkeskommune län läns landskap kunta kunnan kunnassa kunnasta kaupunki kaupungin
    kaupungissa kaupungista alueella seutu seudulla sveitarfélag sveitarfélagið sveitarfélagsins
    municipality municipalities county city town kommunia region regionen""".split()
)
"""A word of these beside an ambiguous name makes it a place after all."""

_TOKEN = re.compile(r"[^\W_]+(?:['’:][^\W\d_]+)?")
_GAP = re.compile(r"[\s\u00a0–./-]{1,4}")


class CountryNames(FrozenModel):
    """The names of one country; `names` and `adjectives` by the language they are in."""

    names: dict[Language, tuple[str, ...]]
    adjectives: dict[Language, tuple[str, ...]]
    regions: tuple[str, ...] = ()
    municipalities: tuple[str, ...] = ()
    institutions: tuple[str, ...] = ()
    laws: tuple[str, ...] = ()
    programmes: tuple[str, ...] = ()
    services: tuple[str, ...] = ()

    def in_language(self, language: str) -> Iterator[tuple[NameKind, str]]:
        """Yield (kind, name) of all names that a text in `language` may hold."""
        yield from (("country", name) for name in _of_language(self.names, language))
        yield from (("adjective", name) for name in _of_language(self.adjectives, language))
        yield from (("region", name) for name in self.regions)
        yield from (("municipality", name) for name in self.municipalities)
        yield from (("institution", name) for name in self.institutions)
        yield from (("law", name) for name in self.laws)
        yield from (("programme", name) for name in self.programmes)
        yield from (("service", name) for name in self.services)


class GazetteerFile(FrozenModel):
    """What gazetteer.yaml holds: eight countries, the North as a whole, and the world outside."""

    NO: CountryNames
    SE: CountryNames
    DK: CountryNames
    FI: CountryNames
    IS: CountryNames
    FO: CountryNames
    GL: CountryNames
    AX: CountryNames
    NORDIC: CountryNames
    OTHER: CountryNames
    ambiguous: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Mention:
    """A name in a text: `text[start:end]`; `country` may also be NORDIC, or OTHER for the rest."""

    country: str
    name: str
    start: int
    end: int
    weight: float
    kind: NameKind


@dataclass(frozen=True, slots=True)
class _Entry:
    country: str
    name: str
    kind: NameKind
    ambiguous: bool


class _Index:
    """All forms of all names that a text in one language may show."""

    def __init__(self) -> None:
        self.exact: dict[tuple[str, ...], list[_Entry]] = {}
        self.folded: dict[tuple[str, ...], list[_Entry]] = {}
        self.prefixes: dict[str, list[_Entry]] = {}
        self.longest_from: dict[str, int] = {}

    def add(self, entry: _Entry, language: str) -> None:
        words = tuple(match.group() for match in _TOKEN.finditer(entry.name))
        if entry.name.endswith("*"):
            self.prefixes.setdefault(words[0].lower(), []).append(entry)
            return
        folds = entry.name[:1].islower()
        for form in phrase_forms(words, language):
            key = tuple(word.lower() for word in form) if folds else form
            entries = (self.folded if folds else self.exact).setdefault(key, [])
            if all(other.country != entry.country for other in entries):
                entries.append(entry)
            first = key[0].lower()
            self.longest_from[first] = max(self.longest_from.get(first, 0), len(key))

    def find(self, words: tuple[str, ...]) -> list[_Entry]:
        """Return the entries that exactly these words are a form of."""
        return self.exact.get(words) or self.folded.get(tuple(w.lower() for w in words)) or []

    def find_prefix(self, word: str) -> list[_Entry]:
        """Return the entries written with `*` that `word` begins with, the longest first."""
        folded = word.lower()
        for end in range(len(folded), max(3, len(folded) - MAX_PREFIX_TAIL - 1), -1):
            if folded[:end] in self.prefixes:
                return self.prefixes[folded[:end]]
        return []


class Gazetteer:
    """The names of gazetteer.yaml, ready to be found; one index a language, built when needed."""

    def __init__(self, data: GazetteerFile) -> None:
        self._data = data
        self._indexes: dict[str, _Index] = {}

    @cached_property
    def countries(self) -> dict[str, CountryNames]:
        """The names by country code, NORDIC and OTHER included."""
        fields = [name for name in GazetteerFile.model_fields if name != "ambiguous"]
        return {name: getattr(self._data, name) for name in fields}

    def mentions(self, text: str, language: str) -> tuple[Mention, ...]:
        """Return the names in `text`, in order, longest first where they overlap.

        A name that two countries share gives one mention for each, with a share of the weight.
        `language` (a code; English if not known) decides inflection and whose words are read.
        """
        index = self._index(language)
        tokens = list(_TOKEN.finditer(text))
        words = [token.group().replace("’", "'") for token in tokens]
        found: list[Mention] = []
        position = 0
        while position < len(tokens):
            length, entries = _longest_at(index, text, tokens, words, position)
            if entries:
                cued = _has_cue(text, tokens, words, position, length)
                span = (tokens[position].start(), tokens[position + length - 1].end())
                found += _weigh(entries, language, cued, span, text)
            position += length
        return tuple(found)

    def _index(self, language: str) -> _Index:
        language = language if language in get_args(Language) else "en"
        language = "nb" if language == "se" else language
        if language not in self._indexes:
            ambiguous = frozenset(self._data.ambiguous)
            index = _Index()
            for country, names in self.countries.items():
                for kind, name in names.in_language(language):
                    index.add(_Entry(country, name, kind, name in ambiguous), language)
            self._indexes[language] = index
        return self._indexes[language]


@lru_cache(maxsize=4)
def load_gazetteer(path: Path | None = None) -> Gazetteer:
    """Read the gazetteer at `path`, or the packaged one; raises GazetteerError."""
    return Gazetteer(parse_yaml(path or PACKAGED_GAZETTEER, GazetteerFile, GazetteerError))


def _of_language(names: dict[Language, tuple[str, ...]], language: str) -> tuple[str, ...]:
    return next((found for code, found in names.items() if code == language), ())


def _longest_at(
    index: _Index, text: str, tokens: list[re.Match[str]], words: list[str], position: int
) -> tuple[int, list[_Entry]]:
    """Return (number of words, entries) of the longest name beginning at `position`."""
    reach = index.longest_from.get(words[position].lower(), 0)
    last = position + 1
    while last < min(position + reach, len(tokens)) and _GAP.fullmatch(
        text, tokens[last - 1].end(), tokens[last].start()
    ):
        last += 1
    for end in range(last, position, -1) if reach else ():
        entries = index.find(tuple(words[position:end]))
        if entries:
            return end - position, entries
    return 1, index.find_prefix(words[position])


def _has_cue(
    text: str, tokens: list[re.Match[str]], words: list[str], position: int, length: int
) -> bool:
    """Return whether a word of PLACE_CUES stands beside the name, only space between."""
    pairs = ((position - 1, position - 1), (position + length, position + length - 1))
    return any(
        0 <= cue < len(words)
        and words[cue].lower() in PLACE_CUES
        and text[tokens[left].end() : tokens[left + 1].start()].isspace()
        for cue, left in pairs
    )


def _weigh(
    entries: list[_Entry], language: str, cued: bool, span: tuple[int, int], text: str
) -> Iterator[Mention]:
    """Yield one mention a country, the weight cut for doubtful and shared names."""
    home = HOME.get(language, ())
    has_home = any(entry.country in home for entry in entries)
    for entry in entries:
        weight = WEIGHTS[entry.kind]
        if entry.ambiguous and not cued:
            weight *= AMBIGUOUS_SHARE
        if len(entries) > 1 and entry.country not in home:
            weight *= FOREIGN_SHARE if has_home else 1 / len(entries)
        yield Mention(entry.country, entry.name, *span, round(weight, 4), entry.kind)
