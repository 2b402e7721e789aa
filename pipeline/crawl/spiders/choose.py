"""Which ways of harvesting a source has: its site, OAI-PMH, and its own interface.

Owns the table of adapters and which kinds of address are always asked whole.
"""

from __future__ import annotations

from corpora.registry import Source
from kb.frontier import Frontier
from kb.known_dois import known_dois
from pipeline.crawl.spiders import Spider
from pipeline.crawl.spiders.api.crossref import CrossrefSpider
from pipeline.crawl.spiders.api.finna import Finna
from pipeline.crawl.spiders.api.kudos import Kudos
from pipeline.crawl.spiders.api.listing import PAGE, ListSpider
from pipeline.crawl.spiders.api.nva import FILE, LINK, NvaSpider
from pipeline.crawl.spiders.api.openalex import OpenAlex
from pipeline.crawl.spiders.oai_pmh import IDENTIFY, OaiSpider
from pipeline.crawl.spiders.oai_pmh import PAGE as OAI_PAGE
from pipeline.crawl.spiders.site import SITEMAP, SiteSpider

UNCONDITIONAL = frozenset({IDENTIFY, OAI_PAGE, PAGE, LINK})
"""Kinds of address whose answers depend on when they are asked: never asked "if changed"."""

SHORT_LIVED = frozenset({FILE})
"""Kinds of address that are good for minutes: asked before all others of their source."""

TELLS_OF_OTHERS = frozenset({SITEMAP})
"""Kinds of address that say which others need not be asked, and so come before these."""


def ways_for(source: Source, frontier: Frontier) -> list[Spider]:
    """Return every way of harvesting a source; each kind of address belongs to one of them."""
    ways: list[Spider] = [SiteSpider(source), OaiSpider(source, frontier)]
    adapter = source.api.adapter if source.api else None
    contact = frontier.store.settings.contact
    if adapter == "nva":
        ways.append(NvaSpider(source, frontier))
    elif adapter == "kudos":
        ways.append(ListSpider(source, frontier, Kudos(source)))
    elif adapter == "finna":
        ways.append(ListSpider(source, frontier, Finna(source)))
    elif adapter == "openalex":
        ways.append(ListSpider(source, frontier, OpenAlex(source, contact)))
    elif adapter == "crossref":
        dois = known_dois(frontier.store)
        ways.append(CrossrefSpider(source, frontier, dois, contact))
    return ways


def may_rest(source: Source) -> bool:
    """Whether a source may have nothing to ask in a run, all of it having been asked lately."""
    return source.api is not None and source.api.adapter == "crossref"
