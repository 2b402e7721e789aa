"""A codebook as REFI-QDA codes: each factor a code, each direction a code below it.

Owns that arrangement and the GUIDs of it, for codebooks (.qdc) and projects (.qdpx) alike. A coding
of a factor in a direction is a coding of the lower code; a person's rejection of a suggestion is
one of a code under "Rejected suggestions", so that no other program takes it for agreement.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from lxml import etree

from kb.active_codebook import ActiveCodebook
from kb.exchange_ids import guid

CODEBOOK_SPACE = "urn:QDA-XML:codebook:1.0"
REJECTED = "Rejected suggestions"
ORIGIN = "Samvirke"
NAME_CHARS = 60  # characters of a selection's or note's name: the beginning of its words


def direction_guid(factor_guid: str, direction: str, *, rejected: bool = False) -> str:
    """Return the GUID of the code for a factor in one direction, or for a rejection of that."""
    return guid("rejected" if rejected else "direction", factor_guid, direction)


def codebook_qdc(book: ActiveCodebook, language: str = "en") -> bytes:
    """Return the codebook as a REFI-QDA codebook file (.qdc), named in one language."""
    root = etree.Element(f"{{{CODEBOOK_SPACE}}}CodeBook", nsmap={None: CODEBOOK_SPACE})
    root.set("origin", ORIGIN)
    add_codes(root, book, language)
    return xml_bytes(root)


def add_codes(
    parent: Any, book: ActiveCodebook, language: str, rejected: frozenset[str] = frozenset()
) -> None:
    """Add `Codes` to an element: the factors in use and those retired that codings stand on.

    `rejected` are the factors of which a person rejected a suggestion.
    """
    codes = child(parent, "Codes")
    ids = [*book.ids("factors"), *(entry.id for entry in book.retired("factors"))]
    ids += [lost.code for lost in book.lost]
    for factor in ids:
        _add_factor(codes, book, factor, language, rejected=False)
    if rejected:
        attributes = {"guid": guid("rejected"), "name": REJECTED, "isCodable": "false"}
        folder = child(codes, "Code", attributes)
        for factor in (one for one in ids if one in rejected):
            _add_factor(folder, book, factor, language, rejected=True)


def _add_factor(
    parent: Any, book: ActiveCodebook, factor: str, language: str, *, rejected: bool
) -> None:
    own = book.guid("factors", factor)
    code = child(
        parent,
        "Code",
        {
            "guid": guid("rejected", own) if rejected else own,
            "name": book.label("factors", factor, language),
            "isCodable": "true",
        },
    )
    meaning = book.definition("factors", factor, language)
    if meaning and not rejected:
        child(code, "Description").text = clean_xml(meaning)
    for direction in book.ids("directions"):
        attributes = {
            "guid": direction_guid(own, direction, rejected=rejected),
            "name": book.label("directions", direction, language),
            "isCodable": "true",
        }
        child(code, "Code", attributes)


def child(parent: Any, name: str, attributes: dict[str, str] | None = None) -> Any:
    """Add an element in the parent's namespace, with the attributes that have a value."""
    element = etree.SubElement(parent, f"{{{etree.QName(parent).namespace}}}{name}")
    for key, value in (attributes or {}).items():
        if value:
            element.set(key, clean_xml(value))
    return element


def refi_moment(at: datetime) -> str:
    """A moment as the standard writes it, in UTC."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def first_words(text: str) -> str:
    """The beginning of a text, as what it is called in a list."""
    return " ".join(text.split())[:NAME_CHARS]


def clean_xml(text: str) -> str:
    """Text without the characters that XML cannot hold."""
    return "".join(letter for letter in text if _fits_xml(ord(letter)))


def _fits_xml(point: int) -> bool:
    return (
        point in (0x9, 0xA, 0xD)
        or 0x20 <= point <= 0xD7FF
        or 0xE000 <= point <= 0xFFFD
        or point >= 0x10000
    )


def xml_bytes(root: Any) -> bytes:
    """Return a document in UTF-8 with its declaration, indented for a reader."""
    etree.indent(root)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True))
