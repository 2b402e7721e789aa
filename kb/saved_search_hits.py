"""What saved searches find: asked after each refresh, and which passages were not there before.

Owns the saved_search_hit table and what counts as new: a passage that a search finds for the first
time, high enough and near enough in meaning. A passage whose text was found before is not new: at
another address, joined into another publication, or changed a little since.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from corpora.errors import CorporaError
from kb import anchors
from kb.errors import GenerationError, KbError
from kb.files import BOUND_VALUES
from kb.gathering_tables import SavedSearch, SavedSearchHit
from kb.knowledge_base import KnowledgeBase
from kb.saved_searches import (
    SavedView,
    change_search,
    get_search,
    list_searches,
    save_search,
    write_filters,
)
from kb.search.folding import fold_word, folded_stem
from kb.search.languages import field_of, is_stop_word
from kb.search.query import Query, read_query
from kb.search.rows import Filters
from kb.search.stemming import words
from kb.store import Store
from kb.tables import Passage, now

DEPTH = 200  # ranks in which a passage can be new: more than a person reads of one search
WATCHED = 2 * DEPTH  # ranks that are known, so that one that climbs over the edge is not new
# Of a question that something fits, so many of the best fit too: a word alone comes near nothing in
# another language (of "taushetsplikt" one passage of the demonstration would).
TOP = 20
BROWSED = 5_000  # passages watched of a search that is filters only, which has no ranks
_AT_ONCE = 500  # passages of such a search read together


@dataclass(frozen=True)
class Found:
    """A passage that a search finds now; `twins` are others of nearly the same text."""

    passage_id: str
    rank: int
    fits: bool
    twins: tuple[str, ...] = ()


@dataclass(frozen=True)
class Watched:
    """What asking one saved search gave: how much it watches, and how much is new of this run.

    `error` is the sentence why it could not be asked.
    """

    id: int
    name: str
    hits: int = 0
    new: int = 0
    error: str | None = None


def keep_search(
    kb: KnowledgeBase, name: str, query: str, filters: Filters, *, owner: str | None = None
) -> SavedView:
    """Save a search; what it finds now is its baseline.

    Before anything is indexed the first refresh makes the baseline. Raises what `save_search`
    raises, and QueryError or CodebookError where it cannot be asked.
    """
    indexed = _require_askable(kb, query, filters)
    number = save_search(kb.store, name, query, filters, owner=owner)
    if indexed:
        _make_baseline(kb, number)
    return get_search(kb.store, number)


def keep_change(kb: KnowledgeBase, search_id: int, query: str, filters: Filters) -> SavedView:
    """Change what a saved search asks and make what it finds now its baseline; return the former.

    Raises what `change_search` raises, and QueryError or CodebookError where it cannot be asked.
    """
    indexed = _require_askable(kb, query, filters)
    before = change_search(kb.store, search_id, query, filters)
    if indexed:
        _make_baseline(kb, search_id)
    return before


def _require_askable(kb: KnowledgeBase, query: str, filters: Filters) -> bool:
    """Refuse what cannot be asked, and say whether there is an index to ask."""
    if query.strip():
        read_query(query)
    try:
        kb.browse(filters, 1)  # filters are checked before anything is read
    except GenerationError:
        return False
    return True


def _make_baseline(kb: KnowledgeBase, search_id: int) -> None:
    view = get_search(kb.store, search_id)
    if view.baseline_at is None:
        _record(kb.store, view, find_hits(kb, view.query, view.filters), None)


def find_hits(kb: KnowledgeBase, query: str, filters: Filters) -> list[Found]:
    """What a search finds to the depth that is watched, best first.

    Raises what `KnowledgeBase.answer` raises.
    """
    if not query:
        return list(_browsed(kb, filters))
    answer = kb.answer(query, WATCHED, filters)
    demanded = answer.query.clauses is not None  # then all hits have it
    off = any(notice.kind == "nothing_fits" for notice in answer.notices)
    asked = _content_words(answer.query)
    return [
        Found(
            record["passage_id"],
            record["rank"],
            demanded or (not off and (record["rank"] <= TOP or _fits(record, asked))),
            tuple(twin["passage_id"] for twin in record["also_in"]),
        )
        for record in answer.records
    ]


def _browsed(kb: KnowledgeBase, filters: Filters) -> Iterator[Found]:
    """What filters alone allow: every passage fits."""
    for start in range(0, BROWSED, _AT_ONCE):
        records, total = kb.browse(filters, _AT_ONCE, start)
        for place, record in enumerate(records, start=1):
            yield Found(record["passage_id"], start + place, True)
        if start + _AT_ONCE >= total:
            return


def _content_words(query: Query) -> set[str]:
    field = field_of(query.language)
    return {word for word in words(query.text) if not is_stop_word(word, field)}


def _fits(record: Mapping[str, Any], asked: Collection[str]) -> bool:
    """Whether a hit is nearer than chance brings, or has every word that was asked for."""
    why, field = record["why"], field_of(record["language"])
    if why["level"] or why["phrase"]:
        return True
    met = [fold_word(word, field) for word in why["words"]]
    stems = [folded_stem(word, field) for word in asked]  # which compounds of the word hold too
    return bool(stems) and all(any(stem in word for word in met) for stem in stems)


def watch_all(
    kb: KnowledgeBase, run_id: int | None, step: Callable[[int], None] = lambda _: None
) -> list[Watched]:
    """Ask every saved search and record what is new; one that cannot be asked stops no other.

    Asking again in the same run finds the same: what it recorded is known by then.
    """
    done = []
    for view in list_searches(kb.store):
        try:
            found = find_hits(kb, view.query, view.filters)
            _record(kb.store, view, found, run_id)
        except (KbError, CorporaError) as error:
            done.append(Watched(view.id, view.name, error=str(error)))
        else:
            new = len(new_hit_rows(kb.store, view.id, run_id=run_id))
            done.append(Watched(view.id, view.name, len(found), new))
        step(1)
    return done


@dataclass(frozen=True)
class HitRow:
    """A new passage of a saved search; `known_as` is the passage its text was first found in."""

    search_id: int
    passage_id: str
    known_as: str
    run_id: int | None
    rank: int
    at: datetime


def new_hit_rows(
    store: Store,
    search_id: int,
    *,
    since: datetime | None = None,
    run_id: int | None = None,
) -> list[HitRow]:
    """What was new to a saved search, newest run first, each run by rank.

    `since` narrows to what came later, `run_id` to one run. Retired passages are left out;
    publications that were removed or left out since are the reader's (`kb.saved_search_news`).
    """
    with store.read() as session:
        rows = session.scalars(_new(search_id, since, run_id)).all()
    return [HitRow(r.search_id, r.passage_id, r.known_as, r.run_id, r.rank, r.at) for r in rows]


def _new(search_id: int, since: datetime | None, run_id: int | None) -> Select[SavedSearchHit]:
    query = (
        select(SavedSearchHit)
        .join(SavedSearch, SavedSearch.id == SavedSearchHit.search_id)
        .join(Passage, Passage.id == SavedSearchHit.passage_id)
        .where(
            SavedSearchHit.search_id == search_id,
            SavedSearchHit.new.is_(True),
            SavedSearchHit.at > SavedSearch.baseline_at,
            Passage.retired_at.is_(None),
        )
        .order_by(SavedSearchHit.at.desc(), SavedSearchHit.rank, SavedSearchHit.passage_id)
    )
    if since is not None:
        query = query.where(SavedSearchHit.at > since)
    return query if run_id is None else query.where(SavedSearchHit.run_id == run_id)


def _record(store: Store, view: SavedView, found: Sequence[Found], run_id: int | None) -> None:
    """Keep what was found; of a search that was changed meanwhile nothing, it is asked again."""
    with store.write() as session:
        row = session.get_one(SavedSearch, view.id)
        if (row.query, row.filters) != (view.query, write_filters(view.filters)):
            return
        moment = now()
        _add_rows(session, view, found, run_id, moment)
        if row.baseline_at is None:
            row.baseline_at = moment


def _add_rows(
    session: Session,
    view: SavedView,
    found: Sequence[Found],
    run_id: int | None,
    moment: datetime,
) -> None:
    known = {
        row.passage_id: row
        for row in session.scalars(
            select(SavedSearchHit).where(SavedSearchHit.search_id == view.id)
        )
    }
    ranked: dict[str, Found] = {}  # twins come in as known, at their hit's rank
    for hit in found:
        ranked.setdefault(hit.passage_id, hit)
    for hit in found:
        for twin in hit.twins:
            ranked.setdefault(twin, Found(twin, hit.rank, False))
    passages = _passages(session, [name for name in ranked if name not in known])
    former = _passages(session, list(known))
    _hand_on(known, former)
    before = _same_text(known, former, passages)
    browsed = not view.query
    for passage_id in passages:
        hit, old = ranked[passage_id], before.get(passage_id)
        row = SavedSearchHit(
            search_id=view.id,
            passage_id=passage_id,
            known_as=passage_id,
            run_id=run_id,
            rank=hit.rank,
            new=view.baseline_at is not None
            and hit.fits
            and (browsed or hit.rank <= DEPTH)
            and known.keys().isdisjoint(hit.twins),
            at=moment,
        )
        if old is not None:  # its text goes on under another id
            row.known_as, row.run_id, row.new, row.at = old.known_as, old.run_id, old.new, old.at
        session.add(row)


def _passages(session: Session, ids: Sequence[str]) -> dict[str, Passage]:
    """The passages there still are, in the order asked for."""
    found: dict[str, Passage] = {}
    for start in range(0, len(ids), BOUND_VALUES):
        part = ids[start : start + BOUND_VALUES]
        found |= {
            row.id: row for row in session.scalars(select(Passage).where(Passage.id.in_(part)))
        }
    return {name: found[name] for name in ids if name in found}


@dataclass(frozen=True)
class _Former:
    """A hit that was known before, with what its passage is now."""

    known_as: str
    run_id: int | None
    new: bool
    at: datetime


def _hand_on(known: Mapping[str, SavedSearchHit], former: Mapping[str, Passage]) -> None:
    """Let what is new stay so on a copy of its text that was found since, where it was retired.

    So it is when two publications that hold the same passage are joined.
    """
    standing = {
        row.text_hash: known[name] for name, row in former.items() if row.retired_at is None
    }
    for name, row in former.items():
        hit, heir = known[name], standing.get(row.text_hash)
        if row.retired_at is not None and hit.new and heir is not None and heir.at >= hit.at:
            heir.known_as, heir.run_id, heir.new, heir.at = hit.known_as, hit.run_id, True, hit.at
            hit.new = False


def _same_text(
    known: Mapping[str, SavedSearchHit],
    former: Mapping[str, Passage],
    passages: Mapping[str, Passage],
) -> dict[str, _Former]:
    """For passages found now the known hit that had their text, by passage id.

    Of one that is still present only that it is not new is handed on.
    """
    by_hash: dict[str, Passage] = {}
    for row in former.values():  # a retired one last: its state goes on
        if row.text_hash not in by_hash or row.retired_at is not None:
            by_hash[row.text_hash] = row
    same = {
        passage.id: _former(known, by_hash[passage.text_hash])
        for passage in passages.values()
        if passage.text_hash in by_hash
    }
    left = [passage for passage in passages.values() if passage.id not in same]
    return same | _changed_text(known, former.values(), left)


def _changed_text(
    known: Mapping[str, SavedSearchHit], former: Iterable[Passage], left: Collection[Passage]
) -> dict[str, _Former]:
    """The same for passages that say nearly what a retired one of their publication said."""
    candidates: dict[str, list[anchors.Candidate]] = {}
    for passage in left:
        candidate = anchors.Candidate(passage.id, passage.text, passage.page)
        candidates.setdefault(passage.publication_id, []).append(candidate)
    found: dict[str, _Former] = {}
    for row in former:
        options = candidates.get(row.publication_id)
        if row.retired_at is None or not options:
            continue
        match = anchors.best_match(anchors.make_anchor(row.text, row.page), options)
        if match is not None:
            carried = _former(known, row)
            # two passages made one: it is new only where both were
            earlier = found.get(match)
            found[match] = carried if earlier is None or earlier.new else earlier
    return found


def _former(known: Mapping[str, SavedSearchHit], passage: Passage) -> _Former:
    hit = known[passage.id]
    carried = _Former(hit.known_as, hit.run_id, hit.new, hit.at)
    return carried if passage.retired_at is not None else replace(carried, new=False)
