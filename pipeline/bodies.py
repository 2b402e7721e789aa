"""Which files of a publication are its body, and its passages in the record.

Owns the choice among PDF, chapters and landing page, between addresses that carry the same text,
and among editions. How text becomes passages is `pipeline.passages`' business.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass

from kb.files import AddressView, ItemFiles, items_of
from kb.publications import NewPassage, PassageChange, replace_passages
from kb.store import Store
from kb.tables import Publication
from pipeline.passages import PASSAGES_VERSION, make_passages
from pipeline.records import Load, PassageDraft

SHINGLE_WORDS = 5
SAME_TEXT = 0.6  # share of a body's shingles already there from which it is the same text again


@dataclass(frozen=True)
class _Body:
    """The passages of one item's body, with the file each comes from."""

    drafts: tuple[tuple[str, PassageDraft], ...]


def store_passages(
    store: Store, load: Load, publication_id: str, *, read_version: int
) -> PassageChange | None:
    """Bring a publication's passages up to date; None where nothing they are made of changed.

    `load` hands out what was read from a file by readers of version `read_version`.
    """
    items = items_of(store, publication_id)
    key = _key(items, read_version)
    with store.read() as session:
        row = session.get(Publication, publication_id)
        if row is None or row.passages_key == key:
            return None
    chosen: list[tuple[str, PassageDraft]] = []
    seen: set[int] = set()
    for body in sorted((_body(item, load) for item in items), key=_size, reverse=True):
        shingles = _shingles(draft.text for _, draft in body.drafts)
        if shingles and len(shingles & seen) / len(shingles) >= SAME_TEXT:
            continue
        seen |= shingles
        chosen += body.drafts
    with store.write() as session:
        change = replace_passages(
            session, publication_id, [_passage(sha256, draft) for sha256, draft in chosen]
        )
        row = session.get_one(Publication, publication_id)
        row.passages_key = key
        if row.language is None and chosen:
            row.language = chosen[0][1].language
    return change


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
        drafts: list[tuple[str, PassageDraft]] = []
        seen: set[int] = set()
        for address in addresses:
            made = make_passages(load(address.sha256), language_hint=address.language)
            shingles = _shingles(draft.text for draft in made)
            if shingles and len(shingles & seen) / len(shingles) >= SAME_TEXT:
                continue
            seen |= shingles
            drafts += [(address.sha256, draft) for draft in made]
        if drafts:
            return _Body(tuple(drafts))
    return _Body(())


def _in_order(addresses: Sequence[AddressView]) -> list[AddressView]:
    return sorted(addresses, key=lambda address: (address.position, address.url))


def _size(body: _Body) -> int:
    return sum(len(draft.text) for _, draft in body.drafts)


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
    facts = [[a.role, a.position, a.sha256, a.language] for item in items for a in item.addresses]
    whole = json.dumps([read_version, PASSAGES_VERSION, facts])
    return hashlib.sha256(whole.encode()).hexdigest()
