"""The metadata in the head of a landing page, in each publisher's own habit.

Owns citation_* tags, Dublin Core, JSON-LD and Open Graph; sites with only visible text get none.
A fact that is not known gives no tag.
"""

import json
from dataclasses import dataclass, field
from typing import Any

from corpora.replica.document import author_name
from corpora.replica.plan import Placement
from corpora.starter import StarterAuthor, StarterPublication

FIRST_LAST = ("–", "-")
"""What stands between first and last page."""

LOCALES = {
    "nb": "nb_NO",
    "nn": "nn_NO",
    "sv": "sv_SE",
    "da": "da_DK",
    "fi": "fi_FI",
    "is": "is_IS",
    "en": "en_GB",
}


@dataclass(frozen=True)
class HeadMetadata:
    """Tags as (attribute, name, content), and one JSON-LD object or None."""

    tags: tuple[tuple[str, str, str], ...] = ()
    json_ld: dict[str, Any] | None = field(default=None)

    @property
    def json_ld_text(self) -> str:
        """The object as JSON that can stand inside a script element."""
        return json.dumps(self.json_ld, ensure_ascii=False, indent=1).replace("<", "\\u003c")


def describe_head(placement: Placement) -> HeadMetadata:
    """Return the head metadata of a publication's landing page in its host's habit."""
    publication = placement.publication
    style = placement.host.meta
    if style == "json-ld":
        return HeadMetadata(json_ld=_json_ld(placement))
    if style == "visible":
        return HeadMetadata()
    write = {"citation": _citation, "dc": _dublin_core, "open-graph": _open_graph}[style]
    attribute = "property" if style == "open-graph" else "name"
    pairs = write(placement, publication)
    return HeadMetadata(
        tuple((attribute, name, str(value)) for name, value in pairs if value is not None)
    )


def name_reversed(author: StarterAuthor) -> str:
    """Return "Family, Given", or the body's name."""
    if author.literal:
        return author.literal
    return f"{author.family}, {author.given}" if author.given else str(author.family)


def split_pages(pages: str | None) -> tuple[str | None, str | None]:
    """Return first and last page of "571–579"; None where they are not known."""
    for mark in FIRST_LAST:
        if pages and mark in pages:
            first, last = pages.split(mark, 1)
            return first.strip(), last.strip()
    return pages, None


Pairs = list[tuple[str, str | int | None]]


def _citation(placement: Placement, publication: StarterPublication) -> Pairs:
    host = placement.host
    first, last = split_pages(publication.pages)
    pairs: Pairs = [("citation_title", publication.title)]
    pairs += [("citation_author", name_reversed(author)) for author in publication.authors or ()]
    pairs += [
        ("citation_publication_date", publication.year),
        ("citation_publisher", publication.publisher),
        ("citation_technical_report_number", publication.series),
        ("citation_journal_title", publication.journal),
        ("citation_volume", publication.volume),
        ("citation_issue", publication.issue),
        ("citation_firstpage", first),
        ("citation_lastpage", last),
        ("citation_doi", publication.doi),
        ("citation_isbn", publication.isbn),
        ("citation_issn", publication.issn),
        ("citation_language", publication.language),
        ("citation_abstract", publication.abstract),
        ("citation_public_url", publication.url),
        ("citation_abstract_html_url", f"{host.base}{placement.landing}"),
    ]
    for form in placement.file_forms:
        kind = "citation_pdf_url" if form in {"pdf", "pdf2", "scan"} else "citation_fulltext_url"
        pairs.append((kind, f"{host.base}{placement.file_path(form)}"))
    return pairs


def _dublin_core(placement: Placement, publication: StarterPublication) -> Pairs:
    pairs: Pairs = [("DC.title", publication.title)]
    pairs += [("DC.creator", name_reversed(author)) for author in publication.authors or ()]
    pairs += [
        ("DC.publisher", publication.publisher),
        ("DCTERMS.issued", publication.year),
        ("DC.language", publication.language),
        ("DCTERMS.abstract", publication.abstract),
        ("DC.relation.ispartof", publication.series or publication.journal),
        ("DC.identifier", f"urn:isbn:{publication.isbn}" if publication.isbn else None),
        ("DC.identifier", f"doi:{publication.doi}" if publication.doi else None),
        ("DC.identifier", publication.url),
        ("DCTERMS.source", publication.url),
    ]
    return pairs


def _open_graph(placement: Placement, publication: StarterPublication) -> Pairs:
    pairs: Pairs = [
        ("og:title", publication.title),
        ("og:type", "article"),
        ("og:site_name", placement.host.title),
        ("og:locale", LOCALES.get(publication.language)),
        ("og:description", publication.abstract),
        ("og:url", publication.url),
        ("article:published_time", publication.year),
    ]
    pairs += [("article:author", author_name(author)) for author in publication.authors or ()]
    return pairs


def _json_ld(placement: Placement) -> dict[str, Any]:
    publication = placement.publication
    host = placement.host
    values: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "ScholarlyArticle" if publication.journal else "Report",
        "name": publication.title,
        "author": [
            {"@type": "Organization", "name": author.literal}
            if author.literal
            else {
                "@type": "Person",
                "familyName": author.family,
                "givenName": author.given,
                "name": author_name(author),
            }
            for author in publication.authors or ()
        ],
        "datePublished": str(publication.year) if publication.year else None,
        "publisher": {"@type": "Organization", "name": publication.publisher}
        if publication.publisher
        else None,
        "isPartOf": {"@type": "CreativeWorkSeries", "name": publication.series}
        if publication.series
        else None,
        "reportNumber": publication.series,
        "isbn": publication.isbn,
        "issn": publication.issn,
        "inLanguage": publication.language,
        "abstract": publication.abstract,
        "url": f"{host.base}{placement.landing}",
        "isBasedOn": publication.url,
        "sameAs": publication.url,
        "encoding": [
            {"@type": "MediaObject", "contentUrl": f"{host.base}{placement.file_path(form)}"}
            for form in placement.file_forms
        ],
    }
    return {key: value for key, value in values.items() if value not in (None, [])}
