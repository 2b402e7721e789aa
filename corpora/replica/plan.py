"""Which site shows which publication, in which form, at which addresses.

Owns `placement.yaml` and the addresses of pages and files. The sites' habits are in `hosts`; what
stands on the pages is left to `document`, `pages` and the file writers.
"""

import hashlib
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

import yaml

from corpora.errors import ReplicaError
from corpora.replica.hosts import Host, host_named
from corpora.starter import StarterPublication

Form = Literal["pdf", "pdf2", "scan", "chapters", "article", "docx", "pptx"]

PLACEMENT_FILE = Path(__file__).with_name("placement.yaml")
SUFFIXES: dict[str, str] = {
    "pdf": "pdf",
    "pdf2": "pdf",
    "scan": "pdf",
    "docx": "docx",
    "pptx": "pptx",
}


MIRRORED: dict[str, Form] = {
    "no-fafo-2020-02": "pdf",
    "fi-uef-2019-01": "pdf",
    "dk-vive-2019-01": "article",
}
"""Seen at a second address on the archive: the same PDF bytes, or the text as HTML."""
MIRROR_HOST = "arkiv-replica.test"

TWO_EDITIONS = frozenset({"no-barneombudet-hvem-skal-jeg-snakke-med-01"})
"""Published twice: the first edition lacks the last passage."""

ONLY_IN_SITEMAP = frozenset({"nordic-anp-2012-701"})
ONLY_IN_OAI = frozenset({"fi-saurama-2015-01"})
"""Not on the listing pages of their sites, as happens on real ones."""

COUNTRY_HOSTS = {
    "NO": "fafo-replica.test",
    "DK": "vive-replica.test",
    "SE": "kunskap-replica.test",
    "AX": "kunskap-replica.test",
    "FI": "julkaisut-replica.test",
    "IS": "skemman-replica.test",
}


@dataclass(frozen=True)
class Placement:
    """One publication on one site, in `forms`; `mirror` marks the second address of a report."""

    publication: StarterPublication
    host: Host
    forms: tuple[Form, ...]
    edition: int | None = None
    mirror: bool = False

    @property
    def slug(self) -> str:
        """The publication's name in addresses, with the edition where there are two."""
        suffix = f"-{self.edition}" if self.edition else ""
        return slugify(self.publication.title)[:60].rstrip("-") + suffix

    @property
    def number(self) -> int:
        """A five-figure number that stays the same from run to run."""
        return stable_number(f"{self.publication.id}:{self.edition or ''}")

    def address(self, template: str, **values: object) -> str:
        """Fill a path template of the host; returns the path, not the host."""
        return template.format(slug=self.slug, n=self.number, **values)

    @property
    def landing(self) -> str:
        """The path of the landing page."""
        return self.address(self.host.document)

    @property
    def file_forms(self) -> tuple[Form, ...]:
        """The forms that are files to download."""
        return tuple(form for form in self.forms if form in SUFFIXES)

    def file_path(self, form: Form) -> str:
        """The path of the file of `form`."""
        return self.address(self.host.file, ext=SUFFIXES[form])


def slugify(text: str) -> str:
    """Return `text` as lower-case ASCII words with hyphens."""
    folded = text.lower()
    for letter, plain in (("æ", "ae"), ("ø", "o"), ("ð", "d"), ("þ", "th"), ("å", "a")):
        folded = folded.replace(letter, plain)
    ascii_text = unicodedata.normalize("NFKD", folded).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", ascii_text).strip("-")


def stable_number(text: str) -> int:
    """Return a number of five figures that depends on `text` alone."""
    return 10000 + int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big") % 90000


def load_placement(path: Path = PLACEMENT_FILE) -> dict[str, tuple[str, tuple[Form, ...]]]:
    """Read which host and forms each publication id has; raises ReplicaError on a faulty line."""
    placed: dict[str, tuple[str, tuple[Form, ...]]] = {}
    for name, publications in yaml.safe_load(path.read_text(encoding="utf-8")).items():
        host_named(name)
        for publication, forms in publications.items():
            unknown = [form for form in forms if form not in get_args(Form)]
            if unknown or not forms or publication in placed:
                raise ReplicaError(
                    f"Expected {publication!r} once with forms out of {', '.join(get_args(Form))} "
                    f"in {path}, found {forms} under {name}: correct that line."
                )
            placed[publication] = (name, tuple(forms))
    return placed


def make_plan(publications: tuple[StarterPublication, ...]) -> tuple[Placement, ...]:
    """Return every publication's places, mirrors and earlier editions included."""
    placed = load_placement()
    plan: list[Placement] = []
    for publication in publications:
        fallback = COUNTRY_HOSTS.get(publication.country, "norden-replica.test")
        name, forms = placed.get(publication.id, (fallback, ("pdf",)))
        host = host_named(name)
        if publication.id in TWO_EDITIONS:
            plan.append(Placement(publication, host, forms, edition=1))
            plan.append(Placement(publication, host, forms, edition=2))
        else:
            plan.append(Placement(publication, host, forms))
        if publication.id in MIRRORED:
            form = MIRRORED[publication.id]
            plan.append(Placement(publication, host_named(MIRROR_HOST), (form,), mirror=True))
    return tuple(plan)
