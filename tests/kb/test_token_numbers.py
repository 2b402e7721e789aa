"""When the whole tokenizer is read, and that what was kept wrong is made anew."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from kb.errors import ModelError
from kb.quick_tokens import PIECES_FILE, QuickTokens
from kb.token_numbers import MOST_QUICK, TOKENIZER_FILE, TokenNumbers
from kb.vector_runtime import ModelDescription
from tests.models import shared_embedder, shared_model_home

QUESTION = "query: hvordan deler tjenestene informasjon"


@pytest.fixture(scope="module")
def model() -> tuple[Path, str]:
    """A converted model's folder and the hash of its tokenizer."""
    shared_embedder()
    found = next((shared_model_home() / "models" / "runtime").glob(f"*/{TOKENIZER_FILE}")).parent
    return found, ModelDescription.read(found).tokenizer_sha256


@pytest.fixture
def folder(model: tuple[Path, str], tmp_path: Path) -> Path:
    os.link(model[0] / TOKENIZER_FILE, tmp_path / TOKENIZER_FILE)
    return tmp_path


def test_a_question_needs_no_whole_tokenizer(model: tuple[Path, str], folder: Path) -> None:
    made = TokenNumbers(folder, model[1], 512)  # keeps the pieces, with what it has read
    whole = made.of([QUESTION])
    (folder / TOKENIZER_FILE).unlink()
    again = TokenNumbers(folder, model[1], 512)
    assert again.of([QUESTION]) == whole
    with pytest.raises(ModelError, match="cannot be read"):
        again.of(["x" * (MOST_QUICK + 1)])


def test_many_texts_read_the_whole_one_and_agree(model: tuple[Path, str], folder: Path) -> None:
    TokenNumbers(folder, model[1], 512)
    made = TokenNumbers(folder, model[1], 512)
    texts = [f"{QUESTION} {number}" for number in range(60)]
    one_by_one = [made.of([text])[0] for text in texts]
    assert made.of(texts) == one_by_one


def test_damaged_pieces_are_made_anew(model: tuple[Path, str], folder: Path) -> None:
    TokenNumbers(folder, model[1], 512)
    sound = (folder / PIECES_FILE).read_bytes()
    (folder / PIECES_FILE).write_bytes(sound[:-8] + bytes(8))
    found = TokenNumbers(folder, model[1], 512).of([QUESTION])
    assert QuickTokens(folder, model[1], 512).numbers([QUESTION]) == found


def test_two_that_keep_pieces_at_once_keep_the_same(model: tuple[Path, str], folder: Path) -> None:
    found: list[list[list[int]]] = []
    threads = [
        threading.Thread(
            target=lambda: found.append(TokenNumbers(folder, model[1], 512).of([QUESTION]))
        )
        for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 2
    assert found[0] == found[1]
    assert TokenNumbers(folder, model[1], 512).of([QUESTION]) == found[0]


def test_a_damaged_tokenizer_is_said(tmp_path: Path) -> None:
    (tmp_path / TOKENIZER_FILE).write_text("{}", "utf-8")
    with pytest.raises(ModelError, match="remove its folder"):
        TokenNumbers(tmp_path, "ab" * 32, 512)


def test_pieces_that_cannot_be_written_stop_nothing(model: tuple[Path, str], folder: Path) -> None:
    (folder / f".{PIECES_FILE}.{os.getpid()}").mkdir()  # as a data home that is read-only
    try:
        TokenNumbers(folder, model[1], 512)
    except OSError as error:
        pytest.fail(f"stopped by {error}")
    assert not (folder / PIECES_FILE).exists()
