"""A run's figures in words: only figures, each with its name, never Python's own notation."""

from __future__ import annotations

from typing import Any

import pytest

from app.widgets.run_report import count_label, run_kind, source_table, stage_table
from tests.app.test_markup import Reader


@pytest.mark.parametrize(
    ("counted", "shown"),
    [
        ({"read": 5, "partial": 1}, "read 5 · read in part 1"),
        ({"passages": 3, "coder": "8b079f217371", "built": True}, "passages 3"),
        ([{"status": "added", "input": "a.pdf"}, {"status": "failed"}, {}], "added 1 · failed 1"),
        ({"nested": {"a": 1}}, "–"),
        ({}, "–"),
        (None, "–"),
        ("text", "–"),
    ],
)
def test_only_figures_are_drawn(counted: Any, shown: str) -> None:
    read = Reader(stage_table({"add": counted}, {"add": 2.0}))
    assert shown in read.text
    assert "2.0 s" in read.text
    assert "{" not in read.text and "a.pdf" not in read.text


def test_what_has_no_name_is_shown_as_it_is_called() -> None:
    assert count_label("new_things") == "new things"
    assert count_label("lost") == "work that needs a look"
    assert run_kind("demo") == "demonstration"
    assert run_kind("code+index") == "code+index"


def test_sources_with_problems_stand_first() -> None:
    html = source_table({"a": {"items": 3}, "b": {"problems": 1, "warnings": ["<i>"]}, "c": 4})
    assert html.index(">b ") < html.index(">a ")
    assert "&lt;i&gt;" in html
    assert ">c " not in html
