"""The order of one batch: which texts come next, and why each.

Owns choosing; pure, so that the same labels, scores and seed give the same batch in every process.
A share is drawn at random from what nobody has looked at, by the hash of seed and id: it does not
depend on what was learnt, which is what makes estimates honest. The rest goes to likely texts, to
rare factors, and to texts of which the learner is least sure.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from kb.coding.queue_learner import Flags, Floats, Judged, rarity, score

SHARE = 0.15  # of a batch drawn at random
UNCERTAIN = 0.15  # of the rest, where the learner is least sure
BATCH = 20  # texts: the learner is refitted after as many
SURE_SLOPE, SURE_FROM = 2.0, 1.5  # score to chance: even odds at 1.5 spreads above the mean

Whys = dict[int, tuple[str, str]]


@dataclass(frozen=True)
class Pool:
    """All that may be looked at: `ids` sorted, `vectors` (n, d), `prior` (n, factors)."""

    ids: tuple[str, ...]
    factors: tuple[str, ...]
    vectors: Floats
    prior: Floats

    def digest(self) -> str:
        """SHA-256 of the ids: whether two batches were drawn from the same."""
        return hashlib.sha256("\n".join(self.ids).encode()).hexdigest()


@dataclass(frozen=True)
class Pick:
    """One text chosen: row of the pool, why, what it may be about, and its turn if drawn."""

    row: int
    why: str
    factor: str = ""
    drawn: int | None = None


def shuffle_key(seed: int, word: str) -> bytes:
    """Where something stands in the random order of a seed."""
    return hashlib.sha256(f"{seed}\n{word}".encode()).digest()


def random_count(number: int, share: float, size: int) -> int:
    """How many of batch `number` are drawn, so that over the batches the share comes out right."""
    return int(share * size * (number + 1) + 1e-9) - int(share * size * number + 1e-9)


def draw_batch(
    pool: Pool,
    judged: Sequence[Judged],
    open_rows: Flags,
    *,
    seed: int,
    number: int,
    share: float = SHARE,
    size: int = BATCH,
    likely_rows: Flags | None = None,
) -> list[Pick]:
    """Choose a batch among the rows still `open_rows` (n,); `judged` has one a factor.

    What is not drawn at random is chosen among `likely_rows`, all open ones unless said. They come
    in an order that tells nothing of why each was chosen.
    """
    keys = {row: shuffle_key(seed, pool.ids[row]) for row in np.flatnonzero(open_rows).tolist()}
    drawn = sorted(keys, key=lambda row: keys[row])[: random_count(number, share, size)]
    picks = [Pick(row, "random", drawn=turn) for turn, row in enumerate(drawn)]
    others = open_rows if likely_rows is None else open_rows & likely_rows
    rest = np.array(sorted(set(np.flatnonzero(others).tolist()).difference(drawn)), dtype=np.int64)
    scores = np.stack(
        [score(pool.vectors, pool.prior[:, at], one) for at, one in enumerate(judged)], axis=1
    )
    wanted = min(size - len(picks), len(rest))
    unsure = int(wanted * UNCERTAIN) if any(one.relevant.any() for one in judged) else 0
    picks += _likeliest(pool, judged, scores, rest, keys, wanted - unsure)
    taken = {pick.row for pick in picks}
    left = np.array([row for row in rest.tolist() if row not in taken], dtype=np.int64)
    picks += _least_sure(pool, judged, scores, left, keys, unsure)
    return sorted(picks, key=lambda pick: shuffle_key(seed, f"{number}\n{pool.ids[pick.row]}"))


def _chances(scores: Floats) -> Floats:
    chances: Floats = 1.0 / (1.0 + np.exp(-SURE_SLOPE * (scores - SURE_FROM)))
    return chances


def _likeliest(
    pool: Pool,
    judged: Sequence[Judged],
    scores: Floats,
    rows: np.ndarray[Any, np.dtype[np.int64]],
    keys: dict[int, bytes],
    count: int,
) -> list[Pick]:
    """For one factor the best scores; for several the most chances, rare factors worth more."""
    if len(judged) == 1:
        best = sorted(rows.tolist(), key=lambda row: (-scores[row, 0], keys[row]))[:count]
        return [Pick(row, "likely", pool.factors[0]) for row in best]
    worth = rarity(list(judged))
    gains = np.round(_chances(scores) * worth, 6)
    total = gains.sum(axis=1)
    best = sorted(rows.tolist(), key=lambda row: (-total[row], keys[row]))[:count]
    middle = float(np.median(worth))
    places = [(row, int(np.argmax(gains[row]))) for row in best]
    return [
        Pick(row, "rare" if worth[at] > middle else "likely", pool.factors[at])
        for row, at in places
    ]


def _least_sure(
    pool: Pool,
    judged: Sequence[Judged],
    scores: Floats,
    rows: np.ndarray[Any, np.dtype[np.int64]],
    keys: dict[int, bytes],
    count: int,
) -> list[Pick]:
    """Texts nearest to even odds; of several factors the rare ones count more."""
    worth = rarity(list(judged))
    doubt = np.round((0.5 - np.abs(_chances(scores) - 0.5)) * worth, 6)
    most = doubt.max(axis=1)
    best = sorted(rows.tolist(), key=lambda row: (-most[row], keys[row]))[:count]
    return [Pick(row, "uncertain", pool.factors[int(np.argmax(doubt[row]))]) for row in best]
