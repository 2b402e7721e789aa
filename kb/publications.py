"""Publications in the record: writing them, recognising them again, and their passages.

Owns the publication, identifier, item, passage and screening tables. Which files and fields make a
publication is decided by `pipeline.identify`; what is shown of it by `kb.library`; where people's
work goes when its passage changes by `kb.reanchoring`.
"""

from __future__ import annotations

import re
import secrets
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb import anchors
from kb.errors import NotFoundError, RemovedError
from kb.reanchoring import settle_work
from kb.tables import (
    Identifier,
    Item,
    Passage,
    Publication,
    Redirect,
    Screening,
    now,
)

MACHINE = "machine"  # who screens when no person does


@dataclass(frozen=True)
class NewPublication:
    """What the pipeline knows of a publication; `identifiers` are (scheme, value) pairs."""

    csl: dict[str, Any]
    origins: dict[str, Any]
    source_id: str | None
    source_country: str | None
    url: str | None
    language: str | None
    identifiers: tuple[tuple[str, str], ...] = ()
    given: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class NewPassage:
    """A passage as extracted from file `sha256`; fields as `kb.tables.Passage`."""

    sha256: str
    text: str
    section: str
    language: str
    page: int
    page_end: int
    page_label: str | None
    page_label_end: str | None
    kind: str
    ocr: bool
    boxes: list[Any]
    sentences: list[Any]
    ocr_confidence: float | None = None


@dataclass(frozen=True)
class PassageChange:
    """How a publication's passages changed; `moved` and `lost` count people's work re-anchored."""

    added: int = 0
    kept: int = 0
    retired: int = 0
    moved: int = 0
    lost: int = 0


def title_key(title: str) -> str:
    """A title as compared: letters and digits only, lower case, accents kept."""
    plain = unicodedata.normalize("NFKC", title).lower()
    return " ".join(re.findall(r"[^\W_]+", plain))


def new_publication_id() -> str:
    """An opaque id, never derived from what the publication says."""
    return "p" + secrets.token_hex(6)


def resolve_id(session: Session, publication_id: str) -> str:
    """The present id of a publication, following redirects.

    Raises NotFoundError where the record never had it.
    """
    seen = set()
    while (redirect := session.get(Redirect, publication_id)) and publication_id not in seen:
        seen.add(publication_id)
        publication_id = redirect.new_id
    if session.get(Publication, publication_id) is None:
        raise NotFoundError(
            f"There is no publication {publication_id!r} in the record; "
            "`samvirke search` and the Library show the ids there are."
        )
    return publication_id


def require_present(session: Session, publication_id: str) -> Publication:
    """The publication that an id leads to now.

    Raises RemovedError where a person removed it, NotFoundError where the record never had it.
    """
    row = session.get_one(Publication, resolve_id(session, publication_id))
    if row.removed_reason is not None:
        raise RemovedError(
            f"Publication {publication_id} was removed ({row.removed_reason}), which cannot be "
            "undone; leave it out."
        )
    return row


def effective_csl(publication: Publication) -> dict[str, Any]:
    """The bibliographic record with a person's corrections on top, under the publication's id.

    A field that a person says the publication does not have is left out.
    """
    given = {key: value for key, value in publication.given.items() if key != "countries"}
    said = {**publication.csl, **given, "id": publication.id}
    return {key: value for key, value in said.items() if value not in ("", [], None)}


def find_by_identifier(session: Session, scheme: str, value: str) -> list[Publication]:
    """Publications known by an identifier, oldest first."""
    rows = session.scalars(
        select(Publication)
        .join(Identifier, Identifier.publication_id == Publication.id)
        .where(Identifier.scheme == scheme, Identifier.value == value)
        .order_by(Publication.created_at, Publication.id)
    )
    return list(rows)


def save_publication(
    session: Session, publication_id: str | None, new: NewPublication
) -> tuple[str, str]:
    """Write a publication; return its id and added, updated or unchanged.

    A person's corrections (`given`) are added to, never taken away.
    """
    row = session.get(Publication, publication_id) if publication_id else None
    status = "unchanged"
    if row is None:
        row = Publication(id=publication_id or new_publication_id(), csl={}, origins={}, given={})
        session.add(row)
        status = "added"
    given = {**row.given, **new.given}
    values = {
        "csl": {**new.csl, "id": row.id},
        "origins": new.origins,
        "given": given,
        "source_id": new.source_id,
        "source_country": new.source_country,
        "url": new.url,
        "language": new.language,
    }
    for name, value in values.items():
        if getattr(row, name) != value:
            setattr(row, name, value)
            row.updated_at = now()
            status = "updated" if status == "unchanged" else status
    session.flush()
    add_identifiers(session, row.id, new.identifiers)
    return row.id, status


def add_identifiers(
    session: Session, publication_id: str, identifiers: Sequence[tuple[str, str]]
) -> None:
    """Let a publication be known by these (scheme, value) pairs too."""
    own = Identifier.publication_id == publication_id
    known = {(row.scheme, row.value) for row in session.scalars(select(Identifier).where(own))}
    for scheme, value in dict.fromkeys(identifiers):
        if (scheme, value) not in known:
            session.add(Identifier(scheme=scheme, value=value, publication_id=publication_id))
    session.flush()


def drop_identifiers(
    session: Session, publication_id: str, kept: Sequence[tuple[str, str]]
) -> None:
    """Take away the items, DOIs, ISBNs and titles a publication is no longer known by.

    Its files stay: a passage may be of bytes that its address has no more.
    """
    rows = session.scalars(
        select(Identifier).where(
            Identifier.publication_id == publication_id, Identifier.scheme != "file"
        )
    )
    for row in rows.all():
        if (row.scheme, row.value) not in kept:
            session.delete(row)
    session.flush()


def assign_item(
    session: Session,
    key: str,
    publication_id: str,
    content_hash: str,
    reason: str,
    given: Mapping[str, Any] | None = None,
) -> None:
    """Say which publication an item belongs to, and why; a person's words about it are kept."""
    item = session.get(Item, key)
    if item is None:
        item = Item(key=key, given={})
        session.add(item)
    item.publication_id, item.content_hash, item.reason = publication_id, content_hash, reason
    item.given = {**item.given, **(given or {})}
    item.at = now()


def replace_passages(
    session: Session, publication_id: str, drafts: Sequence[NewPassage]
) -> PassageChange:
    """Make `drafts` the publication's present passages, in their order.

    Passages whose normalised text is still there keep their id; those that are gone are retired,
    and people's codings and citation-set items on them are moved to the best match.
    """
    known = {
        (row.text_hash, row.ordinal): row
        for row in session.scalars(select(Passage).where(Passage.publication_id == publication_id))
    }
    present = {key for key, row in known.items() if row.retired_at is None}
    wanted = _number(drafts)
    ids = _new_ids(session, publication_id, [key for key in wanted if key not in known])
    for position, (key, draft) in enumerate(wanted.items()):
        row = known.get(key)
        if row is None:
            row = Passage(
                id=ids[key], publication_id=publication_id, text_hash=key[0], ordinal=key[1]
            )
            session.add(row)
        _fill(row, draft, position)
    retired = present - wanted.keys()
    for key in retired:
        known[key].retired_at = now()
    session.flush()
    stayed = wanted.keys() & present
    moved, lost = settle_work(session, publication_id, {known[key].id for key in stayed})
    kept = len(stayed)
    return PassageChange(len(wanted) - kept, kept, len(retired), moved, lost)


def _number(drafts: Sequence[NewPassage]) -> dict[tuple[str, int], NewPassage]:
    """Passages by the hash of their text and which of its occurrences each is, in order."""
    seen: Counter[str] = Counter()
    found: dict[tuple[str, int], NewPassage] = {}
    for draft in drafts:
        digest = anchors.text_hash(draft.text)
        found[digest, seen[digest]] = draft
        seen[digest] += 1
    return found


def _new_ids(
    session: Session, publication_id: str, keys: Sequence[tuple[str, int]]
) -> dict[tuple[str, int], str]:
    """Ids for new passages; one that a split has taken elsewhere since is not given again."""
    found = {key: anchors.passage_id(publication_id, *key) for key in keys}
    taken = True
    while taken:
        ids = sorted(found.values())
        taken = False
        for start in range(0, len(ids), 500):  # below SQLite's limit on bound values
            part = ids[start : start + 500]
            for used in session.scalars(select(Passage.id).where(Passage.id.in_(part))):
                key = next(key for key, own in found.items() if own == used)
                found[key] = anchors.passage_id(used, *key)
                taken = True
    return found


def _fill(row: Passage, draft: NewPassage, position: int) -> None:
    row.sha256, row.position, row.section = draft.sha256, position, draft.section
    row.text, row.language, row.kind, row.ocr = draft.text, draft.language, draft.kind, draft.ocr
    row.ocr_confidence = draft.ocr_confidence
    row.page, row.page_end = draft.page, draft.page_end
    row.page_label, row.page_label_end = draft.page_label, draft.page_label_end
    row.boxes, row.sentences, row.retired_at = draft.boxes, draft.sentences, None


def record_screening(
    session: Session,
    publication_id: str,
    *,
    verdict: str,
    reason: str | None,
    score: float | None,
    reasons: Sequence[str],
    by: str,
    version: str,
) -> None:
    """Append a screening verdict; the same machine verdict twice is written once."""
    last = session.scalars(
        select(Screening)
        .where(Screening.publication_id == publication_id, Screening.by == by)
        .order_by(Screening.id.desc())
        .limit(1)
    ).first()
    values = (verdict, reason, score, list(reasons), version)
    if last and (last.verdict, last.reason, last.score, last.reasons, last.version) == values:
        return
    session.add(
        Screening(
            publication_id=publication_id,
            verdict=verdict,
            reason=reason,
            score=score,
            reasons=list(reasons),
            by=by,
            version=version,
        )
    )
