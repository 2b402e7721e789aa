"""The replica's web server: every `.test` host on one loopback port.

Owns answering requests in origin form (with a Host header) and in absolute form (as an HTTP proxy
gets them), conditional requests, the log and injected faults. Bodies come from `storage`.
"""

import hashlib
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from email.utils import formatdate, parsedate_to_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from corpora.replica.build import build_replica
from corpora.replica.faults import Fault
from corpora.replica.oai import answer_oai
from corpora.replica.storage import FILES_FOLDER, Resource, Site, load_site, normalise_path
from corpora.replica.truth import Truth, load_truth

OAI_TYPE = "text/xml; charset=utf-8"
OAI_MODIFIED = 1735689600
"""Seconds since 1970 of the repository's earliest date, 2025-01-01."""
DRIP_BYTES = 512
"""How many bytes a dripping answer sends at a time."""


@dataclass(frozen=True)
class LoggedRequest:
    """One request as it came: `path` holds the query too, `headers` have lower-case names."""

    method: str
    host: str
    path: str
    status: int
    headers: dict[str, str]


@dataclass(frozen=True)
class Answer:
    """A whole answer before faults: `headers` without the length."""

    status: int
    headers: dict[str, str]
    body: bytes


class ReplicaServer:
    """Serves a rendered replica on 127.0.0.1 while the `with` block lasts.

    The folder is rendered first if it is not. `log` grows with every answer; `faults` maps (host,
    path with query) to a fault and may be changed at any time.
    """

    def __init__(self, folder: Path, port: int = 0) -> None:
        self.folder = folder
        self.log: list[LoggedRequest] = []
        self.faults: dict[tuple[str, str], Fault] = {}
        self._lock = threading.Lock()
        build_replica(folder)
        self.site: Site = load_site(folder)
        self.truth: Truth = load_truth(folder)
        self._server = ThreadingHTTPServer(("127.0.0.1", port), _handler_for(self))
        self._server.daemon_threads = True
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
        )

    @property
    def port(self) -> int:
        """The port it listens on."""
        return int(self._server.server_address[1])

    @property
    def proxy(self) -> str:
        """The address to use as HTTP proxy for the `.test` hosts."""
        return f"http://127.0.0.1:{self.port}"

    def __enter__(self) -> "ReplicaServer":
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(timeout=5)

    def serve_forever(self) -> None:
        """Serve in the calling thread until interrupted."""
        self._server.serve_forever()

    def answer(self, host: str, target: str, headers: dict[str, str]) -> Answer:
        """Return what `host` answers for a path with query, faults left out."""
        if host in {"127.0.0.1", "localhost"}:
            return self._front_page()
        pages = self.site.hosts.get(host)
        if pages is None:
            sentence = (
                f"Expected one of the replica's hosts ({', '.join(sorted(self.site.hosts))}), "
                f"found {host!r}: only these are served here.\n"
            )
            return _text(502, sentence)
        repository = self.site.repositories.get(host)
        parts = urlsplit(target)
        if repository and parts.path == repository.path:
            query = dict(parse_qsl(parts.query, keep_blank_values=True))
            body = answer_oai(repository, f"http://{host}{repository.path}", query)
            digest = hashlib.sha256(body).hexdigest()
            record = Resource(sha256=digest, content_type=OAI_TYPE, modified=OAI_MODIFIED)
            return _conditional(record, headers, lambda: body)
        page = pages.get(normalise_path(target))
        if page is None:
            return _text(404, f"Expected an address of {host}, found {target}: it is not there.\n")
        if page.location is not None:
            return Answer(301, {"Location": page.location, "Content-Type": "text/plain"}, b"")
        stored = self.folder / FILES_FOLDER / page.sha256
        return _conditional(page, headers, stored.read_bytes)

    def _front_page(self) -> Answer:
        links = "".join(
            f'<li><a href="http://{name.removesuffix(".test")}.localhost:{self.port}/">{name}</a>'
            for name in sorted(self.site.hosts)
        )
        body = f"<!doctype html><title>Replica sites</title><h1>Replica sites</h1><ul>{links}</ul>"
        return Answer(200, {"Content-Type": "text/html; charset=utf-8"}, body.encode())

    def take_fault(self, host: str, target: str) -> Fault | None:
        """Return the fault that stands on an address, counting down the ones that pass."""
        with self._lock:
            fault = self.faults.get((host, target))
            if fault is None or fault.times == 0:
                return None
            if fault.times is not None:
                fault.times -= 1
            return fault

    def note(self, request: LoggedRequest) -> None:
        """Add a request to the log."""
        with self._lock:
            self.log.append(request)


def _text(status: int, sentence: str) -> Answer:
    return Answer(status, {"Content-Type": "text/plain; charset=utf-8"}, sentence.encode())


def _conditional(page: Resource, headers: dict[str, str], read: Callable[[], bytes]) -> Answer:
    """Return the body with its validators, or 304 where the request already has it."""
    found = {
        "Content-Type": page.content_type,
        "ETag": f'"{page.sha256[:32]}"',
        "Last-Modified": formatdate(page.modified, usegmt=True),
    }
    if _is_unchanged(page, headers):
        return Answer(304, found, b"")
    return Answer(200, found, read())


def _is_unchanged(page: Resource, headers: dict[str, str]) -> bool:
    wanted = headers.get("if-none-match")
    if wanted is not None:
        tags = {tag.strip().removeprefix("W/").strip('"') for tag in wanted.split(",")}
        return "*" in tags or page.sha256[:32] in tags
    since = headers.get("if-modified-since")
    if since is None:
        return False
    try:
        return page.modified <= parsedate_to_datetime(since).timestamp()
    except ValueError:
        return False


def _handler_for(replica: ReplicaServer) -> type[BaseHTTPRequestHandler]:
    class Handler(_Handler):
        pass

    Handler.replica = replica
    return Handler


class _Handler(BaseHTTPRequestHandler):
    """One connection; kept alive, as a crawler expects."""

    replica: ReplicaServer
    protocol_version = "HTTP/1.1"
    timeout = 30

    def do_GET(self) -> None:
        """Answer a GET request."""
        self._respond()

    def do_HEAD(self) -> None:
        """Answer a HEAD request."""
        self._respond()

    def log_message(self, *_: Any) -> None:
        """Keep standard error quiet: the log is `ReplicaServer.log`."""

    def _respond(self) -> None:
        host, target = self._split_target()
        headers = {name.lower(): value for name, value in self.headers.items()}
        answer = self.replica.answer(host, target, headers)
        fault = self.replica.take_fault(host, target)
        if fault is not None:
            answer = _spoil(answer, fault)
        self.replica.note(LoggedRequest(self.command, host, target, answer.status, headers))
        self._send(answer, fault or Fault())

    def _split_target(self) -> tuple[str, str]:
        """Return host and path of the request, whichever of the two forms it came in."""
        if self.path.startswith("http://"):
            parts = urlsplit(self.path)
            target = parts.path or "/"
            host = parts.hostname or ""
            target = f"{target}?{parts.query}" if parts.query else target
        else:
            host = urlsplit(f"//{self.headers.get('Host', '')}").hostname or ""
            target = self.path
        if host.endswith(".localhost"):
            host = host.removesuffix(".localhost") + ".test"
        return host, target

    def _send(self, answer: Answer, fault: Fault) -> None:
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if answer.status != 304:
            self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        if self.command == "HEAD" or answer.status == 304:
            return
        time.sleep(fault.delay_s)
        body = answer.body
        if fault.truncate_to is not None:
            body = body[: fault.truncate_to]
            self.close_connection = True
        try:
            if fault.drip_s:
                for start in range(0, len(body), DRIP_BYTES):
                    self.wfile.write(body[start : start + DRIP_BYTES])
                    self.wfile.flush()
                    time.sleep(fault.drip_s)
            else:
                self.wfile.write(body)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True


def _spoil(answer: Answer, fault: Fault) -> Answer:
    headers = dict(answer.headers)
    if fault.content_type is not None:
        headers["Content-Type"] = fault.content_type
    if fault.body is not None or fault.status is not None:
        headers.pop("ETag", None)
        headers.pop("Last-Modified", None)
    headers.update(fault.headers)
    body = answer.body if fault.body is None else fault.body
    status = answer.status if fault.status is None else fault.status
    if fault.body is not None and status == 304:
        status = 200
    return Answer(status, headers, body)
