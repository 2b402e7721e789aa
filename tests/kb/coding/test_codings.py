"""People's codings: append-only, and the view of what counts now."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, func, select, update

from corpora.codebook import load_codebook
from corpora.errors import CodebookError
from kb.active_codebook import active_codebook
from kb.codebook_editing import merge_codes, rename_code
from kb.coding.codings import StoredCodings, change_coding, record_coding, remove_coding
from kb.coding.listing import list_codings, passage_codings, passage_history
from kb.coding_tables import Act
from kb.errors import CodingError, NotFoundError, RecordError
from kb.search.rows import PersonCoding
from kb.tables import Coding
from tests.builders import TEXTS, Shelf, passage
from tests.kb.coding.coded import add, words

CODEBOOK = load_codebook()


def _act(
    shelf: Shelf,
    act: str,
    coder: str = "Åsa",
    factor: str = "leadership",
    at: int = 0,
    direction: str = "barrier",
) -> int:
    return record_coding(
        shelf.store,
        CODEBOOK,
        shelf.passage_ids[at],
        factor=factor,
        direction=direction,
        act=act,
        coder=coder,
        machine={"model": "abc", "confidence": 0.7},
    )


def test_the_newest_act_of_each_coder_counts(shelf: Shelf) -> None:
    _act(shelf, "accept")
    _act(shelf, "reject")
    _act(shelf, "accept", coder="Þór")
    found = StoredCodings(shelf.store).for_passages(shelf.passage_ids)
    assert found == {
        shelf.passage_ids[0]: (
            PersonCoding("leadership", "barrier", "rejected", "Åsa"),
            PersonCoding("leadership", "barrier", "accepted", "Þór"),
        )
    }


def test_withdrawing_undoes_without_deleting(shelf: Shelf) -> None:
    first = _act(shelf, "accept")
    _act(shelf, "withdraw")
    assert StoredCodings(shelf.store).coded() == {}
    with shelf.store.read() as session:
        assert session.scalar(select(func.count()).select_from(Coding)) == 2
        assert session.scalars(select(Coding.before).order_by(Coding.id)).all() == [None, first]


def _directions(shelf: Shelf) -> list[str]:
    found = StoredCodings(shelf.store).for_passages(shelf.passage_ids)
    return [coding.direction for codings in found.values() for coding in codings]


def test_withdrawing_brings_the_act_before_back(shelf: Shelf) -> None:
    first = _act(shelf, "add", direction="facilitator")
    second = _act(shelf, "add", coder=" Åsa ")
    assert _directions(shelf) == ["barrier"]
    _act(shelf, "withdraw")
    assert _directions(shelf) == ["facilitator"]
    last = _act(shelf, "withdraw")
    assert _directions(shelf) == []
    _act(shelf, "withdraw")
    _act(shelf, "add", direction="mixed")
    assert _directions(shelf) == ["mixed"]
    with shelf.store.read() as session:
        before = session.scalars(select(Coding.before).order_by(Coding.id)).all()
    assert before == [None, first, second, first, None, last + 1]


def test_an_act_on_a_passage_retired_since_goes_to_where_its_text_is(shelf: Shelf) -> None:
    shown = list(shelf.passage_ids)
    _act(shelf, "add", at=1, direction="facilitator")
    edited = TEXTS[1].replace("ofte ", "svært ofte ")
    shelf.put(passage(TEXTS[0]), passage(edited))
    present = shelf.passage_ids[1]
    shelf.passage_ids = shown  # as a reader still sees it
    _act(shelf, "add", at=1)
    assert StoredCodings(shelf.store).coded() == {
        present: (PersonCoding("leadership", "barrier", "added", "Åsa"),)
    }
    _act(shelf, "withdraw", at=1)
    assert StoredCodings(shelf.store).coded()[present][0].direction == "facilitator"


def test_an_act_on_a_passage_whose_text_is_gone_is_kept_and_marked(shelf: Shelf) -> None:
    gone = shelf.passage_ids[1]
    shelf.put(passage(TEXTS[0]))
    shelf.passage_ids = [gone]
    _act(shelf, "add")
    with shelf.store.read() as session:
        row = session.scalars(select(Coding)).one()
    assert (row.passage_id, row.needs_look, row.anchor["exact"]) == (gone, True, TEXTS[1])


def test_an_act_keeps_its_anchor_and_the_suggestion(shelf: Shelf) -> None:
    _act(shelf, "accept", at=1)
    with shelf.store.read() as session:
        row = session.scalars(select(Coding)).one()
    assert row.anchor["exact"] == TEXTS[1]
    assert row.machine == {"model": "abc", "confidence": 0.7}


def test_only_passages_asked_for_are_answered(shelf: Shelf) -> None:
    _act(shelf, "add", at=0)
    _act(shelf, "add", at=2, factor="routines")
    codings = StoredCodings(shelf.store)
    assert set(codings.for_passages([shelf.passage_ids[2]])) == {shelf.passage_ids[2]}
    assert set(codings.coded()) == {shelf.passage_ids[0], shelf.passage_ids[2]}
    assert codings.for_passages([]) == {}


def test_a_factor_outside_the_codebook_is_refused(shelf: Shelf) -> None:
    with pytest.raises(CodebookError, match="luck"):
        _act(shelf, "add", factor="luck")
    assert StoredCodings(shelf.store).coded() == {}


def test_an_unknown_passage_act_or_coder_is_refused(shelf: Shelf) -> None:
    with pytest.raises(RecordError, match="accept, reject, add, withdraw"):
        _act(shelf, "guess")
    with pytest.raises(RecordError, match="SAMVIRKE_USER"):
        _act(shelf, "add", coder="  ")
    shelf.passage_ids[0] = "0" * 20
    with pytest.raises(NotFoundError, match="no passage"):
        _act(shelf, "add")


def test_overlapping_spans_of_one_factor_are_codings_of_their_own(shelf: Shelf) -> None:
    add(shelf, span=(0, 30), direction="facilitator")
    add(shelf, span=(10, 50), direction="barrier")
    add(shelf, span=(10, 50), direction="mixed")  # the same span again takes its place
    views = passage_codings(shelf.store, shelf.passage_ids[0])
    assert [(view.direction, view.span and (view.span.start, view.span.end)) for view in views] == [
        ("facilitator", (0, 30)),
        ("mixed", (10, 50)),
    ]
    assert [one[2] for one in words(shelf)] == ["facilitator", "mixed"]


def test_a_span_and_the_whole_passage_are_two_codings(shelf: Shelf) -> None:
    whole = add(shelf)
    part = add(shelf, span=(0, 20))
    assert remove_coding(shelf.store, part, coder="Åsa") == 3
    (view,) = passage_codings(shelf.store, shelf.passage_ids[0])
    assert (view.id, view.span) == (whole, None)


def test_taking_back_without_saying_where_takes_the_newest(shelf: Shelf) -> None:
    add(shelf, span=(0, 20))
    add(shelf, span=(20, 40), direction="facilitator")
    add(shelf, act="withdraw")
    assert [one[2] for one in words(shelf)] == ["barrier"]
    add(shelf, act="withdraw", span=(0, 20))
    assert words(shelf) == []


def test_a_span_outside_the_passage_is_refused(shelf: Shelf) -> None:
    with pytest.raises(CodingError, match="Expected a marked span inside the passage's 87"):
        add(shelf, span=(80, 900))
    assert words(shelf) == []


def test_a_change_keeps_what_came_before(shelf: Shelf) -> None:
    first = add(shelf, act="accept", machine={"confidence": 0.7}, span=(0, 20))
    second = change_coding(
        shelf.store, CODEBOOK, first, coder="Åsa", direction="mixed", comment="begge deler"
    )
    third = change_coding(shelf.store, CODEBOOK, first, coder="Åsa", factor="routines")
    history = passage_history(shelf.store, shelf.passage_ids[0])
    assert [(act.id, act.before, act.root, act.factor, act.direction) for act in history] == [
        (first, None, first, "leadership", "barrier"),
        (second, first, first, "leadership", "mixed"),
        (third, second, first, "routines", "mixed"),
    ]
    assert [act.stands for act in history] == [False, False, True]
    (view,) = passage_codings(shelf.store, shelf.passage_ids[0])
    assert (view.status, view.machine, view.span and view.span.end) == (
        "added",
        {"confidence": 0.7},
        20,
    )


def test_a_changed_factor_leaves_room_for_the_old_one(shelf: Shelf) -> None:
    change_coding(shelf.store, CODEBOOK, add(shelf), coder="Åsa", factor="routines")
    add(shelf, direction="facilitator")
    assert [one[1:3] for one in words(shelf)] == [
        ("routines", "barrier"),
        ("leadership", "facilitator"),
    ]


def test_a_change_to_the_same_is_refused_unless_it_was_rejected(shelf: Shelf) -> None:
    kept = add(shelf)
    with pytest.raises(CodingError, match="found the same"):
        change_coding(shelf.store, CODEBOOK, kept, coder="Åsa", direction="barrier")
    rejected = add(shelf, act="reject", factor="routines")
    change_coding(shelf.store, CODEBOOK, rejected, coder="Åsa", direction="barrier")
    assert words(shelf)[1] == ("Åsa", "routines", "barrier", "added")


def test_a_coding_is_removed_as_a_whole_and_can_come_back(shelf: Shelf) -> None:
    first = add(shelf)
    change_coding(shelf.store, CODEBOOK, first, coder="Åsa", direction="mixed")
    remove_coding(shelf.store, first, coder="Åsa", comment="feil passasje")
    assert words(shelf) == []
    with pytest.raises(CodingError, match="taken back already"):
        remove_coding(shelf.store, first, coder="Åsa")
    with pytest.raises(CodingError, match="add it again, or undo"):
        change_coding(shelf.store, CODEBOOK, first, coder="Åsa", direction="barrier")
    add(shelf, act="withdraw", direction="mixed")  # takes the removal back
    assert [one[2] for one in words(shelf)] == ["mixed"]


def test_nobody_changes_anothers_coding(shelf: Shelf) -> None:
    own = add(shelf)
    with pytest.raises(CodingError, match="is Åsa's, and only they"):
        change_coding(shelf.store, CODEBOOK, own, coder="Þór", direction="mixed")
    with pytest.raises(CodingError, match="is Åsa's, and only they"):
        remove_coding(shelf.store, own, coder="Þór")
    with pytest.raises(NotFoundError, match="no coding 77"):
        remove_coding(shelf.store, 77, coder="Åsa")
    with pytest.raises(CodebookError, match="luck"):
        change_coding(shelf.store, CODEBOOK, own, coder="Åsa", factor="luck")
    assert words(shelf) == [("Åsa", "leadership", "barrier", "added")]


def test_rows_of_the_first_schema_are_one_coding_a_factor(shelf: Shelf) -> None:
    first = add(shelf)
    add(shelf, direction="mixed")
    with shelf.store.write() as session:
        session.execute(update(Coding).values(root=None))
        session.execute(delete(Act))
    assert [one[2] for one in words(shelf)] == ["mixed"]
    change_coding(shelf.store, CODEBOOK, first, coder="Åsa", factor="routines")
    assert [one[1:3] for one in words(shelf)] == [("routines", "mixed")]
    add(shelf, factor="routines", direction="barrier")
    assert [one[1:3] for one in words(shelf)] == [("routines", "barrier")]
    history = passage_history(shelf.store, shelf.passage_ids[0])
    assert {act.root for act in history} == {first}


def test_codings_of_a_renamed_and_a_merged_factor_count_under_the_new_one(shelf: Shelf) -> None:
    store = shelf.store
    kept = add(shelf, factor="leadership")
    add(shelf, factor="colocation", direction="facilitator")
    rename_code(store, "factors", "leadership", new_id="ledelse", by="Kari")
    merge_codes(store, "factors", "colocation", "ledelse", by="Kari")
    assert [one[1:3] for one in words(shelf)] == [
        ("ledelse", "barrier"),
        ("ledelse", "facilitator"),
    ]
    book = active_codebook(store)
    record_coding(
        store, book, shelf.passage_ids[0],
        factor="ledelse", direction="mixed", act="add", coder="Åsa",
    )  # fmt: skip
    views = list_codings(store, coder="Åsa", publication_id=shelf.publication_id)
    assert {view.factor for view in views} == {"ledelse"}
    assert kept in {view.root for view in views}
