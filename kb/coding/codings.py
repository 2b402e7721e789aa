"""People's codings: append-only acts on a passage's factors, and the view that counts now.

Owns the coding table. An act is accept or reject (of a machine's suggestion), add, or withdraw (an
undo of the coder's own last standing act). Machine codings live in the generation, not here.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from corpora.codebook import Codebook
from kb.anchors import make_anchor
from kb.errors import NotFoundError, RecordError
from kb.publications import place_work
from kb.search.rows import PersonCoding
from kb.store import Store
from kb.tables import Coding, Passage

ACTS = ("accept", "reject", "add", "withdraw")
_STATUS: dict[str, Literal["accepted", "rejected", "added"]] = {
    "accept": "accepted",
    "reject": "rejected",
    "add": "added",
}


def record_coding(
    store: Store,
    codebook: Codebook,
    passage_id: str,
    *,
    factor: str,
    direction: str,
    act: str,
    coder: str,
    comment: str | None = None,
    machine: dict[str, Any] | None = None,
) -> int:
    """Append one act and return its number.

    A withdrawal takes back the coder's last act that still stands. Where a refresh has retired the
    passage since it was shown, the act goes to the passage its text is in now.

    `machine` is the suggestion acted on, frozen with its model's version. Raises CodebookError
    for a factor or direction that the codebook lacks, NotFoundError for a passage the record
    lacks, RecordError for an unknown act or a missing coder's name.
    """
    codebook.require("factors", factor)
    codebook.require("directions", direction)
    if act not in ACTS:
        raise RecordError(f"Expected an act among {', '.join(ACTS)}, found {act!r}.")
    if not coder.strip():
        raise RecordError("A coding needs the coder's name; set SAMVIRKE_USER or choose a name.")
    with store.write() as session:
        # Locked, so that no refresh on PostgreSQL retires it before this act is written.
        passage = session.get(Passage, passage_id, with_for_update=True)
        if passage is None:
            raise NotFoundError(f"There is no passage {passage_id!r} in the record; search again.")
        anchor = make_anchor(passage.text, passage.page)
        place, needs_look = place_work(session, passage, anchor)
        acts = _acts(session, place, factor, coder.strip())
        if act == "withdraw":
            acts = _standing(acts)
        row = Coding(
            publication_id=passage.publication_id,
            passage_id=place,
            anchor=anchor,
            needs_look=needs_look,
            factor=factor,
            direction=direction,
            act=act,
            coder=coder.strip(),
            comment=comment,
            machine=machine,
            before=acts[-1].id if acts else None,
        )
        session.add(row)
        session.flush()
        return row.id


def _acts(session: Session, passage_id: str, factor: str, coder: str) -> Sequence[Coding]:
    """A coder's acts on a passage's factor, oldest first."""
    return session.scalars(
        select(Coding)
        .where(Coding.passage_id == passage_id, Coding.factor == factor, Coding.coder == coder)
        .order_by(Coding.id)
    ).all()


def _standing(acts: Sequence[Coding]) -> list[Coding]:
    """Acts that no withdrawal took back, oldest first; `before` of a withdrawal says which it did.

    The last one counts. Once it is withdrawn, the one before it counts again.
    """
    undone = {row.before for row in acts if row.act == "withdraw"}
    return [row for row in acts if row.act in _STATUS and row.id not in undone]


class StoredCodings:
    """The present view of people's codings, read from the record at every call."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def for_passages(self, passage_ids: Iterable[str]) -> dict[str, tuple[PersonCoding, ...]]:
        """Present codings of these passages, by passage id."""
        wanted = list(passage_ids)
        found: dict[str, tuple[PersonCoding, ...]] = {}
        for start in range(0, len(wanted), 500):  # below SQLite's limit on bound values
            part = wanted[start : start + 500]
            found |= self._read(select(Coding).where(Coding.passage_id.in_(part)))
        return found

    def coded(self) -> dict[str, tuple[PersonCoding, ...]]:
        """Present codings of every passage a person has acted on, by passage id."""
        return self._read(select(Coding).where(Coding.passage_id.is_not(None)))

    def _read(self, query: Any) -> dict[str, tuple[PersonCoding, ...]]:
        with self.store.read() as session:
            rows = session.scalars(query.order_by(Coding.id)).all()
        latest: dict[tuple[str, str, str], Coding] = {}
        for row in _standing(rows):
            latest[(str(row.passage_id), row.factor, row.coder)] = row
        view: dict[str, tuple[PersonCoding, ...]] = {}
        for (passage_id, factor, coder), row in sorted(latest.items(), key=lambda e: e[1].id):
            coding = PersonCoding(factor, row.direction, _STATUS[row.act], coder)
            view[passage_id] = (*view.get(passage_id, ()), coding)
        return view
