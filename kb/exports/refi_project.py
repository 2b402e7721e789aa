"""A REFI-QDA project (.qdpx): a zip of `project.qde` and the sources it speaks of.

Owns the document's form, after the published standard: text positions count Unicode characters,
pages count from 0, boxes are whole PDF points from the bottom left. A PDF's text stands below it as
its representation; the selection of a coding has one GUID on the page and in the text.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from lxml import etree

from kb.active_codebook import ActiveCodebook
from kb.errors import ExchangeError
from kb.exchange_ids import guid
from kb.exports.refi_codes import ORIGIN, add_codes, child, clean_xml, direction_guid, xml_bytes
from kb.exports.refi_content import (
    ProjectCoding,
    ProjectContent,
    ProjectSource,
    gather_project,
    source_guid,
    user_guid,
)
from kb.page_sizes import PageSize, page_sizes
from kb.store import Store

PROJECT_SPACE = "urn:QDA-XML:project:1.0"
BETWEEN = "\n\n"  # what stands between two passages of a source's text
NAME_CHARS = 60  # characters of a selection's name: the beginning of its quotation


@dataclass(frozen=True)
class ExportReport:
    """What a project file holds; `left` codings stand on no present passage and are not in it."""

    path: str
    publications: int
    codings: int
    coders: int
    files: int
    left: int


def export_project(
    store: Store,
    book: ActiveCodebook,
    path: Path,
    *,
    language: str = "en",
    publication_ids: Sequence[str] = (),
    files: bool = True,
    name: str = "Samvirke",
) -> ExportReport:
    """Write people's codings, with the publications they are on, as a project file.

    `files` says whether PDFs go along. Raises ExchangeError where the file cannot be written,
    NotFoundError for an unknown publication, BlobError for a damaged file.
    """
    content = gather_project(store, book, publication_ids)
    if not files:
        for source in content.sources:
            source.pdf = None
    part = path.with_name(f".{path.name}.part")
    try:
        with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as package:
            sizes: dict[str, list[PageSize]] = {}
            for source in content.sources:
                package.writestr(f"Sources/{text_name(source)}", source_text(source))
                if source.pdf:
                    data = store.blobs.get(source.pdf)
                    sizes[source.pdf] = page_sizes(data)
                    package.writestr(f"Sources/{pdf_name(source)}", data)
            package.writestr("project.qde", project_xml(content, book, language, sizes, name))
        part.replace(path)
    except OSError as error:
        raise ExchangeError(
            f"The project cannot be written to {path} ({error.strerror}); choose another --output."
        ) from error
    finally:
        part.unlink(missing_ok=True)
    return ExportReport(
        str(path),
        len(content.sources),
        sum(len(source.codings) for source in content.sources),
        len(content.coders),
        sum(source.pdf is not None for source in content.sources),
        content.left,
    )


def project_xml(
    content: ProjectContent,
    book: ActiveCodebook,
    language: str,
    sizes: dict[str, list[PageSize]],
    name: str,
) -> bytes:
    """Return `project.qde`; `sizes` are the pages of each PDF that goes along, by its SHA-256."""
    root = etree.Element(f"{{{PROJECT_SPACE}}}Project", nsmap={None: PROJECT_SPACE})
    root.set("name", clean_xml(name))
    root.set("origin", ORIGIN)
    root.set("creationDateTime", _moment(datetime.now(UTC)))
    if content.coders:
        users = child(root, "Users")
        for coder in content.coders:
            child(users, "User", {"guid": user_guid(coder), "name": coder})
    rejected = {one.factor for source in content.sources for one in source.codings if one.rejected}
    add_codes(child(root, "CodeBook"), book, language, frozenset(rejected))
    if content.sources:
        sources = child(root, "Sources")
        for source in content.sources:
            _add_source(sources, source, book, sizes.get(source.pdf or "", []))
    _add_notes(root, content)
    _add_sets(root, content)
    return xml_bytes(root)


def source_text(source: ProjectSource) -> str:
    """A publication's text as it goes along: its passages in order."""
    return BETWEEN.join(passage.text for passage in source.passages)


def text_name(source: ProjectSource) -> str:
    """The name of a source's text in the project file."""
    return f"{_representation_guid(source) if source.pdf else source.guid}.txt"


def pdf_name(source: ProjectSource) -> str:
    """The name of a source's PDF in the project file."""
    return f"{source.guid}.pdf"


def _add_source(
    parent: Any, source: ProjectSource, book: ActiveCodebook, sizes: Sequence[PageSize]
) -> None:
    if source.pdf is None:
        facts = {"guid": source.guid, "name": source.title}
        text = child(parent, "TextSource", facts | {"plainTextPath": _internal(text_name(source))})
        _describe(text, source.description)
        _add_text_selections(text, source, book)
        return
    pdf = child(
        parent,
        "PDFSource",
        {"guid": source.guid, "name": source.title, "path": _internal(pdf_name(source))},
    )
    _describe(pdf, source.description)
    for selection in _selections(source):
        _add_page_selections(pdf, selection, book, sizes)
    facts = {
        "guid": _representation_guid(source),
        "name": source.title,
        "plainTextPath": _internal(text_name(source)),
    }
    _add_text_selections(child(pdf, "Representation", facts), source, book)


def _selections(source: ProjectSource) -> Iterable[list[ProjectCoding]]:
    """The codings by the words they are of, in the order of the text."""
    places: dict[tuple[int, int, int], list[ProjectCoding]] = {}
    order = {passage.id: number for number, passage in enumerate(source.passages)}
    for coding in source.codings:
        key = (order[coding.passage.id], coding.start, coding.end)
        places.setdefault(key, []).append(coding)
    return [places[key] for key in sorted(places)]


def _selection_guid(coding: ProjectCoding) -> str:
    return guid("selection", coding.passage.id, coding.start, coding.end)


def _add_text_selections(parent: Any, source: ProjectSource, book: ActiveCodebook) -> None:
    offsets, at = {}, 0
    for passage in source.passages:
        offsets[passage.id] = at
        at += len(passage.text) + len(BETWEEN)
    for codings in _selections(source):
        first = codings[0]
        start = offsets[first.passage.id]
        element = child(
            parent,
            "PlainTextSelection",
            {
                **_selection_facts(codings),
                "startPosition": str(start + first.start),
                "endPosition": str(start + first.end),
            },
        )
        _add_codings(element, codings, book)


def _add_page_selections(
    parent: Any, codings: list[ProjectCoding], book: ActiveCodebook, sizes: Sequence[PageSize]
) -> None:
    """A rectangle on each page that the passage stands on; the first one has the codings."""
    first = codings[0]
    by_page: dict[int, list[tuple[float, ...]]] = {}
    for page, box in first.passage.boxes:
        if 0 <= page < len(sizes):
            by_page.setdefault(page, []).append(tuple(box))
    for number, (page, boxes) in enumerate(sorted(by_page.items())):
        around = (
            min(box[0] for box in boxes),
            min(box[1] for box in boxes),
            max(box[2] for box in boxes),
            max(box[3] for box in boxes),
        )
        x0, y0, x1, y1 = sizes[page].to_points(around)
        facts = _selection_facts(codings)
        if number:
            facts["guid"] = guid("selection", facts["guid"], page)
        corners = {"firstX": x0, "firstY": y0, "secondX": x1, "secondY": y1}
        element = child(
            parent,
            "PDFSelection",
            {**facts, "page": str(page), **{key: str(value) for key, value in corners.items()}},
        )
        if number == 0:
            _add_codings(element, codings, book, on_page=True)


def _selection_facts(codings: list[ProjectCoding]) -> dict[str, str]:
    first = min(codings, key=lambda one: one.at)
    quote = " ".join(first.passage.text[first.start : first.end].split())
    return {
        "guid": _selection_guid(first),
        "name": quote[:NAME_CHARS],
        "creatingUser": user_guid(first.coder),
        "creationDateTime": _moment(first.at),
    }


def _add_codings(
    parent: Any, codings: list[ProjectCoding], book: ActiveCodebook, *, on_page: bool = False
) -> None:
    for coding in codings:
        element = child(
            parent,
            "Coding",
            {
                "guid": guid("on page", coding.guid) if on_page else coding.guid,
                "creatingUser": user_guid(coding.coder),
                "creationDateTime": _moment(coding.at),
            },
        )
        factor = book.guid("factors", coding.factor)
        code = direction_guid(factor, coding.direction, rejected=coding.rejected)
        child(element, "CodeRef", {"targetGUID": code})
        if coding.comment:
            child(element, "NoteRef", {"targetGUID": _note_guid(coding)})


def _add_notes(root: Any, content: ProjectContent) -> None:
    noted = [one for source in content.sources for one in source.codings if one.comment]
    if not noted:
        return
    notes = child(root, "Notes")
    for coding in noted:
        text = clean_xml(coding.comment or "")
        note = child(
            notes,
            "Note",
            {
                "guid": _note_guid(coding),
                "name": " ".join(text.split())[:NAME_CHARS],
                "creatingUser": user_guid(coding.coder),
                "creationDateTime": _moment(coding.at),
            },
        )
        child(note, "PlainTextContent").text = text


def _add_sets(root: Any, content: ProjectContent) -> None:
    if not content.sets:
        return
    sets = child(root, "Sets")
    for one in content.sets:
        element = child(sets, "Set", {"guid": one.guid, "name": one.name})
        _describe(element, one.note or "")
        for publication_id in one.publication_ids:
            child(element, "MemberSource", {"targetGUID": source_guid(publication_id)})


def _describe(parent: Any, text: str) -> None:
    if text:
        child(parent, "Description").text = clean_xml(text)


def _note_guid(coding: ProjectCoding) -> str:
    return guid("note", coding.guid)


def _representation_guid(source: ProjectSource) -> str:
    return guid("representation", source.publication_id)


def _internal(name: str) -> str:
    """The address of a file inside the project file."""
    return f"internal://{name}"


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
