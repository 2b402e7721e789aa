"""Which publication an item is, and what is known of it: bibliographic fields merged by origin.

Owns the rules for recognising a publication at another address and for choosing among values that
differ. Which of its files become passages is decided by `pipeline.bodies`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kb.bibliography import to_csl
from kb.files import AddressView, ItemFiles, items_of, list_items
from kb.publications import (
    NewPublication,
    add_identifiers,
    assign_item,
    effective_csl,
    find_by_identifier,
    new_publication_id,
    save_publication,
    title_key,
)
from kb.store import Store
from kb.tables import Publication
from pipeline.records import Extracted, Field, Load
from pipeline.subtitles import restates

IDENTIFY_VERSION = 3  # raised when the rules here change what comes out
# Of equally sure values the catalogue record's counts first, then the page's, then the file's.
ROLE_ORDER = {"record": 0, "landing": 1, "document": 2, "chapter": 3}
SHORT_TITLE = 4  # words; a shorter title ("Annual report 2020") is many publications'
_NAMING = ("title", "subtitle")
_UNFINISHED = ""  # the content hash of an item whose publication is still to be written anew
_SPOKEN = ("language", "abstract", "publisher")  # what a translation says in its own words


@dataclass(frozen=True)
class Identified:
    """What came of one item; `status` is added, updated, unchanged or quarantined."""

    key: str
    status: str
    publication_id: str | None
    reason: str | None = None


@dataclass(frozen=True)
class _Assignment:
    """An item whose publication is known but not yet written anew."""

    key: str
    digest: str
    reason: str


def identify_items(
    store: Store,
    load: Load,
    source_countries: Callable[[], Mapping[str, str]],
    *,
    read_version: int,
    keys: Sequence[str] | None = None,
    given: Mapping[str, Mapping[str, Any]] | None = None,
) -> list[Identified]:
    """Say for every item (or those named) which publication it is, and write what is known of it.

    `load` hands out what was read from a file by readers of version `read_version`;
    `source_countries` is asked for each source's country where something changed; `given` is what
    a person said of an item.
    """
    found: list[Identified] = []
    touched: dict[str, list[_Assignment]] = {}
    for item in list_items(store, set(keys) if keys is not None else None):
        said = {**item.given, **(given or {}).get(item.key, {})}
        digest = _content_hash(item, said, read_version)
        if item.content_hash == digest and item.publication_id:
            found.append(Identified(item.key, "unchanged", item.publication_id))
            continue
        read = {address.sha256: load(address.sha256) for address in item.addresses}
        if any(extracted.retry for extracted in read.values()):
            digest = hashlib.sha256(f"{digest} read again".encode()).hexdigest()
            if item.content_hash == digest and item.publication_id:
                found.append(Identified(item.key, "unchanged", item.publication_id))
                continue
        if all(extracted.status == "quarantined" for extracted in read.values()):
            reason = next(iter(read.values())).reason
            found.append(Identified(item.key, "quarantined", None, reason))
            continue
        fields = merge_fields(item, read)
        with store.write() as session:
            publication_id, why = _recognise(session, item, fields)
            known = session.get(Publication, publication_id) is not None
            if not known:
                save_publication(session, publication_id, _first_record(item, fields, said))
            add_identifiers(session, publication_id, _identifiers([item], fields))
            assign_item(session, item.key, publication_id, _UNFINISHED, why, said)
        found.append(Identified(item.key, "updated" if known else "added", publication_id, why))
        assignment = _Assignment(item.key, digest, why)
        touched.setdefault(publication_id, []).append(assignment)
    for publication_id, assignments in touched.items():
        rebuild_publication(store, load, publication_id, source_countries())
        with store.write() as session:  # last, so that a run that was killed does them again
            for one in assignments:
                assign_item(session, one.key, publication_id, one.digest, one.reason)
    return found


def rebuild_publication(
    store: Store, load: Load, publication_id: str, source_countries: Mapping[str, str]
) -> None:
    """Write a publication's bibliographic record anew from all its items.

    The first item (a main version before its translations) and its copies at other addresses
    speak together, the surest value before the others. A translation adds only what they lack, and
    neither title, language, abstract nor publisher.
    """
    items = items_of(store, publication_id)
    if not items:
        return
    main = items[0]
    merged = merge_items(
        [
            (item, merge_fields(item, {a.sha256: load(a.sha256) for a in item.addresses}))
            for item in items
        ]
    )
    said = {key: value for item in reversed(items) for key, value in item.given.items()}
    source_id = next((a.source_id for i in items for a in i.addresses if a.source_id), None)
    with store.write() as session:
        save_publication(
            session,
            publication_id,
            NewPublication(
                csl=to_csl(publication_id, {name: field.value for name, field in merged.items()}),
                origins={
                    name: {"origin": field.origin, "confidence": field.confidence}
                    for name, field in merged.items()
                },
                source_id=source_id,
                source_country=source_countries.get(source_id or ""),
                url=_url(merged, main),
                language=str(merged["language"].value) if "language" in merged else None,
                identifiers=_identifiers(items, merged),
                given=said,
            ),
        )


def merge_fields(item: ItemFiles, read: Mapping[str, Extracted]) -> dict[str, Field]:
    """One value for each bibliographic field of an item: the surest, catalogue before file.

    Chapters speak only where nothing else does: their titles are not the publication's. A subtitle
    is taken only from where the title is from, and where it is more than author, publisher or date.
    """
    merged: dict[str, tuple[float, int, Field]] = {}
    titled: Mapping[str, Field] = {}
    speaking = [a for a in item.addresses if a.role != "chapter"] or list(item.addresses[:1])
    for address in speaking:
        rank = ROLE_ORDER.get(address.role, 9)
        for name, value in read[address.sha256].metadata.items():
            key = (-value.confidence, rank)
            if name not in merged or key < merged[name][:2]:
                merged[name] = (*key, value)
                titled = read[address.sha256].metadata if name == "title" else titled
    fields = {name: value for name, (_, _, value) in merged.items() if name != "subtitle"}
    if "subtitle" in titled and not restates(str(titled["subtitle"].value), fields):
        fields["subtitle"] = titled["subtitle"]
    if "language" not in fields:
        languages = [read[a.sha256].language for a in speaking if read[a.sha256].language]
        if languages:
            fields["language"] = Field(languages[0], "text", 0.5)
    return fields


def merge_items(described: Sequence[tuple[ItemFiles, Mapping[str, Field]]]) -> dict[str, Field]:
    """One value for each field of a publication from all its items, the main one first.

    Copies of the main item (another address, another edition; the same language) are further
    readings of the same: the surer value counts, of equals the main item's. Title and subtitle go
    together. Translations come after them.
    """
    merged: dict[str, Field] = dict(described[0][1])
    spoken = _language(merged)
    for item, fields in described[1:]:
        translated = any(a.version_of for a in item.addresses) or _language(fields) != spoken
        title = fields.get("title")
        if title and not translated and _surer(title, merged.get("title")):
            merged.pop("subtitle", None)
            merged.update({name: fields[name] for name in _NAMING if name in fields})
        for name, value in fields.items():
            if name in _NAMING or (translated and name in _SPOKEN):
                continue
            if name not in merged or (not translated and _surer(value, merged[name])):
                merged[name] = value
    return merged


def _surer(value: Field, before: Field | None) -> bool:
    return before is None or value.confidence > before.confidence


def _language(fields: Mapping[str, Field]) -> str | None:
    return str(fields["language"].value) if "language" in fields else None


def _recognise(session: Any, item: ItemFiles, fields: Mapping[str, Field]) -> tuple[str, str]:
    """The publication an item belongs to, and the reason in words."""
    if item.publication_id:
        return item.publication_id, "known at this address"
    for address in item.addresses:
        if address.version_of:
            main = find_by_identifier(session, "item", address.version_of)
            if main:
                return main[0].id, f"a version of {address.version_of}"
    for address in item.addresses:
        if address.role == "document":
            same = find_by_identifier(session, "file", address.sha256)
            if same:
                return same[0].id, "the same file at another address"
    for scheme in ("doi", "isbn"):
        for value in _values(fields, scheme):
            for publication in find_by_identifier(session, scheme, value):
                if not _other_doi(effective_csl(publication), fields):
                    return publication.id, f"the same {scheme.upper()} {value}"
    title = fields.get("title")
    if title is not None:
        for publication in find_by_identifier(session, "title", title_key(str(title.value))):
            same_source = publication.source_id in {a.source_id for a in item.addresses} - {None}
            if _compatible(effective_csl(publication), fields, same_source=same_source):
                return publication.id, "the same title, with no year or author against it"
    return new_publication_id(), "not known before"


def _other_doi(csl: Mapping[str, Any], fields: Mapping[str, Field]) -> bool:
    """Whether two DOIs speak against one publication: chapters share their book's ISBN."""
    dois = _values(fields, "doi")
    return bool(csl.get("DOI") and dois) and str(csl["DOI"]).lower() not in dois


def _compatible(csl: Mapping[str, Any], fields: Mapping[str, Field], *, same_source: bool) -> bool:
    """Whether two descriptions with the same title can be of one publication.

    Years must not differ; authors, or where one side has none publishers, must agree if known. A
    short title needs one of these to agree, or the same source.
    """
    year = fields["year"].value if "year" in fields else None
    parts = csl.get("issued", {}).get("date-parts") or [[None]]
    if year is not None and parts[0][0] is not None and int(year) != int(parts[0][0]):
        return False
    ours = _names(csl.get("author") or [])
    theirs = _names(fields["authors"].value if "authors" in fields else [])
    if ours and theirs:
        return bool(ours & theirs)
    publisher = title_key(str(csl.get("publisher") or ""))
    other = title_key(str(fields["publisher"].value)) if "publisher" in fields else ""
    if publisher and other:
        return publisher == other
    return same_source or len(title_key(str(fields["title"].value)).split()) >= SHORT_TITLE


def _names(authors: Sequence[Mapping[str, str]]) -> set[str]:
    return {title_key(a.get("family") or a.get("literal") or "") for a in authors} - {""}


def _identifiers(
    items: Sequence[ItemFiles], fields: Mapping[str, Field]
) -> tuple[tuple[str, str], ...]:
    found = [("item", item.key) for item in items]
    found += [
        ("file", address.sha256)
        for item in items
        for address in item.addresses
        if address.role == "document"
    ]
    for scheme in ("doi", "isbn"):
        found += [(scheme, value) for value in _values(fields, scheme)]
    if "title" in fields:
        found.append(("title", title_key(str(fields["title"].value))))
    return tuple(dict.fromkeys(found))


def _values(fields: Mapping[str, Field], name: str) -> list[str]:
    value = fields[name].value if name in fields else None
    values = value if isinstance(value, list) else [value] if value else []
    drop = str.maketrans("", "", "- " if name == "isbn" else "")
    return [str(entry).lower().translate(drop) for entry in values]


def _url(fields: Mapping[str, Field], item: ItemFiles) -> str | None:
    if "url" in fields:
        return str(fields["url"].value)
    order = sorted(item.addresses, key=lambda a: ROLE_ORDER.get(a.role, 9))
    web = [a.url for a in order if a.url.startswith(("http://", "https://"))]
    return next((url for url in [*web] if "verb=GetRecord" not in url), web[0] if web else None)


def _first_record(
    item: ItemFiles, fields: Mapping[str, Field], said: Mapping[str, Any]
) -> NewPublication:
    """What is known from the first item alone, so that the next one can be compared with it."""
    csl = to_csl("", {name: field.value for name, field in fields.items()})
    source_id = next((a.source_id for a in item.addresses if a.source_id), None)
    return NewPublication(csl, {}, source_id, None, _url(fields, item), None, (), dict(said))


def _content_hash(item: ItemFiles, said: Mapping[str, Any], read_version: int) -> str:
    def fact(address: AddressView) -> list[Any]:
        return [address.role, address.position, address.sha256, address.version_of]

    facts = [IDENTIFY_VERSION, read_version, [fact(address) for address in item.addresses], said]
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()
