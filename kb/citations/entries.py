"""What is cited: a publication's CSL-JSON record, perhaps a passage of it, perhaps a note.

Owns how a quotation and its place are worded, and the gathering of several passages of one
publication under one record. File formats are in the modules beside this one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from kb.bibliography import clean_text


@dataclass(frozen=True)
class CitedPassage:
    """A quotation; `page_label` is the printed page, None where the text has no pages.

    `section` is the path of headings, used as the place where there are no pages.
    """

    quote: str
    page_label: str | None = None
    page_label_end: str | None = None
    section: str | None = None
    permalink: str | None = None

    @property
    def locator(self) -> tuple[str, str] | None:
        """Return (CSL label, value): ("page", "12-13"), ("section", "Findings") or None."""
        first, last = clean_text(self.page_label), clean_text(self.page_label_end)
        if first:
            return "page", first if last in (None, first) else f"{first}-{last}"
        section = clean_text(self.section)
        return ("section", section) if section else None

    def as_note(self) -> str:
        """Return the quotation with its place: `“…” (p. 12)`."""
        text = f"“{clean_text(self.quote) or ''}”"
        place = self.locator
        if place is None:
            return text
        label, value = place
        if label == "section":
            return f"{text} ({value})"
        first, last = clean_text(self.page_label), clean_text(self.page_label_end)
        return f"{text} (p. {first})" if last in (None, first) else f"{text} (pp. {first}–{last})"


@dataclass(frozen=True)
class CitedEntry:
    """One line of a citation set: a record, the passage cited from it, the person's note."""

    csl: Mapping[str, Any]
    passage: CitedPassage | None = None
    note: str | None = None

    def as_note(self) -> str | None:
        """Return quotation and note as one line, or None where there is neither."""
        note = clean_text(self.note)
        if self.passage is None:
            return note
        return f"{self.passage.as_note()} – {note}" if note else self.passage.as_note()


@dataclass(frozen=True)
class CitedPublication:
    """A record with every passage and note cited from it, in the order of the set."""

    csl: dict[str, Any]
    entries: tuple[CitedEntry, ...] = field(default=())

    @property
    def notes(self) -> tuple[str, ...]:
        """Return the quotations and notes, each as one line, without repeats."""
        return tuple(dict.fromkeys(note for note in (e.as_note() for e in self.entries) if note))

    @property
    def passages(self) -> tuple[CitedPassage, ...]:
        """Return the passages cited, without repeats."""
        return tuple(dict.fromkeys(e.passage for e in self.entries if e.passage is not None))


def gather(entries: Iterable[CitedEntry]) -> list[CitedPublication]:
    """Return one record for each publication id, in order of first mention.

    Records without an id are each taken for a publication of their own.
    """
    groups: dict[Any, list[CitedEntry]] = {}
    for place, entry in enumerate(entries):
        groups.setdefault(entry.csl.get("id") or ("no id", place), []).append(entry)
    return [CitedPublication(dict(group[0].csl), tuple(group)) for group in groups.values()]
