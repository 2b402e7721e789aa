"""How publications came in or fell away, counted as PRISMA 2020 and PRISMA-S ask.

Owns the counts of the flow (identified, duplicates, screened, excluded by reason, included) and
the log of searches made. Page, M. J. et al. (2021), doi:10.1136/bmj.n71, is the flow; Rethlefsen,
M. L. et al. (2021), doi:10.1186/s13643-020-01542-z, what a search log holds. How the flow is drawn
is `kb.exports.prisma_picture`'s.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kb.errors import NotFoundError
from kb.gathering_tables import SearchMade, Tombstone
from kb.publications import MACHINE
from kb.screening import verdicts
from kb.store import Store
from kb.tables import Address, Item, Publication, Run

BY_HAND = "added by hand"  # the source of what people added
IMPORTED = "import"  # the source of what was imported, here and in the search log


@dataclass(frozen=True)
class Flow:
    """The counts of every stage; items are records found, publications what they turned out to be.

    `identified` is by source id, language versions of a record counting once; `identified` in all =
    `not_retrieved` + `duplicates` + `removed` + `screened`, and `screened` = `included` +
    `undecided` + the sum of `excluded` (by reason id). `by_people` of the verdicts were given by a
    person.
    """

    identified: dict[str, int] = field(default_factory=dict)
    not_retrieved: int = 0
    duplicates: int = 0
    removed: int = 0
    screened: int = 0
    excluded: dict[str, int] = field(default_factory=dict)
    undecided: int = 0
    included: int = 0
    by_people: int = 0

    @property
    def found(self) -> int:
        """All items identified."""
        return sum(self.identified.values())

    def to_json(self) -> dict[str, Any]:
        """The counts as plain JSON."""
        return asdict(self)


def read_flow(data: Mapping[str, Any]) -> Flow:
    """Read a flow from a run's report; unknown keys of a newer version are left out."""
    known = {name: data[name] for name in Flow.__dataclass_fields__ if name in data}
    return Flow(**known)


@dataclass(frozen=True)
class SearchView:
    """One search of one source in one run: what was asked, when, and how much it gave."""

    run_id: int
    source_id: str
    kind: str
    address: str
    rule: str
    hits: int
    new: int
    at: datetime


def count_flow(store: Store) -> Flow:
    """Count what the record holds now, from items identified to publications included."""
    with store.read() as session:
        sources = _sources_of_items(session)
        rows = session.execute(select(Item.key, Item.publication_id))
        assigned = {key: publication_id for key, publication_id in rows}  # noqa: C416 - rows
        taken_out = Publication.removed_reason.is_not(None)
        removed = dict(
            session.execute(select(Publication.id, Publication.source_id).where(taken_out)).all()
        )
        for item, publication_id in _stones(session):  # its addresses went with it
            if publication_id in removed and item not in sources:
                sources[item] = removed[publication_id] or BY_HAND
                assigned[item] = publication_id
        _fold_versions(session, sources, assigned)
        counting = verdicts(session)
    present = {key for key in sources if key in assigned}
    publications = {assigned[key] for key in present}
    screened = publications - removed.keys()
    given = {key: counting.get(key) for key in screened}
    excluded = Counter(
        row.reason or "unspecified" for row in given.values() if row and row.verdict == "exclude"
    )
    included = sum(1 for row in given.values() if row and row.verdict == "include")
    return Flow(
        identified=dict(sorted(Counter(sources.values()).items())),
        not_retrieved=len(sources) - len(present),
        duplicates=len(present) - len(publications),
        removed=len(publications & removed.keys()),
        screened=len(screened),
        excluded=dict(excluded.most_common()),
        undecided=len(screened) - included - sum(excluded.values()),
        included=included,
        by_people=sum(1 for row in given.values() if row and row.by != MACHINE),
    )


def record_searches(store: Store, searches: Sequence[SearchView]) -> None:
    """Keep what was asked of each source in a run."""
    with store.write() as session:
        for entry in searches:
            session.add(SearchMade(**asdict(entry)))


def list_searches(store: Store, run_id: int | None = None) -> list[SearchView]:
    """The searches of one run, or of all, newest run first and then by source."""
    query = select(SearchMade).order_by(SearchMade.run_id.desc(), SearchMade.source_id)
    if run_id is not None:
        query = query.where(SearchMade.run_id == run_id)
    with store.read() as session:
        return [
            SearchView(
                row.run_id,
                row.source_id,
                row.kind,
                row.address,
                row.rule,
                row.hits,
                row.new,
                row.at,
            )
            for row in session.scalars(query)
        ]


def flow_of_run(store: Store, run_id: int | None = None) -> tuple[Flow, Flow | None]:
    """The flow a run ended with, and the one of the run before it that has one.

    Without a run the record is counted as it stands. Raises NotFoundError for a run that is not
    there, or that kept no flow.
    """
    with store.read() as session:
        rows = session.execute(select(Run.id, Run.report).order_by(Run.id)).all()
    kept = [(number, read_flow(report["flow"])) for number, report in rows if report.get("flow")]
    if run_id is None:
        return count_flow(store), kept[-1][1] if kept else None
    mine = [flow for number, flow in kept if number == run_id]
    if not mine:
        raise NotFoundError(
            f"Expected a run with a flow, found none under {run_id}; "
            f"{', '.join(str(number) for number, _ in kept) or 'no run'} kept one."
        )
    before = [flow for number, flow in kept if number < run_id]
    return mine[0], before[-1] if before else None


def count_new_items(store: Store, since: datetime) -> Counter[str]:
    """Records of each source whose first sighting is not before `since`.

    Language versions of a record count once, as in what a source is said to have given.
    """
    first: dict[str, tuple[datetime, str]] = {}
    record = func.coalesce(Address.version_of, Address.item)
    with store.read() as session:
        rows = session.execute(select(record, Address.source_id, Address.first_seen))
        for item, source_id, seen in rows:
            if item not in first or seen < first[item][0]:
                first[item] = (seen, source_id or BY_HAND)
    return Counter(source_id for seen, source_id in first.values() if seen >= since)


def _fold_versions(session: Session, sources: dict[str, str], assigned: Mapping[str, str]) -> None:
    """Take out, in place, pages in other languages that are one publication with their record."""
    rows = session.execute(
        select(Address.item, Address.version_of).where(Address.version_of.is_not(None))
    )
    for item, record in rows.all():
        if item != record and record in sources and assigned.get(item) == assigned.get(record):
            sources.pop(item, None)


def _stones(session: Session) -> list[tuple[str, str]]:
    """The items of removed publications, each with its publication."""
    query = select(Tombstone.value, Tombstone.publication_id).where(Tombstone.scheme == "item")
    return [(item, publication_id) for item, publication_id in session.execute(query)]


def _sources_of_items(session: Session) -> dict[str, str]:
    """Each item with its source; items whose files failed in every way are there too."""
    rows = session.execute(
        select(Address.item, Address.source_id).order_by(Address.first_seen, Address.url)
    )
    found: dict[str, str] = {}
    for item, source_id in rows:
        found.setdefault(item, source_id or BY_HAND)
    return found
