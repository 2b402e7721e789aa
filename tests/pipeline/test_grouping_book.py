"""The book of facts: kept between runs, looked up by shared keys, made anew where it is broken."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from pipeline import grouping_book
from pipeline.grouping_book import CROWDED, open_book
from tests.pipeline.grouped import item, text


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "gruppering æøå" / "items.sqlite"


def test_facts_are_what_was_put_after_a_restart(path: Path) -> None:
    facts = item("a", makers=(("ødegård", "pål"),), sketches=(text(1),), refers=("b",), year=2019)
    with open_book(path) as book:
        book.put(facts, "digest")
        book.put_sketch("f" * 64, text(2))
    with open_book(path) as book:
        assert book.facts(["a", "gone"]) == {"a": facts}
        assert book.digests() == {"a": "digest"}
        assert book.sketch("f" * 64) == text(2)
        assert book.sketch("0" * 64) is None


def test_neighbours_share_a_key_and_go_with_it(path: Path) -> None:
    with open_book(path) as book:
        book.put(item("a", dois=("10.1/x",)), "1")
        book.put(item("b", "Annet", dois=("10.1/x",)), "1")
        book.put(item("c", "Noe tredje om noe"), "1")
        assert book.neighbours("a") == {"b"}
        assert book.neighbours("c") == set()
        book.put(item("b", "Annet"), "2")
        assert book.neighbours("a") == set()
        book.put(item("b", "Annet", dois=("10.1/x",)), "3")
        book.drop(["b", "never"])
        assert book.neighbours("a") == set()
        assert book.digests() == {"a": "1", "c": "1"}


def test_a_key_that_very_many_share_tells_nothing(path: Path) -> None:
    with open_book(path) as book:
        for number in range(CROWDED):
            book.put(item(f"i{number}", "Årsrapport"), "1")
        assert len(book.neighbours("i0")) == CROWDED - 1
        assert book.crowded_out(["i0"]) == set()
        book.put(item("last", "Årsrapport"), "1")
        assert book.neighbours("i0") == set()
        assert len(book.crowded_out(["last"])) == CROWDED + 1


def test_nothing_is_kept_of_a_run_that_failed(path: Path) -> None:
    with pytest.raises(KeyboardInterrupt), open_book(path) as book:
        book.put(item("a"), "1")
        raise KeyboardInterrupt
    with open_book(path) as book:
        assert book.digests() == {}


@pytest.mark.parametrize("damage", ["garbage", "version", "empty"])
def test_a_book_that_cannot_be_used_is_begun_anew(
    path: Path, damage: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_book(path) as book:
        book.put(item("a"), "1")
    if damage == "garbage":
        path.write_bytes(b"not a database at all" * 100)
    elif damage == "empty":
        path.write_bytes(b"")
    else:
        monkeypatch.setattr(grouping_book, "_VERSION", "other")
    with open_book(path) as book:
        assert book.digests() == {}
        book.put(item("b"), "1")
    with sqlite3.connect(path) as base:
        assert base.execute("select item from facts").fetchall() == [("b",)]
