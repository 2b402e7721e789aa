"""Which publications the machine coder has learnt from: those of the starter evidence base.

Owns recognising them in the record, so that the app can say where a suggestion proves little.
What is learnt from them is `pipeline.machine_coding`'s.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from corpora.starter import load_starter
from kb.identifiers import normalise_doi
from kb.publications import title_key


def learnt_from(csl: Mapping[str, Any], url: str | None = None) -> bool:
    """Whether a publication's labels trained the machine coder; known by address, DOI or title."""
    addresses, dois, titles = _known()
    doi = normalise_doi(str(csl.get("DOI") or ""))
    title = title_key(str(csl.get("title") or ""))
    return (
        bool({_address(url), _address(csl.get("URL"))} & addresses)
        or (doi is not None and doi in dois)
        or (bool(title) and title in titles)
    )


def _address(url: object) -> str:
    text = str(url or "").strip().lower().rstrip("/")
    return text.removeprefix("https://").removeprefix("http://").removeprefix("www.")


@cache
def _known() -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    publications = load_starter()
    dois = (normalise_doi(entry.doi or "") for entry in publications)
    return (
        frozenset(_address(entry.url) for entry in publications),
        frozenset(doi for doi in dois if doi),
        frozenset(title_key(entry.title) for entry in publications),
    )
