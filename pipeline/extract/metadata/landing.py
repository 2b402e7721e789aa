"""Bibliographic metadata of a web page: citation_*, Dublin Core, JSON-LD, Open Graph, labels.

Owns what each vocabulary's names mean and how far each is trusted. Addresses come back absolute.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urljoin

from lxml.html import HtmlElement

from pipeline.extract.html_tree import content_elements, label_line
from pipeline.extract.metadata import Fields, merge
from pipeline.extract.metadata.imprint import (
    is_date_line,
    is_imprint_line,
    read_byline,
    read_imprint,
)
from pipeline.extract.metadata.labels import is_identifier_line, read_labels
from pipeline.extract.metadata.linked_data import items_of, linked_data, text_of
from pipeline.extract.metadata.names import parse_name_list
from pipeline.extract.metadata.site_name import site_names, without_site
from pipeline.extract.metadata.values import (
    clean,
    find_doi,
    find_isbn,
    find_issn,
    find_year,
    is_address,
)
from pipeline.language import normalise
from pipeline.records import Field

# Confidence of each vocabulary: made for citing first, made for sharing last.
CITATION, DUBLIN_CORE, JSON_LD, OPEN_GRAPH, PAGE_TITLE = 0.98, 0.92, 0.9, 0.7, 0.5

_CITATION = {
    "title": "title",
    "publication_date": "year",
    "date": "year",
    "online_date": "year",
    "year": "year",
    "publisher": "publisher",
    "technical_report_institution": "publisher",
    "dissertation_institution": "publisher",
    "technical_report_number": "number",
    "series_title": "series",
    "journal_title": "journal",
    "volume": "volume",
    "issue": "issue",
    "isbn": "isbn",
    "issn": "issn",
    "doi": "doi",
    "language": "language",
    "public_url": "url",
    "abstract": "abstract",
}
_DUBLIN_CORE = {
    "title": "title",
    "creator": "authors",
    "contributor.author": "authors",
    "date": "year",
    "date.issued": "year",
    "issued": "year",
    "publisher": "publisher",
    "ispartofseries": "series",
    "relation.ispartofseries": "series",
    "ispartof": "series",
    "relation.ispartof": "series",
    "source": "series",
    "identifier": "identifier",
    "identifier.doi": "doi",
    "identifier.isbn": "isbn",
    "identifier.issn": "issn",
    "identifier.uri": "identifier",
    "language": "language",
    "description": "abstract",
    "description.abstract": "abstract",
    "abstract": "abstract",
}
_ARTICLE_TYPES = frozenset(
    "Report ScholarlyArticle Article NewsArticle TechArticle Book Thesis Chapter CreativeWork"
    " DigitalDocument PresentationDigitalDocument PublicationIssue WebPage BlogPosting".split()
)


def _year(text: str) -> int | None:
    return find_year(text)


_CLEANERS: dict[str, Callable[[str], Any]] = {
    "year": _year,
    "doi": find_doi,
    "isbn": find_isbn,
    "issn": find_issn,
    "language": normalise,
}


def read_landing(tree: HtmlElement, url: str | None) -> Fields:
    """Return the metadata of a parsed page; `url` is the address it was fetched from."""
    metas = [(name.lower(), content) for name, content in _metas(tree)]
    lines = _label_lines(tree)
    imprint = [line for line in lines if is_imprint_line(line) or is_identifier_line(line)]
    fields = merge(
        [
            _original(metas, tree, url),
            _citation(metas),
            _dublin_core(metas),
            _json_ld(tree),
            _open_graph(metas),
            read_labels(lines, origin="visible"),
            read_imprint(imprint, "visible"),
            _byline(tree),
            _page_title(tree),
        ]
    )
    if "title" in fields:
        fields["title"] = without_site(fields["title"], site_names(tree, metas, url))
    return fields


def _metas(tree: HtmlElement) -> Iterator[tuple[str, str]]:
    for meta in tree.iter("meta"):
        name = meta.get("name") or meta.get("property") or meta.get("itemprop")
        content = clean(meta.get("content") or "")
        if name and content:
            yield name.strip(), content


def _put(fields: Fields, key: str, text: str, origin: str, confidence: float) -> None:
    value = _CLEANERS.get(key, clean)(text)
    if key not in ("url", *_CLEANERS) and is_address(text):
        return  # what a relation or a source points at is no series, journal or publisher
    if value not in (None, "") and key not in fields:
        fields[key] = Field(value, origin, confidence)


def _original(metas: list[tuple[str, str]], tree: HtmlElement, url: str | None) -> Fields:
    """Return the publication's own address: declared original, public URL, else canonical."""
    fields: Fields = {}
    for name, confidence in (("samvirke:original", 1.0), ("citation_public_url", CITATION)):
        for meta, content in metas:
            if meta == name and content.startswith(("http://", "https://")):
                _put(fields, "url", content, name, confidence)
    for link in tree.iter("link"):
        if (link.get("rel") or "").lower() == "canonical" and link.get("href"):
            _put(fields, "url", urljoin(url or "", link.get("href")), "canonical", 0.9)
    for meta, content in metas:
        if meta == "og:url" and content.startswith(("http://", "https://")):
            _put(fields, "url", content, "open-graph", OPEN_GRAPH)
    return {key: field for key, field in fields.items() if field.value.startswith("http")}


def _citation(metas: list[tuple[str, str]]) -> Fields:
    fields: Fields = {}
    authors: list[str] = []
    pages: dict[str, str] = {}
    for name, content in metas:
        if not name.startswith("citation_"):
            continue
        key = name.removeprefix("citation_")
        if key in ("author", "authors"):
            authors.extend(part for part in content.split(";") if part.strip())
        elif key in ("firstpage", "lastpage"):
            pages[key] = content
        elif key in _CITATION:
            _put(fields, _CITATION[key], content, "citation_" + key, CITATION)
    if authors:
        fields["authors"] = Field(parse_name_list(authors), "citation_author", CITATION)
    if "firstpage" in pages:
        span = "–".join(dict.fromkeys([pages["firstpage"], pages.get("lastpage", "")])).strip("–")
        fields["pages"] = Field(span, "citation_firstpage", CITATION)
    return fields


def _dublin_core(metas: list[tuple[str, str]]) -> Fields:
    fields: Fields = {}
    authors: list[str] = []
    for name, content in metas:
        prefix, _, key = name.partition(".")
        if prefix not in ("dc", "dcterms", "eprints"):
            continue
        known = _DUBLIN_CORE.get(key)
        if known == "authors":
            authors.append(content)
        elif known == "identifier":
            for kind in ("doi", "isbn", "issn"):
                if kind != "issn" or "issn" in content.lower():
                    _put(fields, kind, content, "dc", DUBLIN_CORE)
        elif known == "series":
            series, _, number = content.partition(";")
            _put(fields, "series", series, "dc", DUBLIN_CORE)
            _put(fields, "number", number, "dc", DUBLIN_CORE)
        elif known:
            _put(fields, known, content, "dc", DUBLIN_CORE)
    if authors:
        fields["authors"] = Field(parse_name_list(authors), "dc", DUBLIN_CORE)
    return fields


def _open_graph(metas: list[tuple[str, str]]) -> Fields:
    fields: Fields = {}
    authors = [
        content
        for name, content in metas
        if name in ("article:author", "book:author") and not content.startswith("http")
    ]
    if authors:
        fields["authors"] = Field(parse_name_list(authors), "open-graph", OPEN_GRAPH)
    named = {
        "og:title": "title",
        "og:site_name": "publisher",
        "article:published_time": "year",
        "og:locale": "language",
        "book:isbn": "isbn",
    }
    for name, content in metas:
        if name in named:
            confidence = OPEN_GRAPH - (0.2 if name == "og:site_name" else 0.0)
            _put(fields, named[name], content, "open-graph", confidence)
    return fields


def _json_ld(tree: HtmlElement) -> Fields:
    fields: Fields = {}
    for data in linked_data(tree):
        for item in items_of(data, _ARTICLE_TYPES):
            _read_ld_item(item, fields)
    return fields


def _read_ld_item(item: dict[str, Any], fields: Fields) -> None:
    simple = {
        "name": "title",
        "headline": "title",
        "alternativeHeadline": "subtitle",
        "datePublished": "year",
        "publisher": "publisher",
        "sourceOrganization": "publisher",
        "isbn": "isbn",
        "issn": "issn",
        "inLanguage": "language",
        "abstract": "abstract",
        "reportNumber": "number",
        "doi": "doi",
        "identifier": "doi",
        "sameAs": "doi",
        "pagination": "pages",
        "funder": "commissioner",
    }
    for name, key in simple.items():
        if name in item:
            _put(fields, key, text_of(item[name]), "json-ld", JSON_LD)
    part = item.get("isPartOf")
    if isinstance(part, dict):
        journal = part.get("@type") in ("Periodical", "PublicationVolume", "PublicationIssue")
        _put(fields, "journal" if journal else "series", text_of(part), "json-ld", JSON_LD)
        _put(fields, "issn", text_of(part.get("issn")), "json-ld", JSON_LD)
    authors = item.get("author") or item.get("creator")
    if authors and "authors" not in fields:
        listed = authors if isinstance(authors, list) else [authors]
        names = [_ld_author(author) for author in listed]
        parsed = parse_name_list([name for name in names if name])
        if parsed:
            fields["authors"] = Field(parsed, "json-ld", JSON_LD)


def _ld_author(author: Any) -> str:
    if isinstance(author, dict) and author.get("familyName"):
        return clean(f"{author['familyName']}, {author.get('givenName', '')}").rstrip(", ")
    return text_of(author)


def _byline(tree: HtmlElement) -> Fields:
    """Return authors and date that elements give by class or as a line of names under the title."""
    fields: Fields = {}
    for element in content_elements(tree):
        if element.tag not in ("p", "div", "span", "li", "address", "time", "a"):
            continue
        named = f"{element.get('class') or ''} {element.get('rel') or ''}".lower()
        text = clean(element.text_content()) if len(element) <= 12 else ""
        if not 3 < len(text) < 300 or any(label_line(part) for part in element):
            continue
        marked = any(word in named for word in ("author", "byline", "forfatt", "författ"))
        if "authors" not in fields and (marked or _under_title(element)):
            names = read_byline(text, marked=marked)
            if names:
                fields["authors"] = Field(names, "visible", 0.7 if marked else 0.65)
        if "year" not in fields and (
            element.tag == "time" or ("date" in named and is_date_line(text))
        ):
            _put(fields, "year", element.get("datetime") or text, "visible", 0.6)
    return fields


def _under_title(element: HtmlElement) -> bool:
    """Return whether an element stands among the three after the page's first heading."""
    before = element
    for _ in range(3):
        before = before.getprevious()
        if before is None:
            return False
        if before.tag == "h1":
            return True
    return False


def _page_title(tree: HtmlElement) -> Fields:
    heading = tree.find(".//h1")
    if heading is not None and clean(heading.text_content()):
        return {"title": Field(clean(heading.text_content()), "visible", 0.65)}
    title = tree.find(".//title")
    if title is not None and clean(title.text_content()):
        bare = clean(title.text_content())
        return {"title": Field(bare, "html-title", PAGE_TITLE)}
    return {}


def _label_lines(tree: HtmlElement) -> list[str]:
    """Return "label: value" lines from definition lists, two-cell rows and short paragraphs."""
    lines: list[str] = []
    for element in content_elements(tree):
        pair = None if element.tag in ("dt", "dd") else label_line(element)
        if pair is not None:
            lines.append(pair)
        elif element.tag == "dt":
            values = []
            following = element.getnext()
            while following is not None and following.tag == "dd":
                values.append(clean(following.text_content()))
                following = following.getnext()
            lines.append(f"{clean(element.text_content()).rstrip(':')}: {'; '.join(values)}")
        elif element.tag == "tr":
            cells = [clean(cell.text_content()) for cell in element if cell.tag in ("td", "th")]
            if len(cells) == 2:
                lines.append(f"{cells[0].rstrip(':')}: {cells[1]}")
        elif element.tag in ("p", "li", "div", "span") and len(element) <= 4:
            text = clean(element.text_content()) if element.find(".//p") is None else ""
            if 4 < len(text) < 300:
                lines.append(text)
    return lines
