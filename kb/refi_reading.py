"""Reading REFI-QDA files safely: documents without entities, zips within limits.

Owns what is refused. Everything in such a file is hostile: no name in it becomes a path, no entity
is expanded, nothing is read beyond its limit. What a document says is `kb.refi_document`'s.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from lxml import etree

from kb.errors import ExchangeError

MOST_XML = 200 * 2**20  # bytes of one document: some ten times a project of 50,000 codings
MOST_FILE = 2 * 2**30  # bytes of a project file
MOST_MEMBERS = 20_000  # files in it
MOST_MEMBER = 300 * 2**20  # bytes of one of them, unpacked
MOST_UNPACKED = 4 * 2**30  # bytes of all of them, as the zip says
MOST_RATIO = 200  # times as large unpacked; text is packed to a tenth, a bomb to a thousandth
MOST_TEXT = 50 * 2**20  # bytes of one source's text: a hundred books
MOST_TEXTS = 256 * 2**20  # bytes of all texts, which are held in memory together
RATIO_FROM = 2**20  # bytes unpacked from which the ratio counts
DEEPEST = 200  # elements inside one another


def parse_document(data: bytes, what: str) -> Any:
    """Return the root of an XML document; `what` names it in a sentence.

    Raises ExchangeError for one that is too large, not well-formed, too deep, or has a DTD.
    """
    if len(data) > MOST_XML:
        raise ExchangeError(f"{what} is larger than {MOST_XML // 2**20} MiB; export less at once.")
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=True,  # without it a text of more than 10 MB is refused; sizes are limited above
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(data.lstrip(), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise ExchangeError(
            f"{what} is no well-formed XML ({str(error)[:120]}); export it again."
        ) from error
    if root.getroottree().docinfo.doctype:
        raise ExchangeError(
            f"{what} has a document type, which no exchange file needs and which may hide a bomb; "
            "export it again."
        )
    if _depth(root) > DEEPEST:
        raise ExchangeError(f"{what} has elements more than {DEEPEST} deep; export it again.")
    return root


def _depth(root: Any) -> int:
    deepest = depth = 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        deepest = max(deepest, depth)
    return deepest


class Package:
    """An open project file; its members are found by the last part of their name only."""

    def __init__(self, data: bytes | Path, what: str) -> None:
        """Raises ExchangeError for what is no zip, or one beyond the limits."""
        self.what = what
        size = len(data) if isinstance(data, bytes) else data.stat().st_size
        if size > MOST_FILE:
            raise ExchangeError(f"{what} is larger than {MOST_FILE // 2**30} GiB; export less.")
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data) if isinstance(data, bytes) else data)
        except (zipfile.BadZipFile, OSError, NotImplementedError) as error:
            raise ExchangeError(
                f"{what} is no REFI-QDA project, which is a zip file ({error}); export it again."
            ) from error
        members = self._zip.infolist()
        unpacked = sum(member.file_size for member in members)
        if len(members) > MOST_MEMBERS or unpacked > MOST_UNPACKED:
            raise ExchangeError(
                f"{what} holds {len(members)} files of {unpacked} bytes, more than the "
                f"{MOST_MEMBERS} files and {MOST_UNPACKED // 2**30} GiB that are read; export less."
            )
        self._left, self._texts_left = MOST_UNPACKED, MOST_TEXTS  # bytes that may be read still
        self._members = {_last_part(member.filename): member for member in reversed(members)}

    def __enter__(self) -> Package:
        return self

    def __exit__(self, *_: object) -> None:
        self._zip.close()

    def project(self) -> bytes:
        """Return the project's document; raises ExchangeError where there is none."""
        names = ["project.qde", *(name for name in self._members if name.endswith(".qde"))]
        data = next((found for name in names if (found := self.read(name)) is not None), None)
        if data is None:
            raise ExchangeError(f"{self.what} holds no project.qde; export it as REFI-QDA again.")
        return data

    def read_text(self, name: str) -> bytes | None:
        """Return a text as `read` does; texts are kept in memory, so that less of them is read.

        Raises what `read` raises, and ExchangeError for more text than is taken.
        """
        member = self._members.get(_last_part(name))
        size = member.file_size if member is not None else 0
        self._texts_left -= size
        if size > MOST_TEXT or self._texts_left < 0:
            raise ExchangeError(
                f"Expected texts of at most {MOST_TEXT // 2**20} MiB each and "
                f"{MOST_TEXTS // 2**20} MiB together in {self.what}, found more; export less."
            )
        return self.read(name)

    def read(self, name: str) -> bytes | None:
        """Return a member by its name or internal address; None where there is none.

        Raises ExchangeError for one that is encrypted, damaged or a bomb, and where the same is
        asked for so often that more is read than a file may hold.
        """
        member = self._members.get(_last_part(name))
        if member is None:
            return None
        packed = max(member.compress_size, 1)
        if member.file_size > MOST_MEMBER or (
            member.file_size > RATIO_FROM and member.file_size / packed > MOST_RATIO
        ):
            raise ExchangeError(
                f"A file in {self.what} unpacks to {member.file_size} bytes from {packed}, which "
                "looks like a bomb; nothing was read."
            )
        self._left -= member.file_size
        if self._left < 0:
            raise ExchangeError(
                f"{self.what} speaks of more than {MOST_UNPACKED // 2**30} GiB of sources; export "
                "less."
            )
        try:
            with self._zip.open(member) as stream:
                return stream.read(MOST_MEMBER)
        except (zipfile.BadZipFile, RuntimeError, OSError, EOFError, NotImplementedError) as error:
            raise ExchangeError(
                f"A file in {self.what} cannot be unpacked ({str(error)[:100]}); export it again, "
                "without a password."
            ) from error
        except Exception as error:  # zlib, bz2 and lzma raise errors of their own
            raise ExchangeError(
                f"A file in {self.what} is damaged ({str(error)[:100]}); export it again."
            ) from error


def _last_part(name: str) -> str:
    return name.replace("\\", "/").rpartition("/")[2].casefold()


def local(element: Any) -> str:
    """An element's name without its namespace: programs write several."""
    return str(etree.QName(element).localname) if isinstance(element.tag, str) else ""


def inner(element: Any, name: str) -> Iterator[Any]:
    """Yield the elements of that name right inside another."""
    return (one for one in element if local(one) == name)


def text_of(element: Any, name: str) -> str:
    """The text of the first element of that name inside another; empty where there is none."""
    found = next(inner(element, name), None)
    return "" if found is None else "".join(found.itertext())


def guid_of(value: str | None) -> str:
    """A GUID as compared: lower case, without braces and blanks."""
    return (value or "").strip().strip("{}").lower()[:64]


def moment_of(value: str | None) -> datetime | None:
    """A moment in UTC; None for none, and for one beyond the years that there are."""
    try:
        found = datetime.fromisoformat((value or "").strip().replace("Z", "+00:00"))
        return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
