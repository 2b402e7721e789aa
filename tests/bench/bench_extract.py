"""Reading PDFs: speed against plain pdfplumber in the same run, two workers against one, memory.

The files are Debian's installation guides (install the package installation-guide-amd64). Both
sides run warm in this process, turn by turn, measured by processor time: what else the machine does
counts for neither.
"""

from __future__ import annotations

import io
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from unittest import mock

import pdfplumber
import pypdfium2

from pipeline.extract import ExtractPool
from pipeline.extract.dispatch import read_job
from pipeline.extract.job import Job
from pipeline.extract.pdf_rules import Rules
from pipeline.extract.pool import Worker
from pipeline.records import Extracted
from tests.gates.guides import LANGUAGES, guide_pdf

SAMPLE = range(12, 42)  # pages pdfplumber reads in a turn; all of a guide would take a minute
TURNS = 3
LARGE = 1000  # pages
ALLOWED = 400  # MiB of resident memory for a child that reads so many


def pages_a_second(read: Callable[[bytes], int], data: bytes) -> float:
    """Pages a second of processor time of one call, which returns how many pages it read."""
    start = time.process_time()
    return read(data) / (time.process_time() - start)


def plumb(data: bytes) -> int:
    """What a few lines with pdfplumber would do: the pages' text."""
    with pdfplumber.open(io.BytesIO(data), pages=[page + 1 for page in SAMPLE]) as pdf:
        for page in pdf.pages:
            page.extract_text()
            page.close()
    return len(SAMPLE)


def read_whole(data: bytes) -> int:
    """The whole extraction, in this process as pdfplumber's."""
    return len(read_job(Job(data)).pages)


def read_without_tables(data: bytes) -> int:
    """The same without looking for tables and fact boxes."""
    with mock.patch("pipeline.extract.pdf_page.read_rules", lambda page, placement: Rules()):
        return read_whole(data)


def print_speed() -> None:
    """Print the ratios to pdfplumber."""
    for data in map(guide_pdf, LANGUAGES):  # warm
        read_whole(data)
    plumb(guide_pdf("da"))
    for language in LANGUAGES:
        data = guide_pdf(language)
        ways = (plumb, read_without_tables, read_whole)
        turns = [[pages_a_second(read, data) for read in ways] for _ in range(TURNS)]
        plumbed, bare, whole = (statistics.median(column) for column in zip(*turns, strict=True))
        print(
            f"guide {language}: pdfplumber extract_text {plumbed:.1f} pages/s; ours, tables off "
            f"{bare:.0f} ({bare / plumbed:.1f} times), tables on {whole:.0f} "
            f"({whole / plumbed:.1f} times)"
        )


def print_workers() -> None:
    """Print what a second worker adds (on two free cores)."""
    jobs = [Job(guide_pdf(language)) for language in LANGUAGES] * 2
    rates = {}
    for count in (1, 2):
        with ExtractPool(count) as pool:
            list(pool.map([Job(b"A line of text to start the worker.")] * count))
            start = time.perf_counter()
            read = sum(len(record.pages) for record in pool.map(jobs))
            rates[count] = read / (time.perf_counter() - start)
    print(
        f"workers: one {rates[1]:.0f} pages/s, two {rates[2]:.0f}; ratio {rates[2] / rates[1]:.2f}"
    )


def large_pdf() -> bytes:
    """A guide repeated to a thousand pages."""
    source, target = pypdfium2.PdfDocument(guide_pdf("sv")), pypdfium2.PdfDocument.new()
    while len(target) < LARGE:
        target.import_pages(source, pages=list(range(min(len(source), LARGE - len(target)))))
    buffer = io.BytesIO()
    target.save(buffer)
    return buffer.getvalue()


def read_measured(data: bytes) -> tuple[Extracted, int]:
    """Read a file in a fresh worker; the record, and the child's peak resident memory in MiB."""
    worker = Worker()
    try:
        read = worker.read(Job(data))
        process = worker._process
        assert process is not None
        status = Path(f"/proc/{process.pid}/status").read_text()
        peak = next(line for line in status.splitlines() if line.startswith("VmHWM"))
        return read, int(peak.split()[1]) // 1024
    finally:
        worker.close()


def print_memory() -> None:
    """Print the peak memory of a child that reads a thousand pages."""
    read, peak = read_measured(large_pdf())
    share = peak / ALLOWED
    print(f"memory: {len(read.pages)} pages, peak {peak} MiB; of the {ALLOWED} allowed {share:.2f}")


def main() -> None:
    """Print every figure."""
    print_speed()
    print_workers()
    print_memory()


if __name__ == "__main__":
    main()
