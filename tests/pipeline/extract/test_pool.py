from __future__ import annotations

import os
import resource
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from unittest import mock

import pytest

from pipeline.extract import ExtractPool, Job, Limits, extract_bytes
from pipeline.extract.child import limit_cpu
from tests.pipeline.extract.papers import scan

PAGE = b"<html><body><h1>Notat</h1><p>Dette er en tekst om samarbeid.</p></body></html>"


@pytest.fixture(scope="module")
def pool() -> Iterator[ExtractPool]:
    with ExtractPool(1) as opened:
        yield opened


def test_reads_in_a_child_and_hands_back_the_record() -> None:
    read = extract_bytes(PAGE, media_type="text/html", filename="a.html", url="http://a.test/")
    assert read.status == "read"
    assert read.metadata["title"].value == "Notat"
    assert read.blocks[1].text == "Dette er en tekst om samarbeid."


def test_many_files_come_back_in_order(pool: ExtractPool) -> None:
    pages = [PAGE.replace(b"Notat", f"Notat {n}".encode()) for n in range(9)]
    titles = [read.metadata["title"].value for read in pool.map(Job(page) for page in pages)]
    assert titles == [f"Notat {n}" for n in range(9)]


@pytest.mark.parametrize(
    ("data", "said", "sentence"),
    [
        (b"", None, "The file is empty; fetch or save it again."),
        (b" \n\t\x00", None, "The file is empty; fetch or save it again."),
        (
            b"\x89PNG\r\n\x1a\n\x00\x01\x02\x03\x04",
            "application/pdf",
            "The file is none of PDF, HTML, DOCX, PPTX, EPUB, ODT, RTF and text (it was said to be"
            " application/pdf); save it as one of these and add it again.",
        ),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00\x01" * 300, None, None),
        (
            b"%PDF-1.7 nothing more",
            None,
            "The PDF is damaged and cannot be opened; fetch or save it again.",
        ),
        (b"<html></html>", None, "The page holds no text that could be read."),
    ],
)
def test_bad_files_are_set_aside_with_a_sentence(
    pool: ExtractPool, data: bytes, said: str | None, sentence: str | None
) -> None:
    read = pool.extract(Job(data, said))
    assert read.status == "quarantined"
    assert read.reason is not None and read.reason.endswith(".")
    if sentence is not None:
        assert read.reason == sentence
    else:
        assert "encrypted or old binary office file" in read.reason


def test_a_file_over_the_size_limit_is_not_even_sent(pool: ExtractPool) -> None:
    read = pool.extract(Job(b"x" * 3_000_000, limits=Limits(max_bytes=1_000_000)))
    assert read.status == "quarantined"
    assert read.reason == "The file has 2 MiB, more than the 0 MiB that are read; save it smaller."


def test_time_limit_kills_the_child_and_the_next_file_is_read(pool: ExtractPool) -> None:
    endless = b"<html><body>" + b"<p>ord</p>" * 1_000_000
    late = pool.extract(Job(endless, limits=Limits(wall_s=0.05)))
    assert (late.status, late.retry) == ("quarantined", True)
    assert late.reason and late.reason.startswith("Reading the file took longer than 0.05 seconds")
    assert pool.extract(Job(PAGE)).status == "read"


def test_what_a_late_child_has_started_ends_with_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    noted, program = tmp_path / "pid", tmp_path / "tesseract"
    listing = '[ "$1" = --list-langs ] && echo nor && exit'
    program.write_text(f"#!/bin/sh\n{listing}\necho $$ > {noted}\nexec sleep 120\n", "utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    with ExtractPool(1) as own:
        own.extract(Job(PAGE))  # the child is warm
        assert own.extract(Job(scan(), limits=Limits(wall_s=3))).retry
    started = int(noted.read_text("utf-8"))
    for _ in range(50):
        if not _runs(started):
            break
        time.sleep(0.1)
    assert not _runs(started)


def _runs(pid: int) -> bool:
    state = subprocess.run(
        ["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False
    ).stdout.strip()
    return bool(state) and not state.startswith("Z")


def test_a_child_that_dies_is_replaced(pool: ExtractPool) -> None:
    worker = pool._workers[0]
    pool.extract(Job(PAGE))
    assert worker._process is not None
    before = worker._process.pid
    worker._process.kill()
    worker._process.wait()
    assert pool.extract(Job(PAGE)).status == "read"
    assert worker._process is not None and worker._process.pid != before


@pytest.mark.skipif(os.uname().sysname != "Linux", reason="only Linux limits the address space")
def test_memory_limit_ends_in_a_sentence(pool: ExtractPool) -> None:
    page = b"<html><body>" + b"<p>ord</p>" * 3_000_000 + b"</body></html>"
    read = pool.extract(Job(page, limits=Limits(memory_mb=400)))
    assert read.status == "quarantined"
    assert read.reason and "400 MiB" in read.reason
    assert pool.extract(Job(PAGE)).status == "read"


def test_a_step_that_breaks_the_child_is_left_out_next_time(tmp_path: Path) -> None:
    child = tmp_path / "child.py"
    child.write_text(
        """
import json, os, sys
for line in sys.stdin:
    asked = json.loads(line)
    for step in range(4):
        if step in asked["skip"]:
            continue
        print(json.dumps({"step": step}), flush=True)
        if step in (1, 2):
            os._exit(1)
    record = {"status": "partial", "reason": str(asked["skip"]), "media_type": "x"}
    record["language"] = None
    print(json.dumps(record), flush=True)
""",
        "utf-8",
    )
    with mock.patch("pipeline.extract.pool.CHILD", [str(child)]), ExtractPool(1) as own:
        assert own.extract(Job(PAGE)).reason == "[1, 2]"


def test_a_child_that_stands_still_is_late_though_it_says_something(tmp_path: Path) -> None:
    child = tmp_path / "child.py"
    child.write_text(
        """
import sys, time
for line in sys.stdin:
    print('{"step": 0}', flush=True)
    print('{"step": null}', flush=True)
    time.sleep(60)
""",
        "utf-8",
    )
    limits = Limits(wall_s=20, step_s=0.3)
    with mock.patch("pipeline.extract.pool.CHILD", [str(child)]), ExtractPool(1) as own:
        read = own.extract(Job(PAGE, limits=limits))
    assert (read.status, read.retry) == ("quarantined", True)
    assert read.reason and read.reason.startswith("Reading the file took longer than 0.3 seconds")


def test_steps_in_this_process() -> None:
    told: list[int | None] = []
    job = Job(PAGE, skip=frozenset({2}), tell=told.append)
    assert [job.enter(step) for step in (0, 1, 2, 3)] == [True, True, False, True]
    assert not job.out_of_time()
    assert told == [0, 1, 3, None]
    assert Job(PAGE, limits=Limits(wall_s=0)).out_of_time()


def test_the_copy_is_gone_afterwards(pool: ExtractPool) -> None:
    pool.extract(Job(PAGE, filename="../../etc/passwd"))
    assert list(Path(pool._workers[0]._folder.name).iterdir()) == []


def test_processor_limit_can_be_set_again_and_again() -> None:
    before = resource.getrlimit(resource.RLIMIT_CPU)
    try:
        limit_cpu(10_000)
        first, _ = resource.getrlimit(resource.RLIMIT_CPU)
        limit_cpu(20_000)
        second, hard = resource.getrlimit(resource.RLIMIT_CPU)
    finally:
        resource.setrlimit(resource.RLIMIT_CPU, before)
    assert first >= 10_000
    assert second >= 20_000, "the first limit may not stand in the way of the second"
    assert hard == before[1], "a lowered hard limit could never be raised again"
