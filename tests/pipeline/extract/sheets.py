"""Pages as real reports have them and tidy papers do not: turned, boxed, spaced, oddly encoded."""

from __future__ import annotations

import io
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pypdfium2
import reportlab
from reportlab.lib.utils import simpleSplit
from reportlab.pdfbase.ttfonts import TTFontFile
from reportlab.pdfgen.canvas import Canvas

from pipeline.records import Block, Extracted
from tests.pipeline.extract.papers import LAW, LEFT, MEETING, TRUST, Paper

TEXTS = (MEETING, TRUST, LAW)


def texts_of(read: Extracted, *kinds: str) -> list[str]:
    """The texts of the blocks of these kinds, paragraphs unless named."""
    return [block.text for block in read.blocks if block.kind in (kinds or ("paragraph",))]


def block_of(read: Extracted, start: str) -> Block:
    """The block that begins so."""
    return next(block for block in read.blocks if block.text.startswith(start))


def three_paragraphs() -> Paper:
    """A page with a heading and three paragraphs, not yet ended."""
    paper = Paper()
    paper.heading("1 Funn")
    for text in TEXTS:
        paper.paragraph(text)
    return paper


def changed(data: bytes, change: Any, page: int = 0) -> bytes:
    """The file with a pdfium page changed by `change(page)`."""
    pdf = pypdfium2.PdfDocument(data)
    change(pdf[page])
    buffer = io.BytesIO()
    pdf.save(buffer)
    return buffer.getvalue()


def wide_paper(width: float, height: float) -> Paper:
    """A paper on sheets of another size."""
    paper = Paper()
    paper.canvas = Canvas(paper.buffer, pagesize=(width, height), invariant=1)
    return paper


def numbered_pages(count: int) -> Paper:
    """A paper with so many pages of different text, none of them ended with a number yet."""
    paper = Paper()
    for number in range(count):
        fill(paper, number)
        paper.page()
    return paper


def fill(paper: Paper, number: int, x: float = LEFT) -> None:
    """Write two paragraphs that no other page begins with."""
    for text in (TEXTS[number % 3], TEXTS[(number + 1) % 3]):
        paper.paragraph(f"{'abcdefghij'[number % 10] * 3} {text}", x)


def cell(paper: Paper, box: tuple[float, float, float, float], text: str) -> None:
    """Draw a cell with its text, lines from the top."""
    x0, top, x1, low = box
    paper.canvas.rect(x0, low, x1 - x0, top - low)
    for number, line in enumerate(text.split("\n")):
        paper.at(line, x0 + 4, top - 12 - 11 * number, 9)


def row(paper: Paper, values: Sequence[str], places: Sequence[float]) -> None:
    """Write the values of a table's row without rules."""
    for value, x in zip(values, places, strict=True):
        paper.at(value, x, paper.y - 4, 9)
    paper.y -= 13


def rule(paper: Paper, above: float = 6.0) -> None:
    """Draw a level rule over the table's width."""
    paper.canvas.line(LEFT, paper.y + above, 500, paper.y + above)


def scattered(texts: Sequence[str], places: Any) -> bytes:
    """Text drawn letter by letter in an order of no sense; `places` is a random.Random."""
    paper = Paper()
    letters: list[tuple[float, float, str]] = []
    y = 760.0
    for text in texts:
        for line in simpleSplit(text, "Helvetica", 10, 451):
            x = LEFT
            for letter in line:
                if letter != " ":
                    letters.append((x, y, letter))
                x += paper.canvas.stringWidth(letter, "Helvetica", 10)
            y -= 13
        y -= 7
    places.shuffle(letters)
    paper.canvas.setFont("Helvetica", 10)
    for x, y, letter in letters:
        paper.canvas.drawString(x, y, letter)
    paper.page()
    return paper.bytes()


def without_character_map(text: str, shift: int = 0) -> bytes:
    """Text in a font whose codes are glyph numbers and which says nowhere what they mean.

    `shift` moves every code, so that nobody can tell what it means.
    """
    path = Path(reportlab.__file__).parent / "fonts" / "Vera.ttf"
    font = TTFontFile(str(path))
    glyph = font.charToGlyph
    lines = simpleSplit(text, "Helvetica", 10, 400)
    shown = "".join(
        "<" + "".join(f"{glyph[ord(letter)] + shift:04X}" for letter in line) + "> Tj T* "
        for line in lines
    )
    widths = " ".join(f"{glyph[c]} [{int(font.charWidths[c])}]" for c in glyph if c < 256)
    program = zlib.compress(path.read_bytes())
    content = f"BT /F1 11 Tf 60 760 Td 14 TL {shown}ET".encode()
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
        b"<< /Type /Font /Subtype /Type0 /BaseFont /AAAAAA+Vera /Encoding /Identity-H"
        b" /DescendantFonts [6 0 R] >>",
        b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /AAAAAA+Vera /CIDSystemInfo"
        b" << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> /FontDescriptor 7 0 R"
        b" /DW 600 /W [%s] /CIDToGIDMap /Identity >>" % widths.encode(),
        b"<< /Type /FontDescriptor /FontName /AAAAAA+Vera /Flags 4 /FontBBox [-180 -240 1280 930]"
        b" /ItalicAngle 0 /Ascent 930 /Descent -240 /CapHeight 730 /StemV 80 /FontFile2 8 0 R >>",
        b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (len(program), program),
    ]
    return _file(objects)


def _file(objects: Sequence[bytes]) -> bytes:
    out, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return (
        out
        + b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<< /Size %d /Root 1 0 R >>\n"
        % (
            len(objects) + 1,
            table,
            len(objects) + 1,
        )
        + b"startxref\n%d\n%%%%EOF\n" % len(out)
    )
