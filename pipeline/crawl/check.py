"""A look at each source as the crawl would see it: robots.txt, a list, a publication, its file.

Owns the Scrapy spider of `samvirke sources check`: what is asked, in which order, and how much at
most. It asks through the crawl's guard and manners and reads with the crawl's own spiders; nothing
is stored. What the answers mean for a source is `pipeline.source_check`'s business.
"""

from __future__ import annotations

import asyncio
import logging
import re
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import scrapy
from protego import Protego
from scrapy.http import Request, Response

from corpora.registry import Source
from kb.frontier import Frontier, Known, Wanted
from pipeline.crawl.check_report import CONTENT, PATTERN_FIELDS, ROBOTS, Probe, Probed
from pipeline.crawl.failures import Failure, describe_failure, describe_status, describe_wall
from pipeline.crawl.guard import shown
from pipeline.crawl.hypertext import read_hypertext
from pipeline.crawl.manners import MAX_ROBOTS_BYTES, ROBOT
from pipeline.crawl.messages import CrawlEvent
from pipeline.crawl.reservation import describe_reservation, says_reserved
from pipeline.crawl.spiders import Answer, Found, Spider
from pipeline.crawl.spiders.choose import may_rest, ways_for
from pipeline.crawl.walls import recognise_wall

MAX_LISTS = 3  # pages of one way that are tried until one leads to publications
MAX_STARTS = 20  # of one kind: a platform of many repositories is asked for each of them
MAX_DOCUMENTS = 2  # publications tried: one dead link is no sign of a rebuilt site
CHECK_S = 900.0  # of one source; a crawl-delay of a minute leaves room for all of it
MAX_READ_BYTES = 20 * 1024 * 1024  # of what is handed on to be read for its metadata

logger = logging.getLogger(__name__)


class Blank(Frontier):
    """A memory without memories, so that a list is asked whole and not only for what is new."""

    def known(self, url: str) -> Known | None:
        """Nothing is known."""
        return None

    def item_at(self, url: str) -> str | None:
        """Nothing is known."""
        return None

    def without_file(self, source_id: str, kind: str) -> list[Wanted]:
        """Nothing is known."""
        return []


@dataclass
class _Look:
    """One source under way."""

    source: Source
    ways: list[Spider]
    begun: float
    probes: list[Probe] = field(default_factory=list)
    met: set[str] = field(default_factory=set)  # every address that was linked or asked
    sitemaps: tuple[str, ...] = ()
    crawl_delay_s: float | None = None

    def way_of(self, wanted: Wanted) -> Spider:
        return next(way for way in self.ways if wanted.kind in way.kinds)

    def result(self) -> Probed:
        return Probed(
            source_id=self.source.id,
            probes=tuple(self.probes),
            matches={name: _matches(self.source, name, self.met) for name in PATTERN_FIELDS},
            sitemaps=self.sitemaps,
            crawl_delay_s=self.crawl_delay_s,
            silent=may_rest(self.source) and not any(p.what != ROBOTS for p in self.probes),
            seconds=round(time.monotonic() - self.begun, 1),
        )


class CheckSources(scrapy.Spider):
    """Checks every source of a job at the same time; each tells one `checked` event."""

    name = "check"

    def __init__(
        self,
        sources: Sequence[Source],
        memory: Frontier,
        folder: Path,
        emit: Callable[[CrawlEvent], None],
    ) -> None:
        super().__init__()
        self.sources, self.memory, self.folder, self.emit = sources, memory, folder, emit
        self.closed: set[str] = set()

    async def start(self) -> AsyncIterator[Request]:
        """Check all sources; requests go straight to the downloader, so none is yielded."""
        await asyncio.gather(*(self._check(source) for source in self.sources))
        nothing: tuple[Request, ...] = ()
        for request in nothing:
            yield request

    async def _check(self, source: Source) -> None:
        look = _Look(source, ways_for(source, self.memory), time.monotonic())
        try:
            await asyncio.wait_for(self._look_at(look), CHECK_S)
        except TimeoutError:
            sentence = f"The check of {source.id} took longer than {CHECK_S / 60:.0f} minutes."
            look.probes.append(Probe("source", source.homepage, kind="timeout", message=sentence))
        except Exception as error:  # one source never stops the others
            logger.exception("checking %s", source.id)
            sentence = f"The check of {source.id} broke off ({type(error).__name__})."
            look.probes.append(
                Probe("source", source.homepage, kind="unreadable_page", message=sentence)
            )
        self.closed.add(source.id)
        self.emit(CrawlEvent("checked", source.id, source.homepage, data=asdict(look.result())))

    async def _look_at(self, look: _Look) -> None:
        starts = [entry for way in look.ways for entry in way.start()]
        for host in dict.fromkeys(_root(entry.url) for entry in starts or [_home(look.source)]):
            await self._ask_robots(look, host)
            if len([probe for probe in look.probes if probe.what == ROBOTS]) >= MAX_STARTS:
                break
        candidates: list[Wanted] = []
        tried: Counter[str] = Counter()
        for entry in starts:
            tried[entry.kind] += 1
            if tried[entry.kind] > (MAX_STARTS if entry.kind.startswith("oai") else MAX_LISTS):
                continue
            if entry.kind in CONTENT:
                candidates.append(entry)
            elif tried[entry.kind] == 1 or entry.kind.startswith("oai") or not candidates:
                candidates += await self._ask_lists(look, entry)
        await self._ask_publication(look, candidates)

    async def _ask_robots(self, look: _Look, root: str) -> None:
        url = urljoin(root, "/robots.txt")
        probe, response = await self._ask(ROBOTS, url, obey=False)
        if response is not None and response.status < 500:
            # what is missing or is no text has no rules (RFC 9309, 2.3.1.3)
            probe = replace(probe, kind=None, message=None)
            if response.status == 200:
                rules = Protego.parse(response.body[:MAX_ROBOTS_BYTES].decode("utf-8", "replace"))
                delay = rules.crawl_delay(ROBOT)
                look.crawl_delay_s = max(filter(None, (delay, look.crawl_delay_s)), default=None)
                look.sitemaps += tuple(rules.sitemaps)
        elif response is not None:
            probe = replace(probe, kind="robots_unread")
        look.probes.append(probe)

    async def _ask_lists(self, look: _Look, start: Wanted) -> list[Wanted]:
        """Ask a list, and what it leads to where that is only further lists."""
        waiting, content = [start], list[Wanted]()
        for _ in range(MAX_LISTS):
            if not waiting:
                break
            found = await self._read(look, waiting.pop(0))
            content = [link for link in found.links if link.kind in CONTENT]
            if content or found.files:
                break
            waiting += [link for link in found.links if link.kind not in CONTENT]
        return content

    async def _ask_publication(self, look: _Look, candidates: Sequence[Wanted]) -> None:
        """Ask one publication that the lists led to, and its file."""
        landings = [link for link in candidates if link.kind == "landing"]
        for wanted in (landings or list(candidates))[:MAX_DOCUMENTS]:
            found = await self._read(look, wanted)
            if look.probes[-1].kind is not None:
                continue
            file = next((link for link in found.links if link.kind == "document"), None)
            if file is not None and wanted.kind != "document":
                await self._read(look, file)
            return

    async def _read(self, look: _Look, wanted: Wanted) -> Found:
        """Ask an address and read it as the crawl does; what came of it is the newest probe."""
        probe, response = await self._ask(wanted.kind, wanted.url)
        found = Found()
        look.met.add(wanted.url)
        if response is not None and probe.kind is None:
            answer = Answer(wanted, response.url, response.body, _headers(response))
            found = _interpret(look.way_of(wanted), answer)
            anchors = _anchors(answer)
            look.met.update(anchors, (link.url for link in found.links))
            failure = _trouble(answer, response, found)
            probe = replace(
                probe,
                links=dict(Counter(link.kind for link in found.links)),
                anchors=len(anchors),
                records=len(found.files),
                kind=failure.kind if failure else found.kind if found.problem else None,
                message=failure.message if failure else found.problem,
            )
            if failure is not None:
                found = Found()
            elif found.files:
                body = self._keep(look, found.files[0][0])
                probe = replace(probe, body=body, media_type=_type_of(probe, found))
        look.probes.append(probe)
        return found

    async def _ask(
        self, what: str, url: str, *, obey: bool = True
    ) -> tuple[Probe, Response | None]:
        """Ask an address; the answer is None where there was none."""
        meta = {} if obey else {"dont_obey_robotstxt": True}
        begun = time.monotonic()
        probe = Probe(what, url)
        response: Response | None = None
        failure: Failure | None = None
        try:
            response = await self.crawler.engine.download_async(
                Request(url, meta=meta, dont_filter=True)
            )
        except Exception as error:
            failure = describe_failure(url, error)
        if response is not None:
            failure = _failure_of(url, response)
            given = _headers(response).get("content-type", "")
            probe = replace(
                probe,
                final_url=response.url,
                status=response.status,
                media_type=given.partition(";")[0].strip() or None,
                size=len(response.body),
            )
        if failure is not None:
            probe = replace(probe, kind=failure.kind, message=failure.message)
        return replace(probe, seconds=round(time.monotonic() - begun, 2)), response

    def _keep(self, look: _Look, data: bytes) -> str | None:
        """Hand on what is to be read for its metadata."""
        if len(data) > MAX_READ_BYTES:
            return None
        name = f"{look.source.id}-{len(look.probes)}"
        (self.folder / name).write_bytes(data)
        return name


def _failure_of(url: str, response: Response) -> Failure | None:
    """What is wrong with an answer by its status."""
    if not 200 <= response.status < 300:
        wall = recognise_wall(response.status, _headers(response), response.body, response.url)
        return describe_wall(url, wall) if wall else describe_status(url, response.status)
    if not response.body:
        return Failure("failed", "empty_answer", f"{shown(url)} answered with nothing in it.")
    return None


def _interpret(way: Spider, answer: Answer) -> Found:
    """What an answer came to, whatever it holds."""
    try:
        return way.read(answer)
    except Exception as error:
        logger.exception("reading %s", shown(answer.wanted.url))
        sentence = f"{shown(answer.wanted.url)} could not be read ({type(error).__name__})."
        return Found(problem=sentence, kind="unreadable_page", failed=True)


def _trouble(answer: Answer, response: Response, found: Found) -> Failure | None:
    """What makes an answer worthless by what it holds."""
    url = answer.wanted.url
    if says_reserved(response.headers) if found.reserved is None else found.reserved:
        return Failure("forbidden", "reserved", describe_reservation(url))
    if not any(link.kind in CONTENT for link in found.links):  # a wall leads to no publication
        wall = recognise_wall(response.status, answer.headers, answer.body, answer.url)
        if wall:
            return describe_wall(url, wall)
    return Failure("failed", found.kind, found.problem or "") if found.failed else None


def _type_of(probe: Probe, found: Found) -> str | None:
    return found.files[0][1].media_type or probe.media_type


def _headers(response: Response) -> dict[str, str]:
    return {
        name.decode("latin-1").lower(): values[-1].decode("latin-1")
        for name, values in response.headers.items()
        if values
    }


def _anchors(answer: Answer) -> set[str]:
    """The links of a page, none where the answer is no page."""
    if "html" not in (answer.media_type or ""):
        return set()
    page = read_hypertext(answer.body, answer.url, answer.headers.get("content-type"))
    return {anchor.url for anchor in page.anchors}


def _matches(source: Source, name: str, met: set[str]) -> list[int]:
    patterns = [re.compile(pattern) for pattern in getattr(source, name)]
    return [sum(1 for url in met if pattern.match(url)) for pattern in patterns]


def _root(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}/"


def _home(source: Source) -> Wanted:
    return Wanted(source.homepage, source.id, "listing")
