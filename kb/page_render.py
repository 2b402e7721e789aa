"""Child program: renders one PDF page with highlighted boxes. Run by `kb.page_picture` only.

Owns pdfium for pictures: a crash or a bomb in a crawled file stays in this process. Standard input
is one line of JSON (`page`, `width_px`, `boxes`) and then the PDF's bytes; standard output is a
PNG; what cannot be done is one line on standard error with exit status 3. Imports nothing of ours.
"""

from __future__ import annotations

import contextlib
import io
import json
import math
import resource
import sys
from typing import Any

MEMORY_LIMIT = 2 * 1024**3  # bytes of address space: pdfium and Pillow need about 0.5 GB of it
CPU_LIMIT = 20  # seconds of processor time for one page
LARGEST = 12_000_000  # pixels: about A2 at 900 px wide; a page said to be larger is shown smaller
MARKER = (255, 232, 140)  # pale yellow, multiplied with the page so that the text stays black
PADDING = 0.004  # of the page: a box ends at the ink, a marker a little outside


class RenderError(Exception):
    """The page cannot be rendered; the message is a reason in lower case, without a full stop."""


def render_page(data: bytes, page: int, width_px: int, boxes: list[list[float]]) -> bytes:
    """Return a PNG of page `page` (0-based), `width_px` wide, with `boxes` marked.

    `boxes` are x0, y0, x1, y1 as fractions of the page, origin at the top left. Raises RenderError.
    """
    import pypdfium2 as pdfium

    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        raise RenderError(f"it cannot be opened as a PDF: {error}") from error
    if not 0 <= page < len(document):
        raise RenderError(f"it has {len(document)} pages, not {page + 1}")
    sheet = document[page]
    width, height = sheet.get_size()
    if not (math.isfinite(width * height) and width > 0 and height > 0):
        raise RenderError("the page has no size")
    scale = min(width_px / width, math.sqrt(LARGEST / (width * height)))
    picture = sheet.render(scale=scale).to_pil().convert("RGB")
    if boxes:
        picture = _mark(picture, boxes)
    stream = io.BytesIO()
    picture.save(stream, "PNG", optimize=False, compress_level=6)
    return stream.getvalue()


def _mark(picture: Any, boxes: list[list[float]]) -> Any:
    from PIL import Image, ImageChops, ImageDraw

    marks = Image.new("RGB", picture.size, (255, 255, 255))
    pen = ImageDraw.Draw(marks)
    width, height = picture.size
    for box in boxes:
        x0, y0, x1, y1 = (min(max(float(value), 0.0), 1.0) for value in box)
        if x1 > x0 and y1 > y0:
            corners = (
                (x0 - PADDING) * width,
                (y0 - PADDING) * height,
                (x1 + PADDING) * width,
                (y1 + PADDING) * height,
            )
            pen.rectangle(corners, fill=MARKER)
    return ImageChops.multiply(picture, marks)


def main() -> int:
    """Read one request from standard input and answer it; the exit status."""
    with contextlib.suppress(ValueError, OSError):  # macOS has no limit on address space
        resource.setrlimit(resource.RLIMIT_CPU, (CPU_LIMIT, CPU_LIMIT))
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))
    request = json.loads(sys.stdin.buffer.readline())
    data = sys.stdin.buffer.read()
    try:
        png = render_page(data, request["page"], request["width_px"], request["boxes"])
    except (RenderError, MemoryError) as error:
        sys.stderr.write(str(error) or "it needs too much memory")
        return 3
    sys.stdout.buffer.write(png)
    return 0


if __name__ == "__main__":
    sys.exit(main())
