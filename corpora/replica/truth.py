"""What the replica shows and where: the measure for tests and gates, never an input.

Owns the records and their file. Labels are not copied here: they stay in `corpora.starter`.
"""

import json
from pathlib import Path
from typing import Literal

from pydantic import ValidationError

from corpora.errors import ReplicaError
from corpora.validated import FrozenModel

TRUTH_FILE = "truth.json"

FillerKind = Literal[
    "notice",
    "preface",
    "colophon",
    "contents",
    "header",
    "footnote",
    "table",
    "caption",
    "reference",
    "chrome",
    "edition",
]


class PassagePlace(FrozenModel):
    """On which pages of a file a passage stands: indexes from 0 and the printed labels."""

    n: int
    page: int
    page_label: str | None
    page_end: int
    page_label_end: str | None
    notes: bool = False
    """True where the text stands in a slide's speaker notes."""


class TruthFile(FrozenModel):
    """One rendered form of a publication.

    `urls` are its addresses: one, but for the chapters of an HTML report. `places` is empty for
    HTML and DOCX, which have no pages.
    """

    form: Literal["pdf", "pdf2", "scan", "chapters", "article", "docx", "pptx"]
    host: str
    landing: str
    urls: tuple[str, ...]
    media_type: str
    sha256: str
    pages: int | None = None
    edition: int | None = None
    mirror: bool = False
    passages: tuple[int, ...]
    places: tuple[PassagePlace, ...] = ()


class GoldPassage(FrozenModel):
    """A passage of the publication, in order, verbatim."""

    n: int
    section: str
    text: str


class Filler(FrozenModel):
    """A sentence the replica invented, which must not become a passage, and where it stands."""

    kind: FillerKind
    text: str
    url: str


class TruthPublication(FrozenModel):
    """One starter publication on the replica sites."""

    id: str
    original_url: str
    language: str
    title: str
    abstract: str
    passages: tuple[GoldPassage, ...]
    files: tuple[TruthFile, ...]
    fillers: tuple[Filler, ...]

    @property
    def landings(self) -> tuple[str, ...]:
        """The landing pages, each once, the main one first."""
        return tuple(dict.fromkeys(file.landing for file in self.files))

    @property
    def hosts(self) -> tuple[str, ...]:
        """The hosts it stands on, each once, the main one first."""
        return tuple(dict.fromkeys(file.host for file in self.files))


class Truth(FrozenModel):
    """Everything the replica shows; `content` is the hash of what it was rendered from."""

    content: str
    publications: tuple[TruthPublication, ...]
    chrome: tuple[Filler, ...]
    forbidden: tuple[str, ...]
    """Addresses that robots.txt forbids."""

    def publication(self, name: str) -> TruthPublication:
        """Return the publication with the starter id `name`; raises ReplicaError."""
        for publication in self.publications:
            if publication.id == name:
                return publication
        raise ReplicaError(
            f"Expected a publication of the replica, found {name!r}: use an id of corpora/starter."
        )


def save_truth(truth: Truth, folder: Path) -> None:
    """Write the truth beside the rendered sites."""
    text = json.dumps(truth.model_dump(mode="json"), ensure_ascii=False, indent=1)
    (folder / TRUTH_FILE).write_text(text, encoding="utf-8")


def load_truth(folder: Path) -> Truth:
    """Read the truth of a rendered replica; raises ReplicaError if there is none."""
    path = folder / TRUTH_FILE
    try:
        return Truth.model_validate_json(path.read_bytes())
    except (OSError, ValidationError) as problem:
        raise ReplicaError(
            f"Expected the truth of a rendered replica at {path}, found none that can be read: "
            "render it with build_replica."
        ) from problem
