from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pytest
import tantivy

from kb.errors import GenerationError
from kb.search import rows_query as rows_query_module
from kb.search.lexical import LexicalIndex, write_fulltext
from kb.search.rows_query import found_rows, reading_tantivy
from tests.kb.search.sample_rows import make_row


@pytest.fixture
def index(tmp_path: Path) -> LexicalIndex:
    texts = ("Ledelsen støtter skolen.", "Skolen er stor.", "Ingen plikt.", "Skole og skole.")
    write_fulltext(tmp_path, [make_row(f"a{at}", text) for at, text in enumerate(texts * 5)])
    return LexicalIndex(tmp_path)


def test_an_index_that_lost_a_file_is_one_clear_sentence(
    index: LexicalIndex, tmp_path: Path
) -> None:
    for path in (tmp_path / "fulltext").glob("*.pos"):
        path.unlink()
    with pytest.raises(GenerationError, match=r"full text of the index .* cannot be opened"):
        LexicalIndex(tmp_path)
    unknown = tantivy.Query.term_query(index.schema, "twin", "x", "basic")
    with pytest.raises(GenerationError, match=r"words of the index cannot be read .* new one\."):
        found_rows(index._searcher, unknown, "twin", 5)  # a field without numbers


@pytest.mark.parametrize("most", [0, 1_000])
def test_rows_are_narrowed_to_and_keep_their_scores(
    index: LexicalIndex, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rows_query_module, "MOST_SINGLE", most)
    rows, scores = index.search("skole ledelse", "nb", 50)
    every = dict(zip(rows.tolist(), scores.tolist(), strict=True))
    asked = np.array([0, 2, 3, 7, 9])
    found, narrowed = index.search("skole ledelse", "nb", 50, asked)
    assert set(found.tolist()) == {0, 3, 7, 9}
    for row, score in zip(found.tolist(), narrowed.tolist(), strict=True):
        assert score == pytest.approx(every[row], abs=1e-5)
    assert index.search("skole", "nb", 50, np.zeros(0, np.int64))[0].tolist() == []


class PanicException(BaseException):
    """As PyO3's, which cannot be imported: what Tantivy raises over some garbled files."""


def test_a_panic_is_one_clear_sentence_and_an_interrupt_is_none() -> None:
    said = r"^It fails \(range 9 of 4\); run `samvirke index`"
    with pytest.raises(GenerationError, match=said), reading_tantivy("It fails"):
        raise PanicException("range 9\nof 4")
    with pytest.raises(KeyboardInterrupt), reading_tantivy("It fails"):
        raise KeyboardInterrupt


@pytest.mark.parametrize("ending", ["term", "idx", "fieldnorm", "pos", "store", "fast"])
def test_garbled_files_are_one_clear_sentence(
    index: LexicalIndex, tmp_path: Path, ending: str
) -> None:
    assert len(index.search("skole", "nb", 5)[0]) == 5
    dice = random.Random(7)
    for path in (tmp_path / "fulltext").glob(f"*.{ending}"):
        whole = path.read_bytes()
        path.unlink()  # a thread of Tantivy's may still read the mapped file: never cut that short
        path.write_bytes(dice.randbytes(len(whole) // 2) + whole[len(whole) // 2 :])
    try:
        garbled = LexicalIndex(tmp_path)
        garbled.search("skole ledelse", "nb", 5)
    except GenerationError as error:
        assert "run `samvirke index` to build a new one." in str(error)
