"""A publication composed as a book or an article: cover, front matter, contents, body, page labels.

Owns what stands on which page. Line breaks and columns are `layout`'s; writing the pages as PDF or
as pictures is left to `pdf` and `scan`.
"""

from dataclasses import dataclass, field, replace

from corpora.replica.document import Document, author_names
from corpora.replica.layout import (
    BoxOp,
    Flow,
    Fonts,
    Frame,
    SetPage,
    TextOp,
    break_lines,
    measure,
    register_fonts,
)
from corpora.replica.meta import split_pages
from corpora.replica.truth import PassagePlace

ROMAN = ("", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x")
PREFACE_SIZE = 10.5
COLUMN_SIZE = 9.5
"""Points; what stands in two columns is set small."""
HEAD_SIZE = 7.5


@dataclass
class SetDocument:
    """A publication set on pages: front pages first, `labels` as printed ("" where unprinted)."""

    frame: Frame
    fonts: Fonts
    pages: list[SetPage]
    labels: list[str]
    front: int
    first_number: int
    places: list[PassagePlace] = field(default_factory=list)
    outline: list[tuple[str, int, float]] = field(default_factory=list)


def set_document(document: Document, columns: int) -> SetDocument:
    """Set a publication on pages: as an article, or as a report with cover and front matter."""
    host = document.placement.host
    fonts = register_fonts()[host.font]
    width, height = host.page_size
    margin = 72.0 if width > 500 else 58.0
    frame = Frame(width, height, margin, margin, 76.0, 76.0, columns)
    return (
        _set_article(document, frame, fonts)
        if document.is_article
        else (_set_report(document, frame, fonts))
    )


def _set_body(document: Document, flow: Flow, result: SetDocument, *, abstract: bool) -> None:
    """Set the abstract, every section with its filler, and the references."""
    host = document.placement.host
    size = host.type_size if flow.frame.columns == 1 else COLUMN_SIZE
    chapters = host.page_break if flow.frame.columns == 1 else 0
    words = document.texts
    if abstract:
        result.outline.append((words.word("abstract"), *flow.heading(words.word("abstract"), 15)))
        flow.paragraph(document.publication.abstract, size)
        if chapters:
            flow.next_page()
    numbers = {n: number for number, n in enumerate(sorted(document.footnotes), 1)}
    for section in document.sections:
        if chapters and (section.number - 1) % chapters == 0:
            flow.next_page()
        heading = document.heading(section)
        result.outline.append((heading, *flow.heading(heading, size * 1.3)))
        for passage in section.passages:
            text = document.footnotes.get(passage.n)
            note = (numbers[passage.n], text) if text else None
            page, page_end = flow.paragraph(passage.text, size, note=note)
            result.places.append(
                PassagePlace(
                    n=passage.n, page=page, page_label=None, page_end=page_end, page_label_end=None
                )
            )
        if document.table and document.table_after == section.number:
            flow.table(
                document.table.caption, document.table.columns, document.table.rows, size - 1
            )
        if document.figure and document.figure_after == section.number:
            flow.figure(document.figure, size - 1)
    if document.references:
        result.outline.append(
            (words.word("references"), *flow.heading(words.word("references"), 14))
        )
        for reference in document.references:
            flow.paragraph(reference, size - 1, justify=False)
    flow.close_column()


def _set_article(document: Document, frame: Frame, fonts: Fonts) -> SetDocument:
    """Set a journal article: a title block and abstract over the columns, no front matter."""
    publication = document.publication
    block = Flow(replace(frame, columns=1), fonts)
    first, _ = split_pages(publication.pages)
    if publication.journal:
        known = (publication.year, publication.volume, publication.issue, publication.pages)
        imprint = [publication.journal, *(str(value) for value in known if value is not None)]
        if publication.doi:
            imprint.append(f"DOI {publication.doi}")
        block.paragraph(" · ".join(imprint), 8, justify=False)
    block.heading(publication.title, 17)
    if publication.authors:
        block.paragraph(
            ", ".join(author_names(publication)), 10.5, font=fonts.italic, justify=False
        )
    _set_notice(document, block, 7.5)
    block.heading(document.texts.word("abstract"), 11)
    block.paragraph(publication.abstract, 9, indent=18)
    block.y -= 10
    used = frame.height - frame.top - block.y
    flow = Flow(frame, fonts, first_top=used)
    number = int(first) if first and first.isdigit() else 1
    result = SetDocument(frame, fonts, flow.pages, [], 0, number)
    _set_body(document, flow, result, abstract=False)
    flow.pages[0].ops[:0] = block.pages[0].ops
    flow.pages[0].links += block.pages[0].links
    return _label(result)


def _set_report(document: Document, frame: Frame, fonts: Fonts) -> SetDocument:
    """Set a report: cover, colophon, preface, contents, then the body from a new page."""
    body = Flow(frame, fonts)
    printed = document.placement.host.labels == "printed"
    front = 4 if document.preface else 3
    result = SetDocument(frame, fonts, body.pages, [], front, front + 1 if printed else 1)
    _set_body(document, body, result, abstract=True)
    single = replace(frame, columns=1)
    pages = [_set_cover(document, single, fonts), _set_colophon(document, single, fonts)]
    if document.preface:
        pages.append(_set_preface(document, single, fonts))
    pages.append(_set_contents(document, single, fonts, result))
    result.pages = [*pages, *body.pages]
    return _label(result)


def _label(result: SetDocument) -> SetDocument:
    """Number the pages and tell every passage's place in the whole document."""
    roman = result.first_number == 1
    for index in range(len(result.pages)):
        if index >= result.front:
            result.labels.append(str(result.first_number + index - result.front))
        else:
            result.labels.append(ROMAN[index + 1] if roman else str(index + 1))
    places = []
    for place in result.places:
        page, page_end = place.page + result.front, place.page_end + result.front
        places.append(
            PassagePlace(
                n=place.n,
                page=page,
                page_label=result.labels[page],
                page_end=page_end,
                page_label_end=result.labels[page_end],
            )
        )
    result.places = places
    result.outline = [(text, page + result.front, y) for text, page, y in result.outline]
    return result


def _set_cover(document: Document, frame: Frame, fonts: Fonts) -> SetPage:
    publication = document.publication
    flow = Flow(frame, fonts)
    page = flow.pages[0]
    page.ops.append(
        BoxOp(0, frame.height - 130, frame.width, 130, fill=document.placement.host.colour)
    )
    flow.y = frame.height - 190
    if publication.authors:
        flow.paragraph(", ".join(author_names(publication)), 12, justify=False)
    flow.heading(publication.title, 22)
    flow.y -= 14
    for value in (publication.series, publication.publisher):
        if value:
            flow.paragraph(value, 12, justify=False)
    if publication.year:
        flow.paragraph(str(publication.year), 12, justify=False)
    flow.y = frame.bottom + 60
    flow.paragraph(document.notice, 8, justify=False)
    return page


def _set_colophon(document: Document, frame: Frame, fonts: Fonts) -> SetPage:
    publication = document.publication
    flow = Flow(frame, fonts)
    flow.y = frame.bottom + 260
    flow.paragraph(publication.title, 9, font=fonts.bold, justify=False)
    if publication.authors:
        flow.paragraph(", ".join(author_names(publication)), 9, justify=False)
    if document.placement.edition:
        edition = document.texts.word(f"edition_{document.placement.edition}")
        flow.paragraph(document.fillers.add("edition", edition), 9, justify=False)
    for label, value in document.facts():
        flow.paragraph(
            f"{label}: {value}" if label not in {"ISBN", "ISSN", "DOI"} else f"{label} {value}",
            9,
            justify=False,
        )
    for line in document.colophon:
        flow.paragraph(line, 9, justify=False)
    _set_notice(document, flow, 9)
    return flow.pages[0]


def _set_notice(document: Document, flow: Flow, size: float) -> None:
    """Set what this is and where the real publication stands, as a link."""
    top = flow.y
    flow.paragraph(document.notice, size, justify=False)
    area = (flow.x, flow.y, flow.x + flow.frame.column_width, top)
    flow.pages[-1].links.append((document.publication.url, area))


def _set_preface(document: Document, frame: Frame, fonts: Fonts) -> SetPage:
    flow = Flow(frame, fonts)
    flow.heading(document.texts.word("preface"), 15)
    for paragraph in document.preface:
        flow.paragraph(paragraph, PREFACE_SIZE)
    return flow.pages[0]


def _set_contents(document: Document, frame: Frame, fonts: Fonts, body: SetDocument) -> SetPage:
    """Set the contents: each heading, dot leaders and the printed page."""
    flow = Flow(frame, fonts)
    page = flow.pages[0]
    flow.heading(document.texts.word("contents"), 15)
    right = frame.left + frame.column_width
    size = 9.5
    for text, index, _ in body.outline:
        label = str(body.first_number + index)
        lines = break_lines(text, fonts.regular, size, frame.column_width - 50)
        for line in lines[:-1]:
            flow.y -= size * 1.5
            page.ops.append(TextOp(flow.x, flow.y, fonts.regular, size, line.text))
        flow.y -= size * 1.5
        label_x = right - measure(label, fonts.regular, size)
        gap = label_x - 6 - (flow.x + lines[-1].width + 4)
        dots = int(gap / measure(".", fonts.regular, size))
        leader = f"{lines[-1].text} {'.' * max(3, dots - 1)}"
        page.ops.append(TextOp(flow.x, flow.y, fonts.regular, size, leader))
        page.ops.append(TextOp(label_x, flow.y, fonts.regular, size, label))
    document.fillers.add("contents", document.texts.word("contents"))
    return page


def running_ops(document: Document, result: SetDocument, index: int) -> list[TextOp | BoxOp]:
    """Return the running head and foot of page `index`; a cover has neither."""
    if index == 0 and result.front:
        return []
    frame, font = result.frame, result.fonts.regular
    publication = document.publication
    head = document.fillers.add("header", _shorten(publication.title, font, frame.width * 0.5))
    right = frame.width - frame.right
    y = frame.height - 46
    ops: list[TextOp | BoxOp] = [BoxOp(frame.left, y - 5, right - frame.left, 0, line=0.4)]
    left_text = publication.series or publication.journal
    if left_text:
        left_text = _shorten(left_text, font, frame.width * 0.25)
        document.fillers.add("header", left_text)
        ops.append(TextOp(frame.left, y, font, HEAD_SIZE, left_text))
    ops.append(TextOp(right - measure(head, font, HEAD_SIZE), y, font, HEAD_SIZE, head))
    foot = document.fillers.add("header", document.texts.short_notice)
    ops.append(TextOp(frame.left, 40, font, HEAD_SIZE, foot, grey=0.4))
    label = result.labels[index]
    ops.append(TextOp(right - measure(label, font, 9), 40, font, 9, label))
    return ops


def _shorten(text: str, font: str, width: float) -> str:
    """Return as many whole words of `text` as a running head has room for."""
    if measure(text, font, HEAD_SIZE) <= width:
        return text
    words = text.split(" ")
    while len(words) > 1 and measure(" ".join(words) + " …", font, HEAD_SIZE) > width:
        words.pop()
    return " ".join(words) + " …"
