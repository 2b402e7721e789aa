"""Wrapping catalogues' records, and reading JSON from outside without harm."""

from __future__ import annotations

import json
import tracemalloc
from typing import Any

import pytest

from pipeline import catalogue_record
from pipeline.catalogue_record import (
    MAX_DEPTH,
    START,
    UnreadableJsonError,
    read_json,
    unwrap_record,
    wrap_record,
)


@pytest.mark.parametrize(
    "record",
    [
        {},
        {"title": "Samþætting – þjónusta æøå ŋŧ"},
        {"deep": {"list": [1, 2.5, None, True, {"x": "y"}]}},
        {"quote": '"}, "record": {'},
        {"lone": "\ud800", "nul": "\x00"},
    ],
)
def test_what_is_wrapped_comes_out_again(record: dict[str, Any]) -> None:
    data = wrap_record("nva", record)
    assert data.startswith(START)
    assert data.isascii()
    assert unwrap_record(data) == ("nva", None, record)
    placed = wrap_record("nva", record, "https://nva.sikt.no/registration/æ")
    assert unwrap_record(placed) == ("nva", "https://nva.sikt.no/registration/æ", record)


def test_the_order_of_fields_does_not_matter() -> None:
    assert wrap_record("nva", {"a": 1, "b": 2}) == wrap_record("nva", {"b": 2, "a": 1})
    assert wrap_record("nva", {"a": 1}) != wrap_record("kudos", {"a": 1})


@pytest.mark.parametrize(
    ("body", "value"),
    [
        (b"\xef\xbb\xbf[1]", [1]),
        (b' {"a": 1e3}\n', {"a": 1000.0}),
        (b'"caf\xe9"', "caf\ufffd"),
        (b"1", 1),
    ],
)
def test_json_as_servers_write_it(body: bytes, value: Any) -> None:
    assert read_json(body) == value


@pytest.mark.parametrize(
    ("body", "clause"),
    [
        (b"", "is no JSON"),
        (b"<!doctype html>", "is no JSON ('<!doctype html>')"),
        (b'{"a": 1', "is no JSON"),
        (b'{"a": 1} trailing', "is no JSON"),
        (b"NaN", "holds NaN"),
        (b"[-Infinity]", "holds -Infinity"),
        (b"[1e400]", "too large"),
        (b"9" * 6000, "is no JSON"),
        (b"[" * 50_000 + b"]" * 50_000, "levels deep"),
        (b'{"a":' * 50_000, "levels deep"),
    ],
)
def test_what_cannot_be_read_is_one_short_clause(body: bytes, clause: str) -> None:
    with pytest.raises(UnreadableJsonError) as caught:
        read_json(body)
    assert clause in str(caught.value)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 300


def test_depth_is_counted_over_lists_and_objects() -> None:
    value: Any = 1
    for _ in range(MAX_DEPTH):
        value = [value]
    assert read_json(json.dumps(value).encode()) == value
    with pytest.raises(UnreadableJsonError, match=f"more than {MAX_DEPTH} levels"):
        read_json(json.dumps({"a": value}).encode())


def test_length_is_bounded_before_anything_is_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogue_record, "MAX_JSON_BYTES", 1 << 20)
    body = b"[" + b"1," * (1 << 20) + b"1]"
    tracemalloc.start()
    with pytest.raises(UnreadableJsonError, match="longer than 1 MiB"):
        read_json(body)
    assert tracemalloc.get_traced_memory()[1] < 1 << 20
    tracemalloc.stop()


@pytest.mark.parametrize(
    "data",
    [b"[]", b"{}", b'{"samvirke_record": 3, "record": {}}', b'{"samvirke_record": "nva"}'],
)
def test_what_is_no_wrapped_record(data: bytes) -> None:
    with pytest.raises(UnreadableJsonError, match="holds no record"):
        unwrap_record(data)
