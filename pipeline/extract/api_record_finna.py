"""Finna's records of books, theses and articles.

Owns the meaning of Finna's fields. Titles have the subtitle in them, after a blank, colon, blank.
"""

from __future__ import annotations

import re
from typing import Any

from pipeline.extract.api_record_values import (
    abstract,
    first,
    language,
    names,
    part,
    parts,
    plain,
    texts,
    year,
)

_AUTHOR_ROLES = re.compile(
    r"^$|kirjoitt|tekij|author|författ|aut\b|verfass|tutkij|laatija|creator|dis\b", re.IGNORECASE
)
_TYPES = {"Thesis": "thesis", "Article": "article-journal", "BookSection": "chapter"}


def read_finna(record: dict[str, Any]) -> dict[str, Any]:
    """Return what a record says, under our names."""
    people = parts(record.get("nonPresenterAuthors"))
    authors = [p for p in people if _AUTHOR_ROLES.search(plain(p.get("role")))] or people
    title, subtitle = plain(record.get("title")), plain(record.get("subTitle"))
    if subtitle:
        title = title.removesuffix(subtitle).rstrip(" :;/-–") or title
    series = first([_series(entry) for entry in _list(record.get("series"))])
    online = [plain(place.get("url")) for place in parts(record.get("onlineUrls"))]
    return {
        "title": title.strip(" /"),
        "subtitle": subtitle.strip(" /"),
        "authors": names(p.get("name") for p in authors),
        "year": year(record.get("year")),
        "publisher": first(record.get("publishers")).strip(" ,:;[]"),
        "series": series,
        "isbn": first(record.get("isbns")),
        "issn": first(record.get("issns")),
        "language": next(filter(None, map(language, _list(record.get("languages")))), None),
        "abstract": abstract(" ".join(texts(record.get("summary")))),
        "type": next((kind for name, kind in _TYPES.items() if name in _formats(record)), ""),
        "url": first([url for url in online if not url.lower().endswith(".pdf")]),
    }


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _series(entry: Any) -> str:
    if not isinstance(entry, dict):
        return plain(entry)
    number = plain(entry.get("additional")) or plain(entry.get("number"))
    return " ".join(filter(None, (plain(entry.get("name")).rstrip(" ;,"), number)))


def _formats(record: dict[str, Any]) -> str:
    return " ".join(plain(part(entry, "value")) for entry in parts(record.get("formats")))
