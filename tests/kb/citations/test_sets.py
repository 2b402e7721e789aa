"""Citation sets: ordered, nothing deleted, every quotation kept."""

from __future__ import annotations

import pytest

from kb.citations.sets import (
    add_item,
    create_set,
    find_set,
    list_items,
    list_sets,
    move_item,
    remove_item,
    remove_set,
    set_note,
)
from kb.errors import CitationError, NotFoundError
from tests.builders import TEXTS, Shelf, passage


@pytest.fixture
def filled(shelf: Shelf) -> tuple[Shelf, int, list[int]]:
    set_id = create_set(shelf.store, "  Kapittel   3: ledelse ", owner="Åse")
    items = [
        add_item(shelf.store, set_id, shelf.publication_id, passage_id)
        for passage_id in shelf.passage_ids
    ]
    return shelf, set_id, items


def test_a_set_is_listed_with_its_size(filled: tuple[Shelf, int, list[int]]) -> None:
    shelf, set_id, _ = filled
    (view,) = list_sets(shelf.store)
    assert (view.id, view.name, view.owner, view.items) == (
        set_id, "Kapittel 3: ledelse", "Åse", 3,
    )  # fmt: skip
    assert find_set(shelf.store, "Kapittel 3: ledelse") == set_id


def test_items_keep_their_order_and_quotation(filled: tuple[Shelf, int, list[int]]) -> None:
    shelf, set_id, _ = filled
    items = list_items(shelf.store, set_id)
    assert [item.quote for item in items] == list(TEXTS)
    assert [item.position for item in items] == [1, 2, 3]


def test_the_same_passage_is_not_added_twice(filled: tuple[Shelf, int, list[int]]) -> None:
    shelf, set_id, items = filled
    again = add_item(shelf.store, set_id, shelf.publication_id, shelf.passage_ids[1])
    assert again == items[1]
    assert len(list_items(shelf.store, set_id)) == 3


def test_a_passage_retired_since_it_was_shown_is_put_as_it_is_now(shelf: Shelf) -> None:
    _, edited, gone = shelf.passage_ids
    shelf.put(passage(TEXTS[0]), passage(TEXTS[1].replace("ofte ", "svært ofte ")))
    set_id = create_set(shelf.store, "kapittel")
    first = add_item(shelf.store, set_id, shelf.publication_id, edited)
    add_item(shelf.store, set_id, shelf.publication_id, gone)
    assert add_item(shelf.store, set_id, shelf.publication_id, shelf.passage_ids[1]) == first
    items = list_items(shelf.store, set_id)
    assert [item.passage_id for item in items] == [shelf.passage_ids[1], gone]
    assert [item.quote for item in items] == [TEXTS[1], TEXTS[2]]
    assert [item.needs_look for item in items] == [False, True]


def test_a_whole_publication_can_stand_in_a_set(shelf: Shelf) -> None:
    set_id = create_set(shelf.store, "rapporter")
    add_item(shelf.store, set_id, shelf.publication_id, note="hele rapporten")
    (item,) = list_items(shelf.store, set_id)
    assert (item.passage_id, item.quote, item.note) == (None, None, "hele rapporten")


@pytest.mark.parametrize(
    ("index", "steps", "expected"),
    [
        (0, 1, [1, 0, 2]),
        (2, -1, [0, 2, 1]),
        (0, 99, [1, 2, 0]),
        (1, -99, [1, 0, 2]),
        (1, 0, [0, 1, 2]),
    ],
)
def test_items_are_moved(
    filled: tuple[Shelf, int, list[int]], index: int, steps: int, expected: list[int]
) -> None:
    shelf, set_id, items = filled
    move_item(shelf.store, items[index], steps)
    assert [item.id for item in list_items(shelf.store, set_id)] == [items[n] for n in expected]


def test_a_removed_item_can_be_put_back_where_it_stood(
    filled: tuple[Shelf, int, list[int]],
) -> None:
    shelf, set_id, items = filled
    remove_item(shelf.store, items[1])
    assert [item.id for item in list_items(shelf.store, set_id)] == [items[0], items[2]]
    remove_item(shelf.store, items[1], restore=True)
    assert [item.id for item in list_items(shelf.store, set_id)] == items


def test_a_removed_set_can_be_put_back_whole(filled: tuple[Shelf, int, list[int]]) -> None:
    shelf, set_id, _ = filled
    remove_set(shelf.store, set_id)
    assert list_sets(shelf.store) == []
    remove_set(shelf.store, set_id, restore=True)
    assert list_sets(shelf.store)[0].items == 3


def test_making_a_removed_set_again_brings_its_items_back(
    filled: tuple[Shelf, int, list[int]],
) -> None:
    shelf, set_id, _ = filled
    remove_set(shelf.store, set_id)
    assert create_set(shelf.store, "Kapittel 3: ledelse") == set_id
    assert len(list_items(shelf.store, set_id)) == 3


def test_notes_are_changed_and_emptied(filled: tuple[Shelf, int, list[int]]) -> None:
    shelf, set_id, items = filled
    set_note(shelf.store, items[0], " sjekk sidetallet ")
    assert list_items(shelf.store, set_id)[0].note == "sjekk sidetallet"
    set_note(shelf.store, items[0], "  ")
    assert list_items(shelf.store, set_id)[0].note is None


def test_names_are_needed_and_taken_once(shelf: Shelf) -> None:
    create_set(shelf.store, "en")
    with pytest.raises(CitationError, match="already"):
        create_set(shelf.store, " en ")
    with pytest.raises(CitationError, match="needs a name"):
        create_set(shelf.store, "   ")


def test_what_is_not_there_is_said(shelf: Shelf) -> None:
    set_id = create_set(shelf.store, "en")
    with pytest.raises(NotFoundError, match="the sets there are: 'en'"):
        find_set(shelf.store, "to")
    with pytest.raises(NotFoundError, match="no passage"):
        add_item(shelf.store, set_id, shelf.publication_id, "f" * 20)
    with pytest.raises(NotFoundError, match="no publication"):
        add_item(shelf.store, set_id, "p-none")
    with pytest.raises(NotFoundError, match="no citation set number 99"):
        list_items(shelf.store, 99)
    with pytest.raises(NotFoundError, match="no item number 99"):
        remove_item(shelf.store, 99)
