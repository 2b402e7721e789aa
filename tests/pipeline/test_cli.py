"""The program itself: its exit statuses, and how each kind of end is said."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from unittest import mock

import pytest

from corpora.errors import CodebookError
from kb.errors import GenerationError
from kb.settings import CHECKOUT
from pipeline.command_table import MODULES
from pipeline.errors import CoderError
from tests.command_line import run_here, run_program, start_program

COMMANDS = [name for names in MODULES.values() for name in names]
PROMISED = (
    "add read refresh crawl extract code index import search map cite export agreement status "
    "runs doctor remove backup restore sources"
).split()  # scripts rely on these


def test_every_promised_command_is_there() -> None:
    assert set(PROMISED) <= set(COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_help_ends_well_and_shows_an_example(tmp_path: Path, command: str) -> None:
    for flag in ("--help", "-h"):
        ran = run_here(tmp_path, command, flag)
        assert (ran.status, ran.err) == (0, "")
        assert f"Example: samvirke {command}" in ran.out


def test_without_a_command_the_help_is_shown(tmp_path: Path) -> None:
    ran = run_here(tmp_path)
    assert ran.status == 2
    assert "Commands:" in ran.out + ran.err


@pytest.mark.parametrize("error", [GenerationError, CodebookError, CoderError])
def test_every_package_error_is_one_sentence_and_status_1(
    tmp_path: Path, error: type[Exception]
) -> None:
    with mock.patch("pipeline.commands.describing.describe_status", side_effect=error("So it is.")):
        ran = run_here(tmp_path, "status")
    assert (ran.status, ran.out, ran.err) == (1, "", "samvirke: So it is.\n")


def test_a_full_disk_is_one_sentence_and_status_1(tmp_path: Path) -> None:
    full = OSError(28, "No space left on device", "/home/record.sqlite")
    with mock.patch("pipeline.commands.describing.describe_status", side_effect=full):
        ran = run_here(tmp_path, "status")
    assert (ran.status, ran.out) == (1, "")
    assert "No space left on device" in ran.said
    assert "see that the disk has room" in ran.said


def test_a_home_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "fil").touch()
    ran = run_program(tmp_path / "fil" / "hjem", "status")
    assert (ran.status, ran.out) == (1, "")
    assert "set SAMVIRKE_HOME to a folder you can write to" in ran.err
    assert ran.err.count("\n") == 1


def test_a_setting_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    ran = run_here(tmp_path, "status", SAMVIRKE_EXTRACT_WORKERS="many")
    assert ran.status == 1
    assert "SAMVIRKE_EXTRACT_WORKERS" in ran.said


def test_a_record_that_is_none_is_said(tmp_path: Path) -> None:
    (tmp_path / "record.sqlite").write_bytes(b"this is no database, but it is long enough" * 40)
    ran = run_here(tmp_path, "status")
    assert ran.status == 1
    assert "cannot be opened" in ran.said
    assert "restore a backup" in ran.said


def test_a_stop_is_said_and_the_status_is_1(tmp_path: Path) -> None:
    process = start_program(tmp_path, "add", "-")
    try:
        lock = tmp_path / "refresh.lock"
        for _ in range(500):  # it waits for standard input once it holds the lock
            if lock.exists():
                break
            time.sleep(0.02)
        time.sleep(0.2)
        os.kill(process.pid, signal.SIGINT)
        out, err = process.communicate(timeout=30)
    finally:
        process.kill()
    assert (process.returncode, out) == (1, b"")
    assert err.decode().splitlines()[-1].startswith("samvirke: stopped; what was done so far")


def test_a_reader_that_goes_away_is_no_traceback(tmp_path: Path) -> None:
    command = f"{sys.executable} -m pipeline sources --format jsonl | head -n 1"
    ran = subprocess.run(
        ["bash", "-c", command],
        cwd=CHECKOUT,
        env={**os.environ, "SAMVIRKE_HOME": str(tmp_path)},
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert ran.stdout.count(b"\n") == 1
    assert b"Traceback" not in ran.stderr


def test_a_broken_pipe_is_not_called_a_full_disk(tmp_path: Path) -> None:
    command = (
        f"{sys.executable} -c 'from unittest import mock; from pipeline.cli import main; "
        'mock.patch("pipeline.commands.describing.describe_status", '
        "side_effect=BrokenPipeError).start(); main()' status"
    )
    ran = subprocess.run(
        ["bash", "-c", command],
        cwd=CHECKOUT,
        env={**os.environ, "SAMVIRKE_HOME": str(tmp_path)},
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert (ran.returncode, ran.stdout, ran.stderr) == (1, b"", b"")
