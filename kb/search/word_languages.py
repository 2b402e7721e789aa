"""The language of most questions without loading the identifier, which takes a second.

Owns the file `word-languages-<version>.safetensors` in the models folder: how heliport scores
single words in each of our languages, those of the packaged texts. A text's score in a language is
the mean of its words' (HeLI, Jauhiainen et al. 2016), so where all words are known it can be
calculated; a word that is not known scores between the least and the most there is. Where one
language is ahead of all others whatever those words score, it is the identifier's answer too;
every other text goes to the identifier itself. Making the file is `kb.search.word_scores`'.
"""

from __future__ import annotations

import functools
import os
import re
from pathlib import Path

import numpy as np

from kb.hashed_texts import Array, checksum, find_hashes, hash_texts
from kb.language_ranking import ISO_639_3, identifier_version
from kb.search.languages import DEFAULT, query_language

VERSION = "2"  # raised when the file's layout or its words change
LANGUAGES = tuple(ISO_639_3.values())
# What heliport gives a language that lacks a word; no word is so frequent that it scores less.
MOST_SCORE, LEAST_SCORE = 7.0, 0.5
LEAST_LEAD = 0.01  # by which a language must be ahead: a hundred times what rounding adds up to

# Texts with none of these are cut into the same words by heliport: it keeps marks of other scripts,
# apostrophes and # within words.
_UNFIT = re.compile(
    r"[^ -~\u00A0-\u017F\u2013\u2014\u2026\u201C\u201D]|[#'`\u00B4\u0130\u0131\u0149\u017F]"
    r"|[0-9][^\W\d_]|[^\W\d_][0-9]"
)
_WORD = re.compile(r"[^\W\d_]+")


class WordLanguages:
    """What is known of single words: `scores` (n, languages), `finnish` (n,) at most."""

    def __init__(self, hashes: Array, scores: Array, finnish: Array) -> None:
        self._hashes, self._scores, self._finnish = hashes, scores, finnish
        self._fi = LANGUAGES.index("fi")

    def sure(self, text: str) -> str | None:
        """Return the language that the identifier gives a text; None where that is not sure."""
        words = plain_words(text)
        if words is None:
            return None
        if not words:
            return DEFAULT
        places, there = find_hashes(self._hashes, hash_texts(words))
        unknown = int((~there).sum())
        least = self._scores[places[there]].sum(axis=0, dtype=np.float64)
        most = least.copy()
        most[self._fi] = self._finnish[places[there]].sum(dtype=np.float64)
        least, most = least + unknown * LEAST_SCORE, most + unknown * MOST_SCORE
        best = int(np.argmin(most))
        rivals = np.delete(least, best)
        return LANGUAGES[best] if most[best] + LEAST_LEAD < rivals.min() else None

    def save(self, path: Path) -> None:
        """Write the file, whole or not at all; raises OSError."""
        from safetensors.numpy import save

        tensors = {"hashes": self._hashes, "scores": self._scores, "finnish": self._finnish}
        staging = path.with_name(f".{path.name}.{os.getpid()}")
        try:
            staging.write_bytes(save(tensors, {"checksum": checksum(tensors)}))
            staging.replace(path)
        finally:
            staging.unlink(missing_ok=True)

    @classmethod
    def load(cls, path: Path) -> WordLanguages | None:
        """Read the file; None where it is missing or damaged."""
        from safetensors import SafetensorError, safe_open

        try:
            with safe_open(path, framework="numpy") as opened:
                names = ("hashes", "scores", "finnish")
                tensors = {name: opened.get_tensor(name) for name in names}
                sound = (opened.metadata() or {}).get("checksum") == checksum(tensors)
        except (OSError, SafetensorError, ValueError):
            return None
        return cls(*tensors.values()) if sound else None


def tell_language(models_folder: Path, text: str) -> str:
    """Return the language a query is in, as `query_language` does, and where it can sooner."""
    kept = _kept(models_folder)
    return (kept.sure(text) if kept else None) or query_language(text)


def is_told(models_folder: Path, text: str) -> bool:
    """Say whether `tell_language` knows a text's language without the identifier."""
    kept = _kept(models_folder)
    return kept is not None and kept.sure(text) is not None


def word_languages_path(models_folder: Path) -> Path:
    """Return where the file of the installed identifier is, or will be."""
    return models_folder / f"word-languages-{identifier_version()}-v{VERSION}.safetensors"


def plain_words(text: str) -> list[str] | None:
    """Return a text's words in lower case; None where heliport may cut it otherwise."""
    if _UNFIT.search(text):
        return None
    return [found.lower() for found in _WORD.findall(text)]


@functools.cache
def _kept_at(path: Path) -> WordLanguages | None:
    return WordLanguages.load(path)


def _kept(models_folder: Path) -> WordLanguages | None:
    path = word_languages_path(models_folder)
    return _kept_at(path) if path.is_file() else None
