"""Renders the whole replica into a folder, once: pages, files, sitemaps, robots, records, truth.

Owns the order of the work and the content hash by which a rendered folder is known to be current.
How each form looks is left to the writers.
"""

import hashlib
import json
from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from corpora.errors import ReplicaError
from corpora.replica.document import Document, FillerLog, make_document
from corpora.replica.forms import MEDIA_TYPES, RenderedFile, render_file
from corpora.replica.hosts import HOSTS, Host
from corpora.replica.oai import describe_dc, describe_mods
from corpora.replica.pages import (
    RELATED,
    alternates_of,
    chapter_pages,
    chapters_of,
    landing_page,
    site_pages,
)
from corpora.replica.plan import (
    ONLY_IN_OAI,
    ONLY_IN_SITEMAP,
    Form,
    Placement,
    make_plan,
    stable_number,
)
from corpora.replica.signposts import FORBIDDEN_PATH, robots_txt, sitemap_files
from corpora.replica.storage import OaiRecord, Repository, SiteWriter, load_site
from corpora.replica.text import load_texts, texts_for
from corpora.replica.truth import (
    Filler,
    GoldPassage,
    Truth,
    TruthFile,
    TruthPublication,
    load_truth,
    save_truth,
)
from corpora.starter import StarterPublication, load_starter

HTML = "text/html; charset=utf-8"
FIRST_MODIFIED = 1735725600
"""Seconds since 1970: 2025-01-01 10:00 UTC. What the sites say they were changed is invented."""
DAY_S = 86400
NOT_SHOWN = ("passages", "queries", "seen_in", "evidence_type", "method", "countries")
"""Fields of a starter publication that no page depends on: labels, and what passages are."""


@dataclass
class Rendering:
    """What is collected while the sites are rendered."""

    writer: SiteWriter
    files: dict[str, list[TruthFile]]
    fillers: dict[str, list[Filler]]
    rendered: dict[tuple[str, Form], RenderedFile]


def build_replica(
    folder: Path, publications: tuple[StarterPublication, ...] | None = None
) -> Truth:
    """Render every site into `folder` and return the truth; a current folder is left as it is."""
    publications = publications or load_starter()
    content = hash_content(publications)
    try:
        if load_site(folder).content == content and load_truth(folder).content == content:
            return load_truth(folder)
    except ReplicaError:
        pass
    work = Rendering(SiteWriter(folder), defaultdict(list), defaultdict(list), {})
    plan = make_plan(publications)
    for host in HOSTS:
        _render_host(host, [place for place in plan if place.host is host], work)
    truth = _make_truth(content, publications, work)
    save_truth(truth, folder)
    work.writer.finish(content)
    return truth


def hash_content(publications: tuple[StarterPublication, ...]) -> str:
    """Return the hash of everything the rendering depends on: texts, templates and this code."""
    import reportlab

    digest = hashlib.sha256(str(reportlab.__version__).encode())
    passage_fields = {"passages": {"__all__": {"n", "section", "text"}}}
    for publication in publications:
        facts = publication.model_dump(mode="json", exclude=set(NOT_SHOWN))
        texts = publication.model_dump(mode="json", include=passage_fields)
        digest.update(json.dumps([facts, texts], sort_keys=True).encode())
    package = Path(__file__).parent
    for path in sorted(package.rglob("*")):
        if path.suffix in {".py", ".yaml", ".html"}:
            digest.update(path.relative_to(package).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()


def modified_at(placement: Placement) -> int:
    """Return when a publication's pages say they were last changed: a day of early 2025."""
    return FIRST_MODIFIED + stable_number(placement.publication.id) % 120 * DAY_S


def _render_host(host: Host, placements: list[Placement], work: Rendering) -> None:
    """Render one site: its publications, its listing pages and its signposts."""
    paths: list[tuple[str, int]] = []
    for position, placement in enumerate(placements):
        related = [
            p
            for p in placements[position + 1 :] + placements[:position]
            if p.publication is not placement.publication
            and p.publication.id not in ONLY_IN_OAI | ONLY_IN_SITEMAP
        ]
        paths += _render_publication(placement, tuple(related[:RELATED]), work)
    hidden = ONLY_IN_SITEMAP | ONLY_IN_OAI
    listed = [place for place in placements if place.publication.id not in hidden]
    newest = max((modified_at(place) for place in placements), default=FIRST_MODIFIED)
    for path, html in site_pages(host, listed):
        work.writer.put(host.name, path, html.encode(), HTML, newest)
    bare = host.listing.rstrip("/")
    if bare != host.listing:
        work.writer.redirect(host.name, bare, host.listing)
    work.writer.put(host.name, "/robots.txt", robots_txt(host).encode(), "text/plain", newest)
    oai_only = {place.landing for place in placements if place.publication.id in ONLY_IN_OAI}
    shown = [(path, changed) for path, changed in paths if path not in oai_only]
    for path, xml in sitemap_files(host, shown):
        work.writer.put(host.name, path, xml, "application/xml", newest)
    if host.oai:
        work.writer.repositories[host.name] = Repository(
            path=host.oai, name=host.title, records=_records(host, placements)
        )


def _render_publication(
    placement: Placement, related: tuple[Placement, ...], work: Rendering
) -> list[tuple[str, int]]:
    """Render a publication's pages and files on one site; returns its HTML paths with dates."""
    host, changed = placement.host, modified_at(placement)
    article = make_document(placement, "article") if "article" in placement.forms else None
    report = make_document(placement, "chapters") if "chapters" in placement.forms else None
    chapters = chapters_of(report) if report else ()
    other = replace(placement, edition=3 - placement.edition) if placement.edition else None
    landing = partial(
        landing_page,
        placement,
        document=article,
        chapters=chapters,
        related=related,
        other_edition=other.landing if other else None,
    )
    pages = [landing()]
    if host.translation and len(alternates_of(placement)) > 1:
        pages.append(landing(language=host.translation.language))
    if report:
        pages += chapter_pages(report, chapters)
    digests = {
        path: work.writer.put(host.name, path, html.encode(), HTML, changed) for path, html in pages
    }
    if article:
        _note_html(
            placement, article, "article", {placement.landing: digests[placement.landing]}, work
        )
    if report:
        _note_html(
            placement,
            report,
            "chapters",
            {chapter.path: digests[chapter.path] for chapter in chapters},
            work,
        )
    _note_filler(placement, work)
    for form in placement.file_forms:
        _render_download(placement, form, work)
    return [(path, changed) for path, _ in pages]


def _note_html(
    placement: Placement, document: Document, form: Form, pages: dict[str, str], work: Rendering
) -> None:
    """Note a publication in HTML: `pages` are its paths, in order, with their SHA-256."""
    base = placement.host.base
    work.files[placement.publication.id].append(
        TruthFile(
            form=form,
            host=placement.host.name,
            landing=f"{base}{placement.landing}",
            urls=tuple(f"{base}{path}" for path in pages),
            media_type="text/html",
            sha256=next(iter(pages.values())),
            mirror=placement.mirror,
            edition=placement.edition,
            passages=tuple(p.n for p in document.passages),
        )
    )
    work.fillers[placement.publication.id] += document.fillers.at(f"{base}{next(iter(pages))}")


def _note_filler(placement: Placement, work: Rendering) -> None:
    """Note what every landing page says beside the text: the notice and the edition."""
    log = FillerLog()
    log.add("notice", texts_for(placement.host.language).notice_for(placement.publication.url))
    if placement.edition:
        words = texts_for(placement.publication.language)
        log.add("edition", words.word(f"edition_{placement.edition}"))
    url = f"{placement.host.base}{placement.landing}"
    work.fillers[placement.publication.id] += log.at(url)


def _render_download(placement: Placement, form: Form, work: Rendering) -> None:
    """Render one file, or take the bytes already rendered for its first address."""
    key = (f"{placement.publication.id}:{placement.edition}", form)
    if key not in work.rendered:
        work.rendered[key] = render_file(placement, form)
    rendered = work.rendered[key]
    url = f"{placement.host.base}{placement.file_path(form)}"
    digest = work.writer.put(
        placement.host.name,
        placement.file_path(form),
        rendered.body,
        MEDIA_TYPES[form],
        modified_at(placement),
    )
    work.files[placement.publication.id].append(
        TruthFile(
            form=form,
            host=placement.host.name,
            landing=f"{placement.host.base}{placement.landing}",
            urls=(url,),
            media_type=MEDIA_TYPES[form],
            sha256=digest,
            pages=rendered.pages,
            edition=placement.edition,
            mirror=placement.mirror,
            passages=rendered.passages,
            places=rendered.places,
        )
    )
    work.fillers[placement.publication.id] += rendered.fillers.at(url)


def _records(host: Host, placements: list[Placement]) -> tuple[OaiRecord, ...]:
    """Return the site's OAI-PMH records by date, one of them deleted."""
    number = host.name.split("-")[0]
    records = [
        OaiRecord(
            identifier=f"oai:{host.name}:{placement.number}",
            datestamp=_stamp(modified_at(placement)),
            sets=("reports",),
            payloads={"oai_dc": describe_dc(placement), "mods": describe_mods(placement)},
        )
        for placement in placements
    ]
    records.append(
        OaiRecord(
            identifier=f"oai:{host.name}:{number}-withdrawn",
            deleted=True,
            datestamp="2025-02-01T10:00:00Z",
            sets=("reports",),
        )
    )
    return tuple(sorted(records, key=lambda record: (record.datestamp, record.identifier)))


def _stamp(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _make_truth(
    content: str, publications: tuple[StarterPublication, ...], work: Rendering
) -> Truth:
    chrome = []
    for host in HOSTS:
        texts = load_texts()[host.language]
        chrome += [
            Filler(kind="chrome", text=text, url=host.base)
            for text in (*texts.words.values(), texts.site_notice)
        ]
    return Truth(
        content=content,
        publications=tuple(
            TruthPublication(
                id=publication.id,
                original_url=publication.url,
                language=publication.language,
                title=publication.title,
                abstract=publication.abstract,
                passages=tuple(
                    GoldPassage(n=p.n, section=p.section, text=p.text) for p in publication.passages
                ),
                files=tuple(work.files[publication.id]),
                fillers=tuple(dict.fromkeys(work.fillers[publication.id])),
            )
            for publication in publications
        ),
        chrome=tuple(chrome),
        forbidden=tuple(f"{host.base}{FORBIDDEN_PATH}" for host in HOSTS),
    )
