"""What a REFI-QDA codebook or project says, as frozen records.

Owns reading the elements, in the dialects that programs write: any namespace, GUIDs in braces or
capitals, positions counted in another way than the standard's. Where it belongs in this record is
`kb.refi_import`'s.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from kb.errors import ExchangeError
from kb.exports.refi_codes import ORIGIN
from kb.page_sizes import PointBox
from kb.refi_notes import FileNote, Notes
from kb.refi_quotes import CodedText
from kb.refi_reading import Package, guid_of, inner, local, moment_of, text_of

SKIPPED = {
    "PictureSource": "pictures",
    "AudioSource": "sound recordings",
    "VideoSource": "films",
    "Variable": "variables",
    "Case": "cases",
    "Graph": "drawings",
    "Link": "links",
}


@dataclass(frozen=True)
class FileCode:
    """One code of a file, with the names of the codes above it."""

    guid: str
    name: str
    path: tuple[str, ...]
    parent: str
    meaning: str
    codable: bool


@dataclass(frozen=True)
class FileCoding:
    """One coding of a file; `user` is a GUID, `note` its coder's words, `remarks` what was said."""

    guid: str
    code: str
    user: str
    at: datetime | None
    note: str
    remarks: tuple[FileNote, ...] = ()


@dataclass(frozen=True)
class FileSelection:
    """A stretch that is coded or has notes: words, or a rectangle on a page (0-based, points)."""

    guid: str
    quote: str
    codings: tuple[FileCoding, ...]
    notes: tuple[FileNote, ...] = ()
    page: int | None = None
    box: PointBox | None = None

    @property
    def says(self) -> bool:
        """Whether anybody coded it or said something of it."""
        return bool(self.codings or self.notes)


@dataclass(frozen=True)
class FileSource:
    """One source: its text, or the name of its PDF in the package, with what is coded in it."""

    guid: str
    name: str
    description: str
    text: str
    pdf: str
    selections: tuple[FileSelection, ...]


@dataclass(frozen=True)
class FileProject:
    """All that is read of a project; `skipped` counts what this program has no place for.

    `loose` are notes that are on no coded or marked words: on codes, cases, the whole project.
    """

    origin: str
    users: Mapping[str, str]
    codes: tuple[FileCode, ...]
    sources: tuple[FileSource, ...]
    skipped: Mapping[str, int]
    loose: tuple[FileNote, ...] = ()


def read_codes(root: Any, what: str) -> tuple[FileCode, ...]:
    """Return the codes of a codebook or project document, each before those below it.

    Raises ExchangeError where it is neither.
    """
    if local(root) not in ("CodeBook", "Project"):
        raise ExchangeError(
            f"Expected a REFI-QDA codebook or project in {what}, found a document of "
            f"{local(root)!r}; export it as REFI-QDA again."
        )
    book = root if local(root) == "CodeBook" else next(inner(root, "CodeBook"), None)
    codes = next(inner(book, "Codes"), None) if book is not None else None
    return tuple(_codes(codes, (), "")) if codes is not None else ()


def _codes(parent: Any, path: tuple[str, ...], above: str) -> Iterator[FileCode]:
    for element in inner(parent, "Code"):
        name = " ".join((element.get("name") or "").split())
        own = guid_of(element.get("guid"))
        if not name or not own:
            continue
        yield FileCode(
            guid=own,
            name=name,
            path=path,
            parent=above,
            meaning=text_of(element, "Description").strip(),
            codable=(element.get("isCodable") or "true").strip().lower() in ("true", "1"),
        )
        yield from _codes(element, (*path, name), own)


def read_project(package: Package, root: Any) -> FileProject:
    """Return what a project document says, with the texts of its package."""
    if local(root) != "Project":
        raise ExchangeError(
            f"Expected a REFI-QDA project in {package.what}, found a document of {local(root)!r}; "
            "import a codebook as .qdc."
        )
    codes = read_codes(root, package.what)
    users = {
        guid_of(user.get("guid")): " ".join((user.get("name") or user.get("id") or "").split())
        for users in inner(root, "Users")
        for user in inner(users, "User")
    }
    origin = root.get("origin") or ""
    notes = Notes(root, lambda element: _text(package, element), ours=origin == ORIGIN)
    sources = []
    for element in (one for found in inner(root, "Sources") for one in found):
        if local(element) == "TextSource":
            sources.append(_text_source(package, element, notes))
        elif local(element) == "PDFSource":
            sources.append(_pdf_source(package, element, notes))
    skipped = Counter(SKIPPED[local(one)] for one in root.iter() if local(one) in SKIPPED)
    return FileProject(origin, users, codes, tuple(sources), skipped, notes.loose())


def _text(package: Package, element: Any) -> str:
    """A source's text: inside the document, or in a file beside it."""
    inside = text_of(element, "PlainTextContent")
    if inside:
        return inside
    data = package.read_text(element.get("plainTextPath") or "")
    return decode_text(data) if data else ""


def decode_text(data: bytes) -> str:
    """Text of a file, its byte order mark kept: some programs count it."""
    for mark, encoding in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        if data.startswith(mark):
            return data.decode(encoding, "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def _text_source(package: Package, element: Any, notes: Notes, pdf: str = "") -> FileSource:
    text = CodedText(_text(package, element))
    places = [*inner(element, "PlainTextSelection")]
    selections = [_text_selection(text, one, notes) for one in places]
    whole = FileSelection(
        guid_of(element.get("guid")), "", _codings(element, notes), notes.on(element)
    )
    if whole.says:
        selections.append(whole)
    return FileSource(
        guid_of(element.get("guid")),
        " ".join((element.get("name") or "").split()),
        text_of(element, "Description"),
        text.plain,
        pdf,
        tuple(selections),
    )


def _pdf_source(package: Package, element: Any, notes: Notes) -> FileSource:
    """A PDF with its text; a selection that stands in both is taken from the text."""
    beside = next(inner(element, "Representation"), None)
    path = element.get("path") or ""
    text = _text_source(package, beside, notes) if beside is not None else None
    in_text = {one.guid for one in text.selections if one.says} if text else set()
    selections = list(text.selections) if text else []
    for place in inner(element, "PDFSelection"):
        found = _page_selection(package, place, notes)
        if found.says and found.guid not in in_text:
            selections.append(found)
    whole = FileSelection(
        guid_of(element.get("guid")), "", _codings(element, notes), notes.on(element)
    )
    if whole.says:
        selections.append(whole)
    return FileSource(
        guid_of(element.get("guid")),
        " ".join((element.get("name") or "").split()),
        text_of(element, "Description"),
        text.text if text else "",
        path,
        tuple(selections),
    )


def _text_selection(text: CodedText, element: Any, notes: Notes) -> FileSelection:
    start, end = _number(element.get("startPosition")), _number(element.get("endPosition"))
    name = " ".join((element.get("name") or "").split())
    quote = text.quoted(start, end, name) if start is not None and end is not None else name
    return FileSelection(
        guid_of(element.get("guid")), quote, _codings(element, notes), notes.on(element)
    )


def _page_selection(package: Package, element: Any, notes: Notes) -> FileSelection:
    corners = [_number(element.get(key)) for key in ("firstX", "firstY", "secondX", "secondY")]
    beside = next(inner(element, "Representation"), None)
    quote = _text(package, beside) if beside is not None else ""
    box = (corners[0], corners[1], corners[2], corners[3])
    return FileSelection(
        guid_of(element.get("guid")),
        quote or (element.get("name") or ""),
        _codings(element, notes),
        notes.on(element),
        _number(element.get("page")),
        box if None not in box else None,  # type: ignore[arg-type]
    )


def _codings(element: Any, notes: Notes) -> tuple[FileCoding, ...]:
    """The codings right inside an element, with the notes on them."""
    found = []
    for coding in inner(element, "Coding"):
        for ref in inner(coding, "CodeRef"):
            own = guid_of(coding.get("guid"))
            user = guid_of(coding.get("creatingUser") or element.get("creatingUser"))
            note, remarks = notes.of_coding(coding, own, user)
            found.append(
                FileCoding(
                    own,
                    guid_of(ref.get("targetGUID")),
                    user,
                    moment_of(coding.get("creationDateTime") or element.get("creationDateTime")),
                    note,
                    remarks,
                )
            )
    return tuple(found)


def _number(value: str | None) -> int | None:
    try:
        return int(float(value or ""))
    except (ValueError, OverflowError):
        return None
