"""Cells that no spreadsheet runs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.exports.cells import safe_cell, safe_row


@pytest.mark.parametrize(
    "value", ["=1+1", "+47 123", "-2", "@SUM(A1)", "\tx", "\rx", "\n=x", "＝1", "＠a", "－1", "＋1"]
)
def test_what_could_be_a_formula_becomes_text(value: str) -> None:
    assert safe_cell(value) == f"'{value}"


@pytest.mark.parametrize(
    ("value", "expected"),
    [("Ås", "Ås"), ("", ""), (None, ""), (-3, -3), (2.5, 2.5), (True, True), ("a=b", "a=b")],
)
def test_everything_else_stays(value: object, expected: object) -> None:
    assert safe_cell(value) == expected


def test_a_hidden_start_is_found() -> None:
    assert safe_cell("\x00=1") == "'=1"
    assert safe_row(["=a", 1, None]) == ["'=a", 1, ""]


@given(st.text())
def test_no_text_begins_like_a_formula(text: str) -> None:
    assert not str(safe_cell(text)).startswith(("=", "+", "-", "@", "\t", "\r"))
