"""What goes into the index and what a search gives back: frozen records.

Owns their fields only; how rows lie on disk is `kb.search.table`'s.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Literal, Protocol

# Page index and the part of the page, as fractions 0..1 from its top left.
PageBox = tuple[int, tuple[float, float, float, float]]
Range = tuple[int, int]


@dataclass(frozen=True)
class MachineCoding:
    """The machine coder's suggestion; `start:end` are the characters of the text it rests on."""

    factor: str
    direction: str
    confidence: float
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True)
class PersonCoding:
    """A person's word on a passage: a suggestion accepted or rejected, or a coding of their own."""

    factor: str
    direction: str
    status: Literal["accepted", "rejected", "added"]
    coder: str


class CodingOverlay(Protocol):
    """People's codings, read from the record when a search runs."""

    def for_passages(self, ids: Iterable[str]) -> Mapping[str, tuple[PersonCoding, ...]]:
        """Return the codings of these passages; one without any may be absent."""
        ...

    def coded(self) -> Mapping[str, tuple[PersonCoding, ...]]:
        """Return every passage that a person has coded, with the codings."""
        ...


@dataclass(frozen=True)
class IndexRow:
    """One passage as it is indexed. Pages are 0-based indexes, labels what the page prints."""

    passage_id: str
    publication_id: str
    text: str
    title: str
    section: str
    language: str
    year: int | None = None
    publisher: str | None = None
    countries: tuple[str, ...] = ()
    evidence_type: str | None = None
    sectors: tuple[str, ...] = ()
    target_groups: tuple[str, ...] = ()
    page: int = 0
    page_end: int = 0
    page_label: str | None = None
    page_label_end: str | None = None
    boxes: tuple[PageBox, ...] = ()
    codings: tuple[MachineCoding, ...] = ()
    sentences: tuple[Range, ...] = ()
    authors: tuple[str, ...] = ()


@dataclass(frozen=True)
class Filters:
    """What hits must satisfy: any of the values within a field, all fields together.

    Factor and direction must meet in one coding. `verified` asks for a coding that a person
    accepted or added (of that factor and direction, where they are given).
    """

    factors: tuple[str, ...] = ()
    directions: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    year_from: int | None = None
    year_to: int | None = None
    evidence_types: tuple[str, ...] = ()
    sectors: tuple[str, ...] = ()
    target_groups: tuple[str, ...] = ()
    publishers: tuple[str, ...] = ()
    publications: tuple[str, ...] = ()
    verified: bool = False
    without: tuple[str, ...] = ()  # publications that were removed since the index was built

    def is_empty(self) -> bool:
        """Say whether everything is allowed."""
        return self == Filters()


@dataclass(frozen=True)
class ShownCoding:
    """A coding as a hit shows it: a person's (with `coder`) or the machine's suggestion."""

    factor: str
    direction: str
    confidence: float | None
    status: Literal["suggested", "accepted", "rejected"]
    coder: str | None = None
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True)
class Hit:
    """One passage found, and why.

    `score` orders hits of one search. `closeness` is the cosine of meaning, -1..1, `words` the
    full-text part, 0..1. `highlights` are character ranges of the words met, `met` those words,
    `phrase` whether a quoted phrase is among them, `meaning` the sentence that means the query
    most. `shown` are its codings with people's above the machine's, `others` the publication's
    further hits where hits are grouped, `twins` other passages of nearly the same text.
    """

    row: IndexRow
    score: float
    closeness: float
    words: float
    highlights: tuple[Range, ...] = ()
    shown: tuple[ShownCoding, ...] = ()
    others: tuple[Hit, ...] = ()
    met: tuple[str, ...] = ()
    phrase: bool = False
    meaning: Range | None = None
    twins: tuple[IndexRow, ...] = ()


def passage_context(title: str, section: str, text: str) -> str:
    """Return the text that is embedded for a passage: where it stands, then what it says."""
    return ". ".join(part.strip().rstrip(".") for part in (title, section) if part.strip()) + (
        f". {text}" if title.strip() or section.strip() else text
    )


def row_context(row: IndexRow) -> str:
    """Return the text that is embedded for a row."""
    return passage_context(row.title, row.section, row.text)


ROW_FIELDS = tuple(field.name for field in fields(IndexRow))
