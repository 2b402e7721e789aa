"""Whether anything that people can change has changed since an answer was kept.

Owns the stamp by which a kept answer is known to be fresh; what is kept, and where, is the
caller's.
"""

from __future__ import annotations

from sqlalchemy import func, select

from kb.coding_tables import Act, CodingRound
from kb.store import Store
from kb.tables import Coding, Publication


def work_stamp(store: Store) -> str:
    """Return a text that differs as soon as somebody has coded a passage or changed a publication.

    Acts are only ever appended, so the newest one's number says whether there is a new one; so does
    that of an undo. A round that is closed lets its codings count.
    """
    with store.read() as session:
        act = session.scalar(select(func.max(Act.id)))
        closed = session.scalar(select(func.max(CodingRound.closed_at)))
        coding = session.scalar(select(func.max(Coding.id)))
        publication = session.scalar(select(func.max(Publication.updated_at)))
    return f"{coding or 0} {act or 0} {closed or ''} {publication or ''}"
