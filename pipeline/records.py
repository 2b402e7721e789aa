"""What the stages hand to one another: frozen records, each with a JSON form.

Stages import these, never one another. Boxes are fractions (0..1) of the page, origin top left;
pages are 0-based indexes of the file (slide index in a deck, 0 where a format has no pages).
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Literal, TypeVar

from pydantic import TypeAdapter
from pydantic_core import PydanticSerializationError

Box = tuple[float, float, float, float]
BlockKind = Literal[
    "heading",
    "paragraph",
    "list_item",
    "table_row",
    "abstract",
    "notes",
    "footnote",
    "caption",
    "contents",
    "reference",
    "colophon",
    "glossary",
    "chrome",
]
EVIDENCE_KINDS = frozenset({"paragraph", "list_item", "table_row", "abstract", "notes"})
PassageKind = Literal["body", "table", "abstract", "notes"]
R = TypeVar("R")


@dataclass(frozen=True)
class Line:
    """Characters `start:end` of a block's text stand on one line of page `page`, inside `box`.

    `edges` are the left and right end of each of its words in turn, as fractions of the page's
    width; empty where they are not known (other formats, pages set sideways).
    """

    start: int
    end: int
    page: int
    box: Box | None = None
    edges: tuple[float, ...] = ()


@dataclass(frozen=True)
class Block:
    """One heading, paragraph, row, note, ... in reading order, under its section path."""

    kind: BlockKind
    text: str
    section: tuple[str, ...] = ()
    level: int | None = None
    lines: tuple[Line, ...] = ()


@dataclass(frozen=True)
class Page:
    """A page's cleaned reading order: no running headers, no page numbers.

    `ocr_confidence` is Tesseract's mean word confidence, 0..1.
    """

    index: int
    label: str | None
    text: str
    ocr: bool = False
    ocr_confidence: float | None = None


@dataclass(frozen=True)
class Field:
    """One bibliographic value with where it was read and how sure that reading is (0..1)."""

    value: Any
    origin: str
    confidence: float


@dataclass(frozen=True)
class LinkFound:
    """An address a document points to, with the words and relation it was given."""

    url: str
    text: str = ""
    rel: str = ""


@dataclass(frozen=True)
class Extracted:
    """All that was read from one file.

    `status` is read, partial (some pages could not be read) or quarantined (nothing could);
    `reason` is the sentence a person sees for the latter two. `retry` where what failed was not
    the file (its bytes are not here, time ran out, a program is missing): the next run reads it
    again.
    """

    status: Literal["read", "partial", "quarantined"]
    reason: str | None
    media_type: str
    language: str | None
    metadata: dict[str, Field] = field(default_factory=dict)
    pages: tuple[Page, ...] = ()
    blocks: tuple[Block, ...] = ()
    extractor: str = ""
    links: tuple[LinkFound, ...] = ()
    retry: bool = False


@dataclass(frozen=True)
class PassageDraft:
    """A citable passage before it has a publication.

    `sentences` are character ranges of `text`; `boxes` are (page index, box) pairs;
    `ocr_confidence` is the mean of its scanned pages', 0..1.
    """

    text: str
    section: str
    language: str
    page: int = 0
    page_end: int = 0
    page_label: str | None = None
    page_label_end: str | None = None
    boxes: tuple[tuple[int, Box], ...] = ()
    kind: PassageKind = "body"
    ocr: bool = False
    sentences: tuple[tuple[int, int], ...] = ()
    ocr_confidence: float | None = None


@dataclass(frozen=True)
class CodingInput:
    """A passage as the machine coder sees it: never its labels."""

    text: str
    language: str
    title: str = ""
    section: str = ""


@dataclass(frozen=True)
class Coded:
    """A machine's suggestion; `start:end` is the sentence of the text that carries it."""

    factor: str
    direction: str
    confidence: float
    start: int
    end: int


@dataclass(frozen=True)
class CodedText:
    """All that the machine coder says of one passage."""

    codings: tuple[Coded, ...] = ()
    sectors: tuple[str, ...] = ()
    target_groups: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()


@dataclass(frozen=True)
class PublicationInput:
    """A publication as the machine coder sees it."""

    csl: dict[str, Any]
    abstract: str
    texts: tuple[str, ...]
    coded: tuple[CodedText, ...]
    source_country: str | None = None


@dataclass(frozen=True)
class CodedPublication:
    """All that the machine coder says of a publication; None and () where nothing is said."""

    evidence_type: str | None = None
    method: str | None = None
    countries: tuple[str, ...] = ()


Load = Callable[[str], Extracted]  # what was read from the file with this SHA-256


def to_json(record: Any) -> dict[str, Any]:
    """Return the JSON-able form of a record (nested records included)."""
    return dataclasses.asdict(record)


def to_json_text(record: Any) -> bytes:
    """Return the record's JSON text, without the detour over dictionaries that long files pay for.

    What is no text (lone surrogates of a damaged file) becomes "?".
    """
    kind: Any = type(record)
    try:
        return _adapter(kind).dump_json(record)
    except PydanticSerializationError:
        text = json.dumps(to_json(record), ensure_ascii=False)
        return text.encode("utf-8", errors="replace")


@lru_cache(maxsize=32)
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def from_json(kind: type[R], data: Any) -> R:
    """Validate JSON data into a record.

    Raises pydantic.ValidationError where a field is missing or of another type.
    """
    hashable: Any = kind
    record: R = _adapter(hashable).validate_python(data)
    return record


def record_from_json_text(kind: type[R], text: bytes | str) -> R:
    """Validate JSON text into a record; raises as `from_json`."""
    hashable: Any = kind
    record: R = _adapter(hashable).validate_json(text)
    return record
