"""A record of a catalogue's own JSON interface, as it is kept: wrapped with the catalogue's name.

Owns the wrapping and the careful reading of JSON from outside. Who asks is `pipeline.crawl`, whose
fields mean what is `pipeline.extract.api_record`'s business.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any, NamedTuple

MEDIA_TYPE = "application/vnd.samvirke.record+json"
START = b'{"samvirke_record": "'  # how the bytes of every wrapped record begin
MAX_DEPTH = 40  # levels of lists and objects; the deepest catalogue answer has about ten
MAX_JSON_BYTES = 64 * 2**20  # a page of 100 records has at most a few megabytes
_SHOWN = 60  # characters of a faulty answer that a message shows


class UnreadableJsonError(ValueError):
    """JSON from outside cannot be used; its message is a clause such as "is cut off"."""


def read_json(body: bytes) -> Any:
    """Return the value of JSON text in UTF-8 without what would trip a later reader.

    Raises UnreadableJsonError for text that is none, too long, nested too deeply or of numbers
    that are none (NaN, Infinity, beyond a double).
    """
    if len(body) > MAX_JSON_BYTES:
        raise UnreadableJsonError(f"is longer than {MAX_JSON_BYTES // 2**20} MiB")
    try:
        text = body.decode("utf-8-sig", "replace")
        value = json.loads(text, parse_constant=_refuse_number, parse_float=_read_float)
    except UnreadableJsonError:
        raise
    except RecursionError:
        raise UnreadableJsonError(f"is nested more than {MAX_DEPTH} levels deep") from None
    except ValueError as error:
        start = " ".join(body[:_SHOWN].decode("utf-8", "replace").split())
        raise UnreadableJsonError(f"is no JSON ({start!r}): {_short(error)}") from None
    _require_shallow(value)
    return value


class Kept(NamedTuple):
    """A record as it was kept: whose it is, the page a person would open, the record itself."""

    origin: str
    page: str | None
    record: dict[str, Any]


def wrap_record(origin: str, record: Mapping[str, Any], page: str | None = None) -> bytes:
    """Return a record as it is kept: the same record always gives the same bytes.

    `origin` is the catalogue's short name (`nva`, `openalex`, ...), `page` the address of the
    catalogue's own page on it.
    """
    name, where, body = (
        json.dumps(value, sort_keys=True, ensure_ascii=True, allow_nan=False)
        for value in (origin, page, record)
    )
    return f'{{"samvirke_record": {name}, "page": {where}, "record": {body}}}'.encode("ascii")


def unwrap_record(data: bytes) -> Kept:
    """Take a kept record apart again; raises UnreadableJsonError."""
    value = read_json(data)
    if not isinstance(value, dict):
        raise UnreadableJsonError("holds no record of a catalogue")
    origin, page, record = (value.get(key) for key in ("samvirke_record", "page", "record"))
    if not isinstance(origin, str) or not isinstance(record, dict):
        raise UnreadableJsonError("holds no record of a catalogue")
    return Kept(origin, page if isinstance(page, str) else None, record)


def _refuse_number(name: str) -> float:
    raise UnreadableJsonError(f"holds {name} where a number is expected")


def _read_float(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise UnreadableJsonError(f"holds the number {text[:20]}, which is too large")
    return value


def _require_shallow(value: Any) -> None:
    """Refuse what nests too deeply, looking level by level so that nothing can overflow here."""
    level = [value]
    for _ in range(MAX_DEPTH):
        level = [
            inner
            for outer in level
            if isinstance(outer, dict | list)
            for inner in (outer.values() if isinstance(outer, dict) else outer)
            if isinstance(inner, dict | list)
        ]
        if not level:
            return
    raise UnreadableJsonError(f"is nested more than {MAX_DEPTH} levels deep")


def _short(error: ValueError) -> str:
    said = str(error).splitlines()[0]
    return said if len(said) <= 2 * _SHOWN else said[: 2 * _SHOWN] + "…"
