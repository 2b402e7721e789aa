"""Checking sources: what is asked of each, joined with what can be read of it, and a verdict.

Owns what fits and what no longer does. Asking is `pipeline.crawl`'s business and reading
`pipeline.extract`'s; as they may not know each other, this module, like `refresh`, knows both.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from corpora.registry import Source
from kb.problem_kinds import advise
from kb.settings import Settings
from kb.source_checks import record_check
from kb.store import Store
from pipeline.crawl import Probe, Probed, probe_sources, temporary_folder
from pipeline.crawl.check_report import CONTENT, PATTERN_FIELDS, ROBOTS
from pipeline.extract import extract_bytes
from pipeline.gathering import reached_web
from pipeline.progress import Progress, silent

SHOWN_CHARS = 200  # of one metadata value; an abstract is only to be recognised


@dataclass(frozen=True)
class Misfit:
    """Something about a source that no longer fits: its kind, where, what, and what to do."""

    kind: str
    url: str
    message: str
    advice: str = ""


@dataclass(frozen=True)
class SourceVerdict:
    """What a check of a source came to.

    `links` counts what the lists led to by kind of address, of `anchors` links on them; `records`
    what an interface listed at once. `metadata` is what could be read of one publication, by field.
    `remarks` are sentences that leave the source fitting. `probes` are all addresses asked.
    """

    source: str
    fits: bool
    reachable: bool
    allowed: bool
    links: dict[str, int]
    anchors: int
    records: int
    metadata: dict[str, str]
    document: str | None
    file: str | None
    crawl_delay_s: float | None
    misfits: tuple[Misfit, ...]
    remarks: tuple[str, ...]
    seconds: float
    matches: dict[str, list[int]]
    probes: tuple[Probe, ...]


def check_sources(
    settings: Settings,
    sources: Sequence[Source],
    *,
    demo: bool = False,
    progress: Progress = silent,
    say: Callable[[str], None] = lambda _: None,
) -> list[SourceVerdict]:
    """Look at each source through the crawl's guard and manners, and say what fits.

    One bad source never stops the rest. With `demo` the replica is asked and nothing else. Raises
    CrawlError where a live check has no contact address.
    """
    with (
        reached_web(settings, demo=demo, say=say) as port,
        temporary_folder(settings) as folder,
        progress("check", len(sources)) as step,
    ):
        found = probe_sources(
            settings,
            sources,
            Path(folder),
            replica_port=port,
            on_source=lambda source_id: step(1),
        )
        by_id = {probed.source_id: probed for probed in found}
        return [
            judge(source, by_id[source.id], _read_one(by_id[source.id], Path(folder)))
            for source in sources
        ]


def keep_verdicts(store: Store, verdicts: Iterable[SourceVerdict]) -> None:
    """Write each verdict with today's date into the record."""
    for verdict in verdicts:
        record_check(store, verdict.source, fits=verdict.fits, result=asdict(verdict))


@dataclass(frozen=True)
class Reading:
    """What could be read of the one publication that was met: where, by field, or why nothing."""

    url: str
    metadata: Mapping[str, str]
    reason: str | None = None


def judge(source: Source, probed: Probed, reading: Reading | None) -> SourceVerdict:
    """Say what fits of a source, given what was asked of it and read of one publication."""
    asked = [probe for probe in probed.probes if probe.what != ROBOTS]
    lists = [probe for probe in asked if probe.what not in CONTENT]
    content = [probe for probe in asked if probe.what in CONTENT]
    links = Counter[str]()
    for probe in lists:
        links.update(probe.links)
    read = next((probe for probe in content if probe.body), None)
    misfits = (
        *_failures(probed.probes, read),
        *_moved(asked),
        *_empty(source, probed, lists),
        *_unread(reading),
    )
    return SourceVerdict(
        source=source.id,
        fits=not misfits,
        reachable=any(probe.status is not None for probe in probed.probes),
        allowed=not any(probe.kind in ("robots", "robots_unread") for probe in probed.probes),
        links=dict(links),
        anchors=sum(probe.anchors for probe in lists),
        records=sum(probe.records for probe in lists),
        metadata=dict(reading.metadata) if reading else {},
        document=read.url if read else None,
        file=next((p.url for p in content if p.what == "document" and p.kind is None), None),
        crawl_delay_s=probed.crawl_delay_s,
        misfits=misfits,
        remarks=tuple(_remarks(source, probed, content, read)),
        seconds=probed.seconds,
        matches=probed.matches,
        probes=probed.probes,
    )


def _failures(probes: Iterable[Probe], read: Probe | None) -> Iterable[Misfit]:
    """What went wrong with an address; one dead link does not count where another one is alive."""
    told: set[tuple[str, str | None]] = set()  # one host that is down is told once
    for probe in probes:
        dead_link = read is not None and probe.what == "landing"
        if probe.kind is None or dead_link or (probe.kind, probe.message) in told:
            continue
        told.add((probe.kind, probe.message))
        yield _misfit(probe.kind, probe.url, probe.message or "")


def _moved(probes: Iterable[Probe]) -> Iterable[Misfit]:
    hosts: set[tuple[str, str]] = set()
    for probe in probes:
        old, new = _host(probe.url), _host(probe.final_url or probe.url)
        if old != new and (old, new) not in hosts and probe.kind is None:
            hosts.add((old, new))
            yield _misfit("moved", probe.url, f"The host {old} sends its visitors on to {new}.")


def _empty(source: Source, probed: Probed, lists: Sequence[Probe]) -> Iterable[Misfit]:
    """Lists that were answered and lead to nothing."""
    if not probed.silent and all(probe.what == ROBOTS for probe in probed.probes):
        sentence = f"The source {source.id} has no address to begin with that can be asked."
        yield _misfit("no_start", source.homepage, sentence)
    answered = [probe for probe in lists if probe.kind is None]
    led = any(probe.links.get(kind) for probe in answered for kind in CONTENT)
    if answered and not led and not any(probe.records for probe in answered):
        anchors = sum(probe.anchors for probe in answered)
        sentence = (
            f"{len(answered)} list(s) of {source.id} were read and none leads to a publication; "
            f"of their {anchors} links none matches a document or PDF pattern."
        )
        yield _misfit("nothing_found", answered[0].url, sentence)


def _unread(reading: Reading | None) -> Iterable[Misfit]:
    if reading is not None and "title" not in reading.metadata:
        why = reading.reason or f"No title could be read of {reading.url}."
        yield _misfit("no_metadata", reading.url, why)


def _remarks(
    source: Source, probed: Probed, content: Sequence[Probe], read: Probe | None
) -> Iterable[str]:
    if probed.silent:
        yield "Nothing was due to be asked: its interface is only asked for what is known of."
    for name in PATTERN_FIELDS:
        patterns = getattr(source, name)
        for pattern, count in zip(patterns, probed.matches.get(name, ()), strict=False):
            if count == 0:
                yield f"No address that was met matches the {_words(name)} {pattern}"
    if read is not None:
        for probe in content:
            if probe.what == "landing" and probe.kind is not None:
                yield f"One publication could not be read: {probe.message}"
        file = any(probe.what == "document" for probe in content)
        if source.pdf_patterns and not file:
            yield f"The publication at {read.url} leads to no file."
    if probed.sitemaps and source.sitemap is None:
        yield f"robots.txt names a sitemap that the source does not: {probed.sitemaps[0]}"
    least = source.crawl.min_delay_s if source.crawl else None
    if probed.crawl_delay_s and (least or 0) < probed.crawl_delay_s:
        yield f"robots.txt asks for {probed.crawl_delay_s:g} seconds between two requests."


def _read_one(probed: Probed, folder: Path) -> Reading | None:
    """Read the publication that was met, or else a record; None where neither was."""
    kept = [probe for probe in probed.probes if probe.body]
    kept.sort(key=lambda probe: probe.what != "landing")
    for probe in kept[:1]:
        url = probe.final_url or probe.url
        data = (folder / str(probe.body)).read_bytes()
        found = extract_bytes(data, media_type=probe.media_type, url=url)
        fields = {name: _shown(field.value) for name, field in sorted(found.metadata.items())}
        return Reading(url, fields, found.reason)
    return None


def _shown(value: Any) -> str:
    if isinstance(value, list | tuple):
        return "; ".join(_shown(part) for part in value)[:SHOWN_CHARS]
    if isinstance(value, dict):
        return " ".join(str(part) for part in value.values() if part)[:SHOWN_CHARS]
    return str(value)[:SHOWN_CHARS]


def _misfit(kind: str, url: str, message: str) -> Misfit:
    return Misfit(kind, url, message, advise(kind))


def _host(url: str) -> str:
    return (urlsplit(url).hostname or "").removeprefix("www.")


def _words(name: str) -> str:
    return name.removesuffix("s").replace("_", " ")
