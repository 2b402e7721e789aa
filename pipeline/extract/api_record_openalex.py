"""OpenAlex's works.

Owns the meaning of OpenAlex's fields. Abstracts come as lists of places for each word.
"""

from __future__ import annotations

from typing import Any

from pipeline.extract.api_record_values import abstract, language, names, part, parts, plain, year

MAX_WORDS = 20_000  # places of an abstract; anything beyond is no abstract
_TYPES = {
    "article": "article-journal",
    "review": "article-journal",
    "editorial": "article-journal",
    "letter": "article-journal",
    "book": "book",
    "book-chapter": "chapter",
    "dissertation": "thesis",
    "report": "report",
    "dataset": "dataset",
    "preprint": "article",
    "standard": "standard",
}


def read_openalex(record: dict[str, Any]) -> dict[str, Any]:
    """Return what a work's record says, under our names."""
    place = part(record, "primary_location")
    host = part(place, "source")
    kind = _TYPES.get(plain(record.get("type")), "")
    container = plain(part(host, "display_name"))
    journal = container if part(host, "type") == "journal" else ""
    biblio = part(record, "biblio")
    pages = [plain(part(biblio, key)) for key in ("first_page", "last_page")]
    return {
        "title": plain(record.get("title")),
        "authors": names(
            part(author, "author", "display_name") or author.get("raw_author_name")
            for author in parts(record.get("authorships"))
        ),
        "year": year(record.get("publication_year")) or year(record.get("publication_date")),
        "journal": journal if kind != "chapter" else "",
        "book": container if kind == "chapter" and part(host, "type") != "repository" else "",
        "publisher": "" if journal else plain(part(host, "host_organization_name")),
        "issn": plain(part(host, "issn_l")) if journal else "",
        "volume": plain(part(biblio, "volume")),
        "issue": plain(part(biblio, "issue")),
        "pages": "-".join(dict.fromkeys(page for page in pages if page)),
        "doi": plain(record.get("doi")),
        "language": language(record.get("language")),
        "abstract": abstract(rebuild_abstract(record.get("abstract_inverted_index"))),
        "type": kind,
        "url": plain(part(place, "landing_page_url")),
    }


def rebuild_abstract(index: Any) -> str:
    """Return the text that an inverted index ({word: [places]}) was made of, or ""."""
    if not isinstance(index, dict):
        return ""
    placed: dict[int, str] = {}
    for word, places in index.items():
        for place in places if isinstance(places, list) else ():
            if type(place) is int and 0 <= place < MAX_WORDS:
                placed[place] = word
    return " ".join(placed[place] for place in sorted(placed))
