"""What is asked next: turns, bounds, and an end."""

from __future__ import annotations

from kb.frontier import Frontier, Outcome, Settled, Wanted
from kb.store import Store
from pipeline.crawl.feed import UNDER_WAY, Feed


def want(frontier: Frontier, source_id: str, count: int) -> list[Wanted]:
    entries = [Wanted(f"http://{source_id}.test/{n}", source_id, "landing") for n in range(count)]
    return frontier.want(entries)


def take_all(feed: Feed) -> list[str]:
    taken = []
    while (known := feed.take()) is not None:
        taken.append(known.wanted.url)
    return taken


def test_sources_take_turns(store: Store) -> None:
    frontier = Frontier(store, 1)
    want(frontier, "a", 3)
    want(frontier, "b", 3)
    feed = Feed(frontier, ["a", "b", "empty"])
    hosts = [url.split("/")[2] for url in take_all(feed)]
    assert hosts == ["a.test", "b.test"] * 3
    assert feed.is_finished("empty")
    assert not feed.is_finished("a")


def test_no_source_has_more_than_its_share_under_way(store: Store) -> None:
    frontier = Frontier(store, 1)
    want(frontier, "a", UNDER_WAY + 5)
    feed = Feed(frontier, ["a"])
    first = take_all(feed)
    assert len(first) == UNDER_WAY
    for url in first:
        frontier.settle(Settled(url, Outcome("done")))
        feed.done("a", url)
    second = take_all(feed)
    assert len(second) == 5
    assert not set(first) & set(second)


def test_a_source_is_finished_when_all_came_back_and_nothing_new_waits(store: Store) -> None:
    frontier = Frontier(store, 1)
    want(frontier, "a", 1)
    feed = Feed(frontier, ["a"])
    (url,) = take_all(feed)
    assert not feed.is_finished("a")
    new = (Wanted("http://a.test/new", "a", "landing"),)
    frontier.settle(Settled(url, Outcome("done"), wanted=new))
    feed.done("a", url)
    feed.refill("a")
    assert not feed.is_finished("a")
    assert take_all(feed) == ["http://a.test/new"]
    frontier.settle(Settled("http://a.test/new", Outcome("done")))
    feed.done("a", "http://a.test/new")
    assert feed.is_finished("a")
    feed.drop("a")
    assert feed.take() is None


def test_what_another_feed_left_waiting_is_taken_up(store: Store) -> None:
    frontier = Frontier(store, 1)
    want(frontier, "a", 2)
    killed = Feed(frontier, ["a"])
    assert len(take_all(killed)) == 2
    assert len(take_all(Feed(Frontier(store, 1), ["a"]))) == 2
    assert take_all(Feed(Frontier(store, 2), ["a"])) == []


def test_a_slow_source_has_fewer_under_way(store: Store) -> None:
    frontier = Frontier(store, 1)
    want(frontier, "a", 9)
    feed = Feed(frontier, ["a"])
    feed.most = 4
    assert len(take_all(feed)) == 4


def test_a_short_lived_address_is_asked_before_what_was_read_already(store: Store) -> None:
    frontier = Frontier(store, 1)
    want(frontier, "a", 5)
    feed = Feed(frontier, ["a"], {"a": {"brief"}})
    feed.most = 1
    (link,) = take_all(feed)
    new = (Wanted("http://a.test/file", "a", "brief"),)
    frontier.settle(Settled(link, Outcome("done"), wanted=new))
    feed.done("a", link)
    feed.refill("a", {"brief"})
    assert take_all(feed) == ["http://a.test/file"]
    frontier.settle(Settled("http://a.test/file", Outcome("done")))
    feed.done("a", "http://a.test/file")
    feed.most = UNDER_WAY
    assert len(take_all(feed)) == 4


def test_others_wait_for_the_answer_of_what_tells_of_them(store: Store) -> None:
    frontier = Frontier(store, 1)
    want(frontier, "a", 3)
    want(frontier, "b", 1)
    frontier.want([Wanted("http://a.test/map", "a", "map")])
    feed = Feed(frontier, ["a", "b"], {"a": {"map"}}, {"map"})
    assert take_all(feed) == ["http://a.test/map", "http://b.test/0"]
    further = (Wanted("http://a.test/map/2", "a", "map"),)
    frontier.settle(Settled("http://a.test/map", Outcome("done"), wanted=further))
    feed.refill("a", {"map"})
    feed.done("a", "http://a.test/map")
    assert take_all(feed) == ["http://a.test/map/2"]
    assert not feed.is_finished("a")
    frontier.settle(Settled("http://a.test/map/2", Outcome("done")))
    feed.done("a", "http://a.test/map/2")
    assert len(take_all(feed)) == 3
