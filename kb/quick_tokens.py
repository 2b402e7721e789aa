"""A question's tokens without reading the whole vocabulary.

Owns the file `pieces.safetensors` beside a converted model's `tokenizer.json`: of each piece of the
vocabulary its hash, number and score, to be looked up in place, and the tokenizer without its
vocabulary. A tokenizer of 250,000 pieces takes a second to read; of a question's own pieces (some
hundred) the `tokenizers` library makes one in a millisecond.

The tokens are the same, whatever the text: a Unigram model (Kudo 2018) chooses among the pieces
that stand in the text, and all of these are in the small vocabulary; the score of an unknown
character follows from the lowest score of all, which is in it too.
"""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from kb.hashed_texts import Array, checksum, find_hashes, hash_texts

PIECES_FILE = "pieces.safetensors"
VERSION = "1"  # raised when the file's layout changes
_ARRAYS = ("hashes", "numbers", "scores")


class PiecesError(Exception):
    """The file of the pieces is missing, damaged or another tokenizer's: it can be made anew."""


class UnfitTokenizerError(Exception):
    """The tokenizer is of a kind whose tokens cannot be told from the text's own pieces."""


class QuickTokens:
    """A tokenizer that knows the pieces of the texts it is given, and no others.

    Raises PiecesError where `folder` holds no sound file for its present tokenizer,
    UnfitTokenizerError where it says that there can be none. Safe to use from several threads.
    """

    def __init__(self, folder: Path, tokenizer_sha256: str, max_tokens: int) -> None:
        from tokenizers import Tokenizer

        shell, tensors = _read(folder, tokenizer_sha256)
        self._hashes, self._numbers, self._scores = (tensors[name] for name in _ARRAYS)
        self._unknown = int(shell["model"]["unk_id"])
        self._always = [(str(piece), float(score)) for piece, score in shell["model"]["vocab"]]
        self._always_numbers = [int(number) for number in shell.pop("numbers")]
        self._longest = int(shell.pop("longest"))
        self._tokenizer = Tokenizer.from_str(json.dumps(shell))
        self._tokenizer.enable_truncation(max_tokens)
        self._tokenizer.no_padding()
        self._tokenizer.encode_special_tokens = True
        self._lock = threading.Lock()

    def numbers(self, texts: Sequence[str]) -> list[list[int]]:
        """Return each text's token numbers, as the whole tokenizer gives them."""
        from tokenizers import models

        found = self._pieces_in(texts)
        pieces = self._always + [(piece, score) for piece, _, score in found]
        places = self._always_numbers + [number for _, number, _ in found]
        with self._lock:
            self._tokenizer.model = models.Unigram(pieces, self._unknown, False)
            encoded = self._tokenizer.encode_batch(list(texts))
        return [[places[token] for token in one.ids] for one in encoded]

    def _pieces_in(self, texts: Sequence[str]) -> list[tuple[str, int, float]]:
        """Return the pieces that stand in the words of these texts, with number and score."""
        words: set[str] = set()
        for text in texts:
            plain = self._tokenizer.normalizer.normalize_str(text)
            words.update(word for word, _ in self._tokenizer.pre_tokenizer.pre_tokenize_str(plain))
        parts = {
            word[start:end]
            for word in words
            for start in range(len(word))
            for end in range(start + 1, min(start + self._longest, len(word)) + 1)
        }
        wanted = sorted(parts.difference(piece for piece, _ in self._always))
        places, there = find_hashes(self._hashes, hash_texts(wanted))
        return [
            (wanted[at], int(self._numbers[places[at]]), float(self._scores[places[at]]))
            for at in np.flatnonzero(there).tolist()
        ]


def write_pieces(folder: Path, tokenizer: Path, tokenizer_sha256: str) -> None:
    """Write the pieces of a `tokenizer.json` into `folder`, whole or not at all.

    Of a tokenizer of another kind the file says that. Raises OSError where it cannot be written.
    """
    from safetensors.numpy import save

    try:
        tensors, shell = _taken_apart(json.loads(tokenizer.read_text("utf-8")))
        unfit = ""
    except (UnfitTokenizerError, ValueError) as error:
        tensors, shell, unfit = {}, {}, str(error)
    rest = json.dumps(shell, ensure_ascii=False)
    about = {
        "version": VERSION,
        "tokenizer": tokenizer_sha256,
        "checksum": checksum(tensors, rest),
        "shell": rest,
        "unfit": unfit,
    }
    staging = folder / f".{PIECES_FILE}.{os.getpid()}"
    try:
        staging.write_bytes(save(tensors, about))  # safetensors' own writing hides an OSError
        staging.replace(folder / PIECES_FILE)
    finally:
        staging.unlink(missing_ok=True)


def _taken_apart(shell: dict[str, Any]) -> tuple[dict[str, Array], dict[str, Any]]:
    """Return a tokenizer's pieces as arrays, and the tokenizer without them."""
    pieces = _checked(shell)
    texts = [str(piece) for piece, _ in pieces]
    scores = np.array([score for _, score in pieces], dtype=np.float64)
    hashes = hash_texts(texts)
    order = np.argsort(hashes, kind="stable").astype(np.int32)
    if np.any(np.diff(hashes[order]) == 0):
        raise UnfitTokenizerError("two of its pieces are the same or have the same hash")
    _leave_always(shell, texts, scores)
    return dict(zip(_ARRAYS, (hashes[order], order, scores[order]), strict=True)), shell


def _checked(shell: dict[str, Any]) -> list[tuple[str, float]]:
    """Return a tokenizer's pieces, where its tokens hang on nothing else."""
    try:
        model, closing, added = shell["model"], shell["post_processor"], shell["added_tokens"]
        fit = (
            model["type"] == "Unigram"
            and not model.get("byte_fallback")
            and model["unk_id"] is not None
            and shell["normalizer"] is not None
            and shell["pre_tokenizer"] is not None
            and (closing is None or closing["type"] == "TemplateProcessing")
            and all(one["special"] for one in added)
        )
        pieces: list[tuple[str, float]] = model["vocab"]
        if not fit or any(pieces[one["id"]][0] != one["content"] for one in added):
            raise UnfitTokenizerError("it is no Unigram model, or has words of its own beside it")
    except (KeyError, TypeError, IndexError) as error:
        raise UnfitTokenizerError(f"it is laid out otherwise ({error!r})") from error
    return pieces


def _leave_always(shell: dict[str, Any], texts: list[str], scores: Array) -> None:
    """Leave in a tokenizer's vocabulary the pieces that every text's needs, numbered anew."""
    model = shell["model"]
    special = [int(added["id"]) for added in shell["added_tokens"]]
    numbers = sorted({*special, int(model["unk_id"]), int(np.argmin(scores))})
    place = {number: at for at, number in enumerate(numbers)}
    model["vocab"] = [[texts[number], float(scores[number])] for number in numbers]
    model["unk_id"] = place[int(model["unk_id"])]
    for added in shell["added_tokens"]:
        added["id"] = place[int(added["id"])]
    closing = shell["post_processor"] or {}
    for token in closing.get("special_tokens", {}).values():
        token["ids"] = [place[int(number)] for number in token["ids"]]
    shell["numbers"], shell["longest"] = numbers, max(map(len, texts))


def _read(folder: Path, tokenizer_sha256: str) -> tuple[dict[str, Any], dict[str, Array]]:
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(folder / PIECES_FILE, framework="numpy") as opened:
            about = opened.metadata() or {}
            if (about.get("version"), about.get("tokenizer")) != (VERSION, tokenizer_sha256):
                raise PiecesError("they are another tokenizer's")
            if about["unfit"]:
                raise UnfitTokenizerError(about["unfit"])
            tensors = {name: opened.get_tensor(name) for name in _ARRAYS}
        if about["checksum"] != checksum(tensors, about["shell"]):
            raise PiecesError("they are damaged")
        return json.loads(about["shell"]), tensors
    except (OSError, SafetensorError, KeyError, ValueError) as error:
        raise PiecesError(str(error)) from error
