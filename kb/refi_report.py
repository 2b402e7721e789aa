"""What became of a REFI-QDA file that was imported: what was taken in, and what has no place here.

Owns the report as a record, in sentences, and as a file of what was left out. The importing is
`kb.refi_import`'s.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path

NO_PUBLICATION = "the publication is not in this knowledge base"
NO_CODE = "its code is not in the codebook"
NO_WORDS = "it is of the whole document or of a page without words"
CODES_BLIND = (
    "its coder codes that passage blind in an open round (import it again once that is closed)"
)
WORDS_NOT_FOUND = "it is a memo on words that are not found here"
ON_NO_WORDS = "it is a memo on no marked words"


@dataclass(frozen=True)
class NotPlaced:
    """A coding or memo (without a code) of a file that has no place here, with why."""

    source: str
    quote: str
    code: str
    coder: str
    note: str
    reason: str


@dataclass
class ImportReport:
    """What became of a file: codings by number, new codes by id, what was passed over by kind.

    `names` are those codes' names; `acts` and `changes` are the numbers by which it is undone: of
    acts (remarks, then codings) and of changes of the codebook.
    """

    input: str
    origin: str = ""
    coders: list[str] = field(default_factory=list)
    codes_added: list[str] = field(default_factory=list)
    added: int = 0
    unchanged: int = 0
    needs_look: int = 0
    remarks: int = 0
    remarks_unchanged: int = 0
    unknown_sources: list[str] = field(default_factory=list)
    not_placed: list[NotPlaced] = field(default_factory=list)
    skipped: dict[str, int] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    acts: list[int] = field(default_factory=list)
    changes: list[int] = field(default_factory=list)

    @property
    def sentence(self) -> str:
        """What was passed over, in one sentence; empty where nothing was."""
        if not self.skipped:
            return ""
        kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(self.skipped.items()))
        return f"Passed over, since there is no place for them here: {kinds}."


def keep_not_placed(home: Path, report: ImportReport) -> Path | None:
    """Write what has no place into a file under `imports` in the data home; None where nothing."""
    if not report.not_placed:
        return None
    moment = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%fZ")
    path = home / "imports" / f"not-placed-{moment}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(not_placed_json(report))
    return path


def not_placed_json(report: ImportReport) -> bytes:
    """What has no place, as a file to read, in UTF-8."""
    left = [asdict(one) for one in report.not_placed]
    text = json.dumps({"input": report.input, "not_placed": left}, ensure_ascii=False, indent=1)
    return (text + "\n").encode("utf-8", "replace")


def reasons(report: ImportReport) -> Counter[str]:
    """Why codings and memos were not placed, with how many each."""
    return Counter(one.reason for one in report.not_placed)
