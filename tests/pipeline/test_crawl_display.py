"""How a crawl looks: a table on a terminal, plain lines in a log."""

from __future__ import annotations

import io
import re

import pytest
from rich.console import Console

from pipeline.crawl import CrawlEvent
from pipeline.crawl_display import Board, draw_board, unwatched, watch_crawl

IDS = ("no-fafo", "se-ivo", "is-þjónusta")


def counts(source_id: str, **data: int) -> CrawlEvent:
    """The counts of a source so far."""
    return CrawlEvent("counts", source_id, data=dict(data))


def finished(source_id: str, **data: int | bool) -> CrawlEvent:
    """A source that has come to its end."""
    return CrawlEvent("source_finished", source_id, data=dict(data))


def problem(source_id: str) -> CrawlEvent:
    """Something that went wrong at a source."""
    return CrawlEvent("problem", source_id, "http://x.test", "It broke.", "timeout")


def filled() -> Board:
    """A board of three sources: one done, one under way, one not begun."""
    board = Board(IDS)
    board.note(counts("no-fafo", requested=1, waiting=4), 0.0)
    board.note(counts("se-ivo", requested=10, waiting=30, stored=2), 5.0)
    board.note(problem("no-fafo"), 6.0)
    board.note(finished("no-fafo", requested=31, stored=20, items=12), 10.0)
    board.note(CrawlEvent("fetched_one"), 10.0)
    return board


def drawn(board: Board, height: int) -> str:
    """A board as text."""
    console = Console(file=io.StringIO(), width=120)
    console.print(draw_board(board, height))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_the_board_adds_up() -> None:
    board = filled()
    assert (board.total("requested"), board.total("waiting")) == (41, 30)
    assert board.rate == 4.0
    assert board.under_way() == ["se-ivo"]
    assert board.farewell("no-fafo") == ("no-fafo: 12 publications, 31 asked, 20 stored, 1 problem")
    assert board.summary() == (
        "1 of 3 sources finished, 41 asked (4.0 a second), 22 stored, 30 waiting, 1 problem"
    )


def test_the_rate_is_of_late() -> None:
    board = Board(IDS)
    assert board.rate == 0.0
    for at in range(200):
        board.note(counts("no-fafo", requested=at if at < 100 else 100 + 9 * (at - 100)), at)
    assert board.rate == 9.0


def test_a_failed_source_is_said_so() -> None:
    board = Board(IDS)
    board.note(finished("se-ivo", requested=2, failed_source=True, items=0), 1.0)
    assert board.farewell("se-ivo").startswith("se-ivo: FAILED: 0 publications")


def test_the_table_shows_what_is_under_way() -> None:
    text = drawn(filled(), 40)
    assert re.search(r"se-ivo +10 +2 +30 +0", text)
    assert "no-fafo" not in text
    assert "41 asked" in " ".join(text.split())


def test_the_table_is_no_taller_than_the_terminal() -> None:
    board = Board(tuple(f"a-{n}" for n in range(90)))
    for number in range(90):
        board.note(counts(f"a-{number}", requested=1, waiting=number), 0.0)
    text = drawn(board, 20)
    assert len(text.splitlines()) <= 20
    assert "a-89" in text
    assert "a-3 " not in text
    assert "and 75 more" in " ".join(text.split())


def test_a_log_has_plain_lines_only(capsys: pytest.CaptureFixture[str]) -> None:
    with watch_crawl(IDS) as note:
        note(counts("no-fafo", requested=1, waiting=2))
        note(problem("no-fafo"))
        note(finished("no-fafo", requested=3, stored=2, items=2))
    shown = capsys.readouterr()
    assert shown.out == ""
    lines = shown.err.splitlines()
    assert lines[0] == "crawl: 3 sources"
    assert lines[1] == "crawl: no-fafo: 2 publications, 3 asked, 2 stored, 1 problem"
    assert lines[2].startswith("crawl: 1 of 3 sources finished, 3 asked")
    assert len(lines) == 3
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f]", shown.err)


def test_a_terminal_is_drawn_on_and_left_with_the_outcome(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    terminal = Terminal()
    monkeypatch.setattr("sys.stderr", terminal)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "120")
    with watch_crawl(IDS) as note:
        note(counts("se-ivo", requested=1, waiting=2))
        note(finished("se-ivo", requested=3, stored=2, items=2))
    shown = terminal.getvalue()
    assert "\x1b[" in shown
    assert "crawl: se-ivo: 2 publications, 3 asked, 2 stored, 0 problems" in shown
    assert "crawl: 1 of 3 sources finished" in shown


def test_nothing_is_shown_unless_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    with unwatched(IDS) as note:
        note(finished("se-ivo", items=1))
    assert capsys.readouterr().err == ""
