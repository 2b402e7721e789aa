"""Lines to running text: which line ends are spaces, and which hyphens belong to a broken word.

Owns the Nordic hanging hyphen ("barne- og ungdomspsykiatri") and hyphens that are part of the
word ("0-24-samarbeidet"). Serves wrapped text, PDF and OCR alike.
"""

from __future__ import annotations

import re
from collections.abc import Container, Sequence

HYPHENS = "-\u2010\u2011\u00ad"
_LAST = re.compile(r"(\S+)$")
_FIRST = re.compile(r"^(\S+)")
_VOWEL = re.compile(r"[aeiouyåäöæøáéíóúý]", re.IGNORECASE)
_CONJUNCTIONS = frozenset(
    "og eller samt och å ja tai sekä eikä eða né ella and or und to til till via en av på i"
    " respektive resp hhv inkl plus men".split()
)
_LIGATURES = str.maketrans(
    {
        "ﬀ": "ff",
        "ﬁ": "fi",
        "ﬂ": "fl",
        "ﬃ": "ffi",
        "ﬄ": "ffl",
        "ﬅ": "st",
        "ﬆ": "st",
        "\u00a0": " ",
        "\u2002": " ",
        "\u2003": " ",
        "\u2009": " ",
        "\u202f": " ",
        "\u200b": "",
        "\ufeff": "",
        "\u2028": " ",
        "\u2029": " ",
    }
)


def plain_letters(text: str) -> str:
    """Return `text` with ligatures spelled out, odd spaces plain and zero-width marks removed."""
    return text.translate(_LIGATURES)


def keeps_hyphen(before: str, after: str, known: Container[str] = ()) -> bool | None:
    """Return what a line-end hyphen between two words is.

    `before` is the word with its hyphen, `after` the first word of the next line, `known` the
    words (lower case) that the document writes in one piece or with a hyphen. None: the hyphen
    hangs and a space follows ("barne- og"); True: it stays ("0-24-"); False: it goes.
    """
    stem = before.rstrip(HYPHENS)
    word = after.strip(".,;:!?()[]\"'»«”’")
    if not stem or not word:
        return None
    if word.lower() in _CONJUNCTIONS:
        return None
    joined = (stem.lstrip("(\"'«»“”‘[") + word).lower()
    if before.endswith("\u00ad"):
        return False
    if word[0].isupper() and not stem.isupper():
        return True
    if not stem[-1].isalpha() or not word[0].isalpha() or word[0].isupper():
        return True
    last_part = re.split(r"[-‐‑]", stem)[-1]
    if joined not in known and (len(last_part) == 1 or not _VOWEL.search(last_part)):
        return True  # "e-" + "helse", "tv-" + "program": no syllable to break after
    if joined not in known and word[0].lower() == stem[-1].lower() and _VOWEL.match(word):
        return True  # "linja-" + "auto": Finnish keeps equal vowels apart
    if last_part.isupper() and len(last_part) > 1:  # "NAV-" + "kontoret"
        return True
    return f"{stem.lstrip('(')}-{word}".lower() in known and joined not in known


def join_lines(lines: Sequence[str], known: Container[str] = ()) -> str:
    """Return wrapped lines as one text, line-end hyphens joined where the language joins them."""
    text = ""
    for line in lines:
        text = append_line(text, line, known)[0]
    return text


def append_line(text: str, line: str, known: Container[str] = ()) -> tuple[str, int]:
    """Return `text` with a further line joined to it, and where that line begins in the result."""
    line = line.strip()
    if not text or not line:
        return text + line, len(text)
    if text[-1] in HYPHENS and len(text) > 1 and not text[-2].isspace():
        last = _LAST.search(text)
        first = _FIRST.match(line)
        verdict = keeps_hyphen(
            last.group(1) if last else "", first.group(1) if first else "", known
        )
        if verdict is False:
            text = text[:-1]
            return text + line, len(text)
        if verdict is True:
            text = text[:-1] + ("-" if text[-1] == "\u00ad" else text[-1])
            return text + line, len(text)
    return f"{text} {line}", len(text) + 1
