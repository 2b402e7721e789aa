"""Short words for tests of coding: one person's act on a passage of the shelf, and what stands."""

from __future__ import annotations

from typing import Any

from corpora.codebook import load_codebook
from kb.coding.codings import StoredCodings, record_coding
from kb.store import Store
from tests.builders import Shelf, passage

CODEBOOK = load_codebook()
ÅSA, ÞÓR, KARI = "Åsa", "Þór", "Kari"


def add(
    shelf: Shelf,
    coder: str = ÅSA,
    factor: str = "leadership",
    direction: str = "barrier",
    at: int = 0,
    **more: Any,
) -> int:
    """Add a coding to a passage of the shelf."""
    return record_coding(
        shelf.store, CODEBOOK, shelf.passage_ids[at], factor=factor, direction=direction,
        act=more.pop("act", "add"), coder=coder, **more,
    )  # fmt: skip


def standing(store: Store) -> dict[str, list[tuple[str, str, str, str]]]:
    """What counts now: coder, factor, direction and status by passage."""
    return {
        passage_id: [(one.coder, one.factor, one.direction, one.status) for one in codings]
        for passage_id, codings in StoredCodings(store).coded().items()
    }


def words(shelf: Shelf, at: int = 0) -> list[tuple[str, str, str, str]]:
    """What counts now on one passage of the shelf."""
    return standing(shelf.store).get(shelf.passage_ids[at], [])


def fill(shelf: Shelf, count: int) -> None:
    """Give the shelf's publication so many passages."""
    shelf.put(*(passage(f"Funn nummer {n} om samarbeid i kommune {n * n}.") for n in range(count)))
