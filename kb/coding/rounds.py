"""Rounds in which several people code the same passages blind.

Owns the tables coding_round, round_passage and round_mark. While a round is open, what is coded in
it is shown to the one who coded it and counts nowhere; once it is closed it counts as every coding
does, and differences can be settled (`kb.coding.comparison`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.anchors import make_anchor
from kb.coding.acts import lock_acts, log_act, undone_rows
from kb.coding.names import clean_name, clean_text
from kb.coding.round_entries import blind_round, blind_seats, find_round, require_open
from kb.coding_tables import CodingRound, RoundMark, RoundPassage
from kb.errors import CodingError, NotFoundError
from kb.reanchoring import place_work
from kb.store import Store
from kb.tables import Passage, now

MOST_PASSAGES = 5000  # of one round: months of work for one coder
LONGEST_ROUND_NAME = 120  # characters


@dataclass(frozen=True)
class RoundView:
    """A round as listed; `done` counts the passages that each coder is done with."""

    id: int
    name: str
    coders: tuple[str, ...]
    shows_machine: bool
    chosen: Mapping[str, Any]
    note: str | None
    passages: int
    done: Mapping[str, int]
    created_by: str
    created_at: datetime
    closed_by: str | None
    closed_at: datetime | None


@dataclass(frozen=True)
class EntryView:
    """A passage of a round, in its order; `done_by` names the coders that are done with it.

    While the round is open, `done_by` holds the viewer alone.
    """

    id: int
    position: int
    publication_id: str
    passage_id: str
    done_by: tuple[str, ...]
    needs_look: bool


def create_round(
    store: Store,
    name: str,
    passage_ids: Sequence[str],
    coders: Sequence[str],
    *,
    by: str,
    shows_machine: bool = False,
    chosen: Mapping[str, Any] | None = None,
    note: str | None = None,
) -> RoundView:
    """Open a round over these passages, in this order, for two coders or more.

    `chosen` says how the passages were chosen (ids, a query, a sample and its seed) and is kept.
    Passages named twice come in once. Raises CodingError for fewer than two coders, no passages,
    too many, a name that is taken, or a coder who codes one of the passages in another open round;
    NotFoundError for a passage that the record lacks.
    """
    title, maker = _title(name), clean_name(by)
    people = list(dict.fromkeys(clean_name(coder) for coder in coders))
    wanted = list(dict.fromkeys(passage_ids))
    if len(people) < 2:
        raise CodingError(
            f"Expected two coders or more for a round, found {len(people)}; name them all."
        )
    if not 0 < len(wanted) <= MOST_PASSAGES:
        raise CodingError(
            f"Expected 1 to {MOST_PASSAGES} passages for a round, found {len(wanted)}; "
            "choose others, or make several rounds."
        )
    with store.write() as session:
        lock_acts(session)
        if session.scalars(select(CodingRound).where(CodingRound.name == title)).first():
            raise CodingError(f"There is a round {title!r} already; choose another name.")
        round_ = CodingRound(
            name=title,
            coders=people,
            shows_machine=shows_machine,
            chosen=dict(chosen or {"by": "ids"}),
            note=clean_text(note),
            created_by=maker,
        )
        session.add(round_)
        session.flush()
        _fill(session, round_, wanted)
        return _view(session, round_)


def list_rounds(store: Store, coder: str | None = None) -> list[RoundView]:
    """All rounds, the newest first; those of one coder where one is named."""
    name = clean_name(coder) if coder is not None else None
    with store.read() as session:
        rounds = session.scalars(select(CodingRound).order_by(CodingRound.id.desc())).all()
        return [_view(session, found) for found in rounds if name is None or name in found.coders]


def show_round(store: Store, name: str | int) -> RoundView:
    """One round by name or number. Raises NotFoundError."""
    with store.read() as session:
        return _view(session, find_round(session, name))


def round_entries(store: Store, name: str | int, viewer: str | None = None) -> list[EntryView]:
    """A round's passages in their order. Raises NotFoundError for an unknown round."""
    seen_by = clean_name(viewer) if viewer is not None else None
    with store.read() as session:
        round_ = find_round(session, name)
        done = _done(session, round_)
        if round_.closed_at is None:
            done = {entry: people & {seen_by} for entry, people in done.items()}
        return [
            EntryView(
                row.id,
                row.position,
                row.publication_id,
                str(row.passage_id),
                tuple(sorted(str(person) for person in done.get(row.id, ()))),
                row.needs_look,
            )
            for row in _entries(session, round_)
        ]


def mark_done(
    store: Store, name: str | int, passage_id: str, *, coder: str, done: bool = True
) -> int:
    """Say that one is done with a passage of a round, also where nothing is here (or not yet).

    Returns the mark's number. Raises CodingError where the round is closed or the coder or passage
    is not of it, NotFoundError for an unknown round.
    """
    person = clean_name(coder)
    with store.write() as session:
        lock_acts(session)
        round_ = find_round(session, name)
        entry = require_open(session, round_.id, person, passage_id)
        mark = RoundMark(entry_id=entry.id, coder=person, done=done)
        session.add(mark)
        session.flush()
        log_act(session, person, "mark", [mark.id])
        return mark.id


def close_round(store: Store, name: str | int, *, by: str) -> RoundView:
    """Close a round for good: what was coded in it counts from now on, and is not changed any more.

    Who made the round closes it; once all its coders are done with every passage, each of them
    may too. Nothing opens it again, since its codings are seen everywhere at once. Raises
    CodingError where another person asks or it is closed already, NotFoundError for an unknown
    round.
    """
    person = clean_name(by)
    with store.write() as session:
        lock_acts(session)
        round_ = find_round(session, name)
        if round_.closed_at is not None:
            raise CodingError(
                f"The round {round_.name!r} was closed already, by {round_.closed_by}."
            )
        view = _view(session, round_)
        if not may_close(view, person):
            raise CodingError(_refused(view, person))
        round_.closed_by, round_.closed_at = person, now()
        session.flush()
        return _view(session, round_)


def may_close(view: RoundView, person: str) -> bool:
    """Whether this person may close a round: who made it, or a coder once everybody is done."""
    return person == view.created_by or (person in view.coders and not unfinished(view))


def unfinished(view: RoundView) -> list[str]:
    """The coders of a round who are not done with every passage of it."""
    return [name for name in view.coders if view.done.get(name, 0) < view.passages]


def _refused(view: RoundView, person: str) -> str:
    waiting = ", ".join(unfinished(view)) or "nobody"
    return (
        f"Expected {view.created_by}, who made the round {view.name!r}, to close it, found "
        f"{person}; its coders may once all of them are done (not done yet: {waiting})."
    )


def done_by_coder(session: Session, round_: CodingRound) -> dict[str, set[str]]:
    """For each coder the passages of a round that they are done with."""
    places = {row.id: str(row.passage_id) for row in _entries(session, round_)}
    found: dict[str, set[str]] = {str(coder): set() for coder in round_.coders}
    for entry, people in _done(session, round_).items():
        for person in people:
            found.setdefault(str(person), set()).add(places[entry])
    return found


def _fill(session: Session, round_: CodingRound, passage_ids: Sequence[str]) -> None:
    taken: set[str] = set()
    found, seats = _passages(session, passage_ids), blind_seats(session)
    for passage_id in passage_ids:
        passage = found.get(passage_id)
        if passage is None:
            raise NotFoundError(f"There is no passage {passage_id!r} in the record; search again.")
        anchor = make_anchor(passage.text, passage.page)
        place, needs_look = place_work(session, passage, anchor)
        if place in taken:
            continue
        for coder in round_.coders:
            other = blind_round(session, coder, place) if (coder, place) in seats else None
            if other is not None:
                raise CodingError(
                    f"{coder} codes passage {place} in the open round {other.name!r} already; "
                    "close that one first, or leave the passage out."
                )
        session.add(
            RoundPassage(
                round_id=round_.id,
                position=len(taken),
                publication_id=passage.publication_id,
                passage_id=place,
                anchor=anchor,
                needs_look=needs_look,
            )
        )
        taken.add(place)
    session.flush()


def _passages(session: Session, wanted: Sequence[str]) -> dict[str, Passage]:
    found: dict[str, Passage] = {}
    for start in range(0, len(wanted), 500):  # below SQLite's limit on bound values
        query = select(Passage).where(Passage.id.in_(wanted[start : start + 500]))
        found |= {row.id: row for row in session.scalars(query)}
    return found


def _entries(session: Session, round_: CodingRound) -> Sequence[RoundPassage]:
    return session.scalars(
        select(RoundPassage)
        .where(RoundPassage.round_id == round_.id)
        .order_by(RoundPassage.position)
    ).all()


def _done(session: Session, round_: CodingRound) -> dict[int, set[str | None]]:
    """For each entry the coders whose newest mark that was not undone says that they are done."""
    undone = undone_rows(session, "mark")
    newest: dict[tuple[int, str], bool] = {}
    marks = session.scalars(
        select(RoundMark)
        .join(RoundPassage, RoundPassage.id == RoundMark.entry_id)
        .where(RoundPassage.round_id == round_.id)
        .order_by(RoundMark.id)
    )
    for mark in marks:
        if mark.id not in undone:
            newest[mark.entry_id, mark.coder] = mark.done
    found: dict[int, set[str | None]] = {}
    for (entry, coder), done in newest.items():
        if done:
            found.setdefault(entry, set()).add(coder)
    return found


def _view(session: Session, round_: CodingRound) -> RoundView:
    done = done_by_coder(session, round_)
    return RoundView(
        round_.id,
        round_.name,
        tuple(str(coder) for coder in round_.coders),
        round_.shows_machine,
        dict(round_.chosen),
        round_.note,
        len(_entries(session, round_)),
        {coder: len(passages) for coder, passages in done.items()},
        round_.created_by,
        round_.created_at,
        round_.closed_by,
        round_.closed_at,
    )


def _title(name: str) -> str:
    title = " ".join((clean_text(name, "a round's name") or "").split())
    if not 0 < len(title) <= LONGEST_ROUND_NAME:
        raise CodingError(
            f"Expected a round's name of 1 to {LONGEST_ROUND_NAME} characters, "
            f"found {len(title)}; give another."
        )
    return title
