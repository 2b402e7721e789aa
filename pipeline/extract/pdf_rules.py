"""Ruled lines and frames of a page, from pdfium's path objects.

Owns reading what is drawn: thin strokes and the sides of rectangles become edges, larger rectangles
frames. What they mean (a table, a fact box) is `pdf_tables`' and `pdf_frames`' business. Reading
them here instead of with pdfplumber spares parsing the page a second time, which takes ten times as
long as all the rest.
"""

from __future__ import annotations

import ctypes
import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from pipeline.extract.pdf_turn import Placement
from pipeline.records import Box

_MAX_OBJECTS = 6000  # page objects looked at; a page with more is a drawing
_MAX_EDGES = 1200  # edges; a page with more is a drawing, and finding cells takes too long
_MAX_SEGMENTS = 400  # strokes of one path; a longer one is a curve
_MAX_DEPTH = 4  # forms inside forms
_MIN_LENGTH = 5.0  # points; shorter strokes are signs and bullets
_THIN = 3.0  # points; a rule is thinner
_LEVEL = 1.0  # points; a stroke that rises less is level
_SNAP = 3.0  # points; closer rules are one
_GRID = 3  # rules in both directions of the smallest grid: two rows in two columns
_ROUNDED = 8  # straight parts of a rectangle with round corners; more is a drawing
_FRAME_WIDTH, _FRAME_HEIGHT = 60.0, 24.0  # points; smaller rectangles frame no text
Matrix = tuple[float, float, float, float, float, float]
_PLAIN: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Edge:
    """A level or upright stroke in points of the page as read, origin top left."""

    x0: float
    top: float
    x1: float
    bottom: float

    @property
    def level(self) -> bool:
        """Whether it runs from left to right."""
        return self.x1 - self.x0 >= self.bottom - self.top


@dataclass
class Rules:
    """What is drawn on a page."""

    edges: list[Edge] = field(default_factory=list)
    frames: list[Box] = field(default_factory=list)

    def look_ruled(self) -> bool:
        """Return whether there are rules enough for a grid of cells."""
        heights = _apart([edge.top for edge in self.edges if edge.level])
        places = _apart([edge.x0 for edge in self.edges if not edge.level])
        return heights >= _GRID and places >= _GRID


def _apart(values: list[float]) -> int:
    """Return how many of the values are told apart by eye."""
    values.sort()
    return sum(at == 0 or value - values[at - 1] > _SNAP for at, value in enumerate(values))


def read_rules(page: Any, placement: Placement) -> Rules:
    """Return the rules and frames of an open pdfium page; none where it is a drawing."""
    import pypdfium2.raw as raw

    found = Rules()
    count = raw.FPDFPage_CountObjects(page.raw)
    if not 0 < count <= _MAX_OBJECTS:
        return found
    for path, matrix in _paths(raw, page, count):
        _read_path(raw, path, matrix, placement, found)
        if len(found.edges) > _MAX_EDGES:
            return Rules()
    return found


def _paths(raw: Any, page: Any, count: int) -> Iterator[tuple[Any, Matrix]]:
    """Yield the page's path objects with the matrix of the forms they stand in."""
    waiting = [(raw.FPDFPage_GetObject(page.raw, at), _PLAIN, 0) for at in range(count)]
    waiting = [item for item in waiting if raw.FPDFPageObj_GetType(item[0]) in _kinds(raw)]
    seen = 0
    while waiting and seen < _MAX_OBJECTS:
        item, matrix, depth = waiting.pop(0)
        seen += 1
        kind = raw.FPDFPageObj_GetType(item)
        if kind == raw.FPDF_PAGEOBJ_PATH:
            yield item, matrix
        elif kind == raw.FPDF_PAGEOBJ_FORM and depth < _MAX_DEPTH:
            inner = _times(_matrix(raw, item), matrix)
            for at in range(min(raw.FPDFFormObj_CountObjects(item), _MAX_OBJECTS)):
                waiting.append((raw.FPDFFormObj_GetObject(item, at), inner, depth + 1))


def _kinds(raw: Any) -> tuple[int, int]:
    return raw.FPDF_PAGEOBJ_PATH, raw.FPDF_PAGEOBJ_FORM


def _matrix(raw: Any, item: Any) -> Matrix:
    found = raw.FS_MATRIX()
    if not raw.FPDFPageObj_GetMatrix(item, found):
        return _PLAIN
    return found.a, found.b, found.c, found.d, found.e, found.f


def _times(inner: Matrix, outer: Matrix) -> Matrix:
    a, b, c, d, e, f = inner
    g, h, i, j, k, m = outer
    return (
        a * g + b * i,
        a * h + b * j,
        c * g + d * i,
        c * h + d * j,
        e * g + f * i + k,
        e * h + f * j + m,
    )


def _read_path(raw: Any, path: Any, outer: Matrix, placement: Placement, found: Rules) -> None:
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    if raw.FPDFPath_GetDrawMode(path, fill, stroke) and not (fill.value or stroke.value):
        return  # a clip path: nothing is drawn
    strokes = raw.FPDFPath_CountSegments(path)
    if not 2 <= strokes <= _MAX_SEGMENTS:
        return
    matrix = _times(_matrix(raw, path), outer)
    corners = _corners(raw, path, strokes, matrix, placement)
    for part in corners:
        _add_part(part, found, filled=bool(fill.value))
    if 2 < len(corners) <= _ROUNDED and strokes <= 4 * _ROUNDED:  # corners drawn as curves
        points = [point for part in corners for point in part]
        xs, ys = [x for x, _ in points], [y for _, y in points]
        _add_frame((min(xs), min(ys), max(xs), max(ys)), found)


def _corners(
    raw: Any, path: Any, count: int, matrix: Matrix, placement: Placement
) -> list[list[tuple[float, float]]]:
    """Return the path's straight parts as lists of corners on the page as read."""
    x, y = ctypes.c_float(), ctypes.c_float()
    parts: list[list[tuple[float, float]]] = []
    a, b, c, d, e, f = matrix
    for at in range(count):
        segment = raw.FPDFPath_GetPathSegment(path, at)
        kind = raw.FPDFPathSegment_GetType(segment)
        if not raw.FPDFPathSegment_GetPoint(segment, x, y):
            continue
        px, py = x.value * a + y.value * c + e, x.value * b + y.value * d + f
        x0, top, _, _ = placement.place(px, py, px, py)
        if kind == raw.FPDF_SEGMENT_LINETO and parts:
            parts[-1].append((x0, top))
        else:
            parts.append([(x0, top)])
        if raw.FPDFPathSegment_GetClose(segment):
            parts[-1].append(parts[-1][0])
    return [part for part in parts if len(part) > 1]


def _add_part(part: list[tuple[float, float]], found: Rules, *, filled: bool) -> None:
    xs, ys = [x for x, _ in part], [y for _, y in part]
    x0, x1, top, bottom = min(xs), max(xs), min(ys), max(ys)
    wide, high = x1 - x0, bottom - top
    if filled and len(part) > 3 and min(wide, high) <= _THIN:  # a rule drawn as a bar
        if max(wide, high) >= _MIN_LENGTH:
            middle = (top + bottom) / 2 if wide >= high else (x0 + x1) / 2
            if wide >= high:
                found.edges.append(Edge(x0, middle, x1, middle))
            else:
                found.edges.append(Edge(middle, top, middle, bottom))
        return
    corners = {(round(x), round(y)) for x, y in part}
    if len(corners) == 4 and len({x for x, _ in corners}) == 2 == len({y for _, y in corners}):
        _add_frame((x0, top, x1, bottom), found)
    for (ax, ay), (bx, by) in _pairs(part):
        if abs(ay - by) <= _LEVEL and abs(ax - bx) >= _MIN_LENGTH:
            found.edges.append(Edge(min(ax, bx), ay, max(ax, bx), ay))
        elif abs(ax - bx) <= _LEVEL and abs(ay - by) >= _MIN_LENGTH:
            found.edges.append(Edge(ax, min(ay, by), ax, max(ay, by)))


def _add_frame(box: Box, found: Rules) -> None:
    if box[2] - box[0] >= _FRAME_WIDTH and box[3] - box[1] >= _FRAME_HEIGHT:
        found.frames.append(box)


def _pairs(
    part: list[tuple[float, float]],
) -> list[tuple[tuple[float, float], tuple[float, float]]]:
    return list(itertools.pairwise(part))
