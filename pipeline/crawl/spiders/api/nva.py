"""NVA, the Norwegian national archive of research.

Owns how `GET /search/resources` is asked: each of the subject's terms by itself, in the order of
identifiers, by the address of the next page that each page gives; later only what was modified
since. Which kinds of publication are kept is chosen here (`record_types` of the source), because
the interface joins several categories with "and". NVA answers with whole records or, in its newer
form, with short ones; of those the whole record is asked for. A file is behind a link that gives
an address for a few minutes only, so a file is kept at the link's address.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

from corpora.registry import Source
from kb.frontier import Sighting, Wanted
from pipeline.catalogue_record import UnreadableJsonError, read_json
from pipeline.crawl.addresses import clean_address, file_name
from pipeline.crawl.spiders import Answer, Found
from pipeline.crawl.spiders.api.listing import PAGE, ListSpider
from pipeline.crawl.spiders.api.records import (
    OVERLAP,
    AnswerError,
    Entry,
    FileLink,
    Memory,
    Page,
    Question,
    api_of,
    last_asked,
    objects,
    on_same_host,
    subject_phrases,
    text,
    with_query,
)

SIZE = 100
RECORD = "nva-record"
LINK = "nva-link"
FILE = "nva-file"
_IDENTIFIER = re.compile(r"[0-9A-Za-z-]{8,80}")
_GONE = frozenset({"DELETED", "UNPUBLISHED", "DRAFT_FOR_DELETION"})
_OPEN_FILES = frozenset({"OpenFile", "PublishedFile", "File"})
_READ_TYPES = re.compile(r"application/(pdf|vnd\.openxmlformats-officedocument\..*)")
_LINK_KEYS = ("presignedDownloadUrl", "id", "alias", "shortenedVersion")
_HTML = re.compile(rb"\s*<(!doctype\s+html|html|\?xml|error)", re.IGNORECASE)
_VOLATILE = ("indexDocumentCreatedAt", "modelVersion", "scientificIndex", "pendingOpenFileCount")
"""What changes without the publication having changed."""


class Nva:
    """The interface of NVA."""

    origin = "nva"
    known_fields = frozenset(
        "@context id identifier type status doi handle createdDate modifiedDate publishedDate"
        " entityDescription associatedArtifacts additionalIdentifiers publisher resourceOwner"
        " contributorOrganizations curatingInstitutions topLevelOrganizations projects fundings"
        " filesStatus publicationContextUris childPublications hasParts participatingIn link"
        " otherIdentifiers recordMetadata mainTitle alternativeTitles abstract description"
        " publicationDate contributorsPreview contributorsCount publishingDetails language"
        " partOf duplicateOf importDetails nviType subjects rightsHolder tags"
        " allowedOperations publicationNotes".split()
    ) | frozenset(_VOLATILE)

    def __init__(self, source: Source) -> None:
        self.source, self.api = source, api_of(source)

    def questions(self, memory: Memory) -> Iterable[Question]:
        """One for each of the subject's terms."""
        for phrase in subject_phrases(self.source.languages):
            words = {**self.api.query, "query": f'"{phrase}"'}
            key = with_query(self.api.url, words)
            since = last_asked(memory, key)
            query = {
                **words,
                "modified_since": (since - OVERLAP).isoformat() if since else "",
                "aggregation": "none",
                "sort": "identifier",
                "size": str(SIZE),
            }
            yield Question(key, with_query(self.api.url, query))

    def read_page(self, value: Any, url: str, number_of_page: int) -> Page:
        """Take a page apart: `hits`, and the address of the next page."""
        if not isinstance(value, dict) or not isinstance(value.get("hits"), list):
            said = text(value.get("detail")) if isinstance(value, dict) else ""
            raise AnswerError("has no `hits`" + (f" ({said[:200]})" if said else ""))
        records = objects(value["hits"])
        given = text(value.get("nextSearchAfterResults")) or text(value.get("nextResults"))
        following = clean_address(given) if given and records else None
        problem = None
        if following is not None and not on_same_host(following, self.api.url):
            following, problem = None, "NVA's next page lies on another host, so it was not asked."
        return Page(records, following, problem)

    def entry(self, record: dict[str, Any]) -> Entry | None:
        """A publication under its page at NVA, with its open files."""
        name = text(record.get("identifier")) or text(record.get("id")).rpartition("/")[2]
        if not _IDENTIFIER.fullmatch(name) or not self._is_wanted(record):
            return None
        record = {key: value for key, value in record.items() if key not in _VOLATILE}
        status = text(record.get("status"))
        status = status or text(_object(record.get("recordMetadata")).get("status"))
        address = self.record_address(name)
        item = f"{self.source.homepage.rstrip('/')}/registration/{name}"
        if status in _GONE:
            return Entry(address, item, gone=True)
        if "entityDescription" not in record:
            stamp = text(_object(record.get("recordMetadata")).get("modifiedDate"))
            return Entry(address, item, files=(FileLink(address, stamp, RECORD),))
        return Entry(address, item, record, tuple(self._files(record, address)))

    def record_address(self, name: str) -> str:
        """Where a whole record is had."""
        given = self.api.record or f"{self.api.url.partition('/search/')[0]}/publication/<uuid>"
        return given.replace("<uuid>", name)

    def _is_wanted(self, record: dict[str, Any]) -> bool:
        reference = _object(_object(record.get("entityDescription")).get("reference"))
        kind = text(_object(reference.get("publicationInstance")).get("type"))
        kind = kind or text(record.get("type"))
        return not self.api.record_types or kind in self.api.record_types

    def _files(self, record: dict[str, Any], address: str) -> Iterable[FileLink]:
        for artifact in objects(record.get("associatedArtifacts")):
            name = text(artifact.get("identifier"))
            if (
                text(artifact.get("type")) in _OPEN_FILES
                and _READ_TYPES.fullmatch(text(artifact.get("mimeType")))
                and _IDENTIFIER.fullmatch(name)
            ):
                stamp = f"{text(artifact.get('publishedDate'))} {text(artifact.get('size'))}"
                kept = {"name": text(artifact.get("name"))[:200]}
                yield FileLink(f"{address}/filelink/{quote(name)}", stamp, LINK, kept)


class NvaSpider(ListSpider):
    """Harvests NVA: its lists, whole records where lists are short, and files behind links."""

    kinds = frozenset({PAGE, RECORD, LINK, FILE})

    def __init__(self, source: Source, memory: Memory) -> None:
        self.nva = Nva(source)
        super().__init__(source, memory, self.nva)

    def start(self) -> tuple[Wanted, ...]:
        """The searches that are due, and the links whose files did not come in an earlier run.

        A publication is listed again only when it was modified, so the lists would not name them.
        """
        return (*super().start(), *self.memory.without_file(self.source.id, LINK))

    def read(self, answer: Answer) -> Found:
        """Say what a page, a record, a link or a file came to."""
        kind = answer.wanted.kind
        if kind == PAGE:
            return super().read(answer)
        if kind == FILE:
            return self._read_file(answer)
        try:
            value = read_json(answer.body)
        except UnreadableJsonError as error:
            sentence = f"Expected JSON at {answer.wanted.url}; what came {error}."
            return Found(problem=sentence, kind="bad_api", failed=True)
        return self._read_link(answer, value) if kind == LINK else self._read_record(answer, value)

    def _read_record(self, answer: Answer, value: Any) -> Found:
        entry = self.nva.entry(value) if isinstance(value, dict) else None
        if entry is None or (entry.record is None and not entry.gone):
            sentence = f"Expected a whole record at {answer.wanted.url}, found something else."
            return Found(problem=sentence, kind="bad_api", failed=True)
        return Found(
            files=(self.keep(entry),) if entry.record is not None else (),
            links=tuple(self.follow(entry)),
            gone=(entry.address,) if entry.gone else (),
        )

    def _read_link(self, answer: Answer, value: Any) -> Found:
        given = (text(value.get(key)) for key in _LINK_KEYS) if isinstance(value, dict) else ()
        url = next((clean for link in given if (clean := clean_address(link))), None)
        if url is None or url == answer.wanted.url:
            sentence = f"Expected a file's address at {answer.wanted.url}, found none."
            return Found(problem=sentence, kind="bad_api", failed=True)
        context = {**answer.wanted.context, "address": answer.wanted.url}
        return Found(links=(Wanted(url, self.source.id, FILE, context),))

    def _read_file(self, answer: Answer) -> Found:
        context = answer.wanted.context
        if _HTML.match(answer.body[:200]):
            sentence = f"Expected the file of {context['address']}, found a page or an error."
            return Found(problem=sentence, kind="bad_api", failed=True)
        named = answer.headers.get("content-disposition")
        sighting = Sighting(
            url=str(context["address"]),
            source_id=self.source.id,
            item=str(context["item"]),
            role="document",
            media_type=answer.media_type,
            position=int(context.get("position", 0)),
            filename=file_name(f"/{context.get('name') or ''}", named),
        )
        return Found(files=((answer.body, sighting),))


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
