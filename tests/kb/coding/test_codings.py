"""People's codings: append-only, and the view of what counts now."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from corpora.codebook import load_codebook
from corpora.errors import CodebookError
from kb.coding.codings import StoredCodings, record_coding
from kb.errors import NotFoundError, RecordError
from kb.search.rows import PersonCoding
from kb.tables import Coding
from tests.builders import TEXTS, Shelf, passage

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
