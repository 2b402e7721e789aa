"""What a blind round asks of an act: that it is open, and that its people and passages fit.

Owns these checks, and which rounds hide what was coded in them. Making rounds is
`kb.coding.rounds`'.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from kb.coding_tables import CodingComment, CodingRound, RoundPassage
from kb.errors import CodingError, NotFoundError
from kb.tables import Coding


def visible(
    kind: type[Coding] | type[CodingComment], viewer: str | None = None
) -> ColumnElement[bool]:
    """The condition under which rows are shown: not made in an open round, or by the viewer."""
    hiding = select(CodingRound.id).where(CodingRound.closed_at.is_(None))
    shown = or_(kind.round_id.is_(None), kind.round_id.not_in(hiding))
    if viewer is None:
        return shown
    maker: Any = kind.coder if kind is Coding else kind.by  # type: ignore[union-attr]
    return or_(shown, maker == viewer)


def open_rounds(session: Session) -> set[int]:
    """Numbers of the rounds that are open: what is coded in them is shown to its coder alone."""
    return set(session.scalars(select(CodingRound.id).where(CodingRound.closed_at.is_(None))))


def find_round(session: Session, name: str | int) -> CodingRound:
    """The round of that name or number; raises NotFoundError naming those there are."""
    column = CodingRound.id if isinstance(name, int) else CodingRound.name
    found = session.scalars(select(CodingRound).where(column == name)).first()
    if found is None:
        names = session.scalars(select(CodingRound.name).order_by(CodingRound.id)).all()
        raise NotFoundError(
            f"There is no round {name!r}; there {'are ' + ', '.join(names) if names else 'is none'}"
            " (`samvirke round list`)."
        )
    return found


def find_entry(session: Session, round_: CodingRound, passage_id: str) -> RoundPassage:
    """A passage's entry in a round; raises CodingError where it is not of it."""
    entry = session.scalars(
        select(RoundPassage).where(
            RoundPassage.round_id == round_.id, RoundPassage.passage_id == passage_id
        )
    ).first()
    if entry is None:
        raise CodingError(
            f"Expected a passage of the round {round_.name!r}, found {passage_id}, which is not "
            "in it; `samvirke round show` lists its passages."
        )
    return entry


def require_open(session: Session, round_id: int, coder: str, passage_id: str) -> RoundPassage:
    """The entry that a coder may code now.

    Raises CodingError where the round is closed, the coder is not of it, or the passage is not.
    """
    round_ = find_round(session, round_id)
    if round_.closed_at is not None:
        raise CodingError(
            f"The round {round_.name!r} is closed and stays as it was coded; settle its "
            "differences, or code the passage outside it."
        )
    if coder not in round_.coders:
        raise CodingError(
            f"Expected a coder of the round {round_.name!r} ({', '.join(map(str, round_.coders))}),"
            f" found {coder!r}."
        )
    return find_entry(session, round_, passage_id)


def blind_round(session: Session, coder: str, passage_id: str | None) -> CodingRound | None:
    """The open round in which a coder codes a passage blind, if there is one."""
    rounds = session.scalars(
        select(CodingRound)
        .join(RoundPassage, RoundPassage.round_id == CodingRound.id)
        .where(and_(CodingRound.closed_at.is_(None), RoundPassage.passage_id == passage_id))
        .order_by(CodingRound.id)
    )
    return next((found for found in rounds if coder in found.coders), None)


def blind_seats(session: Session) -> set[tuple[str, str]]:
    """Every coder of an open round with each of its passages: what they code blind, and there."""
    rows = session.execute(
        select(CodingRound.coders, RoundPassage.passage_id)
        .join(RoundPassage, RoundPassage.round_id == CodingRound.id)
        .where(CodingRound.closed_at.is_(None), RoundPassage.passage_id.is_not(None))
    )
    return {(str(coder), str(passage)) for coders, passage in rows for coder in coders}


def refuse_outside(session: Session, coder: str, passage_id: str) -> None:
    """Refuse to code a passage in the open that one codes blind in an open round."""
    found = blind_round(session, coder, passage_id)
    if found is not None:
        raise CodingError(
            f"{coder} codes this passage blind in the round {found.name!r}, which is open; code it "
            "there, or close the round first."
        )
