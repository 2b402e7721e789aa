"""A refresh started from the app is a process of its own, one at a time, and says how it ended."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from filelock import FileLock

from app import refresh_process
from app.refresh_process import is_demo, log_path, refresh_state, start_refresh
from kb.runs import RunView
from kb.settings import Settings
from tests.app.conftest import Opener, html_of
from tests.app.sample_base import Sample

_PATIENCE_S = 30


def wait_for(settled: Callable[[], bool]) -> None:
    """Wait until something is so."""
    until = time.monotonic() + _PATIENCE_S
    while not settled():
        assert time.monotonic() < until, "it never came to be so"
        time.sleep(0.05)


def run(kind: str) -> RunView:
    """A run of a kind."""
    return RunView(1, kind, "done", datetime(2026, 1, 1, tzinfo=UTC), None, {})


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stands where Python would be: says how it was called, and ends once `stop` is there."""
    path = tmp_path / "program"
    path.write_text(
        f"#!{sys.executable}\n"
        "import os, pathlib, sys, time\n"
        "print(' '.join(sys.argv[1:]), os.environ['SAMVIRKE_HOME'], os.getsid(0) == os.getpid())\n"
        "sys.stdout.flush()\n"
        "stop = pathlib.Path(__file__).with_name('stop')\n"
        "while not stop.exists(): time.sleep(0.02)\n"
        "print(stop.read_text())\n"
        "sys.exit(1 if stop.read_text() else 0)\n",
        encoding="utf-8",
    )
    path.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(path))
    return path


@pytest.mark.parametrize(
    ("demo", "called"), [(True, "-m pipeline refresh --demo"), (False, "-m pipeline refresh")]
)
def test_one_refresh_is_started_at_a_time_in_a_session_of_its_own(
    tmp_path: Path, program: Path, demo: bool, called: str
) -> None:
    settings = Settings(home=tmp_path / "home")
    assert not refresh_state(settings).running
    assert start_refresh(settings, demo=demo)
    assert refresh_state(settings).running
    assert not start_refresh(settings, demo=demo)
    wait_for(lambda: bool(log_path(settings).read_text(encoding="utf-8")))
    said = log_path(settings).read_text(encoding="utf-8").splitlines()
    assert said[0] == f"{called} {settings.home} True"
    program.with_name("stop").write_text("", encoding="utf-8")
    wait_for(lambda: not refresh_state(settings).running)
    assert refresh_state(settings).failure is None


def test_a_failed_refresh_leaves_its_last_line(tmp_path: Path, program: Path) -> None:
    settings = Settings(home=tmp_path / "home")
    start_refresh(settings, demo=False)
    program.with_name("stop").write_text("The disk is full.", encoding="utf-8")
    wait_for(lambda: not refresh_state(settings).running)
    assert refresh_state(settings).failure == "The disk is full."


def test_the_real_program_answers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SAMVIRKE_CONTACT", raising=False)
    settings = Settings(home=tmp_path / "home")
    settings.home.mkdir()
    assert start_refresh(settings, demo=False)
    wait_for(lambda: not refresh_state(settings).running)
    assert "SAMVIRKE_CONTACT" in str(refresh_state(settings).failure)


def test_a_refresh_of_another_process_is_seen_by_its_lock(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    assert not refresh_state(settings).running
    with FileLock(tmp_path / refresh_process.LOCK):
        assert refresh_state(settings).running
        assert not start_refresh(settings, demo=True)
    assert not refresh_state(settings).running
    assert not log_path(settings).exists()


def test_a_home_of_demonstrations_is_known_by_its_newest_refresh() -> None:
    assert is_demo([run("add"), run("demo"), run("refresh")])
    assert not is_demo([run("add"), run("refresh"), run("demo")])
    assert not is_demo([])


def test_the_page_starts_one_and_shows_that_it_runs(
    open_view: Opener, sample: Sample, program: Path
) -> None:
    test = open_view("pipeline")
    assert "No refresh is running." in html_of(test)
    test.button(key="refresh").click().run()
    assert not test.exception
    assert "A refresh is running" in html_of(test)
    assert test.button(key="refresh").disabled
    program.with_name("stop").write_text("It <b>broke</b>.", encoding="utf-8")
    wait_for(lambda: not refresh_state(sample.settings).running)
    html = html_of(test.run())
    assert "has failed: It &lt;b&gt;broke&lt;/b&gt;." in html
    assert not test.button(key="refresh").disabled
    log_path(sample.settings).unlink()
    refresh_process._started.clear()
