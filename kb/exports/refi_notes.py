"""The notes of a project: what people said of codings and passages, each with who and when.

Owns the form of notes and of references to them. An answer is a note that the note it answers
refers to, since the standard has no threads.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from kb.exports.refi_codes import child, clean_xml, first_words, refi_moment
from kb.exports.refi_content import ProjectContent, user_guid
from kb.exports.refi_selections import note_guid


def add_notes(root: Any, content: ProjectContent) -> None:
    """Add `Notes` to a project, where there is anything said."""
    codings = [one for source in content.sources for one in source.codings if one.comment]
    remarks = [one for source in content.sources for one in source.remarks]
    if not codings and not remarks:
        return
    notes = child(root, "Notes")
    for coding in codings:
        _add_note(notes, note_guid(coding), coding.comment or "", coding.coder, coding.at)
    answers: dict[str, list[str]] = defaultdict(list)
    for remark in remarks:
        if remark.answers is not None:
            answers[remark.answers].append(remark.guid)
    for remark in remarks:
        note = _add_note(notes, remark.guid, remark.text, remark.by, remark.at)
        refer_to_notes(note, answers[remark.guid])


def refer_to_notes(parent: Any, guids: Iterable[str]) -> None:
    """Say which notes belong to an element."""
    for one in guids:
        child(parent, "NoteRef", {"targetGUID": one})


def _add_note(parent: Any, guid: str, words: str, by: str, at: datetime) -> Any:
    text = clean_xml(words)
    facts = {"guid": guid, "name": first_words(text), "creatingUser": user_guid(by)}
    note = child(parent, "Note", facts | {"creationDateTime": refi_moment(at)})
    child(note, "PlainTextContent").text = text
    return note
