"""Which files of a publication are its body, and its passages in the record.

Owns the choice among PDF, chapters and landing page, between addresses that carry the same text,
and among editions; and that a bad download takes nothing away. How text becomes passages is
`pipeline.passages`' business.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from kb.files import AddressView, ItemFiles, items_of
from kb.library import present_passages
from kb.publications import (
    NewPassage,
    PassageChange,
    find_by_identifier,
    replace_passages,
)
from kb.runs import ProblemView, add_problem
from kb.store import Store
from kb.tables import Publication
from pipeline.merging import title_of
from pipeline.passages import PASSAGES_VERSION, make_passages
from pipeline.records import Extracted, Load, PassageDraft

SHINGLE_WORDS = 5
SAME_TEXT = 0.6  # share of a body's shingles already there from which it is the same text again
REVISED_TEXT = 0.3  # the same between two that say they are different editions
ONE_VISIT = timedelta(hours=6)  # addresses first seen within it count as equally new: one crawl


@dataclass(frozen=True)
class _Body:
    """Passages with the file each comes from, and how well that can be trusted to be current."""

    drafts: tuple[tuple[str, PassageDraft], ...]
    shingles: frozenset[int]
    gone: bool
    seen: datetime
    edition: int = 0  # as its title says; 0 where none is said, 1 for a new one without a number

    @property
    def size(self) -> int:
        """Characters of text."""
        return sum(len(draft.text) for _, draft in self.drafts)

    @property
    def rank(self) -> tuple[int, bool]:
        """The longest first; of two as long, the one whose pages can be cited."""
        return self.size, any(draft.boxes for _, draft in self.drafts)


def store_passages(
    store: Store,
    load: Load,
    publication_id: str,
    *,
    read_version: int,
    run_id: int | None = None,
) -> PassageChange | None:
    """Bring a publication's passages up to date; None where nothing they are made of changed.

    `load` hands out what was read from a file by readers of version `read_version`. Where a
    document that gave passages cannot be read now, they stay, with a problem of the run: None, and
    the next run tries again.
    """
    items = items_of(store, publication_id)
    key = _key(items, read_version)
    with store.read() as session:
        row = session.get(Publication, publication_id)
        if row is None or row.passages_key == key:
            return None
    broken = _lost_documents(store, load, publication_id, items)
    if broken is not None:
        add_problem(store, run_id, _kept(broken, load(broken.sha256).reason))
        return None
    bodies = sorted((_body(item, load) for item in items), key=lambda body: body.rank, reverse=True)
    chosen = [entry for body in _each_text_once(bodies) for entry in body.drafts]
    unsettled = any(load(a.sha256).retry for item in items for a in item.addresses)
    with store.write() as session:
        change = replace_passages(
            session, publication_id, [_passage(sha256, draft) for sha256, draft in chosen]
        )
        row = session.get_one(Publication, publication_id)
        row.passages_key = None if unsettled else key
        if row.language is None and chosen:
            row.language = chosen[0][1].language
    return change


def _lost_documents(
    store: Store, load: Load, publication_id: str, items: Sequence[ItemFiles]
) -> AddressView | None:
    """A document that cannot be read now and whose passages nothing else takes the place of.

    The record does not say which bytes an address had before; a new file that can be read stands
    for one document whose passages are from bytes that are there no more.
    """
    documents = [a for item in items for a in item.addresses if a.role == "document"]
    broken = [a for a in documents if load(a.sha256).status == "quarantined"]
    if not broken:
        return None
    sound = {a.sha256 for a in documents} - {a.sha256 for a in broken}
    present = {passage.sha256 for passage in present_passages(store, publication_id)}
    with store.read() as session:
        lost = [
            sha256
            for sha256 in present - sound
            if any(p.id == publication_id for p in find_by_identifier(session, "file", sha256))
        ]
    return broken[0] if len(lost) > len(sound - present) else None


def _kept(address: AddressView, reason: str | None) -> ProblemView:
    """The sentence on a document whose passages stay although it cannot be read now."""
    why = (reason or "it cannot be read").rstrip(".").replace(". ", "; ")
    return ProblemView(
        "extract",
        address.source_id,
        address.filename or address.url,
        "The passages read from an earlier copy of this document are kept until it can be read "
        f"again: {why[:1].lower()}{why[1:]}.",
        "unreadable_file",
    )


def _body(item: ItemFiles, load: Load) -> _Body:
    """An item's body: its documents, else its chapters in order, else its landing page or record.

    Several documents of one item (a report and its slides) each count, unless one repeats another.
    """
    for roles in (("document",), ("landing", "chapter"), ("landing",), ("record",)):
        addresses = [a for a in _in_order(item.addresses) if a.role in roles]
        if roles == ("landing", "chapter") and all(a.role == "landing" for a in addresses):
            continue
        if "chapter" in roles:
            addresses = [a for a in addresses if a.role == "chapter"]
        found = _each_text_once([_read_body(address, load) for address in addresses])
        drafts = tuple(draft for body in found for draft in body.drafts)
        if drafts:
            gone, seen = all(body.gone for body in found), max(body.seen for body in found)
            edition = max(_edition(load(address.sha256)) for address in item.addresses)
            return _make_body(drafts, gone, seen, edition)
    return _make_body((), True, datetime.min)


def _read_body(address: AddressView, load: Load) -> _Body:
    read = load(address.sha256)
    made = make_passages(read, language_hint=address.language)
    drafts = tuple((address.sha256, draft) for draft in made)
    return _make_body(drafts, address.gone_at is not None, address.first_seen, _edition(read))


def _make_body(
    drafts: tuple[tuple[str, PassageDraft], ...], gone: bool, seen: datetime, edition: int = 0
) -> _Body:
    shingles = frozenset(_shingles(draft.text for _, draft in drafts))
    return _Body(drafts, shingles, gone, seen, edition)


def _edition(read: Extracted) -> int:
    said = title_of(read.metadata).edition
    return 0 if said is None else max(said, 1)


def _each_text_once(bodies: Iterable[_Body]) -> list[_Body]:
    """Drop bodies whose text is there already; of two editions of one text the current one stays.

    Otherwise, as of a report and an excerpt from it, the one that comes first stays.
    """
    kept: list[_Body] = []
    for body in bodies:
        if not body.shingles:
            continue
        twin = next((at for at, other in enumerate(kept) if _same(body, other)), None)
        if twin is not None:
            if _supersedes(body, kept[twin]):
                kept[twin] = body
            continue
        there = frozenset[int]().union(*(other.shingles for other in kept))
        if len(body.shingles & there) / len(body.shingles) < SAME_TEXT:
            kept.append(body)
    return kept


def _same(one: _Body, other: _Body) -> bool:
    """Whether each of two texts is, for the most part, in the other; less does for editions."""
    common = len(one.shingles & other.shingles)
    share = SAME_TEXT if one.edition == other.edition else REVISED_TEXT
    return common >= share * max(len(one.shingles), len(other.shingles))


def _supersedes(body: _Body, other: _Body) -> bool:
    """Whether `body` is a later edition, is shown now and `other` no more, or was put up since."""
    if body.edition != other.edition:
        return body.edition > other.edition
    if body.gone != other.gone:
        return other.gone
    return body.seen - other.seen > ONE_VISIT


def _in_order(addresses: Sequence[AddressView]) -> list[AddressView]:
    return sorted(addresses, key=lambda address: (address.position, address.url))


def _shingles(texts: Iterable[str]) -> set[int]:
    words = re.findall(r"\w+", " ".join(texts).lower())
    return {
        hash(tuple(words[at : at + SHINGLE_WORDS]))
        for at in range(max(1, len(words) - SHINGLE_WORDS + 1))
        if words
    }


def _passage(sha256: str, draft: PassageDraft) -> NewPassage:
    values = asdict(draft)
    values["boxes"] = [list(box) for box in values["boxes"]]
    values["sentences"] = [list(pair) for pair in values["sentences"]]
    return NewPassage(sha256=sha256, **values)


def _key(items: Sequence[ItemFiles], read_version: int) -> str:
    facts = [
        [a.role, a.position, a.sha256, a.language, a.gone_at is not None]
        for item in items
        for a in item.addresses
    ]
    whole = json.dumps([read_version, PASSAGES_VERSION, facts])
    return hashlib.sha256(whole.encode()).hexdigest()
