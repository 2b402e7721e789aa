"""Acts on one coding, in order, and which of them stands: the rules of what counts.

Owns the meaning of a row of the coding table. Rows are read and written by `kb.coding.codings`;
which acts are undone is the log's (`kb.coding.acts`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Literal

from kb.codebook_changes import CurrentCodes
from kb.coding.acts import SETTLEMENTS
from kb.tables import Coding

Status = Literal["accepted", "rejected", "added"]
STATUS: dict[str, Status] = {
    "accept": "accepted",
    "reject": "rejected",
    "add": "added",
    "change": "added",
    "settle": "accepted",
    "dismiss": "rejected",
}
"""Acts that say something, and what of; `withdraw` and `remove` take such an act back."""


@dataclass(frozen=True)
class Chain:
    """One coding: its acts, oldest first, and the one that stands (None: none does).

    `face` is the newest act that tells its factor and span, standing or not.
    """

    root: int
    acts: tuple[Coding, ...]
    standing: Coding | None
    face: Coding

    @property
    def last(self) -> Coding:
        """The newest act, whatever came of it."""
        return self.acts[-1]


def chains(rows: Iterable[Coding], undone: Collection[int]) -> list[Chain]:
    """Put acts together by the coding they are about, each group oldest first.

    Rows of the first schema have no root: a coder's acts on a passage's factor are one coding.
    """
    groups: dict[int, list[Coding]] = defaultdict(list)
    first: dict[tuple[str | None, str, str], int] = {}
    for row in sorted(rows, key=lambda row: row.id):
        root = row.root
        if root is None:
            root = first.setdefault((row.passage_id, row.factor, row.coder), row.id)
        groups[root].append(row)
    return [_chain(root, acts, undone) for root, acts in groups.items()]


def _chain(root: int, acts: list[Coding], undone: Collection[int]) -> Chain:
    if len(acts) == 1 and acts[0].id not in undone and acts[0].act in STATUS:  # nearly all
        return Chain(root, tuple(acts), acts[0], acts[0])
    live = [row for row in acts if row.id not in undone]
    taken_back = {row.before for row in live if row.act == "withdraw"}
    words = [row for row in live if row.act != "withdraw" and row.id not in taken_back]
    last = words[-1] if words else None
    standing = last if last is not None and last.act in STATUS else None
    told = [row for row in words if row.act in STATUS]
    return Chain(root, tuple(acts), standing, told[-1] if told else acts[0])


def counting(found: Iterable[Chain], codes: CurrentCodes) -> list[Coding]:
    """The acts that count now, in order: of what a round's people settled, only the settlement.

    `codes` says which factor of the present codebook each is of.
    A coder who coded a factor of a whole passage twice (two passages that became one) is counted
    once, by their newest word.
    """
    standing = [chain.standing for chain in found if chain.standing is not None]
    factors = {row.id: codes.of_coding(row.id, row.factor) for row in standing}
    settled = {
        (row.round_id, row.passage_id, factors[row.id])
        for row in standing
        if row.act in SETTLEMENTS
    }
    newest: dict[tuple[object, ...], Coding] = {}
    for row in sorted(standing, key=lambda row: row.id):
        place = (row.round_id, row.passage_id, factors[row.id])
        if row.act not in SETTLEMENTS and place in settled:
            continue
        key: tuple[object, ...] = (row.id,)
        if row.span is None and row.act not in SETTLEMENTS:
            key = (row.passage_id, row.factor, row.coder)
        newest[key] = row
    return sorted(newest.values(), key=lambda row: row.id)
