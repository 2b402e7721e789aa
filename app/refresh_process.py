"""Starts a refresh as a process of its own, and says whether one is running.

Owns the process that the app started, and its log. What a refresh does is the pipeline's, which the
app never imports; the lock file in the data home is all that they share.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from kb.runs import RunView
from kb.settings import CHECKOUT, Settings

LOCK = "refresh.lock"  # in the data home; the pipeline holds it while it refreshes
_LOG = "refresh-from-app.log"
_TAIL = 4096  # bytes of a log read for its last line
_started: dict[Path, subprocess.Popen[bytes]] = {}
_guard = threading.Lock()


@dataclass(frozen=True)
class RefreshState:
    """Whether a refresh runs, and the last line of the one started here where it failed."""

    running: bool
    failure: str | None = None


def log_path(settings: Settings) -> Path:
    """Where a refresh that the app starts says what it does."""
    return settings.home / "logs" / _LOG


def is_demo(runs: Sequence[RunView]) -> bool:
    """Whether the data home is kept by demonstrations: its newest refresh was one."""
    return next((run.kind == "demo" for run in runs if run.kind in ("demo", "refresh")), False)


def refresh_state(settings: Settings) -> RefreshState:
    """Say what goes on in this data home."""
    with _guard:
        child = _started.get(settings.home)
        code = child.poll() if child else None
        # The lock is tried only where no child of ours may be about to take it.
        if (child is not None and code is None) or _locked(settings):
            return RefreshState(True)
    return RefreshState(False, _last_line(log_path(settings)) if code else None)


def start_refresh(settings: Settings, *, demo: bool) -> bool:
    """Start a refresh that goes on without the app; False where one is running already."""
    if refresh_state(settings).running:
        return False
    path = log_path(settings)
    path.parent.mkdir(parents=True, exist_ok=True)
    search_path = os.pathsep.join(filter(None, (str(CHECKOUT), os.environ.get("PYTHONPATH"))))
    with _guard, path.open("wb") as log:
        _started[settings.home] = subprocess.Popen(
            [sys.executable, "-m", "pipeline", "refresh", *(["--demo"] if demo else [])],
            env={**os.environ, "SAMVIRKE_HOME": str(settings.home), "PYTHONPATH": search_path},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    return True


def _locked(settings: Settings) -> bool:
    if not (settings.home / LOCK).exists():
        return False
    lock = FileLock(settings.home / LOCK)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        return True
    lock.release()
    return False


def _last_line(path: Path) -> str:
    try:
        text = path.read_bytes()[-_TAIL:].decode("utf-8", errors="replace")
    except OSError:
        return ""
    return next((line.strip() for line in reversed(text.splitlines()) if line.strip()), "")
