"""`samvirke queue`: what is next, passing over, how far, and the estimate."""

from __future__ import annotations

from pathlib import Path

import pytest

from kb.settings import Settings
from kb.store import open_store
from tests.builders import Shelf
from tests.command_line import run_here


@pytest.fixture
def home(settings: Settings) -> Path:
    """A data home with one publication that nobody has judged."""
    store = open_store(settings)
    Shelf.with_one_publication(store)
    store.close()
    return settings.home


def test_a_publication_is_screened_through_the_queue(home: Path) -> None:
    (place,) = run_here(home, "queue", "next", "--screening", "--seed", 4, "--by", "Þór").json
    assert (place["batch"], place["position"], place["seed"]) == (0, 0, 4)
    assert place["title"] == "Samarbeid om utsatte barn"
    before = run_here(home, "queue", "status", "--screening").json
    assert (before["population"], before["answered"], before["batches"]) == (1, 0, 1)
    run_here(home, "screening", "decide", place["id"], "include", "--by", "Þór")
    after = run_here(home, "queue", "status", "--screening").json
    assert (after["answered"], after["found"]) == (1, 1)
    ran = run_here(home, "queue", "estimate", "--screening")
    assert ran.json["stop"] is True
    assert ran.json["prevalence"]["hits"] == 1
    assert "everything has been looked at" in ran.err


def test_a_place_passed_over_is_not_shown_again(home: Path) -> None:
    (place,) = run_here(home, "queue", "next", "--screening", SAMVIRKE_USER="Åsa").json
    ran = run_here(home, "queue", "pass", place["id"], "--screening", "--by", "Åsa")
    assert (ran.json["act"], ran.json["by"]) == ("pass", "Åsa")
    assert run_here(home, "queue", "next", "--screening", "--by", "Åsa").json == []
    assert len(run_here(home, "queue", "next", "--screening", "--by", "Kåre").json) == 1


@pytest.mark.parametrize(
    ("args", "status", "said"),
    [
        (("next", "--screening"), 1, "Expected your name"),
        (("next", "--factor", "weather", "--by", "A"), 1, "weather"),
        (("status",), 1, "samvirke index"),
        (("next", "--share", "2"), 2, "share"),
        (("answer", "nowhere", "--by", "A"), 1, "never held"),
    ],
)
def test_what_cannot_be_done_is_said(
    home: Path, args: tuple[str, ...], status: int, said: str
) -> None:
    ran = run_here(home, "queue", *args)
    assert ran.status == status
    assert said in ran.err


def test_every_command_shows_an_example(home: Path) -> None:
    for name in ("next", "status", "pass", "answer", "estimate"):
        assert "Example: samvirke queue" in " ".join(
            run_here(home, "queue", name, "--help").out.split()
        )
