"""What is left unread never changes which rows are best."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.search import parts as parts_module
from kb.search.dense import Numbers
from kb.search.fusion import Scores
from kb.search.parts import Bonus, Read, allowed_hits, largest, parts_of

SIZE = 300


class Hits:
    """A search over known parts; `asked` are the limits and the narrowed rows it was given."""

    def __init__(self, every: Scores) -> None:
        self.every = every
        self.asked: list[tuple[int, int | None]] = []

    def __call__(self, limit: int, among: Numbers | None = None) -> tuple[Numbers, Scores]:
        self.asked.append((limit, None if among is None else len(among)))
        rows = np.flatnonzero(self.every) if among is None else among[self.every[among] > 0]
        best = rows[np.argsort(-self.every[rows], kind="stable")][:limit]
        return best, self.every[best]


def some(seed: int) -> tuple[Scores, Scores, np.ndarray, np.ndarray]:
    dice = np.random.default_rng(seed)
    closeness = dice.normal(0.3, 0.1, SIZE).astype(np.float32)
    parts = (dice.random(SIZE) * (dice.random(SIZE) < 0.7)).astype(np.float32)
    return closeness, parts, dice.random(SIZE) < 0.6, dice.random(SIZE) < 0.4


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 40), st.sampled_from([0.0, 0.1, 0.3]), st.booleans())
def test_the_best_are_those_of_reading_everything(
    seed: int, pool: int, weight: float, filtered: bool
) -> None:
    closeness, parts, side, allowed = some(seed)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parts_module, "FIRST_READ", 20)
        patch.setattr(parts_module, "MOST_LOOKED_UP", 60)
        bonus = Bonus(weight, closeness, side, Hits(parts))
        rows = bonus.best(pool, allowed if filtered else None)
    mask = side & allowed if filtered else side
    among = np.flatnonzero(mask)
    order = among[np.argsort(-(closeness + weight * parts)[among], kind="stable")]
    assert set(order[:pool]) <= set(rows)
    np.testing.assert_array_equal(bonus.parts[order[:pool]], parts[order[:pool]])
    near = np.flatnonzero(side)[np.argsort(-closeness[side], kind="stable")][:10]
    assert set(near) <= set(rows), "what a bonus is relative to, allowed or not"
    np.testing.assert_array_equal(bonus.parts[near], parts[near])
    assert (np.diff(rows) > 0).all()


def test_a_rare_word_is_read_once() -> None:
    closeness, _, side, _ = some(1)
    hits = Hits(np.zeros(SIZE, np.float32))
    assert len(Bonus(0.2, closeness, side, hits).best(5, None)) >= 5
    assert len(hits.asked) == 1


def test_an_empty_index_has_no_best() -> None:
    nothing = np.zeros(0, np.float32)
    bonus = Bonus(0.2, nothing, nothing.astype(bool), Hits(nothing))
    assert bonus.best(5, None).tolist() == []


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from([0, 5, 40, 2 * SIZE]))
def test_parts_of_one_side_are_read_or_looked_up(seed: int, limit: int) -> None:
    _, parts, side, _ = some(seed)
    rows = np.arange(0, SIZE, 7)
    hits = Hits(parts)
    found, scores = hits(limit)
    read = Read(found, scores, complete=limit > SIZE)
    hits.asked.clear()
    np.testing.assert_array_equal(
        parts_of(hits, rows, side[rows], read), np.where(side[rows], parts[rows], 0)
    )
    unread = set(rows[side[rows]]) - set(found)
    assert [size for _, size in hits.asked] == ([] if read.complete else [len(unread)])


def test_hits_are_read_until_enough_are_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts_module, "FEW_ROWS", 5)
    _, parts, _, allowed = some(3)
    hits = Hits(parts)
    found, read = allowed_hits(hits, allowed, 10)
    right = np.argsort(-np.where(allowed, parts, 0), kind="stable")[:10]
    assert found.tolist() == right.tolist()
    asked = [limit for limit, _ in hits.asked]
    assert asked[0] == int(1.3 * 10 * SIZE / allowed.sum()), "as many as should do"
    assert len(read.rows) == asked[-1]
    np.testing.assert_array_equal(read.parts, parts[read.rows])
    assert not read.complete


def test_where_allowed_rows_are_seldom_met_more_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts_module, "FEW_ROWS", 5)
    parts = np.linspace(1.0, 0.1, SIZE, dtype=np.float32)
    allowed = np.arange(SIZE) >= 100  # none of the best
    hits = Hits(parts)
    found, _ = allowed_hits(hits, allowed, 10)
    assert found.tolist() == list(range(100, 110))
    assert [limit for limit, _ in hits.asked] == [19, 247]
    hits.asked.clear()
    some_met = np.arange(SIZE) % 12 == 0
    allowed_hits(hits, some_met, 10)
    assert [limit for limit, _ in hits.asked] == [156], "as many as should do were enough"
    hits.asked.clear()
    seldom = np.arange(SIZE) >= 100
    seldom[:5] = True
    allowed_hits(hits, seldom, 10)
    assert [limit for limit, _ in hits.asked] == [19, 76, 304], "at least four times as many"
    monkeypatch.setattr(parts_module, "MOST_READ", 50)
    hits.asked.clear()
    assert allowed_hits(hits, allowed, 10)[0].tolist() == list(range(100, 110))
    assert hits.asked[-1] == (10, 200), "in the end they are asked for by their numbers"
    every, read = allowed_hits(hits, None, SIZE + 1)
    assert len(every) == SIZE
    assert read.complete


def test_few_allowed_rows_are_asked_for_by_their_numbers() -> None:
    _, parts, _, _ = some(3)
    hits = Hits(parts)
    few = np.zeros(SIZE, bool)
    few[[3, 9]] = True
    found, read = allowed_hits(hits, few, 10)
    assert set(found) <= {3, 9}
    assert hits.asked == [(10, 2)]
    assert not read.complete, "others may have the words too"
    assert len(allowed_hits(hits, None, 4)[0]) == 4


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 400), st.sampled_from([400, 1_000, 5_000]))
def test_a_sample_leaves_the_largest_as_they_are(seed: int, place: int, size: int) -> None:
    dice = np.random.default_rng(seed)
    values = np.round(dice.normal(0, 1, size), 1).astype(np.float32)  # many are equal
    values[dice.random(size) < dice.random()] = parts_module.OUT
    assert largest(values, place) == np.sort(values)[-place]
