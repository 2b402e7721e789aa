"""One rendered replica and one running server for every test of the package."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest
from lxml import html

from corpora.replica import ReplicaServer, Truth, TruthPublication, build_replica
from corpora.replica.document import Document, make_document
from corpora.replica.plan import Form, Placement, make_plan
from corpora.replica.storage import FILES_FOLDER, Site, load_site, normalise_path
from corpora.starter import StarterPublication, load_starter

FolderFile = Callable[[str], bytes]


@dataclass(frozen=True)
class Reply:
    """A whole HTTP answer."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        """The body as UTF-8."""
        return self.body.decode()


class Browser:
    """Asks the server on its loopback port, as an HTTP proxy or in origin form."""

    def __init__(self, port: int) -> None:
        self.port = port

    def get(self, url: str, method: str = "GET", **headers: str) -> Reply:
        """Ask for an absolute address as a proxy's client does."""
        return self._ask(method, url, {name.replace("_", "-"): v for name, v in headers.items()})

    def get_from(self, host: str, path: str) -> Reply:
        """Ask for a path with a Host header, as a browser does."""
        return self._ask("GET", path, {"Host": host})

    def _ask(self, method: str, target: str, headers: dict[str, str]) -> Reply:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.request(method, target, headers=headers)
            answer = connection.getresponse()
            found = {name.lower(): value for name, value in answer.getheaders()}
            return Reply(answer.status, found, answer.read())
        finally:
            connection.close()


@pytest.fixture(scope="session")
def starter() -> tuple[StarterPublication, ...]:
    """Every starter publication."""
    return load_starter()


@pytest.fixture(scope="session")
def plan(starter: tuple[StarterPublication, ...]) -> tuple[Placement, ...]:
    """Every placement."""
    return make_plan(starter)


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the rendered replica, made once."""
    rendered = tmp_path_factory.mktemp("replica æøå")
    build_replica(rendered)
    return rendered


@pytest.fixture(scope="session")
def truth(folder: Path) -> Truth:
    """The truth of the rendered replica."""
    return build_replica(folder)


@pytest.fixture(scope="session")
def site(folder: Path) -> Site:
    """The table of addresses of the rendered replica."""
    return load_site(folder)


@pytest.fixture(scope="session")
def body_of(folder: Path) -> FolderFile:
    """Reads a body by its SHA-256."""
    return lambda digest: (folder / FILES_FOLDER / digest).read_bytes()


@pytest.fixture(scope="session")
def page_of(folder: Path, site: Site) -> Callable[[str], Any]:
    """Parses the HTML page at an absolute address."""

    def parse(url: str) -> Any:
        host, _, path = url.removeprefix("http://").partition("/")
        digest = site.hosts[host][normalise_path(f"/{path}")].sha256
        return html.document_fromstring((folder / FILES_FOLDER / digest).read_bytes().decode())

    return parse


@pytest.fixture(scope="session")
def shared_server(folder: Path) -> Iterator[ReplicaServer]:
    """A running server."""
    with ReplicaServer(folder) as running:
        yield running


@pytest.fixture
def server(shared_server: ReplicaServer) -> Iterator[ReplicaServer]:
    """The running server with an empty log and no faults."""
    shared_server.log.clear()
    shared_server.faults.clear()
    yield shared_server
    shared_server.faults.clear()


@pytest.fixture
def browser(server: ReplicaServer) -> Browser:
    """Asks the running server."""
    return Browser(server.port)


@pytest.fixture(scope="session")
def placement_of(plan: tuple[Placement, ...]) -> Callable[[str], Placement]:
    """The main placement of a starter publication."""
    return lambda name: next(p for p in plan if p.publication.id == name and not p.mirror)


@pytest.fixture(scope="session")
def document_of(placement_of: Callable[[str], Placement]) -> Callable[[str, Form], Document]:
    """A publication as a document in a form."""
    return lambda name, form: make_document(placement_of(name), form)


@pytest.fixture(scope="session")
def report(truth: Truth) -> TruthPublication:
    """A Norwegian report that stands at two addresses as the same PDF."""
    return truth.publication("no-fafo-2020-02")
