from __future__ import annotations

from functools import cache

import pytest

from pipeline.extract.job import Job
from pipeline.passages import make_passages
from pipeline.records import EVIDENCE_KINDS, Extracted
from tests.pipeline.extract.papers import read_here
from tests.pipeline.extract.reports import REPORTS, ReportWords, printed
from tests.pipeline.extract.sheets import block_of, texts_of

every_report = pytest.mark.parametrize("words", REPORTS, ids=[r.language for r in REPORTS])


@cache
def _read(words: ReportWords) -> Extracted:
    return read_here(Job(printed(words)))


@every_report
def test_the_text_is_whole_and_in_order(words: ReportWords) -> None:
    assert texts_of(_read(words)) == [words.texts[0], words.whole, words.box[1], words.texts[1]]


@every_report
def test_what_is_no_evidence_is_kept_as_what_it_is(words: ReportWords) -> None:
    read = _read(words)
    assert texts_of(read, "footnote") == [words.note]
    assert texts_of(read, "caption") == [words.table]
    assert texts_of(read, "glossary") == [words.glossary[1]]
    assert texts_of(read, "reference") == [words.references[1]]
    assert len(texts_of(read, "contents")) == 2
    evidence = " ".join(passage.text for passage in make_passages(read))
    for text in (words.note, words.glossary[1], words.references[1], "....", "Nordmark"):
        assert text not in evidence
    assert words.texts[0] in evidence


@every_report
def test_rows_of_the_table_stand_alone(words: ReportWords) -> None:
    head = words.head
    assert texts_of(_read(words), "table_row") == [
        "; ".join(f"{name}: {value}" for name, value in zip(head, values, strict=True))
        for values in words.rows
    ]


@every_report
def test_every_block_stands_under_its_headings(words: ReportWords) -> None:
    read = _read(words)
    first, second = words.chapters
    assert block_of(read, words.texts[0][:30]).section == (first,)
    assert block_of(read, f"{words.head[0]}: ").section == (first,)
    assert block_of(read, words.box[1][:30]).section == (second, words.box[0])
    assert block_of(read, words.texts[1][:30]).section == (second,)
    assert block_of(read, words.references[1][:20]).section == (words.references[0],)


@every_report
def test_pages_labels_and_language(words: ReportWords) -> None:
    read = _read(words)
    assert [page.label for page in read.pages] == ["3", "4", "5", "6"]
    assert read.language == words.language
    for passage in make_passages(read):
        assert passage.language == words.language
        assert passage.page == passage.page_end == int(passage.page_label or 0) - 3
        assert passage.boxes and {page for page, _ in passage.boxes} == {passage.page}
    assert "2021" not in " ".join(page.text for page in read.pages)


@every_report
def test_every_word_knows_its_place(words: ReportWords) -> None:
    blocks = [b for b in _read(words).blocks if b.kind in EVIDENCE_KINDS - {"table_row"}]
    assert blocks
    for block in blocks:
        for line in block.lines:
            own = block.text[line.start : line.end].split()
            assert len(line.edges) == 2 * len(own)
            assert list(line.edges) == sorted(line.edges)
            assert line.box is not None
            assert line.edges[0] == line.box[0] and line.edges[-1] == line.box[2]
        covered = "".join(block.text[line.start : line.end] for line in block.lines)
        assert covered == block.text
