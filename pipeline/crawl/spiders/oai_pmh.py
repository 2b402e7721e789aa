"""Repositories that answer OAI-PMH 2.0: each record kept, its landing page and files followed.

Owns the order of the protocol (Identify, then one list for each prefix and set, page by page) and
how far each list was harvested. Landing pages and files themselves are read by `spiders.site`.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any, Protocol
from urllib.parse import urlencode, urlsplit

from corpora.registry import Source
from kb.frontier import Known, Outcome, Sighting, Wanted
from pipeline.crawl.addresses import clean_address
from pipeline.crawl.oai_records import OaiAnswer, OaiRecord, read_oai
from pipeline.crawl.spiders import Answer, Found
from pipeline.crawl.spiders.site import SiteSpider

IDENTIFY = "oai-identify"
PAGE = "oai-page"
HARVEST = "oai-harvest"  # remembers how far a list was harvested; never fetched
EARLIEST_YEAR = 1990  # no repository has records from before the web
_FILE_SUFFIX = re.compile(r"\.(pdf|docx|pptx|epub|zip|jpe?g|png)$", re.IGNORECASE)


class Memory(Protocol):
    """What the spider needs of the record (a `kb.frontier.Frontier`)."""

    def known(self, url: str) -> Known | None:
        """What is known of an address."""

    def item_at(self, url: str) -> str | None:
        """The item that the file at an address belongs to."""


class OaiSpider:
    """Harvests the records of one source's repositories."""

    kinds = frozenset({IDENTIFY, PAGE})

    def __init__(self, source: Source, memory: Memory) -> None:
        self.source = source
        self.memory = memory
        self._site = SiteSpider(source)

    def start(self) -> tuple[Wanted, ...]:
        """One Identify for each repository; addresses with a placeholder are left out."""
        oai = self.source.oai
        if oai is None:
            return ()
        bases = [oai.url, *(endpoint.url for endpoint in oai.endpoints)]
        return tuple(
            Wanted(f"{base}?verb=Identify", self.source.id, IDENTIFY, {"base": base})
            for base in dict.fromkeys(bases)
            if "<" not in base
        )

    def read(self, answer: Answer) -> Found:
        """Say what an answer of the repository came to."""
        context = answer.wanted.context
        reply = read_oai(answer.body)
        if reply is None:
            problem = f"Expected an OAI-PMH answer at {answer.wanted.url}, found something else."
            return Found(problem=problem, kind="bad_oai", failed=True)
        if answer.wanted.kind == IDENTIFY:
            return Found(links=tuple(self._first_pages(context["base"], reply)))
        if reply.error is not None and reply.error[0] != "noRecordsMatch":
            return self._after_error(answer, reply.error)
        return self._read_page(answer, reply)

    def _first_pages(self, base: str, identified: OaiAnswer) -> list[Wanted]:
        """The first page of each set in the first prefix; other prefixes follow one by one."""
        sets, prefixes = self._sets_and_prefixes(base)
        whole_days = (identified.granularity or "YYYY-MM-DD") == "YYYY-MM-DD"
        begun = (identified.earliest or "")[:4]
        return [self._first_page(base, set_spec, prefixes, whole_days, begun) for set_spec in sets]

    def _sets_and_prefixes(self, base: str) -> tuple[list[str | None], list[str]]:
        oai = self.source.oai
        assert oai is not None
        own = next((end for end in oai.endpoints if end.url == base), None)
        named = own.sets if own else oai.sets
        sets: list[str | None] = [name for name in named if "<" not in name]
        prefixes = list((own.prefixes if own else ()) or oai.prefixes) or ["oai_dc"]
        prefixes.sort(key=lambda prefix: prefix != "oai_dc")  # it says which page a record is of
        return sets or [None], prefixes

    def _first_page(
        self, base: str, set_spec: str | None, prefixes: list[str], whole_days: bool, begun: str
    ) -> Wanted:
        query = {"verb": "ListRecords", "metadataPrefix": prefixes[0]}
        if set_spec:
            query["set"] = set_spec
        harvest = f"{base}?{urlencode(query)}#harvested"
        before = self.memory.known(harvest)
        if before is not None and before.last_modified:
            query["from"] = before.last_modified[:10] if whole_days else before.last_modified
        context = {
            "base": base,
            "set": set_spec,
            "prefix": prefixes[0],
            "after": prefixes[1:],
            "whole_days": whole_days,
            "begun": query.get("from", begun)[:4],
            "harvest": harvest,
        }
        return Wanted(f"{base}?{urlencode(query)}", self.source.id, PAGE, context)

    def _read_page(self, answer: Answer, reply: OaiAnswer) -> Found:
        context = dict(answer.wanted.context)
        context.setdefault("since", reply.response_date)
        files: list[tuple[bytes, Sighting]] = []
        links: list[Wanted] = []
        gone: list[str] = []
        for record in reply.records:
            address = self._record_address(context, record)
            if record.deleted:
                gone.append(address)
                continue
            item = self._item(context, record)
            files.append((record.xml, self._sighting(address, item)))
            links += self._follow(record, item)
        remember: tuple[tuple[Wanted, Outcome], ...] = ()
        problem = None
        if reply.token:
            query = urlencode({"verb": "ListRecords", "resumptionToken": reply.token})
            page = Wanted(f"{context['base']}?{query}", self.source.id, PAGE, context)
            if page.url == answer.wanted.url:
                problem = f"The list at {context['base']} repeats its page instead of going on."
            else:
                links.append(page)
        elif context.get("years"):
            links.append(self._next_year(context))
        else:
            done = Outcome("done", last_modified=context["since"])
            remember = ((Wanted(context["harvest"], self.source.id, HARVEST), done),)
            links += self._next_prefix(context)
        return Found(
            tuple(files),
            tuple(links),
            tuple(gone),
            remember,
            problem,
            kind="bad_oai",
            failed=problem is not None,
        )

    def _next_prefix(self, context: dict[str, Any]) -> list[Wanted]:
        if not context["after"]:
            return []
        return [
            self._first_page(
                context["base"],
                context["set"],
                context["after"],
                context["whole_days"],
                context["begun"],
            )
        ]

    def _next_year(self, context: dict[str, Any]) -> Wanted:
        """The list of the next year's records; a short one is read before its token expires."""
        year, *later = context["years"]
        ends = ("-01-01", "-12-31")
        if not context["whole_days"]:
            ends = ("-01-01T00:00:00Z", "-12-31T23:59:59Z")
        query = urlencode({"from": f"{year}{ends[0]}", "until": f"{year}{ends[1]}"})
        url = f"{context['harvest'].partition('#')[0]}&{query}"
        return Wanted(url, self.source.id, PAGE, {**context, "years": later})

    def _after_error(self, answer: Answer, error: tuple[str, str]) -> Found:
        code, text = error
        context = answer.wanted.context
        if code == "badResumptionToken" and "years" not in context:
            first = int(context["begun"]) if context["begun"].isdigit() else EARLIEST_YEAR
            last = int((context.get("since") or "")[:4] or datetime.now(UTC).year)
            years = list(range(max(first, EARLIEST_YEAR), max(first, last) + 1))
            problem = (
                f"The list of {context['base']} expired while it was read (badResumptionToken); it "
                "is asked for again year by year."
            )
            again = self._next_year({**context, "years": years})
            return Found(links=(again,), problem=problem, kind="bad_oai")
        said = f"{code} ({text})" if text else code
        return Found(
            problem=f"The repository {context['base']} refused to list its records: {said}.",
            kind="bad_oai",
            failed=True,
        )

    def _record_address(self, context: dict[str, Any], record: OaiRecord) -> str:
        query = {
            "verb": "GetRecord",
            "metadataPrefix": context["prefix"],
            "identifier": record.identifier,
        }
        return f"{context['base']}?{urlencode(query)}"

    def _sighting(self, address: str, item: str) -> Sighting:
        return Sighting(
            url=address,
            source_id=self.source.id,
            item=item,
            role="record",
            media_type="text/xml",
        )

    def _item(self, context: dict[str, Any], record: OaiRecord) -> str:
        """The landing page that a record names, else its identifier.

        A richer prefix often names no page; then it is the item of the record's Dublin Core.
        """
        pages = [url for url in record.addresses if not self._is_file(url)]
        ours = [url for url in pages if self._site.kind_of(url) == "landing"]
        if ours:
            return ours[0]
        if context["prefix"] != "oai_dc":
            core = self.memory.item_at(
                self._record_address({**context, "prefix": "oai_dc"}, record)
            )
            if core:
                return core
        host = urlsplit(context["base"]).netloc
        handles = [url for url in pages if urlsplit(url).netloc in (host, "hdl.handle.net")]
        return next(iter([*handles, *pages]), record.identifier)

    def _is_file(self, url: str) -> bool:
        return self._site.kind_of(url) == "document" or bool(
            _FILE_SUFFIX.search(urlsplit(url).path)
        )

    def _follow(self, record: OaiRecord, item: str) -> list[Wanted]:
        found: list[Wanted] = []
        for url in record.addresses:
            kind, address = self._site.kind_of(url), clean_address(url)
            if kind in ("landing", "document") and address:
                found.append(Wanted(address, self.source.id, kind, {"item": item}))
        return found
