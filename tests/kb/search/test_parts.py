"""What is left unread never changes which rows are best."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.search import parts as parts_module
from kb.search.dense import Numbers
from kb.search.fusion import Scores
from kb.search.parts import Bonus, allowed_hits, largest, parts_of

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


def test_parts_of_one_side_are_looked_up() -> None:
    _, parts, side, _ = some(2)
    rows = np.arange(0, SIZE, 7)
    found = parts_of(Hits(parts), rows, side[rows])
    np.testing.assert_array_equal(found, np.where(side[rows], parts[rows], 0))


def test_hits_are_read_until_enough_are_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts_module, "FEW_ROWS", 5)
    _, parts, _, allowed = some(3)
    hits = Hits(parts)
    found = allowed_hits(hits, allowed, 10)
    right = np.argsort(-np.where(allowed, parts, 0), kind="stable")[:10]
    assert found.tolist() == right.tolist()
    assert [limit for limit, _ in hits.asked] == [10, 40]
    few = np.zeros(SIZE, bool)
    few[[3, 9]] = True
    hits.asked.clear()
    assert set(allowed_hits(hits, few, 10)) <= {3, 9}
    assert hits.asked == [(10, 2)], "so few are asked for by their numbers"
    assert len(allowed_hits(hits, None, 4)) == 4


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 400), st.sampled_from([400, 1_000, 5_000]))
def test_a_sample_leaves_the_largest_as_they_are(seed: int, place: int, size: int) -> None:
    dice = np.random.default_rng(seed)
    values = np.round(dice.normal(0, 1, size), 1).astype(np.float32)  # many are equal
    values[dice.random(size) < dice.random()] = parts_module.OUT
    assert largest(values, place) == np.sort(values)[-place]
