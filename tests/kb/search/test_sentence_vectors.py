from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from kb.errors import GenerationError
from kb.search.sentence_vectors import (
    SENTENCES_FILE,
    STARTS_FILE,
    SentenceVectors,
    passage_sentences,
    sentence_texts,
    write_sentences,
)
from tests.kb.search.sample_rows import make_row, make_vectors, no_means

TWO = make_row("a", "Første setning. Andre setning.", sentences=((0, 15), (16, 30)))
ONE = make_row("b", "Bare en.", sentences=((0, 8),))
NONE = make_row("c", "Ingen funnet.")
THREE = make_row("d", "En. To. Tre.", sentences=((0, 3), (4, 7), (8, 12)))
ROWS = [TWO, ONE, NONE, THREE]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_sentences(tmp_path, ROWS, make_vectors(sentence_texts(ROWS)), no_means())
    return tmp_path


def test_only_passages_of_several_sentences_have_any() -> None:
    assert sentence_texts(ROWS) == ["Første setning.", "Andre setning.", "En.", "To.", "Tre."]
    assert passage_sentences(ONE) == passage_sentences(NONE) == ()
    blank = make_row("e", "En.   ", sentences=((0, 3), (4, 6)))
    assert passage_sentences(blank) == ()


@pytest.mark.parametrize("said", ["Første setning.", "Andre setning.", "En.", "To.", "Tre."])
def test_the_sentence_that_means_the_query_is_found(folder: Path, said: str) -> None:
    vectors = SentenceVectors(folder)
    assert len(vectors) == 5
    (query,) = make_vectors([said])
    number, row = (0, TWO) if said in TWO.text else (3, THREE)
    found = vectors.nearest(number, row, query)
    assert found is not None
    assert row.text[slice(*found)] == said


def test_eight_bits_keep_the_direction(folder: Path) -> None:
    packed = np.load(folder / SENTENCES_FILE).astype(np.float32)
    assert np.load(folder / SENTENCES_FILE).dtype == np.int8
    unit = packed / np.linalg.norm(packed, axis=1, keepdims=True)
    assert float((unit * make_vectors(sentence_texts(ROWS))).sum(axis=1).min()) > 0.999


def test_a_passage_without_sentences_names_none(folder: Path) -> None:
    (query,) = make_vectors(["x"])
    vectors = SentenceVectors(folder)
    assert vectors.nearest(1, ONE, query) is None
    assert vectors.nearest(2, NONE, query) is None
    assert vectors.nearest(99, TWO, query) is None
    assert vectors.nearest(0, THREE, query) is None  # other sentences than were embedded


def test_a_generation_without_the_files_is_read(tmp_path: Path) -> None:
    vectors = SentenceVectors(tmp_path)
    assert len(vectors) == 0
    assert vectors.nearest(0, TWO, make_vectors(["x"])[0]) is None


def test_rows_without_any_sentence_are_written(tmp_path: Path) -> None:
    write_sentences(tmp_path, [NONE], np.zeros((0, 8), np.float32), no_means())
    assert SentenceVectors(tmp_path).nearest(0, NONE, make_vectors(["x"])[0]) is None


def test_a_vector_too_few_is_refused(tmp_path: Path) -> None:
    with pytest.raises(GenerationError, match="one vector for each of 5 sentences, and got 1"):
        write_sentences(tmp_path, ROWS, make_vectors(["x"]), no_means())


@pytest.mark.parametrize("name", [SENTENCES_FILE, STARTS_FILE])
@pytest.mark.parametrize("content", [b"", b"garbled", None])
def test_a_damaged_file_is_one_clear_sentence(
    folder: Path, name: str, content: bytes | None
) -> None:
    if content is None:
        np.save(folder / name, np.zeros(3, np.int8), allow_pickle=False)
    else:
        (folder / name).write_bytes(content)
    with pytest.raises(GenerationError, match=r"sentences of the index .* run `samvirke index`"):
        SentenceVectors(folder)
