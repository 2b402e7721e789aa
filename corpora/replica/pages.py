"""The HTML pages of a replica site: home, listings, landing pages, chapters, articles.

Owns the templates' contexts and which addresses the pages link. Head metadata comes from `meta`,
the text from `document`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from corpora.replica.document import Document, Section, author_names, facts_of
from corpora.replica.hosts import Host
from corpora.replica.meta import HeadMetadata, describe_head
from corpora.replica.plan import Placement, slugify
from corpora.replica.signposts import FORBIDDEN_PATH
from corpora.replica.text import texts_for

TEMPLATES = Path(__file__).with_name("templates")
SECTIONS_A_CHAPTER = 2
RELATED = 3

Page = tuple[str, str]
"""A path and the page's HTML."""


@dataclass(frozen=True)
class Chapter:
    """One page of a report in HTML."""

    number: int
    path: str
    title: str
    sections: tuple[Section, ...]


@cache
def _environment() -> Any:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _render(template: str, host: Host, title: str, **values: Any) -> str:
    """Fill a template; everything the base template needs has a value."""
    defaults: dict[str, Any] = {
        "host": host,
        "title": title,
        "language": host.language,
        "chrome": texts_for(host.language),
        "canonical": None,
        "alternates": (),
        "head": HeadMetadata(),
        "previous": None,
        "next": None,
        "notice": False,
        "notice_text": "",
        "listing": False,
    }
    return str(_environment().get_template(template).render(defaults | values))


def site_pages(host: Host, placements: list[Placement]) -> Iterator[Page]:
    """Yield home, about, the forbidden page and the listing pages of a site."""
    words = texts_for(host.language)
    yield "/", _render("plain.html", host, host.title, listing=True)
    yield "/om/", _render("plain.html", host, words.word("about"))
    yield FORBIDDEN_PATH, _render("plain.html", host, words.word("staff"))
    pages = [
        placements[start : start + host.per_page]
        for start in range(0, len(placements), host.per_page)
    ]
    for number, shown in enumerate(pages, 1):
        items = [
            {
                "href": item.landing,
                "title": item.publication.title,
                "byline": ", ".join(
                    [*author_names(item.publication), str(item.publication.year or "")]
                ).strip(", "),
                "original": item.publication.url,
            }
            for item in shown
        ]
        yield (
            listing_path(host, number),
            _render(
                "listing.html",
                host,
                words.word("publications"),
                items=items,
                previous=listing_path(host, number - 1) if number > 1 else None,
                next=listing_path(host, number + 1) if number < len(pages) else None,
            ),
        )


def listing_path(host: Host, number: int) -> str:
    """Return the path of listing page `number`, counted from 1."""
    if number == 1:
        return host.listing
    counted = (number - 1) * host.per_page if "offset=" in host.listing_next else number
    return host.listing_next.format(page=counted)


def chapters_of(document: Document) -> tuple[Chapter, ...]:
    """Cut a document into HTML pages of a few sections each."""
    placement = document.placement
    chapters = []
    for start in range(0, len(document.sections), SECTIONS_A_CHAPTER):
        sections = document.sections[start : start + SECTIONS_A_CHAPTER]
        number = 1 + start // SECTIONS_A_CHAPTER
        part = slugify(sections[0].heading) or "del"
        path = placement.address(placement.host.chapter, chapter=number, part=f"{part}")
        chapters.append(Chapter(number, path, document.heading(sections[0]), sections))
    return tuple(chapters)


def landing_page(
    placement: Placement,
    *,
    document: Document | None = None,
    chapters: tuple[Chapter, ...] = (),
    related: tuple[Placement, ...] = (),
    other_edition: str | None = None,
    language: str | None = None,
) -> Page:
    """Return a publication's landing page.

    `document` sets its whole text on the page, `chapters` a table of contents; `language` is given
    for the translated page, whose furniture and heading are in that language.
    """
    host, publication = placement.host, placement.publication
    texts = texts_for(publication.language)
    tongue = language or host.language
    chrome = texts_for(tongue)
    heading = (publication.title_en if language else None) or publication.title
    path = (
        placement.address(host.translation.document)
        if language and host.translation
        else (placement.landing)
    )
    html = _render(
        "landing.html",
        host,
        heading,
        language=tongue,
        chrome=chrome,
        canonical=publication.url,
        alternates=alternates_of(placement),
        head=describe_head(placement),
        notice=True,
        notice_text=_notice_without_address(placement, tongue),
        next=chapters[0].path if chapters else None,
        heading=heading,
        original_title=publication.title if heading != publication.title else None,
        authors=author_names(publication),
        edition=placement.edition,
        texts=texts,
        other_edition=other_edition,
        publication=publication,
        chapters=[
            {"href": f"{chapter.path}#s{section.number}", "title": section.heading}
            for chapter in chapters
            for section in chapter.sections
        ],
        files=[
            {"href": placement.file_path(form), "kind": _kind(form)}
            for form in placement.file_forms
        ],
        facts=facts_of(publication, chrome),
        document=document,
        notes=_note_numbers(document) if document else {},
        related=[{"href": item.landing, "title": item.publication.title} for item in related],
    )
    return path, html


def chapter_pages(document: Document, chapters: tuple[Chapter, ...]) -> Iterator[Page]:
    """Yield the pages of a report in HTML, each linked to the next."""
    placement = document.placement
    publication = placement.publication
    for position, chapter in enumerate(chapters):
        yield (
            chapter.path,
            _render(
                "chapter.html",
                placement.host,
                f"{chapter.title} – {publication.title}",
                language=publication.language,
                chrome=document.texts,
                canonical=publication.url,
                notice=True,
                notice_text=_notice_without_address(placement, publication.language),
                publication=publication,
                document=document,
                sections=chapter.sections,
                up=placement.landing,
                last=chapter is chapters[-1],
                notes=_note_numbers(document),
                previous=chapters[position - 1].path if position else placement.landing,
                next=chapters[position + 1].path if position + 1 < len(chapters) else None,
            ),
        )


def alternates_of(placement: Placement) -> tuple[tuple[str, str], ...]:
    """Return language and address of each language version of a landing page."""
    host = placement.host
    if host.translation is None or placement.edition:
        return ()
    tongue, template = host.translation.language, host.translation.document
    return (
        (host.language, f"{host.base}{placement.landing}"),
        (tongue, f"{host.base}{placement.address(template)}"),
    )


def _notice_without_address(placement: Placement, language: str) -> str:
    """Return the notice up to the address, which the template sets as a link."""
    return texts_for(language).notice.format(url="").rstrip()


def _note_numbers(document: Document) -> dict[int, int]:
    return {n: number for number, n in enumerate(sorted(document.footnotes), 1)}


def _kind(form: str) -> str:
    return {"docx": "Word", "pptx": "PowerPoint"}.get(form, "PDF")
