"""Pictures of pages as scanners make them, and PDF files of such pictures."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import reportlab
from PIL import Image, ImageDraw, ImageFont
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader, simpleSplit
from reportlab.pdfgen.canvas import Canvas

# A typeface with our letters that comes with reportlab; Pillow's own has none of them.
_FONT = str(Path(reportlab.__file__).parent / "fonts" / "Vera.ttf")
_INCHES = (8.27, 11.69)


def picture(
    paragraphs: Sequence[str],
    *,
    heading: str = "",
    dpi: int = 200,
    columns: int = 1,
    turned: int = 0,
    slant: float = 0.0,
) -> Any:
    """Return a page of text as a grey picture.

    `turned` is how far it lies turned clockwise (90, 180, 270), `slant` how askew it is in degrees.
    """
    width, height = (int(side * dpi) for side in _INCHES)
    image = Image.new("L", (width, height), 255)
    draw = ImageDraw.Draw(image)
    plain, large = (ImageFont.truetype(_FONT, int(size * dpi / 72)) for size in (10, 15))
    margin, gap = 0.9 * dpi, 0.3 * dpi
    draw.text((margin, 0.8 * dpi), heading, font=large, fill=0)
    wide = (width - 2 * margin - (columns - 1) * gap) / columns
    share = -(-len(paragraphs) // columns)
    for column in range(columns):
        y = 1.4 * dpi
        for text in paragraphs[column * share : (column + 1) * share]:
            line = ""
            for word in [*text.split(), ""]:
                if not word or draw.textlength(f"{line} {word}", font=plain) > wide:
                    draw.text((margin + column * (wide + gap), y), line, font=plain, fill=0)
                    y += dpi * 14 / 72
                    line = word
                else:
                    line = f"{line} {word}".strip()
            y += 0.15 * dpi
    if slant:
        image = image.rotate(slant, fillcolor=255)
    return image.rotate(-turned, expand=True) if turned else image


def scanned(
    pictures: Sequence[Any], *, layer: str = "", texts: Sequence[str] = (), notes: str = ""
) -> bytes:
    """Return a PDF of full-page pictures, then of pages of real text.

    `layer` is written invisibly over each picture, as scanners do; `notes` visibly, in the margin.
    """
    buffer = io.BytesIO()
    canvas: Any = Canvas(buffer, invariant=1)
    for image in pictures:
        width, height = A4 if image.size[0] < image.size[1] else A4[::-1]
        canvas.setPageSize((width, height))
        canvas.drawImage(ImageReader(image), 0, 0, width, height)
        if notes:
            canvas.drawString(72, height - 30, notes)
        if layer:
            text = canvas.beginText(72, 700)
            text.setTextRenderMode(3)
            text.setFont("Helvetica", 8)
            for line in simpleSplit(layer, "Helvetica", 8, 440):
                text.textLine(line)
            canvas.drawText(text)
        canvas.showPage()
    for page in texts:
        canvas.setPageSize(A4)
        for number, line in enumerate(simpleSplit(page, "Helvetica", 10, 440)):
            canvas.drawString(72, 760 - 13 * number, line)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()
