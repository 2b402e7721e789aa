"""Who said what of which passage: the judgements that coders are compared by.

Owns reading them from the record, and their form as tables of values. A coder judged a passage
where they are done with it in a round, or have coded it; what they did not judge is missing, not
absent. Settlements are not judgements. The coefficients are `kb.coding.coefficients`'.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.codebook_changes import current_codes
from kb.coding.acts import SETTLEMENTS, undone_rows
from kb.coding.chains import chains
from kb.coding.coefficients import MISSING, Numbers, Ratings
from kb.coding.names import clean_name
from kb.coding.round_entries import find_round, visible
from kb.coding.rounds import done_by_coder
from kb.coding_tables import CodingRound, RoundPassage
from kb.errors import CodingError
from kb.store import Store
from kb.tables import Coding, Passage

Judged = dict[tuple[str, str], dict[str, str]]


@dataclass(frozen=True)
class Judgements:
    """What coders judged. `said` maps (passage, coder) to direction by factor, empty for nothing.

    `publications` gives each passage's; a pair that is not in `said` was not judged.
    """

    coders: tuple[str, ...]
    passages: tuple[str, ...]
    publications: Mapping[str, str]
    said: Mapping[tuple[str, str], Mapping[str, str]]

    def clusters(self) -> list[int]:
        """The number of each passage's publication."""
        numbers = {name: at for at, name in enumerate(sorted(set(self.publications.values())))}
        return [numbers[self.publications[passage]] for passage in self.passages]

    def presence(self, factor: str) -> Ratings:
        """Passages by coders: 1 where a coder said the factor, 0 where not, else missing."""
        return self._table(lambda said: int(factor in said))

    def directions(self, factor: str, order: Sequence[str]) -> Ratings:
        """Passages by coders: the direction's place in `order`, missing where not coded."""
        return self._table(lambda said: order.index(said[factor]) if factor in said else MISSING)

    def decisions(self, factor: str, order: Sequence[str]) -> Ratings:
        """Passages by coders: 0 where the factor was not said, else the direction's place + 1."""
        return self._table(lambda said: order.index(said[factor]) + 1 if factor in said else 0)

    def factor_sets(self) -> tuple[Ratings, list[frozenset[str]]]:
        """Passages by coders: the number of the set of factors said, and the sets."""
        sets = sorted({frozenset(said) for said in self.said.values()}, key=sorted)
        numbers = {found: at for at, found in enumerate(sets)}
        return self._table(lambda said: numbers[frozenset(said)]), sets

    def _table(self, value: Callable[[Mapping[str, str]], int]) -> Ratings:
        table = np.full((len(self.passages), len(self.coders)), MISSING, dtype=np.int64)
        for row, passage in enumerate(self.passages):
            for column, coder in enumerate(self.coders):
                said = self.said.get((passage, coder))
                if said is not None:
                    table[row, column] = value(said)
        return table


def read_judgements(
    store: Store, coders: Sequence[str] = (), round_name: str | int | None = None
) -> Judgements:
    """What coders judged in a closed round, or (without one) anywhere that is shown to all.

    `coders` are those compared: of the round, or all who coded, where none is named. Raises
    CodingError for a round that is open still or a name that is not among the coders,
    NotFoundError for an unknown round.
    """
    names = tuple(dict.fromkeys(clean_name(coder) for coder in coders))
    with store.read() as session:
        if round_name is None:
            said, among = _anywhere(session)
        else:
            round_ = closed_round(session, round_name)
            said, among = _of_round(session, round_), tuple(map(str, round_.coders))
        missing = [name for name in names if name not in among]
        if missing:
            raise CodingError(
                f"Expected a coder among {', '.join(among) or 'those who coded (nobody yet)'}, "
                f"found {missing[0]!r}."
            )
        people = names or among
        publications = _publications(session, sorted({passage for passage, _ in said}))
        kept = {
            pair: judged
            for pair, judged in said.items()
            if pair[1] in people and pair[0] in publications
        }
        passages = tuple(sorted({passage for passage, _ in kept}))
        return Judgements(people, passages, publications, kept)


def closed_round(session: Session, name: str | int) -> CodingRound:
    """A round that is closed; raises CodingError where it is open, NotFoundError if unknown."""
    round_ = find_round(session, name)
    if round_.closed_at is None:
        raise CodingError(
            f"The round {round_.name!r} is open, and its coders are blind to each other; close it "
            "to compare them."
        )
    return round_


def masi_distances(sets: Sequence[frozenset[str]]) -> Numbers:
    """Distances of sets of factors, 0 alike to 1 nothing in common.

    MASI (Passonneau 2006, "Measuring agreement on set-valued items"): 1 - Jaccard x 1 (same), 2/3
    (one holds the other), 1/3 (they overlap) or 0.
    """
    return np.array([[1.0 - _masi(one, other) for other in sets] for one in sets])


def one_direction(directions: Iterable[str]) -> str:
    """The direction of a factor that a coder marked several times in a passage.

    One that all share is it; neutral marks give way; facilitator and barrier together are mixed.
    """
    found = set(directions)
    told = found - {"neutral"} if len(found) > 1 else found
    return next(iter(told)) if len(told) == 1 else "mixed"


def _masi(one: frozenset[str], other: frozenset[str]) -> float:
    if one == other:
        return 1.0
    common = len(one & other)
    if not common:
        return 0.0
    weight = 2 / 3 if one <= other or other <= one else 1 / 3
    return weight * common / len(one | other)


def _said(session: Session, rows: Sequence[Coding], undone: frozenset[int]) -> Judged:
    """What each coder says of each passage that they acted on (and did not undo it all)."""
    codes = current_codes(session)
    marks: dict[tuple[str, str], dict[str, list[str]]] = {}
    for chain in chains(rows, undone):
        if all(act.id in undone for act in chain.acts):
            continue
        pair = (str(chain.face.passage_id), chain.face.coder)
        found = marks.setdefault(pair, {})
        row = chain.standing
        if row is not None and row.act != "reject":
            found.setdefault(codes.of_coding(row.id, row.factor), []).append(row.direction)
    return {
        pair: {factor: one_direction(told) for factor, told in found.items()}
        for pair, found in marks.items()
    }


def _of_round(session: Session, round_: CodingRound) -> Judged:
    rows = session.scalars(
        select(Coding).where(Coding.round_id == round_.id, Coding.act.not_in(SETTLEMENTS))
    ).all()
    said = _said(session, rows, undone_rows(session, "coding"))
    for coder, passages in done_by_coder(session, round_).items():
        for passage in passages:
            said.setdefault((passage, coder), {})
    inside = set(
        session.scalars(select(RoundPassage.passage_id).where(RoundPassage.round_id == round_.id))
    )
    return {pair: judged for pair, judged in said.items() if pair[0] in inside}


def _anywhere(session: Session) -> tuple[Judged, tuple[str, ...]]:
    rows = session.scalars(
        select(Coding).where(
            visible(Coding), Coding.act.not_in(SETTLEMENTS), Coding.passage_id.is_not(None)
        )
    ).all()
    said = _said(session, rows, undone_rows(session, "coding"))
    closed = session.scalars(select(CodingRound).where(CodingRound.closed_at.is_not(None)))
    for round_ in closed.all():
        for coder, passages in done_by_coder(session, round_).items():
            for passage in passages:
                said.setdefault((passage, coder), {})
    return said, tuple(sorted({coder for _, coder in said}))


def _publications(session: Session, passages: Sequence[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for start in range(0, len(passages), 500):  # below SQLite's limit on bound values
        query = select(Passage.id, Passage.publication_id).where(
            Passage.id.in_(passages[start : start + 500])
        )
        found |= {row.id: row.publication_id for row in session.execute(query)}
    return found
