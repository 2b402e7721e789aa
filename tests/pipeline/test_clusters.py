"""Groups: strongest bonds first, kept apart by what opposes, the same in any order."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from itertools import permutations

from pipeline.clusters import Group, find_bound, group_items
from pipeline.item_facts import ItemFacts, keys_of
from tests.pipeline.grouped import TITLE, item

BERG = (("berg", "ida"),)


class Shelf:
    """A book in memory that knows a few items."""

    def __init__(self, *items: ItemFacts) -> None:
        self.known = {one.key: one for one in items}

    def facts(self, items: Collection[str]) -> dict[str, ItemFacts]:
        return {key: self.known[key] for key in items if key in self.known}

    def neighbours(self, item: str) -> set[str]:
        mine = set(keys_of(self.known[item])) if item in self.known else set()
        return {k for k, one in self.known.items() if k != item and mine & set(keys_of(one))}


def groups(
    *items: ItemFacts,
    decided: Mapping[str, str] | None = None,
    mates: Mapping[str, tuple[str, ...]] | None = None,
) -> list[Group]:
    bound = find_bound(Shelf(*items), [items[0].key], lambda key: (mates or {}).get(key, ()))
    return group_items(bound, decided or {})


def sets(found: list[Group]) -> list[tuple[str, ...]]:
    return [group.items for group in found]


def test_bound_items_are_a_group_with_reasons() -> None:
    (group,) = groups(item("a", dois=("10.1/x",)), item("b", "Annet", dois=("10.1/x",)), item("c"))
    assert group.items == ("a", "b", "c")
    assert group.why["b"] == "the same DOI 10.1/x"
    assert group.why["c"] == "the same title, with no year or author against it"


def test_volumes_stay_apart_although_a_third_item_is_like_both() -> None:
    one, two = item("a", f"{TITLE}. Del 1", makers=BERG), item("b", f"{TITLE}. Del 2", makers=BERG)
    set_of = item("c", "Samlet", files=("f",))
    found = groups(
        item("a", f"{TITLE}. Del 1", makers=BERG, files=("f",)),
        item("b", f"{TITLE}. Del 2", makers=BERG, files=("f",)),
        set_of,
    )
    assert sets(found) == [("a", "c"), ("b",)]
    assert sets(groups(one, two)) == [("a",)]  # nothing binds them at all


def test_the_same_groups_whichever_comes_first() -> None:
    items = [
        item("a", f"{TITLE}. Del 1", makers=BERG, files=("f",)),
        item("b", f"{TITLE}. Del 2", makers=BERG, files=("f",)),
        item("c", "Samlet", files=("f",)),
        item("d", f"{TITLE}. Del 2", makers=BERG),
    ]
    found = {tuple(sets(groups(*order))) for order in permutations(items)}
    assert found == {(("a", "c"), ("b", "d"))}


def test_a_person_puts_together_what_rules_keep_apart() -> None:
    one, two = item("a", f"{TITLE}. Del 1"), item("b", f"{TITLE}. Del 2")
    found = groups(one, two, decided={"a": "p1", "b": "p1"}, mates={"a": ("b",)})
    assert sets(found) == [("a", "b")]


def test_a_person_keeps_apart_what_rules_put_together() -> None:
    items = (item("a"), item("b"), item("c"))
    assert sets(groups(*items)) == [("a", "b", "c")]
    found = groups(*items, decided={"a": "p1", "b": "p2"})
    assert {frozenset(g) for g in sets(found)} == {frozenset("ac"), frozenset("b")}


def test_only_what_is_bound_is_looked_at() -> None:
    far = item("z", "Noe helt annet om fiske i nord", makers=(("vik", "erlend"),))
    bound = find_bound(Shelf(item("a"), item("b"), far), ["a"], lambda _: ())
    assert set(bound.facts) == {"a", "b"}
    assert list(bound.bonds) == [("a", "b")]
    assert find_bound(Shelf(), ["gone"], lambda _: ()).facts == {}


def test_originals_newest_editions_and_whole_texts_come_first() -> None:
    (group,) = groups(
        item("a", f"English summary of {TITLE}", makers=BERG, language="en"),
        item("b", TITLE, makers=BERG, refers=("c",)),
        item("c", TITLE, makers=BERG),
        item("d", f"{TITLE}. 2. utgave", makers=BERG),
    )
    assert group.items == ("d", "c", "a", "b")
