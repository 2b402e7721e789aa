"""The one heliport identifier of a process: which languages a text is likely to be in.

Owns loading it (about 850 MB and half a second, so it is loaded once, when first asked) and using
it from several threads. What is made of the ranking is decided by `kb.search.languages` for
queries and `pipeline.language` for texts.
"""

from __future__ import annotations

import threading
from functools import lru_cache
from typing import Any, Final

ISO_639_3: Final = {
    "nob": "nb",
    "nno": "nn",
    "dan": "da",
    "swe": "sv",
    "fin": "fi",
    "isl": "is",
    "eng": "en",
    "fao": "fo",
    "sme": "se",
    "kal": "kl",
}
_EVERY = 220  # every language heliport knows, so that ours are always in its answer
_lock = threading.Lock()  # the identifier is for one thread at a time


@lru_cache(maxsize=1)
def _identifier() -> Any:
    from heliport import Identifier

    return Identifier()


def rank_languages(text: str) -> list[tuple[str, float]]:
    """Our languages from likeliest to least, each with heliport's raw score (lower is better)."""
    one_line = " ".join(text.split())
    with _lock:
        ranked = _identifier().identify_topk_with_score(one_line, _EVERY)
    return [(ISO_639_3[code], float(score)) for code, score in ranked if code in ISO_639_3]
