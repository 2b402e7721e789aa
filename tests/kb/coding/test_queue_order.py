"""One batch: reproducible, with its random share, and with places for the likely and the unsure."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from kb.coding.queue_learner import Judged, score
from kb.coding.queue_order import Pick, Pool, draw_batch, random_count

N, D = 120, 8


def pool(factors: tuple[str, ...] = ("leadership",)) -> Pool:
    """Texts whose first component says whether they are relevant."""
    dice = np.random.default_rng(5)
    vectors = dice.normal(size=(N, D))
    vectors[:30, 0] += 3.0
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    ids = tuple(f"p{number:03d}" for number in range(N))
    return Pool(ids, factors, vectors, np.zeros((N, len(factors))))


def judged(seen: int) -> Judged:
    """Every fourth text, so that some of the first thirty are among them."""
    rows = np.zeros(N, dtype=bool)
    rows[: seen * 4 : 4] = True
    return Judged(rows, rows & (np.arange(N) < 30))


def batch(
    own: Pool, words: list[Judged], seed: int = 1, number: int = 0, **more: float
) -> list[Pick]:
    """A batch of twenty."""
    return draw_batch(own, words, ~words[0].seen, seed=seed, number=number, **more)  # type: ignore[arg-type]


def test_the_same_history_gives_the_same_batch() -> None:
    assert batch(pool(), [judged(15)]) == batch(pool(), [judged(15)])
    assert batch(pool(), [judged(15)], seed=2) != batch(pool(), [judged(15)])


def test_noise_in_the_last_bits_changes_nothing() -> None:
    noisy = replace(pool(), vectors=pool().vectors + 1e-13)
    assert batch(noisy, [judged(15)]) == batch(pool(), [judged(15)])


def test_random_places_do_not_depend_on_what_was_learnt() -> None:
    def drawn(own: Pool, relevant: bool) -> list[int]:
        word = judged(15)
        told = word if relevant else Judged(word.seen, np.zeros(N, dtype=bool))
        picks = sorted(
            (p for p in batch(own, [told]) if p.why == "random"), key=lambda p: p.drawn or 0
        )
        return [pick.row for pick in picks]

    assert drawn(pool(), relevant=True) == drawn(pool(), relevant=False)


@pytest.mark.parametrize("share", [0.0, 0.1, 0.15, 0.2, 1.0])
def test_over_the_batches_the_share_comes_out(share: float) -> None:
    assert sum(random_count(number, share, 20) for number in range(50)) == round(share * 1000)


def test_a_batch_has_all_kinds_of_places() -> None:
    kinds = Counter(pick.why for pick in batch(pool(), [judged(15)]))
    assert kinds == {"random": 3, "likely": 15, "uncertain": 2}
    assert {p.why for p in batch(pool(("a", "b")), [judged(20), judged(4)])} >= {
        "random",
        "uncertain",
    }


def test_likely_places_are_relevant_and_nothing_seen_comes_again() -> None:
    word = judged(15)
    picks = batch(pool(), [word])
    likely = [pick.row for pick in picks if pick.why == "likely"]
    assert np.mean(np.array(likely) < 30) > 0.6
    assert not word.seen[[pick.row for pick in picks]].any()
    assert len({pick.row for pick in picks}) == 20


def test_without_labels_the_machines_word_orders() -> None:
    nobody = Judged(np.zeros(N, dtype=bool), np.zeros(N, dtype=bool))
    prior = np.arange(N, dtype=np.float64)
    assert np.argmax(score(pool().vectors, prior, nobody)) == N - 1
    own = replace(pool(), prior=prior[:, None])
    assert {p.row for p in batch(own, [nobody], share=0.0)} == set(range(100, 120))


def test_the_last_batch_is_what_is_left() -> None:
    word = Judged(np.arange(N) >= 5, np.arange(N) > N)
    assert {pick.row for pick in batch(pool(), [word])} == {0, 1, 2, 3, 4}
