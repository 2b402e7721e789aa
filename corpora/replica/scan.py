"""A publication as pictures of its pages in a PDF, as an old report from a flatbed scanner.

Owns painting `layout`'s operations with Pillow. Nothing in the file is text.
"""

import io
from pathlib import Path
from typing import Any

from corpora.replica.compose import SetDocument, running_ops
from corpora.replica.document import Document
from corpora.replica.layout import BoxOp, TextOp, font_file

DPI = 200
"""What archives scanned text at; enough for a reader and for text recognition."""
POINTS_AN_INCH = 72
PAPER_GREY = 247
"""Of 255: paper is not quite white."""


def write_scan(document: Document, result: SetDocument) -> bytes:
    """Write the set pages as a PDF with one picture a page, the same bytes every time."""
    from reportlab.lib.utils import ImageReader
    from reportlab.pdfgen.canvas import Canvas

    buffer = io.BytesIO()
    size = (result.frame.width, result.frame.height)
    canvas = Canvas(buffer, pagesize=size, invariant=1, pageCompression=1)
    canvas.setSubject(document.notice)
    for index, page in enumerate(result.pages):
        picture = _paint(size, [*running_ops(document, result, index), *page.ops])
        canvas.drawImage(ImageReader(picture), 0, 0, *size)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def _paint(size: tuple[float, float], ops: list[TextOp | BoxOp]) -> Any:
    """Return a page as a grey picture at DPI."""
    import reportlab
    from PIL import Image, ImageDraw, ImageFont

    scale = DPI / POINTS_AN_INCH
    picture = Image.new("L", (round(size[0] * scale), round(size[1] * scale)), PAPER_GREY)
    draw = ImageDraw.Draw(picture)
    fonts: dict[tuple[str, float], Any] = {}
    for op in ops:
        y = (size[1] - op.y) * scale
        if isinstance(op, BoxOp):
            top = y - op.height * scale
            corners = (op.x * scale, top, (op.x + op.width) * scale, y)
            draw.rectangle(corners, fill=90 if op.fill else None, outline=None if op.fill else 60)
            continue
        key = (op.font, op.size)
        if key not in fonts:
            path = font_file(Path(reportlab.__file__), op.font)
            fonts[key] = ImageFont.truetype(str(path), op.size * scale)
        x = op.x * scale
        for word in op.text.split(" "):
            draw.text((x, y), word, font=fonts[key], fill=int(25 + 120 * op.grey), anchor="ls")
            x += fonts[key].getlength(f"{word} ") + op.space * scale
    return picture
