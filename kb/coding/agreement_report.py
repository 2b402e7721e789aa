"""The agreement report to download: HTML, CSV and DOCX from one table.

Owns the layout; figures are `kb.coding.agreement`'s, words `kb.coding.agreement_words`'. Coders'
names are anybody's text: escaped in HTML, safe in a spreadsheet.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from html import escape
from typing import Final

from corpora.codebook import Codebook
from kb.coding.agreement import COEFFICIENTS, AgreementReport, AgreementRow
from kb.coding.agreement_words import SOURCES, AgreementWords, agreement_words
from kb.coding.coefficients import Estimate
from kb.exports.cells import safe_row
from kb.exports.refi_codes import clean_xml

TABLE_POINTS: Final = 9  # the size of a table's words, so that eight columns fit a lying A4 page
_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'"
_STYLE: Final = """
:root { color-scheme: light; }
body { font: 16px/1.5 "Liberation Sans", Arial, Helvetica, sans-serif; color: #1B2530;
  background: #fff; margin: 0 auto; padding: 24px 16px; max-width: 1100px; }
h1 { font-size: 1.5rem; margin: 0 0 .75rem; }
p { margin: .35rem 0; max-width: 46rem; overflow-wrap: anywhere; }
.notes p, .sources { color: #4A5560; font-size: .875rem; }
.scroll { overflow-x: auto; margin: 1rem 0; }
table { border-collapse: collapse; font-size: .875rem; min-width: 100%; }
th, td { border-bottom: 1px solid #C9D1D9; padding: .4rem .6rem; text-align: left;
  vertical-align: top; }
thead th { background: #EEF2F6; border-bottom: 2px solid #8A97A5; }
tbody th { font-weight: 600; min-width: 9rem; position: sticky; left: 0; background: #fff; }
tr.all th, tr.all td { background: #F7F9FB; }
.n { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
.n small { color: #4A5560; display: block; }
.why { color: #4A5560; min-width: 20rem; }
@media print { body { max-width: none; padding: 0; font-size: 11pt; }
  .scroll { overflow: visible; } thead { display: table-header-group; }
  tr { break-inside: avoid; } @page { size: A4 landscape; margin: 14mm; } }
"""


def report_html(report: AgreementReport, codebook: Codebook, language: str = "en") -> bytes:
    """Return the report as one page that asks nothing of the network, in UTF-8."""
    words = agreement_words(language)
    title = escape(words.title)
    last = len(words.columns) - 1
    head = "".join(
        f"<th scope='col'{' class=n' if 0 < place < last else ''}>{escape(name)}</th>"
        for place, name in enumerate(words.columns)
    )
    rows = "\n".join(_html_row(row, codebook, language) for row in report.rows)
    about = "\n".join(f"<p>{escape(line)}</p>" for line in _about(report, words))
    notes = "\n".join(f"<p>{escape(line)}</p>" for line in _notes(words))
    page = f"""<!DOCTYPE html>
<html lang="{words.language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{_POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>{_STYLE}</style>
</head>
<body>
<h1>{title}</h1>
{about}
<div class="scroll" tabindex="0" role="region" aria-label="{title}">
<table><thead><tr>{head}</tr></thead>
<tbody>
{rows}
</tbody></table>
</div>
<div class="notes">
{notes}
</div>
</body>
</html>
"""
    return page.encode("utf-8", "replace")


def _html_row(row: AgreementRow, codebook: Codebook, language: str) -> str:
    cells = _cells(row, codebook, language)
    told = "".join(
        f"<td class='n'>{escape(figure)}{f'<small>{escape(more)}</small>' if more else ''}</td>"
        for figure, _, more in (cell.partition(" ") for cell in cells[1:-1])
    )
    kind = "" if row.code else " class='all'"
    why = f"<td class='why'>{escape(cells[-1])}</td>"
    return f"<tr{kind}><th scope='row'>{escape(cells[0])}</th>{told}{why}</tr>"


def report_csv(report: AgreementReport, codebook: Codebook, language: str = "en") -> bytes:
    """Return the figures as CSV, unrounded, one row a question, every cell safe.

    Columns are named alike in every language, for programs; questions and reasons are in words.
    """
    words = agreement_words(language)
    names = ["scope", "code", "label", "units", "said"]
    for name in COEFFICIENTS:
        names += [name, f"{name}_low", f"{name}_high", f"{name}_reason"]
    rows: list[list[object]] = [list(names)]
    for row in report.rows:
        cells: list[object] = [row.scope, row.code, _question(row, codebook, language)]
        cells += [row.agreement.units, row.said]
        for name in COEFFICIENTS:
            found: Estimate = getattr(row.agreement, name)
            cells += [found.value, found.low, found.high, _reason(found, words)]
        rows.append(cells)
    stream = io.StringIO()
    csv.writer(stream).writerows(safe_row(row) for row in rows)
    return stream.getvalue().encode("utf-8-sig")  # the mark without which Excel garbles letters


def report_docx(report: AgreementReport, codebook: Codebook, language: str = "en") -> bytes:
    """Return the report as a Word document, on pages that lie, its first row on each."""
    from docx import Document
    from docx.enum.section import WD_ORIENT
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml import OxmlElement
    from docx.shared import Pt

    words, document = agreement_words(language), Document()
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = section.page_height, section.page_width
    document.core_properties.title, document.core_properties.language = words.title, words.language
    document.core_properties.author = "Samvirke"
    document.add_heading(words.title, 1)
    for line in _about(report, words):
        document.add_paragraph(clean_xml(line))
    rows = [words.columns, *(_cells(row, codebook, language) for row in report.rows)]
    table = document.add_table(rows=len(rows), cols=len(words.columns), style="Table Grid")
    table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    for number, (line, cells) in enumerate(zip(table.rows, rows, strict=True)):
        line._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
        for place, (cell, text) in enumerate(zip(line.cells, cells, strict=True)):
            paragraph = cell.paragraphs[0]
            run = paragraph.add_run(clean_xml(text))
            run.font.size = Pt(TABLE_POINTS)
            run.bold = number == 0 or place == 0
            if 0 < place < len(cells) - 1:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    for line in _notes(words):
        document.add_paragraph(clean_xml(line))
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


FORMATS: Final[dict[str, Callable[[AgreementReport, Codebook, str], bytes]]] = {
    ".html": report_html,
    ".csv": report_csv,
    ".docx": report_docx,
}
"""Endings of a file, and what writes it."""


def _about(report: AgreementReport, words: AgreementWords) -> list[str]:
    """What was compared: who, how many passages, and whether blind."""
    judged = ", ".join(
        words.passages.format(name=name, n=report.judged[name]) for name in report.coders
    )
    return [
        words.coders.format(coders=judged or words.nobody),
        words.shared.format(
            shared=report.shared, passages=report.passages, publications=report.publications
        ),
        words.blind.format(name=report.round_name) if report.round_name else words.open,
    ]


def _notes(words: AgreementWords) -> list[str]:
    return [words.counted, words.interval_note(), words.meant, SOURCES]


def _cells(row: AgreementRow, codebook: Codebook, language: str) -> list[str]:
    """A question as a line of the table, in words."""
    words = agreement_words(language)
    figures = (figure(getattr(row.agreement, name), words) for name in COEFFICIENTS)
    question = _question(row, codebook, language)
    return [question, str(row.agreement.units), str(row.said), *figures, remark(row, words)]


def _question(row: AgreementRow, codebook: Codebook, language: str) -> str:
    words = agreement_words(language)
    if row.code is None:
        return words.scope(row.scope)
    kind = "factors" if row.scope == "factor" else "directions"
    label = codebook.label(kind, row.code, language)  # type: ignore[arg-type]
    return label if row.scope == "factor" else words.direction.format(direction=label)


def figure(found: Estimate, words: AgreementWords) -> str:
    """A coefficient in words, with its interval where there is one; a dash where it is not."""
    if found.value is None:
        return "–"
    if found.low is None or found.high is None:
        return words.number(found.value)
    low, high = words.number(found.low), words.number(found.high)
    return f"{words.number(found.value)} ({low}–{high})"


def _reason(found: Estimate, words: AgreementWords) -> str | None:
    return words.remarks.get(found.reason, found.reason) if found.reason else None


def remark(row: AgreementRow, words: AgreementWords) -> str:
    """Why figures or intervals are missing, each reason once."""
    reasons = [_reason(getattr(row.agreement, name), words) for name in COEFFICIENTS]
    return "; ".join(dict.fromkeys(reason for reason in reasons if reason))
