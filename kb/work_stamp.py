"""Whether anything that people can change has changed since an answer was kept.

Owns the stamp by which a kept answer is known to be fresh; what is kept, and where, is the
caller's.
"""

from __future__ import annotations

from sqlalchemy import func, select

from kb.store import Store
from kb.tables import Coding, Publication


def work_stamp(store: Store) -> str:
    """Return a text that differs as soon as somebody has coded a passage or changed a publication.

    Acts are only ever appended, so the newest one's number says whether there is a new one.
    """
    with store.read() as session:
        coding = session.scalar(select(func.max(Coding.id)))
        publication = session.scalar(select(func.max(Publication.updated_at)))
    return f"{coding or 0} {publication or ''}"
