"""The replica's own files against its truth: text, order, pages, sections, furniture."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from corpora.replica.build import build_replica
from corpora.replica.truth import Truth, TruthFile, TruthPublication
from pipeline.extract.job import Job
from pipeline.extract.pdf_ocr import installed_languages
from pipeline.passages import make_passages
from pipeline.records import Extracted, PassageDraft
from tests.gates.sequences import aligned_share
from tests.pipeline.extract.papers import read_here

EVERY = {"pdf": 4, "pdf2": 3, "docx": 1, "pptx": 1}
"""Every how many files of a form are read here; all of them are in the quality gates."""


@pytest.fixture(scope="module")
def replica(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Truth]:
    folder = tmp_path_factory.mktemp("replica")
    return folder, build_replica(folder)


def _files(truth: Truth, form: str) -> Iterator[tuple[TruthPublication, TruthFile]]:
    found = [(p, f) for p in truth.publications for f in p.files if f.form == form]
    yield from found[:: EVERY.get(form, 1)]


def _read(folder: Path, file: TruthFile) -> tuple[Extracted, tuple[PassageDraft, ...]]:
    read = read_here(Job((folder / "files" / file.sha256).read_bytes()))
    return read, make_passages(read)


def _fold(text: str) -> str:
    return "".join(filter(str.isalnum, text.lower()))


def test_two_columns_are_read_in_the_sources_order(replica: tuple[Path, Truth]) -> None:
    folder, truth = replica
    for publication, file in _files(truth, "pdf2"):
        read, _ = _read(folder, file)
        found = " ".join(b.text for b in read.blocks if b.kind in ("paragraph", "list_item"))
        wanted = " ".join(text for _, _, text in _gold(publication, file))
        assert aligned_share(found.split(), wanted.split()) >= 0.99, publication.id


def _gold(publication: TruthPublication, file: TruthFile) -> Iterator[tuple[int, str, str]]:
    for gold in publication.passages:
        if gold.n in file.passages:
            yield gold.n, gold.section, gold.text


@pytest.mark.parametrize("form", ["pdf", "pdf2", "docx", "pptx"])
def test_every_gold_passage_is_there_word_for_word(replica: tuple[Path, Truth], form: str) -> None:
    folder, truth = replica
    for publication, file in _files(truth, form):
        read, passages = _read(folder, file)
        assert read.status == "read"
        assert read.language == publication.language
        everything = _fold(" ".join(p.text for p in passages))
        for _, section, text in _gold(publication, file):
            assert _fold(text) in everything, (publication.id, text[:60])
            words = set(text.split())
            best = max(passages, key=lambda p: len(words.intersection(p.text.split())))
            assert _fold(section) in _fold(best.section), publication.id


@pytest.mark.parametrize("form", ["pdf", "pdf2", "docx", "pptx"])
def test_nothing_the_replica_invented_becomes_a_passage(
    replica: tuple[Path, Truth], form: str
) -> None:
    folder, truth = replica
    for publication, file in _files(truth, form):
        _, passages = _read(folder, file)
        prose = _fold(" ".join(p.text for p in passages if p.kind != "table"))
        for filler in publication.fillers:
            mine = not filler.url or filler.url in file.urls
            if mine and len(_fold(filler.text)) > 12:
                assert _fold(filler.text) not in prose, (publication.id, filler.text)


@pytest.mark.parametrize("form", ["pdf", "pdf2", "pptx"])
def test_pages_and_labels_are_right(replica: tuple[Path, Truth], form: str) -> None:
    folder, truth = replica
    for publication, file in _files(truth, form):
        read, passages = _read(folder, file)
        assert [page.index for page in read.pages] == list(range(len(read.pages)))
        texts = {n: text for n, _, text in _gold(publication, file)}
        for place in file.places:
            exact = [p for p in passages if _fold(p.text) == _fold(texts[place.n])]
            for found in exact:
                assert (found.page, found.page_label) == (place.page, place.page_label)
                assert (found.page_end, found.page_label_end) == (
                    place.page_end,
                    place.page_label_end,
                )


@pytest.mark.skipif(not installed_languages(), reason="Tesseract is not installed")
def test_the_scan_is_read(replica: tuple[Path, Truth]) -> None:
    folder, truth = replica
    for publication, file in _files(truth, "scan"):
        read, passages = _read(folder, file)
        assert all(page.ocr for page in read.pages)
        for _, _, text in _gold(publication, file):
            words = set(text.lower().split())
            best = max(len(words & set(p.text.lower().split())) for p in passages)
            assert best >= 0.8 * len(words)
        assert all(p.ocr for p in passages)
