"""What a repository's page leads to where OAI-PMH lists its records, and where it does not."""

from __future__ import annotations

from kb.frontier import Wanted
from pipeline.crawl.spiders import Answer, Found
from pipeline.crawl.spiders.site import SiteSpider
from tests.pipeline.crawl.web import make_source, page

ITEM = "http://x.test/report/a/"
OAI = {"url": "http://x.test/oai", "prefixes": ("oai_dc",)}
LINKS = ("/report/collection/", "/files/a.pdf", "#main", ITEM + "full", ITEM + "statistics/")


def read(**source: object) -> Found:
    wanted = Wanted(ITEM, "test-x", "landing")
    answer = Answer(wanted, ITEM, page(*LINKS).encode(), {"content-type": "text/html"})
    return SiteSpider(make_source("x.test", **source)).read(answer)


def kinds(found: Found) -> dict[str, str]:
    return {link.url: link.kind for link in found.links}


def test_a_repositorys_collections_are_not_walked() -> None:
    assert kinds(read(oai=OAI, listing_patterns=())) == {"http://x.test/files/a.pdf": "document"}


def test_a_site_is_walked_whether_or_not_it_answers_oai() -> None:
    walked = {
        "http://x.test/files/a.pdf": "document",
        "http://x.test/report/collection/": "landing",
    }
    assert kinds(read()) == walked
    assert kinds(read(oai=OAI)) == walked
