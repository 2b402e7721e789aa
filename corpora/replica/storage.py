"""The rendered replica on disk: bodies by SHA-256, and a table of addresses to bodies.

Owns the folder's layout (`site.json`, `files/`). Answering requests is left to `server`.
"""

import hashlib
import json
from pathlib import Path
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

from pydantic import Field, ValidationError

from corpora.errors import ReplicaError
from corpora.validated import FrozenModel

SITE_FILE = "site.json"
FILES_FOLDER = "files"


class Resource(FrozenModel):
    """What one address answers: a body by hash, or a redirect to `location`.

    `modified` is in seconds since 1970 and the same from run to run.
    """

    sha256: str = ""
    content_type: str = ""
    modified: int = 0
    location: str | None = None


class OaiRecord(FrozenModel):
    """One OAI-PMH record: `payloads` maps a metadata prefix to its XML; a deleted one has none."""

    identifier: str
    datestamp: str
    sets: tuple[str, ...] = ()
    deleted: bool = False
    payloads: dict[str, str] = Field(default_factory=dict)


class Repository(FrozenModel):
    """What an OAI-PMH endpoint holds."""

    path: str
    name: str
    records: tuple[OaiRecord, ...]
    page_size: int = 4


class Site(FrozenModel):
    """Every host's addresses; `content` is the hash of what it was rendered from."""

    content: str
    hosts: dict[str, dict[str, Resource]]
    repositories: dict[str, Repository]


def normalise_path(target: str) -> str:
    """Return path and query in one spelling: decoded letters encoded alike, query keys sorted."""
    parts = urlsplit(target)
    path = quote(unquote(parts.path or "/"), safe="/~.-_!$&'()*+,;=:@")
    query = urlencode(sorted(parse_qsl(parts.query, keep_blank_values=True)))
    return f"{path}?{query}" if query else path


class SiteWriter:
    """Collects the rendered bodies and writes the table last, so a half-written site is not one."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.hosts: dict[str, dict[str, Resource]] = {}
        self.repositories: dict[str, Repository] = {}
        (folder / FILES_FOLDER).mkdir(parents=True, exist_ok=True)

    def put(self, host: str, path: str, body: bytes, content_type: str, modified: int) -> str:
        """Store a body at an address and return its SHA-256; raises ReplicaError if it is taken."""
        digest = hashlib.sha256(body).hexdigest()
        target = self.folder / FILES_FOLDER / digest
        if not target.exists():
            target.write_bytes(body)
        resource = Resource(sha256=digest, content_type=content_type, modified=modified)
        self._place(host, path, resource)
        return digest

    def redirect(self, host: str, path: str, location: str) -> None:
        """Let an address answer 301 to `location`."""
        self._place(host, path, Resource(location=location))

    def _place(self, host: str, path: str, resource: Resource) -> None:
        pages = self.hosts.setdefault(host, {})
        key = normalise_path(path)
        if key in pages:
            raise ReplicaError(
                f"Expected each address of the replica once, found http://{host}{key} twice: "
                "give one of the two publications another path."
            )
        pages[key] = resource

    def finish(self, content: str) -> Site:
        """Write `site.json` and remove bodies that nothing points at."""
        site = Site(content=content, hosts=self.hosts, repositories=self.repositories)
        used = {page.sha256 for pages in self.hosts.values() for page in pages.values()}
        for path in (self.folder / FILES_FOLDER).iterdir():
            if path.name not in used:
                path.unlink()
        text = json.dumps(site.model_dump(mode="json"), ensure_ascii=False)
        (self.folder / SITE_FILE).write_text(text, encoding="utf-8")
        return site


def load_site(folder: Path) -> Site:
    """Read a rendered replica's table; raises ReplicaError if it is missing or not whole."""
    path = folder / SITE_FILE
    try:
        site = Site.model_validate_json(path.read_bytes())
    except (OSError, ValidationError) as problem:
        raise ReplicaError(
            f"Expected a rendered replica at {folder}, found no readable {SITE_FILE}: "
            "render it with build_replica."
        ) from problem
    stored = {file.name for file in (folder / FILES_FOLDER).glob("*")}
    for pages in site.hosts.values():
        for page in pages.values():
            if page.sha256 and page.sha256 not in stored:
                raise ReplicaError(
                    f"Expected every body of the replica under {folder / FILES_FOLDER}, "
                    f"found {page.sha256} missing: delete the folder and render it again."
                )
    return site
