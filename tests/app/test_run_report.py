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
    assert run_kind("import-dump") == "import of a catalogue"
    assert run_kind("code+index") == "code+index"


def test_stages_stand_in_the_order_in_which_they_ran() -> None:
    read = Reader(stage_table({"passages": {}, "index": {}, "import": {}}, {"index": 1, "new": 1}))
    places = [read.text.index(word) for word in ("Import", "Passages", "Index", "new")]
    assert places == sorted(places)


def test_a_record_that_was_not_taken_in_is_nobodys_lost_work() -> None:
    stages = {"import": {"files": 2, "lost": 1}, "passages": {"lost": 3}}
    text = Reader(stage_table(stages, {})).text
    assert "files 2 · not taken in 1" in text
    assert "work that needs a look 3" in text


def test_sources_with_problems_stand_first() -> None:
    html = source_table({"a": {"items": 3}, "b": {"problems": 1, "warnings": ["<i>"]}, "c": 4})
    assert html.index(">b ") < html.index(">a ")
    assert "&lt;i&gt;" in html
    assert ">c " not in html
