"""Ids of codes: how long one may be, and one made of a name.

Owns the spelling; that an id is of these letters is `corpora.categories`' to check.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection

LONGEST_ID = 32  # characters: what the record's column of a coding's factor holds
_LETTERS = str.maketrans({"æ": "ae", "ø": "o", "å": "a", "ð": "d", "þ": "th", "ß": "ss"})


def make_id(name: str, taken: Collection[str]) -> str:
    """Return a new id made of a name: small letters, digits and _, at most 32 of them."""
    plain = unicodedata.normalize("NFKD", name.casefold().translate(_LETTERS))
    ascii_only = plain.encode("ascii", "ignore").decode()
    stem = re.sub(r"[^a-z0-9]+", "_", ascii_only).strip("_")
    stem = stem if stem[:1].isalpha() else f"code_{stem}".rstrip("_")
    made, number = stem[:LONGEST_ID].rstrip("_"), 1
    while made in taken:
        number += 1
        ending = f"_{number}"
        made = stem[: LONGEST_ID - len(ending)].rstrip("_") + ending
    return made
