"""What a run changed, for people: publications, verdicts, lost work, problems, saved searches.

Owns the report as data, read from the record at any time by the run's beginning and end. How it is
written out is `kb.exports.change_pages`'; what each stage counted is the run's own report.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from kb.bibliography import label
from kb.publications import effective_csl
from kb.runs import ProblemView, RunView, show_run
from kb.saved_search_news import News, count_news, list_news
from kb.saved_searches import SavedView, list_searches
from kb.screening import verdicts
from kb.settings import Settings
from kb.store import Store
from kb.tables import Address, CitationItem, Coding, Item, Passage, Publication, Screening, now

SHOWN_NEWS = 20  # passages named of each saved search; the count and the feed tell the rest


@dataclass(frozen=True)
class Changed:
    """A publication that a list of the report names; `note` says what there is to know."""

    publication_id: str
    title: str
    label: str
    address: str
    note: str = ""


@dataclass(frozen=True)
class NewPassage:
    """A passage that is new to a saved search."""

    passage_id: str
    publication_id: str
    title: str
    label: str
    page_label: str | None
    language: str
    text: str
    address: str


@dataclass(frozen=True)
class SearchNews:
    """What is new to a saved search: how much, and the first of it."""

    name: str
    query: str
    new: int
    address: str
    passages: tuple[NewPassage, ...]


@dataclass(frozen=True)
class RunChanges:
    """All that a run changed. `gone` are publications of which no address is there any more."""

    run: int
    kind: str
    status: str
    started_at: datetime
    ended_at: datetime | None
    new: tuple[Changed, ...]
    changed: tuple[Changed, ...]
    gone: tuple[Changed, ...]
    included: tuple[Changed, ...]
    excluded: tuple[Changed, ...]
    needs_look: tuple[Changed, ...]
    problems: tuple[ProblemView, ...]
    saved_searches: tuple[SearchNews, ...]


def changes_of(settings: Settings, store: Store, run_id: int) -> RunChanges:
    """What a run changed, as the record tells it now; what needs a look is what does so now.

    Raises NotFoundError where there is no such run.
    """
    run = show_run(store, run_id)
    with store.read() as session:
        lists = _lists(session, settings, run)
    searches = (_search_news(settings, store, view, run_id) for view in list_searches(store))
    return RunChanges(
        run.id,
        run.kind,
        run.status,
        run.started_at,
        run.ended_at,
        **lists,
        problems=run.problems,
        saved_searches=tuple(searches),
    )


def _lists(session: Session, settings: Settings, run: RunView) -> dict[str, Any]:
    start, end = run.started_at, run.ended_at or now()
    before, after = verdicts(session, until=start), verdicts(session, until=end)

    def within(column: InstrumentedAttribute[Any]) -> ColumnElement[bool]:
        return (column >= start) & (column <= end)

    def named(rows: Sequence[Publication], notes: dict[str, str] | None = None) -> Any:
        made = (_changed(settings, row, (notes or {}).get(row.id, "")) for row in rows)
        return tuple(sorted(made, key=lambda one: (one.title.casefold(), one.publication_id)))

    there = select(Publication).where(Publication.removed_reason.is_(None))
    new = session.scalars(there.where(within(Publication.created_at))).all()
    retired = select(Passage.publication_id).where(within(Passage.retired_at))
    older = there.where(Publication.created_at < start)
    changed = session.scalars(
        older.where(or_(within(Publication.updated_at), Publication.id.in_(retired)))
    ).all()
    turned = {
        row.id: after[row.id]
        for row in session.scalars(older)
        if row.id in after and (row.id not in before or _differs(before[row.id], after[row.id]))
    }
    rows = [row for row in session.scalars(older) if row.id in turned]
    lost = dict(_lost(session))
    return {
        "new": named(new, {key: _verdict(row) for key, row in after.items()}),
        "changed": named(changed),
        "gone": named(_gone(session, within(Address.gone_at))),
        "included": named([row for row in rows if turned[row.id].verdict == "include"]),
        "excluded": named(
            [row for row in rows if turned[row.id].verdict == "exclude"],
            {key: row.reason or "" for key, row in turned.items()},
        ),
        "needs_look": named([row for row in session.scalars(there) if row.id in lost], lost),
    }


def _differs(before: Screening, after: Screening) -> bool:
    return before.verdict != after.verdict


def _verdict(row: Screening) -> str:
    return f"{row.verdict}: {row.reason}" if row.reason else row.verdict


def _gone(session: Session, lately: ColumnElement[bool]) -> list[Publication]:
    """Publications of which an address was found gone in the run, and none is left."""
    owned = select(Item.publication_id).join(Address, Address.item == Item.key)
    left = set(session.scalars(owned.where(Address.gone_at.is_(None))))
    found = set(session.scalars(owned.where(lately))) - left
    rows = session.scalars(select(Publication).where(Publication.removed_reason.is_(None)))
    return [row for row in rows if row.id in found]


def _lost(session: Session) -> Iterator[tuple[str, str]]:
    """Publications with people's work that has lost its passage, and how much of it."""
    codings = session.scalars(select(Coding.publication_id).where(Coding.needs_look.is_(True)))
    citations = session.scalars(
        select(CitationItem.publication_id).where(
            CitationItem.needs_look.is_(True), CitationItem.removed_at.is_(None)
        )
    )
    coded, cited = Counter(codings), Counter(citations)
    for publication_id in coded | cited:
        yield publication_id, f"codings {coded[publication_id]}, citations {cited[publication_id]}"


def _changed(settings: Settings, row: Publication, note: str) -> Changed:
    csl = effective_csl(row)
    address = f"{settings.base_url.rstrip('/')}/library?{urlencode({'publication': row.id})}"
    return Changed(row.id, str(csl.get("title") or row.id), label(csl, "en"), address, note)


def _search_news(settings: Settings, store: Store, view: SavedView, run_id: int) -> SearchNews:
    news = list_news(store, view, run_id=run_id, most=SHOWN_NEWS)
    return SearchNews(
        view.name,
        view.query,
        count_news(store, view, run_id=run_id) if len(news) == SHOWN_NEWS else len(news),
        view.address(settings.base_url),
        tuple(_new_passage(settings, one) for one in news),
    )


def _new_passage(settings: Settings, one: News) -> NewPassage:
    csl = one.publication.csl
    return NewPassage(
        one.passage.id,
        one.publication.id,
        str(csl.get("title") or one.publication.id),
        label(csl, "en"),
        one.passage.page_label,
        one.passage.language,
        one.passage.text,
        f"{settings.base_url.rstrip('/')}/?{urlencode({'passage': one.passage.id})}",
    )
