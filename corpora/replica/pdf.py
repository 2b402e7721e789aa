"""Composed pages written as PDF: text, links, outline, page labels, Info and XMP metadata.

Owns everything reportlab is told. What stands on the pages is `compose`'s; page pictures `scan`'s.
"""

import io
from typing import Any
from xml.sax.saxutils import escape

from corpora.replica.compose import SetDocument, running_ops
from corpora.replica.document import Document, author_names
from corpora.replica.layout import BoxOp, TextOp


def write_pdf(document: Document, result: SetDocument) -> bytes:
    """Write a set document as PDF, the same bytes every time."""
    buffer = io.BytesIO()
    canvas = _open_canvas(buffer, document, result)
    by_page: dict[int, list[tuple[str, float]]] = {}
    for text, page, y in result.outline:
        by_page.setdefault(page, []).append((text, y))
    for index, set_page in enumerate(result.pages):
        for number, (text, y) in enumerate(by_page.get(index, [])):
            key = f"p{index}-{number}"
            canvas.bookmarkHorizontal(key, 0, y + 20)
            canvas.addOutlineEntry(text, key, 0)
        for op in (*running_ops(document, result, index), *set_page.ops):
            _draw(canvas, op)
        for address, area in set_page.links:
            canvas.linkURL(address, area)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def _open_canvas(buffer: io.BytesIO, document: Document, result: SetDocument) -> Any:
    from reportlab.pdfgen.canvas import Canvas

    publication = document.publication
    canvas = Canvas(buffer, pagesize=(result.frame.width, result.frame.height), invariant=1)
    canvas.setTitle(publication.title)
    if publication.authors:
        canvas.setAuthor("; ".join(author_names(publication)))
    canvas.setSubject(document.notice)
    canvas.setCreator("Samvirke replica")
    canvas._doc.Catalog.Lang = _pdf_string(publication.language)
    if document.placement.host.labels == "roman" or document.is_article:
        if result.front:
            canvas.addPageLabel(0, style="ROMAN_LOWER", start=1)
        canvas.addPageLabel(result.front, style="ARABIC", start=result.first_number)
    if document.placement.host.xmp:
        add_xmp(canvas, document)
    return canvas


def _pdf_string(text: str) -> Any:
    from reportlab.pdfbase.pdfdoc import PDFString

    return PDFString(text)


def add_xmp(canvas: Any, document: Document) -> None:
    """Give the PDF an XMP packet with Dublin Core; the real address is dc:source."""
    from reportlab.pdfbase.pdfdoc import XMP

    publication = document.publication
    creators = "".join(f"<rdf:li>{escape(name)}</rdf:li>" for name in author_names(publication))
    parts = [
        f'<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{escape(publication.title)}</rdf:li>'
        "</rdf:Alt></dc:title>",
        f"<dc:creator><rdf:Seq>{creators}</rdf:Seq></dc:creator>" if creators else "",
        f"<dc:publisher><rdf:Bag><rdf:li>{escape(publication.publisher)}</rdf:li></rdf:Bag>"
        "</dc:publisher>"
        if publication.publisher
        else "",
        f"<dc:date><rdf:Seq><rdf:li>{publication.year}</rdf:li></rdf:Seq></dc:date>"
        if publication.year
        else "",
        f"<dc:language><rdf:Bag><rdf:li>{publication.language}</rdf:li></rdf:Bag></dc:language>",
        f"<dc:source>{escape(publication.url)}</dc:source>",
    ]
    packet = (
        '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'
        '<x:xmpmeta xmlns:x="adobe:ns:meta/">'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        + "".join(parts)
        + '</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="w"?>'
    )
    canvas._doc.Catalog.Metadata = XMP(creator=lambda doc: packet.encode())


def _draw(canvas: Any, op: TextOp | BoxOp) -> None:
    if isinstance(op, BoxOp):
        if op.fill:
            from reportlab.lib.colors import HexColor

            canvas.setFillColor(HexColor(op.fill))
            canvas.rect(op.x, op.y, op.width, op.height, stroke=0, fill=1)
            canvas.setFillGray(0)
        elif op.height:
            canvas.setLineWidth(op.line)
            canvas.rect(op.x, op.y, op.width, op.height, stroke=1, fill=0)
        else:
            canvas.setLineWidth(op.line)
            canvas.line(op.x, op.y, op.x + op.width, op.y)
        return
    text = canvas.beginText(op.x, op.y)
    text.setFont(op.font, op.size)
    text.setFillGray(op.grey)
    text.setWordSpace(op.space)
    text.textOut(op.text)
    canvas.drawText(text)
