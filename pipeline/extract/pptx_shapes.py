"""What stands on a slide: shapes in groups, tables, charts, SmartArt, and shapes of newer kinds.

Owns python-pptx's shapes and the parts it does not read (diagrams, alternate content). Text comes
back as plain lines; which of them are headings or furniture is `pptx_file`'s business.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lxml import etree

from pipeline.extract.html_table import rows_as_text
from pipeline.extract.line_joins import plain_letters
from pipeline.extract.office_zip import parse_xml
from pipeline.records import Box

_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_DGM = "{http://schemas.openxmlformats.org/drawingml/2006/diagram}"
_REL = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_CHOICE = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Choice"
_GROUP = 6  # python-pptx's number for a group
_MAX_DEPTH = 8  # groups within groups
_MAX_SHAPES = 2000  # shapes of one slide; more are a drawing


@dataclass(frozen=True)
class Piece:
    """Some lines of a slide with what holds them and where; `kind` is text, table or figure.

    `placeholder` is the placeholder's type (python-pptx's number) where it is one.
    """

    kind: str
    lines: tuple[str, ...]
    box: Box | None = None
    placeholder: int | None = None
    shape_id: int | None = None


def read_pieces(slide: Any, size: tuple[float, float]) -> list[Piece]:
    """Return a slide's pieces as they stand from top left; `size` is the slide's, in its units."""
    shapes = sorted(_flat(slide.shapes), key=_position)[:_MAX_SHAPES]
    pieces = [piece for shape in shapes if (piece := _piece(shape, size)).lines]
    return pieces + [Piece("text", lines) for lines in _newer_shapes(slide)]


def plain(text: str) -> str:
    """Return text on one line, ligatures spelled out, without soft hyphens."""
    return " ".join(plain_letters(text).replace("\u00ad", "").replace("\x0b", " ").split())


def shape_box(shape: Any, size: tuple[float, float]) -> Box | None:
    """Return where a shape stands, as fractions of the slide; None where it does not say."""
    if shape.left is None or shape.top is None or shape.width is None or shape.height is None:
        return None
    left, top = shape.left / size[0], shape.top / size[1]
    right, bottom = left + shape.width / size[0], top + shape.height / size[1]

    def inside(value: float) -> float:
        return round(min(max(value, 0.0), 1.0), 4)

    return inside(left), inside(top), inside(right), inside(bottom)


def _flat(shapes: Any, depth: int = 0) -> Iterator[Any]:
    for shape in shapes:
        if shape.shape_type == _GROUP and depth < _MAX_DEPTH:
            yield from _flat(shape.shapes, depth + 1)
        else:
            yield shape


def _position(shape: Any) -> tuple[int, int]:
    return int(shape.top or 0) // 200_000, int(shape.left or 0)  # rows of about half a centimetre


def _piece(shape: Any, size: tuple[float, float]) -> Piece:
    box = shape_box(shape, size)
    if getattr(shape, "has_table", False) and shape.has_table:
        rows = [[plain(cell.text) for cell in row.cells] for row in shape.table.rows]
        return Piece("table", tuple(rows_as_text(rows, 1 if len(rows) > 1 else 0)), box)
    if getattr(shape, "has_chart", False) and shape.has_chart:
        return Piece("figure", tuple(_chart_title(shape.chart)), box)
    if not shape.has_text_frame:
        return Piece("text", tuple(_diagram_lines(shape)), box)
    kind = shape.placeholder_format.type if shape.is_placeholder else None
    lines = tuple(filter(None, (plain(p.text) for p in shape.text_frame.paragraphs)))
    return Piece("text", lines, box, None if kind is None else int(kind), shape.shape_id)


def _chart_title(chart: Any) -> Iterator[str]:
    if chart.has_title and chart.chart_title.has_text_frame:
        title = plain(chart.chart_title.text_frame.text)
        if title:
            yield title


def _diagram_lines(shape: Any) -> Iterator[str]:
    """Yield the texts of a SmartArt diagram, from the part that a graphic frame points to."""
    link = next(shape._element.iter(f"{_DGM}relIds"), None)
    relation = shape.part.rels.get(link.get(f"{_REL}dm")) if link is not None else None
    if relation is None or relation.is_external:
        return
    try:
        root = parse_xml(relation.target_part.blob)
    except etree.XMLSyntaxError:
        return
    for point in root.iter(f"{_DGM}pt"):
        for paragraph in point.iter(f"{_A}p"):
            text = plain("".join(node.text or "" for node in paragraph.iter(f"{_A}t")))
            if text:
                yield text


def _newer_shapes(slide: Any) -> Iterator[tuple[str, ...]]:
    """Yield the lines of shapes that stand in alternate content, which python-pptx passes over."""
    for choice in slide._element.iter(_CHOICE):
        texts = [
            plain("".join(node.text or "" for node in paragraph.iter(f"{_A}t")))
            for paragraph in choice.iter(f"{_A}p")
        ]
        lines = tuple(filter(None, texts))
        if lines:
            yield lines
