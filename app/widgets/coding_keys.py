"""The keys of the Coding page: which key does what, the same in every language of the interface.

Owns the assignment. Streamlit keeps C and R for itself, so no key here is one of them.
"""

from __future__ import annotations

from collections.abc import Sequence

DONE = "enter"
ACCEPT, REJECT = "a", "x"
PASS_OVER, BACK = "s", "p"
UNDO, REDO = "z", "y"
SENTENCE, SENTENCE_BACK, LONGER, WHOLE = "j", "k", "l", "w"
MARKS = (SENTENCE, SENTENCE_BACK, LONGER, WHOLE)
COMMENT = "t"
ACTIONS = (
    *(DONE, ACCEPT, REJECT, PASS_OVER, BACK, UNDO, REDO),
    *(SENTENCE, SENTENCE_BACK, LONGER, WHOLE, COMMENT),
)
DIRECTIONS = {"facilitator": "f", "barrier": "b", "mixed": "m", "neutral": "n"}
_POOL = "1234567890qeuiodghv"  # in the order in which the codebook's factors take them
_SPARE = "efghimnoquvdb"  # for directions of another codebook


def direction_keys(directions: Sequence[str]) -> dict[str, str]:
    """A key for each direction: those known have their own, others one that is free."""
    keys = {name: DIRECTIONS[name] for name in directions if name in DIRECTIONS}
    free = [key for key in _SPARE if key not in keys.values()]
    for name in directions:
        if name not in keys and free:
            keys[name] = free.pop(0)
    return keys


def factor_keys(factors: Sequence[str], taken: Sequence[str] = ()) -> dict[str, str]:
    """A key for each factor in the codebook's order; beyond the keys there are, none."""
    free = [key for key in _POOL if key not in taken]
    return dict(zip(factors, free, strict=False))


def shown(key: str | None) -> str:
    """A key as it is printed on a button."""
    return {None: "", "enter": "↵"}.get(key, (key or "").upper())
