"""OAI-PMH records to metadata: oai_dc and MODS. A record has no text of its own but its abstract.

Owns both vocabularies. A response of several records gives the first one's metadata only; the
crawler hands records over one by one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from lxml import etree

from pipeline.extract import choose
from pipeline.extract.job import Job
from pipeline.extract.metadata import Fields
from pipeline.extract.metadata.names import Name, parse_name_list
from pipeline.extract.metadata.values import (
    clean,
    find_doi,
    find_isbn,
    find_issn,
    find_year,
    is_address,
)
from pipeline.extract.office_zip import parse_xml
from pipeline.extract.outcome import finish, quarantined
from pipeline.language import normalise
from pipeline.records import Block, Extracted, Field, LinkFound

OAI_DC, MODS = 0.92, 0.94
_IN_SERIES = re.compile(r"[^\W\d][^;:/]+;\s?[^;]{0,20}\d[^;]{0,20}$")
"""A series and number as DSpace puts them in a relation: "NOVA Rapport;4/2023"."""
_ABSTRACT_WORDS = 30  # words; a shorter description is a note


def read_oai(job: Job) -> Extracted:
    """Return the metadata of an OAI-PMH record."""
    try:
        root = parse_xml(job.data)
    except etree.XMLSyntaxError:
        return quarantined(choose.OAI, "The record is no well-formed XML; harvest it again.")
    _drop_names(root)
    fields = _read_mods(root) if next(root.iter("mods"), None) is not None else _read_dc(root)
    if not fields:
        return quarantined(choose.OAI, "The record holds no metadata; it was probably deleted.")
    blocks: list[Block] = []
    abstract = fields.get("abstract")
    if abstract is not None and len(abstract.value.split()) >= _ABSTRACT_WORDS:
        blocks.append(Block("abstract", abstract.value))
    links = tuple(LinkFound(url, "", "related") for url in dict.fromkeys(_addresses(root)) if url)
    said = fields["language"].value if "language" in fields else None
    return finish(choose.OAI, "oai 1", blocks, fields, links=links, language_hint=said)


def _drop_names(root: Any) -> None:
    """Leave only local names, so that prefixes and versions do not matter."""
    for element in root.iter():
        if isinstance(element.tag, str):
            element.tag = etree.QName(element).localname


def _texts(root: Any, *names: str) -> Iterator[str]:
    for element in root.iter(*names):
        text = clean("".join(element.itertext()))
        if text:
            yield text


def _addresses(root: Any) -> Iterator[str]:
    for text in _texts(root, "identifier", "relation", "url", "source"):
        if text.startswith(("http://", "https://")):
            yield text


def _put(fields: Fields, key: str, value: Any, origin: str, confidence: float) -> None:
    if key != "url" and isinstance(value, str) and is_address(value):
        return  # what a record points at is no series, journal or publisher
    if value not in (None, "", []) and key not in fields:
        fields[key] = Field(value, origin, confidence)


def _issued(dates: Iterable[str]) -> int | None:
    """Return the year a record's publication appeared in.

    DSpace gives the moments of deposit and release as dates too, and before that of issue; they
    carry a time, and where all do, the earliest is nearest.
    """
    listed = list(dates)
    plain = [text for text in listed if "T" not in text]
    return min(filter(None, map(find_year, plain or listed)), default=None)


def _read_dc(root: Any) -> Fields:
    """Read simple Dublin Core."""
    body = next(root.iter("dc"), root)
    fields: Fields = {}

    def put(key: str, value: Any) -> None:
        _put(fields, key, value, "oai_dc", OAI_DC)

    for text in _texts(body, "title"):
        put("title", text)
    put("authors", parse_name_list(list(_texts(body, "creator"))))
    for text in _texts(body, "publisher"):
        put("publisher", text)
    put("year", _issued(_texts(body, "date", "issued")))
    for text in _texts(body, "language"):
        put("language", normalise(text.rsplit("/", 1)[-1]))  # NVA: http://lexvo.org/id/.../nob
    descriptions = sorted(_texts(body, "description", "abstract"), key=len, reverse=True)
    if descriptions:
        put("abstract", descriptions[0])
    for text in _texts(body, "identifier", "relation", "source"):
        put("doi", find_doi(text))
        if "isbn" in text.lower() or text.replace("-", "").isdigit():
            put("isbn", find_isbn(text))
        if "issn" in text.lower():
            put("issn", find_issn(text))
    for text in (
        *_texts(body, "isPartOf", "ispartofseries"),
        *filter(_IN_SERIES.match, _texts(body, "relation")),
    ):
        series, _, number = text.partition(";")
        put("series", clean(series))
        put("number", clean(number))
    for text in _texts(body, "identifier"):
        if text.startswith(("http://", "https://")) and "doi.org/" not in text:
            put("url", text)
    return fields


def _read_mods(root: Any) -> Fields:
    """Read MODS; the record itself, not what it is related to, has the title and the names."""
    body = next(root.iter("mods"))
    fields: Fields = {}

    def put(key: str, value: Any) -> None:
        _put(fields, key, value, "mods", MODS)

    host = next(iter(body.findall("relatedItem[@type='host']")), None)
    for info in body.findall("titleInfo"):
        if info.get("type") is None:
            put("title", " ".join(filter(None, (info.findtext("nonSort"), info.findtext("title")))))
            put("subtitle", info.findtext("subTitle"))
    put("authors", list(_mods_names(body)))
    for origin in body.findall("originInfo"):
        put("publisher", clean(origin.findtext("publisher") or ""))
        for tag in ("dateIssued", "copyrightDate", "dateCreated"):
            put("year", find_year(origin.findtext(tag) or ""))
    for text in _texts(body, "languageTerm"):
        put("language", normalise(text))
    put("abstract", clean(body.findtext("abstract") or ""))
    for identifier in [
        *body.findall("identifier"),
        *([] if host is None else host.findall("identifier")),
    ]:
        text, kind = clean(identifier.text or ""), (identifier.get("type") or "").lower()
        finder = {"doi": find_doi, "isbn": find_isbn, "issn": find_issn}.get(kind)
        put(kind, finder(text) if finder else None)
        if kind in ("uri", "url") and text.startswith("http"):
            put("url", text)
    for location in body.findall("location/url"):
        put("url", clean(location.text or ""))
    if host is not None:
        put("journal", clean(host.findtext("titleInfo/title") or ""))
        for detail in host.findall("part/detail"):
            kind = detail.get("type") or ""
            if kind in ("volume", "issue"):
                put(kind, clean(detail.findtext("number") or ""))
        start, end = host.findtext("part/extent/start"), host.findtext("part/extent/end")
        put("pages", "–".join(filter(None, (start, end))))
    for series in body.findall("relatedItem[@type='series']"):
        put("series", clean(series.findtext("titleInfo/title") or ""))
        put("number", clean(series.findtext("titleInfo/partNumber") or ""))
    return fields


def _mods_names(body: Any) -> Iterator[Name]:
    for name in body.findall("name"):
        roles = " ".join(_texts(name, "roleTerm")).lower()
        if roles and not any(role in roles for role in ("aut", "author", "edt", "creator", "cre")):
            continue
        parts = {part.get("type"): clean(part.text or "") for part in name.findall("namePart")}
        if parts.get("family"):
            yield {"family": parts["family"], "given": parts.get("given") or ""}
        elif parts.get(None):
            whole = parts[None] or ""
            if name.get("type") == "corporate":
                yield {"literal": whole}
            else:
                yield from parse_name_list([whole])
