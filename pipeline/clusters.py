"""Groups of items that are one publication, from the bonds between pairs of them.

Owns the order in which bonds are followed and what keeps two groups apart. Strongest bonds first,
equal ones in the order of the items' keys: the groups depend on the items, not on when they came.
Items without a chain of bonds between them never decide about each other, so that a night's new
items change nothing but the groups they are bound to.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from pipeline.agreement import best_titles
from pipeline.item_facts import ItemFacts
from pipeline.likeness import Bond, are_opposed, find_bond
from pipeline.opposition import speaks_against

Pair = tuple[str, str]


class Book(Protocol):
    """What is remembered of items, as `pipeline.grouping_book` keeps it."""

    def facts(self, items: Collection[str]) -> dict[str, ItemFacts]:
        """The facts of items, by key."""

    def neighbours(self, item: str) -> set[str]:
        """Items that may be the same publication as this one."""


@dataclass(frozen=True)
class Bound:
    """Items that are bound to each other directly or by others, with the bonds between them."""

    facts: dict[str, ItemFacts]
    bonds: dict[Pair, Bond]


@dataclass(frozen=True)
class Group:
    """Items that are one publication, the one that began it first; `why` is each one's bond."""

    items: tuple[str, ...]
    why: dict[str, str | None]


def find_bound(book: Book, seeds: Iterable[str], mates: Callable[[str], Iterable[str]]) -> Bound:
    """Return the seeds, all items bound to them by any chain of bonds, and their `mates`.

    Mates are items that belong together for another reason: they are of one publication now.
    """
    facts: dict[str, ItemFacts] = {}
    bonds: dict[Pair, Bond] = {}
    waiting = sorted(set(seeds))
    met = set(waiting)
    while waiting:
        item = waiting.pop()
        near = book.neighbours(item)
        facts |= book.facts({item, *near} - facts.keys())
        if item not in facts:
            continue
        bound = set(mates(item))
        for other in near & facts.keys():
            pair = (min(item, other), max(item, other))
            if pair not in bonds and (bond := find_bond(facts[pair[0]], facts[pair[1]])):
                bonds[pair] = bond
            if pair in bonds:
                bound.add(other)
        waiting += sorted(bound - met)
        met |= bound
    return Bound({key: value for key, value in facts.items() if key in met}, bonds)


def group_items(bound: Bound, decided: Mapping[str, str]) -> list[Group]:
    """Return the groups of bound items, in the order of the keys of their first items.

    `decided` says which publication a person has put an item to: items with the same one are
    together, items with different ones never.
    """
    joined = _Joined(bound.facts, decided)
    by_decision: dict[str, list[str]] = {}
    for key in sorted(bound.facts):
        if key in decided:
            by_decision.setdefault(decided[key], []).append(key)
    for keys in by_decision.values():
        joined.put_together(keys)
    for pair, bond in sorted(bound.bonds.items(), key=lambda entry: (entry[1].rank, entry[0])):
        joined.join(*pair, sure=bond.sure)
    groups = [
        Group(tuple(sorted(keys, key=lambda key: place_of(bound.facts[key]))), _why(keys, bound))
        for keys in joined.groups()
    ]
    return sorted(groups, key=lambda group: group.items[0])


def place_of(facts: ItemFacts) -> tuple[bool, bool, int, bool, str]:
    """What orders the items of a publication: versions, summaries and translations come last.

    The newest edition speaks for it, and its Nordic original before its English version.
    """
    title = facts.title
    return (
        facts.is_version,
        title.summary,
        -(title.edition or 0),
        facts.language == "en",
        facts.key,
    )


class _Joined:
    """Items joined so far; a join is refused where any two items of the two groups oppose it."""

    def __init__(self, facts: Mapping[str, ItemFacts], decided: Mapping[str, str]) -> None:
        self._facts, self._decided = facts, decided
        self._group = {key: [key] for key in sorted(facts)}

    def put_together(self, keys: list[str]) -> None:
        both = sorted({key for one in keys for key in self._group[one]})
        for key in both:
            self._group[key] = both

    def join(self, one: str, other: str, *, sure: bool) -> None:
        mine, theirs = self._group[one], self._group[other]
        if mine is not theirs and not self._apart(mine, theirs, sure=sure):
            self.put_together([one, other])

    def groups(self) -> list[list[str]]:
        return list({id(group): group for group in self._group.values()}.values())

    def _apart(self, mine: list[str], theirs: list[str], *, sure: bool) -> bool:
        here = {self._decided[key] for key in mine if key in self._decided}
        there = {self._decided[key] for key in theirs if key in self._decided}
        if here and there:
            return here != there
        pairs = ((self._facts[a], self._facts[b]) for a in mine for b in theirs)
        return any(
            speaks_against(*pair, best_titles(*pair)) if sure else are_opposed(*pair)
            for pair in pairs
        )


def _why(keys: list[str], bound: Bound) -> dict[str, str | None]:
    """Each item's strongest bond within its group; None where it has none."""
    found: dict[str, str | None] = {}
    for key in keys:
        own = [
            (bond.rank, pair, bond.reason)
            for other in keys
            if (bond := bound.bonds.get(pair := (min(key, other), max(key, other)))) is not None
        ]
        found[key] = min(own)[2] if own else None
    return found
