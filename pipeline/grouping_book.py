"""What recognition remembers of every item between runs: its facts, and who may be the same.

Owns a small database in the data home. It is derived: where it is missing, of another version or
damaged, it is made anew from the record. SQLite and not a file read whole, since a night's few new
items are compared with those that share a key with them, and with nothing else.
"""

from __future__ import annotations

import base64
import json
import sqlite3
import struct
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict
from hashlib import blake2b
from pathlib import Path
from typing import Any

from pipeline.item_facts import FACTS_VERSION, ItemFacts, keys_of
from pipeline.near_duplicates import SKETCH_VERSION, Sketch
from pipeline.records import from_json

CROWDED = 60  # items under one key: "annual report" tells nothing, and all pairs of them would hurt
BOOK_VERSION = 1  # raised when its tables change
_VERSION = f"{BOOK_VERSION}.{FACTS_VERSION}.{SKETCH_VERSION}.{CROWDED}"
_BOUND_VALUES = 500  # values in one query
_TABLES = """
create table if not exists made (version text);
create table if not exists facts (
    id integer primary key, item text not null unique, digest text, facts text
);
create table if not exists key (key integer, id integer, primary key (key, id)) without rowid;
create index if not exists key_id on key (id);
create table if not exists sketch (sha256 text primary key, sketch text);
"""
_HASHED = ("text", "figures")  # of a sketch: kept as bytes, a quarter as long as their digits


class GroupingBook:
    """The facts of all items and their keys; open it with `open_book`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._base = connection

    def digests(self) -> dict[str, str]:
        """For each item known here, the digest of what its facts were read from."""
        return dict(self._base.execute("select item, digest from facts"))

    def put(self, facts: ItemFacts, digest: str) -> None:
        """Remember an item's facts in place of those known before."""
        self.drop([facts.key])
        values = asdict(facts)
        values["sketches"] = [_packed(sketch) for sketch in facts.sketches]
        text = json.dumps(values, ensure_ascii=False)
        row = (facts.key, digest, text)
        new = self._base.execute("insert into facts (item, digest, facts) values (?, ?, ?)", row)
        keys = sorted({_number(key) for key in keys_of(facts)})
        rows = [(key, new.lastrowid) for key in keys]
        self._base.executemany("insert into key values (?, ?)", rows)

    def drop(self, items: Iterable[str]) -> None:
        """Forget items that the record has no more."""
        for item in items:
            mine = "select id from facts where item = ?"
            self._base.execute(f"delete from key where id = ({mine})", (item,))  # noqa: S608
            self._base.execute("delete from facts where item = ?", (item,))

    def facts(self, items: Collection[str]) -> dict[str, ItemFacts]:
        """The facts of these items, by key; those not known here are left out."""
        found: dict[str, ItemFacts] = {}
        ordered = sorted(items)
        for start in range(0, len(ordered), _BOUND_VALUES):
            part = ordered[start : start + _BOUND_VALUES]
            places = ",".join("?" * len(part))
            query = f"select item, facts from facts where item in ({places})"  # noqa: S608
            for item, text in self._base.execute(query, part):
                values = json.loads(text)
                values["sketches"] = [_unpacked(sketch) for sketch in values["sketches"]]
                found[item] = from_json(ItemFacts, values)
        return found

    def neighbours(self, item: str) -> set[str]:
        """Items that share a key with this one, but for keys that very many share."""
        query = (
            "select distinct facts.item from facts mine join key own on own.id = mine.id "
            "join key other on other.key = own.key and other.id <> own.id "
            "join facts on facts.id = other.id where mine.item = :item and (select count(*) from "
            "(select 1 from key c where c.key = own.key limit :most + 1)) <= :most"
        )
        return {row[0] for row in self._base.execute(query, {"item": item, "most": CROWDED})}

    def crowded_out(self, items: Collection[str]) -> set[str]:
        """Items under keys that adding these has made crowded: what bound them may be gone."""
        shared: Counter[int] = Counter()
        own = "select key from key join facts on facts.id = key.id where facts.item = ?"
        for item in items:
            shared.update(row[0] for row in self._base.execute(own, (item,)))
        found: set[str] = set()
        under = "select facts.item from key join facts on facts.id = key.id where key.key = ?"
        for key, new in shared.items():
            count = "select count(*) from key where key = ?"
            if CROWDED < self._base.execute(count, (key,)).fetchone()[0] <= CROWDED + new:
                found |= {row[0] for row in self._base.execute(under, (key,))}
        return found

    def sketch(self, sha256: str) -> Sketch | None:
        """The sketch of a file's text, where one was made."""
        row = self._base.execute("select sketch from sketch where sha256 = ?", (sha256,)).fetchone()
        return from_json(Sketch, _unpacked(json.loads(row[0]))) if row else None

    def put_sketch(self, sha256: str, sketch: Sketch) -> None:
        """Remember the sketch of a file's text."""
        text = json.dumps(_packed(sketch), ensure_ascii=False)
        self._base.execute("insert or replace into sketch values (?, ?)", (sha256, text))


def _number(key: str) -> int:
    """A key as a whole number of 64 bits: two keys with the same one are compared in vain."""
    return int.from_bytes(blake2b(key.encode(), digest_size=8).digest(), signed=True)


def _packed(sketch: Sketch) -> dict[str, Any]:
    values = asdict(sketch)
    for name in _HASHED:
        hashes = struct.pack(f"<{len(values[name])}I", *values[name])
        values[name] = base64.b64encode(hashes).decode()
    return values


def _unpacked(values: dict[str, Any]) -> dict[str, Any]:
    for name in _HASHED:
        hashes = base64.b64decode(values[name])
        values[name] = list(struct.unpack(f"<{len(hashes) // 4}I", hashes))
    return values


@contextmanager
def open_book(path: Path) -> Iterator[GroupingBook]:
    """Open the book at `path`, empty where it is missing, damaged or of another version.

    All that is written is kept at the end, and nothing where an error ends it; the refresh lock
    keeps others out meanwhile.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    if not _is_sound(path):
        for part in path.parent.glob(f"{path.name}*"):
            part.unlink()
    with closing(sqlite3.connect(path)) as base:
        base.executescript(_TABLES)
        base.execute("pragma synchronous = off")  # derived: made anew where a power cut hurts it
        if base.execute("select version from made").fetchone() is None:
            base.execute("insert into made values (?)", (_VERSION,))
        with base:
            yield GroupingBook(base)


def _is_sound(path: Path) -> bool:
    if not path.exists():
        return False
    try:
        with closing(sqlite3.connect(path)) as base:
            row = base.execute("select version from made").fetchone()
            (state,) = base.execute("pragma quick_check(1)").fetchone()
    except sqlite3.DatabaseError:
        return False
    return row is not None and row[0] == _VERSION and state == "ok"
