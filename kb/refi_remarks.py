"""Another program's notes and memos, as remarks on passages and codings of this record.

Owns which of them are new and writing them. What finds no place is kept in the report, with its
words. Finding places is `kb.refi_places`', the transaction `kb.refi_merging`'s.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.anchors import make_anchor
from kb.coding.acts import undone_rows
from kb.coding.names import LONGEST_TEXT, clean_text
from kb.coding_tables import CodingComment
from kb.errors import CodingError
from kb.exports.refi_content import remark_guid
from kb.refi_notes import FileNote
from kb.refi_report import CODES_BLIND, ImportReport, NotPlaced
from kb.tables import Coding, Passage, now

QUOTED = 200  # characters of a passage named in the report
CUT = " …"  # after a memo that is longer than a comment may be


@dataclass
class _Draft:
    """A remark to be written, the coding it is on, and what answers it."""

    row: CodingComment
    on: Coding | int | None
    answers: list[CodingComment] = field(default_factory=list)


class RemarkMerger:
    """Takes in one project's notes; nothing is written before `write`."""

    def __init__(
        self,
        session: Session,
        report: ImportReport,
        users: Mapping[str, str],
        importer: str,
        blind: Collection[tuple[str, str]],
    ) -> None:
        """`users` are the names of a file's users; `blind` who codes which passage blind now."""
        self._session, self._report, self._importer = session, report, importer
        self._users, self._blind = users, blind
        self._drafts: list[_Draft] = []
        self._guids, self._said = _known(session)
        self.writers: set[str] = set()

    def take(self, note: FileNote, passage: Passage, on: Coding | int | None, source: str) -> None:
        """Take in a note on a passage, or `on` a coding of it, with its answers."""
        if any((self._writer(one), passage.id) in self._blind for one in (note, *note.answers)):
            self.leave(note, source, passage.text[:QUOTED], CODES_BLIND)
            return
        new = [one for one in (note, *note.answers) if self._is_new(one, passage)]
        self._report.remarks_unchanged += 1 + len(note.answers) - len(new)
        for one in new:
            row = self._row(one, passage)
            if one is not note and self._drafts and new[0] is note:
                self._drafts[-1].answers.append(row)
            else:
                self._drafts.append(_Draft(row, on))
            self.writers.add(row.by)
            self._report.remarks += 1

    def leave(self, note: FileNote, source: str, quote: str, reason: str) -> None:
        """Keep a note and its answers in the report: there is no place for them."""
        for one in (note, *note.answers):
            writer = self._writer(one)
            self._report.not_placed.append(NotPlaced(source, quote, "", writer, one.text, reason))

    def write(self) -> list[int]:
        """Write the remarks; return their numbers. The codings they are on have theirs by now."""
        for draft in self._drafts:
            draft.row.coding_id = draft.on.id if isinstance(draft.on, Coding) else draft.on
        firsts = [draft.row for draft in self._drafts]
        self._session.add_all(firsts)
        self._session.flush()
        for draft in self._drafts:
            for answer in draft.answers:
                answer.reply_to = draft.row.id
        answers = [answer for draft in self._drafts for answer in draft.answers]
        self._session.add_all(answers)
        self._session.flush()
        return [row.id for row in (*firsts, *answers)]

    def _writer(self, note: FileNote) -> str:
        return self._users.get(note.user, self._importer)

    def _is_new(self, note: FileNote, passage: Passage) -> bool:
        """Whether nobody said this here before, be it taken away again since."""
        said = (passage.id, self._writer(note), note_words(note.text))
        known = note.guid in self._guids or said in self._said
        self._said.add(said)
        return not known

    def _row(self, note: FileNote, passage: Passage) -> CodingComment:
        return CodingComment(
            publication_id=passage.publication_id,
            passage_id=passage.id,
            anchor=make_anchor(passage.text, passage.page),
            act="write",
            text=note_words(note.text) or "",
            by=self._writer(note),
            at=note.at or now(),
        )


def note_words(text: str) -> str | None:
    """A note's words as they are kept; the end of one that is too long is cut off."""
    try:
        return clean_text(text)
    except CodingError:
        return clean_text(text[: LONGEST_TEXT - len(CUT)] + CUT)


def _known(session: Session) -> tuple[set[str], set[tuple[str | None, str, str | None]]]:
    """GUIDs of the remarks made here, and what was ever said of each passage, by whom.

    What was undone may come again; what its writer took away not.
    """
    undone = undone_rows(session, "comment")
    rows = session.scalars(select(CodingComment)).all()
    said = {(row.passage_id, row.by, row.text or None) for row in rows if row.id not in undone}
    return {remark_guid(row) for row in rows if row.act == "write"}, said
