"""RIS as lines: parting a file into records, each with one tag a line.

Owns the tolerance for how programs write RIS (line ends, spacing, wrapped lines, missing ER).
What tags mean is `kb.citations.ris`'s.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

_TAG: Final = re.compile(r"\s*([A-Z][A-Z0-9]) {1,2}-(?: (.*)|)$")
_NUMBERING: Final = re.compile(r"\s*\d+\.\s*$")


@dataclass(frozen=True)
class RisBlock:
    """One record as rispy reads it; `line` counts from 1.

    `is_record` is False for text that stands outside every record, `ended` for one without ER.
    """

    text: str
    line: int
    is_record: bool = True
    ended: bool = True


@dataclass
class _Building:
    """The record being gathered."""

    line: int
    is_record: bool
    lines: list[str] = field(default_factory=list)

    def done(self, ended: bool) -> RisBlock:
        if self.is_record:
            return RisBlock("\n".join([*self.lines, "ER  - "]), self.line, True, ended)
        return RisBlock(" ".join(self.lines), self.line, False, True)


def split_records(text: str) -> Iterator[RisBlock]:
    """Yield the records of a RIS file in order, and stretches of other text between them.

    Wrapped lines are joined to the tag before them; a TY before an ER ends the record before it.
    """
    current: _Building | None = None
    for number, line in enumerate(text.splitlines(), start=1):
        match = _TAG.match(line)
        tag, value = (match.group(1), (match.group(2) or "").strip()) if match else ("", "")
        if tag == "TY":
            if current:
                yield current.done(ended=False)
            current = _Building(number, True, [f"TY  - {value}"])
        elif tag == "ER" and current and current.is_record:
            yield current.done(ended=True)
            current = None
        elif not line.strip() or (not current and _NUMBERING.match(line)):
            continue
        elif current is None:
            current = _Building(number, False, [line.strip()])
        elif match and current.is_record:
            current.lines.append(f"{tag}  - {value}")
        else:
            _append(current, line.strip())
    if current:
        yield current.done(ended=False)


def _append(current: _Building, words: str) -> None:
    """Join a wrapped line to the line before it (never to TY, which holds one word)."""
    if current.is_record and len(current.lines) == 1:
        current.lines.append(f"N1  - {words}")
    else:
        current.lines[-1] = f"{current.lines[-1]} {words}".rstrip()
