"""Traps: what leads nowhere ends, is told once, and real sites are not taken for one."""

from __future__ import annotations

import pytest

from kb.frontier import Wanted
from pipeline.crawl.bounds import (
    MAX_ADDRESSES,
    MAX_BARREN,
    MAX_BARREN_PAGES,
    MAX_SAME,
    MAX_STALE,
    Bounds,
)
from pipeline.crawl.messages import CrawlEvent
from pipeline.crawl.tally import Tally

SITE = "http://x.test"


class Told:
    """A tally's events."""

    def __init__(self) -> None:
        self.events: list[CrawlEvent] = []
        self.bounds = Bounds(Tally(self.events.append))

    @property
    def problems(self) -> list[CrawlEvent]:
        return [event for event in self.events if event.kind == "problem"]


@pytest.fixture
def told() -> Told:
    return Told()


def listing(n: int, barren: int = 0) -> Wanted:
    return Wanted(f"{SITE}/list?p={n}", "x", "listing", {"barren": barren})


def landing(n: int) -> Wanted:
    return Wanted(f"{SITE}/report/{n}/", "x", "landing")


def walk(told: Told, pages: int, new: int) -> int:
    """Follow paging of which only the first `new` pages name something; returns pages asked."""
    page = listing(0)
    for asked in range(pages):
        links = [landing(min(asked, new)), Wanted(f"{SITE}/list?p={asked + 1}", "x", "listing")]
        kept = told.bounds.keep(page, links)
        following = [link for link in kept if link.kind == "listing"]
        if not following:
            return asked + 1
        page = following[0]
    return pages


def test_paging_goes_on_for_as_long_as_it_names_something_new(told: Told) -> None:
    assert walk(told, 200, 200) == 200
    assert told.problems == []


def test_paging_that_names_nothing_new_ends_and_is_told_once(told: Told) -> None:
    assert walk(told, 200, 5) == 5 + MAX_BARREN + 2
    assert walk(told, 200, 0) <= MAX_BARREN + 2
    (said,) = told.problems
    assert (said.problem, "nothing new" in (said.message or "").replace("any", "no")) == (
        "trap",
        True,
    )


def test_what_was_met_elsewhere_counts_as_new_on_a_list(told: Told) -> None:
    """A report's page names others, so a list may lead to nothing that was not wanted before."""
    told.bounds.keep(landing(0), [landing(n) for n in range(100)])
    assert walk(told, 60, 60) == 60


def test_a_calendar_that_branches_ends_too(told: Told) -> None:
    level = [listing(0)]
    asked = 0
    while level:
        page = level.pop()
        asked += 1
        links = [Wanted(f"{page.url}{step}", "x", "listing") for step in ("a", "b", "c")]
        level += told.bounds.keep(page, links)
    assert asked <= 3 * (MAX_BARREN_PAGES + MAX_BARREN)
    assert len(told.problems) == 1


def test_the_last_pages_of_a_list_are_no_trap(told: Told) -> None:
    assert told.bounds.keep(listing(9, barren=MAX_BARREN), [landing(0)]) == (landing(0),)
    assert told.bounds.keep(listing(10, barren=MAX_BARREN), [landing(0)]) == (landing(0),)
    assert told.problems == []


def test_a_source_leads_to_so_many_addresses_and_no_more(told: Told) -> None:
    told.bounds.wanted["x"] = MAX_ADDRESSES - 2
    kept = told.bounds.keep(landing(0), [landing(n) for n in range(5)])
    assert len(kept) == 2
    assert told.bounds.keep(Wanted("u", "y", "landing"), [landing(0)]) == (landing(0),)
    (said,) = told.problems
    assert said.problem == "trap"


def test_the_same_page_at_many_addresses(told: Told) -> None:
    found = [told.bounds.is_repeated(landing(n), b"<p>one</p>") for n in range(MAX_SAME + 3)]
    assert found == [False] * MAX_SAME + [True] * 3
    assert not told.bounds.is_repeated(Wanted("u", "y", "landing"), b"<p>one</p>")
    assert not told.bounds.is_repeated(landing(0), b"<p>two</p>")
    assert len(told.problems) == 1


def test_session_ids_in_all_links_do_not_make_another_page(told: Told) -> None:
    for n in range(MAX_SAME + 1):
        url = Wanted(f"{SITE}/report/1/?s={n}", "x", "landing")
        body = f'<a href="/report/1/?s={n}9">x</a><form action=/go?s={n}>/report/1/?s={n}</form>'
        repeated = told.bounds.is_repeated(url, body.encode())
    assert repeated


def oai_page(n: int, name: str = "list") -> Wanted:
    return Wanted(f"{SITE}/oai?token={n}", "x", "oai-page", {"harvest": name})


def test_a_list_of_records_goes_on_while_it_names_new_ones(told: Told) -> None:
    for n in range(50):
        kept = told.bounds.keep_listed(oai_page(n), [f"record {n}"], [oai_page(n + 1)])
        assert kept == (oai_page(n + 1),)
    assert told.problems == []


def test_a_list_that_comes_back_to_a_page_is_given_up(told: Told) -> None:
    told.bounds.keep_listed(oai_page(0), ["a"], [oai_page(1)])
    assert told.bounds.keep_listed(oai_page(1), ["b"], [oai_page(0), landing(1)]) == (landing(1),)
    (said,) = told.problems
    assert said.problem == "trap"


def test_a_list_with_new_tokens_and_old_records_is_given_up(told: Told) -> None:
    pages = 0
    for n in range(50):
        pages += 1
        if not told.bounds.keep_listed(oai_page(n), ["a", "b"], [oai_page(n + 1)]):
            break
    assert pages == MAX_STALE + 2


def test_two_lists_may_name_the_same_records(told: Told) -> None:
    for name in ("reports", "everything"):
        for n in range(20):
            page = Wanted(f"{SITE}/oai?{name}={n}", "x", "oai-page", {"harvest": name})
            following = Wanted(f"{SITE}/oai?{name}={n + 1}", "x", "oai-page")
            assert told.bounds.keep_listed(page, [f"record {n}"], [following])
    assert told.problems == []
