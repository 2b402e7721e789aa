"""A run's problems on screen: every kind has a name, nothing crawled becomes markup."""

from __future__ import annotations

from app.widgets.problem_table import kind_label, problem_table
from kb.problem_kinds import kinds
from kb.runs import ProblemView
from tests.app.test_markup import Reader


def test_a_problem_is_shown_with_its_kind_and_what_to_do() -> None:
    problem = ProblemView(
        "crawl", "no-ks", "https://ks.no/a", "It asks for a log-in.", "login_wall"
    )
    text = Reader(problem_table([problem])).text
    for shown in ("Crawl", "no-ks", "log-in required", "It asks for a log-in.", "samvirke add"):
        assert shown in text


def test_the_kinds_are_counted_the_most_frequent_first() -> None:
    problems = [ProblemView("crawl", None, "x", "m", kind) for kind in ("gone", "trap", "trap")]
    assert "endless pages 2 · gone 1" in Reader(problem_table(problems)).text


def test_hostile_text_stays_text() -> None:
    html = problem_table([ProblemView("crawl", "<b>", "javascript:x", "<script>", "other")])
    assert "<script>" not in html
    assert "<b>" not in html
    assert 'href="javascript' not in html


def test_every_kind_has_a_name() -> None:
    assert all(kind_label(kind) != kind for kind in kinds() if "_" in kind)
    assert len({kind_label(kind) for kind in kinds()}) == len(kinds())
    assert kind_label("of_a_newer_version") == "of a newer version"
