"""A question's tokens by its own pieces are those of the whole tokenizer, or it is not used."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer

from corpora.questions import load_exemplar_questions
from corpora.starter import load_exemplar_passages, load_exemplars, load_starter
from kb.quick_tokens import (
    PIECES_FILE,
    PiecesError,
    QuickTokens,
    UnfitTokenizerError,
    write_pieces,
)
from kb.token_numbers import TOKENIZER_FILE
from kb.vector_runtime import clean
from tests.models import shared_embedder, shared_model_home

SHA = "ab" * 32
LIMIT = 512
ODD = (
    "", "   ", "<s> </s> <mask> <unk> <pad>", "日本語のテキスト", "🙂🙃 🧑‍🤝‍🧑", "Ω≈ç√", "a\0b",
    "\u200b", "ﬁ ﬀ", "१२३", "x" * 3000, "لا", "▁▁a ▁", " \n\t a", "áhkku čšžŋŧ",
    "𝔘𝔫𝔦 \U0010ffff", "“«—…»”",
)  # fmt: skip

Whole = tuple[QuickTokens, Any]


@pytest.fixture(scope="module")
def tokenizer() -> Path:
    shared_embedder()
    return next((shared_model_home() / "models" / "runtime").glob(f"*/{TOKENIZER_FILE}"))


@pytest.fixture(scope="module")
def both(tokenizer: Path, tmp_path_factory: pytest.TempPathFactory) -> Whole:
    """The quick tokens and the whole tokenizer they were made of."""
    folder = tmp_path_factory.mktemp("pieces")
    write_pieces(folder, tokenizer, SHA)
    whole = Tokenizer.from_file(str(tokenizer))
    whole.enable_truncation(LIMIT)
    whole.no_padding()
    whole.encode_special_tokens = True
    return QuickTokens(folder, SHA, LIMIT), whole


def small(**changes: object) -> dict[str, Any]:
    """A tokenizer of few pieces, as tokenizer.json says it."""
    made: dict[str, Any] = {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [
            {
                "id": 1,
                "content": "</s>",
                "single_word": False,
                "lstrip": False,
                "rstrip": False,
                "normalized": False,
                "special": True,
            }
        ],
        "normalizer": {"type": "NFC"},
        "pre_tokenizer": {
            "type": "Metaspace",
            "replacement": "▁",
            "prepend_scheme": "always",
            "split": True,
        },
        "post_processor": None,
        "decoder": None,
        "model": {
            "type": "Unigram",
            "unk_id": 0,
            "byte_fallback": False,
            "vocab": [["<unk>", 0.0], ["</s>", 0.0], ["▁b", -2.0], ["arn", -3.0], ["▁", -9.0]],
        },
    }
    for name, value in changes.items():
        place = made["model"] if name in made["model"] else made
        place[name] = value
    return made


def written(folder: Path, tokenizer: object) -> QuickTokens:
    path = folder / TOKENIZER_FILE
    path.write_text(json.dumps(tokenizer), "utf-8")
    write_pieces(folder, path, SHA)
    return QuickTokens(folder, SHA, LIMIT)


def test_every_text_of_the_project_has_the_same_tokens(both: Whole) -> None:
    quick, whole = both
    exemplars, starter = load_exemplar_passages(), load_starter()
    texts = [one.text for one in (*exemplars, *load_exemplars())]
    texts += [asked.q for asked in load_exemplar_questions(exemplars)]
    texts += [asked.q for work in starter for asked in work.queries]
    texts += [passage.text for work in starter for passage in work.passages]
    assert len(texts) > 3_000
    for start in range(0, len(texts), 40):  # a set of texts shares one small vocabulary
        part = [f"query: {clean(text)}" for text in texts[start : start + 40]]
        assert quick.numbers(part) == [one.ids for one in whole.encode_batch(part)]


@pytest.mark.parametrize("text", ODD)
def test_odd_texts_have_the_same_tokens(both: Whole, text: str) -> None:
    quick, whole = both
    assert quick.numbers([clean(text)]) == [whole.encode(clean(text)).ids]


@given(st.text(max_size=60))
@settings(max_examples=100, deadline=None)
def test_any_text_has_the_same_tokens(both: Whole, text: str) -> None:
    quick, whole = both
    assert quick.numbers([clean(text)]) == [whole.encode(clean(text)).ids]


def test_long_texts_are_cut_at_the_same_place(both: Whole) -> None:
    quick, whole = both
    dice = random.Random(7)
    words = [word for one in load_exemplars()[:50] for word in one.text.split()]
    text = " ".join(dice.choices(words, k=900))
    (found,) = quick.numbers([text])
    assert len(found) == LIMIT
    assert found == whole.encode(text).ids


def test_pieces_of_a_small_tokenizer(tmp_path: Path) -> None:
    quick = written(tmp_path, small())
    assert quick.numbers(["barn"]) == [[2, 3]]
    assert quick.numbers(["x", "barn"]) == [[4, 0], [2, 3]]
    assert quick.numbers([]) == []


def test_a_missing_damaged_or_foreign_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(PiecesError):
        QuickTokens(tmp_path, SHA, LIMIT)
    written(tmp_path, small())
    with pytest.raises(PiecesError, match="another tokenizer"):
        QuickTokens(tmp_path, "cd" * 32, LIMIT)
    kept = bytearray((tmp_path / PIECES_FILE).read_bytes())
    kept[-3] ^= 255
    (tmp_path / PIECES_FILE).write_bytes(kept)
    with pytest.raises(PiecesError, match="damaged"):
        QuickTokens(tmp_path, SHA, LIMIT)
    (tmp_path / PIECES_FILE).write_bytes(kept[: len(kept) // 2])
    with pytest.raises(PiecesError):
        QuickTokens(tmp_path, SHA, LIMIT)
    assert sorted(path.name for path in tmp_path.iterdir()) == [PIECES_FILE, TOKENIZER_FILE]


@pytest.mark.parametrize(
    "tokenizer",
    [
        small(type="BPE"),
        small(byte_fallback=True),
        small(unk_id=None),
        small(normalizer=None),
        small(pre_tokenizer=None),
        small(post_processor={"type": "BertProcessing"}),
        small(added_tokens=[{"id": 2, "content": "▁b", "special": False}]),
        small(added_tokens=[{"id": 9, "content": "<mask>", "special": True}]),
        small(vocab=[["<unk>", 0.0], ["</s>", 0.0], ["a", -1.0], ["a", -2.0]]),
        ["no tokenizer"],
    ],
)
def test_a_tokenizer_of_another_kind_is_told_once(tmp_path: Path, tokenizer: object) -> None:
    with pytest.raises(UnfitTokenizerError):
        written(tmp_path, tokenizer)
    with pytest.raises(UnfitTokenizerError):
        QuickTokens(tmp_path, SHA, LIMIT)
