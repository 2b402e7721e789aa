"""The limited child process that reads files: `python -m pipeline.extract.child`.

Takes one JSON line per file on standard input (`path` is a temporary copy, never the name the
file came with), answers one JSON line on standard output, before it a short line for each step
(`{"step": 3}`). Ends when standard input does.
"""

from __future__ import annotations

import json
import logging
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

from pipeline.extract.dispatch import read_job
from pipeline.extract.job import Job, Limits
from pipeline.records import to_json_text

_MIB = 1024 * 1024


def limit_memory(memory_mb: int) -> None:
    """Limit this process's address space, where the system can (Linux; macOS ignores it)."""
    try:
        import resource

        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        size = memory_mb * _MIB
        if hard != resource.RLIM_INFINITY:
            size = min(size, hard)
        resource.setrlimit(resource.RLIMIT_AS, (size, hard))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    except (ImportError, ValueError, OSError):
        logging.getLogger(__name__).info("this system sets no memory limit")


def limit_cpu(cpu_s: int) -> None:
    """Allow this process `cpu_s` more seconds of processor time; it is killed after that."""
    try:
        import resource

        usage = resource.getrusage(resource.RUSAGE_SELF)
        soft = int(usage.ru_utime + usage.ru_stime) + 1 + cpu_s
        _, hard = resource.getrlimit(resource.RLIMIT_CPU)
        if hard != resource.RLIM_INFINITY:
            soft = min(soft, hard)
        resource.setrlimit(resource.RLIMIT_CPU, (soft, hard))
    except (ImportError, ValueError, OSError):
        logging.getLogger(__name__).info("this system sets no processor limit")


def read_request(request: dict[str, Any], tell: Callable[[int | None], None]) -> bytes:
    """Return as JSON text what the requested file says; `tell` hears of each step."""
    limits = Limits(**request["limits"])
    limit_memory(limits.memory_mb)
    limit_cpu(limits.cpu_s)
    data = Path(request["path"]).read_bytes()
    job = Job(
        data,
        request["media_type"],
        request["filename"],
        request["url"],
        limits,
        skip=frozenset(request["skip"]),
        tell=tell,
    )
    return to_json_text(read_job(job))


def serve(requests: IO[bytes], answers: IO[bytes]) -> None:
    """Answer requests until they end."""

    def tell(step: int | None) -> None:
        answers.write(json.dumps({"step": step}).encode() + b"\n")
        answers.flush()

    for line in requests:
        answers.write(read_request(json.loads(line), tell))
        answers.write(b"\n")
        answers.flush()


def main() -> None:
    """Keep standard output for answers alone and serve."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    logging.basicConfig(level=logging.ERROR, stream=sys.stderr)
    serve(sys.stdin.buffer, answers)


if __name__ == "__main__":
    main()
