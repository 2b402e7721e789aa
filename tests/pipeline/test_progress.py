"""Progress: on standard error only, complete at the end, plain lines where nobody looks on."""

from __future__ import annotations

import io
import re

import pytest

from pipeline.progress import as_totals, bar, silent


def test_a_log_has_the_beginning_and_the_end_as_plain_lines(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with bar("extract", 4) as step:
        step(1)
        step(1)
    shown = capsys.readouterr()
    assert shown.out == ""
    first, last = shown.err.splitlines()
    assert first == "extract: 0/4"
    assert last.startswith("extract: 4/4 in ")
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f]", shown.err)


def test_a_terminal_has_a_bar_that_ends_full(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    terminal = Terminal()
    monkeypatch.setattr("sys.stderr", terminal)
    with bar("extract", 4) as step:
        step(1)
        step(1)
    assert "\r" in terminal.getvalue()
    assert "4/4" in terminal.getvalue()


def test_nothing_to_do_shows_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    with bar("extract", 0) as step:
        step(1)
    with silent("extract", 4) as step:
        step(1)
    assert capsys.readouterr().err == ""


def test_a_bar_that_breaks_off_is_not_called_full(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ValueError, match="broken"), bar("embed", 4) as step:
        step(1)
        raise ValueError("broken")
    shown = capsys.readouterr().err
    assert "embed: 1/4 in" in shown
    assert "4/4" not in shown


def test_totals_become_steps() -> None:
    steps: list[int] = []
    told = as_totals(steps.append)
    for done in (1, 4, 4, 9):
        told(done, 9)
    assert steps == [1, 3, 0, 5]
