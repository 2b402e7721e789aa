"""Programs that some tests need: found, or the test skips, or fails under SAMVIRKE_TEST_ALL=1."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import NoReturn

import pytest


def require_program(*names: str) -> str:
    """The path of the first of these programs that is there.

    Without any the test skips and says what is missing; under SAMVIRKE_TEST_ALL=1 it fails.
    """
    found = next(filter(None, map(shutil.which, names)), None)
    return found or missing(" or ".join(names))


def require_postgres() -> Path:
    """The folder of PostgreSQL's server programs (Debian keeps them off the PATH)."""
    for path in sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True):
        if (path / "initdb").exists():
            return path
    return Path(require_program("initdb")).resolve().parent


def missing(name: str) -> NoReturn:
    """Skip for a missing program, or fail where none may be missing."""
    if os.environ.get("SAMVIRKE_TEST_ALL") == "1":
        pytest.fail(f"{name} is not installed, and SAMVIRKE_TEST_ALL=1 lets no test skip")
    pytest.skip(f"{name} is not installed")
