"""XMP packets: Dublin Core inside a file, often the best thing a PDF says of itself.

Owns finding the packet in the bytes and parsing it without entities or network.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from lxml import etree

from pipeline.extract.metadata import Fields
from pipeline.extract.metadata.names import parse_name_list
from pipeline.extract.metadata.pdf_front import is_login, is_worthless
from pipeline.extract.metadata.values import clean, find_doi, find_isbn, find_issn, find_year
from pipeline.language import normalise
from pipeline.records import Field

XMP = 0.72
"""Confidence of an XMP value: made by a program, seldom checked, but meant for this."""
_PACKET = re.compile(rb"<x:xmpmeta\b.{0,200000}?</x:xmpmeta>", re.DOTALL)
_DC = "{http://purl.org/dc/elements/1.1/}"
_PRISM = re.compile(r"^\{http://prismstandard\.org/namespaces/[^}]*\}(\w+)$")


def read_xmp(data: bytes, hidden: Callable[[], bytes] = bytes) -> Fields:
    """Return the metadata of a file's last XMP packet; empty without one or where it is broken.

    `hidden` is asked for the packet where the bytes do not show one.
    """
    packets = _PACKET.findall(data) or _PACKET.findall(hidden())
    if not packets:
        return {}
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(packets[-1], parser=parser)
    except etree.XMLSyntaxError:
        return {}
    fields: Fields = {}

    def put(key: str, value: Any, confidence: float = XMP) -> None:
        if value not in (None, "", []) and key not in fields:
            fields[key] = Field(value, "xmp", confidence)

    titles = [title for title in _texts(root, "title") if not is_worthless(title)]
    put("title", titles[0] if titles else None)
    creators = [
        name for name in _texts(root, "creator") if not is_worthless(name) and not is_login(name)
    ]
    put("authors", parse_name_list(creators))
    put("publisher", next(iter(_texts(root, "publisher")), None))
    put("year", find_year(" ".join(_texts(root, "date"))), XMP - 0.1)
    put("language", next(filter(None, map(normalise, _texts(root, "language"))), None))
    for text in (*_texts(root, "identifier"), *_texts(root, "source"), *_prism(root, "doi")):
        put("doi", find_doi(text))
        put("isbn", find_isbn(text))
    for text in _texts(root, "source"):
        put("url", text if text.startswith(("http://", "https://")) else None)
    put("issn", find_issn(" ".join(_prism(root, "issn"))))
    put("journal", next(iter(_prism(root, "publicationName")), None))
    return fields


def _texts(root: Any, name: str) -> list[str]:
    """Return the values of a Dublin Core element: its list items, or its own text."""
    found: list[str] = []
    for element in root.iter(_DC + name):
        items = [clean("".join(item.itertext())) for item in element.iter("{*}li")]
        found.extend(items or [clean("".join(element.itertext()))])
    return [text for text in found if text]


def _prism(root: Any, name: str) -> list[str]:
    return [
        clean(element.text or "")
        for element in root.iter()
        if isinstance(element.tag, str)
        and (match := _PRISM.match(element.tag))
        and match.group(1) == name
    ]
