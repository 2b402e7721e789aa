"""Cells that no spreadsheet runs as a formula.

Owns the one rule, used by every CSV and spreadsheet writer. Titles and quotations come from pages
that anyone can write, so a cell is never trusted.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

_FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def safe_cell(value: object) -> object:
    """Return a value as a spreadsheet may show it.

    The rule: text that begins with = + - @ (also in full width), a tab or a line break gets an
    apostrophe in front, which spreadsheets read as "this is text". Numbers stay numbers, None is
    an empty cell.
    """
    if value is None:
        return ""
    if isinstance(value, bool | int | float):
        return value
    text = str(value).replace("\x00", "")
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


def safe_row(values: Iterable[object]) -> list[object]:
    """Return a row with every cell safe."""
    return [safe_cell(value) for value in values]
