"""OAI-PMH answers, read: identification, records, tokens, errors; pure, nothing is fetched.

Owns the protocol's XML (version 2.0). What is asked and kept is `spiders.oai_pmh`'s business.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import lxml.etree

from pipeline.crawl.addresses import clean_address
from pipeline.crawl.hypertext import parse_xml

_NOT_THE_PAGE = frozenset({"rights", "license", "licence", "accessRights", "subject"})
_NAMES_THE_PAGE = frozenset({"identifier", "url", "location", "uri", "fulltext"})
_ADDRESS = re.compile(r"https?://[^\s<>\"']+")


@dataclass(frozen=True)
class OaiRecord:
    """One record: its own XML (canonical, so equal records have equal bytes) and its addresses."""

    identifier: str
    deleted: bool
    xml: bytes
    addresses: tuple[str, ...]


@dataclass(frozen=True)
class OaiAnswer:
    """What a repository answered; `error` is the protocol's code with its text."""

    response_date: str | None = None
    granularity: str | None = None
    earliest: str | None = None
    records: tuple[OaiRecord, ...] = ()
    token: str | None = None
    error: tuple[str, str] | None = None


def read_oai(body: bytes) -> OaiAnswer | None:
    """Read an answer, or None where it is no OAI-PMH document."""
    whole = body.rstrip().endswith(b"OAI-PMH>")  # half an answer would look like the last one
    root = parse_xml(body) if whole else None
    if root is None or lxml.etree.QName(root).localname != "OAI-PMH":
        return None
    error = root.find("{*}error")
    token = (root.findtext("{*}ListRecords/{*}resumptionToken") or "").strip()
    return OaiAnswer(
        response_date=(root.findtext("{*}responseDate") or "").strip() or None,
        granularity=(root.findtext("{*}Identify/{*}granularity") or "").strip() or None,
        earliest=(root.findtext("{*}Identify/{*}earliestDatestamp") or "").strip() or None,
        records=tuple(
            record
            for node in root.iterfind("{*}ListRecords/{*}record")
            if (record := _read_record(node)) is not None
        ),
        token=token or None,
        error=(error.get("code") or "", " ".join((error.text or "").split())[:200])
        if error is not None
        else None,
    )


def _read_record(node: lxml.etree._Element) -> OaiRecord | None:
    identifier = (node.findtext("{*}header/{*}identifier") or "").strip()
    if not identifier:
        return None
    header = node.find("{*}header")
    node.tail = None
    return OaiRecord(
        identifier=identifier,
        deleted=header is not None and header.get("status") == "deleted",
        xml=lxml.etree.tostring(node, method="c14n", exclusive=True),
        addresses=_addresses(node),
    )


def _addresses(node: lxml.etree._Element) -> tuple[str, ...]:
    """Every web address of a record, those of elements that name the page itself first."""
    ranked: dict[str, bool] = {}
    for element in node.iterfind("{*}metadata//{*}*"):
        name = lxml.etree.QName(element).localname
        if name in _NOT_THE_PAGE:
            continue
        values = [
            value
            for key, value in element.attrib.items()
            if lxml.etree.QName(key).localname != "schemaLocation"
        ]
        for text in (element.text or "", *values):
            for match in _ADDRESS.findall(text):
                url = clean_address(match.rstrip(".,;)"))
                if url:
                    ranked[url] = ranked.get(url, False) or name in _NAMES_THE_PAGE
    return tuple(sorted(ranked, key=lambda url: not ranked[url]))
