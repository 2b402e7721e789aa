"""BibTeX as text: parting a file into entries and an entry into fields, keeping every character.

Owns the syntax (braces, quotes, delimiters). What fields mean is `kb.citations.bibtex`'s.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

_START: Final = re.compile(r"@\s*([A-Za-z]+)\s*([{(])")
_NEXT_LINE: Final = re.compile(r"\n\s*@\s*[A-Za-z]+\s*[{(]")
_BRACKET: Final = re.compile(r"\\.|[{}()]", re.DOTALL)
_BARE: Final = re.compile(r'"(?:[^"{}]|\{[^{}]*\})*"|[^,{}]*')
_MOST_UNCLOSED: Final = 200  # each is looked for to the end of the file; a broken file has more
_FIELD: Final = re.compile(r"\s*,?\s*([A-Za-z][\w-]*)\s*=\s*")
_KEY: Final = re.compile(r"@\s*[A-Za-z]+\s*[{(]\s*([^\s,{}()=]*)\s*,")
_NO_ENTRIES: Final = frozenset({"string", "preamble", "comment"})


@dataclass(frozen=True)
class RawEntry:
    """`@kind{…}` as it stands; `line` counts from 1, `closed` is False where no brace ends it."""

    kind: str
    text: str
    line: int
    closed: bool

    @property
    def is_record(self) -> bool:
        """Return whether it describes a publication (and is no @string, @preamble, @comment)."""
        return self.kind not in _NO_ENTRIES

    @property
    def key(self) -> str:
        """Return the citation key, empty where there is none."""
        match = _KEY.match(self.text)
        return match.group(1) if match else ""


def split_entries(text: str) -> Iterator[RawEntry]:
    """Yield the entries of a BibTeX file; text between entries is comment and is passed over.

    An entry that is never closed ends before the next line that opens one.
    """
    position, line, counted, unclosed = 0, 1, 0, 0
    while match := _START.search(text, position):
        end = _closing(text, match.end() - 1) if unclosed < _MOST_UNCLOSED else None
        closed = end is not None
        if end is None:
            unclosed += 1
            following = _NEXT_LINE.search(text, match.end())
            end = following.start() if following else len(text)
        line += text.count("\n", counted, match.start())
        counted = match.start()
        yield RawEntry(match.group(1).lower(), text[match.start() : end], line, closed)
        position = end


def split_fields(entry: str) -> list[tuple[str, str]]:
    """Return (field name in lower case, value with its delimiters) of one closed entry."""
    head = re.match(r"@\s*[A-Za-z]+\s*[{(][^,{}]*", entry)
    position, fields = (head.end() if head else 0), []
    while match := _FIELD.match(entry, position):
        start = match.end()
        if start < len(entry) and entry[start] == "{":
            position = _closing(entry, start) or len(entry)
        else:
            bare = _BARE.match(entry, start)
            position = bare.end() if bare else len(entry)
        fields.append((match.group(1).lower(), entry[start:position].strip()))
    return fields


def add_field(entry: str, name: str, value: str) -> str:
    """Return a closed entry with one more field at its end."""
    body, closing = entry.rstrip()[:-1].rstrip(), entry.rstrip()[-1:]
    comma = "" if body.endswith(",") else ","
    return f"{body}{comma}\n  {name} = {{{value}}}\n{closing}"


def _closing(text: str, opening: int) -> int | None:
    """Return the index behind the bracket that closes `text[opening]`, or None."""
    closing_round = text[opening] == "("
    depth = 0
    for match in _BRACKET.finditer(text, opening):
        char = match.group(0)
        if char == "{" or (closing_round and match.start() == opening):
            depth += 1
        elif char == "}" or (char == ")" and closing_round and depth == 1):
            depth -= 1
            if depth == 0:
                return match.end()
    return None
