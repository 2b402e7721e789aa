"""What became of a REFI-QDA file that was imported: what was taken in, and what has no place here.

Owns the report as a record and in sentences. The importing is `kb.refi_import`'s.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field


@dataclass(frozen=True)
class NotPlaced:
    """A coding of a file that has no place here, with why."""

    source: str
    quote: str
    code: str
    coder: str
    note: str
    reason: str


@dataclass
class ImportReport:
    """What became of a file: codings by number, new codes by id, what was passed over by kind."""

    input: str
    origin: str = ""
    coders: list[str] = field(default_factory=list)
    codes_added: list[str] = field(default_factory=list)
    added: int = 0
    unchanged: int = 0
    needs_look: int = 0
    unknown_sources: list[str] = field(default_factory=list)
    not_placed: list[NotPlaced] = field(default_factory=list)
    skipped: dict[str, int] = field(default_factory=dict)

    @property
    def sentence(self) -> str:
        """What was passed over, in one sentence; empty where nothing was."""
        if not self.skipped:
            return ""
        kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(self.skipped.items()))
        return f"Passed over, since there is no place for them here: {kinds}."


def reasons(report: ImportReport) -> Counter[str]:
    """Why codings were not placed, with how many each."""
    return Counter(one.reason for one in report.not_placed)
