"""How close a publication is in meaning to what the knowledge base is about.

Owns the measure that screening uses beside words: the mean closeness of a publication's texts to
the labelled passages of its language, as a share of those passages that lie farther off. A share
needs no threshold that depends on the model, and no texts on other subjects.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from functools import cached_property
from typing import Any

import numpy as np

from kb.embedding import Embedder
from kb.settings import Settings
from kb.vector_cache import VectorCache
from pipeline.labelled_passages import LabelledPassages, place_passages
from pipeline.progress import Progress, as_totals, silent
from pipeline.screening import ScreeningInput

TEXTS = 8  # passages measured, spread over those at hand; vectors are kept for the coder
KIN = {"nn": "nb", "fo": "is"}  # whose passages stand in where a language has none

_Array = np.ndarray[Any, np.dtype[np.float32]]


class Closeness:
    """Measures publications; the model is opened at the first one."""

    def __init__(
        self, settings: Settings, open_model: Callable[[], Embedder], progress: Progress = silent
    ) -> None:
        self._cache = VectorCache(settings.vectors_folder)
        self._open = open_model
        self._progress = progress

    @cached_property
    def _embedder(self) -> Embedder:
        return self._open()

    @cached_property
    def _labelled(self) -> LabelledPassages:
        """Where the labelled passages lie, of the model in use."""
        return place_passages(self._embed_shown, self._embedder.space)

    def _embed_shown(self, texts: list[str]) -> _Array:
        """Vectors of the labelled passages, for a model that none are shipped for.

        The first time takes a minute and shows how far it is; where all are kept, nothing.
        """
        steps: list[Callable[[int, int], None]] = []
        with ExitStack() as stack:

            def told(done: int, total: int) -> None:
                if not steps:
                    shown = stack.enter_context(self._progress("subject", total))
                    steps.append(as_totals(shown))
                steps[0](done, total)

            return self._cache.embed(self._embedder, texts, told)

    def measure(self, given: ScreeningInput) -> float | None:
        """Return the share (0..1) of labelled passages that are farther from the subject.

        None where the language has no labelled passages, or there is no text.
        """
        return self.measure_many([given])[0]

    def measure_many(self, given: Sequence[ScreeningInput]) -> list[float | None]:
        """Return the same for several publications, whose texts are embedded together."""
        texts = [_spread(one) for one in given]
        if not any(texts):
            return [None] * len(given)
        languages = [
            self._language(one) if own else None for one, own in zip(given, texts, strict=True)
        ]
        wanted = [
            text for own, language in zip(texts, languages, strict=True) if language for text in own
        ]
        vectors = self._cache.embed(self._embedder, wanted) if wanted else np.empty((0, 0))
        found: list[float | None] = []
        at = 0
        for own, language in zip(texts, languages, strict=True):
            if language is None:
                found.append(None)
                continue
            known = self._labelled.closeness[language]
            closeness = float(np.mean(vectors[at : at + len(own)] @ self._labelled.means[language]))
            found.append(float(np.searchsorted(known, closeness) / len(known)))
            at += len(own)
        return found

    def _language(self, given: ScreeningInput) -> str | None:
        """Whose labelled passages a publication is compared with, if there are any."""
        known = self._labelled.means
        language = given.language if given.language in known else KIN.get(given.language)
        return language if language in known else None


def _spread(given: ScreeningInput) -> list[str]:
    """The abstract, and passages from the beginning to the end."""
    passages = [text for text in given.texts if text.strip()]
    step = max(1, -(-len(passages) // TEXTS))
    lead = [given.abstract] if given.abstract.strip() else []
    texts = [*lead, *passages[::step]]
    return texts or ([given.title] if given.title.strip() else [])
