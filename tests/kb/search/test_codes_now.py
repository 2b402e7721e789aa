"""An index's rows under a codebook that was changed: batches read as columns, as by hand."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpora.codebook import Kind
from kb.search import table as table_module
from kb.search.codes_now import _one_each
from kb.search.rows import IndexRow, MachineCoding
from kb.search.table import PassageTable, write_table
from tests.kb.search.sample_rows import make_row

CODES = ("leadership", "ledelse", "culture", "åpenhet")


class Renamed:
    """A codebook in which some codes stand for others or for nothing."""

    def __init__(self, now: Mapping[str, str | None]) -> None:
        self.now = now

    def suggested(self, kind: Kind, code: str) -> str | None:
        return self.now.get(code, code)


def by_hand(row: IndexRow, now: Mapping[str, str | None]) -> dict[str, Any]:
    """What a row's labels are to become, in the plainest way."""
    best: dict[str, MachineCoding] = {}
    for one in row.codings:
        code = now.get(one.factor, one.factor)
        if code and (code not in best or one.confidence > best[code].confidence):
            best[code] = MachineCoding(code, one.direction, one.confidence, one.start, one.end)
    kept = [now.get(name, name) for name in row.sectors]
    kind = row.evidence_type
    return {
        "codings": tuple(best.values()),
        "sectors": tuple(dict.fromkeys(name for name in kept if name)),
        "evidence_type": now.get(kind, kind) if kind else None,
        "target_groups": row.target_groups,
    }


def make_rows(dice: np.random.Generator, count: int) -> list[IndexRow]:
    def some() -> list[str]:
        return [str(code) for code in dice.choice(CODES, int(dice.integers(0, 5)))]

    return [
        make_row(
            f"a{number:03}",
            sectors=tuple(some()),
            target_groups=("children",) * (number % 2),
            evidence_type=next(iter(some()), None),
            codings=tuple(
                MachineCoding(code, "mixed", float(dice.choice([0.25, 0.5])), at, at + 1)
                for at, code in enumerate(some())
            ),
        )
        for number in range(count)
    ]


@pytest.mark.parametrize(
    "now",
    [
        {"ledelse": "leadership"},  # merged
        {"leadership": "lederskap", "åpenhet": None},  # renamed, out of use
        dict.fromkeys(CODES),
    ],
)
def test_rows_follow_the_codebook(
    tmp_path: Path, now: Mapping[str, str | None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(table_module, "BATCH_ROWS", 7)
    rows = make_rows(np.random.default_rng(3), 40)
    write_table(tmp_path / "rows.arrow", rows)
    table = PassageTable(tmp_path / "rows.arrow", Renamed(now))
    for row, found in zip(rows, table.rows(range(40)), strict=True):
        right = by_hand(row, now)
        assert {name: getattr(found, name) for name in right} == right
        assert (found.passage_id, found.text) == (row.passage_id, row.text)
    owners, (factors,) = table.lists("codings", "factor")
    assert len(owners) == sum(len(by_hand(row, now)["codings"]) for row in rows)
    assert set(factors.values) <= {now.get(code, code) for code in CODES}


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 4), st.integers(-1, 3), st.integers(0, 2)), max_size=30))
def test_a_code_stays_once_a_row_where_it_first_stood(entries: list[tuple[int, int, int]]) -> None:
    entries.sort(key=lambda entry: entry[0])
    owners, codes, order = (np.array([e[at] for e in entries], dtype=np.int64) for at in range(3))
    rows, kept = _one_each(owners, codes, order)
    best: dict[tuple[int, int], int] = {}
    for at, (owner, code, rank) in enumerate(entries):
        if code >= 0 and ((owner, code) not in best or rank < entries[best[owner, code]][2]):
            best[owner, code] = at
    assert kept.tolist() == list(best.values())
    assert rows.tolist() == [owner for owner, _ in best]
