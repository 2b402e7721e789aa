"""Items over several nights: the same groups in any order, work moved along, people obeyed."""

from __future__ import annotations

from collections.abc import Callable
from itertools import permutations
from typing import Any

import pytest

from kb.errors import BlobError
from kb.files import items_of
from kb.frontier import Frontier, Outcome, Settled, Sighting, Wanted
from kb.grouping import join, split, undo_decision
from kb.library import list_publications, present_passages, publication_detail
from kb.publications import resolve_id
from kb.regrouping import PLACED_TOGETHER, Placing, place_items, placed_items
from kb.removal import remove
from kb.store import Store
from pipeline import identify
from pipeline.bodies import store_passages
from pipeline.identify import Identified
from pipeline.records import Block, Extracted, Field
from tests.kb.curated import Desk
from tests.pipeline.test_bodies import LEADERSHIP, MONEY, SECRECY
from tests.pipeline.test_identify import LONG, Web

BERG = [{"family": "Berg", "given": "Ida"}]


@pytest.fixture
def web(store: Store) -> Web:
    return Web(store)


def groups(web: Web) -> set[frozenset[str]]:
    placed = placed_items(web.store)
    names = {row.publication_id for row in placed.values()}
    return {
        frozenset(k[-1] for k, row in placed.items() if row.publication_id == name)
        for name in names
    }


ITEMS: dict[str, dict[str, Any]] = {
    "http://a.no/1": {"title": LONG, "year": 2019, "authors": BERG},
    "http://b.no/2": {"title": f"{LONG} – delrapport", "year": 2019, "authors": BERG},
    "http://c.no/3": {"title": LONG.upper(), "doi": "10.1234/x", "authors": BERG},
    "http://d.no/4": {"title": "Collaboration", "doi": "10.1234/x"},
    "http://e.no/5": {"title": f"{LONG} – delrapport", "authors": BERG},
}


@pytest.mark.parametrize("number", range(0, 120, 24))
def test_the_same_groups_in_any_order_and_over_any_nights(web: Web, number: int) -> None:
    order = list(permutations(ITEMS))[number]
    for url in order:
        web.put(url, source=f"s{url[-1]}", **ITEMS[url])
        if number % 48:
            web.identify()
    web.identify()
    assert groups(web) == {frozenset("134"), frozenset("25")}


def with_text(web: Web, url: str, text: str) -> None:
    for sha256, read in list(web.read.items()):
        if web.store.blobs.get(sha256) == url.encode():
            block = Block("paragraph", text, ("Funn",))
            web.read[sha256] = Extracted("read", None, "x", "nb", read.metadata, (), (block,))


def passages(web: Web, found: list[Identified]) -> None:
    for name in {one.publication_id for one in found if one.publication_id}:
        store_passages(web.store, web.read.__getitem__, str(name), read_version=1)


def test_a_later_find_joins_two_publications_and_loses_no_work(web: Web) -> None:
    web.put("http://a.no/1", title="Om tillit i team", authors=BERG)
    web.put("http://b.no/2", title="Møteplasser for familier")
    with_text(web, "http://a.no/1", LEADERSHIP)
    with_text(web, "http://b.no/2", SECRECY)
    passages(web, web.identify())
    first, second = sorted(list_publications(web.store), key=lambda v: str(v.csl["title"]))
    desk = Desk(web.store)
    work = [present_passages(web.store, view.id)[0].id for view in (first, second)]
    for passage_id, view in zip(work, (first, second), strict=True):
        desk.code(passage_id)
        desk.cite(view.id, passage_id)
    desk.cite(second.id)
    web.put("http://a.no/1", title="Om tillit i team", doi="10.1234/x", body="ny side")
    web.put("http://b.no/2", title="Møteplasser for familier", doi="10.1234/x", body="ny side 2")
    for url, text in (("ny side", LEADERSHIP), ("ny side 2", SECRECY)):
        with_text(web, url, text)
    passages(web, web.identify())
    (view,) = list_publications(web.store)
    with web.store.read() as session:
        assert {resolve_id(session, old.id) for old in (first, second)} == {view.id}
    assert desk.coded() == set(work)
    assert [one for one, _ in desk.cited()] == [view.id] * 3
    assert {p.id for p in present_passages(web.store, view.id)} == set(work)


def test_what_turns_out_to_be_two_takes_its_work_along(web: Web) -> None:
    web.put("http://a.no/1", title=LONG, authors=BERG)
    web.put("http://b.no/2", title=LONG, authors=BERG)
    web.put("http://b.no/2.pdf", "document", "http://b.no/2")
    with_text(web, "http://a.no/1", LEADERSHIP)
    with_text(web, "http://b.no/2.pdf", MONEY)
    passages(web, web.identify())
    (view,) = list_publications(web.store)
    desk = Desk(web.store)
    texts = {p.text: p.id for p in present_passages(web.store, view.id)}
    desk.code(texts[MONEY])
    desk.cite(view.id, texts[LEADERSHIP])
    web.put("http://b.no/2", title=f"{LONG}. Del 2", authors=BERG, body="en rettet side")
    passages(web, web.identify())
    two = placed_items(web.store)["http://b.no/2"].publication_id
    assert two != view.id
    assert [p.id for p in present_passages(web.store, two)] == [texts[MONEY]]
    assert [p.id for p in present_passages(web.store, view.id)] == [texts[LEADERSHIP]]
    assert desk.coded() == {texts[MONEY]}
    assert desk.cited() == [(view.id, texts[LEADERSHIP])]


def test_a_persons_split_outranks_the_rules_at_every_refresh(web: Web) -> None:
    web.put("http://a.no/1", title=LONG, authors=BERG)
    web.put("http://b.no/2", title=LONG, authors=BERG)
    web.identify()
    (view,) = list_publications(web.store)
    new = split(web.store, view.id, ["http://b.no/2"], "Kari")
    for version in (1, 2):
        web.identify(version)
        assert groups(web) == {frozenset("1"), frozenset("2")}
    assert [i.key for i in items_of(web.store, new)] == ["http://b.no/2"]
    assert publication_detail(web.store, new).view.csl["title"] == LONG
    web.put("http://c.no/3", title=LONG, authors=BERG)
    web.identify(2)
    assert groups(web) == {frozenset("13"), frozenset("2")}
    assert placed_items(web.store)["http://b.no/2"].reason == "put here by Kari"


def test_a_persons_join_outranks_the_rules_at_every_refresh(web: Web) -> None:
    web.put("http://a.no/1", title=f"{LONG}. Del 1", authors=BERG)
    web.put("http://b.no/2", title=f"{LONG}. Del 2", authors=BERG)
    web.identify()
    one, other = (row.publication_id for _, row in sorted(placed_items(web.store).items()))
    join(web.store, one, other, "Kari")
    for version in (1, 2):
        web.identify(version)
        assert groups(web) == {frozenset("12")}
    (view,) = list_publications(web.store)
    assert view.id == one


def test_without_its_book_everything_is_grouped_the_same(web: Web) -> None:
    for url, said in ITEMS.items():
        web.put(url, **said)
    web.identify()
    before = placed_items(web.store)
    for path in (web.store.settings.home / "grouping").iterdir():
        path.unlink()
    web.put("http://f.no/6", title="Noe annet om fiske i nord", year=2011)
    web.identify()
    after = placed_items(web.store)
    assert {k: after[k].publication_id for k in before} == {
        k: row.publication_id for k, row in before.items()
    }
    assert len(groups(web)) == 3


def test_what_was_removed_is_not_taken_in_again(web: Web) -> None:
    web.put("http://a.no/1", title=LONG, doi="10.1234/x")
    web.put("http://a.no/1.pdf", "document", "http://a.no/1", body="%PDF one")
    web.identify()
    (view,) = list_publications(web.store)
    remove(web.store.settings, web.store, view.id, reason="trukket", by="Kari")
    assert web.identify() == []
    web.put("http://b.no/2", title=LONG, doi="10.1234/X")
    web.put("http://c.no/3", title="Annet")
    web.put("http://c.no/3.pdf", "document", "http://c.no/3", body="%PDF one")
    web.put("http://d.no/4", title="Noe ganske annet")
    found = {one.key: one for one in web.identify()}
    assert {key[-1]: one.status for key, one in found.items()} == {
        "2": "removed",
        "3": "removed",
        "4": "added",
    }
    assert "Kari removed on" in str(found["http://b.no/2"].reason)
    assert [view.csl["title"] for view in list_publications(web.store)] == ["Noe ganske annet"]
    assert set(placed_items(web.store)) == {"http://d.no/4"}
    with pytest.raises(BlobError):
        web.store.blobs.get(next(k for k, r in web.read.items() if "doi" in r.metadata))


def test_a_document_that_many_pages_link_glues_nothing_together(web: Web) -> None:
    frontier = Frontier(web.store, 1)
    for number in range(5):
        url = f"http://a.no/{number}"
        web.put(url, title=f"{LONG} i {['Bergen', 'Voss', 'Ulvik', 'Odda', 'Eidfjord'][number]}")
        link = Wanted("http://a.no/r.pdf", "no-x", "document", {"item": url})
        frontier.want([Wanted(url, "no-x", "landing")])
        frontier.settle(Settled(url, Outcome("done"), wanted=(link,)))
    seen = Sighting("http://a.no/r.pdf", "no-x", "http://a.no/0", "document")
    frontier.settle(Settled(seen.url, Outcome("done"), ((b"%PDF report", seen),)))
    sha256 = web.store.blobs.put(b"%PDF report")
    title = {"title": Field("Årsmelding for hele direktoratet", "pdf", 0.9)}
    web.read[sha256] = Extracted("read", None, "application/pdf", "nb", title)
    web.identify()
    assert len(list_publications(web.store)) == 6
    (own,) = items_of(web.store, placed_items(web.store)["http://a.no/r.pdf"].publication_id)
    assert own.key == "http://a.no/r.pdf"


def meanwhile(monkeypatch: pytest.MonkeyPatch, act: Callable[[], object]) -> None:
    """Have a person act once, after groups were found and before they are written."""
    acts = [act]

    def placing(*values: Any) -> Placing:
        while acts:
            acts.pop()()
        return place_items(*values)

    monkeypatch.setattr(identify, "place_items", placing)


def by_key(web: Web) -> dict[str, str]:
    return {key[-1]: row.publication_id for key, row in placed_items(web.store).items()}


def test_a_split_during_a_refresh_holds(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    web.put("http://a.no/1", title=LONG, authors=BERG)
    web.put("http://b.no/2", title=LONG, authors=BERG, doi="10.1234/x")
    web.identify()
    (view,) = list_publications(web.store)
    new: list[str] = []
    with monkeypatch.context() as patched:
        meanwhile(patched, lambda: new.append(split(web.store, view.id, ["http://b.no/2"], "Kari")))
        web.put("http://c.no/3", title=LONG, authors=BERG)
        web.identify(2)
    for _ in range(2):
        placed = by_key(web)
        assert placed == {"1": view.id, "2": new[0], "3": view.id}
        web.identify(2)
    assert {found.status for found in web.identify(2)} == {"unchanged"}
    assert publication_detail(web.store, new[0]).view.csl["DOI"] == "10.1234/x"
    assert "DOI" not in publication_detail(web.store, view.id).view.csl


def test_a_join_during_a_refresh_holds(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    web.put("http://a.no/1", title=f"{LONG}. Del 1", authors=BERG)
    web.put("http://b.no/2", title=f"{LONG}. Del 2", authors=BERG)
    web.identify()
    placed = by_key(web)
    with monkeypatch.context() as patched:
        meanwhile(patched, lambda: join(web.store, placed["2"], placed["1"], "Kari"))
        web.identify(2)
    assert set(by_key(web).values()) == {placed["2"]}
    web.identify(2)
    assert set(by_key(web).values()) == {placed["2"]}
    assert {found.status for found in web.identify(2)} == {"unchanged"}


def test_a_join_taken_back_during_a_refresh_is_not_made_again(
    web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    web.put("http://a.no/1", title="Om tillit i team")
    web.put("http://b.no/2", title="Fiske i nord")
    web.identify()
    before = by_key(web)
    join(web.store, before["1"], before["2"], "Kari")
    with monkeypatch.context() as patched:
        meanwhile(patched, lambda: undo_decision(web.store, before["1"], "Kari"))
        web.identify(2)
    assert by_key(web) == before
    web.identify(2)
    assert by_key(web) == before
    titles = [publication_detail(web.store, before[key]).view.csl["title"] for key in "12"]
    assert titles == ["Om tillit i team", "Fiske i nord"]


def test_a_removal_during_a_refresh_is_not_taken_back(
    web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    for url in ("http://a.no/1", "http://b.no/2"):
        web.put(url, title=LONG, authors=BERG, doi="10.1234/x")
    web.identify()
    (view,) = list_publications(web.store)
    with monkeypatch.context() as patched:
        settings = web.store.settings
        meanwhile(
            patched, lambda: remove(settings, web.store, view.id, reason="trukket", by="Kari")
        )
        web.put("http://c.no/3", title="Fiske i nord")
        web.put("http://d.no/4", title=LONG, authors=BERG, doi="10.1234/x")
        web.identify(2)
    assert set(by_key(web)) == {"3"}
    assert [view.csl["title"] for view in list_publications(web.store)] == ["Fiske i nord"]
    assert [found.status for found in web.identify(2)] == ["unchanged", "removed"]


def test_a_removal_after_placing_is_not_written_over(web: Web) -> None:
    web.put("http://a.no/1", title=LONG)
    (found,) = web.identify()
    name = str(found.publication_id)

    def countries() -> dict[str, str]:
        remove(web.store.settings, web.store, name, reason="trukket", by="Kari")
        return {}

    identify.identify_items(web.store, web.read.__getitem__, countries, read_version=2)
    assert list_publications(web.store) == []
    assert by_key(web) == {}


def test_removing_one_of_two_with_a_doi_leaves_the_other(web: Web) -> None:
    for url in ("http://a.no/1", "http://b.no/2"):
        web.put(url, title=LONG, doi="10.1234/x")
    web.identify()
    (view,) = list_publications(web.store)
    other = split(web.store, view.id, ["http://b.no/2"], "Kari")
    web.identify()
    remove(web.store.settings, web.store, view.id, reason="trukket", by="Kari")
    web.put("http://c.no/3", title=LONG, doi="10.1234/x")
    found = {one.key[-1]: one.status for one in web.identify(2)}
    assert found == {"2": "updated", "3": "removed"}
    assert [view.id for view in list_publications(web.store)] == [other]


def test_many_goals_are_written_some_at_a_time(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(PLACED_TOGETHER + 5):
        web.put(f"http://a.no/{number:03}", title=f"Tiltak {number} i kommune {number * 7}")
    writes: list[int] = []
    write = Store.write

    def counted(store: Store) -> Any:
        writes.append(len(placed_items(store)))
        return write(store)

    monkeypatch.setattr(Store, "write", counted)
    web.identify()
    assert {0, PLACED_TOGETHER, PLACED_TOGETHER + 5} <= set(writes)
    assert len(list_publications(web.store)) == PLACED_TOGETHER + 5
