"""OAI-PMH 2.0 over the replica's records: Identify, lists with from and until, resumption tokens.

Owns the protocol's answers and the two metadata forms (oai_dc and mods). Which records there are
is left to `build`.
"""

import base64
import json
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from corpora.replica.meta import name_reversed
from corpora.replica.plan import Placement
from corpora.replica.storage import OaiRecord, Repository
from corpora.starter import StarterAuthor

RESPONSE_DATE = "2025-06-01T00:00:00Z"
"""The replica stands still: every answer carries the same date."""
EARLIEST = "2025-01-01T00:00:00Z"

PREFIXES = {
    "oai_dc": (
        "http://www.openarchives.org/OAI/2.0/oai_dc.xsd",
        "http://www.openarchives.org/OAI/2.0/oai_dc/",
    ),
    "mods": ("http://www.loc.gov/standards/mods/v3/mods-3-7.xsd", "http://www.loc.gov/mods/v3"),
}
VERBS = {
    "Identify",
    "ListMetadataFormats",
    "ListSets",
    "ListIdentifiers",
    "ListRecords",
    "GetRecord",
}
KEYS = {"verb", "metadataPrefix", "identifier", "from", "until", "set", "resumptionToken"}


@dataclass(frozen=True)
class Selection:
    """Which records a list request asks for, and from which one on."""

    prefix: str
    start: int = 0
    since: str = ""
    until: str = ""


class OaiError(Exception):
    """An OAI-PMH error condition: its code and sentence."""

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code


def answer_oai(repository: Repository, base_url: str, query: dict[str, str]) -> bytes:
    """Return the XML answer to a request; protocol errors are answers too, as the protocol says."""
    verb = query.get("verb", "")
    try:
        body = _answer(repository, base_url, verb, query)
        shown = " ".join(f"{key}={quoteattr(value)}" for key, value in query.items() if key in KEYS)
        request = f"<request {shown}>{escape(base_url)}</request>"
    except OaiError as problem:
        body = f'<error code="{problem.code}">{escape(str(problem))}</error>'
        request = f"<request>{escape(base_url)}</request>"
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
        'xsi:schemaLocation="http://www.openarchives.org/OAI/2.0/ '
        'http://www.openarchives.org/OAI/2.0/OAI-PMH.xsd">'
        f"<responseDate>{RESPONSE_DATE}</responseDate>{request}{body}</OAI-PMH>\n"
    ).encode()


def _answer(repository: Repository, base_url: str, verb: str, query: dict[str, str]) -> str:
    if verb not in VERBS:
        raise OaiError("badVerb", f"Expected one of {', '.join(sorted(VERBS))}, found {verb!r}.")
    if verb == "Identify":
        return _identify(repository, base_url)
    if verb == "ListMetadataFormats":
        formats = "".join(
            f"<metadataFormat><metadataPrefix>{prefix}</metadataPrefix><schema>{schema}</schema>"
            f"<metadataNamespace>{space}</metadataNamespace></metadataFormat>"
            for prefix, (schema, space) in PREFIXES.items()
        )
        return f"<ListMetadataFormats>{formats}</ListMetadataFormats>"
    if verb == "ListSets":
        return (
            "<ListSets><set><setSpec>reports</setSpec><setName>Reports</setName></set></ListSets>"
        )
    if verb == "GetRecord":
        return _get_record(repository, query)
    return _list(repository, verb, query)


def _identify(repository: Repository, base_url: str) -> str:
    return (
        f"<Identify><repositoryName>{escape(repository.name)}</repositoryName>"
        f"<baseURL>{escape(base_url)}</baseURL><protocolVersion>2.0</protocolVersion>"
        "<adminEmail>replica@example.test</adminEmail>"
        f"<earliestDatestamp>{EARLIEST}</earliestDatestamp>"
        "<deletedRecord>persistent</deletedRecord>"
        "<granularity>YYYY-MM-DDThh:mm:ssZ</granularity></Identify>"
    )


def _get_record(repository: Repository, query: dict[str, str]) -> str:
    prefix = _require_prefix(query.get("metadataPrefix", ""))
    for record in repository.records:
        if record.identifier == query.get("identifier"):
            return f"<GetRecord>{_record(record, prefix)}</GetRecord>"
    raise OaiError("idDoesNotExist", "Expected the identifier of a record, found another.")


def _require_prefix(prefix: str) -> str:
    if not prefix:
        raise OaiError("badArgument", "Expected a metadataPrefix, found none.")
    if prefix not in PREFIXES:
        raise OaiError("cannotDisseminateFormat", f"Expected {' or '.join(PREFIXES)}.")
    return prefix


def _list(repository: Repository, verb: str, query: dict[str, str]) -> str:
    if "resumptionToken" in query:
        selection = _read_token(query["resumptionToken"])
    else:
        prefix = _require_prefix(query.get("metadataPrefix", ""))
        if query.get("set", "reports") != "reports":
            raise OaiError("noRecordsMatch", "Expected the set `reports`, found another.")
        selection = Selection(prefix, 0, query.get("from", ""), _end_of(query.get("until", "")))
    matching = [
        record
        for record in repository.records
        if (not selection.since or record.datestamp >= selection.since)
        and (not selection.until or record.datestamp <= selection.until)
    ]
    if not matching:
        raise OaiError("noRecordsMatch", "No record matches these dates.")
    end = selection.start + repository.page_size
    shown = matching[selection.start : end]
    if not shown:
        raise OaiError("badResumptionToken", "Expected a token of this list, found a worn one.")
    items = "".join(
        _header(record) if verb == "ListIdentifiers" else _record(record, selection.prefix)
        for record in shown
    )
    return f"<{verb}>{items}{_token(selection, end, len(matching))}</{verb}>"


def _end_of(until: str) -> str:
    return f"{until}T23:59:59Z" if len(until) == len("2025-01-01") else until


def _token(selection: Selection, end: int, total: int) -> str:
    if total <= end and selection.start == 0:
        return ""
    attributes = f'completeListSize="{total}" cursor="{selection.start}"'
    if end >= total:
        return f"<resumptionToken {attributes}/>"
    packed = json.dumps([selection.prefix, end, selection.since, selection.until])
    token = base64.urlsafe_b64encode(packed.encode()).decode()
    return f"<resumptionToken {attributes}>{token}</resumptionToken>"


def _read_token(token: str) -> Selection:
    try:
        prefix, start, since, until = json.loads(base64.urlsafe_b64decode(token))
        return Selection(_require_prefix(prefix), max(0, int(start)), str(since), str(until))
    except (ValueError, TypeError) as problem:
        raise OaiError("badResumptionToken", "Expected a token this endpoint gave.") from problem


def _header(record: OaiRecord) -> str:
    status = ' status="deleted"' if record.deleted else ""
    sets = "".join(f"<setSpec>{escape(name)}</setSpec>" for name in record.sets)
    return (
        f"<header{status}><identifier>{escape(record.identifier)}</identifier>"
        f"<datestamp>{record.datestamp}</datestamp>{sets}</header>"
    )


def _record(record: OaiRecord, prefix: str) -> str:
    payload = "" if record.deleted else f"<metadata>{record.payloads[prefix]}</metadata>"
    return f"<record>{_header(record)}{payload}</record>"


def _element(name: str, value: str | int | None, **attributes: str) -> str:
    """Return an XML element, or nothing where the value is not known."""
    if value is None:
        return ""
    shown = "".join(f" {key}={quoteattr(given)}" for key, given in attributes.items())
    return f"<{name}{shown}>{escape(str(value))}</{name}>"


def describe_dc(placement: Placement) -> str:
    """Return the publication's oai_dc record; the real address stands in dc:identifier."""
    publication = placement.publication
    host = placement.host
    fields = [_element("dc:title", publication.title)]
    fields += [
        _element("dc:creator", name_reversed(author)) for author in publication.authors or ()
    ]
    fields += [
        _element("dc:publisher", publication.publisher),
        _element("dc:date", publication.year),
        _element("dc:language", publication.language),
        _element("dc:description", publication.abstract),
        _element("dc:identifier", publication.url),
        _element("dc:identifier", f"{host.base}{placement.landing}"),
        _element("dc:identifier", f"urn:isbn:{publication.isbn}" if publication.isbn else None),
        _element("dc:relation", publication.series),
        _element("dc:source", publication.journal),
    ]
    fields += [
        _element("dc:relation", f"{host.base}{placement.file_path(form)}")
        for form in placement.file_forms
    ]
    return (
        '<oai_dc:dc xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/">' + "".join(fields) + "</oai_dc:dc>"
    )


def describe_mods(placement: Placement) -> str:
    """Return the publication's MODS record, with typed names, numbers and addresses."""
    publication = placement.publication
    base = placement.host.base
    origin = _element("publisher", publication.publisher) + _element("dateIssued", publication.year)
    tongue = _element("languageTerm", publication.language, type="code")
    identifiers = [
        _element("identifier", publication.url, type="uri"),
        _element("identifier", publication.isbn, type="isbn"),
        _element("identifier", publication.issn, type="issn"),
        _element("identifier", publication.doi, type="doi"),
    ]
    part_of = publication.series or publication.journal
    related = ""
    if part_of:
        kind = "series" if publication.series else "host"
        title = _element("title", part_of)
        related = f'<relatedItem type="{kind}"><titleInfo>{title}</titleInfo></relatedItem>'
    addresses = [_element("url", f"{base}{placement.landing}", usage="primary display")]
    addresses += [
        _element("url", f"{base}{placement.file_path(form)}", access="raw object")
        for form in placement.file_forms
    ]
    return (
        '<mods xmlns="http://www.loc.gov/mods/v3" version="3.7">'
        f"<titleInfo>{_element('title', publication.title)}</titleInfo>"
        f"{''.join(_mods_name(author) for author in publication.authors or ())}"
        f"<originInfo>{origin}</originInfo><language>{tongue}</language>"
        f"{_element('abstract', publication.abstract)}{''.join(identifiers)}{related}"
        f"<location>{''.join(addresses)}</location></mods>"
    )


def _mods_name(author: StarterAuthor) -> str:
    if author.literal:
        parts, kind = _element("namePart", author.literal), "corporate"
    else:
        parts = _element("namePart", author.family, type="family")
        parts += _element("namePart", author.given, type="given")
        kind = "personal"
    role = '<role><roleTerm type="text">author</roleTerm></role>'
    return f'<name type="{kind}">{parts}{role}</name>'
