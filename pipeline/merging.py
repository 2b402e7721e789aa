"""One bibliographic record from all that was read of a publication: field by field, with origins.

Owns the choice among values that differ: the surest, catalogue before page before file, the main
version before its translations, what a person joined to before what was joined. Which items are one
publication is `pipeline.clusters`' business.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from types import MappingProxyType
from typing import Any

from kb.files import ItemFiles
from pipeline.records import Extracted, Field
from pipeline.subtitles import restates
from pipeline.title_marks import Title, read_title

# Of equally sure values the catalogue record's counts first, then the page's, then the file's.
ROLE_ORDER = {"record": 0, "landing": 1, "document": 2, "chapter": 3}
Described = tuple[ItemFiles, Mapping[str, Field]]
_NAMING = ("title", "subtitle")
_SPOKEN = ("language", "abstract", "publisher")  # what a translation says in its own words
_OF_EDITION = ("year", "isbn", "doi", "pages")  # what another edition has of its own


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


def order_items(
    described: Sequence[Described], came_in: Mapping[str, int] = MappingProxyType({})
) -> list[Described]:
    """Put the item that speaks for a publication first.

    Versions, summaries and translations into English come last; the newest edition comes first.
    `came_in` says how many joins by people brought an item here: fewer come before more. Items
    that are nothing but files of another one come last of all.
    """
    bare = _bare_copies(described)

    def place(one: Described) -> tuple[Any, ...]:
        key = one[0].key
        return key in bare, came_in.get(key, 0), *_place(one)

    return sorted(described, key=place)


def _bare_copies(described: Sequence[Described]) -> set[str]:
    """Items whose files all stand in a fuller item too: a report given with its record, and alone.

    They say nothing that was not weighed there against the record.
    """
    documents = {
        item.key: {a.sha256 for a in item.addresses if a.role == "document"}
        for item, _ in described
    }
    fuller = [
        (item.key, documents[item.key], {a.sha256 for a in item.addresses}) for item, _ in described
    ]
    return {
        key
        for key, own, all_own in fuller
        if own == all_own
        and any(own <= others and len(every) > len(all_own) for _, others, every in fuller)
    }


def _place(described: Described) -> tuple[bool, bool, int, bool, str]:
    item, fields = described
    title = title_of(fields)
    return (
        any(address.version_of for address in item.addresses),
        title.summary,
        -(title.edition or 0),
        _language(fields) == "en",
        item.key,
    )


def title_of(fields: Mapping[str, Field]) -> Title:
    """A title and its subtitle as they are compared."""
    said = [str(fields[name].value) for name in _NAMING if name in fields]
    return read_title(": ".join(said))


def merge_items(
    described: Sequence[Described], came_in: Mapping[str, int] = MappingProxyType({})
) -> dict[str, Field]:
    """One value for each field of a publication from all its items, as `order_items` puts them.

    Copies of the main item (another address; the same language) are further readings of the same:
    the surer value counts, of equals the main item's. Title and subtitle go together. Translations
    come after them, and another edition keeps its year and numbers to itself. What a person joined
    (`came_in`) only fills what is missing.
    """
    bare = _bare_copies(described)
    speaking = [one for one in described if one[0].key not in bare]
    merged: dict[str, Field] = {}
    for _, part in groupby(speaking, key=lambda one: came_in.get(one[0].key, 0)):
        found = _merge_readings(list(part))
        left = [name for name in found if name not in merged]
        titled = "title" in merged  # no other title's subtitle belongs to it
        merged |= {name: found[name] for name in left if name != "subtitle" or not titled}
    return merged


def _merge_readings(described: Sequence[Described]) -> dict[str, Field]:
    merged: dict[str, Field] = dict(described[0][1])
    spoken, edition = _language(merged), title_of(merged).edition
    for item, fields in described[1:]:
        translated = any(a.version_of for a in item.addresses) or _language(fields) != spoken
        title = fields.get("title")
        other = title is not None and title_of(fields).edition != edition
        named = title is not None and not translated and not other
        if title and named and _surer(title, merged.get("title")):
            merged.pop("subtitle", None)
            merged.update({name: fields[name] for name in _NAMING if name in fields})
        for name, value in fields.items():
            if name in _NAMING or (translated and name in _SPOKEN):
                continue
            if other and name in _OF_EDITION:
                continue
            if name not in merged or (not translated and _surer(value, merged[name])):
                merged[name] = value
    return merged


def _surer(value: Field, before: Field | None) -> bool:
    return before is None or value.confidence > before.confidence


def _language(fields: Mapping[str, Field]) -> str | None:
    return str(fields["language"].value) if "language" in fields else None
