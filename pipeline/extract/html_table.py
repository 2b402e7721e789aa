"""Tables of web pages to rows that make sense alone: "header: value; header: value".

Owns telling data tables from layout tables. `rows_as_text` serves every format's tables.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lxml.html import HtmlElement

from pipeline.extract.metadata.labels import label_of
from pipeline.records import BlockKind

_MAX_ROWS = 2000  # rows read of one table
_MAX_CELLS = 60  # columns read of one row


def is_data_table(table: HtmlElement) -> bool:
    """Return whether a table holds data; a layout table holds headings, lists or other tables."""
    if (table.get("role") or "").lower() in ("presentation", "none"):
        return False
    if any(next(table.iter(tag), None) is not None for tag in ("h1", "h2", "h3", "ul", "form")):
        return False
    if table.find(".//table") is not None:
        return False
    rows = [[cell for cell in row if cell.tag in ("td", "th")] for row in table.iter("tr")]
    return sum(len(row) >= 2 for row in rows) >= 2


def read_table(table: HtmlElement) -> Iterator[tuple[BlockKind, str]]:
    """Yield a data table's caption and rows. A table of metadata labels gives colophon rows."""
    caption = table.find(".//caption")
    if caption is not None and caption.text_content().strip():
        yield "caption", caption.text_content()
    rows: list[list[str]] = []
    heads = 0
    bold = False
    for row in list(table.iter("tr"))[:_MAX_ROWS]:
        cells = [cell for cell in row if cell.tag in ("td", "th")][:_MAX_CELLS]
        texts: list[str] = []
        for cell in cells:
            span = cell.get("colspan") or "1"
            times = min(int(span), _MAX_CELLS) if span.isdigit() else 1
            texts.extend([" ".join(cell.text_content().split())] * max(times, 1))
        if not any(texts):
            continue
        if heads == len(rows) and (
            row.getparent().tag == "thead" or all(cell.tag == "th" for cell in cells)
        ):
            heads += 1
        bold = bold or (not rows and all(map(_is_bold, cells)))
        rows.append(texts)
    if not heads and len(rows) > 2 and (bold or _stands_over_figures(rows)):
        heads = 1
    labels = sum(1 for row in rows if len(row) == 2 and label_of(f"{row[0].rstrip(':')}: {row[1]}"))
    kind: BlockKind = "colophon" if labels * 2 >= len(rows) else "table_row"
    for text in rows_as_text(rows, heads):
        yield kind, text


def _is_bold(cell: HtmlElement) -> bool:
    """Return whether all that a cell holds is set bold."""
    text = cell.text_content().strip()
    return any(part.text_content().strip() == text for part in cell.iter("b", "strong"))


def _stands_over_figures(rows: Sequence[Sequence[str]]) -> bool:
    """Return whether a first row of words stands over a column of nothing but figures."""
    first, rest = rows[0], rows[1:]
    if not all(first) or any(any(map(str.isdigit, text)) for text in first):
        return False
    columns = [[row[at] for row in rest if at < len(row)] for at in range(1, len(first))]
    return any(column and all(text[:1].isdigit() for text in column) for column in columns)


def rows_as_text(rows: Sequence[Sequence[str]], heads: int) -> list[str]:
    """Return each body row as "header: value; header: value"; the first `heads` rows are headers.

    Header cells of several rows are joined; an empty cell is left out; without headers the values
    stand alone.
    """
    width = max((len(row) for row in rows), default=0)
    headers: list[str] = []
    for column in range(width):
        parts = [row[column] for row in rows[:heads] if column < len(row) and row[column]]
        headers.append(" ".join(dict.fromkeys(parts)))
    found: list[str] = []
    for row in rows[heads:]:
        cells: list[str] = []
        for column, value in enumerate(row):
            if value:
                header = headers[column].rstrip(":") if column < len(headers) else ""
                cells.append(f"{header}: {value}" if header and header != value else value)
        if cells:
            found.append("; ".join(cells))
    return found
