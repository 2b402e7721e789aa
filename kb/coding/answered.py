"""What people said of passages by answering them in a queue: looked at, and nothing more is there.

Owns which answers still hold as labels. Passing over says nothing, an answer that was undone
neither. An answer of a passage whose text a refresh has replaced holds no longer: what was coded
in it has moved on, so that the old text would look empty.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.codebook_changes import CurrentCodes, current_codes, list_changes
from kb.codebook_state import undone_changes
from kb.coding.acts import undone_rows
from kb.coding.queue_acts import WHAT
from kb.coding.queue_labels import CODING
from kb.coding.round_entries import blind_seats
from kb.queue_tables import LearningQueue, QueueAct
from kb.store import Store
from kb.tables import Passage, Publication


@dataclass(frozen=True)
class Answered:
    """A passage that somebody answered: `through` for all factors, or for these `factors` alone.

    What nobody coded of them is not in the passage.
    """

    through: bool
    factors: frozenset[str]


def answered_passages(store: Store) -> dict[str, Answered]:
    """Every present passage that was answered in a queue for coding, by its id.

    Factors are those of the codebook as it is now. Left out are answers of a person who codes the
    passage blind in an open round: what they found there is not to be seen yet.
    """
    through: set[str] = set()
    factors: dict[str, set[str]] = defaultdict(set)
    with store.read() as session:
        undone, blind = undone_rows(session, WHAT), blind_seats(session)
        codes, widened = current_codes(session), _widened(session)
        for act, factor in _answers(session):
            if act.id in undone or (act.by, act.subject) in blind:
                continue
            if factor:
                factors[act.subject] |= _absent(codes, widened, factor, act.at)
            else:
                through.add(act.subject)
    return {
        passage: Answered(passage in through, frozenset(factors.get(passage, ())))
        for passage in sorted(through.union(name for name, said in factors.items() if said))
    }


def _answers(session: Session) -> list[tuple[QueueAct, str]]:
    """Answers of present passages, oldest first, each with the factor its queue asks for."""
    rows = session.execute(
        select(QueueAct, LearningQueue.factor)
        .join(LearningQueue, LearningQueue.id == QueueAct.queue_id)
        .join(Passage, Passage.id == QueueAct.subject)
        .join(Publication, Publication.id == Passage.publication_id)
        .where(
            LearningQueue.kind == CODING,
            QueueAct.act == "answer",
            Passage.retired_at.is_(None),
            Publication.removed_reason.is_(None),
        )
        .order_by(QueueAct.id)
    )
    return [(act, factor) for act, factor in rows]


def _absent(
    codes: CurrentCodes, widened: Mapping[str, datetime], factor: str, at: datetime
) -> set[str]:
    """The present factors that an answer for a factor is about: all parts of one that was split.

    Not one that another code was merged into since: nobody was asked about that.
    """
    meant = {codes[part] for part in codes.parts(factor)} | {codes[factor]}
    return {code for code in meant if code not in widened or at > widened[code]}


def _widened(session: Session) -> dict[str, datetime]:
    """When a factor last took in another one, for those that did."""
    changes, codes = list_changes(session), current_codes(session)
    undone = undone_changes(changes)
    return {
        codes[str(change.value["into"])]: change.at
        for change in changes
        if change.act == "merge" and change.kind == "factors" and change.id not in undone
    }
