"""What acts of the log are about, and which a person's next undo and redo are: for showing them.

Owns reading an act's subject from the table it wrote. Undoing is `kb.coding.acts`'.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.coding.acts import ActView, next_steps, passed_over
from kb.coding.queue_acts import WHAT
from kb.coding_tables import Appraisal, CodingComment, CodingRound, RoundMark, RoundPassage
from kb.queue_tables import LearningQueue, QueueAct
from kb.store import Store
from kb.tables import Coding


@dataclass(frozen=True)
class ActSubject:
    """What an act is about: `what` is its kind, `act` what was done (accept, write, done ...).

    Parts that a kind does not have are None.
    """

    what: str
    act: str
    publication_id: str | None = None
    passage_id: str | None = None
    factor: str | None = None
    direction: str | None = None
    round_name: str | None = None
    form: str | None = None


@dataclass(frozen=True)
class Step:
    """An act that undo or redo would be about, with its subject.

    `passed` names the closed rounds whose later acts an undo passes over.
    """

    act: ActView
    subject: ActSubject
    passed: tuple[str, ...] = ()


def upcoming_steps(store: Store, by: str) -> tuple[Step | None, Step | None]:
    """What this person's undo would take back and redo bring back; None where there is nothing.

    Raises CodingError for a name that cannot be.
    """
    undo, redo = next_steps(store, by)
    found = subjects_of(store, [act for act in (undo, redo) if act is not None])
    back = _step(undo, found)
    passed = passed_over(store, by) if back is not None else ()
    return replace(back, passed=passed) if back and passed else back, _step(redo, found)


def subjects_of(store: Store, acts: Sequence[ActView]) -> dict[int, ActSubject]:
    """The subject of each act by the act's number; an undo or redo has that of what it undid."""
    with store.read() as session:
        return {act.id: _subject(session, act) for act in acts}


def _step(act: ActView | None, found: dict[int, ActSubject]) -> Step | None:
    return Step(act, found[act.id]) if act is not None else None


def _subject(session: Session, act: ActView) -> ActSubject:
    row = act.rows[0] if act.rows else 0
    if act.what == "coding":
        coding = session.get(Coding, row)
        if coding is not None:
            return ActSubject(
                act.what,
                coding.act,
                coding.publication_id,
                coding.passage_id,
                coding.factor,
                coding.direction,
            )
    if act.what == "comment":
        comment = session.get(CodingComment, row)
        if comment is not None:
            return ActSubject(act.what, comment.act, comment.publication_id, comment.passage_id)
    if act.what == "appraisal":
        form = session.get(Appraisal, row)
        if form is not None:
            return ActSubject(act.what, form.overall, form.publication_id, form=form.form)
    if act.what == "mark":
        return _mark(session, row)
    if act.what == WHAT:
        return _queue(session, row)
    return ActSubject(act.what, act.what)


def _mark(session: Session, row: int) -> ActSubject:
    found = session.execute(
        select(RoundMark.done, RoundPassage.passage_id, CodingRound.name)
        .join(RoundPassage, RoundPassage.id == RoundMark.entry_id)
        .join(CodingRound, CodingRound.id == RoundPassage.round_id)
        .where(RoundMark.id == row)
    ).first()
    if found is None:
        return ActSubject("mark", "mark")
    done, passage_id, name = found
    return ActSubject("mark", "done" if done else "again", passage_id=passage_id, round_name=name)


def _queue(session: Session, row: int) -> ActSubject:
    found = session.get(QueueAct, row)
    queue = session.get(LearningQueue, found.queue_id) if found is not None else None
    if found is None or queue is None:
        return ActSubject(WHAT, WHAT)
    if queue.kind == "coding":
        factor = queue.factor or None
        return ActSubject(WHAT, found.act, passage_id=found.subject, factor=factor)
    return ActSubject(WHAT, found.act, publication_id=found.subject)
