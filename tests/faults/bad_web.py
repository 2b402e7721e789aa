"""A web of sites that misbehave, one fault a site, each with three sound reports beside the fault.

Owns the sites; what a crawl makes of them is asserted by `test_web`.
"""

from __future__ import annotations

import gzip
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

from corpora.registry import Source
from tests.pipeline.crawl.web import Reply, Web, make_source, oai_answer, oai_record, page

SOUND = 3
GIGABYTE = 1024**3
RETRY_S = 1
PAGES_OF_ONE = 1_000
SITES: dict[str, Callable[[Web, str], Source | None]] = {}


def site(name: str) -> Callable[[Callable[[Web, str], Source | None]], None]:
    """Register a site by its name; its host is `<name>.test`."""

    def register(build: Callable[[Web, str], Source | None]) -> None:
        SITES[name] = build

    return register


def build(web: Web) -> list[Source]:
    """Put up all the sites; returns their descriptions."""
    sources = []
    for name, put_fault in SITES.items():
        host = f"{name}.test"
        root = f"http://{host}"
        for n in range(SOUND):
            web.put(f"{root}/report/sound-{n}/", report(n) + page(f"/files/sound-{n}.pdf"))
            web.put(f"{root}/files/sound-{n}.pdf", b"%PDF-1.7 " + f"{name} {n}".encode())
        web.put(f"{root}/list", listing("fault"))
        sources.append(put_fault(web, root) or make_source(host))
    return sources


def report(n: object) -> str:
    """The text of a sound report's page."""
    return f"<h1>Rapport {n}</h1><p>Samarbeid om barn og unge i kommunene, del {n}.</p>"


def listing(*names: str, more: tuple[str, ...] = ()) -> str:
    """A list that names the faulty pages before the sound ones."""
    sound = [f"sound-{n}" for n in range(SOUND)]
    return page(*(f"/report/{name}/" for name in (*names, *sound)), *more)


def _redirect(web: Web, root: str, location: str) -> None:
    web.put(f"{root}/report/fault/", "", status=302, headers={"Location": location}, etag=False)


@site("redirect-loop")
def _(web: Web, root: str) -> None:
    _redirect(web, root, f"{root}/report/fault/?again")
    web.put(
        f"{root}/report/fault/?again",
        "",
        status=301,
        headers={"Location": f"{root}/report/fault/"},
        etag=False,
    )


@site("redirect-private")
def _(web: Web, root: str) -> None:
    _redirect(web, root, "http://192.168.1.1/admin")


@site("redirect-link-local")
def _(web: Web, root: str) -> None:
    _redirect(web, root, "http://169.254.169.254/latest/meta-data/")


@site("redirect-loopback-v6")
def _(web: Web, root: str) -> None:
    _redirect(web, root, "http://[::1]:8080/")


@site("drip")
def _(web: Web, root: str) -> None:
    web.put(f"{root}/report/fault/", report("x"), drip_s=1.0, etag=False)


@site("cut")
def _(web: Web, root: str) -> None:
    web.put(f"{root}/report/fault/", report("x") * 100, cut=500, etag=False)


@site("wrong-length")
def _(web: Web, root: str) -> None:
    web.put(f"{root}/report/fault/", report("x"), announced=10_000, etag=False)


@site("gzip-bomb")
def _(web: Web, root: str) -> None:
    bomb = gzip.compress(b"\0" * 210 * 1024 * 1024, compresslevel=1)
    web.put(f"{root}/report/fault/", bomb, headers={"Content-Encoding": "gzip"}, etag=False)


@site("huge")
def _(web: Web, root: str) -> None:
    web.put(f"{root}/report/fault/", b"x" * 1000, announced=3 * GIGABYTE, etag=False)


@site("html-as-pdf")
def _(web: Web, root: str) -> None:
    web.put(f"{root}/list", listing(more=("/files/fault.pdf",)))
    web.put(f"{root}/files/fault.pdf", page() + report("x"), media_type="application/pdf")


@site("pdf-as-html")
def _(web: Web, root: str) -> Source:
    web.put(f"{root}/list", page("/report/fault.html", "/report/sound-0/"))
    web.put(f"{root}/report/fault.html", b"%PDF-1.7 a report", media_type="text/html")
    patterns = (rf"^{root}/report/[^/]+/$", rf"^{root}/report/[^/]+\.html$")
    return make_source(root[7:], document_patterns=patterns)


@site("error-page")
def _(web: Web, root: str) -> None:
    body = "<html><title>Siden finnes ikke</title><h1>404</h1><p>Beklager.</p></html>"
    web.put(f"{root}/report/fault/", body)


@site("calendar")
def _(web: Web, root: str) -> None:
    web.put(f"{root}/list", listing(more=("/list?month=0",)))
    for month in range(-400, 400):
        more = (f"/list?month={month + 1}", f"/list?month={month - 1}")
        web.put(f"{root}/list?month={month}", page(*more))


@site("sessions")
def _(web: Web, root: str) -> Source:
    """Every answer makes up new addresses of the same page."""
    turn = Counter[str]()

    def answer(headers: dict[str, str]) -> Reply:
        turn["asked"] += 1
        links = [f"/report/same/?token={turn['asked'] * 10 + k}" for k in range(5)]
        for link in links:
            web.pages[root + link] = answer
        return Reply((report("same") + page(*links)).encode(), etag=False)

    web.put(f"{root}/list", listing("same"))
    web.pages[f"{root}/report/same/"] = answer
    return make_source(root[7:], document_patterns=(rf"^{root}/report/[^/]+/",))


@site("paging")
def _(web: Web, root: str) -> None:
    web.put(f"{root}/list", listing(more=("/list?page=1",)))
    for n in range(1, 400):
        web.put(f"{root}/list?page={n}", listing(more=(f"/list?page={n + 1}",)))


@site("robots-500")
def _(web: Web, root: str) -> None:
    web.put(f"{root}/robots.txt", "broken", status=500, etag=False)


@site("robots-page")
def _(web: Web, root: str) -> None:
    web.put(f"{root}/robots.txt", "<!doctype html><p>Disallow: /</p>")


@site("robots-huge")
def _(web: Web, root: str) -> None:
    rules = (
        "User-agent: *\nDisallow: /report/fault/\n" + "# much more of it, line by line\n" * 2**18
    )
    web.put(f"{root}/robots.txt", rules)
    assert len(rules) > 5_000_000


@site("sitemap-loop")
def _(web: Web, root: str) -> Source:
    index = f"<sitemapindex><sitemap><loc>{root}/sitemap.xml</loc></sitemap></sitemapindex>"
    web.put(f"{root}/sitemap.xml", index, media_type="application/xml")
    return make_source(root[7:], sitemap=f"{root}/sitemap.xml")


def _repository(web: Web, root: str) -> Source:
    web.put(f"{root}/oai?verb=Identify", oai_answer("<Identify/>"), media_type="text/xml")
    return make_source(root[7:], oai={"url": f"{root}/oai", "prefixes": ("oai_dc",)})


def _records(web: Web, url: str, names: range, token: str) -> None:
    records = "".join(oai_record(f"oai:x:{n}") for n in names)
    body = f"<ListRecords>{records}<resumptionToken>{token}</resumptionToken></ListRecords>"
    web.put(url, oai_answer(body, "2024-05-01T00:00:00Z"), media_type="text/xml", etag=False)


@site("oai-expires")
def _(web: Web, root: str) -> Source:
    _records(web, f"{root}/oai?verb=ListRecords&metadataPrefix=oai_dc", range(3), "worn")
    worn = oai_answer('<error code="badResumptionToken">expired</error>')
    web.put(f"{root}/oai?verb=ListRecords&resumptionToken=worn", worn, media_type="text/xml")
    none = oai_answer('<error code="noRecordsMatch"/>')
    for year in range(1990, 2025):
        ends = f"from={year}-01-01&until={year}-12-31"
        url = f"{root}/oai?verb=ListRecords&metadataPrefix=oai_dc&{ends}"
        web.put(url, none, media_type="text/xml", etag=False)
    _records(web, url, range(2, 6), "")
    return _repository(web, root)


@site("oai-repeats")
def _(web: Web, root: str) -> Source:
    list_records = f"{root}/oai?verb=ListRecords&"
    _records(web, list_records + "metadataPrefix=oai_dc", range(3), "a")
    _records(web, list_records + "resumptionToken=a", range(3, 6), "b")
    _records(web, list_records + "resumptionToken=b", range(6, 9), "a")
    return _repository(web, root)


@site("oai-endless")
def _(web: Web, root: str) -> Source:
    list_records = f"{root}/oai?verb=ListRecords&"
    _records(web, list_records + "metadataPrefix=oai_dc", range(3), "0")
    for n in range(200):
        _records(web, f"{list_records}resumptionToken={n}", range(3), str(n + 1))
    return _repository(web, root)


@site("latin-1")
def _(web: Web, root: str) -> None:
    body = (report("æøå") + page()).encode("latin-1")
    web.put(f"{root}/report/fault/", body, media_type="text/html; charset=utf-8")


@site("byte-order-mark")
def _(web: Web, root: str) -> None:
    body = b"\xef\xbb\xbf" + (report("æøå") + page("/files/sound-0.pdf")).encode()
    web.put(f"{root}/report/fault/", body, media_type="text/html; charset=iso-8859-1")


def _busy(web: Web, root: str, header: Callable[[], str]) -> None:
    asked: list[float] = []

    def answer(_: dict[str, str]) -> Reply:
        asked.append(time.monotonic())
        if len(asked) == 1:
            return Reply(b"", status=429, headers={"Retry-After": header()}, etag=False)
        waited = asked[-1] - asked[0]
        return Reply((report("x") + f"<!-- {waited:.2f} -->").encode())

    web.pages[f"{root}/report/fault/"] = answer


@site("busy-seconds")
def _(web: Web, root: str) -> None:
    _busy(web, root, lambda: str(RETRY_S))


@site("busy-date")
def _(web: Web, root: str) -> None:
    # a date has whole seconds, so that up to one of them is lost
    _busy(
        web,
        root,
        lambda: format_datetime(datetime.now(UTC) + timedelta(seconds=RETRY_S + 1), usegmt=True),
    )


@site("busy-for-hours")
def _(web: Web, root: str) -> None:
    headers = {"Retry-After": "7200"}
    web.put(f"{root}/report/fault/", "", status=429, headers=headers, etag=False)


@site("login")
def _(web: Web, root: str) -> None:
    body = "<html><title>Logg inn</title><h1>Logg inn</h1><form><input type=password></form></html>"
    web.put(f"{root}/report/fault/", body)


@site("cookies")
def _(web: Web, root: str) -> None:
    body = (
        "<html><title>Informasjonskapsler</title><h1>Vi bruker informasjonskapsler</h1>"
        "<p>Godta alle informasjonskapsler (cookies) for å fortsette.</p>"
        "<button>Godta alle</button></html>"
    )
    web.put(f"{root}/report/fault/", body, headers={"Set-Cookie": "seen=1; Path=/"})


@site("duplicates")
def _(web: Web, root: str) -> None:
    web.put(f"{root}/list", listing(*(f"copy-{n}" for n in range(PAGES_OF_ONE))))
    for n in range(PAGES_OF_ONE):
        web.put(f"{root}/report/copy-{n}/", report("one") * 3 + page("/files/sound-0.pdf"))


@site("odd-name")
def _(web: Web, root: str) -> None:
    web.put(f"{root}/list", listing(more=("/files/up.pdf", "/files/long.pdf")))
    up = {"Content-Disposition": 'attachment; filename="../../x"'}
    long = {"Content-Disposition": f'attachment; filename="{"a" * 300}.pdf"'}
    web.put(f"{root}/files/up.pdf", b"%PDF-1.7 up", headers=up)
    web.put(f"{root}/files/long.pdf", b"%PDF-1.7 long", headers=long)


@site("script-title")
def _(web: Web, root: str) -> None:
    title = (
        "<title>\u202egnp.exe<script>alert(1)</script></title><h1>\u2067<script>x()</script></h1>"
    )
    web.put(f"{root}/report/fault/", report("x") + page(head=title))


@site("reserved")
def _(web: Web, root: str) -> None:
    rules = (
        '[{"location": "/report/fault/", "tdm-reservation": 1, "tdm-policy": "http://x.test/p"}]'
    )
    web.put(f"{root}/.well-known/tdmrep.json", rules, media_type="application/json")
    web.put(f"{root}/report/fault/", report("x"))
