"""The evidence map as an Altair chart, and as PNG and SVG through vl-convert.

Owns how a map is drawn: a grid of cells, shaded by publications, each with its number and a bar of
the directions. The browser app draws the same chart and listens to its `cell` selection.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from kb.evidence_map import DIRECTIONS, Cell, Counts, EvidenceMap
from kb.exports.map_labels import MapLabels
from kb.exports.map_layout import MapLayout, lay_out

DIRECTION_COLOURS: Final = {  # Okabe and Ito's, told apart with every kind of colour blindness
    "facilitator": "#0072B2",
    "barrier": "#D55E00",
    "mixed": "#F0C44A",
    "neutral": "#7A828C",
}
SELECTION: Final = "cell"
"""Name of the selection parameter: its points carry the ids `row` and `col`."""

_INK, _SOFT, _DASHES, _PAPER = "#1B2530", "#4A5560", "#9AA5B1", "#FFFFFF"
_LIGHTEST, _DARKEST = (238, 242, 246), (172, 187, 202)  # ink on both: contrast over 7
_FONT: Final = "Liberation Sans, Arial, Helvetica, sans-serif"
_BAR: Final = (0.10, 0.90)  # the bar's left and right end, shares of the cell
_PNG_SCALE: Final = 2.0  # two dots a pixel: sharp in print and on slides


def chart(
    evidence: EvidenceMap, labels: MapLabels, *, width: int = 1400, clickable: bool = False
) -> Any:
    """Return the map as an altair.LayerChart about `width` pixels wide.

    With `clickable`, a click on a cell sets the selection `SELECTION` to its `row` and `col` ids
    (one of them None on a total, both None on the total of all).
    """
    import altair as alt

    layout = lay_out(evidence, labels, width)
    n_rows, n_cols = len(evidence.rows) + 1, len(evidence.cols) + 1
    axis = alt.Axis(
        orient="top",
        values=[place + 0.5 for place in range(n_cols)],
        labelExpr=_label_expression(_stand_on_last_line(layout)),
        labelAngle=-90 if layout.upright_cols else 0,
        labelAlign="left" if layout.upright_cols else "center",
        labelBaseline="middle" if layout.upright_cols else "bottom",
        **_column_style(layout),
    )
    place = _Places(
        alt.Scale(domain=[0, n_cols], nice=False, zero=False),
        alt.Scale(domain=[n_rows, 0], nice=False, zero=False),
        axis,
    )
    cells = list(_cell_data(evidence, labels))
    layers = [
        _background(alt, cells, labels, clickable).encode(**place.area(alt)),
        _gaps(alt, cells).encode(**place.area(alt)),
        *_texts(alt, cells, layout, place),
        _row_labels(alt, layout, place),
        _bars(alt, evidence, labels, layout).encode(**place.area(alt)),
    ]
    return (
        alt.layer(*layers)
        .properties(
            width=n_cols * layout.cell_width,
            height=n_rows * layout.cell_height,
            title=_title(alt, layout),
            padding={"left": 8, "right": 10, "top": 10, "bottom": 10},
            background=_PAPER,
        )
        .configure(font=_FONT)
        .configure_view(stroke=None)
    )


def render_png(evidence: EvidenceMap, labels: MapLabels, *, width: int = 1400) -> bytes:
    """Return the map as PNG, `width` layout pixels wide at two dots a pixel."""
    out = io.BytesIO()
    chart(evidence, labels, width=width).save(out, format="png", scale_factor=_PNG_SCALE)
    return out.getvalue()


def render_svg(evidence: EvidenceMap, labels: MapLabels, *, width: int = 1400) -> bytes:
    """Return the map as SVG in UTF-8."""
    out = io.StringIO()
    chart(evidence, labels, width=width).save(out, format="svg")
    return out.getvalue().encode()


@dataclass(frozen=True)
class _Places:
    """The scales and the axis, the same in every layer (Vega-Lite merges unlike ones)."""

    x_scale: Any
    y_scale: Any
    axis: Any

    def x(self, alt: Any, field: str) -> Any:
        return alt.X(f"{field}:Q", scale=self.x_scale, axis=self.axis, title=None)

    def y(self, alt: Any, field: str) -> Any:
        return alt.Y(f"{field}:Q", scale=self.y_scale, axis=None)

    def area(self, alt: Any) -> dict[str, Any]:
        return {"x": self.x(alt, "x0"), "x2": "x1:Q", "y": self.y(alt, "y0"), "y2": "y1:Q"}


def _background(alt: Any, cells: list[Any], labels: MapLabels, clickable: bool) -> Any:
    """Return the layer of shaded cells, with tooltips and the selection."""
    tooltips = [
        alt.Tooltip("row_label:N", title=" "),
        alt.Tooltip("col_label:N", title="  "),
        alt.Tooltip("publications:Q", title=labels.word("publications")),
        alt.Tooltip("passages:Q", title=labels.word("passages")),
        *(alt.Tooltip(f"{name}:Q", title=labels.direction(name)) for name in DIRECTIONS),
        alt.Tooltip("verified:Q", title=labels.word("verified")),
    ]
    stroke: Any = alt.value(None)
    base = alt.Chart(alt.Data(values=cells)).mark_rect(
        strokeWidth=2, cornerRadius=2, cursor="pointer" if clickable else "default"
    )
    if clickable:
        picked = alt.selection_point(name=SELECTION, fields=["row", "col"])
        base = base.add_params(picked)
        stroke = alt.condition(picked, alt.value(_INK), stroke, empty=False)
    return base.encode(color=alt.Color("tint:N", scale=None), stroke=stroke, tooltip=tooltips)


def _gaps(alt: Any, cells: list[Any]) -> Any:
    """Return the layer of dashed frames around gaps; clicks go through to the cell."""
    gaps = [cell for cell in cells if cell["gap_word"]]
    return alt.Chart(alt.Data(values=gaps)).mark_rect(
        fill=None, stroke=_DASHES, strokeDash=[4, 3], strokeWidth=1, cornerRadius=2
    )


def _texts(alt: Any, cells: list[Any], layout: MapLayout, place: _Places) -> list[Any]:
    """Return the layers of numbers: publications, and passages where there is room."""

    def text(field: str, size: int, x: str, **style: Any) -> Any:
        shown = alt.Chart(alt.Data(values=cells)).mark_text(
            fontSize=size, baseline="middle", **style
        )
        return shown.encode(
            x=place.x(alt, x), y=place.y(alt, "text_y"), text=alt.Text(f"{field}:N")
        )

    big, bold = layout.number_font, {"fontWeight": "bold", "color": _INK}
    if not layout.roomy:
        return [
            text("number", big, "middle", **bold),
            text("gap_dash", big, "middle", color=_SOFT),
        ]
    small = layout.small_font
    return [
        text("number", big, "left", align="right", **bold),
        text("quoted", small, "right", align="left", color=_SOFT),
        text("gap_word", small, "middle", color=_SOFT),
    ]


def _row_labels(alt: Any, layout: MapLayout, place: _Places) -> Any:
    """Return the layer of row labels, each centred on its row however many lines it has."""
    step = (layout.font + 2) / layout.cell_height
    lines = [
        {"label": line, "zero": 0, "text_y": row + 0.5 + (number - (len(label) - 1) / 2) * step}
        for row, label in enumerate(layout.row_labels)
        for number, line in enumerate(label)
    ]
    shown = alt.Chart(alt.Data(values=lines)).mark_text(
        align="right", baseline="middle", dx=-8, fontSize=layout.font, color=_INK
    )
    return shown.encode(x=place.x(alt, "zero"), y=place.y(alt, "text_y"), text=alt.Text("label:N"))


def _bars(alt: Any, evidence: EvidenceMap, labels: MapLabels, layout: MapLayout) -> Any:
    """Return the layer of bars that part each cell's passages by direction."""
    names = json.dumps({name: labels.direction(name) for name in DIRECTIONS})
    legend = alt.Legend(
        title=None,
        orient="bottom" if layout.narrow else "top",
        direction="horizontal",
        columns=2 if layout.narrow else 4,
        labelExpr=f"{names}[datum.value]",
        labelFontSize=layout.font,
        labelLimit=180,
        labelColor=_INK,
        symbolType="square",
        symbolStrokeWidth=0,
        symbolSize=140,
        offset=14,
    )
    data = alt.Data(values=list(_bar_data(evidence)))
    return (
        alt.Chart(data)
        .mark_rect(stroke=_PAPER, strokeWidth=0.8, tooltip=None)
        .encode(
            color=alt.Color(
                "direction:N",
                scale=alt.Scale(
                    domain=list(DIRECTION_COLOURS), range=list(DIRECTION_COLOURS.values())
                ),
                legend=legend,
            )
        )
    )


def _cell_data(evidence: EvidenceMap, labels: MapLabels) -> Iterator[dict[str, Any]]:
    """Yield every cell and total with its place, its shade and its words."""
    most = max((cell.publications for cell in evidence.cells), default=0)
    columns = {col: place for place, col in enumerate(evidence.cols)}
    for place, row in enumerate(evidence.rows):
        for col in evidence.cols:
            cell = evidence.cell(row, col)
            yield _datum(cell, place, columns[col], row, col, labels, _shade(cell, most))
        yield _datum(evidence.row_totals[row], place, len(columns), row, None, labels, _PAPER)
    for col, place in columns.items():
        totals = evidence.col_totals[col]
        yield _datum(totals, len(evidence.rows), place, None, col, labels, _PAPER)
    yield _datum(evidence.total, len(evidence.rows), len(columns), None, None, labels, _PAPER)


def _datum(
    counts: Counts,
    y: int,
    x: int,
    row: str | None,
    col: str | None,
    labels: MapLabels,
    tint: str,
) -> dict[str, Any]:
    gap = isinstance(counts, Cell) and counts.gap
    edge = 0.03 if isinstance(counts, Cell) else 0.0
    total = labels.word("total")
    return {
        "row": row,
        "col": col,
        "row_label": total if row is None else labels.row(row),
        "col_label": total if col is None else labels.col(col),
        "x0": x + edge,
        "x1": x + 1 - edge,
        "middle": x + 0.5,
        "left": x + 0.42,
        "right": x + 0.48,
        "y0": y + edge,
        "y1": y + 1 - edge,
        "publications": counts.publications,
        "passages": counts.passages,
        "verified": counts.verified,
        **{name: getattr(counts, name) for name in DIRECTIONS},
        "number": str(counts.publications) if counts.passages else "",
        "quoted": f"({counts.passages})" if counts.passages else "",
        "gap_word": labels.word("gap") if gap else "",
        "gap_dash": "–" if gap else "",
        "tint": tint,
        "text_y": y + (0.36 if isinstance(counts, Cell) and counts.passages else 0.5),
    }


def _bar_data(evidence: EvidenceMap) -> Iterator[dict[str, Any]]:
    """Yield the pieces of every cell's bar, in the directions' order."""
    columns = {col: place for place, col in enumerate(evidence.cols)}
    rows = {row: place for place, row in enumerate(evidence.rows)}
    left, right = _BAR
    for cell in evidence.cells:
        whole = sum(getattr(cell, name) for name in DIRECTIONS)
        start = left
        for name in DIRECTIONS:
            share = getattr(cell, name) / whole if whole else 0.0
            if share:
                end = start + share * (right - left)
                yield {
                    "row": cell.row,
                    "col": cell.col,
                    "direction": name,
                    "x0": columns[cell.col] + start,
                    "x1": columns[cell.col] + end,
                    "y0": rows[cell.row] + 0.70,
                    "y1": rows[cell.row] + 0.88,
                }
                start = end


def _shade(cell: Cell, most: int) -> str:
    """Return a cell's background: white for none, else light to dark by publications."""
    if not cell.passages:
        return _PAPER
    share = (cell.publications / most) ** 0.7 if most else 0.0  # lifts the many small numbers
    mixed = [round(a + (b - a) * share) for a, b in zip(_LIGHTEST, _DARKEST, strict=True)]
    return "#" + "".join(f"{part:02X}" for part in mixed)


def _stand_on_last_line(layout: MapLayout) -> tuple[tuple[str, ...], ...]:
    """Return the column labels, shorter ones with empty lines above, so that all end level."""
    if layout.upright_cols:
        return layout.col_labels
    most = max((len(label) for label in layout.col_labels), default=1)
    return tuple(("",) * (most - len(label)) + label for label in layout.col_labels)


def _label_expression(lines: tuple[tuple[str, ...], ...]) -> str:
    """Return the Vega expression that gives the label at a whole and a half."""
    return f"{json.dumps([list(label) for label in lines])}[floor(datum.value)]"


def _column_style(layout: MapLayout) -> dict[str, Any]:
    """Axis style of the columns: Vega hangs further lines below the first, so they are raised."""
    style = _axis_style(layout)
    if not layout.upright_cols:
        further = max((len(label) for label in layout.col_labels), default=1) - 1
        style["labelPadding"] += further * style["labelLineHeight"]
    return style


def _axis_style(layout: MapLayout) -> dict[str, Any]:
    return {
        "domain": False,
        "ticks": False,
        "grid": False,
        "labelPadding": 6,
        "labelLimit": 400,
        "labelFontSize": layout.font,
        "labelColor": _INK,
        "labelOverlap": False,
        "labelLineHeight": layout.font + 2,
    }


def _title(alt: Any, layout: MapLayout) -> Any:
    return alt.TitleParams(
        text=list(layout.title),
        subtitle=list(layout.subtitle),
        anchor="start",
        frame="bounds",
        fontSize=layout.font + 6,
        subtitleFontSize=layout.font,
        subtitleColor=_SOFT,
        color=_INK,
        subtitlePadding=6,
        offset=14,
    )
