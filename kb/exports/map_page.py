"""The evidence map as one HTML page that works offline and for screen readers.

Owns the page: the chart with its programs inlined, and every figure again as a plain table. The
page asks nothing of the network (its own policy forbids it), and all text in it is escaped.
"""

from __future__ import annotations

import json
from functools import cache
from html import escape
from typing import Any, Final

from kb.evidence_map import DIRECTIONS, Cell, Counts, EvidenceMap
from kb.exports.map_labels import MapLabels
from kb.exports.map_picture import chart

_WIDE, _PHONE = 1400, 390  # layout pixels of the two drawings; the page shows the one that fits
_POLICY: Final = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'"
_EXPOSED: Final = "window.vegaEmbed = vegaEmbed;"
_STYLE: Final = """
:root { color-scheme: light; }
body { font: 16px/1.45 "Liberation Sans", Arial, Helvetica, sans-serif; color: #1B2530;
  background: #fff; margin: 0 auto; padding: 12px; max-width: 1440px; }
h1 { font-size: 1.35rem; margin: .3rem 0; } h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; }
p { margin: .2rem 0; color: #4A5560; }
#map, .scroll { overflow-x: auto; } #map:empty { display: none; }
table { border-collapse: collapse; font-size: .875rem; }
caption { text-align: left; color: #4A5560; padding-bottom: .5rem; }
th, td { border: 1px solid #C9D1D9; padding: .35rem .5rem; text-align: left; vertical-align: top; }
thead th, tbody th { background: #EEF2F6; } td { min-width: 7.5rem; }
td span { display: block; color: #4A5560; } td.gap { border-style: dashed; color: #4A5560; }
.visually-hidden { position: absolute; width: 1px; height: 1px; overflow: hidden;
  clip-path: inset(50%); }
@media print { #map { overflow: visible; } }
"""
_SCRIPT: Final = """
const specs = JSON.parse(document.getElementById("specs").textContent);
const narrow = window.matchMedia("(max-width: 760px)");
function draw() {
  vegaEmbed("#map", narrow.matches ? specs.narrow : specs.wide,
    {actions: false, renderer: "svg", ast: true});
}
narrow.addEventListener("change", draw);
draw();
"""


def render_page(evidence: EvidenceMap, labels: MapLabels) -> bytes:
    """Return the map as a standalone HTML page in UTF-8."""
    title = escape(labels.heading(evidence.rows_dim, evidence.cols_dim))
    specs = {
        "wide": chart(evidence, labels, width=_WIDE).to_dict(),
        "narrow": chart(evidence, labels, width=_PHONE).to_dict(),
    }
    page = f"""<!DOCTYPE html>
<html lang="{escape(labels.language)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{_POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>{title}</title>
<style>{_STYLE}</style>
</head>
<body>
<main>
<h1 class="visually-hidden">{title}</h1>
<div id="map" role="img" aria-label="{title}. {escape(labels.word("table"))}."></div>
<h2>{escape(labels.word("table"))}</h2>
{_table(evidence, labels)}
</main>
<script type="application/json" id="specs">{_script_json(specs)}</script>
<script>{_programs()}</script>
<script>{_SCRIPT}</script>
</body>
</html>
"""
    return page.encode()


def _table(evidence: EvidenceMap, labels: MapLabels) -> str:
    """Return the map's figures as an HTML table with a caption and header cells."""
    total = escape(labels.word("total"))
    caption = " · ".join(text for text in (labels.filters, labels.date) if text)
    corner = f"{labels.word(evidence.rows_dim)} / {labels.word(evidence.cols_dim)}"
    head = "".join(f'<th scope="col">{escape(labels.col(col))}</th>' for col in evidence.cols)
    lines = [
        '<div class="scroll" tabindex="0"><table>',
        f"<caption>{escape(caption)}</caption>",
        f'<thead><tr><th scope="col">{escape(corner)}</th>{head}'
        f'<th scope="col">{total}</th></tr></thead>',
        "<tbody>",
    ]
    for row in evidence.rows:
        cells = "".join(_table_cell(evidence.cell(row, col), labels) for col in evidence.cols)
        cells += _table_cell(evidence.row_totals[row], labels)
        lines.append(f'<tr><th scope="row">{escape(labels.row(row))}</th>{cells}</tr>')
    cells = "".join(_table_cell(evidence.col_totals[col], labels) for col in evidence.cols)
    cells += _table_cell(evidence.total, labels)
    lines.append(f'<tr><th scope="row">{total}</th>{cells}</tr>')
    return "\n".join([*lines, "</tbody></table></div>"])


def _table_cell(counts: Counts, labels: MapLabels) -> str:
    """Return one table cell: publications, passages, directions, checks; or that there is none."""
    if not counts.passages:
        gap = isinstance(counts, Cell) and counts.gap
        word = escape(labels.word("gap" if gap else "no_evidence"))
        return f'<td class="gap">{word}</td>' if gap else f"<td><span>{word}</span></td>"
    named = [(labels.direction(name), getattr(counts, name)) for name in DIRECTIONS]
    named.append((labels.word("verified"), counts.verified))
    parts = [f"{word}: {number}" for word, number in named if number]
    head = labels.count(counts.publications, "publication", "publications")
    passages = labels.count(counts.passages, "passage", "passages")
    spans = "".join(f"<span>{escape(part)}</span>" for part in (passages, *parts))
    return f"<td><strong>{escape(head)}</strong>{spans}</td>"


def _script_json(data: Any) -> str:
    """Return JSON that cannot end the script element it stands in."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    for char in "<>&\u2028\u2029":
        text = text.replace(char, f"\\u{ord(char):04x}")
    return text


@cache
def _programs() -> str:
    """Return Vega, Vega-Lite and Vega-Embed as one program text, from vl-convert."""
    import altair
    import vl_convert

    version = ".".join(altair.SCHEMA_VERSION.lstrip("v").split(".")[:2])
    bundle = str(vl_convert.javascript_bundle(_EXPOSED, vl_version=version))
    return bundle.replace("</script", "<\\/script").replace("<!--", "<\\!--")
