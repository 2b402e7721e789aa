"""Measures crawl, extraction, identification and passages of the whole replica against its truth.

Owns the comparison; the floors and what is asserted are in the gate. A passage is found where one
of the knowledge base's holds at least 80 % of its distinct words, as everywhere here.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from corpora.codebook import load_codebook
from corpora.replica import Truth, load_truth
from corpora.replica.truth import PassagePlace, TruthPublication
from corpora.starter import StarterAuthor, StarterPublication, load_starter
from kb.bibliography import normalise_doi, normalise_isbn, normalise_issn, web_address
from kb.csl_types import split_series
from kb.library import PassageView, PublicationDetail, list_publications, publication_detail
from kb.settings import Settings
from kb.store import Store
from pipeline.extraction import load_extracted
from pipeline.records import Extracted

FOUND = 0.8  # share of a gold passage's distinct words that one passage must hold
SENTENCE = 25  # letters and digits; shorter sentences may stand in a text by chance
FIELDS = (
    *("title", "year", "authors", "publisher", "series", "journal", "volume", "issue", "pages"),
    *("doi", "isbn", "issn", "language", "url"),
)


def fold(text: str) -> str:
    """Return letters and digits of a text in lower case: spacing and hyphenation do not count."""
    return "".join(filter(str.isalnum, text.lower()))


def words(text: str) -> set[str]:
    """Return the distinct words of a text in lower case."""
    return set(re.findall(r"\w+", text.lower()))


def sentences(text: str) -> Iterator[str]:
    """Return the folded sentences of a text that are long enough to be told apart."""
    for sentence in re.split(r"(?<=[.!?:;])\s+", text):
        if len(fold(sentence)) >= SENTENCE:
            yield fold(sentence)


@dataclass(frozen=True)
class Found:
    """One gold passage with the passage that holds most of it."""

    publication: str
    n: int
    share: float
    passage: PassageView
    exact: bool
    place: PassagePlace | None
    section: str


class Harvest:
    """What came of the replica, beside what it was made of."""

    def __init__(self, settings: Settings, store: Store) -> None:
        self.settings, self.store = settings, store
        self.truth: Truth = load_truth(settings.home / "replica")
        self.starter = {entry.id: entry for entry in load_starter()}
        ids = [view.id for view in list_publications(store)]
        self.details = {entry: publication_detail(store, entry) for entry in ids}
        self.passages = {
            entry: [passage for passage in detail.passages if not passage.retired]
            for entry, detail in self.details.items()
        }

    @cached_property
    def truth_of(self) -> dict[str, str]:
        """Which starter publication an address shows: landing pages, chapters and files."""
        return {
            url: entry.id
            for entry in self.truth.publications
            for file in entry.files
            for url in (file.landing, *file.urls)
        }

    @cached_property
    def joined(self) -> dict[str, set[str]]:
        """The starter publications that stand in each publication of the knowledge base."""
        return {
            entry: {self.truth_of[a.url] for a in detail.addresses if a.url in self.truth_of}
            for entry, detail in self.details.items()
        }

    @cached_property
    def pairs(self) -> list[tuple[TruthPublication, PublicationDetail]]:
        """Each starter publication with the one publication its addresses belong to."""
        owners: dict[str, set[str]] = defaultdict(set)
        for entry, names in self.joined.items():
            for name in names:
                owners[name].add(entry)
        return [
            (entry, self.details[next(iter(owners[entry.id]))])
            for entry in self.truth.publications
            if len(owners[entry.id]) == 1
        ]

    def gold(self) -> Iterator[Found]:
        """Return every gold passage with the best passage of its publication."""
        for entry, detail in self.pairs:
            places = {
                (file.sha256, place.n): place for file in entry.files for place in file.places
            }
            for gold in entry.passages:
                wanted = words(gold.text)
                best = max(
                    self.passages[detail.view.id],
                    key=lambda p: (len(wanted & words(p.text)), -len(p.text)),
                )
                yield Found(
                    entry.id,
                    gold.n,
                    len(wanted & words(best.text)) / len(wanted),
                    best,
                    fold(gold.text) == fold(best.text),
                    places.get((best.sha256, gold.n)),
                    gold.section,
                )

    def filler(self) -> list[tuple[str, str]]:
        """Return each invented text that stands in a passage, with its publication."""
        found = []
        for entry, detail in self.pairs:
            own = [fold(gold.text) for gold in entry.passages]
            invented = {f.text for f in (*entry.fillers, *self.truth.chrome)}
            texts = [fold(p.text) for p in self.passages[detail.view.id]]
            for text in invented:
                bare = fold(text)
                # Running heads repeat words of the title, which the text may say too.
                said = any(bare in gold for gold in own) or bare in fold(entry.abstract)
                if bare in texts or (len(bare) > 12 and not said and any(bare in t for t in texts)):
                    found.append((entry.id, text))
        return found

    def foreign(self) -> list[tuple[str, str]]:
        """Return what stands in passages and is neither gold nor abstract: marked or not."""
        found = []
        for entry, detail in self.pairs:
            known = [fold(gold.text) for gold in entry.passages] + [fold(entry.abstract)]
            own = " ".join([*(gold.text for gold in entry.passages), entry.abstract])
            for passage in self.passages[detail.view.id]:
                if passage.ocr:
                    strange = words(passage.text) - words(own)
                    if len(strange) > 0.2 * len(words(passage.text)):
                        found.append((entry.id, passage.text))
                    continue
                for sentence in sentences(passage.text):
                    if not any(sentence in text for text in known):
                        found.append((entry.id, sentence))
        return found

    def mixed(self) -> list[tuple[str, str]]:
        """Return the passages with sentences of two sections, or under another section's name."""
        found = []
        for entry, detail in self.pairs:
            home: dict[str, set[str]] = defaultdict(set)
            for gold in entry.passages:
                for sentence in sentences(gold.text):
                    home[sentence].add(fold(gold.section))
            for passage in self.passages[detail.view.id]:
                text = fold(passage.text)
                sections = [names for sentence, names in home.items() if sentence in text]
                if not sections:
                    continue
                shared = set.intersection(*sections)
                under = fold(passage.section)
                if not any(name in under for name in shared):
                    found.append((entry.id, passage.text))
        return found

    def read(self) -> Iterator[tuple[str, str | None, Extracted]]:
        """Return address, starter publication and reading of every file."""
        for detail in self.details.values():
            for address in detail.addresses:
                extracted = load_extracted(self.settings, self.store, address.sha256)
                yield address.url, self.truth_of.get(address.url), extracted

    def labels(self) -> list[tuple[str, str]]:
        """Return the addresses whose reading holds a label, a question or an id of the starter.

        Labels that are words of English too count where the publication's own text lacks them.
        """
        ids = _label_ids()
        telling = {name for name in ids if "_" in name} | set(self.starter)
        found = []
        for url, name, extracted in self.read():
            text = "\n".join([*_texts(extracted.metadata), *(b.text for b in extracted.blocks)])
            found += [(url, label) for label in telling if label in text]
            if name is None:
                continue
            own = self.truth.publication(name)
            asked = {query.q for query in self.starter[name].queries}
            found += [(url, question) for question in asked if question in text]
            shown = [own.title, own.abstract, *(g.text + " " + g.section for g in own.passages)]
            shown += [f.text for f in (*own.fillers, *self.truth.chrome)]
            shown += _texts(self.starter[name].model_dump(include={"publisher", "authors", "url"}))
            strange = words("\n".join(p.text for p in extracted.pages)) - words(" ".join(shown))
            found += [(url, label) for label in strange & ids]
        return found

    def metadata(self) -> dict[str, list[tuple[str, Any, Any]]]:
        """Return for each field the publications it is wrong in: id, found, wanted."""
        wrong: dict[str, list[tuple[str, Any, Any]]] = {name: [] for name in FIELDS}
        for entry, detail in self.pairs:
            wanted = wanted_fields(self.starter[entry.id])
            got = found_fields(detail)
            for name in FIELDS:
                if got[name] != wanted[name]:
                    wrong[name].append((entry.id, got[name], wanted[name]))
        return wrong


def _label_ids() -> frozenset[str]:
    book = load_codebook()
    parts = (book.factors, book.directions, book.sectors, book.target_groups, book.evidence_types)
    return frozenset(category.id for part in parts for category in part)


def _texts(value: Any) -> list[str]:
    """Return every string in nested metadata."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, Mapping):
        return [text for entry in value.values() for text in _texts(entry)]
    if isinstance(value, list | tuple):
        return [text for entry in value for text in _texts(entry)]
    return _texts(value.value) if hasattr(value, "value") else []


def wanted_fields(entry: StarterPublication) -> dict[str, Any]:
    """Return the starter's facts in the form they are compared in; None is not known."""
    return {
        "title": entry.title,
        "year": entry.year,
        "authors": [_name(author) for author in entry.authors or ()] or None,
        "publisher": entry.publisher,
        "series": _joint(" ".join(filter(None, split_series(entry.series or "")))),
        "journal": entry.journal,
        "volume": entry.volume,
        "issue": entry.issue,
        "pages": _joint(entry.pages),
        "doi": normalise_doi(entry.doi or ""),
        "isbn": normalise_isbn(entry.isbn or ""),
        "issn": normalise_issn(entry.issn or ""),
        "language": entry.language,
        "url": web_address(entry.url),
    }


def found_fields(detail: PublicationDetail) -> dict[str, Any]:
    """Return the knowledge base's facts in the same form; series and number count as one."""
    return csl_fields(detail.view.csl, detail.view.language, detail.view.url)


def csl_fields(csl: Mapping[str, Any], language: str | None, url: str | None) -> dict[str, Any]:
    """Return the facts of a bibliographic record in the form they are compared in."""
    dates = csl.get("issued", {}).get("date-parts") or [[None]]
    names = [StarterAuthor.model_validate(name) for name in csl.get("author") or ()]
    series = [csl.get("collection-title") or csl.get("genre"), csl.get("number")]
    return {
        "title": csl.get("title"),
        "year": dates[0][0],
        "authors": [_name(name) for name in names] or None,
        "publisher": csl.get("publisher"),
        "series": _joint(" ".join(filter(None, series))),
        "journal": csl.get("container-title"),
        "volume": csl.get("volume"),
        "issue": csl.get("issue"),
        "pages": _joint(csl.get("page")),
        "doi": csl.get("DOI"),
        "isbn": csl.get("ISBN"),
        "issn": csl.get("ISSN"),
        "language": language,
        "url": url,
    }


def _name(author: StarterAuthor) -> str:
    return author.literal or f"{author.family}, {author.given or ''}"


def _joint(text: str | None) -> str | None:
    """Return letters and digits alone: how series, number and pages are joined varies."""
    return fold(text) or None if text else None
