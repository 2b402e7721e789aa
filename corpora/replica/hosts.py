"""The replica's sites and the habits of each, read from `hosts.yaml`.

Owns how a site writes its addresses, metadata and files; what stands on it is `plan`'s.
"""

from pathlib import Path
from typing import Literal

from corpora.errors import ReplicaError
from corpora.validated import FrozenModel, parse_yaml

HOSTS_FILE = Path(__file__).with_name("hosts.yaml")

MetaStyle = Literal["citation", "dc", "json-ld", "open-graph", "visible"]


class Translation(FrozenModel):
    """A language that the site's landing pages are also in, and the path of such a page."""

    language: str
    document: str


class Host(FrozenModel):
    """One replica site and its habits.

    Paths are templates over {slug}, {n} (a number of the publication), {page}, {chapter}, {part}
    (the chapter's slug) and {ext}.
    """

    name: str
    source: str
    """The id of its source description."""
    title: str
    language: str
    """The language of its menus."""
    meta: MetaStyle
    """Where its landing pages say title, author and year."""
    listing: str
    listing_next: str
    document: str
    chapter: str = ""
    file: str
    per_page: int = 5
    font: Literal["Vera", "Times"] = "Vera"
    type_size: float = 10.5
    """Points."""
    page_size: tuple[float, float] = (595.28, 841.89)
    """Points; A4 unless said otherwise."""
    page_break: int = 0
    """How many sections of a report share a page; 0: they flow on."""
    labels: Literal["roman", "printed"] = "roman"
    """PDF page labels with roman front matter, or only printed numbers from the cover on."""
    articles: bool = False
    """What it publishes stands in journals and books: no cover and no front matter."""
    heading: str = "{number} {title}"
    colour: str
    sitemap: Literal["none", "plain", "index"] = "none"
    oai: str | None = None
    crawl_delay: float | None = None
    """Seconds, as robots.txt says them."""
    translation: Translation | None = None
    xmp: bool = False

    @property
    def base(self) -> str:
        """The site's address without a closing slash."""
        return f"http://{self.name}"


class HostsFile(FrozenModel):
    """The whole file."""

    hosts: tuple[Host, ...]


def load_hosts(path: Path = HOSTS_FILE) -> tuple[Host, ...]:
    """Read the sites; raises ReplicaError with file and line."""
    return parse_yaml(path, HostsFile, ReplicaError).hosts


HOSTS: tuple[Host, ...] = load_hosts()


def host_named(name: str) -> Host:
    """Return the host of that name; raises ReplicaError naming the hosts there are."""
    for host in HOSTS:
        if host.name == name:
            return host
    raise ReplicaError(
        f"Expected one of the replica's hosts, found {name!r}: "
        f"use {', '.join(host.name for host in HOSTS)}."
    )
