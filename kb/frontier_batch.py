"""One transaction of the crawl's memory: many settled addresses with a handful of statements.

Owns how a batch is read and written; SQLAlchemy Core and not the ORM, since a crawl writes some
thousand rows a second. What the rows mean stands in `kb.frontier`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from sqlalchemy import Connection, Row, bindparam, insert, select, update
from sqlalchemy.orm import InstrumentedAttribute

from kb.frontier_shapes import Outcome, Receipt, Settled, Sighting, Wanted
from kb.shared_addresses import note_shared
from kb.tables import Address, Extraction, File, FrontierEntry, now
from kb.tombstones import find_stones, leave_out_removed

QUERY_SIZE = 500  # addresses in one query; a sitemap has up to 50,000
TRUST_LASTMOD = timedelta(days=30)  # an address is asked again after so long, whatever is claimed

_KNOWN = (
    FrontierEntry.url,
    FrontierEntry.run_id,
    FrontierEntry.state,
    FrontierEntry.status,
    FrontierEntry.fetched_at,
    FrontierEntry.context,
)

_KEYS = {"entry": FrontierEntry.url, "address": Address.url}


class Batch:
    """Reads what some settled addresses touch, changes it in memory, writes it at the end."""

    def __init__(self, connection: Connection, run_id: int) -> None:
        self.connection = connection
        self.run_id = run_id
        self.at = now()
        self._entries: dict[str, dict[str, Any]] = {}
        self._addresses: dict[str, dict[str, Any]] = {}
        self._files: set[str] = set()
        self._new: dict[str, list[dict[str, Any]]] = {"entry": [], "address": [], "file": []}
        self._changed: dict[str, dict[str, dict[str, Any]]] = {"entry": {}, "address": {}}

    def settle(
        self, batch: Sequence[Settled], kept: Sequence[Sequence[tuple[str, int, Sighting]]]
    ) -> list[Receipt]:
        """Settle addresses whose files are stored already, given as (hash, bytes, sighting)."""
        asked = {settled.url for settled in batch}
        led_to = {wanted.url for settled in batch for wanted in settled.wanted}
        remembered = {key.url for settled in batch for key, _ in settled.remember}
        self._load_entries(asked | led_to | remembered)
        seen = {sighting.url for files in kept for _, _, sighting in files}
        self._load_addresses(asked | seen | {url for entry in batch for url in entry.gone})
        self._load_files({sha256 for files in kept for sha256, _, _ in files})
        receipts = [
            self._settle_one(settled, files) for settled, files in zip(batch, kept, strict=True)
        ]
        self.write()
        return receipts

    def want(self, entries: Iterable[Wanted]) -> tuple[list[Wanted], list[str]]:
        """Put addresses on the list of this run: (those that wait now, those known to stand)."""
        waiting: list[Wanted] = []
        met: list[str] = []
        level = list({entry.url: entry for entry in entries}.values())
        while level:  # it ends: an address that was looked at is of this run from then on
            level = leave_out_removed(self.connection, level)
            self._load_entries(entry.url for entry in level)
            owners = self._first_items(level)
            note_shared(self.connection, level, owners, self.at)
            fresh = []
            for wanted in level:
                entry = self._entries.get(wanted.url)
                asked = entry is not None and entry["run_id"] == self.run_id
                if entry is not None and asked and entry["state"] != "waiting":
                    continue
                if entry is not None and self._is_fresh(entry, wanted):
                    self._change("entry", wanted.url, run_id=self.run_id, state="done")
                    fresh.append(wanted)
                elif not asked:
                    self._wait(wanted, entry, owners.get(wanted.url))
                    waiting.append(wanted)
            met += [wanted.url for wanted in fresh]
            level = self._parts(fresh)
        return waiting, met

    def _first_items(self, level: Sequence[Wanted]) -> dict[str, str]:
        """The items that documents were first wanted for: they stay with these until removed."""
        known = ((wanted.url, self._entries.get(wanted.url)) for wanted in level)
        items = ((url, entry["context"].get("item")) for url, entry in known if entry is not None)
        first = {url: str(item) for url, item in items if item}
        removed = find_stones(self.connection, "item", set(first.values()))
        return {url: item for url, item in first.items() if item not in removed}

    def _is_fresh(self, entry: dict[str, Any], wanted: Wanted) -> bool:
        """Whether an address was fetched well after the site says it last changed."""
        claimed, fetched = wanted.context.get("lastmod"), entry["fetched_at"]
        if claimed is None or fetched is None or entry["status"] not in (200, 304):
            return False
        if datetime.fromisoformat(claimed) >= fetched or self.at - fetched >= TRUST_LASTMOD:
            return False
        return wanted.url not in self._badly_read

    @cached_property
    def _badly_read(self) -> set[str]:
        """Addresses whose bytes could not be read, or in part only: these are asked again."""
        bad = Extraction.status != "read"
        query = select(Address.url).join(Extraction, Extraction.sha256 == Address.sha256)
        return set(self.connection.execute(query.where(bad)).scalars())

    def _parts(self, pages: Sequence[Wanted]) -> list[Wanted]:
        """What unchanged pages led to: their files and chapters stand as long as they do."""
        claimed = {page.url: page.context["lastmod"] for page in pages}
        found: dict[str, Wanted] = {}
        for row in self._select((FrontierEntry.url, FrontierEntry.links), claimed):
            for link in row.links:
                wanted = Wanted(**link)
                if wanted.kind in ("document", "chapter"):
                    wanted.context.setdefault("lastmod", claimed[row.url])
                found[wanted.url] = wanted
        return list(found.values())

    def _settle_one(self, settled: Settled, files: Sequence[tuple[str, int, Sighting]]) -> Receipt:
        waiting, met = self.want(settled.wanted)
        changed = [seen.url for sha256, size, seen in files if self._see(sha256, size, seen)]
        outcome = settled.outcome
        gone = (*settled.gone, *([settled.url] if outcome.state == "gone" else ()))
        for url in gone:
            address = self._addresses.get(url)
            if address is not None and address["gone_at"] is None:
                self._change("address", url, gone_at=self.at)
        if settled.url in self._entries:
            self._change("entry", settled.url, **finished(outcome, self.run_id, self.at))
        if settled.url in self._addresses and outcome.state == "unchanged":
            self._change("address", settled.url, last_seen=self.at, gone_at=None)
        for key, what in settled.remember:
            self.remember(key, what)
        return Receipt(tuple(waiting), tuple(changed), tuple(met))

    def remember(self, wanted: Wanted, outcome: Outcome) -> None:
        """Keep what is known of something that is not fetched itself."""
        self._load_entries([wanted.url])
        if wanted.url not in self._entries:
            self._wait(wanted, None)
        values = {"source_id": wanted.source_id, "kind": wanted.kind, "context": wanted.context}
        self._change("entry", wanted.url, **values, **finished(outcome, self.run_id, self.at))

    def _wait(self, wanted: Wanted, entry: dict[str, Any] | None, owner: str | None = None) -> None:
        values = {
            "source_id": wanted.source_id,
            "kind": wanted.kind,
            "context": dict(wanted.context),
            "run_id": self.run_id,
            "state": "waiting",
        }
        if entry is not None:
            if wanted.kind == "document" and owner:
                values["context"] = {**wanted.context, "item": owner}
            self._change("entry", wanted.url, **values)
            return
        row = {"url": wanted.url, "links": [], **values}
        self._new["entry"].append(row)
        self._entries[wanted.url] = {**row, "status": None, "fetched_at": None}

    def _see(self, sha256: str, size: int, sighting: Sighting) -> bool:
        """Note a file at an address; returns whether other bytes, or none, stood there before."""
        if sha256 not in self._files:
            self._files.add(sha256)
            row = {"sha256": sha256, "size": size, "media_type": sighting.media_type}
            self._new["file"].append({**row, "first_seen": self.at})
        values = {**vars(sighting)}
        del values["media_type"]
        values |= {"sha256": sha256, "last_seen": self.at, "gone_at": None}
        before = self._addresses.get(sighting.url)
        if before is None:
            row = {**values, "first_seen": self.at}
            self._new["address"].append(row)
            self._addresses[sighting.url] = row
            return True
        changed = bool(before["sha256"] != sha256)
        self._change("address", sighting.url, **values)
        return changed

    def _change(self, what: str, key: str, /, **values: Any) -> None:
        """Change a row, known here or not; a row that is new itself is changed in place."""
        rows = self._entries if what == "entry" else self._addresses
        rows.setdefault(key, {}).update(values)
        self._changed[what].setdefault(key, {}).update(values)

    def write(self) -> None:
        """Write all that was changed; files first, since addresses refer to them."""
        for table, name in ((File, "file"), (Address, "address"), (FrontierEntry, "entry")):
            if self._new[name]:
                self.connection.execute(insert(table), self._new[name])
            # one statement for each set of columns that changed
            shapes: dict[tuple[str, ...], list[dict[str, Any]]] = {}
            for url, values in self._changed.get(name, {}).items():
                shapes.setdefault(tuple(values), []).append({"at_url": url, **values})
            for rows in shapes.values():
                self.connection.execute(
                    update(table).where(_KEYS[name] == bindparam("at_url")), rows
                )
            self._new[name] = []
            self._changed[name] = {}

    def _load_entries(self, urls: Iterable[str]) -> None:
        missing = {url for url in urls if url not in self._entries}
        for row in self._select(_KNOWN, missing):
            self._entries[row.url] = dict(row._mapping)

    def _load_addresses(self, urls: Collection[str]) -> None:
        for row in self._select((Address.url, Address.sha256, Address.gone_at), urls):
            self._addresses[row.url] = dict(row._mapping)

    def _load_files(self, hashes: Collection[str]) -> None:
        self._files |= {row.sha256 for row in self._select((File.sha256,), hashes)}

    def _select(
        self, columns: Sequence[InstrumentedAttribute[Any]], values: Collection[str]
    ) -> Iterable[Row[Any]]:
        ordered = sorted(values)
        for start in range(0, len(ordered), QUERY_SIZE):
            chunk = ordered[start : start + QUERY_SIZE]
            yield from self.connection.execute(select(*columns).where(columns[0].in_(chunk)))


def finished(outcome: Outcome, run_id: int, at: datetime) -> dict[str, Any]:
    """The columns of a frontier entry that an outcome decides."""
    values = {
        "run_id": run_id,
        "fetched_at": at,
        "status": outcome.status,
        "message": outcome.message,
        "state": "done" if outcome.state == "unchanged" else outcome.state,
    }
    if outcome.state == "done":
        values |= {
            "etag": outcome.etag,
            "last_modified": outcome.last_modified,
            "sha256": outcome.sha256,
            "links": [vars(link) for link in outcome.links],
        }
    return values
