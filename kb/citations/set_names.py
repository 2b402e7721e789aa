"""Names of citation sets: what can be one, and giving a set another.

Owns the rule and the renaming; making and removing sets is `kb.citations.sets`'.
"""

from __future__ import annotations

from sqlalchemy import select

from kb.errors import CitationError, NotFoundError
from kb.store import Store
from kb.tables import CitationSet

LONGEST = 120  # characters: what fits a list and a file's name


def clean_name(name: str) -> str:
    """Return a set's name as it is kept.

    Raises CitationError where it is empty or too long.
    """
    wanted = " ".join(name.split())
    if not wanted:
        raise CitationError("A citation set needs a name; the one given is empty.")
    if len(wanted) > LONGEST:
        raise CitationError(
            f"A citation set's name has at most {LONGEST} characters, the one given has "
            f"{len(wanted)}; choose a shorter one."
        )
    return wanted


def rename_set(store: Store, set_id: int, name: str) -> None:
    """Give a set another name.

    Raises CitationError where the name is empty, too long or another set's (a removed one's too:
    it can be put back), NotFoundError where there is no such set.
    """
    wanted = clean_name(name)
    with store.write() as session:
        row = session.get(CitationSet, set_id)
        if row is None:
            raise NotFoundError(f"There is no citation set number {set_id} in the record.")
        other = session.scalars(select(CitationSet).where(CitationSet.name == wanted)).first()
        if other is not None and other.id != set_id:
            removed = " (it was removed)" if other.deleted_at else ""
            raise CitationError(
                f"There is a citation set named {wanted!r} already{removed}; choose another name."
            )
        row.name = wanted
