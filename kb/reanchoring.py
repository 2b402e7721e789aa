"""People's work after its passage changed: re-anchored to the best match, or in need of a look.

Owns the rules: what a marked span proves beside its passage's anchor, what comes back when its
passage does. Likeness of texts is `kb.anchors`'s; which passages are present is
`kb.publications`'s.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from kb import anchors
from kb.coding.spans import place_span
from kb.coding_tables import ANCHORED, AnchoredWork
from kb.tables import Coding, Passage

TELLING_WORDS = 4  # a marked span from which its words say which passage it is of


def place_work(session: Session, passage: Passage, anchor: dict[str, Any]) -> tuple[str, bool]:
    """Where work begun on a passage belongs now: the passage's id, and whether it needs a look.

    A reader may still show a passage that a refresh has retired since, until the index is built.
    """
    if passage.retired_at is None:
        return passage.id, False
    found = anchors.best_match(anchor, _candidates(session, passage.publication_id))
    return found or passage.id, found is None


def _candidates(
    session: Session, publication_id: str, stayed: Collection[str] = ()
) -> list[anchors.Candidate]:
    rows = session.execute(
        select(Passage.id, Passage.text, Passage.page)
        .where(Passage.publication_id == publication_id, Passage.retired_at.is_(None))
        .order_by(Passage.position)
    )
    return [anchors.Candidate(*row, stayed=row.id in stayed) for row in rows]


def settle_work(
    session: Session, publication_id: str, stayed: Collection[str] = ()
) -> tuple[int, int]:
    """Move people's work from retired passages of a publication; (moved, newly lost).

    Passages that `stayed` stood beside the retired ones: they are no changed form of them. Work
    whose passage has come back needs a look no longer.
    """
    astray = [work for kind in ANCHORED for work in _astray(session, kind, publication_id)]
    candidates = _candidates(session, publication_id, stayed) if astray else []
    present = {candidate.passage_id for candidate in candidates}
    placed: dict[tuple[object, ...], str | None] = {}  # acts on one coding stay together
    moved = lost = 0
    for work in astray:
        if work.passage_id in present:
            work.needs_look = False
            continue
        together: object = str((work.anchor or {}).get("exact", ""))
        if isinstance(work, Coding) and work.root is not None:
            together = work.root
        key = (work.passage_id, together)
        if key not in placed:
            placed[key] = _match(work, candidates)
        found = placed[key]
        lost += found is None and not work.needs_look
        work.needs_look = found is None
        if found is not None:
            work.passage_id = found
            moved += 1
    return moved, lost


def _match(work: AnchoredWork, candidates: Sequence[anchors.Candidate]) -> str | None:
    """The passage that work belongs to now: by its anchor, or where its marked words went.

    A marked span of a few words is no proof by itself: they may stand in any passage.
    """
    anchor = work.anchor or {"exact": ""}
    found = anchors.best_match(anchor, candidates)
    span = work.span if isinstance(work, Coding) else None
    if span is None or len(str(span["exact"]).split()) < TELLING_WORDS:
        return found
    if any(
        candidate.passage_id == found and place_span(candidate.text, span) is not None
        for candidate in candidates
    ):
        return found
    fresh = [candidate for candidate in candidates if not candidate.stayed]
    return anchors.best_match({**span, "page": anchor.get("page")}, fresh) or found


def _astray(
    session: Session, kind: type[AnchoredWork], publication_id: str
) -> Sequence[AnchoredWork]:
    """Work on a publication whose passage is not present, or that was marked as lost.

    Imported work that never had a passage is looked for again too: its text may have come since.
    Newest first: what was anchored last knows best how its passage read.
    """
    query: Any = (
        select(kind)
        .outerjoin(Passage, Passage.id == kind.passage_id)
        .where(
            kind.publication_id == publication_id,
            or_(Passage.retired_at.is_not(None), kind.needs_look.is_(True)),
        )
        .order_by(kind.id.desc())
    )
    return list(session.scalars(query))
