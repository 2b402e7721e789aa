"""The geometry of a map picture: how wide the cells are, how labels break, what stands where.

Owns numbers only; `kb.exports.map_picture` draws them. Lengths are pixels.
"""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from typing import Final

from kb.evidence_map import EvidenceMap
from kb.exports.map_labels import MapLabels

_NARROW: Final = 700  # below this a picture is for a telephone
_MIN_CELL: Final = 27  # the narrowest cell in which three digits can be read
_ROOMY: Final = 84  # from here a cell has room for passages in brackets and a word
_MAX_CELL: Final = 150  # wider cells say no more
_CHAR: Final = 0.54  # mean width of a letter, as a share of the font size
_MARGIN: Final = 12


@dataclass(frozen=True)
class MapLayout:
    """Sizes of one picture; labels are broken into lines."""

    narrow: bool
    label_width: int
    cell_width: int
    cell_height: int
    font: int
    number_font: int
    small_font: int
    row_labels: tuple[tuple[str, ...], ...]
    col_labels: tuple[tuple[str, ...], ...]
    upright_cols: bool
    title: tuple[str, ...]
    subtitle: tuple[str, ...]

    @property
    def roomy(self) -> bool:
        """Return whether a cell has room for more than its number."""
        return self.cell_width >= _ROOMY


def lay_out(evidence: EvidenceMap, labels: MapLabels, width: int) -> MapLayout:
    """Return the layout of a picture about `width` pixels wide (cells never under 27)."""
    narrow = width < _NARROW
    font = 11 if narrow else 14
    label_width = 118 if narrow else 210
    columns = len(evidence.cols) + 1  # and the total
    room = width - label_width - 2 * _MARGIN
    cell = max(_MIN_CELL, min(_MAX_CELL, room // columns))
    names = [labels.col(col) for col in evidence.cols] + [labels.word("total")]
    longest = max((len(word) for name in names for word in name.split()), default=1)
    upright = longest * font * _CHAR > cell - 4
    text_width = max(label_width + columns * cell, min(width, 360)) - _MARGIN
    return MapLayout(
        narrow=narrow,
        label_width=label_width,
        cell_width=cell,
        cell_height=34 if narrow else 50,
        font=font,
        number_font=12 if narrow else 17,
        small_font=9 if narrow else 11,
        row_labels=tuple(
            break_lines(name, label_width - 10, font, most=2 if narrow else 3)
            for name in [*(labels.row(row) for row in evidence.rows), labels.word("total")]
        ),
        col_labels=tuple(
            break_lines(name, 130 if upright else cell - 4, font, most=1 if upright else 3)
            for name in names
        ),
        upright_cols=upright,
        title=break_lines(
            labels.heading(evidence.rows_dim, evidence.cols_dim), text_width, font + 6, most=4
        ),
        subtitle=tuple(
            line
            for text in _subtitle(evidence, labels, narrow, cell >= _ROOMY)
            for line in break_lines(text, text_width, font, most=6)
        ),
    )


def break_lines(text: str, width: int, font: int, most: int) -> tuple[str, ...]:
    """Return a text in at most `most` lines of about `width` pixels, cut with … beyond."""
    letters = max(4, int(width / (font * _CHAR)))
    lines = textwrap.wrap(text, letters, max_lines=most, placeholder=" …", break_long_words=True)
    return tuple(lines) or ("",)


def _subtitle(evidence: EvidenceMap, labels: MapLabels, narrow: bool, roomy: bool) -> list[str]:
    """Return the lines under the title: filters, totals, date, how to read the cells, who coded."""
    total = evidence.total
    facts = [
        labels.count(total.publications, "publication", "publications"),
        labels.count(total.passages, "passage", "passages"),
        f"{total.verified} {labels.word('verified')}",
    ]
    figures = [", ".join(facts), labels.date]
    reading = [labels.word("how_to_read")]
    if roomy:
        reading.append(labels.word("in_brackets"))
    if any(cell.gap for cell in evidence.cells):
        mark = labels.word("gap").capitalize() if roomy else "–"
        reading.append(f"{mark}: {labels.word('gap_long')}.")
    lines = figures if narrow else [" · ".join(text for text in figures if text)]
    said = (labels.filters, *lines, " ".join(reading), labels.word("machine_coded"))
    return [text for text in said if text]
