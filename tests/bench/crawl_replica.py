"""A large publisher's site, generated: what the crawl's benchmarks crawl, and what serves it.

Run as `python -m tests.bench.crawl_replica PAGES` it serves the site on a loopback port it prints,
as an HTTP proxy does, from one process of its own; each line on standard input ends a measurement
and is answered with its figures. Every answer is ready before the first request, so that the server
is not what is measured.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from corpora.registry import Source

HOST = "bench.test"
SITE = f"http://{HOST}"
LISTED = 20  # landing pages on one listing page
CHAPTERS = 3  # of every third publication
PDF_BYTES = 40_000
START = f"{SITE}/publikasjoner?side=1"
LISTINGS = rf"^{SITE}/publikasjoner\?side=\d+$"
LANDINGS = rf"^{SITE}/publikasjoner/[a-z0-9-]+/$"
FILES = rf"^{SITE}/filer/[a-z0-9-]+\.pdf$"
CHAPTER = rf"^{SITE}/publikasjoner/[a-z0-9-]+/kapittel-\d+/$"
_WORDS = "barn unge familier samarbeid tjenester kommune skole helse øvelse støtte våre på".split()


def bench_source() -> Source:
    """The description of the generated site."""
    return Source(
        id="bench-site",
        name="Benchmark",
        country="NO",
        kind="directorate",
        priority=1,
        homepage=f"{SITE}/",
        start_urls=(START,),
        listing_patterns=(LISTINGS,),
        document_patterns=(LANDINGS,),
        pdf_patterns=(FILES,),
        document_form="both",
        languages=("nb",),
    )


def render_site(pages: int) -> dict[str, tuple[str, bytes]]:
    """About `pages` addresses with their media type and body; the same ones every time."""
    publications = pages * LISTED // (3 * LISTED + 1)
    site: dict[str, tuple[str, bytes]] = {
        f"{SITE}/robots.txt": ("text/plain", b"User-agent: *\nDisallow: /intern/\n")
    }
    count = -(-publications // LISTED)
    for number in range(1, count + 1):
        first = (number - 1) * LISTED
        links = [f"/publikasjoner/{_name(n)}/" for n in range(first, first + LISTED)]
        following = [f"/publikasjoner?side={number + 1}"] if number < count else []
        links = links[: max(publications - first, 0)] + following
        site[f"{SITE}/publikasjoner?side={number}"] = _page(number, "Publikasjoner", links, 2)
    for n in range(publications):
        _add_publication(site, n, publications)
    return site


def _add_publication(site: dict[str, tuple[str, bytes]], n: int, publications: int) -> None:
    landing = f"{SITE}/publikasjoner/{_name(n)}/"
    chapters = [f"kapittel-{k}/" for k in range(1, CHAPTERS + 1)] if n % 3 == 0 else []
    related = [f"/publikasjoner/{_name((n + 3 * k) % publications)}/" for k in range(1, 6)]
    site[landing] = _page(n, f"Rapport {n}", [f"/filer/{_name(n)}.pdf", *chapters, *related], 12)
    for chapter in chapters:
        site[landing + chapter] = _page(n, f"Rapport {n} {chapter}", [landing], 25)
    body = random.Random(n).randbytes(PDF_BYTES)
    site[f"{SITE}/filer/{_name(n)}.pdf"] = ("application/pdf", b"%PDF-1.7\n" + body)


def _name(n: int) -> str:
    return f"rapport-om-samarbeid-{n}"


def _page(seed: int, title: str, links: list[str], paragraphs: int) -> tuple[str, bytes]:
    chance = random.Random(f"{seed} {title}")
    menu = "".join(f'<li><a href="/meny/{k}">Meny {k}</a></li>' for k in range(15))
    foot = "".join(f'<li><a href="/bunn/{k}">Om oss {k}</a></li>' for k in range(10))
    text = "".join(
        f"<p>{' '.join(chance.choices(_WORDS, k=60)).capitalize()}.</p>" for _ in range(paragraphs)
    )
    items = "".join(f'<li class="treff"><a href="{link}">{title}</a></li>' for link in links)
    html = (
        f'<!doctype html><html lang="nb"><head><meta charset="utf-8"><title>{title}</title>'
        '<meta name="description" content="Rapport"><link rel="stylesheet" href="/stil.css">'
        f"</head><body><header><nav><ul>{menu}</ul></nav></header><main><h1>{title}</h1>{text}"
        f"<ul>{items}</ul></main><footer><ul>{foot}</ul></footer></body></html>"
    )
    return "text/html; charset=utf-8", html.encode()


class _Answers(asyncio.Protocol):
    """One kept-alive connection; requests are answered as they come."""

    ready: dict[bytes, tuple[bytes, bytes, bytes]]  # address -> entity tag, 200, 304
    missing = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
    counts: Counts

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport, self.rest = transport, b""

    def data_received(self, data: bytes) -> None:
        data = self.rest + data
        while (end := data.find(b"\r\n\r\n")) >= 0:
            head, data = data[:end], data[end + 4 :]
            address = head.split(b" ", 2)[1]
            found = self.ready.get(address)
            if not address.endswith((b"/robots.txt", b"/tdmrep.json")):
                self.counts.note()
            tag, whole, unchanged = found or (b"no tag", self.missing, b"")
            self.transport.write(unchanged if tag in head else whole)  # type: ignore[attr-defined]
        self.rest = data


@dataclass
class Counts:
    """How many pages were asked for, and when the first and the last one (seconds)."""

    pages: int = 0
    first: float = 0.0
    last: float = 0.0

    def note(self) -> None:
        """Count one request."""
        self.last = time.monotonic()
        self.first = self.first or self.last
        self.pages += 1


async def _serve(pages: int) -> None:
    class Connection(_Answers):
        counts = Counts()
        ready = {  # noqa: RUF012 - one site for all connections
            url.encode(): _encode(media_type, body)
            for url, (media_type, body) in render_site(pages).items()
        }

    loop = asyncio.get_running_loop()
    server = await loop.create_server(Connection, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], len(Connection.ready) - 1, flush=True)
    while await loop.run_in_executor(None, sys.stdin.readline):
        print(json.dumps(vars(Connection.counts)), flush=True)
        Connection.counts.__init__()  # type: ignore[misc]


def _encode(media_type: str, body: bytes) -> tuple[bytes, bytes, bytes]:
    tag = b'"' + hashlib.sha256(body).hexdigest()[:16].encode() + b'"'
    head = f"Content-Type: {media_type}\r\nETag: {tag.decode()}\r\nContent-Length: {len(body)}"
    unchanged = b"HTTP/1.1 304 Not Modified\r\nETag: " + tag + b"\r\n\r\n"
    return tag, f"HTTP/1.1 200 OK\r\n{head}\r\n\r\n".encode() + body, unchanged


class Served:
    """A running server of the generated site: its port, how many pages it has, its counts."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        port, pages = self._line().split()
        self.port, self.pages = int(port), int(pages)

    def measured(self) -> Counts:
        """What was asked since the last call."""
        assert self.process.stdin is not None
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        return Counts(**json.loads(self._line()))

    def _line(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline()


@contextmanager
def served_site(pages: int) -> Iterator[Served]:
    """Serve about `pages` pages from a process of its own while the block lasts."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.bench.crawl_replica", str(pages)],
        cwd=Path(__file__).parents[2],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield Served(process)
    finally:
        process.kill()
        process.wait()


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1])))
