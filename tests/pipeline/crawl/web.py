"""A small web of `.test` hosts behind one loopback port, asked as an HTTP proxy is."""

from __future__ import annotations

import hashlib
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from corpora.registry import Source

OF_EVERY_HOST = ("/robots.txt", "/.well-known/tdmrep.json")


@dataclass(frozen=True)
class Asked:
    """One request as it came in."""

    method: str
    url: str
    headers: dict[str, str]
    status: int
    sent: int


@dataclass
class Reply:
    """What an address answers; with `etag` it answers 304 to who has it already."""

    body: bytes = b""
    media_type: str = "text/html; charset=utf-8"
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    etag: bool = True
    cut: int | None = None  # bytes after which the connection breaks off
    announced: int | None = None  # bytes that it says will come, where they are others
    drip_s: float = 0.0  # waited after each byte


Answer = Reply | Callable[[dict[str, str]], Reply]


class Web:
    """Addresses and what they answer, and every request in order."""

    def __init__(self) -> None:
        self.pages: dict[str, Answer] = {}
        self.asked: list[Asked] = []
        self.port = 0

    def put(self, url: str, body: str | bytes, **reply: Any) -> None:
        data = body.encode() if isinstance(body, str) else body
        self.pages[url] = Reply(data, **reply)

    def urls(self, *, status: int | None = None) -> list[str]:
        """The addresses asked for, without what is asked of every host."""
        return [
            asked.url
            for asked in self.asked
            if not asked.url.endswith(OF_EVERY_HOST) and status in (None, asked.status)
        ]

    def count(self, url: str) -> int:
        return sum(asked.url == url for asked in self.asked)


@contextmanager
def served(web: Web) -> Iterator[Web]:
    """Serve it on a loopback port for as long as the block lasts."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            url = self.path if "://" in self.path else f"http://{headers['host']}{self.path}"
            page = web.pages.get(url, Reply(b"not here", status=404, etag=False))
            reply = page(headers) if callable(page) else page
            tag = '"' + hashlib.sha256(reply.body).hexdigest()[:16] + '"'
            same = reply.etag and headers.get("if-none-match") == tag
            status = 304 if same else reply.status
            body = b"" if same else reply.body
            web.asked.append(Asked("GET", url, headers, status, len(body)))
            self.send_response(status)
            self.send_header("Content-Type", reply.media_type)
            self.send_header("Content-Length", str(reply.announced or len(body)))
            if reply.etag and status in (200, 304):
                self.send_header("ETag", tag)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.end_headers()
            if reply.drip_s:
                self._drip(body, reply.drip_s)
            else:
                self.wfile.write(body[: reply.cut])
            if reply.cut is not None or reply.announced is not None:
                self.close_connection = True

        def _drip(self, body: bytes, pause_s: float) -> None:
            with suppress(ConnectionError):
                for at in range(len(body)):
                    self.wfile.write(body[at : at + 1])
                    self.wfile.flush()
                    time.sleep(pause_s)

        def log_message(self, *args: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: Any, client_address: Any) -> None:
            pass

    server = Server(("127.0.0.1", 0), Handler)
    web.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield web
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def page(*links: str, head: str = "", lang: str = "nb") -> str:
    """A page with these links."""
    body = "".join(f'<p><a href="{link}">{link}</a></p>' for link in links)
    return f'<!doctype html><html lang="{lang}"><head>{head}</head><body>{body}</body></html>'


def make_source(host: str, **changes: Any) -> Source:
    """A source on a host: listings under /list, landing pages /report/<name>/, files /files/."""
    base = rf"^http://{re.escape(host)}"
    name = host.partition(".")[0]
    values: dict[str, Any] = {
        "id": f"test-{name}",
        "name": f"Publisher {name}",
        "country": "NO",
        "kind": "directorate",
        "priority": 1,
        "homepage": f"http://{host}/",
        "start_urls": (f"http://{host}/list",),
        "listing_patterns": (base + r"/list(\?.*)?$",),
        "document_patterns": (base + r"/report/[^/]+/$", base + r"/en/report/[^/]+/$"),
        "pdf_patterns": (base + r"/files/.*\.pdf$",),
        "document_form": "both",
        "languages": ("nb", "en"),
    }
    return Source(**{**values, **changes})


def oai_record(identifier: str, *addresses: str, deleted: bool = False) -> str:
    """One record as a repository writes it."""
    status = ' status="deleted"' if deleted else ""
    header = f"<header{status}><identifier>{identifier}</identifier></header>"
    if deleted:
        return f"<record>{header}</record>"
    named = "".join(f"<dc:identifier>{address}</dc:identifier>" for address in addresses)
    return (
        f'<record>{header}<metadata><oai_dc:dc xmlns:dc="http://purl.org/dc/elements/1.1/" '
        'xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
        'xsi:schemaLocation="http://www.openarchives.org/OAI/2.0/oai_dc/ http://x.test/dc.xsd">'
        f"<dc:title>Title of {identifier}</dc:title>{named}</oai_dc:dc></metadata></record>"
    )


def oai_answer(body: str, date: str = "2024-01-01T00:00:00Z") -> bytes:
    """A repository's whole answer."""
    return (
        '<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/">'
        f"<responseDate>{date}</responseDate>{body}</OAI-PMH>"
    ).encode()
