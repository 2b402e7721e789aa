"""What people did with a queue's places, in the log of acts like all else: undo takes it back.

Owns the rows of the table queue_act, and which of them stand.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.coding.acts import lock_acts, log_act, undone_rows
from kb.queue_tables import LearningQueue, QueueAct

WHAT = "queue"  # their name in the log


def append_queue_act(session: Session, queue_id: int, subject: str, act: str, by: str) -> int:
    """Keep that a person passed over (pass) or answered a subject; return the act's number."""
    lock_acts(session)
    row = QueueAct(queue_id=queue_id, subject=subject, act=act, by=by)
    session.add(row)
    session.flush()
    return log_act(session, by, WHAT, [row.id])


def standing_subjects(session: Session, *where: Any) -> set[str]:
    """Subjects of the acts that fit and are not undone; `where` may speak of the queue too."""
    undone = undone_rows(session, WHAT)
    rows = session.execute(
        select(QueueAct.id, QueueAct.subject)
        .join(LearningQueue, LearningQueue.id == QueueAct.queue_id)
        .where(*where)
    )
    return {subject for number, subject in rows if number not in undone}
