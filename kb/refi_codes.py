"""Which codes of another program's file are codes of this codebook, and which are new.

Owns matching by GUID, then by name in any label language, and making new codes of the others. Of a
code below a factor that is called like a direction, the coding is that factor's in that direction.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from corpora.categories import Category
from corpora.codebook import Codebook
from corpora.nordic import LabelLanguage
from kb.active_codebook import ActiveCodebook
from kb.code_ids import make_id
from kb.exchange_ids import guid
from kb.exports.refi_codes import direction_guid
from kb.refi_document import FileCode

NO_DIRECTION = "neutral"  # of a coding whose program knows no directions


@dataclass(frozen=True)
class Meaning:
    """What a code of a file is here: a factor, with its direction where the code says one."""

    factor: str
    direction: str | None = None
    rejected: bool = False


@dataclass(frozen=True)
class NewCode:
    """A code that this codebook lacks, as it would be added."""

    category: Category
    guid: str


@dataclass(frozen=True)
class Matched:
    """Codes of a file by GUID with what they are, and those that would be new, in order."""

    meanings: Mapping[str, Meaning]
    new: tuple[NewCode, ...]

    def used(self, codes: Collection[str]) -> tuple[NewCode, ...]:
        """The new ones among those that these codes of the file need."""
        factors = {self.meanings[code].factor for code in codes if code in self.meanings}
        return tuple(one for one in self.new if one.category.id in factors)


def match_codes(
    book: ActiveCodebook, codes: Sequence[FileCode], language: LabelLanguage = "en"
) -> Matched:
    """Say what each code of a file is; `language` is that of the names of new ones."""
    known = _known_guids(book)
    names, ways = _names(book, "factors"), _names(book, "directions")
    taken = {*book.ids("factors"), *book.former("factors")}
    meanings: dict[str, Meaning] = {}
    new: list[NewCode] = []
    for code in codes:
        meaning = known.get(code.guid)
        above = meanings.get(code.parent)
        if meaning is None and above is not None and folded(code.name) in ways:
            meaning = Meaning(above.factor, ways[folded(code.name)], above.rejected)
        if meaning is None and folded(code.name) in names:
            meaning = Meaning(names[folded(code.name)])
        if meaning is None and code.codable and code.guid != guid("rejected"):
            category = _category(code, language, taken)
            taken.add(category.id)
            new.append(NewCode(category, code.guid))
            names[folded(code.name)] = category.id
            meaning = Meaning(category.id)
        if meaning is not None:
            meanings[code.guid] = meaning
    return Matched(meanings, tuple(new))


def codebook_of(
    present: Codebook, codes: Sequence[FileCode], name: str, language: LabelLanguage = "en"
) -> tuple[Codebook, dict[str, str]]:
    """Return a codebook with a file's codes as its factors, and their GUIDs by factor.

    All but the factors is the present codebook's. A code that is known here by its GUID or name
    keeps its id and its labels in other languages.
    """
    assert isinstance(present, ActiveCodebook)
    matched = match_codes(present, codes, language)
    fresh = {one.category.id: one for one in matched.new}
    whole = (one for one in matched.meanings.values() if one.direction is None)
    order = dict.fromkeys(meaning.factor for meaning in whole if not meaning.rejected)
    factors = []
    for factor in order:
        if factor in fresh:
            factors.append(fresh[factor].category)
        elif factor in present.ids("factors"):
            factors.append(present.require("factors", factor))
    areas = [
        area
        for area in present.areas
        if not area.rule.factors or set(area.rule.factors) <= set(order)
    ]
    title = {**present.title, language: name}
    parts = {field: getattr(present, field) for field in Codebook.model_fields}
    book = Codebook.model_validate(
        {**parts, "factors": tuple(factors), "areas": tuple(areas), "title": title}
    )
    return book, {factor: one.guid for factor, one in fresh.items()}


def folded(text: str) -> str:
    """A code's name as compared."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def _category(code: FileCode, language: LabelLanguage, taken: Collection[str]) -> Category:
    definitions = {language: code.meaning} if code.meaning else {}
    return Category(
        id=make_id(code.name, taken), labels={language: code.name}, definitions=definitions
    )


def _known_guids(book: ActiveCodebook) -> dict[str, Meaning]:
    """Every GUID that a code of ours, of now or before, has or had in a file."""
    found = {}
    directions = book.ids("directions")
    for factor in (*book.former("factors"), *book.ids("factors")):
        own, now = book.guid("factors", factor), book.now("factors", factor)
        found[own] = Meaning(now)
        found[guid("rejected", own)] = Meaning(now, None, rejected=True)
        for direction in directions:
            found[direction_guid(own, direction)] = Meaning(now, direction)
            turned_down = direction_guid(own, direction, rejected=True)
            found[turned_down] = Meaning(now, direction, rejected=True)
    return found


def _names(book: ActiveCodebook, kind: str) -> dict[str, str]:
    """Codes by everything they are called; the first of two of one name."""
    entries: Iterable[Category] = getattr(book, kind)
    found: dict[str, str] = {}
    for entry in entries:
        for name in (entry.id, *entry.labels.values()):
            found.setdefault(folded(name), entry.id)
    return found
