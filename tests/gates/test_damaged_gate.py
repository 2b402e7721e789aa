"""Broken and hostile PDFs, a fixed 60 of more than 400: each an outcome, none the end of the run.

`SAMVIRKE_DAMAGED=all` reads every one of them (about half a minute on two cores). What is asked of
an outcome is the same for both: read, partial or quarantined, the latter two with one sentence.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from pipeline.extract import ExtractPool, Job, Limits
from pipeline.records import Extracted
from tests.gates.damaged_pdfs import CHOSEN, chosen, everything, locked
from tests.gates.raw_pdf import TEXTS, RawPdf

LIMITS = Limits(wall_s=60, step_s=20, cpu_s=20, memory_mb=1500, ocr_pages=3)
AT_LEAST = 300
SENTENCE = re.compile(r"^[A-ZÅ].*[^.]\.$", re.DOTALL)
FILES = everything() if os.environ.get("SAMVIRKE_DAMAGED") == "all" else chosen()


@dataclass
class Run:
    """One run over all files: their outcomes, and a sound file read after them."""

    outcomes: dict[str, Extracted]
    after: Extracted

    def text(self, name: str) -> str:
        """All that was read of a file."""
        return " ".join(page.text for page in self.outcomes[name].pages)


@pytest.fixture(scope="module")
def run() -> Iterator[Run]:
    with ExtractPool(2) as pool:
        jobs = (Job(data, "application/pdf", limits=LIMITS) for data in FILES.values())
        outcomes = dict(zip(FILES, pool.map(jobs), strict=True))
        yield Run(outcomes, pool.extract(Job(RawPdf.report().bytes())))


@pytest.fixture(scope="module")
def pool() -> Iterator[ExtractPool]:
    with ExtractPool(1) as opened:
        yield opened


def _text(read: Extracted) -> str:
    return " ".join(page.text for page in read.pages)


def test_there_are_enough_of_them_and_they_are_the_same_every_time() -> None:
    assert len(everything()) >= AT_LEAST
    assert len(chosen()) == CHOSEN
    everything.cache_clear()
    assert chosen() == {name: everything()[name] for name in chosen()}
    families = {name.partition("-")[0] for name in everything()}
    assert families <= {name.partition("-")[0] for name in chosen()}


@pytest.mark.parametrize("name", FILES)
def test_each_has_an_outcome_that_a_person_understands(run: Run, name: str) -> None:
    read = run.outcomes[name]
    if read.status == "read":
        assert read.reason is None
        assert run.text(name).strip()
        return
    assert read.reason is not None and SENTENCE.match(read.reason), read.reason
    assert ". " not in read.reason
    assert "Error" not in read.reason and "Traceback" not in read.reason
    assert (read.status == "partial") == bool(run.text(name).strip())


def test_the_run_goes_on_after_them(run: Run) -> None:
    assert run.after.status == "read"
    assert all(text in _text(run.after) for text in TEXTS)


def test_nothing_of_a_file_is_run_fetched_or_expanded(run: Run) -> None:
    for name in run.outcomes:
        text = run.text(name) + str(run.outcomes[name].metadata)
        assert "root:" not in text
        assert "a" * 100 not in text, name


@pytest.mark.parametrize("tenth", [6, 7, 8, 9])
def test_what_is_there_of_a_cut_file_is_kept(pool: ExtractPool, tenth: int) -> None:
    whole = RawPdf.report().bytes()
    read = pool.extract(Job(whole[: len(whole) * tenth // 10], limits=LIMITS))
    assert read.status == "partial"
    assert read.reason == "The file is damaged: only what could be found of it was read."
    assert sum(text in _text(read) for text in TEXTS) >= (2 if tenth < 8 else 3)


def test_a_file_without_its_beginning_is_mended_too(pool: ExtractPool) -> None:
    whole = RawPdf.report().bytes()
    read = pool.extract(Job(whole[20:], "application/pdf", limits=LIMITS))
    assert read.media_type == "application/pdf"
    assert TEXTS[2] in _text(read)


def test_one_page_that_breaks_the_reader_does_not_cost_the_others(pool: ExtractPool) -> None:
    read = pool.extract(Job(everything()["nested-forms-1"], limits=LIMITS))
    assert read.status == "partial"
    assert read.reason == "Page 2 is damaged and could not be read."
    assert TEXTS[0] in _text(read) and TEXTS[2] in _text(read)


def test_a_page_whose_content_cannot_be_unpacked_is_named(pool: ExtractPool) -> None:
    read = pool.extract(Job(everything()["packed-content-noise"], limits=LIMITS))
    assert (read.status, read.reason) == ("partial", "Page 2 is damaged and could not be read.")


def test_encrypted_files_open_where_anyone_may_read_them(pool: ExtractPool) -> None:
    opened = pool.extract(Job(locked(user=""), limits=LIMITS))
    assert opened.status == "read" and all(text in _text(opened) for text in TEXTS)
    shut = pool.extract(Job(locked(user="hemmelig"), limits=LIMITS))
    assert (shut.status, shut.pages) == ("quarantined", ())
    assert shut.reason is not None and "needs a password" in shut.reason


def test_a_file_with_too_many_pages_is_read_as_far_as_it_may_be(pool: ExtractPool) -> None:
    data = RawPdf.report(["En kort side om samarbeid."] * 40).bytes()
    read = pool.extract(Job(data, limits=Limits(max_pages=10)))
    assert (read.status, len(read.pages)) == ("partial", 10)
    assert read.reason == "Only the first 10 of 40 pages were read, because of their number."
