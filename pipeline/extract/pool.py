"""Warm limited children that read files, and the promise that none of them can stop a run.

Owns starting, feeding, killing and replacing the children. What a file costs is bounded by
`Limits`; one that breaks them, or its child, is quarantined with a sentence.
"""

from __future__ import annotations

import atexit
import json
import logging
import os
import queue
import select
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path
from types import TracebackType

from pydantic import ValidationError

from pipeline.extract.choose import UNKNOWN, sniff
from pipeline.extract.job import DEFAULT_LIMITS, Job, Limits
from pipeline.extract.outcome import quarantined, settle_language
from pipeline.records import Extracted, record_from_json_text

log = logging.getLogger(__name__)

CHILD = ["-m", "pipeline.extract.child"]
"""What Python is asked to run as the child that reads."""
_PROJECT = Path(__file__).resolve().parents[2]
_FILES_PER_CHILD = 200  # files; then a fresh child, so that what a library leaks goes back
_CLOSE_S = 3.0  # seconds a child gets to end by itself
_MAX_SKIPPED = 4  # steps of one file that may break the reader before the file is set aside
_CHUNK = 1 << 16  # bytes read of a child's answer at a time
_STEP = b'{"step": '


class _Broken(Exception):  # noqa: N818 - caught here alone
    """The child gave no answer; `late` where its time had run out, `step` where it stood."""

    def __init__(self, *, late: bool, step: int | None) -> None:
        super().__init__()
        self.late, self.step = late, step


class Worker:
    """One child process; reads one file at a time. Not for several threads at once."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._read = 0
        self._folder = tempfile.TemporaryDirectory(prefix="samvirke-read-")

    def _start(self) -> subprocess.Popen[bytes]:
        if self._process is not None and self._process.poll() is None:
            return self._process
        self._stop(kill=True)
        environment = dict(os.environ)
        paths = [str(_PROJECT), environment.get("PYTHONPATH", "")]
        environment["PYTHONPATH"] = os.pathsep.join(path for path in paths if path)
        self._process = subprocess.Popen(
            [sys.executable, *CHILD],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            bufsize=0,
            start_new_session=True,  # a process group of its own: what it starts ends with it
        )
        self._read = 0
        return self._process

    def read(self, job: Job) -> Extracted:
        """Return what the file says, or why it was set aside. Never raises for bad input.

        Where one page breaks the child, the file is read again without it.
        """
        limits = job.limits
        if len(job.data) > limits.max_bytes:
            return quarantined(
                UNKNOWN,
                f"The file has {len(job.data) // 2**20} MiB, more than the"
                f" {limits.max_bytes // 2**20} MiB that are read; save it smaller.",
            )
        copy = Path(self._folder.name) / "input"
        copy.write_bytes(job.data)
        end = time.monotonic() + limits.wall_s
        skip: set[int] = set()
        try:
            while True:
                try:
                    return self._attempt(copy, job, skip, end)
                except _Broken as broken:
                    log.info("the child broke off at step %s", broken.step)
                    known = broken.step is None or broken.step in skip
                    if known or len(skip) >= _MAX_SKIPPED or time.monotonic() >= end:
                        media_type = sniff(job.data, job.media_type, job.filename)
                        return quarantined(media_type, _why(broken.late, job), retry=broken.late)
                    skip.add(broken.step or 0)
        finally:
            copy.unlink(missing_ok=True)
            self._read += 1
            if self._read >= _FILES_PER_CHILD:
                self._stop()

    def _attempt(self, copy: Path, job: Job, skip: set[int], end: float) -> Extracted:
        """Have a child read the file once; raises _Broken, the child being gone then."""
        request = {
            "path": str(copy),
            "media_type": job.media_type,
            "filename": job.filename,
            "url": job.url,
            "limits": asdict(job.limits),
            "skip": sorted(skip),
        }
        process = self._start()
        try:
            answer = _ask(process, json.dumps(request).encode(), job.limits.step_s, end)
            return settle_language(record_from_json_text(Extracted, answer))
        except _Broken:
            self._stop(kill=True)
            raise
        except ValidationError as error:
            log.error("a child's answer does not fit the record: %s", error)
            self._stop(kill=True)
            raise _Broken(late=False, step=None) from error

    def _stop(self, *, kill: bool = False) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        if kill:
            _kill_group(process)
        assert process.stdin is not None and process.stdout is not None
        try:
            process.stdin.close()
        except OSError:
            log.debug("the child had closed its end already")
        try:
            process.wait(_CLOSE_S)
        except subprocess.TimeoutExpired:
            _kill_group(process)
            process.wait()
        process.stdout.close()

    def close(self) -> None:
        """End the child and remove its folder."""
        self._stop()
        self._folder.cleanup()


def _ask(process: subprocess.Popen[bytes], request: bytes, step_s: float, end: float) -> bytes:
    """Return a child's answer line; raises _Broken where it ends, stands still or is late.

    `end` is the time of the clock at which the file's time is over.
    """
    assert process.stdin is not None and process.stdout is not None
    step: int | None = None
    try:
        process.stdin.write(request + b"\n")
    except OSError as error:
        raise _Broken(late=False, step=None) from error
    pipe = process.stdout.fileno()
    parts: list[bytes] = []
    still = time.monotonic() + step_s
    while True:
        left = min(end, still) - time.monotonic()
        ready = select.select([pipe], [], [], left)[0] if left > 0 else []
        chunk = os.read(pipe, _CHUNK) if ready else b""
        if not chunk:
            raise _Broken(late=not ready, step=step)
        parts.append(chunk)
        if b"\n" not in chunk:
            continue
        *whole, rest = b"".join(parts).split(b"\n")
        parts = [rest]
        still = time.monotonic() + step_s
        for line in whole:
            if not line.startswith(_STEP):
                return line
            said = json.loads(line)["step"]
            step = step if said is None else int(said)


def _kill_group(process: subprocess.Popen[bytes]) -> None:
    """Kill a child with all that it started (Tesseract), also where the child itself has ended."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        process.kill()


def _why(late: bool, job: Job) -> str:
    if late:
        limit_s = min(job.limits.wall_s, job.limits.step_s)
        return (
            f"Reading the file took longer than {limit_s:g} seconds;"
            " open it in its own program, save it again or split it."
        )
    return (
        "Reading the file broke off: it is damaged, or it needs more memory"
        f" ({job.limits.memory_mb} MiB) or processor time ({job.limits.cpu_s} s) than it may use;"
        " open it in its own program and save it again."
    )


class ExtractPool:
    """Several warm workers; `extract` may be called from any number of threads."""

    def __init__(self, workers: int = 2) -> None:
        self._workers = [Worker() for _ in range(max(1, workers))]
        self._free: queue.SimpleQueue[Worker] = queue.SimpleQueue()
        for worker in self._workers:
            self._free.put(worker)

    def extract(self, job: Job) -> Extracted:
        """Return what one file says, waiting for a free worker."""
        worker = self._free.get()
        try:
            return worker.read(job)
        finally:
            self._free.put(worker)

    def map(self, jobs: Iterable[Job]) -> Iterator[Extracted]:
        """Yield the outcome of each job, in the order of the jobs, a few read ahead."""
        with ThreadPoolExecutor(len(self._workers)) as threads:
            ahead: deque[Future[Extracted]] = deque()
            for job in jobs:
                ahead.append(threads.submit(self.extract, job))
                if len(ahead) > 2 * len(self._workers):
                    yield ahead.popleft().result()
            while ahead:
                yield ahead.popleft().result()

    def close(self) -> None:
        """End all workers."""
        for worker in self._workers:
            worker.close()

    def __enter__(self) -> ExtractPool:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


class _Shared:
    """One warm worker for callers that read a file now and then; ends with the process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._pool: ExtractPool | None = None

    def extract(self, job: Job) -> Extracted:
        with self._lock:
            if self._pool is None:
                self._pool = ExtractPool(1)
                atexit.register(self._pool.close)
        return self._pool.extract(job)


_shared = _Shared()


def extract_bytes(
    data: bytes,
    *,
    media_type: str | None = None,
    filename: str | None = None,
    url: str | None = None,
    limits: Limits = DEFAULT_LIMITS,
) -> Extracted:
    """Read one file in a limited child process.

    `media_type`, `filename` and `url` are what is known of it; the bytes decide first. Never
    raises for bad input: the status is "quarantined" with a one-sentence reason.
    """
    return _shared.extract(Job(data, media_type, filename, url, limits))
