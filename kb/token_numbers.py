"""Texts to token numbers: a question by its own pieces, many texts by the whole tokenizer.

Owns when the whole tokenizer is read, which takes a second and holds every other thread up. Both
ways give the same numbers (`kb.quick_tokens`).
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from kb.errors import ModelError
from kb.quick_tokens import PiecesError, QuickTokens, UnfitTokenizerError, write_pieces

log = logging.getLogger(__name__)

TOKENIZER_FILE = "tokenizer.json"
# Characters up to which a text's own pieces are looked up (25 ms); reading the tokenizer takes 900.
MOST_QUICK = 2_000


class TokenNumbers:
    """The tokenizer of a converted model's folder; raises ModelError where it cannot be read.

    Safe to use from several threads.
    """

    def __init__(self, folder: Path, tokenizer_sha256: str, max_tokens: int) -> None:
        self._path, self._max_tokens = folder / TOKENIZER_FILE, max_tokens
        self._lock = threading.Lock()
        self._whole: Any = None
        self._quick: QuickTokens | None = None
        try:
            self._quick = QuickTokens(folder, tokenizer_sha256, max_tokens)
        except UnfitTokenizerError:
            self._whole = self._read()
        except PiecesError as error:
            self._whole = self._read()
            log.info("The pieces of %s are kept anew (%s).", self._path, error)
            self._keep_pieces(folder, tokenizer_sha256)

    def of(self, texts: Sequence[str]) -> list[list[int]]:
        """Return each text's token numbers, with the model's own at both ends, cut where long."""
        if self._whole is None and self._quick and sum(map(len, texts)) <= MOST_QUICK:
            return self._quick.numbers(texts)
        with self._lock:
            self._whole = self._whole or self._read()
        return [encoding.ids for encoding in self._whole.encode_batch(list(texts))]

    def _read(self) -> Any:
        from tokenizers import Tokenizer

        try:
            found = Tokenizer.from_file(str(self._path))
        except Exception as error:  # the library raises no kind of its own
            raise ModelError(
                f"The tokenizer {self._path} cannot be read ({error}); remove its folder, and it "
                "is made anew."
            ) from error
        found.enable_truncation(self._max_tokens)
        found.no_padding()
        # Names like <mask> in a crawled text are text, not the model's own tokens.
        found.encode_special_tokens = True
        return found

    def _keep_pieces(self, folder: Path, tokenizer_sha256: str) -> None:
        try:
            write_pieces(folder, self._path, tokenizer_sha256)
        except OSError as error:
            log.info("The pieces of %s cannot be kept (%s).", self._path, error)
