"""Screening in the record: verdicts by the machine and by people, and which of them counts.

Owns the screening table's meaning. A person's verdict outranks the machine's, the newest person's
counts, and taking one back is a row of its own: nothing is overwritten. How a machine judges is
`pipeline.screening`'s.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from corpora.codebook import Codebook
from kb.errors import ScreeningError
from kb.publications import MACHINE, resolve_id
from kb.store import Store
from kb.tables import Publication, Screening, now

VERDICTS = ("include", "exclude", "undecided")
WITHDRAWN = "withdrawn"  # the verdict of a row that takes the same person's newest one back
PERSON_VERSION = "person"  # what stands in `version` where no machine judged


@dataclass(frozen=True)
class ScreeningAct:
    """One verdict as it was given; `score` is the machine's (0..1), `counts` that it stands now."""

    verdict: str
    reason: str | None
    score: float | None
    reasons: tuple[str, ...]
    by: str
    at: datetime
    counts: bool


def decide(
    store: Store,
    codebook: Codebook,
    publication_id: str,
    verdict: str,
    *,
    by: str,
    reason: str | None = None,
    comment: str | None = None,
) -> str:
    """Keep a person's verdict on a publication; return the publication's present id.

    Excluding takes a reason from the codebook's list. Raises ScreeningError where the verdict or
    the reason is not one there is, CodebookError for a reason that the codebook lacks, and
    NotFoundError for a publication the record never had.
    """
    if verdict not in VERDICTS:
        raise ScreeningError(
            f"Expected include, exclude or undecided, found the verdict {verdict!r}; "
            "choose one of them."
        )
    if verdict == "exclude":
        if reason is None:
            options = ", ".join(codebook.ids("exclusion_reasons"))
            raise ScreeningError(
                f"Expected a reason with the verdict exclude, found none; give one of {options}."
            )
        codebook.require("exclusion_reasons", reason)
    elif reason is not None:
        raise ScreeningError(
            f"Expected no reason with the verdict {verdict}, found {reason!r}; "
            "reasons belong to exclude."
        )
    name = _named(by)
    with store.write() as session:
        present = resolve_id(session, publication_id)
        removed = session.get_one(Publication, present).removed_reason
        if removed:
            raise ScreeningError(
                f"Publication {present} was removed ({removed}), so no verdict on it is kept; "
                "`samvirke remove` cannot be undone."
            )
        _append(session, present, verdict, reason, name, comment)
    return present


def withdraw(store: Store, publication_id: str, *, by: str) -> str:
    """Take back the newest verdict that this person gave and has not taken back yet.

    What stood before counts again. Return the publication's present id. Raises ScreeningError
    where there is none to take back.
    """
    name = _named(by)
    with store.write() as session:  # looked at and taken back in one: a double click is one act
        present = resolve_id(session, publication_id)
        if not any(row.by == name for row in _standing(_rows(session, present))):
            raise ScreeningError(
                f"Expected a verdict by {name} on publication {present} to take back, found none; "
                "`samvirke screening show` says who decided."
            )
        _append(session, present, WITHDRAWN, None, name, None)
    return present


def verdicts(
    session: Session,
    publication_ids: Collection[str] | None = None,
    *,
    until: datetime | None = None,
) -> dict[str, Screening]:
    """The verdict that counts for each publication (or for those named), by publication id.

    With `until` the one that counted at that moment.
    """
    query = select(Screening).order_by(Screening.id)
    if until is not None:
        query = query.where(Screening.at <= until)
    if publication_ids is not None:
        query = query.where(Screening.publication_id.in_(publication_ids))
    return _counted(session.scalars(query))


def history(store: Store, publication_id: str) -> list[ScreeningAct]:
    """Every verdict on a publication, oldest first, those taken back included.

    Raises NotFoundError for a publication the record never had.
    """
    with store.read() as session:
        rows = _rows(session, resolve_id(session, publication_id))
        counting = _counting(rows)
        return [
            ScreeningAct(
                row.verdict,
                row.reason,
                row.score,
                tuple(row.reasons),
                row.by,
                row.at,
                row is counting,
            )
            for row in rows
        ]


def excluded_by_people(session: Session) -> set[str]:
    """Publications that a person has left out: search hides them before the next index."""
    touched = select(Screening.publication_id).where(Screening.by != MACHINE)
    query = select(Screening).where(Screening.publication_id.in_(touched)).order_by(Screening.id)
    return {
        key
        for key, row in _counted(session.scalars(query)).items()
        if row.verdict == "exclude" and row.by != MACHINE
    }


def _counted(rows: Iterable[Screening]) -> dict[str, Screening]:
    by_publication: dict[str, list[Screening]] = {}
    for row in rows:
        by_publication.setdefault(row.publication_id, []).append(row)
    found = {key: _counting(given) for key, given in by_publication.items()}
    return {key: row for key, row in found.items() if row is not None}


def _counting(rows: Sequence[Screening]) -> Screening | None:
    people = _standing(rows)
    if people:
        return people[-1]
    machine = [row for row in rows if row.by == MACHINE]
    return machine[-1] if machine else None


def _standing(rows: Iterable[Screening]) -> list[Screening]:
    """People's verdicts that were not taken back, oldest first."""
    standing: list[Screening] = []
    for row in rows:
        if row.by == MACHINE:
            continue
        if row.verdict != WITHDRAWN:
            standing.append(row)
            continue
        mine = [place for place, entry in enumerate(standing) if entry.by == row.by]
        if mine:
            del standing[mine[-1]]
    return standing


def _rows(session: Session, publication_id: str) -> list[Screening]:
    query = select(Screening).where(Screening.publication_id == publication_id)
    return list(session.scalars(query.order_by(Screening.id)))


def _append(
    session: Session,
    publication_id: str,
    verdict: str,
    reason: str | None,
    by: str,
    comment: str | None,
) -> None:
    session.add(
        Screening(
            publication_id=publication_id,
            verdict=verdict,
            reason=reason,
            score=None,
            reasons=[comment] if comment else [],
            by=by,
            version=PERSON_VERSION,
        )
    )
    session.get_one(Publication, publication_id).updated_at = now()  # kept answers are stale


def _named(by: str) -> str:
    name = " ".join(by.split())
    if not name or name == MACHINE:
        raise ScreeningError(
            f"Expected the name of the person who decides, found {by!r}; "
            "give it with --by or in SAMVIRKE_USER."
        )
    return name
