"""The history of the codebook as the record has it, and which code stands for which now.

Owns reading the changes and people's moves of codings out of split codes. What a change does is
`kb.codebook_state`'s, making one `kb.codebook_editing`'s.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.codebook_state import Change, Succession, successions
from kb.codebook_tables import CodebookChange, CodingMove


class CurrentCodes(Mapping[str, str]):
    """For every code, also one never heard of, the code that stands for it now.

    Iterating gives the codes that another one stands for.
    """

    def __init__(self, succession: Succession, moves: Mapping[int, str]) -> None:
        self._succession, self._moves = succession, moves
        self._resolved: dict[str, str] = {}  # asked for each of many codings

    def __getitem__(self, code: str) -> str:
        if code not in self._resolved:
            self._resolved[code] = self._succession.resolve(code)
        return self._resolved[code]

    def __iter__(self) -> Iterator[str]:
        return iter(self._succession.next)

    def __len__(self) -> int:
        return len(self._succession.next)

    def of_coding(self, coding_id: int, code: str) -> str:
        """The code a coding counts under: its own, or the part that a person moved it to."""
        return self[self.chosen(coding_id, code)]

    def chosen(self, coding_id: int, code: str) -> str:
        """The code a person chose for a coding, as it was called then."""
        return self._moves.get(coding_id, code)

    def undecided(self, coding_id: int, code: str) -> str | None:
        """The split code under which a coding still waits for a person to move it, if any."""
        steps = self._succession.steps(self.chosen(coding_id, code))
        return next((step for step in steps if step in self._succession.parts), None)

    def parts(self, code: str) -> tuple[str, ...]:
        """What a split code was split into."""
        return self._succession.parts.get(code, ())

    def sources(self, code: str) -> tuple[str, ...]:
        """Every id under which codings that count under `code` may stand in the record."""
        return (code, *(old for old in self if old != code and self[old] == code))


def current_codes(session: Session, kind: str = "factors") -> CurrentCodes:
    """Return which code stands for which now, after renames, merges, splits and loads.

    Transitive; a code that nothing replaced, known or not, stands for itself. Codings of a split
    code count under its default until `of_coding` knows better.
    """
    return CurrentCodes(successions(list_changes(session), kind), _moves(session))


def list_changes(session: Session) -> list[Change]:
    """Every change of the codebook, oldest first, undone ones and undos among them."""
    rows = session.scalars(select(CodebookChange).order_by(CodebookChange.id))
    return [
        Change(
            row.id,
            row.act,
            row.kind,
            row.code,
            row.value,
            row.before,
            row.undoes,
            row.by,
            row.comment,
            row.at,
        )
        for row in rows
    ]


def _moves(session: Session) -> dict[int, str]:
    """Codings that a person moved out of a split code, by number; the newest word counts."""
    newest: dict[int, str | None] = {}
    for row in session.scalars(select(CodingMove).order_by(CodingMove.id)):
        newest[row.coding_id] = row.code
    return {coding: code for coding, code in newest.items() if code is not None}
