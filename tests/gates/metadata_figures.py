"""Measures how many of the replica's publications are described right, by PDF alone and with page.

Owns the two readings and their comparison with the starter's facts; the floors and what is asserted
are in the gate. A fact that is not known must be absent: a value invented for it is wrong.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from corpora.replica.storage import Site, load_site
from corpora.replica.truth import Truth, TruthFile, TruthPublication, load_truth
from corpora.starter import load_starter
from kb.bibliography import to_csl
from kb.files import AddressView, ItemFiles
from pipeline.extract import ExtractPool, Job
from pipeline.identify import merge_fields
from pipeline.records import Extracted, Field
from tests.gates.replica_figures import csl_fields, wanted_fields

PDF = "application/pdf"
NAMED = ("title", "year", "publisher", "authors")  # what the gate has floors for
MORE = ("series", "isbn", "issn", "doi", "language")
NEVER = datetime(2026, 1, 1)


@dataclass(frozen=True)
class Wrong:
    """A field that was read otherwise than it is: what was found, from where, what is true."""

    publication: str
    name: str
    found: Any
    origin: str
    wanted: Any


@dataclass(frozen=True)
class Figures:
    """How many publications there are, and every wrong field of each reading."""

    publications: int
    alone: tuple[Wrong, ...]
    with_page: tuple[Wrong, ...]

    def right(self, wrong: tuple[Wrong, ...], name: str) -> float:
        """Return the share of publications with one field right."""
        return 1 - sum(entry.name == name for entry in wrong) / self.publications


class Shelf:
    """The rendered replica: its files by hash, its addresses, and what was read of each."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.truth: Truth = load_truth(folder)
        self.site: Site = load_site(folder)
        self.starter = {entry.id: entry for entry in load_starter()}

    @functools.cached_property
    def files(self) -> list[tuple[TruthPublication, TruthFile]]:
        """Each publication that has a PDF, with the first one."""
        found = []
        for entry in self.truth.publications:
            pdfs = [file for file in entry.files if file.media_type == PDF]
            if pdfs:
                found.append((entry, pdfs[0]))
        return found

    def landing_hash(self, url: str) -> str:
        """Return the hash of what a landing page's address answers."""
        parts = urlsplit(url)
        return self.site.hosts[parts.netloc][parts.path].sha256

    def data(self, sha256: str) -> bytes:
        """Return a rendered file's bytes."""
        return (self.folder / "files" / sha256).read_bytes()


def measure(folder: Path) -> Figures:
    """Read every publication's first PDF and its landing page and compare with the truth."""
    shelf = Shelf(folder)
    jobs: list[Job] = []
    for _, file in shelf.files:
        jobs.append(Job(shelf.data(file.sha256), PDF, url=file.urls[0]))
        page = shelf.data(shelf.landing_hash(file.landing))
        jobs.append(Job(page, "text/html", url=file.landing))
    with ExtractPool(2) as pool, ThreadPoolExecutor(2) as threads:
        read = list(threads.map(pool.extract, jobs))
    alone: list[Wrong] = []
    with_page: list[Wrong] = []
    for at, (entry, file) in enumerate(shelf.files):
        document, page_read = read[2 * at], read[2 * at + 1]
        wanted = wanted_fields(shelf.starter[entry.id])
        alone += compare(entry.id, document.metadata, wanted)
        merged = merge_fields(
            _item(file),
            {file.sha256: document, file.landing: page_read},
        )
        with_page += compare(entry.id, merged, wanted)
    return Figures(len(shelf.files), tuple(alone), tuple(with_page))


def _item(file: TruthFile) -> ItemFiles:
    """The landing page and the document as the record would hold them."""

    def address(role: str, url: str, sha256: str) -> AddressView:
        return AddressView(
            url, "item", role, 0, sha256, None, None, None, None, None, NEVER, NEVER, None
        )

    return ItemFiles(
        "item",
        (
            address("landing", file.landing, file.landing),
            address("document", file.urls[0], file.sha256),
        ),
        None,
        None,
        {},
    )


def compare(name: str, fields: Mapping[str, Field], wanted: Mapping[str, Any]) -> list[Wrong]:
    """Return what is wrong of a reading, for each field that is measured."""
    csl = to_csl(name, {key: field.value for key, field in fields.items()})
    language = str(fields["language"].value) if "language" in fields else None
    found = csl_fields(csl, language, None)
    return [
        Wrong(
            name,
            key,
            found[key],
            fields[key].origin if key in fields else "",
            wanted[key],
        )
        for key in (*NAMED, *MORE)
        if found[key] != wanted[key]
    ]


def describe(read: Extracted) -> dict[str, Any]:
    """Return the plain values of a reading, for people who look at it."""
    return {key: (field.value, field.origin) for key, field in read.metadata.items()}
