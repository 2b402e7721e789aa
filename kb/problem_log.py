"""The problems of every run as JSON lines in the data home, for other programs and for `grep`.

Owns `logs/problems.jsonl`. What is shown comes from the record (`kb.runs`); this file only tells of
it as it happens, and may be deleted at any time.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from kb.settings import Settings

MAX_LOG_BYTES = 20 * 1024 * 1024  # then it becomes the old log; some 50,000 problems


def problem_log(settings: Settings) -> Path:
    """Where the problems are written, one JSON object a line."""
    return settings.home / "logs" / "problems.jsonl"


def log_problem(settings: Settings, run_id: int | None, problem: Mapping[str, Any]) -> None:
    """Append one problem with its run and the time; the line is written at once and whole."""
    path = problem_log(settings)
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists() and path.stat().st_size > MAX_LOG_BYTES:
        path.replace(path.with_name("problems.old.jsonl"))
    at = datetime.now(UTC).isoformat(timespec="seconds")
    line = json.dumps({"at": at, "run": run_id, **problem}, ensure_ascii=False)
    with path.open("ab") as log:
        # JSON leaves the line marks of Unicode as they are, and some programs split at them
        log.write(line.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029").encode() + b"\n")
