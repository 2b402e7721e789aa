"""The log of people's acts across the whole project: undo and redo, which only ever append.

Owns the act table. What an act wrote stays in its own table; a row whose act is undone does not
count there, and counts again once it is redone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from kb.coding.names import clean_name
from kb.coding.round_entries import open_rounds
from kb.coding_tables import Act, CodingComment, CodingRound, RoundMark, RoundPassage
from kb.errors import CodingError, NotFoundError
from kb.store import Store
from kb.tables import Coding

KINDS = ("coding", "comment", "mark", "appraisal", "queue")
SETTLEMENTS = ("settle", "dismiss")  # acts on codings that are made after a round is closed
_LOCK = 0x5A3F  # any number of our own: PostgreSQL's advisory lock of the log
_LISTED = 100  # acts listed unless said


@dataclass(frozen=True)
class ActView:
    """One act as listed; `undone` says that it does not count now, `of` what an undo is about."""

    id: int
    by: str
    kind: str
    what: str
    rows: tuple[int, ...]
    of: int | None
    at: datetime
    undone: bool


def lock_acts(session: Session) -> None:
    """Let acts be written one after another: of two at once, the second sees the first.

    SQLite's write transactions do so by themselves.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})


def log_act(session: Session, by: str, what: str, rows: Sequence[int]) -> int:
    """Append an act that wrote these rows; return its number."""
    act = Act(by=by, kind="do", what=what, rows=list(rows), of=None)
    session.add(act)
    session.flush()
    return act.id


def undone_rows(session: Session, what: str) -> frozenset[int]:
    """Numbers of the rows of a kind whose act is undone now."""
    undone = _undone(session)
    found: set[int] = set()
    ordered = sorted(undone)
    for start in range(0, len(ordered), 500):  # below SQLite's limit on bound values
        part = ordered[start : start + 500]
        acts = session.scalars(select(Act).where(Act.id.in_(part), Act.what == what))
        found |= {int(row) for act in acts for row in act.rows}
    return frozenset(found)


def undo(store: Store, by: str, act_id: int | None = None) -> ActView:
    """Take back a person's last act, or the one named; nothing is deleted.

    What was made blind in a round that is closed now stays as it is: the last act is the last one
    outside such rounds (`passed_over` names them). Raises CodingError where there is none, where
    it is another person's or undone already, or where the one named was made blind in a round
    that is closed now; NotFoundError for an unknown number.
    """
    name = clean_name(by)
    with store.write() as session:
        lock_acts(session)
        if act_id is not None:
            act: Act | None = _named(session, act_id, name)
        else:
            act, passed = _last_done(session, name)
        if act is None:
            raise CodingError(_nothing_to_undo(name, passed))
        if act.id in _undone(session):
            raise CodingError(f"Act {act.id} is undone already; redo brings it back.")
        _refuse_closed(session, act)
        return _append(session, name, "undo", act)


def redo(store: Store, by: str, act_id: int | None = None) -> ActView:
    """Let the act that a person undid last (or the one named) count again.

    As in every editor, a further act of the person ends what can be redone. Raises what `undo`
    raises.
    """
    name = clean_name(by)
    with store.write() as session:
        lock_acts(session)
        waiting = _redoable(session, name) if act_id else _redoable_now(session, name)
        if act_id is not None:
            act = _named(session, act_id, name)
            if act.id not in waiting:
                raise CodingError(
                    f"Expected an act undone since {name}'s last other act, found act {act_id}, "
                    "which is not; do it again instead."
                )
        elif not waiting:
            raise CodingError(f"Expected an undone act of {name} to redo, found none.")
        else:
            act = session.get_one(Act, waiting[-1])
        _refuse_closed(session, act)
        return _append(session, name, "redo", act)


def next_steps(store: Store, by: str) -> tuple[ActView | None, ActView | None]:
    """The acts that this person's next undo and redo would be about; None where there is none.

    Raises CodingError for a name that cannot be.
    """
    name = clean_name(by)
    with store.read() as session:
        last, _passed = _last_done(session, name)
        waiting = _redoable_now(session, name)
        done = _view(last, False) if last is not None else None
        return done, _view(session.get_one(Act, waiting[-1]), True) if waiting else None


def passed_over(store: Store, by: str) -> tuple[str, ...]:
    """The closed rounds whose acts this person's next undo passes over, by name.

    Raises CodingError for a name that cannot be.
    """
    name = clean_name(by)
    with store.read() as session:
        return _last_done(session, name)[1]


def act_of(store: Store, by: str, what: str, row: int) -> int:
    """The number of the act by which a person wrote a row of a kind; raises NotFoundError."""
    name = clean_name(by)
    with store.read() as session:
        acts = session.scalars(
            select(Act)
            .where(Act.by == name, Act.what == what, Act.kind == "do")
            .order_by(Act.id.desc())
        )
        for act in acts:
            if row in act.rows:
                return act.id
    raise NotFoundError(f"No act of {name} wrote {what} {row}; the history lists their acts.")


def list_acts(store: Store, by: str | None = None, limit: int = _LISTED) -> list[ActView]:
    """The newest acts, newest first, of one person or of all; without those of open rounds.

    A person's own acts in an open round are listed where `by` names them.
    """
    name = clean_name(by) if by is not None else None
    with store.read() as session:
        undone = _undone(session)
        found: list[ActView] = []
        below: int | None = None
        while len(found) < limit:
            query = select(Act).order_by(Act.id.desc()).limit(_LISTED)
            query = query if name is None else query.where(Act.by == name)
            part = session.scalars(query if below is None else query.where(Act.id < below)).all()
            if not part:
                break
            below = part[-1].id
            shown = (act for act in part if name is not None or not _hidden(session, act))
            found += [_view(act, act.id in undone) for act in shown]
        return found[:limit]


def _hidden(session: Session, act: Act) -> bool:
    """Whether an act, or what it undid, was made blind in a round that is open still."""
    if act.what == "comment":
        made_in = _rows_between(session, CodingComment.id, CodingComment.round_id, act.rows)
        return not made_in.isdisjoint(open_rounds(session))
    return _round_of(session, act, closed=False) is not None


def _undone_query() -> Any:
    """Query of the acts whose newest undo or redo is an undo."""
    newest = (
        select(func.max(Act.id).label("id")).where(Act.of.is_not(None)).group_by(Act.of).subquery()
    )
    return select(Act.of).join(newest, newest.c.id == Act.id).where(Act.kind == "undo")


def _undone(session: Session) -> set[int]:
    return {number for number in session.scalars(_undone_query()) if number is not None}


def _last_done(session: Session, by: str) -> tuple[Act | None, tuple[str, ...]]:
    """A person's last act that can be undone, and the closed rounds of later ones that cannot."""
    passed: list[str] = []
    below: int | None = None
    while True:
        query = (
            select(Act)
            .where(Act.by == by, Act.kind == "do", Act.id.not_in(_undone_query()))
            .order_by(Act.id.desc())
            .limit(_LISTED)
        )
        part = session.scalars(query if below is None else query.where(Act.id < below)).all()
        frozen = _frozen(session, part)
        for act in part:
            if act.id not in frozen:
                return act, tuple(dict.fromkeys(passed))
            passed.append(frozen[act.id])
        if not part:
            return None, tuple(dict.fromkeys(passed))
        below = part[-1].id


def _nothing_to_undo(by: str, passed: Sequence[str]) -> str:
    if not passed:
        return f"Expected an act of {by} to undo, found none."
    names = ", ".join(map(repr, passed))
    return (
        f"Expected an act of {by} to undo, found only what was made blind in a round that is "
        f"closed ({names}) and stays as it was coded; settle the difference instead."
    )


def _frozen(session: Session, acts: Sequence[Act]) -> dict[int, str]:
    """Of these acts those made blind in a round that is closed now, with its name."""
    closed = select(CodingRound.id, CodingRound.name).where(CodingRound.closed_at.is_not(None))
    names: dict[int, str] = {row.id: row.name for row in session.execute(closed)}
    if not names:
        return {}
    rows = {
        what: [int(n) for act in acts if act.what == what for n in act.rows[:1]]
        for what in ("coding", "mark")
    }
    settled = Coding.act.in_(SETTLEMENTS)
    coded = select(Coding.id, Coding.round_id).where(Coding.id.in_(rows["coding"]), ~settled)
    marked = (
        select(RoundMark.id, RoundPassage.round_id)
        .join(RoundPassage, RoundPassage.id == RoundMark.entry_id)
        .where(RoundMark.id.in_(rows["mark"]))
    )
    made_in = {
        (what, row): names[number]
        for what, query in (("coding", coded), ("mark", marked))
        for row, number in session.execute(query)
        if number in names
    }
    keys = {act.id: (act.what, int(act.rows[0])) for act in acts if act.rows}
    return {number: made_in[key] for number, key in keys.items() if key in made_in}


def _redoable_now(session: Session, by: str) -> list[int]:
    """What a person can redo: without what was made blind in a round that is closed now."""
    waiting = _redoable(session, by)
    acts = session.scalars(select(Act).where(Act.id.in_(waiting[-_LISTED:]))).all()
    frozen = _frozen(session, acts)
    return [number for number in waiting if number not in frozen]


def _redoable(session: Session, by: str) -> list[int]:
    """Acts that a person undid since their last other act, the one undone last at the end."""
    last = session.scalar(select(func.max(Act.id)).where(Act.by == by, Act.kind == "do")) or 0
    waiting: list[int] = []
    steps = session.scalars(
        select(Act).where(Act.by == by, Act.id > last, Act.kind != "do").order_by(Act.id)
    )
    for step in steps:
        if step.of is not None and step.of in waiting:
            waiting.remove(step.of)
        if step.of is not None and step.kind == "undo":
            waiting.append(step.of)
    return waiting


def _named(session: Session, act_id: int, by: str) -> Act:
    act = session.get(Act, act_id)
    if act is None or act.kind != "do":
        raise NotFoundError(f"There is no act {act_id} to undo or redo; the history lists them.")
    if act.by != by:
        raise CodingError(
            f"Act {act_id} is {act.by}'s and only they can undo or redo it; add a coding of your "
            "own instead."
        )
    return act


def _round_of(session: Session, act: Act, *, closed: bool) -> CodingRound | None:
    """The closed (or open) round that an act was made blind in."""
    if not act.rows or act.what not in ("coding", "mark"):
        return None
    if act.what == "coding":
        settled = Coding.act.in_(SETTLEMENTS)
        made_in = _rows_between(session, Coding.id, Coding.round_id, act.rows, ~settled)
    else:
        query = (
            select(RoundPassage.round_id)
            .join(RoundMark, RoundMark.entry_id == RoundPassage.id)
            .where(RoundMark.id.in_(act.rows))
        )
        made_in = set(session.scalars(query))
    state = CodingRound.closed_at.is_not(None) if closed else CodingRound.closed_at.is_(None)
    return session.scalars(
        select(CodingRound).where(CodingRound.id.in_(made_in), state).limit(1)
    ).first()


def _rows_between(
    session: Session, number: Any, round_id: Any, rows: Sequence[int], *where: Any
) -> set[int]:
    """The rounds that rows were made in, for any number of rows: an import writes 100,000."""
    wanted = {int(row) for row in rows}
    if not wanted:
        return set()
    found = session.execute(
        select(number, round_id).where(
            round_id.is_not(None), number.between(min(wanted), max(wanted)), *where
        )
    )
    return {made_in for row, made_in in found if row in wanted}


def _refuse_closed(session: Session, act: Act) -> None:
    found = _round_of(session, act, closed=True)
    if found is not None:
        raise CodingError(
            f"Act {act.id} was made blind in the round {found.name!r}, which is closed and stays "
            "as it was coded; settle the difference instead (`samvirke round settle`)."
        )


def _append(session: Session, by: str, kind: str, act: Act) -> ActView:
    row = Act(by=by, kind=kind, what=act.what, rows=list(act.rows), of=act.id)
    session.add(row)
    session.flush()
    return _view(row, False)


def _view(act: Act, undone: bool) -> ActView:
    rows = tuple(int(row) for row in act.rows)
    return ActView(act.id, act.by, act.kind, act.what, rows, act.of, act.at, undone)
