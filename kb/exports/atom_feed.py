"""A saved search's new passages as an Atom feed (RFC 4287), ids as tag: URIs (RFC 4151).

Owns the feed's form and where feeds are published. Written with lxml, which escapes and is here
already: Atom is a dozen elements, and the kept generator (feedgen) adds a dependency and leaves
control characters to us.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from lxml import etree

from kb.control_characters import without_controls
from kb.errors import RecordError
from kb.identifiers import language_tag
from kb.knowledge_base import REPLICA_NOTE
from kb.library import PublicationView
from kb.saved_search_news import News, list_news
from kb.saved_searches import SavedView, list_searches
from kb.settings import Settings
from kb.store import Store

ATOM = "http://www.w3.org/2005/Atom"
MEDIA_TYPE = "application/atom+xml"
ENTRIES = 100  # in a feed; readers keep what they have seen
FOLDER = "feeds"  # of the publish folder
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def render_feed(settings: Settings, store: Store, view: SavedView) -> bytes:
    """Return the feed of what is new to a saved search since its baseline, newest first."""
    news = list_news(store, view, most=ENTRIES)
    entries = list({one.hit.known_as: one for one in reversed(news)}.values())[::-1]
    latest = max((one.hit.at for one in entries), default=view.baseline_at or view.created_at)
    feed = etree.Element(f"{{{ATOM}}}feed", nsmap={None: ATOM})
    feed.set(_LANG, "en")
    _add(feed, "id", _tag(settings, view))
    _add(feed, "title", view.name)
    _add(feed, "subtitle", f"New passages for a saved search: {view.query or 'filters only'}")
    _add(feed, "updated", _moment(latest))
    _add(_add(feed, "author"), "name", "Samvirke")
    _link(feed, view.address(settings.base_url))
    _add(feed, "generator", "Samvirke")
    for one in entries:
        _add_entry(feed, settings, view, one)
    return bytes(etree.tostring(feed, encoding="utf-8", xml_declaration=True, pretty_print=True))


def feed_name(search_id: int) -> str:
    """A feed's file name, which stays when the search is renamed."""
    return f"saved-search-{search_id}.atom"


def publish_feeds(settings: Settings, store: Store) -> list[Path]:
    """Write the feed of every saved search to the publish folder; take away those of removed ones.

    Raises RecordError where the folder cannot be written.
    """
    folder = settings.publish_folder / FOLDER
    views = list_searches(store)
    kept = {feed_name(view.id) for view in views}
    try:
        if views:
            folder.mkdir(parents=True, exist_ok=True)
        for path in folder.glob("saved-search-*.atom"):
            if path.name not in kept:
                path.unlink(missing_ok=True)
        return [_write(folder / feed_name(v.id), render_feed(settings, store, v)) for v in views]
    except OSError as error:
        raise RecordError(
            f"The feeds of saved searches cannot be written to {folder} ({error.strerror}); "
            "make the folder writable, and the next refresh writes them."
        ) from error


def _write(path: Path, data: bytes) -> Path:
    part = path.with_name(f".{path.name}.{os.getpid()}")
    part.write_bytes(data)
    part.replace(path)
    return path


def _add_entry(feed: Any, settings: Settings, view: SavedView, one: News) -> None:
    publication, passage = one.publication, one.passage
    title = str(publication.csl.get("title") or publication.label)
    entry = _add(feed, "entry")
    _add(entry, "id", f"{_tag(settings, view)}/{one.hit.known_as}")
    _add(entry, "title", f"{title}, p. {passage.page_label}" if passage.page_label else title)
    _add(entry, "updated", _moment(one.hit.at))
    for name in _makers(publication):
        _add(_add(entry, "author"), "name", name)
    query = urlencode({"passage": passage.id})
    _link(entry, f"{settings.base_url.rstrip('/')}/?{query}")
    summary = _add(entry, "summary", passage.text)
    summary.set("type", "text")
    if publication.is_replica:
        _add(entry, "rights", REPLICA_NOTE)
    spoken = language_tag(passage.language)
    if spoken:
        entry.set(_LANG, spoken)


def _makers(publication: PublicationView) -> Iterator[str]:
    """Names of the authors, else of the publisher: an entry without would be the feed's own."""
    names = [_whole_name(name) for name in publication.csl.get("author") or ()]
    known = [name for name in names if name]
    yield from known or [str(publication.csl.get("publisher") or publication.label)]


def _whole_name(name: Any) -> str:
    if not isinstance(name, dict):
        return ""
    parts = (
        [name.get("literal")] if name.get("literal") else [name.get("given"), name.get("family")]
    )
    return " ".join(str(part) for part in parts if part)


def _tag(settings: Settings, view: SavedView) -> str:
    """The search's lasting id, in the name of the host that permalinks are at."""
    try:
        host = (urlsplit(settings.base_url).hostname or "").encode("idna").decode()
    except ValueError:
        host = ""
    authority = host if re.fullmatch(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?", host) else "localhost"
    return f"tag:{authority},{view.created_at:%Y-%m-%d}:saved-search/{view.id}"


def _link(parent: Any, address: str) -> None:
    link = _add(parent, "link")
    link.set("rel", "alternate")
    link.set("type", "text/html")
    link.set("href", without_controls(address))


def _add(parent: Any, name: str, text: str | None = None) -> Any:
    element = etree.SubElement(parent, f"{{{ATOM}}}{name}")
    if text is not None:
        element.text = without_controls(text)
    return element


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
