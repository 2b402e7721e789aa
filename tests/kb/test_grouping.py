"""What people decide about groups counts at once, loses no work, and can be taken back."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from kb.corrections import correct, list_corrections
from kb.errors import GroupingError, NotFoundError
from kb.files import items_of, list_items
from kb.grouping import (
    decided_items,
    join,
    joined_items,
    list_decisions,
    split,
    undo_decision,
)
from kb.library import find_passages, list_publications, present_passages, publication_detail
from kb.publications import replace_passages, resolve_id
from kb.screening import verdicts
from kb.store import Store
from kb.tables import Coding, Redirect
from tests.builders import passage
from tests.kb.curated import ONE, THREE, TWO, Desk, two_reports


@pytest.fixture
def desk(store: Store) -> tuple[Desk, str, str]:
    return two_reports(store)


def ids_of(desk: Desk, publication_id: str) -> list[str]:
    return [view.id for view in present_passages(desk.store, publication_id)]


def test_joining_moves_all_work_to_the_id_that_stays(desk: tuple[Desk, str, str]) -> None:
    record, first, second = desk
    (theirs,) = ids_of(record, second)
    record.code(theirs)
    record.cite(second, theirs)
    record.cite(second)
    record.screen(second, "include")
    correct(record.store, second, "publisher", "Fafo", "Åsa")
    assert join(record.store, first, second, "Kari", "samme rapport") == first
    assert [view.id for view in list_publications(record.store)] == [first]
    assert {view.text for view in present_passages(record.store, first)} == {ONE, TWO, THREE}
    assert record.coded() == {theirs}
    assert record.cited() == [(first, theirs), (first, None)]
    detail = publication_detail(record.store, second)  # its id leads to the other
    assert (detail.view.id, detail.view.csl["publisher"]) == (first, "Fafo")
    assert detail.view.verdict == "include"
    assert [act.value for act in list_corrections(record.store, first)] == ["Fafo"]
    assert {item.reason for item in detail.items} == {"put here by Kari"}


def test_of_a_text_that_both_have_work_goes_to_the_one_that_stays(
    desk: tuple[Desk, str, str],
) -> None:
    record, first, second = desk
    (theirs,) = record.passages(second, (ONE, "http://b.no/2.pdf"))
    record.code(theirs)
    kept = ids_of(record, first)[0]
    join(record.store, first, second, "Kari")
    assert ids_of(record, first)[0] == kept
    assert record.coded() == {kept}
    assert find_passages(record.store, [theirs])[theirs].retired


def test_a_chain_of_joins_leads_to_the_last(desk: tuple[Desk, str, str]) -> None:
    record, first, second = desk
    third = record.publication("Tredje", "http://c.no/3")
    join(record.store, second, first, "Kari")
    join(record.store, third, second, "Kari")
    with record.store.read() as session:
        assert {resolve_id(session, one) for one in (first, second, third)} == {third}
        assert set(session.scalars(select(Redirect.new_id))) == {third}


def test_taking_a_join_back_brings_back_ids_passages_and_work(
    desk: tuple[Desk, str, str],
) -> None:
    record, first, second = desk
    (theirs,) = record.passages(second, (ONE, "http://b.no/2.pdf"))
    mine = ids_of(record, first)[0]
    record.code(theirs)
    record.cite(second)
    record.cite(first)
    record.screen(second, "exclude")
    correct(record.store, second, "title", "Den andre", "Åsa")
    join(record.store, first, second, "Kari")
    assert undo_decision(record.store, first, "Kari").act == "join"
    assert {view.id for view in list_publications(record.store)} == {first, second}
    assert record.cited() == [(second, None), (first, None)]
    detail = publication_detail(record.store, second)
    assert (detail.view.verdict, detail.view.csl["title"]) == ("exclude", "Den andre")
    assert publication_detail(record.store, first).view.csl["title"] == "Første"
    assert [item.key for item in detail.items] == ["http://b.no/2"]
    with record.store.write() as session:
        replace_passages(session, second, [passage(ONE, sha256=record.files["http://b.no/2.pdf"])])
    assert ids_of(record, second) == [theirs]
    assert record.coded() == {theirs}
    assert ids_of(record, first)[0] == mine


def test_an_act_under_a_newer_one_is_taken_back_after_it(desk: tuple[Desk, str, str]) -> None:
    record, first, second = desk
    store = record.store
    third = record.publication("Tredje", "http://c.no/3")
    join(store, first, second, "Kari")
    new = split(store, first, ["http://b.no/2"], "Kari")
    join(store, new, third, "Åsa")
    with store.read() as session:
        before = decided_items(session)
    with pytest.raises(GroupingError, match=f"Åsa decided a join of .*{third}.* that back first"):
        undo_decision(store, first, "Kari")
    with store.read() as session:
        assert decided_items(session) == before
    assert [act.stands for act in list_decisions(store, third)] == [True, True]
    for place, act in ((new, "join"), (first, "split"), (first, "join")):
        assert undo_decision(store, place, "Kari").act == act
    with store.read() as session:
        assert decided_items(session) == {}
        assert {resolve_id(session, one) for one in (first, second, third)} == {*desk[1:], third}


def test_taking_back_a_join_of_two_names_both_as_they_were_called(
    desk: tuple[Desk, str, str],
) -> None:
    record, first, second = desk
    third = record.publication("Tredje", "http://c.no/3")
    fourth = record.publication("Fjerde", "http://d.no/4")
    join(record.store, first, second, "Kari")
    join(record.store, third, fourth, "Kari")
    for one, other in ((first, third), (first, fourth), (first, first)):
        with pytest.raises(GroupingError, match=f"of {one} and {other} to take back, found none"):
            undo_decision(record.store, one, "Kari", other)
    assert undo_decision(record.store, second, "Kari", first).named == {first, second}
    with pytest.raises(NotFoundError):
        undo_decision(record.store, first, "Kari", "p-none")
    with record.store.read() as session:
        assert resolve_id(session, second) == second
        assert resolve_id(session, fourth) == third


def test_ids_that_led_to_a_publication_lead_to_it_again(desk: tuple[Desk, str, str]) -> None:
    record, first, second = desk
    third = record.publication("Tredje", "http://c.no/3")
    record.document("http://c.no/3.pdf", "http://c.no/3", "three")
    join(record.store, second, third, "Kari")
    join(record.store, first, second, "Kari")
    undo_decision(record.store, first, "Kari")
    with record.store.read() as session:
        assert resolve_id(session, third) == second
    assert [item.key for item in publication_detail(record.store, third).items] == [
        "http://b.no/2",
        "http://c.no/3",
    ]
    undo_decision(record.store, second, "Kari")
    with record.store.read() as session:
        assert resolve_id(session, third) == third


def test_splitting_takes_passages_and_work_of_the_files_along(store: Store) -> None:
    desk = Desk(store)
    whole = desk.publication("Hele", "http://a.no/1", "http://b.no/2")
    desk.document("http://a.no/1.pdf", "http://a.no/1", "one")
    desk.document("http://b.no/2.pdf", "http://b.no/2", "two")
    _, stays, goes = desk.passages(
        whole,
        (ONE, "http://a.no/1.pdf"),
        (TWO, "http://a.no/1.pdf"),
        (THREE, "http://b.no/2.pdf"),
    )
    for one in (stays, goes):
        desk.code(one)
        desk.cite(whole, one)
    desk.cite(whole)
    desk.screen(whole, "include")
    new = split(store, whole, ["http://b.no/2"], "Kari", "to rapporter")
    assert ids_of(desk, new) == [goes]
    assert [view.text for view in present_passages(store, whole)] == [ONE, TWO]
    assert desk.coded() == {stays, goes}
    assert desk.cited() == [(whole, stays), (new, goes), (whole, None)]
    with store.read() as session:
        places = {row.passage_id: row.publication_id for row in session.scalars(select(Coding))}
        assert places == {stays: whole, goes: new}
        verdict = verdicts(session, [new])[new]
        assert (verdict.verdict, verdict.by) == ("include", "Åsa")
        assert decided_items(session) == {"http://a.no/1": whole, "http://b.no/2": new}


def test_a_document_can_be_split_off_its_own_item(store: Store) -> None:
    desk = Desk(store)
    whole = desk.publication("Hele", "http://a.no/1")
    desk.document("http://a.no/1.pdf", "http://a.no/1", "one")
    desk.document("http://a.no/2.pdf", "http://a.no/1", "two")
    _, goes = desk.passages(whole, (ONE, "http://a.no/1.pdf"), (TWO, "http://a.no/2.pdf"))
    new = split(store, whole, ["http://a.no/2.pdf"], "Kari")
    items = {item.key: [a.url for a in item.addresses] for item in list_items(store)}
    assert items == {
        "http://a.no/1": ["http://a.no/1.pdf"],
        "http://a.no/2.pdf": ["http://a.no/2.pdf"],
    }
    assert ids_of(desk, new) == [goes]
    undo_decision(store, whole, "Kari")
    (item,) = list_items(store)
    assert (item.key, len(item.addresses), item.publication_id) == ("http://a.no/1", 2, whole)
    assert len(present_passages(store, whole)) == 2


def test_taking_a_split_back_leaves_the_new_id_leading_to_the_old(store: Store) -> None:
    desk, first, second = two_reports(store)
    join(store, first, second, "Kari")
    new = split(store, first, ["http://b.no/2"], "Kari")
    undo_decision(store, new, "Kari")
    with store.read() as session:
        assert resolve_id(session, new) == first
        assert decided_items(session) == {"http://a.no/1": first, "http://b.no/2": first}
    undo_decision(store, first, "Kari")
    with store.read() as session:
        assert resolve_id(session, second) == second
        assert decided_items(session) == {}
    acts = [(act.act, act.stands) for act in list_decisions(store, first)]
    assert acts == [("join", False), ("split", False)]
    assert desk.coded() == set()


def test_passages_of_a_split_publication_are_never_given_an_id_twice(store: Store) -> None:
    desk, first, second = two_reports(store)
    join(store, first, second, "Kari")
    new = split(store, first, ["http://a.no/1"], "Kari")
    moved = set(ids_of(desk, new))
    again = desk.passages(first, (ONE, "http://b.no/2.pdf"), (THREE, "http://b.no/2.pdf"))
    assert len(again) == 2 and not moved & set(again)
    assert set(ids_of(desk, new)) == moved


def test_what_cannot_be_decided_is_one_sentence(desk: tuple[Desk, str, str]) -> None:
    record, first, second = desk
    store = record.store
    for wrong, said in (
        (lambda: join(store, first, first, "Kari"), "one publication already"),
        (lambda: join(store, first, second, " "), "need the name"),
        (lambda: split(store, first, [], "Kari"), "at least one item"),
        (lambda: split(store, first, ["http://b.no/2"], "Kari"), "its items are: http://a.no/1"),
        (lambda: split(store, first, ["http://a.no/1"], "Kari"), "something to be left"),
        (lambda: undo_decision(store, first, "Kari"), "found none"),
    ):
        with pytest.raises(GroupingError, match=said):
            wrong()
    with pytest.raises(NotFoundError):
        join(store, first, "p-none", "Kari")
    assert list_decisions(store, first) == []


def test_what_was_joined_is_known_from_what_it_was_joined_to(
    desk: tuple[Desk, str, str],
) -> None:
    record, first, second = desk

    def joined() -> dict[str, int]:
        with record.store.read() as session:
            return joined_items(session)

    mine = {item.key for item in items_of(record.store, first)}
    theirs = {item.key for item in items_of(record.store, second)}
    assert joined() == {}
    join(record.store, first, second, "Kari")
    assert joined() == dict.fromkeys(mine, 0) | dict.fromkeys(theirs, 1)
    undo_decision(record.store, first, "Kari")
    assert joined() == {}
    join(record.store, second, first, "Kari")
    assert joined() == dict.fromkeys(mine, 1) | dict.fromkeys(theirs, 0)
