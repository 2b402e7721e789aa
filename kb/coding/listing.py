"""People's codings as they are shown: what stands on a passage, and everything that came before.

Owns reading them for a person. What is coded in an open round is shown to the one who coded it
alone (`viewer`); what counts in search and on the map is `kb.coding.codings.StoredCodings`'.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from kb.codebook_changes import current_codes
from kb.coding.acts import undone_rows
from kb.coding.chains import STATUS, Chain, Status, chains
from kb.coding.names import clean_name
from kb.coding.round_entries import find_round, visible
from kb.coding.spans import place_span
from kb.publications import resolve_id
from kb.store import Store
from kb.tables import Coding, Passage


@dataclass(frozen=True)
class SpanView:
    """A marked span: its words as they were marked, and where they stand in the text now.

    `start` and `end` (characters) are None where the passage does not hold them any more.
    """

    exact: str
    start: int | None
    end: int | None


@dataclass(frozen=True)
class CodingView:
    """A coding that stands; `id` is its newest act, `root` its first, `factor` today's code."""

    id: int
    root: int
    publication_id: str
    passage_id: str
    factor: str
    direction: str
    status: Status
    act: str
    coder: str
    at: datetime
    comment: str | None
    span: SpanView | None
    round_id: int | None
    taken: int | None
    needs_look: bool
    machine: Mapping[str, Any] | None


@dataclass(frozen=True)
class CodingAct:
    """One act of a coding's history; `undone` or `stands` now, `before` the act before it."""

    id: int
    root: int
    act: str
    factor: str
    direction: str
    coder: str
    at: datetime
    comment: str | None
    quote: str | None
    round_id: int | None
    before: int | None
    undone: bool
    stands: bool


def passage_codings(store: Store, passage_id: str, viewer: str | None = None) -> list[CodingView]:
    """The codings that stand on a passage, oldest first; those of open rounds to their coder."""
    return _listed(store, Coding.passage_id == passage_id, viewer=viewer)


def list_codings(
    store: Store,
    *,
    coder: str | None = None,
    publication_id: str | None = None,
    round_name: str | int | None = None,
    viewer: str | None = None,
) -> list[CodingView]:
    """The codings that stand, oldest first, of one coder, publication or round where these are
    given; those of open rounds are shown to their coder (`viewer`) alone.

    Raises CodingError for a name that cannot be, NotFoundError for a publication or round that the
    record lacks.
    """
    where: list[ColumnElement[bool]] = [Coding.passage_id.is_not(None)]
    if coder is not None:
        where.append(Coding.coder == clean_name(coder))
    with store.read() as session:
        if publication_id is not None:
            where.append(Coding.publication_id == resolve_id(session, publication_id))
        if round_name is not None:
            where.append(Coding.round_id == find_round(session, round_name).id)
    return _listed(store, *where, viewer=viewer)


def passage_history(store: Store, passage_id: str, viewer: str | None = None) -> list[CodingAct]:
    """Every act on a passage, oldest first, also what was taken back and undone."""
    with store.read() as session:
        undone = undone_rows(session, "coding")
        found = _read(session, undone, Coding.passage_id == passage_id, viewer=viewer)
        acts = [
            CodingAct(
                row.id,
                chain.root,
                row.act,
                row.factor,
                row.direction,
                row.coder,
                row.at,
                row.comment,
                str(row.span["exact"]) if row.span else None,
                row.round_id,
                row.before,
                row.id in undone,
                chain.standing is not None and chain.standing.id == row.id,
            )
            for chain in found
            for row in chain.acts
        ]
    return sorted(acts, key=lambda act: act.id)


def _read(
    session: Session,
    undone: frozenset[int],
    *where: ColumnElement[bool],
    viewer: str | None,
) -> list[Chain]:
    name = clean_name(viewer) if viewer is not None else None
    rows = session.scalars(select(Coding).where(*where, visible(Coding, name))).all()
    return chains(rows, undone)


def _listed(store: Store, *where: ColumnElement[bool], viewer: str | None) -> list[CodingView]:
    with store.read() as session:
        found = _read(session, undone_rows(session, "coding"), *where, viewer=viewer)
        standing = [(chain, chain.standing) for chain in found if chain.standing is not None]
        texts = _texts(session, [row for _, row in standing if row.span])
        codes = current_codes(session)
        views = [
            CodingView(
                row.id,
                chain.root,
                row.publication_id,
                str(row.passage_id),
                codes.of_coding(row.id, row.factor),
                row.direction,
                STATUS[row.act],
                row.act,
                row.coder,
                row.at,
                row.comment,
                _span(row, texts),
                row.round_id,
                row.taken,
                row.needs_look,
                row.machine,
            )
            for chain, row in standing
        ]
    return sorted(views, key=lambda view: view.id)


def _texts(session: Session, rows: Sequence[Coding]) -> dict[str, str]:
    """The present texts of the passages that spans are marked in."""
    wanted = sorted({str(row.passage_id) for row in rows})
    found: dict[str, str] = {}
    for start in range(0, len(wanted), 500):  # below SQLite's limit on bound values
        part = wanted[start : start + 500]
        query = select(Passage.id, Passage.text).where(Passage.id.in_(part))
        found |= {row.id: row.text for row in session.execute(query)}
    return found


def _span(row: Coding, texts: Mapping[str, str]) -> SpanView | None:
    if row.span is None:
        return None
    place = place_span(texts.get(str(row.passage_id), ""), row.span)
    start, end = place if place is not None else (None, None)
    return SpanView(str(row.span["exact"]), start, end)
