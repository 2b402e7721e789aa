"""Moving what belongs to one publication to another: items, passages and people's work on them.

Owns what a join and a split change in the record, whoever wanted them. Nothing is lost: an id that
was joined leads to the one that stays, and remembers what it brought, so that it can come back.
Who decides is `kb.grouping` (people) and `pipeline.identify` (rules).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from sqlalchemy import Integer, Table, delete, select, update
from sqlalchemy.orm import Session

from kb import anchors
from kb.coding_tables import ANCHORED, AnchoredWork
from kb.corrections import settle_given
from kb.publications import MACHINE
from kb.reanchoring import settle_work
from kb.screening import verdicts
from kb.shared_addresses import item_files
from kb.tables import (
    Base,
    Identifier,
    Item,
    Passage,
    Publication,
    Redirect,
    Screening,
    now,
)

_OWN_RULES = {"passage", "identifier", "item", "redirect"}  # moved by rules of their own


def absorb_publication(session: Session, old_id: str, new_id: str, why: str) -> None:
    """Join a whole publication into another; its id leads there from now on.

    Its passages keep their ids. Of a text that both have, people's work goes to the one that stays.
    """
    old, new = session.get_one(Publication, old_id), session.get_one(Publication, new_id)
    moved: dict[str, Any] = {"given": dict(old.given)}
    for table in work_tables():
        moved[table.name] = _ids(session, table, old_id)
    rows = list(session.scalars(select(Passage).where(Passage.publication_id == old_id)))
    moved["passage"] = [row.id for row in rows]
    led_here = select(Redirect.old_id).where(Redirect.new_id == old_id)
    moved["redirects"] = list(session.scalars(led_here))
    _adopt_passages(session, rows, new_id)
    for table in work_tables():
        _repoint(session, table, moved[table.name], new_id)
    _move_identifiers(session, old_id, new_id)
    session.execute(update(Item).where(Item.publication_id == old_id).values(publication_id=new_id))
    session.execute(update(Redirect).where(Redirect.new_id == old_id).values(new_id=new_id))
    new.given = {**old.given, **new.given}
    _touch(new)
    session.flush()
    session.expunge(old)
    session.execute(delete(Publication).where(Publication.id == old_id))
    session.merge(Redirect(old_id=old_id, new_id=new_id, reason=why, moved=moved))
    session.flush()
    settle_work(session, new_id)
    settle_given(session, new_id)


def move_items(session: Session, keys: Collection[str], old_id: str, new_id: str) -> None:
    """Move some of a publication's items to another that is there already, with what is theirs.

    Passages read from their files go along, and the work on these. What was said of the
    publication as a whole stays, but for a person's verdict, which holds for both.
    """
    theirs = item_files(session, keys)
    rest = session.scalars(
        select(Item.key).where(Item.publication_id == old_id, Item.key.not_in(keys))
    ).all()
    files = theirs - item_files(session, rest)
    session.execute(update(Item).where(Item.key.in_(keys)).values(publication_id=new_id))
    for scheme, values in (("item", set(keys)), ("file", files)):
        _move_identifiers(session, old_id, new_id, scheme, values)
    rows = session.scalars(
        select(Passage).where(Passage.publication_id == old_id, Passage.sha256.in_(files))
    )
    move_passages(session, list(rows), new_id)
    _copy_verdict(session, old_id, new_id)
    for publication_id in (old_id, new_id):
        session.flush()
        settle_work(session, publication_id)
        settle_given(session, publication_id, anew=True)
        _touch(session.get_one(Publication, publication_id))


def move_passages(session: Session, rows: Collection[Passage], new_id: str) -> None:
    """Move passages to another publication, and the work that stands on them."""
    ids = [row.id for row in rows]
    _adopt_passages(session, list(rows), new_id)
    for table in work_tables():
        if "passage_id" in table.c:
            found = session.scalars(select(table.c.id).where(table.c.passage_id.in_(ids)))
            _repoint(session, table, list(found), new_id)


def revive_publication(session: Session, old_id: str) -> str:
    """Bring back a publication that was joined into another, with what it brought there.

    Returns the id it was joined into. Its items are moved by the caller.
    """
    redirect = session.get_one(Redirect, old_id)
    present = session.get_one(Publication, redirect.new_id)
    brought = redirect.moved or {}
    session.delete(redirect)
    row = Publication(
        id=old_id,
        csl={**present.csl, "id": old_id},
        origins=dict(present.origins),
        given=dict(brought.get("given") or {}),
        source_id=present.source_id,
        source_country=present.source_country,
        url=None,
        language=present.language,
    )
    session.add(row)
    session.flush()
    wanted = brought.get("passage") or []
    rows = session.scalars(
        select(Passage).where(Passage.publication_id == present.id, Passage.id.in_(wanted))
    )
    _adopt_passages(session, list(rows), old_id)
    for table in work_tables():
        mine = table.c.id.in_(brought.get(table.name) or [])
        still = session.scalars(
            select(table.c.id).where(mine, table.c.publication_id == present.id)
        )
        _repoint(session, table, list(still), old_id)
    older = Redirect.old_id.in_(brought.get("redirects") or [])
    still_led = older & (Redirect.new_id == present.id)
    session.execute(update(Redirect).where(still_led).values(new_id=old_id))
    session.flush()
    _bring_home(session, old_id)
    return present.id


def _bring_home(session: Session, publication_id: str) -> None:
    """Put work that stands on another publication's passage on its own one of that text."""
    own = session.scalars(select(Passage).where(Passage.publication_id == publication_id)).all()
    candidates = [anchors.Candidate(row.id, row.text, row.page) for row in own]
    astray = [work for kind in ANCHORED for work in _elsewhere(session, kind, publication_id)]
    for work in astray:
        found = anchors.best_match(work.anchor or {"exact": ""}, candidates)
        work.passage_id, work.needs_look = found or work.passage_id, found is None
    session.flush()


def _elsewhere(
    session: Session, kind: type[AnchoredWork], publication_id: str
) -> Sequence[AnchoredWork]:
    """Work on a publication that stands on a passage of another one."""
    query: Any = (
        select(kind)
        .join(Passage, Passage.id == kind.passage_id)
        .where(kind.publication_id == publication_id, Passage.publication_id != publication_id)
    )
    return list(session.scalars(query))


def work_tables() -> Iterator[Table]:
    """The tables of people's acts on publications: they have a number and name a publication."""
    for table in Base.metadata.sorted_tables:
        numbered = "id" in table.c and isinstance(table.c.id.type, Integer)
        column = table.c.get("publication_id")
        keys = column.foreign_keys if column is not None else ()
        names_one = any(key.column.table.name == "publication" for key in keys)
        if numbered and names_one and table.name not in _OWN_RULES:
            yield table


def _ids(session: Session, table: Table, publication_id: str) -> list[int]:
    return list(session.scalars(select(table.c.id).where(table.c.publication_id == publication_id)))


def _repoint(session: Session, table: Table, ids: Collection[int], new_id: str) -> None:
    if ids:
        session.execute(update(table).where(table.c.id.in_(ids)).values(publication_id=new_id))
        session.expire_all()


def _adopt_passages(session: Session, rows: Collection[Passage], new_id: str) -> None:
    """Give passages to a publication; one whose text it has already comes in as retired."""
    taken = {
        (digest, ordinal)
        for digest, ordinal in session.execute(
            select(Passage.text_hash, Passage.ordinal).where(Passage.publication_id == new_id)
        )
    }
    last = max(
        session.scalars(select(Passage.position).where(Passage.publication_id == new_id)),
        default=-1,
    )
    for row in sorted(rows, key=lambda row: (row.position, row.ordinal)):
        ordinal = 0
        while (row.text_hash, ordinal) in taken:
            ordinal += 1
        doubled = ordinal > 0 and row.ordinal == 0
        taken.add((row.text_hash, ordinal))
        row.publication_id, row.ordinal, row.position = new_id, ordinal, last + 1 + row.position
        if doubled and row.retired_at is None:
            row.retired_at = now()
    session.flush()


def _move_identifiers(
    session: Session,
    old_id: str,
    new_id: str,
    scheme: str | None = None,
    values: Collection[str] = (),
) -> None:
    mine = Identifier.publication_id == old_id
    if scheme is not None:
        mine = mine & (Identifier.scheme == scheme) & Identifier.value.in_(values)
    for row in session.scalars(select(Identifier).where(mine)).all():
        session.merge(Identifier(scheme=row.scheme, value=row.value, publication_id=new_id))
        session.delete(row)
    session.flush()


def _copy_verdict(session: Session, old_id: str, new_id: str) -> None:
    """Let a person's verdict on a publication hold for the part of it that is one now."""
    counting = verdicts(session, (old_id, new_id))
    said, own = counting.get(old_id), counting.get(new_id)
    if said is None or said.by == MACHINE or (own is not None and own.by != MACHINE):
        return
    session.add(
        Screening(
            publication_id=new_id,
            verdict=said.verdict,
            reason=said.reason,
            score=said.score,
            reasons=list(said.reasons),
            by=said.by,
            version=said.version,
        )
    )


def _touch(row: Publication) -> None:
    """Have the publication read and screened anew, and kept answers be asked again."""
    row.passages_key = row.screening_key = None
    row.updated_at = now()
