"""Publications in the record: identity, corrections, passages, and people's work moving along."""

from __future__ import annotations

import random
from collections.abc import Sequence

import pytest
from sqlalchemy import select

from corpora.codebook import load_codebook
from kb import anchors
from kb.citations.sets import add_item, create_set, list_items
from kb.coding.codings import StoredCodings, record_coding
from kb.errors import NotFoundError
from kb.needs_look import lost_work
from kb.publications import (
    MACHINE,
    effective_csl,
    find_by_identifier,
    record_screening,
    resolve_id,
    save_publication,
    title_key,
)
from kb.screening import verdicts
from kb.store import Store
from kb.tables import Coding, Passage, Publication, Redirect, Screening
from tests.builders import TEXTS, Shelf, passage, publication


def _code(shelf: Shelf, index: int) -> None:
    record_coding(
        shelf.store,
        load_codebook(),
        shelf.passage_ids[index],
        factor="leadership",
        direction="facilitator",
        act="add",
        coder="Åsa",
    )


def test_titles_are_compared_without_marks_but_with_letters() -> None:
    assert title_key("«Samarbeid» – om BARN!") == title_key("Samarbeid om barn")
    assert title_key("Þjónusta við börn") != title_key("Tjonusta vid born")


def test_saving_twice_is_unchanged_and_a_new_field_is_an_update(store: Store) -> None:
    with store.write() as session:
        first, status = save_publication(session, None, publication())
        assert status == "added"
        assert save_publication(session, first, publication()) == (first, "unchanged")
        assert save_publication(session, first, publication("Ny tittel")) == (first, "updated")


def test_a_persons_correction_outranks_and_survives(store: Store) -> None:
    with store.write() as session:
        given = {"issued": {"date-parts": [[2021]]}, "countries": ["NO", "SE"]}
        found, _ = save_publication(session, None, publication(given=given))
        save_publication(session, found, publication("Ny tittel"))
        row = session.get_one(Publication, found)
        csl = effective_csl(row)
    assert csl["issued"] == {"date-parts": [[2021]]}
    assert csl["title"] == "Ny tittel"
    assert csl["id"] == found
    assert "countries" not in csl
    assert row.given["countries"] == ["NO", "SE"]


def test_publications_are_found_by_identifier(store: Store) -> None:
    with store.write() as session:
        wanted = publication(identifiers=(("doi", "10.1/x"), ("title", "samarbeid")))
        found, _ = save_publication(session, None, wanted)
        save_publication(session, None, publication("Annet"))
        assert [row.id for row in find_by_identifier(session, "doi", "10.1/x")] == [found]
        assert find_by_identifier(session, "isbn", "10.1/x") == []


def test_a_joined_id_still_leads_to_the_publication(shelf: Shelf) -> None:
    with shelf.store.write() as session:
        session.add(Redirect(old_id="p-old", new_id=shelf.publication_id, reason="same DOI"))
    with shelf.store.read() as session:
        assert resolve_id(session, "p-old") == shelf.publication_id
        with pytest.raises(NotFoundError, match="no publication 'p-none'"):
            resolve_id(session, "p-none")


def test_passages_keep_their_id_when_their_page_changes(shelf: Shelf) -> None:
    before = list(shelf.passage_ids)
    change = shelf.put(*(passage(text, page=n + 10) for n, text in enumerate(TEXTS)))
    assert shelf.passage_ids == before
    assert (change.added, change.kept, change.retired) == (0, 3, 0)


def test_a_text_that_occurs_twice_has_two_passages(shelf: Shelf) -> None:
    change = shelf.put(passage(TEXTS[0]), passage(TEXTS[1]), passage(TEXTS[0], page=9))
    assert len(set(shelf.passage_ids)) == 3
    assert (change.added, change.kept, change.retired) == (1, 2, 1)


def test_a_passage_that_comes_back_is_the_same_one(shelf: Shelf) -> None:
    before = list(shelf.passage_ids)
    shelf.put(passage(TEXTS[0]))
    assert shelf.put(*map(passage, TEXTS)).added == 2
    assert shelf.passage_ids == before


def test_work_on_an_edited_passage_moves_to_it(shelf: Shelf) -> None:
    _code(shelf, 1)
    set_id = create_set(shelf.store, "kapittel")
    add_item(shelf.store, set_id, shelf.publication_id, shelf.passage_ids[1], note="viktig")
    edited = TEXTS[1].replace("ofte ", "svært ofte ")
    change = shelf.put(passage(TEXTS[0]), passage(edited), passage(TEXTS[2]))
    assert (change.moved, change.lost) == (2, 0)
    moved = shelf.passage_ids[1]
    assert [item.passage_id for item in list_items(shelf.store, set_id)] == [moved]
    assert moved in StoredCodings(shelf.store).coded()


def test_work_on_a_passage_that_is_gone_is_kept_and_marked(shelf: Shelf) -> None:
    _code(shelf, 1)
    lost = shelf.passage_ids[1]
    set_id = create_set(shelf.store, "kapittel")
    add_item(shelf.store, set_id, shelf.publication_id, lost)
    change = shelf.put(passage(TEXTS[0]), passage(TEXTS[2]))
    assert (change.moved, change.lost) == (0, 2)
    item = list_items(shelf.store, set_id)[0]
    assert item.needs_look
    assert item.quote == TEXTS[1]
    with shelf.store.read() as session:
        assert session.scalars(select(Coding.needs_look)).all() == [True]
        assert session.get_one(Passage, lost).retired_at is not None


def test_work_whose_passage_comes_back_needs_a_look_no_longer(shelf: Shelf) -> None:
    _code(shelf, 1)
    set_id = create_set(shelf.store, "kapittel")
    add_item(shelf.store, set_id, shelf.publication_id, shelf.passage_ids[1])
    kept = shelf.passage_ids[1]
    assert shelf.put(passage(TEXTS[0]), passage(TEXTS[2])).lost == 2
    assert shelf.put(*map(passage, TEXTS)).moved == 0
    item = list_items(shelf.store, set_id)[0]
    assert (item.passage_id, item.needs_look) == (kept, False)
    with shelf.store.read() as session:
        assert session.scalars(select(Coding.needs_look)).all() == [False]


def test_lost_work_is_found_again_by_a_change_that_retires_nothing(shelf: Shelf) -> None:
    _code(shelf, 1)
    shelf.put(passage(TEXTS[0]))
    edited = TEXTS[1].replace("ofte ", "svært ofte ")
    change = shelf.put(passage(TEXTS[0]), passage(edited))
    assert (change.retired, change.moved, change.lost) == (0, 1, 0)
    assert set(StoredCodings(shelf.store).coded()) == {shelf.passage_ids[1]}


def test_what_is_lost_is_counted_once(shelf: Shelf) -> None:
    _code(shelf, 1)
    assert shelf.put(passage(TEXTS[0])).lost == 1
    assert shelf.put(passage(TEXTS[2])).lost == 0


def test_all_acts_on_a_passage_move_together(shelf: Shelf) -> None:
    """Their pages differ where a refresh came between; two passages now hold the text."""
    _code(shelf, 1)
    shelf.put(passage(TEXTS[0]), passage(TEXTS[1], page=40))
    _code(shelf, 1)
    near, far = passage(f"{TEXTS[1]} Mer.", page=1), passage(f"Og {TEXTS[1]}", page=40)
    assert shelf.put(near, far).moved == 2
    assert len(StoredCodings(shelf.store).coded()) == 1


def test_moving_work_compares_few_passages_word_for_word(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Other writers wait meanwhile: all with all took 0.2 s for each work in a long report."""
    chance = random.Random(2)
    texts = [" ".join(f"ord{chance.randrange(900)}" for _ in range(60)) for _ in range(100)]
    shelf.put(*map(passage, texts))
    for index in range(5):
        _code(shelf, index)
    compared: list[int] = []
    held = anchors._held

    def counted(wanted: Sequence[str], row: Sequence[anchors.Candidate]) -> list[int]:
        compared.append(len(row))
        return held(wanted, row)

    monkeypatch.setattr(anchors, "_held", counted)
    assert shelf.put(*(passage(f"Ny {text.replace(' ', ' og ', 3)}") for text in texts)).moved == 5
    assert 5 <= len(compared) <= 5 * anchors.COMPARED


def test_a_persons_verdict_outranks_the_machines(shelf: Shelf) -> None:
    def say(verdict: str, by: str) -> None:
        with shelf.store.write() as session:
            record_screening(
                session,
                shelf.publication_id,
                verdict=verdict,
                reason=None,
                score=0.1,
                reasons=["few terms met"],
                by=by,
                version="1",
            )

    say("exclude", MACHINE)
    say("include", "Åsa")
    say("exclude", MACHINE)
    with shelf.store.read() as session:
        found = verdicts(session, [shelf.publication_id])[shelf.publication_id]
        assert (found.verdict, found.by) == ("include", "Åsa")
        assert len(session.scalars(select(Screening)).all()) == 2


def test_imported_work_without_a_passage_finds_its_text_once_it_comes(shelf: Shelf) -> None:
    """A quotation that another program's file brought, on a text that is not here yet."""
    quote = "Helsesykepleieren kjente familien fra før og ble den alle ringte til."
    with shelf.store.write() as session:
        session.add(
            Coding(
                publication_id=shelf.publication_id, passage_id=None, factor="continuity",
                direction="facilitator", act="add", coder="Bjørk", needs_look=True,
                anchor={"exact": quote, "prefix": "", "suffix": "", "page": 0},
            )
        )  # fmt: skip
    shelf.put(passage(TEXTS[0]), passage(TEXTS[1]))
    assert [one.quote for one in lost_work(shelf.store, shelf.publication_id).codings] == [quote]
    shelf.put(passage(TEXTS[0]), passage(f"{quote} Det ga ro."))
    assert len(lost_work(shelf.store, shelf.publication_id)) == 0
    (found,) = StoredCodings(shelf.store).coded().values()
    assert [(one.coder, one.factor) for one in found] == [("Bjørk", "continuity")]
