"""Names of people who code, and what they write: as they are kept, or refused in a sentence.

Owns the rules for coders' names and for free text. A name is any text: quotes, emoji and every
language's letters are kept; what cannot be seen is not.
"""

from __future__ import annotations

import unicodedata

from kb.errors import CodingError

LONGEST_NAME = 200  # characters
LONGEST_TEXT = 20_000  # characters of one comment: some ten pages
_JOINERS = "\u200c\u200d"  # hold emoji and some scripts' letters together


def clean_name(name: str) -> str:
    """A coder's name in one spelling: NFC, no spaces around it, single ones inside.

    Raises CodingError for no name, one of more than 200 characters, or one with characters that
    cannot be seen (control characters, marks that turn the direction of writing).
    """
    plain = unicodedata.normalize("NFC", name)
    found = next((letter for letter in plain.strip() if _is_hidden(letter)), None)
    if found is not None:
        raise CodingError(
            f"Expected a coder's name in letters, found the invisible character U+{ord(found):04X} "
            "in it; type the name again."
        )
    plain = " ".join(plain.split())
    if not plain:
        raise CodingError("A coding needs the coder's name; set SAMVIRKE_USER or choose a name.")
    if len(plain) > LONGEST_NAME:
        raise CodingError(
            f"Expected a coder's name of at most {LONGEST_NAME} characters, found {len(plain)}; "
            "shorten it."
        )
    return plain


def clean_text(text: str | None, what: str = "a comment") -> str | None:
    """Free text without control characters but line breaks and tabs; None where it is blank.

    Raises CodingError for more than 20,000 characters; `what` names the text in the sentence.
    """
    plain = unicodedata.normalize("NFC", text or "").replace("\r\n", "\n")
    plain = "".join(
        letter
        for letter in plain
        if letter in "\n\t" or unicodedata.category(letter) not in ("Cc", "Cs")
    ).strip()
    if len(plain) > LONGEST_TEXT:
        raise CodingError(
            f"Expected {what} of at most {LONGEST_TEXT} characters, found {len(plain)}; shorten it."
        )
    return plain or None


def _is_hidden(letter: str) -> bool:
    kind = unicodedata.category(letter)
    return kind in ("Cc", "Cs", "Cn", "Zl", "Zp") or (kind == "Cf" and letter not in _JOINERS)
