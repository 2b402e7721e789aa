"""The one table of citation formats, and reading and writing by it.

Owns ids, labels, media types, suffixes and the choice of encoding. Each format's own module owns
how records look in it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from kb.citations.bibtex import read_bibtex, write_bibtex
from kb.citations.csljson import read_csl_json, write_csl_json
from kb.citations.entries import CitedEntry
from kb.citations.problems import ReadBibliography, ReadRecord, settle
from kb.citations.ris import read_ris, write_ris
from kb.errors import CitationError


@dataclass(frozen=True)
class CitationFormat:
    """A file format for citations; `programs` says who opens it, `suffixes` include the dot."""

    id: str
    label: str
    media_type: str
    suffixes: tuple[str, ...]
    programs: str
    write: Callable[[Iterable[CitedEntry]], bytes]
    read: Callable[[str], Iterator[ReadRecord]]

    @property
    def suffix(self) -> str:
        """Return the suffix a new file gets."""
        return self.suffixes[0]


CITATION_FORMATS: Final[dict[str, CitationFormat]] = {
    format_.id: format_
    for format_ in (
        CitationFormat(
            "ris",
            "RIS",
            "application/x-research-info-systems",
            (".ris",),
            "Zotero, EndNote, Mendeley",
            write_ris,
            read_ris,
        ),
        CitationFormat(
            "bibtex",
            "BibTeX",
            "application/x-bibtex",
            (".bib", ".bibtex"),
            "LaTeX, JabRef, Zotero",
            write_bibtex,
            read_bibtex,
        ),
        CitationFormat(
            "csl-json",
            "CSL-JSON",
            "application/vnd.citationstyles.csl+json",
            (".json", ".csljson"),
            "Zotero, pandoc",
            write_csl_json,
            read_csl_json,
        ),
    )
}


def citation_format(name: str) -> CitationFormat:
    """Return a format by its id, or raise CitationError naming the formats there are."""
    try:
        return CITATION_FORMATS[name]
    except KeyError:
        raise CitationError(
            f"Expected a citation format out of {', '.join(CITATION_FORMATS)}, found {name!r}; "
            "choose one of these."
        ) from None


def render(entries: Iterable[CitedEntry], to: str) -> bytes:
    """Return the cited entries as a file of format `to` (`ris`, `bibtex` or `csl-json`).

    Several passages of one publication stand under one record. Raises CitationError for a format
    there is not.
    """
    return citation_format(to).write(entries)


def read_bibliography(data: bytes, format: str) -> ReadBibliography:  # noqa: A002
    """Return the CSL-JSON records of a bibliography file, and what was wrong with any of them.

    Every record is in `entries` or in `problems`, by its position. Raises CitationError, in one
    sentence, where the file as a whole is not of that format.
    """
    return settle(citation_format(format).read(decode(data)))


def decode(data: bytes) -> str:
    """Return a bibliography's text: UTF-8, UTF-16 with a byte order mark, else Windows-1252."""
    encoding = "utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")
    return text.replace("\x00", "").replace("\r\n", "\n").replace("\r", "\n")
