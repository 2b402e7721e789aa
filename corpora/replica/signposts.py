"""What a site tells crawlers: robots.txt, the sitemap and the sitemap index.

Owns their text; which pages there are is left to `build`.
"""

from datetime import UTC, datetime
from xml.sax.saxutils import escape

from corpora.replica.hosts import Host

FORBIDDEN_PATH = "/intern/"
"""Linked from every page and forbidden to every robot."""
SITEMAP_SPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
XML_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'


def robots_txt(host: Host) -> str:
    """Return the site's robots.txt: a forbidden path, on some a crawl delay and a sitemap."""
    lines = [
        "# Replica for demonstration",
        "User-agent: *",
        f"Disallow: {FORBIDDEN_PATH}",
        "Disallow: /sok",
    ]
    if host.crawl_delay is not None:
        lines.append(f"Crawl-delay: {host.crawl_delay}")
    if host.sitemap != "none":
        lines.append(f"Sitemap: {sitemap_address(host)}")
    return "\n".join(lines) + "\n"


def sitemap_address(host: Host) -> str:
    """Return where the site's sitemap or sitemap index stands."""
    return f"{host.base}/{'sitemap_index.xml' if host.sitemap == 'index' else 'sitemap.xml'}"


def sitemap_files(host: Host, pages: list[tuple[str, int]]) -> list[tuple[str, bytes]]:
    """Return path and XML of each sitemap file; `pages` are paths with seconds since 1970."""
    if host.sitemap == "none":
        return []
    if host.sitemap == "plain":
        return [("/sitemap.xml", _url_set(host, pages))]
    half = (len(pages) + 1) // 2
    parts = [("/sitemaps/1.xml", pages[:half]), ("/sitemaps/2.xml", pages[half:])]
    entries = "".join(f"<sitemap><loc>{host.base}{path}</loc></sitemap>" for path, _ in parts)
    index = f"{XML_HEAD}<sitemapindex {SITEMAP_SPACE}>{entries}</sitemapindex>\n"
    return [("/sitemap_index.xml", index.encode())] + [
        (path, _url_set(host, listed)) for path, listed in parts
    ]


def _url_set(host: Host, pages: list[tuple[str, int]]) -> bytes:
    entries = "".join(
        f"<url><loc>{escape(host.base + path)}</loc>"
        f"<lastmod>{datetime.fromtimestamp(changed, UTC):%Y-%m-%d}</lastmod></url>"
        for path, changed in pages
    )
    return f"{XML_HEAD}<urlset {SITEMAP_SPACE}>{entries}</urlset>\n".encode()
