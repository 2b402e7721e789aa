from __future__ import annotations

import os
import threading

import pytest

from kb.errors import GenerationError
from kb.search.side_by_side import begin


def test_what_is_begun_runs_beside_and_gives_what_it_found() -> None:
    ready, told = threading.Event(), threading.Event()

    def act() -> str:
        told.set()
        return "found" if ready.wait(10) else "late"

    found = begin(act)
    assert told.wait(10)  # it runs while this goes on
    ready.set()
    assert found() == found() == "found"


def test_an_error_is_raised_where_the_result_is_asked_for() -> None:
    def act() -> None:
        raise GenerationError("damaged")

    found = begin(act)
    with pytest.raises(GenerationError, match="damaged"):
        found()


def test_more_than_there_are_threads_are_done_one_after_another() -> None:
    many = 4 * (os.cpu_count() or 1)
    found = [begin(lambda number=number: number**2) for number in range(many)]  # type: ignore[misc]
    assert [one() for one in found] == [number**2 for number in range(many)]
