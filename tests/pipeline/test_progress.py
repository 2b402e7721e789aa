"""Progress bars: on standard error only, and complete at the end."""

from __future__ import annotations

import pytest

from pipeline.progress import as_totals, bar, silent


def test_a_bar_is_shown_on_standard_error_and_ends_full(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with bar("extract", 4) as step:
        step(1)
        step(1)
    shown = capsys.readouterr()
    assert shown.out == ""
    assert "extract" in shown.err
    assert "4/4" in shown.err


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
    assert "4/4" not in capsys.readouterr().err


def test_totals_become_steps() -> None:
    steps: list[int] = []
    told = as_totals(steps.append)
    for done in (1, 4, 4, 9):
        told(done, 9)
    assert steps == [1, 3, 0, 5]
