"""Runs `samvirke` as its users do: in this process, which is quick, or as a program of its own."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest import mock

from kb.settings import CHECKOUT
from pipeline.cli import main
from tests.warm_parts import warm_parts


@dataclass(frozen=True)
class Ran:
    """What a command left: its exit status and its two outputs."""

    status: int
    data: bytes
    err: str

    @property
    def out(self) -> str:
        """Standard output as text."""
        return self.data.decode()

    @property
    def json(self) -> Any:
        """Standard output, which must be JSON and nothing else."""
        return json.loads(self.data)

    @property
    def lines(self) -> list[Any]:
        """Standard output, which must be JSON lines and nothing else."""
        return [json.loads(line) for line in self.data.splitlines()]

    @property
    def said(self) -> str:
        """The last line of standard error: the sentence of a failure."""
        return self.err.strip().splitlines()[-1] if self.err.strip() else ""


def run_here(home: Path, *args: object, stdin: bytes = b"", **variables: str) -> Ran:
    """Run a command in this process; what starts slowly is started once for all of them."""
    with _in_place(home, args, stdin, variables) as (out, err):
        try:
            main()
            status = 0
        except SystemExit as ending:
            status = int(ending.code or 0)
        sys.stdout.flush()
        sys.stderr.flush()
        return Ran(status, out.getvalue(), err.getvalue().decode())


def run_program(home: Path, *args: object, stdin: bytes = b"", **variables: str) -> Ran:
    """Run a command as a program of its own."""
    with start_program(home, *args, **variables) as process:
        out, err = process.communicate(stdin, timeout=240)
    return Ran(process.returncode, out, err.decode())


def start_program(home: Path, *args: object, **variables: str) -> subprocess.Popen[bytes]:
    """Start a command as a program of its own, in a process group of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "pipeline", *map(str, args)],
        cwd=CHECKOUT,
        env={**os.environ, "SAMVIRKE_HOME": str(home), **variables},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )


@contextmanager
def _in_place(
    home: Path, args: tuple[object, ...], stdin: bytes, variables: dict[str, str]
) -> Iterator[tuple[io.BytesIO, io.BytesIO]]:
    out, err = io.BytesIO(), io.BytesIO()
    with ExitStack() as stack:
        patches: tuple[AbstractContextManager[Any], ...] = (
            mock.patch.object(sys, "argv", ["samvirke", *map(str, args)]),
            mock.patch.object(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin), "utf-8")),
            mock.patch.object(sys, "stdout", io.TextIOWrapper(out, "utf-8")),
            mock.patch.object(sys, "stderr", io.TextIOWrapper(err, "utf-8")),
            mock.patch.dict(os.environ, {"SAMVIRKE_HOME": str(home), **variables}),
            warm_parts(),
        )
        for patch in patches:
            stack.enter_context(patch)
        yield out, err
