"""The kept result is read back as written, and shown as a table."""

from __future__ import annotations

from pathlib import Path

from pipeline.search_training.report import (
    CHECKOUT,
    CODE,
    Ranked,
    Report,
    code_hash,
    figures_by_group,
    figures_table,
    join_ranks,
)
from pipeline.search_training.validation import KnownItem

RANKED = (
    Ranked("nb", "nb", 4, 3, 2, 1),
    Ranked("nb", "nn", 5, 20, 4, 2),
    Ranked("en", "fi", 6, 12, 10, 5),
)


def test_it_is_read_back_as_it_was_written(tmp_path: Path) -> None:
    report = Report("d", "t", "c", "m", {"words": 0.2}, RANKED, RANKED[1:])
    report.save(tmp_path / "r.json")
    assert Report.load(tmp_path / "r.json") == report
    lines = (tmp_path / "r.json").read_text("utf-8").splitlines()
    assert len(lines) == 2 * len(RANKED) - 1 + 3, "a question a line, so that changes can be read"


def test_questions_are_joined_with_their_ranks() -> None:
    questions = [KnownItem("q", "nb", 4, "nb"), KnownItem("r", "nb", 5, "nn")]
    assert join_ranks(questions, [3, 20], [2, 4], [1, 2]) == RANKED[:2]


def test_a_question_counts_in_each_of_its_groups() -> None:
    found = figures_by_group(RANKED, "trained")
    assert found["across languages"].questions == 2
    assert found["within a language"].questions == 1
    assert found["within, nb and nn as one"].questions == 2
    assert found["across, nb and nn as one"].questions == 1
    assert found["en → fi"].mrr == 0.2
    assert list(found)[-1].count("→") == 1
    assert figures_by_group(RANKED, "plain")["across languages"].recall == 0.0


def test_the_table_has_a_line_a_group() -> None:
    lines = figures_table(RANKED).splitlines()
    assert lines[0] == "| questions | n | plain model | untrained | trained |"
    assert "| within a language | 1 | 0.333 / 1.000 | 0.500 / 1.000 | 1.000 / 1.000 |" in lines
    assert "| en → fi | 1 | 0.000 / 0.000 | 0.100 / 1.000 | 0.200 / 1.000 |" in lines
    assert len(lines) == 2 + len(figures_by_group(RANKED, "plain"))


def test_the_code_that_figures_depend_on_is_there() -> None:
    assert all((CHECKOUT / name).is_file() for name in CODE)
    assert len(code_hash()) == 16
    assert code_hash() == code_hash()
