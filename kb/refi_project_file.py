"""A project file opened: what it says, and what its PDFs are known by.

Owns going through the package once; PDFs are not kept in memory. Limits are `kb.refi_reading`'s.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from kb.errors import ExchangeError
from kb.page_sizes import PageSize, page_sizes
from kb.refi_document import FileProject, FileSource, read_project
from kb.refi_reading import Package, parse_document


@dataclass(frozen=True)
class OpenProject:
    """A project file that was read: what it says, and its PDFs' hashes and pages by source."""

    name: str
    content: FileProject
    hashes: Mapping[str, str]
    sizes: Mapping[str, Callable[[], Sequence[PageSize]]]

    def texts(self) -> dict[str, FileSource]:
        """The sources by GUID."""
        return {source.guid: source for source in self.content.sources}


def open_project(path: Path) -> OpenProject:
    """Read a project file. Raises ExchangeError where it cannot be read or is beyond the limits."""
    try:
        with Package(path, path.name) as package:
            root = parse_document(package.project(), f"The project in {path.name}")
            content = read_project(package, root)
            hashes, sizes = {}, {}
            for source in content.sources:
                data = package.read(source.pdf) if source.pdf else None
                if data is not None:
                    hashes[source.guid] = hashlib.sha256(data).hexdigest()
                    sizes[source.guid] = _measured(path, source.pdf)
    except OSError as error:
        raise ExchangeError(
            f"The file {path} cannot be read ({error.strerror}); check the path."
        ) from error
    return OpenProject(path.name, content, hashes, sizes)


def _measured(path: Path, pdf: str) -> Callable[[], Sequence[PageSize]]:
    """Pages of a PDF of a project, read and measured when they are first asked for."""

    @cache
    def measure() -> Sequence[PageSize]:
        with Package(path, path.name) as package:
            return page_sizes(package.read(pdf) or b"")

    return measure
