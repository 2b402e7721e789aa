"""Notes and memos of another program's project: what was said, by whom, and of what.

Owns reading them and which of them is a coding's own comment. A note on a note is an answer to it;
notes that refer to one another in a circle are read once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from kb.exports.refi_selections import coding_note_guid
from kb.refi_quotes import MARK
from kb.refi_reading import guid_of, inner, moment_of

MOST_ANSWERS = 1000  # read below one note; more is no conversation


@dataclass(frozen=True)
class FileNote:
    """A note or memo of a file; `user` is a GUID, `answers` what was said of it, in order."""

    guid: str
    text: str
    user: str
    at: datetime | None
    answers: tuple[FileNote, ...] = ()


class Notes:
    """The notes of a project by GUID, and which of them were asked for."""

    def __init__(self, root: Any, read: Callable[[Any], str], *, ours: bool) -> None:
        """`read` gives a note's text; `ours` says that this program wrote the file."""
        self._ours = ours
        self._read: set[str] = set()
        self._notes: dict[str, FileNote] = {}
        self._below: dict[str, list[str]] = {}
        for note in (one for notes in inner(root, "Notes") for one in inner(notes, "Note")):
            text = read(note).removeprefix(MARK).strip()
            own, user = guid_of(note.get("guid")), guid_of(note.get("creatingUser"))
            if own and text:
                at = moment_of(note.get("creationDateTime"))
                self._notes[own] = FileNote(own, text, user, at)
                self._below[own] = _referred(note)

    def on(self, element: Any) -> tuple[FileNote, ...]:
        """The notes that an element refers to, each with its answers."""
        found = (self._notes.get(one) for one in dict.fromkeys(_referred(element)))
        return tuple(self._whole(note) for note in found if note is not None)

    def of_coding(self, element: Any, guid: str, user: str) -> tuple[str, tuple[FileNote, ...]]:
        """A coding's own comment, and what else was said of it.

        Of a file that this program wrote the comment is known by its GUID; of another's it is the
        first note by the coding's user, or by nobody.
        """
        found = list(self.on(element))
        own = coding_note_guid(guid)
        for note in found:
            meant = note.guid == own if self._ours else note.user in ("", user)
            if meant and not note.answers:
                found.remove(note)
                return note.text, tuple(found)
        return "", tuple(found)

    def loose(self) -> tuple[FileNote, ...]:
        """The notes that nothing which was read refers to, in the order of the file."""
        return tuple(note for guid, note in self._notes.items() if guid not in self._read)

    def _whole(self, note: FileNote) -> FileNote:
        """The note with everything said below it as its answers."""
        self._read.add(note.guid)
        seen, waiting = {note.guid}, list(self._below[note.guid])
        answers: list[FileNote] = []
        while waiting and len(answers) < MOST_ANSWERS:
            guid = waiting.pop(0)
            answer = self._notes.get(guid)
            if answer is None or guid in seen:
                continue
            seen.add(guid)
            self._read.add(guid)
            answers.append(answer)
            waiting += self._below[guid]
        return FileNote(note.guid, note.text, note.user, note.at, tuple(answers))


def _referred(element: Any) -> list[str]:
    return [guid_of(ref.get("targetGUID")) for ref in inner(element, "NoteRef")]
