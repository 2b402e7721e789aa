"""Comments: threads on passages and codings, every version kept."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from kb.coding.acts import redo, undo
from kb.coding.comments import delete_comment, edit_comment, passage_comments, write_comment
from kb.coding.rounds import close_round, create_round
from kb.coding_tables import CodingComment
from kb.errors import CodingError, NotFoundError
from tests.builders import Shelf
from tests.kb.coding.coded import KARI, ÅSA, ÞÓR, add


def _texts(shelf: Shelf, viewer: str | None = None) -> list[str]:
    return [view.text for view in passage_comments(shelf.store, shelf.passage_ids[0], viewer)]


def test_a_thread_holds_its_replies_in_order(shelf: Shelf) -> None:
    store, place = shelf.store, shelf.passage_ids[0]
    first = write_comment(store, place, "Er dette ledelse?", by=ÅSA)
    reply = write_comment(store, place, "Ja.\nSe s. 3", by=ÞÓR, reply_to=first)
    write_comment(store, place, "Enig – già", by=KARI, reply_to=reply)  # under the same thread
    (thread,) = passage_comments(store, place)
    assert (thread.id, thread.by, thread.text) == (first, ÅSA, "Er dette ledelse?")
    assert [(one.by, one.text) for one in thread.replies] == [
        (ÞÓR, "Ja.\nSe s. 3"),
        (KARI, "Enig – già"),
    ]


def test_a_comment_on_a_coding_stays_with_it_when_it_changes(shelf: Shelf) -> None:
    first = add(shelf)
    second = add(shelf, direction="mixed")
    write_comment(shelf.store, shelf.passage_ids[0], "Usikker", by=ÅSA, coding_id=second)
    (view,) = passage_comments(shelf.store, shelf.passage_ids[0])
    assert view.coding_id == first


def test_an_edit_keeps_the_words_before(shelf: Shelf) -> None:
    store, place = shelf.store, shelf.passage_ids[0]
    first = write_comment(store, place, "Lederforankring", by=ÅSA)
    edit_comment(store, first, "Forankring hos ledelsen", by=ÅSA)
    second = edit_comment(store, first, "Forankring", by=ÅSA)
    (view,) = passage_comments(store, place)
    assert (view.id, view.text, view.edited_at is not None) == (first, "Forankring", True)
    with store.read() as session:
        rows = session.scalars(select(CodingComment).order_by(CodingComment.id)).all()
    assert [(row.text, row.before) for row in rows] == [
        ("Lederforankring", None),
        ("Forankring hos ledelsen", first),
        ("Forankring", second - 1),
    ]
    undo(store, ÅSA)
    assert _texts(shelf) == ["Forankring hos ledelsen"]
    redo(store, ÅSA)
    assert _texts(shelf) == ["Forankring"]


def test_a_deleted_comment_goes_and_comes_back_with_undo(shelf: Shelf) -> None:
    store, place = shelf.store, shelf.passage_ids[0]
    first = write_comment(store, place, "Feil", by=ÅSA)
    delete_comment(store, first, by=ÅSA)
    assert _texts(shelf) == []
    with pytest.raises(CodingError, match="was deleted; undo that"):
        edit_comment(store, first, "Riktig", by=ÅSA)
    undo(store, ÅSA)
    assert _texts(shelf) == ["Feil"]


def test_a_deleted_comment_with_replies_keeps_its_place(shelf: Shelf) -> None:
    store, place = shelf.store, shelf.passage_ids[0]
    first = write_comment(store, place, "Spørsmål", by=ÅSA)
    reply = write_comment(store, place, "Svar", by=ÞÓR, reply_to=first)
    delete_comment(store, first, by=ÅSA)
    (thread,) = passage_comments(store, place)
    assert (thread.deleted, thread.text, thread.replies[0].text) == (True, "", "Svar")
    delete_comment(store, reply, by=ÞÓR)
    assert passage_comments(store, place) == []


def test_a_reply_to_what_was_undone_stands_by_itself(shelf: Shelf) -> None:
    store, place = shelf.store, shelf.passage_ids[0]
    first = write_comment(store, place, "Spørsmål", by=ÅSA)
    write_comment(store, place, "Svar", by=ÞÓR, reply_to=first)
    undo(store, ÅSA)
    assert _texts(shelf) == ["Svar"]


def test_a_remark_made_blind_is_its_writers_until_the_round_closes(shelf: Shelf) -> None:
    store, place = shelf.store, shelf.passage_ids[0]
    create_round(store, "pilot", [place], [ÅSA, ÞÓR], by=KARI)
    first = write_comment(store, place, "Vanskelig", by=ÅSA)
    assert (_texts(shelf), _texts(shelf, ÞÓR), _texts(shelf, ÅSA)) == ([], [], ["Vanskelig"])
    with pytest.raises(NotFoundError, match="no remark"):
        write_comment(store, place, "Ja", by=ÞÓR, reply_to=first)
    close_round(store, "pilot", by=KARI)
    assert _texts(shelf, ÞÓR) == ["Vanskelig"]


def test_what_cannot_be_kept_is_refused(shelf: Shelf) -> None:
    store, place, other = shelf.store, shelf.passage_ids[0], shelf.passage_ids[1]
    first = write_comment(store, place, "Mitt", by=ÅSA)
    coding = add(shelf)
    attempts: tuple[tuple[Callable[[], object], str], ...] = (
        (lambda: write_comment(store, place, " \x00 ", by=ÅSA), "Expected words"),
        (lambda: write_comment(store, other, "x", by=ÅSA, coding_id=coding), "another passage"),
        (lambda: write_comment(store, other, "x", by=ÅSA, reply_to=first), "another passage"),
        (lambda: edit_comment(store, first, "x", by=ÞÓR), "is Åsa's, and only they"),
        (lambda: delete_comment(store, first, by=ÞÓR), "is Åsa's, and only they"),
    )
    for attempt, said in attempts:
        with pytest.raises(CodingError, match=said):
            attempt()
    with pytest.raises(NotFoundError, match="no passage"):
        write_comment(store, "0" * 20, "x", by=ÅSA)
    with pytest.raises(NotFoundError, match="no coding 99"):
        write_comment(store, place, "x", by=ÅSA, coding_id=99)
    with pytest.raises(NotFoundError, match="no remark 99"):
        edit_comment(store, 99, "x", by=ÅSA)
    assert _texts(shelf) == ["Mitt"]
