"""Nordic text folded to what stays the same however it was typed: case, accents, å/aa, ø/ö/oe.

Owns the folding by which names and titles are compared; nothing folded is ever shown or kept as a
value.
"""

import re
import unicodedata

_LETTERS = str.maketrans(
    {"å": "a", "ä": "a", "æ": "a", "ø": "o", "ö": "o", "ð": "d", "đ": "d", "þ": "th"}
    | {"ß": "ss", "œ": "o", "ł": "l", "ŋ": "n", "ŧ": "t", "ı": "i"}
)
_DIGRAPHS = re.compile(r"aa|ae|oe")  # how å, ä/æ and ø/ö are typed without them
_WORD = re.compile(r"[^\W_]+")


def fold(text: str) -> str:
    """Return lower-case words of plain letters and digits, one space between them.

    å, ä, æ, aa and ae all become a; ø, ö and oe become o: the three languages' spellings of a
    name, and the way it is typed without the letter, compare equal.
    """
    plain = unicodedata.normalize("NFKC", text).replace("\u00ad", "").casefold()
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFC", plain).translate(_LETTERS))
    plain = "".join(char for char in plain if not unicodedata.combining(char))
    return _DIGRAPHS.sub(lambda found: found.group(0)[0], " ".join(_WORD.findall(plain)))
