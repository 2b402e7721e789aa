"""Characters that are no text: controls, marks that turn the direction of what follows, and halves.

Owns which they are. Tabs and line breaks stay; so does everything a language is written with.
"""

from __future__ import annotations

import re

# C0 (but tab, line feed, carriage return), delete and C1; bidirectional embeddings, overrides and
# isolates; surrogates and the two that XML 1.0 (section 2.2) has no way to say.
_CONTROL = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]"
)


def without_controls(text: str, instead: str = "") -> str:
    """Return a text with `instead` for each character that is none."""
    return _CONTROL.sub(instead, text)
