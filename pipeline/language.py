"""Which of our languages a text is in.

Owns the choice among nb nn sv da fi is en fo se kl (heliport knows 220; only ours are asked for).
Leaves to others what is done with mixed texts (`passages` splits them).
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

LANGUAGES = ("nb", "nn", "sv", "da", "fi", "is", "en", "fo", "se", "kl")
UNDETERMINED = "und"
"""What `detect` returns for a text without letters when no hint is given."""

_ISO_639_3 = {
    "nob": "nb",
    "nno": "nn",
    "swe": "sv",
    "dan": "da",
    "fin": "fi",
    "isl": "is",
    "eng": "en",
    "fao": "fo",
    "sme": "se",
    "kal": "kl",
}
_ALIASES = {
    **_ISO_639_3,
    "no": "nb",
    "nor": "nb",
    "swedish": "sv",
    "svenska": "sv",
    "norsk": "nb",
    "norwegian": "nb",
    "bokmål": "nb",
    "norsk bokmål": "nb",
    "nynorsk": "nn",
    "norsk nynorsk": "nn",
    "norwegian bokmål": "nb",
    "norwegian nynorsk": "nn",
    "danish": "da",
    "dansk": "da",
    "finnish": "fi",
    "suomi": "fi",
    "icelandic": "is",
    "íslenska": "is",
    "english": "en",
    "engelsk": "en",
    "engelska": "en",
    "faroese": "fo",
    "føroyskt": "fo",
    "northern sami": "se",
    "davvisámegiella": "se",
    "kalaallisut": "kl",
    "greenlandic": "kl",
    "ice": "is",
}
_RANKED = 220  # languages asked for: all heliport has, so that ours are always among them
_FEW_LETTERS = 24  # letters; below this a hint is trusted more than the text
_SHORT_LETTERS = 160  # letters; below this near ties go to the hint
_TIE = 0.35  # heliport's raw score (lower is better); short texts closer than this are a tie
_LONG_TIE = 0.08  # the same for long texts: nb and da differ by about 0.3 on a paragraph
_SAMPLE = 6000  # characters looked at; more does not change the answer


@lru_cache(maxsize=1)
def _identifier() -> Any:
    from heliport import Identifier

    return Identifier()


def normalise(code: str | None) -> str | None:
    """Return one of our codes for "nb-NO", "nor", "swe", "Svenska", ...; None for any other."""
    if not code:
        return None
    folded = code.strip().lower()
    if folded in LANGUAGES:
        return folded
    if folded in _ALIASES:
        return _ALIASES[folded]
    base = re.split(r"[-_]", folded)[0]
    if base in LANGUAGES:
        return base
    return _ALIASES.get(base)


def scores(text: str) -> dict[str, float]:
    """Return heliport's raw score for each of our languages it ranks (lower is better)."""
    sample = text[:_SAMPLE]
    ranked = _identifier().identify_topk_with_score(sample, _RANKED)
    return {_ISO_639_3[code]: float(score) for code, score in ranked if code in _ISO_639_3}


def detect(text: str, hint: str | None = None) -> str:
    """Return the language of `text` as one of `LANGUAGES`.

    A text of fewer than about four words, and a near tie, go to `hint` where one is given.
    Without letters and without a hint the answer is "und".
    """
    known = normalise(hint)
    letters = sum(map(str.isalpha, text[:_SAMPLE]))
    if letters < _FEW_LETTERS and known:
        return known
    if not letters:
        return UNDETERMINED
    ranked = scores(text)
    if not ranked:
        return known or UNDETERMINED
    best = min(ranked, key=lambda code: ranked[code])
    margin = _TIE if letters < _SHORT_LETTERS else _LONG_TIE
    if known and known in ranked and ranked[known] - ranked[best] <= margin:
        return known
    return best
