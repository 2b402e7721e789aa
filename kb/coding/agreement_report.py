"""The agreement report to download: HTML, CSV and DOCX from one table.

Owns the columns and the words around them; figures are `kb.coding.agreement`'s. Coders' names are
anybody's text: escaped in HTML, safe in a spreadsheet.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from html import escape
from typing import Final

from corpora.codebook import Codebook
from kb.coding.agreement import COEFFICIENTS, INTERVALS, AgreementReport, AgreementRow
from kb.coding.coefficients import Estimate
from kb.exports.cells import safe_row

TITLE: Final = "Agreement between coders"
COLUMNS: Final = ("Question", "Passages", "Said", "Agreement", "Alpha", "Kappa", "AC1", "Remark")
SCOPES: Final = {
    "overall": "Factors and directions together",
    "factors": "All factors: said or not",
    "sets": "The set of a passage's factors (MASI)",
    "directions": "Direction, where coders said the factor",
}
SOURCES: Final = (
    "Alpha: Krippendorff (2011), Computing Krippendorff's alpha-reliability; for sets with "
    "distances by MASI, Passonneau (2006). Kappa: Cohen (1960); of more than two coders the mean "
    "over pairs, Light (1971). AC1: Gwet (2008; with missing values 2014). Agreement: the share of "
    "agreeing pairs of coders."
)
COUNTED: Final = (
    "A passage was judged by a coder who is done with it or has coded it; what they did not judge "
    "is missing, not absent. All factors together count each passage once for each factor."
)
OPEN: Final = "Outside a round coders may have seen each other's codings: this is not blind."
_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'"
_STYLE: Final = """
:root { color-scheme: light; }
body { font: 16px/1.5 "Liberation Sans", Arial, Helvetica, sans-serif; color: #1B2530;
  background: #fff; margin: 0 auto; padding: 16px; max-width: 1100px; }
h1 { font-size: 1.35rem; } p { color: #4A5560; max-width: 46rem; overflow-wrap: anywhere; }
.scroll { overflow-x: auto; } table { border-collapse: collapse; font-size: .875rem; }
th, td { border: 1px solid #C9D1D9; padding: .35rem .5rem; text-align: left; vertical-align: top; }
thead th { background: #EEF2F6; } td.n { text-align: right; white-space: nowrap; }
"""


def report_html(report: AgreementReport, codebook: Codebook, language: str = "en") -> bytes:
    """Return the report as one page that asks nothing of the network, in UTF-8."""
    head = "".join(f"<th scope='col'>{escape(name)}</th>" for name in COLUMNS)
    rows = "\n".join(
        f"<tr><th scope='row'>{escape(cells[0])}</th>"
        + "".join(f"<td class='n'>{escape(cell)}</td>" for cell in cells[1:-1])
        + f"<td>{escape(cells[-1])}</td></tr>"
        for cells in _table(report, codebook, language)
    )
    words = "\n".join(f"<p>{escape(line)}</p>" for line in _words(report))
    page = f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{_POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{escape(TITLE)}</title>
<style>{_STYLE}</style>
</head>
<body>
<h1>{escape(TITLE)}</h1>
{words}
<div class="scroll" tabindex="0" role="region" aria-label="{escape(TITLE)}">
<table><thead><tr>{head}</tr></thead>
<tbody>
{rows}
</tbody></table>
</div>
</body>
</html>
"""
    return page.encode()


def report_csv(report: AgreementReport, codebook: Codebook, language: str = "en") -> bytes:
    """Return the figures as CSV, unrounded, one row a question, every cell safe."""
    names = ["scope", "code", "label", "units", "said"]
    for name in COEFFICIENTS:
        names += [name, f"{name}_low", f"{name}_high", f"{name}_reason"]
    rows: list[list[object]] = [list(names)]
    for row in report.rows:
        cells: list[object] = [row.scope, row.code, _question(row, codebook, language)]
        cells += [row.agreement.units, row.said]
        for name in COEFFICIENTS:
            found: Estimate = getattr(row.agreement, name)
            cells += [found.value, found.low, found.high, found.reason]
        rows.append(cells)
    stream = io.StringIO()
    csv.writer(stream).writerows(safe_row(row) for row in rows)
    return stream.getvalue().encode("utf-8-sig")  # the mark without which Excel garbles letters


def report_docx(report: AgreementReport, codebook: Codebook, language: str = "en") -> bytes:
    """Return the report as a Word document."""
    from docx import Document

    document = Document()
    document.add_heading(TITLE, 1)
    for line in _words(report):
        document.add_paragraph(line)
    table = document.add_table(rows=1, cols=len(COLUMNS), style="Table Grid")
    for cell, name in zip(table.rows[0].cells, COLUMNS, strict=True):
        cell.text = name
    for cells in _table(report, codebook, language):
        for cell, text in zip(table.add_row().cells, cells, strict=True):
            cell.text = text
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


FORMATS: Final[dict[str, Callable[[AgreementReport, Codebook, str], bytes]]] = {
    ".html": report_html,
    ".csv": report_csv,
    ".docx": report_docx,
}
"""Endings of a file, and what writes it."""


def _words(report: AgreementReport) -> list[str]:
    judged = ", ".join(f"{name} ({report.judged[name]} passages)" for name in report.coders)
    lines = [
        f"Coders: {judged or 'nobody yet'}.",
        f"{report.shared} of {report.passages} passages, of {report.publications} publications, "
        "were judged by two coders or more.",
        f"Round: {report.round_name}, coded blind." if report.round_name else OPEN,
    ]
    return [*lines, COUNTED, INTERVALS + ".", SOURCES]


def _table(report: AgreementReport, codebook: Codebook, language: str) -> list[list[str]]:
    return [
        [
            _question(row, codebook, language),
            str(row.agreement.units),
            str(row.said),
            *(_figure(getattr(row.agreement, name)) for name in COEFFICIENTS),
            _remark(row),
        ]
        for row in report.rows
    ]


def _question(row: AgreementRow, codebook: Codebook, language: str) -> str:
    if row.code is None:
        return SCOPES[row.scope]
    kind = "factors" if row.scope == "factor" else "directions"
    label = codebook.label(kind, row.code, language)  # type: ignore[arg-type]
    return label if row.scope == "factor" else f"Direction: {label}"


def _figure(found: Estimate) -> str:
    if found.value is None:
        return "–"
    if found.low is None or found.high is None:
        return f"{found.value:.2f}"
    return f"{found.value:.2f} ({found.low:.2f} to {found.high:.2f})"


def _remark(row: AgreementRow) -> str:
    reasons = [getattr(row.agreement, name).reason for name in COEFFICIENTS]
    return "; ".join(dict.fromkeys(reason for reason in reasons if reason))
