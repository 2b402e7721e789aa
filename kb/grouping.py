"""What people decide about which files are one publication: joining, splitting, taking it back.

Owns the grouping_decision table: appended only, an undo takes back the newest act. A decision
counts at once and outranks every rule at later refreshes. What moves is `kb.moving`'s business.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kb.errors import GroupingError
from kb.gathering_tables import GroupingDecision
from kb.grouping_reasons import reason
from kb.moving import absorb_publication, move_items, revive_publication
from kb.publications import (
    NewPublication,
    new_publication_id,
    require_present,
    resolve_id,
    save_publication,
)
from kb.store import Store
from kb.tables import Address, Item, Publication, Redirect

UNREAD = ""  # the content hash of an item whose publication is still to be written anew


@dataclass(frozen=True)
class DecisionView:
    """One act on `items`; `stands` until it is undone.

    `publication_ids` are those it touched as they are called now, `named` as they were then.
    """

    number: int
    act: str
    items: tuple[str, ...]
    publication_ids: tuple[str, ...]
    named: frozenset[str]
    by: str
    comment: str | None
    at: datetime
    stands: bool


def join(store: Store, one: str, other: str, by: str, comment: str = "") -> str:
    """Say that two publications are one; return the id that stays, the first one's.

    The second one's id leads there from now on. Raises GroupingError where they are one already,
    RemovedError where one was removed, NotFoundError for an id that the record never had.
    """
    name = _named(by)
    with store.write() as session:
        kept, gone = resolve_id(session, one), resolve_id(session, other)
        if kept == gone:
            raise GroupingError(f"{one} and {other} are one publication already; nothing was done.")
        _refuse_removed(session, kept, gone)
        came = dict.fromkeys(_items(session, kept), kept)
        came |= dict.fromkeys(_items(session, gone), gone)
        _decide(session, "join", dict.fromkeys(came, kept), came, name, comment)
        absorb_publication(session, gone, kept, reason("decided", by=name))
        _mark(session, came, name)
        return kept


def split(
    store: Store, publication_id: str, items: Iterable[str], by: str, comment: str = ""
) -> str:
    """Say that some items of a publication are another one; return the new publication's id.

    An item is named by its key, or one of its documents by its address: that becomes an item of
    its own. What people did on a passage goes with the file it was read from. Raises GroupingError
    where nothing is named, nothing would be left, or an item is not of this publication.
    """
    name = _named(by)
    with store.write() as session:
        old_id = resolve_id(session, publication_id)
        _refuse_removed(session, old_id)
        mine = set(_items(session, old_id))
        wanted = set(items)
        documents = _documents(session, mine, wanted - mine)
        _check_split(old_id, mine, wanted, documents)
        new_id = new_publication_id()
        row = session.get_one(Publication, old_id)
        csl = {name: value for name, value in row.csl.items() if name not in ("DOI", "ISBN")}
        copy = NewPublication(
            csl, dict(row.origins), row.source_id, row.source_country, None, row.language
        )
        save_publication(session, new_id, copy)
        for url in documents:
            session.add(Item(key=url, publication_id=old_id, content_hash=UNREAD, reason=""))
        session.flush()
        goal = {key: new_id if key in wanted else old_id for key in mine | documents}
        _decide(session, "split", goal, dict.fromkeys(goal, old_id), name, comment)
        session.flush()
        move_items(session, wanted, old_id, new_id)
        _mark(session, goal, name)
        return new_id


def undo_decision(
    store: Store, publication_id: str, by: str, other: str | None = None
) -> DecisionView:
    """Take back the newest standing join or split that touched a publication.

    With `other`, the newest that was of just these two. What was one before is one again, under
    its old id. Raises GroupingError where there is none or a newer one stands on the same
    items, RemovedError where what it touched was removed since.
    """
    name = _named(by)
    with store.write() as session:
        last = _last_act(session, publication_id, other)
        _refuse_removed(session, *last.publication_ids)
        rows = session.scalars(
            select(GroupingDecision).where(GroupingDecision.decision == last.number)
        ).all()
        back = {row.item: str(row.came_from) for row in rows}
        before = {row.item: row.publication_id for row in rows}
        _decide(session, "undo", back, before, name, "")
        _take_back(session, last, back)
        _mark(session, back, name)
        return last


def decided_items(session: Session, keys: Collection[str] | None = None) -> dict[str, str]:
    """The publication that each item was put to by a person, redirects followed; others lack."""
    query = select(GroupingDecision).order_by(GroupingDecision.id)
    standing: dict[str, list[str]] = defaultdict(list)
    for row in session.scalars(query):
        if row.act == "undo":
            standing[row.item] = standing[row.item][:-1]
        else:
            standing[row.item].append(row.publication_id)
    redirects = {row.old_id: row.new_id for row in session.scalars(select(Redirect))}
    return {
        item: redirects.get(ids[-1], ids[-1])
        for item, ids in standing.items()
        if ids and (keys is None or item in keys)
    }


def joined_items(session: Session) -> dict[str, int]:
    """How many standing joins brought an item to where it is, 0 for those of the id that stayed.

    Items that no join of people touched are left out.
    """
    standing: dict[str, list[int | None]] = defaultdict(list)  # None for a split
    for row in session.scalars(select(GroupingDecision).order_by(GroupingDecision.id)):
        if row.act == "undo":
            standing[row.item] = standing[row.item][:-1]
        else:
            came = int(row.came_from != row.publication_id) if row.act == "join" else None
            standing[row.item].append(came)
    joins = {item: [n for n in acts if n is not None] for item, acts in standing.items()}
    return {item: sum(acts) for item, acts in joins.items() if acts}


def list_decisions(store: Store, publication_id: str) -> list[DecisionView]:
    """The joins and splits that touched a publication, oldest first."""
    with store.read() as session:
        present = resolve_id(session, publication_id)
        return [act for act in _acts(session) if present in act.publication_ids]


def _last_act(session: Session, publication_id: str, other: str | None) -> DecisionView:
    """The act to take back: nothing newer stands on its items."""
    present = resolve_id(session, publication_id)
    standing = [act for act in _acts(session) if act.stands]
    if other is None:
        what = publication_id
        acts = [act for act in standing if present in act.publication_ids]
    else:
        resolve_id(session, other)
        what = f"{publication_id} and {other}"
        acts = [act for act in standing if act.named == {publication_id, other}]
    if not acts:
        raise GroupingError(f"Expected a join or split of {what} to take back, found none.")
    last = acts[-1]
    newer = [act for act in standing if act.number > last.number]
    over = next((act for act in reversed(newer) if set(act.items) & set(last.items)), None)
    if over is not None:
        raise GroupingError(
            f"The {last.act} of {what} cannot be taken back yet: {over.by} decided a {over.act} "
            f"of {' and '.join(sorted(over.named))} after it; take that back first."
        )
    return last


def _take_back(session: Session, last: DecisionView, back: dict[str, str]) -> None:
    """Move items to where they came from; a document that was an item of its own is none now."""
    for old_id in sorted(set(back.values())):
        if session.get(Redirect, old_id) is not None:
            revive_publication(session, old_id)
    rows = session.execute(select(Item.key, Item.publication_id).where(Item.key.in_(back)))
    places = {row.key: row.publication_id for row in rows}
    routes: dict[tuple[str, str], set[str]] = defaultdict(set)
    for item, goal in back.items():
        if item in places and places[item] != goal:
            routes[places[item], goal].add(item)
    for (here, goal), items in sorted(routes.items()):
        if set(_items(session, here)) <= items:
            absorb_publication(session, here, goal, reason("decided", by=last.by))
        else:
            move_items(session, items, here, goal)
    if last.act == "split":
        found = session.execute(select(Address.url, Address.item).where(Address.url.in_(back)))
        owners = {row.url: row.item for row in found}
        for item in back:
            row = session.get(Item, item)
            if row is not None and owners.get(item, item) != item:
                session.delete(row)
    session.flush()


def _acts(session: Session) -> list[DecisionView]:
    """Every join and split in order; undone ones do not stand."""
    rows: dict[int, list[GroupingDecision]] = defaultdict(list)
    redirects = {row.old_id: row.new_id for row in session.scalars(select(Redirect))}
    for row in session.scalars(select(GroupingDecision).order_by(GroupingDecision.id)):
        rows[row.decision].append(row)
    undone: set[int] = set()
    standing: dict[str, list[int]] = defaultdict(list)
    for number, acts in rows.items():
        for row in acts:
            if row.act == "undo":
                undone |= set(standing[row.item][-1:])
                standing[row.item] = standing[row.item][:-1]
            else:
                standing[row.item].append(number)
    return [
        DecisionView(
            number,
            acts[0].act,
            tuple(row.item for row in acts),
            tuple(
                dict.fromkeys(
                    redirects.get(place, place)
                    for row in acts
                    for place in (row.publication_id, row.came_from or row.publication_id)
                )
            ),
            frozenset(
                place for row in acts for place in (row.publication_id, row.came_from) if place
            ),
            acts[0].by,
            acts[0].comment,
            acts[0].at,
            number not in undone,
        )
        for number, acts in rows.items()
        if acts[0].act != "undo"
    ]


def _decide(
    session: Session,
    act: str,
    goal: dict[str, str],
    came_from: dict[str, str],
    by: str,
    comment: str,
) -> None:
    number = (session.scalar(select(func.max(GroupingDecision.decision))) or 0) + 1
    for item in sorted(goal):
        session.add(
            GroupingDecision(
                decision=number,
                act=act,
                item=item,
                publication_id=goal[item],
                came_from=came_from[item],
                by=by,
                comment=comment.strip() or None,
            )
        )
    session.flush()


def _mark(session: Session, items: Iterable[str], by: str) -> None:
    """Have the items read anew at the next refresh, and say why they are where they are."""
    for key in items:
        row = session.get(Item, key)
        if row is not None:
            row.content_hash, row.reason = UNREAD, reason("decided", by=by)


def _items(session: Session, publication_id: str) -> list[str]:
    return list(session.scalars(select(Item.key).where(Item.publication_id == publication_id)))


def _documents(session: Session, items: Collection[str], urls: Collection[str]) -> set[str]:
    """Those of the addresses at which documents of these items are."""
    rows = select(Address.url).where(
        Address.url.in_(urls), Address.item.in_(items), Address.role == "document"
    )
    return set(session.scalars(rows))


def _check_split(
    publication_id: str, mine: set[str], wanted: set[str], documents: set[str]
) -> None:
    shown = ", ".join(sorted(mine)[:10]) or "none"
    unknown = sorted(wanted - mine - documents)
    if unknown:
        raise GroupingError(
            f"Expected items of {publication_id} to split off, found {unknown[0]!r}; "
            f"its items are: {shown}."
        )
    if not wanted:
        raise GroupingError(
            f"Expected at least one item of {publication_id} to split off; they are: {shown}."
        )
    if mine <= wanted:
        raise GroupingError(
            f"Expected something to be left of {publication_id}, found all of its items named; "
            "leave one out."
        )


def _refuse_removed(session: Session, *publication_ids: str) -> None:
    for publication_id in publication_ids:
        require_present(session, publication_id)


def _named(by: str) -> str:
    if not by.strip():
        raise GroupingError(
            "Joining and splitting need the name of who does it; set SAMVIRKE_USER or choose one."
        )
    return by.strip()
