"""Measures grouping: pairs of items put together rightly, wrongly, or not at all.

Owns running the identify stage over invented cases; the floors are in the gate.
`python -m tests.gates.grouping_figures 1 2 3` prints the figures of some seeds.
"""

from __future__ import annotations

import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

from kb.frontier import Sighting, record_sighting
from kb.regrouping import placed_items
from kb.settings import Settings
from kb.store import Store, open_store
from pipeline.identify import identify_items
from pipeline.records import Block, Extracted, Field
from tests.gates.grouping_cases import make_cases
from tests.gates.grouping_web import Seen

SURE = 0.9


@dataclass(frozen=True)
class Figures:
    """Pairwise precision and recall, and the wrong pairs of each kind of case."""

    precision: float
    recall: float
    pairs: int
    wrongly_joined: tuple[tuple[str, str], ...]
    wrongly_apart: tuple[tuple[str, str], ...]


class Harvest:
    """A record into which items are put, and what would be read from their files."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.read: dict[str, Extracted] = {}

    def put(self, seen: Iterable[Seen]) -> None:
        """Store these files as if they had been fetched."""
        with self.store.write() as session:
            for one in seen:
                sha256 = self.store.blobs.put(one.url.encode())
                sighting = Sighting(
                    one.url, one.source, one.item, one.role, version_of=one.version_of
                )
                record_sighting(session, sha256, len(one.url), sighting)
                blocks = tuple(Block("paragraph", text) for text in one.text)
                fields = {name: Field(value, one.role, SURE) for name, value in one.said.items()}
                self.read[sha256] = Extracted(
                    "read", None, "text/html", one.language, fields, (), blocks
                )

    def identify(self) -> dict[str, str]:
        """Run the stage; return the publication of each item."""
        identify_items(self.store, self.read.__getitem__, dict, read_version=1)
        return {key: row.publication_id for key, row in placed_items(self.store).items()}


def measure(seen: Sequence[Seen], found: Mapping[str, str]) -> Figures:
    """Compare the groups found with the true ones, pair by pair of items."""
    truth = {one.item: one.truth for one in seen}
    right = _pairs(truth)
    got = _pairs({item: found[item] for item in truth})
    common = len(right & got)
    return Figures(
        common / len(got) if got else 1.0,
        common / len(right),
        len(right),
        tuple(sorted(got - right)),
        tuple(sorted(right - got)),
    )


def as_sets(found: Mapping[str, str]) -> set[frozenset[str]]:
    """The groups without their names, to compare two runs."""
    groups: dict[str, set[str]] = defaultdict(set)
    for item, name in found.items():
        groups[name].add(item)
    return {frozenset(items) for items in groups.values()}


def _pairs(groups: Mapping[str, str]) -> set[tuple[str, str]]:
    return {pair for items in as_sets(groups) for pair in combinations(sorted(items), 2)}


def main() -> None:
    """Print the figures of the seeds named, and the cases that go wrong."""
    for seed in map(int, sys.argv[1:]):
        seen = make_cases(seed)
        with tempfile.TemporaryDirectory() as home:
            store = open_store(Settings(home=Path(home)))
            harvest = Harvest(store)
            harvest.put(seen)
            figures = measure(seen, harvest.identify())
            store.close()
        case = {one.item: one.case for one in seen}
        joined = Counter(f"{case[a]}/{case[b]}" for a, b in figures.wrongly_joined)
        apart = Counter(case[a] for a, _ in figures.wrongly_apart)
        groups = len({one.truth for one in seen})
        print(
            f"seed {seed}: {groups} publications, {len(case)} items, {figures.pairs} pairs, "
            f"precision {figures.precision:.4f}, recall {figures.recall:.4f}\n"
            f"  joined {dict(joined)}\n  apart {dict(apart)}"
        )


if __name__ == "__main__":
    main()
