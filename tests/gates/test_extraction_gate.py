"""Reading PDFs: the text, its order, its pages and what a long file costs in memory.

The guides' text is measured against their own HTML, whatever version of them is installed; the
generated columns and the sentences are data of ours, whose hash stands with the floors. A floor
only rises. Pages and labels of every replica passage are in the replica's gate.
"""

from __future__ import annotations

import hashlib
import json
from functools import cache
from itertools import groupby, islice
from pathlib import Path

import pypdfium2
import pytest

from corpora.starter import load_starter
from pipeline.extract.dispatch import read_job
from pipeline.extract.job import Job
from pipeline.extract.outcome import settle_language
from pipeline.passages import make_passages
from pipeline.records import EVIDENCE_KINDS, Extracted
from pipeline.sentences import split_sentences
from tests.bench.bench_extract import LARGE, large_pdf, read_measured
from tests.gates.column_pages import Columns, three_columns
from tests.gates.guides import LANGUAGES, f1, guide_pdf, guide_words, pairs, tokens
from tests.gates.sequences import aligned_share

pytestmark = [pytest.mark.xdist_group("extraction gate"), pytest.mark.timeout(300)]

FLOORS = json.loads(Path(__file__).with_name("extraction_floors.json").read_text("utf-8"))
SENTENCES = Path(__file__).parents[1] / "pipeline" / "sentences.txt"
LOWEST = {"words": 0.985, "bigrams": 0.97, "order": 0.99, "sentences": 0.985}
COLUMN_LANGUAGES = ("nb", "nn", "sv", "da", "fi", "is", "en")
PUBLICATIONS = 6  # of a language, set in three columns
HEADER_ROOM = 52.0  # points at a guide page's top, where its running header stands


def labelled_sentences() -> list[list[str]]:
    """The texts of the labelled file, each as its sentences."""
    lines = SENTENCES.read_text("utf-8").splitlines()
    texts = [line.partition("\t")[2] for line in lines if line and not line.startswith("#")]
    return [[part.strip() for part in text.split("|")] for text in texts]


@cache
def columns(language: str) -> Columns:
    """The first publications of a language in three columns."""
    own = (entry for entry in load_starter() if entry.language == language)
    sections: list[tuple[str, list[str]]] = []
    for entry in islice(own, PUBLICATIONS):
        for section, passages in groupby(entry.passages, key=lambda passage: passage.section):
            number = len(sections) + 1
            sections.append((f"{number} {section}"[:60], [passage.text for passage in passages]))
    return three_columns("Samarbeid om barn og unge", sections)


def data_hash() -> str:
    """Hash of the labelled sentences and of the words set in columns."""
    facts = [labelled_sentences(), [columns(language).words for language in COLUMN_LANGUAGES]]
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:16]


@cache
def guide(language: str) -> Extracted:
    """The guide as read."""
    return settle_language(read_job(Job(guide_pdf(language))))


def test_the_floors_are_of_this_data() -> None:
    assert FLOORS["data"] == data_hash(), "the data has changed: measure the floors again"


def test_the_floors_have_not_been_lowered() -> None:
    assert all(FLOORS[name] >= floor for name, floor in LOWEST.items())
    assert FLOORS["memory_mib"] <= 400


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_and_bigrams_are_those_of_the_html(language: str) -> None:
    text = "\n".join(b.text for b in guide(language).blocks if b.kind != "contents")
    found, wanted = tokens(text), guide_words(language)
    assert f1(found, wanted) >= FLOORS["words"]
    assert f1(pairs(found), pairs(wanted)) >= FLOORS["bigrams"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_running_header_is_in_a_passage(language: str) -> None:
    pdf = pypdfium2.PdfDocument(guide_pdf(language))
    headers: set[str] = set()
    for page in pdf:
        text = page.get_textpage().get_text_bounded(bottom=page.get_height() - HEADER_ROOM)
        headers.update(" ".join(line.split()) for line in text.splitlines() if len(line) > 12)
    assert len(headers) > 30
    passages = [" ".join(passage.text.split()) for passage in make_passages(guide(language))]
    assert [h for h in headers if any(h in passage for passage in passages)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_guides_pages_bear_their_printed_numbers(language: str) -> None:
    labels = [page.label for page in guide(language).pages]
    first = labels.index("1")
    assert labels[1:first] == ["i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix"][: first - 1]
    assert labels[first:] == [str(n + 1) for n in range(len(labels) - first)]


@pytest.mark.parametrize("language", COLUMN_LANGUAGES)
def test_three_columns_are_read_in_order(language: str) -> None:
    made = columns(language)
    read = read_job(Job(made.bytes()))
    found = " ".join(b.text for b in read.blocks if b.kind in EVIDENCE_KINDS)
    assert aligned_share(tokens(found), tokens(" ".join(made.words))) >= FLOORS["order"]
    assert [page.label for page in read.pages] == [str(n + 7) for n in range(made.pages)]


def test_sentences_end_where_a_reader_ends_them() -> None:
    hits = found = wanted = 0
    for parts in labelled_sentences():
        text = " ".join(parts)
        ours = {end for _, end in split_sentences(text)[:-1]}
        theirs = {len(" ".join(parts[: n + 1])) for n in range(len(parts) - 1)}
        hits, found, wanted = hits + len(ours & theirs), found + len(ours), wanted + len(theirs)
    assert wanted > 130
    assert 2 * hits / (found + wanted) >= FLOORS["sentences"]


def test_a_thousand_pages_stay_within_their_memory() -> None:
    read, peak = read_measured(large_pdf())
    assert (read.status, len(read.pages)) == ("read", LARGE)
    assert peak < FLOORS["memory_mib"]
