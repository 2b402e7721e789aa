"""What reading a bibliography gives: the records, and what was wrong with which of them.

Owns the outcome types and the rule that every record is either kept or reported.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from kb.bibliography import issued_year
from kb.csl_check import validate_csl


@dataclass(frozen=True)
class Problem:
    """One sentence about record number `position` (from 1); `kept` says if it was read anyway."""

    position: int
    message: str
    kept: bool


@dataclass(frozen=True)
class ReadRecord:
    """A record as read: `csl` is None where it could not be, then `problem` says why."""

    position: int
    csl: dict[str, Any] | None
    problem: str | None = None


@dataclass(frozen=True)
class ReadBibliography:
    """`entries` are CSL-JSON records in file order; `problems` cover the rest and the doubtful."""

    entries: tuple[dict[str, Any], ...]
    problems: tuple[Problem, ...]


def settle(records: Iterable[ReadRecord]) -> ReadBibliography:
    """Return the records that could be read, each with a unique id, and all problems.

    A record without title or year is kept, says so, and is given neither.
    """
    entries: list[dict[str, Any]] = []
    problems: list[Problem] = []
    taken: set[str] = set()
    for record in records:
        if record.csl is None:
            message = record.problem or f"Record {record.position} could not be read."
            problems.append(Problem(record.position, message, kept=False))
            continue
        csl = {key: value for key, value in record.csl.items() if value not in (None, "", [], {})}
        csl["id"] = _unique_id(str(csl.get("id") or f"record-{record.position}"), taken)
        entries.append(csl)
        messages = [record.problem] if record.problem else []
        messages += _gaps(record.position, csl)
        messages += [f"Record {record.position}: {fault}" for fault in validate_csl(csl)]
        problems += [Problem(record.position, message, kept=True) for message in messages]
    return ReadBibliography(tuple(entries), tuple(problems))


def _gaps(position: int, csl: Mapping[str, Any]) -> list[str]:
    """Return one sentence for a record without title, year or both."""
    lacking = [
        word
        for word, there in (("title", csl.get("title")), ("year", issued_year(csl)))
        if not there
    ]
    if not lacking:
        return []
    return [f"Record {position} has no {' and no '.join(lacking)}; it is kept without."]


def _unique_id(wanted: str, taken: set[str]) -> str:
    """Return `wanted`, or with -2, -3, ... behind it where it is taken."""
    candidate, count = wanted, 1
    while candidate in taken:
        count += 1
        candidate = f"{wanted}-{count}"
    taken.add(candidate)
    return candidate
