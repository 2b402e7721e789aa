"""Characters that a PDF's fonts do not map to letters: repaired where provable, else counted.

Owns what is known of such codes: bullets and ligatures of the private use area, letters of symbol
fonts, and fonts without a character map, whose glyph numbers run in TrueType's standard order.
A page whose letters cannot be told is counted as unmapped; what becomes of it is `pdf`'s business.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.language import count_common_words

_FIRST_GLYPH = 3
"""The space's number in TrueType's standard glyph order (`post` table, the Macintosh set)."""
_ASCII_SHIFT = 29  # from a glyph number in that order to ASCII
_MAC_FIRST, _MAC_SHIFT = 98, 30  # the first glyph after "~", and the way to Mac Roman from there
_MAC_TAIL_FIRST = 226
_MAC_TAIL = "ŁłŠšŽž¦ÐðÝýÞþ−×¹²³½¼¾₣ĞğİŞşĆćČčđ"
_PROVEN = 0.08  # share of common words that a decoded text has; prose of our languages has 0.3
_TOKEN = re.compile(r"[^\W\d_]+")
# Adobe's corporate use area (glyph list, 1998): old ligatures, old-style digits, small capitals;
# and the bullets of Symbol and Wingdings, which come through as F000 + their code.
_PRIVATE = {
    0xF001: "fi",
    0xF002: "fl",
    **{0xF730 + digit: str(digit) for digit in range(10)},
    **{0xF761 + letter: chr(ord("a") + letter) for letter in range(26)},
    **{0xF7E0 + at: chr(0xE0 + at) for at in range(31)},
    **dict.fromkeys(
        (0xF06C, 0xF06E, 0xF071, 0xF076, 0xF09F, 0xF0A7, 0xF0A8, 0xF0B7, 0xF0D8, 0xF0E8, 0xF0FC),
        "•",
    ),
    0xF02D: "–",
    0xF0B3: "≥",
    0xF0A3: "≤",
    0xF0B1: "±",
    0xF0B4: "×",
    0xF0AE: "→",
    0xF0E0: "→",
}
_MIN_SYMBOL_WORD = 3  # letters; a shorter one may be a picture from Wingdings
_GLANCE = 800  # characters; prose has common words among its first, and needs no second look
_MIN_TOKENS = 60  # words; fewer prove nothing
_ALMOST_NONE = 0.015  # share of common words; prose of our languages has 0.3, a name list 0.03
_MOSTLY_ODD = 0.4
_SIGN_INSIDE = re.compile(r"[^\W\d_][^\w\s.,:;'’/@()–-]+[^\W\d_]|[^\W\d_]\d+[^\W\d_]")
_NO_LETTER = re.compile("[\ufffd\ue000-\uf8ff\\x00\\x01\\x03-\\x08\\x0b\\x0c\\x0e-\\x1f]")
_VOWEL = re.compile(r"[aeiouyåäöæøáéíóúýàèìòùâêîôû\d]", re.IGNORECASE)


def glyph_letter(number: int) -> str:
    """Return the character of a glyph number in TrueType's standard order; U+FFFD beyond it."""
    if _FIRST_GLYPH <= number < _MAC_FIRST:
        return chr(number + _ASCII_SHIFT)
    if _MAC_FIRST <= number < _MAC_TAIL_FIRST:
        return bytes([number + _MAC_SHIFT]).decode("mac_roman")
    tail = number - _MAC_TAIL_FIRST
    return _MAC_TAIL[tail] if 0 <= tail < len(_MAC_TAIL) else "\ufffd"


def decode_unmapped(text: str, broken: Sequence[bool]) -> str:
    """Return `text` with its `broken` characters (glyph numbers, really) decoded, where provable.

    Provable is what gives words of our languages; otherwise each broken letter becomes U+FFFD.
    """
    decoded = "".join(
        glyph_letter(ord(letter)) if wrong and ord(letter) < 0x3000 else letter
        for letter, wrong in zip(text, broken, strict=True)
    )
    only = "".join(letter if wrong else " " for letter, wrong in zip(decoded, broken, strict=True))
    tokens = len(_TOKEN.findall(only))
    if tokens and count_common_words(only) >= max(1.0, _PROVEN * tokens):
        return decoded
    return "".join(
        "\ufffd" if wrong and not letter.isspace() else letter
        for letter, wrong in zip(text, broken, strict=True)
    )


def plain_private(word: str) -> str:
    """Return a word with the private-use characters spelled out whose meaning is known."""
    if all("\uf021" <= letter <= "\uf0ff" for letter in word) and len(word) >= _MIN_SYMBOL_WORD:
        return bytes(ord(letter) - 0xF000 for letter in word).decode("cp1252", errors="replace")
    return "".join(_PRIVATE.get(ord(letter), letter) for letter in word)


def share_unmapped(text: str) -> float:
    """Return the share of characters that are no letters of any alphabet: a broken text layer."""
    if not text:
        return 0.0
    odd = sum(ord(letter) not in _PRIVATE for letter in _NO_LETTER.findall(text))
    return odd / len(text)


def reads_like_nothing(text: str) -> bool:
    """Return whether a long text of letters has no word of any of our languages and looks coded.

    Catches fonts whose character map is there but wrong. Lists of names and figures pass: their
    words have vowels and no signs inside.
    """
    if count_common_words(text[:_GLANCE]) > 1:
        return False
    tokens = text.split()
    if len(tokens) < _MIN_TOKENS or count_common_words(text) > _ALMOST_NONE * len(tokens):
        return False
    words = [token for token in tokens if len(token) > 2]
    odd = sum(bool(_SIGN_INSIDE.search(word)) or not _VOWEL.search(word) for word in words)
    return bool(words) and odd >= _MOSTLY_ODD * len(words)
