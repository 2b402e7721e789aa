"""A REFI-QDA project (.qdpx): a zip of `project.qde` and the sources it speaks of.

Owns the document's form, after the published standard: text positions count Unicode characters,
pages count from 0, boxes are whole PDF points from the bottom left. A PDF's text stands below it as
its representation; the selection of a coding has one GUID on the page and in the text.
"""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from lxml import etree

from kb.active_codebook import ActiveCodebook
from kb.errors import ExchangeError
from kb.exchange_ids import guid
from kb.exports.refi_codes import (
    ORIGIN,
    add_codes,
    child,
    clean_xml,
    direction_guid,
    refi_moment,
    xml_bytes,
)
from kb.exports.refi_content import (
    ProjectContent,
    ProjectSource,
    Wanted,
    gather_project,
    source_guid,
    user_guid,
)
from kb.exports.refi_notes import add_notes, refer_to_notes
from kb.exports.refi_selections import Selection, selections_of
from kb.page_sizes import PageSize, page_sizes
from kb.store import Store

PROJECT_SPACE = "urn:QDA-XML:project:1.0"
BETWEEN = "\n\n"  # what stands between two passages of a source's text


@dataclass(frozen=True)
class ExportReport:
    """What a project file holds; `left` of people's work has no present passage: it is not in it.

    `remarks` are people's comments, which other programs show as notes or memos.
    """

    path: str
    publications: int
    codings: int
    remarks: int
    coders: int
    files: int
    left: int


def export_project(
    store: Store,
    book: ActiveCodebook,
    path: Path,
    *,
    language: str = "en",
    wanted: Wanted | None = None,
    files: bool = True,
    name: str = "Samvirke",
) -> ExportReport:
    """Write people's codings and remarks, with the publications they are on, as a project file.

    `files` says whether PDFs go along. Raises ExchangeError where the file cannot be written or
    nothing fits what is `wanted`, NotFoundError for an unknown publication, CodebookError for an
    unknown factor, BlobError for a damaged file.
    """
    content = gather_project(store, book, wanted)
    if wanted is not None and wanted != Wanted() and not content.sources:
        raise ExchangeError(
            "Expected codings or comments by people that fit what was asked for, found none; ask "
            "for more, or for all."
        )
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
        sum(len(source.remarks) for source in content.sources),
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
    root.set("creationDateTime", refi_moment(datetime.now(UTC)))
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
    add_notes(root, content)
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
    for selection in selections_of(source):
        _add_page_selections(pdf, selection, book, sizes)
    facts = {
        "guid": _representation_guid(source),
        "name": source.title,
        "plainTextPath": _internal(text_name(source)),
    }
    _add_text_selections(child(pdf, "Representation", facts), source, book)


def _add_text_selections(parent: Any, source: ProjectSource, book: ActiveCodebook) -> None:
    offsets, at = {}, 0
    for passage in source.passages:
        offsets[passage.id] = at
        at += len(passage.text) + len(BETWEEN)
    for selection in selections_of(source):
        start = offsets[selection.passage.id]
        element = child(
            parent,
            "PlainTextSelection",
            {
                **selection.facts(),
                "startPosition": str(start + selection.start),
                "endPosition": str(start + selection.end),
            },
        )
        _add_codings(element, selection, book)


def _add_page_selections(
    parent: Any, selection: Selection, book: ActiveCodebook, sizes: Sequence[PageSize]
) -> None:
    """A rectangle on each page that the passage stands on; the first one has the codings."""
    by_page: dict[int, list[tuple[float, ...]]] = {}
    for page, box in selection.passage.boxes:
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
        facts = selection.facts()
        if number:
            facts["guid"] = guid("selection", facts["guid"], page)
        corners = {"firstX": x0, "firstY": y0, "secondX": x1, "secondY": y1}
        element = child(
            parent,
            "PDFSelection",
            {**facts, "page": str(page), **{key: str(value) for key, value in corners.items()}},
        )
        if number == 0:
            _add_codings(element, selection, book, on_page=True)


def _add_codings(
    parent: Any, selection: Selection, book: ActiveCodebook, *, on_page: bool = False
) -> None:
    """The codings of a selection with what is said of them, then what is said of the words."""
    for coding in selection.codings:
        element = child(
            parent,
            "Coding",
            {
                "guid": guid("on page", coding.guid) if on_page else coding.guid,
                "creatingUser": user_guid(coding.coder),
                "creationDateTime": refi_moment(coding.at),
            },
        )
        factor = book.guid("factors", coding.factor)
        code = direction_guid(factor, coding.direction, rejected=coding.rejected)
        child(element, "CodeRef", {"targetGUID": code})
        refer_to_notes(element, selection.notes_on(coding))
    refer_to_notes(parent, selection.notes)


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


def _representation_guid(source: ProjectSource) -> str:
    return guid("representation", source.publication_id)


def _internal(name: str) -> str:
    """The address of a file inside the project file."""
    return f"internal://{name}"
