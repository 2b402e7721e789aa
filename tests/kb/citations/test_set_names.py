"""A set can be given another name, but never one that is empty, too long or another set's."""

from __future__ import annotations

import pytest

from kb.citations.set_names import LONGEST, rename_set
from kb.citations.sets import create_set, find_set, list_sets, remove_set
from kb.errors import CitationError, NotFoundError
from tests.builders import Shelf


def test_a_set_gets_another_name_and_keeps_its_number(shelf: Shelf) -> None:
    set_id = create_set(shelf.store, "Kapittel 3", owner="Åse")
    rename_set(shelf.store, set_id, "  Kapittel   4 ")
    (view,) = list_sets(shelf.store)
    assert (view.id, view.name, view.owner) == (set_id, "Kapittel 4", "Åse")
    rename_set(shelf.store, set_id, "Kapittel 4")  # its own name is not taken
    with pytest.raises(NotFoundError, match="no citation set 'Kapittel 3'"):
        find_set(shelf.store, "Kapittel 3")


@pytest.mark.parametrize(
    ("name", "why"),
    [
        (" ", "needs a name"),
        ("x" * (LONGEST + 1), f"at most {LONGEST} characters, the one given has {LONGEST + 1}"),
        ("Taken", "'Taken' already; choose"),
        ("Removed", r"'Removed' already \(it was removed\); choose"),
    ],
)
def test_a_name_that_cannot_be_is_refused(shelf: Shelf, name: str, why: str) -> None:
    create_set(shelf.store, "Taken")
    remove_set(shelf.store, create_set(shelf.store, "Removed"))
    set_id = create_set(shelf.store, "Mine")
    with pytest.raises(CitationError, match=why):
        rename_set(shelf.store, set_id, name)
    assert find_set(shelf.store, "Mine") == set_id


def test_a_set_there_is_not_cannot_be_renamed(shelf: Shelf) -> None:
    with pytest.raises(NotFoundError, match="number 99"):
        rename_set(shelf.store, 99, "Ny")
