"""The selections of a source: which words are marked, with what people coded and said of them.

Owns putting codings and remarks together by their words. A remark on a passage is a note on the
selection of the whole of it; that needs no coding.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from kb.exchange_ids import guid
from kb.exports.refi_codes import first_words, refi_moment
from kb.exports.refi_content import ProjectCoding, ProjectRemark, ProjectSource, user_guid
from kb.tables import Passage


@dataclass
class Selection:
    """The characters `start:end` of a passage; `remarks` on it and on its codings."""

    passage: Passage
    start: int
    end: int
    codings: list[ProjectCoding] = field(default_factory=list)
    remarks: list[ProjectRemark] = field(default_factory=list)

    @property
    def guid(self) -> str:
        """The same in every export, on the page and in the text."""
        return guid("selection", self.passage.id, self.start, self.end)

    @property
    def notes(self) -> list[str]:
        """The GUIDs of what is said of the words; answers hang on what they answer."""
        return [one.guid for one in self.remarks if one.coding is None]

    def notes_on(self, coding: ProjectCoding) -> list[str]:
        """The GUIDs of what is said of a coding, its coder's own words first."""
        own = [note_guid(coding)] if coding.comment else []
        return own + [one.guid for one in self.remarks if one.coding == coding.guid]

    def facts(self) -> dict[str, str]:
        """The attributes that selections on a page and in a text have alike."""
        made: list[tuple[datetime, str]] = [(one.at, one.coder) for one in self.codings]
        made += [(one.at, one.by) for one in self.remarks]
        at, by = min(made)
        return {
            "guid": self.guid,
            "name": first_words(self.passage.text[self.start : self.end]),
            "creatingUser": user_guid(by),
            "creationDateTime": refi_moment(at),
        }


def note_guid(coding: ProjectCoding) -> str:
    """The GUID of the note that holds a coding's own comment."""
    return coding_note_guid(coding.guid)


def coding_note_guid(coding: str) -> str:
    """The GUID of the note that holds the comment of the coding of this GUID."""
    return guid("note", coding)


def selections_of(source: ProjectSource) -> Iterator[Selection]:
    """Yield the selections of a source in the order of its text."""
    order = {passage.id: number for number, passage in enumerate(source.passages)}
    places: dict[tuple[int, int, int], Selection] = {}

    def place(passage: Passage, start: int, end: int) -> Selection:
        key = (order[passage.id], start, end)
        return places.setdefault(key, Selection(passage, start, end))

    homes: Mapping[str, ProjectCoding] = {one.guid: one for one in source.codings}
    for coding in source.codings:
        place(coding.passage, coding.start, coding.end).codings.append(coding)
    for remark in (one for one in source.remarks if one.answers is None):
        on = homes.get(remark.coding or "")
        if on is not None:
            place(on.passage, on.start, on.end).remarks.append(remark)
        else:
            place(remark.passage, 0, len(remark.passage.text)).remarks.append(remark)
    for key in sorted(places):
        yield places[key]
