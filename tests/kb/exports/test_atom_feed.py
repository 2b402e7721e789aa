"""The feeds of saved searches, held against what RFC 4287 and RFC 4151 ask."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from lxml import etree

from kb.errors import RecordError
from kb.exports.atom_feed import (
    ATOM,
    ENTRIES,
    FOLDER,
    _add_entry,
    feed_name,
    publish_feeds,
    render_feed,
)
from kb.library import present_passages
from kb.publications import NewPublication, replace_passages, save_publication
from kb.runs import start_run
from kb.saved_search_hits import Found, _record
from kb.saved_search_news import list_news
from kb.saved_searches import get_search, remove_search, rename_search, save_search
from kb.search.rows import Filters
from kb.settings import Settings
from kb.store import Store
from tests.builders import passage

NS = {"a": ATOM}
LETTERS = "ÆØÅæøå ÄÖäö ÐÞðþ Áíóúý ĄŊŦčđŋšŧž ĸ"
HOSTILE = "<script>alert('x')</script> & \x00\x07\x1b[31m \u202egnp.exe\ud800 ]]> &amp;"
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
TAG = re.compile(r"tag:[a-z0-9][a-z0-9.-]*,\d{4}-\d\d-\d\d:[^\s<>]+")


def found(
    store: Store, *texts: str, language: str = "nb", csl: dict[str, Any] | None = None
) -> int:
    """A saved search to which passages of these texts are new; its number."""
    number = save_search(store, f"Navn {LETTERS} <b>", "ledelse & <i>", Filters(countries=("NO",)))
    _record(store, get_search(store, number), [], None)
    record = csl or {"type": "report", "title": f"Tittel {LETTERS}", "publisher": "Fafo"}
    with store.write() as session:
        owner, _ = save_publication(
            session, None, NewPublication(record, {}, "no-x", "NO", None, language)
        )
        drafts = [passage(text, language=language) for text in texts]
        replace_passages(session, owner, drafts)
    ids = [view.id for view in present_passages(store, owner)]
    hits = [Found(name, rank, True) for rank, name in enumerate(ids, start=1)]
    _record(store, get_search(store, number), hits, start_run(store, "refresh")[0])
    return number


def feed_of(store: Store, number: int, **settings: Any) -> Any:
    """The feed, parsed strictly."""
    chosen = Settings(home=store.settings.home, **{"base_url": "https://kb.example/s/", **settings})
    data = render_feed(chosen, store, get_search(store, number))
    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=False)
    return etree.fromstring(data, parser)


def texts(element: Any, path: str) -> list[str]:
    """The texts of what a path finds."""
    return [str(one.text) for one in element.findall(path, NS)]


def require_valid(feed: Any) -> None:
    """Hold a feed against RFC 4287: what must be there, how often, in what form."""
    assert feed.tag == f"{{{ATOM}}}feed"
    for one in (feed, *feed.findall("a:entry", NS)):
        for name in ("id", "title", "updated"):
            assert len(one.findall(f"a:{name}", NS)) == 1, name
        assert TAG.fullmatch(one.findtext("a:id", None, NS))
        assert MOMENT.fullmatch(one.findtext("a:updated", None, NS))
        assert texts(one, "a:author/a:name") and all(texts(one, "a:author/a:name"))
        alternates = [link for link in one.findall("a:link", NS) if link.get("rel") == "alternate"]
        assert len(alternates) == 1 and alternates[0].get("href").startswith("https://kb.example/")
    ids = texts(feed, ".//a:id")
    assert len(ids) == len(set(ids))
    known = "id title subtitle updated author name link generator entry summary rights".split()
    assert {etree.QName(one).localname for one in feed.iter()} <= {"feed", *known}
    for one in feed.iter():
        assert etree.QName(one).namespace == ATOM and (
            len(one) == 0 or not (one.text or "").strip()
        )


def test_a_feed_without_news_is_a_feed(store: Store) -> None:
    number = save_search(store, "Ny", "ledelse", Filters())
    feed = feed_of(store, number)
    require_valid(feed)
    assert feed.findall("a:entry", NS) == []
    assert feed.findtext("a:updated", None, NS).startswith(str(datetime.now().year))


def test_an_entry_says_what_where_and_by_whom(store: Store) -> None:
    csl = {
        "type": "report",
        "title": f"Tittel {LETTERS}",
        "author": [{"family": "Ærøskøbing", "given": "Åse"}, {"literal": "Þjóðskrá"}, "?", {}],
    }
    number = found(store, f"Ledelse {LETTERS}.", language="is", csl=csl)
    feed = feed_of(store, number)
    require_valid(feed)
    (entry,) = feed.findall("a:entry", NS)
    assert entry.findtext("a:title", None, NS) == f"Tittel {LETTERS}, p. 1"
    assert texts(entry, "a:author/a:name") == ["Åse Ærøskøbing", "Þjóðskrá"]
    assert entry.findtext("a:summary", None, NS) == f"Ledelse {LETTERS}."
    assert entry.find("a:summary", NS).get("type") == "text"
    assert entry.get("{http://www.w3.org/XML/1998/namespace}lang") == "is"
    (link,) = entry.findall("a:link", NS)
    assert re.fullmatch(r"https://kb\.example/s/\?passage=[0-9a-f]{20}", link.get("href"))
    assert feed.find("a:link", NS).get("href") == (
        "https://kb.example/s/?q=ledelse+%26+%3Ci%3E&country=NO"
    )
    assert feed.findtext("a:title", None, NS) == f"Navn {LETTERS} <b>"


def test_hostile_text_stays_text(store: Store) -> None:
    safe = HOSTILE.replace("\x00", "").replace("\ud800", "")
    csl = {"type": "report", "title": safe, "publisher": safe}
    number = found(store, f"Tekst {safe}", csl=csl)
    data = render_feed(store.settings, store, get_search(store, number))
    assert b"<script" not in data and b"\x07" not in data and b"\x1b" not in data
    feed = feed_of(store, number)
    require_valid(feed)
    (entry,) = feed.findall("a:entry", NS)
    summary = entry.findtext("a:summary", None, NS)
    assert summary.startswith("Tekst <script>alert('x')</script> &") and "&amp;" in summary
    assert "\u202e" not in summary and "]]>" in summary
    assert texts(entry, "a:author/a:name")[0].startswith("<script>")


def test_without_author_and_publisher_the_label_stands_in(store: Store) -> None:
    number = found(store, "Ledelse.", csl={"type": "report", "title": "Bare tittel"})
    (entry,) = feed_of(store, number).findall("a:entry", NS)
    assert texts(entry, "a:author/a:name") == ["Bare tittel (u.å.)"]


def test_ids_last_when_the_search_is_renamed_and_name_the_host(store: Store) -> None:
    number = found(store, "Ledelse en.", "Ledelse to.")
    before = texts(feed_of(store, number), ".//a:id")
    rename_search(store, number, "Helt nytt navn")
    assert texts(feed_of(store, number), ".//a:id") == before
    assert before[0].startswith("tag:kb.example,") and len(before) == 3
    for url, host in (
        ("http://blåbær.example:80/", "xn--blbr-roah.example"),
        ("http://[::1]:8501", "localhost"),
        ("nonsense", "localhost"),
    ):
        feed = feed_of(store, number, base_url=url)
        assert feed.findtext("a:id", None, NS).startswith(f"tag:{host},")


def test_a_feed_has_an_end_and_the_newest_come_first(store: Store) -> None:
    number = found(store, *(f"Ledelse nummer {n}." for n in range(ENTRIES + 5)))
    entries = feed_of(store, number).findall("a:entry", NS)
    assert len(entries) == ENTRIES
    assert entries[0].findtext("a:summary", None, NS) == "Ledelse nummer 0."


def test_feeds_are_published_and_those_of_removed_searches_taken_away(store: Store) -> None:
    settings = store.settings
    assert publish_feeds(settings, store) == []
    assert not (settings.publish_folder / FOLDER).exists()
    first = save_search(store, "En", "ledelse", Filters())
    second = save_search(store, "To", "ledelse", Filters())
    paths = publish_feeds(settings, store)
    folder = settings.publish_folder / FOLDER
    assert [path.name for path in paths] == [feed_name(first), feed_name(second)]
    require_parsed = [etree.parse(path).getroot().tag for path in paths]
    assert require_parsed == [f"{{{ATOM}}}feed"] * 2
    remove_search(store, first)
    publish_feeds(settings, store)
    assert [path.name for path in folder.iterdir()] == [feed_name(second)]


def test_a_folder_that_cannot_be_written_is_said(store: Store) -> None:
    save_search(store, "En", "ledelse", Filters())
    store.settings.publish_folder.write_text("a file stands in the way")
    with pytest.raises(RecordError, match="feeds of saved searches cannot be written"):
        publish_feeds(store.settings, store)


def test_a_replicas_text_is_marked_as_ours(store: Store) -> None:
    number = found(store, "Ledelse.")
    feed = feed_of(store, number)
    assert feed.findall(".//a:rights", NS) == []
    (news,) = list_news(store, get_search(store, number))
    ours = replace(news, publication=replace(news.publication, source_id="replica-x"))
    parent = etree.Element(f"{{{ATOM}}}feed", nsmap={None: ATOM})
    _add_entry(parent, store.settings, get_search(store, number), ours)
    assert "own wording" in texts(parent, ".//a:rights")[0]
