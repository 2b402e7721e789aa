"""A closed round side by side, and settling where its coders differ.

Owns the differences and settlements. A settlement is an act on the coding table (settle, dismiss):
from then on it counts for that passage and factor in place of the round's codings, all of which
stay. How much coders agree is `kb.coding.agreement`'s.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from corpora.codebook import Codebook
from kb.codebook_changes import current_codes
from kb.coding.acts import SETTLEMENTS, lock_acts, undone_rows
from kb.coding.agreement_units import Judgements, closed_round, read_judgements
from kb.coding.chains import Chain, chains
from kb.coding.codings import append
from kb.coding.listing import CodingView, list_codings
from kb.coding.names import clean_name, clean_text
from kb.coding.round_entries import find_entry
from kb.coding.rounds import round_entries
from kb.errors import CodingError, NotFoundError
from kb.store import Store
from kb.tables import Coding

Difference = Literal["same", "direction", "only", "unseen"]


@dataclass(frozen=True)
class ComparedFactor:
    """A factor that somebody said of a passage of a round.

    `said` is the direction by coder: None where they judged the passage without the factor; those
    who did not judge it are left out. `difference` is same (factor and direction), direction (all
    said the factor), only (some did not) or unseen (one coder alone judged the passage). `codings`
    are what was coded, `settled` the settlement that counts.
    """

    passage_id: str
    publication_id: str
    factor: str
    said: Mapping[str, str | None]
    difference: Difference
    codings: tuple[CodingView, ...]
    settled: CodingView | None


def compare_round(store: Store, name: str | int) -> list[ComparedFactor]:
    """Every factor said in a closed round, in the order of its passages.

    Raises CodingError where the round is open, NotFoundError for an unknown one.
    """
    judged = read_judgements(store, round_name=name)
    views = list_codings(store, round_name=name)
    found: dict[tuple[str, str], list[CodingView]] = {}
    for view in views:
        found.setdefault((view.passage_id, view.factor), []).append(view)
    order = {entry.passage_id: entry.position for entry in round_entries(store, name)}
    return [
        _compared(judged, passage, factor, found.get((passage, factor), []))
        for passage in sorted(judged.passages, key=lambda passage: order.get(passage, 0))
        for factor in _factors(judged, passage)
    ]


def settle(
    store: Store,
    codebook: Codebook,
    name: str | int,
    passage_id: str,
    factor: str,
    *,
    by: str,
    coding_id: int | None = None,
    direction: str | None = None,
    comment: str | None = None,
) -> int:
    """Settle what a passage of a closed round says of a factor; return the act's number.

    Take a coder's coding (`coding_id`), say a `direction` of one's own, or neither: the factor is
    not in the passage. The newest settlement counts; undo brings the one before it back. Raises
    CodingError where the round is open or the coding is not of this passage and factor,
    CodebookError for an unknown factor or direction, NotFoundError for what there is not.
    """
    codebook.require("factors", factor)
    if direction is not None:
        codebook.require("directions", direction)
    judge, remark = clean_name(by), clean_text(comment)
    with store.write() as session:
        lock_acts(session)
        round_ = closed_round(session, name)
        entry = find_entry(session, round_, passage_id)
        taken = _taken(session, coding_id, round_.id, passage_id, factor)
        way = direction or (taken.direction if taken is not None else None)
        row = Coding(
            publication_id=entry.publication_id,
            passage_id=passage_id,
            anchor=dict(entry.anchor),
            needs_look=entry.needs_look,
            factor=factor,
            direction=way or _coded_direction(session, round_.id, passage_id),
            act="settle" if way else "dismiss",
            coder=judge,
            comment=remark,
            machine=None,
            span=taken.span if taken is not None else None,
            round_id=round_.id,
            taken=taken.id if taken is not None else None,
        )
        return append(session, row, _settled(session, row))


def _factors(judged: Judgements, passage: str) -> list[str]:
    said = (judged.said.get((passage, coder), {}) for coder in judged.coders)
    return sorted({factor for factors in said for factor in factors})


def _compared(
    judged: Judgements, passage: str, factor: str, views: Sequence[CodingView]
) -> ComparedFactor:
    said = {
        coder: judged.said[passage, coder].get(factor)
        for coder in judged.coders
        if (passage, coder) in judged.said
    }
    settled = [view for view in views if view.act in SETTLEMENTS]
    return ComparedFactor(
        passage,
        judged.publications[passage],
        factor,
        said,
        _difference(list(said.values())),
        tuple(view for view in views if view.act not in SETTLEMENTS and view.act != "reject"),
        settled[-1] if settled else None,
    )


def _difference(said: Sequence[str | None]) -> Difference:
    if len(said) < 2:
        return "unseen"
    if None in said:
        return "only"
    return "same" if len(set(said)) == 1 else "direction"


def _taken(
    session: Session, coding_id: int | None, round_id: int, passage_id: str, factor: str
) -> Coding | None:
    if coding_id is None:
        return None
    row = session.get(Coding, coding_id)
    if row is None:
        raise NotFoundError(f"There is no coding {coding_id}; `samvirke round compare` shows them.")
    own = current_codes(session).of_coding(row.id, row.factor)
    if (row.round_id, row.passage_id, own) != (round_id, passage_id, factor):
        raise CodingError(
            f"Expected a coding of {factor} on passage {passage_id} in this round, found coding "
            f"{coding_id}, of {own} on {row.passage_id}."
        )
    return row


def _coded_direction(session: Session, round_id: int, passage_id: str) -> str:
    """The direction a dismissal is kept under: the one that the round's people said first."""
    found = session.scalars(
        select(Coding.direction)
        .where(Coding.round_id == round_id, Coding.passage_id == passage_id)
        .order_by(Coding.id)
        .limit(1)
    ).first()
    return found or "neutral"


def _settled(session: Session, new: Coding) -> Chain | None:
    """The earlier settlement of the same passage and factor, whoever made it."""
    rows = session.scalars(
        select(Coding).where(
            Coding.round_id == new.round_id,
            Coding.passage_id == new.passage_id,
            Coding.act.in_(SETTLEMENTS),
        )
    )
    codes = current_codes(session)
    found = chains(rows, undone_rows(session, "coding"))
    same = [
        chain for chain in found if codes.of_coding(chain.face.id, chain.face.factor) == new.factor
    ]
    return max(same, key=lambda chain: chain.last.id, default=None)
