"""What an item is known by: the facts of its records and text that recognition compares.

Owns reading them out of merged fields and files, and the keys under which items that may be one
publication find each other. The comparison is `pipeline.likeness`', the keeping
`pipeline.grouping_book`'s.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from corpora.folding import fold
from corpora.publishers import load_publishers
from kb.bibliography import normalise_doi, normalise_isbn
from kb.csl_types import split_series
from kb.files import AddressView, ItemFiles
from kb.prisma import IMPORTED
from pipeline.near_duplicates import Sketch, bands
from pipeline.records import Field
from pipeline.title_marks import Title, blur, read_title

FACTS_VERSION = 1  # raised when the same files give other facts
KEY_WORDS = 4  # of a title's beginning and end: what misreading and cutting leave of it
MOST_MAKERS = 8  # authors by whom an item is looked for; an anthology has dozens
_NO_HOME = (None, IMPORTED)  # what one person imports is of no one publisher
MOST_SKETCHES = 4  # documents of one item whose text is compared
_GENERIC_SERIES = frozenset(
    "rapport rapporter rapporten rapportserie raport report reports notat notater skriftserie "
    "skrifter publikasjon publikasjoner publikation publikationer publikationsserie serie series "
    "arbeidsnotat arbejdspapir working paper papers raportti raportteja julkaisu julkaisuja "
    "julkaisusarja skyrsla ritrod selvitys selvityksia fra av af of the from i og och and nr no "
    "dokument document temanotat faktaark artikelnummer".split()
)


@dataclass(frozen=True)
class ItemFacts:
    """An item as it is compared; every text folded, sets sorted.

    `makers` are persons as (family, initial of the given name), or (one part, other part) where
    which is which is not known; `bodies` the institutions among authors and publisher. `number` is
    a series number's own digits, `article` whether a journal carries it, `files` its documents'
    hashes, `refers` the items it says it is a version of.
    """

    key: str
    source_id: str | None = None
    titles: tuple[str, ...] = ()
    language: str | None = None
    year: int | None = None
    makers: tuple[tuple[str, str], ...] = ()
    authoring: tuple[str, ...] = ()
    publisher: tuple[str, ...] = ()
    dois: tuple[str, ...] = ()
    isbns: tuple[str, ...] = ()
    issn: str | None = None
    series: tuple[str, ...] = ()
    number: tuple[int, ...] = ()
    shown_number: str | None = None
    article: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    refers: tuple[str, ...] = ()
    sketches: tuple[Sketch, ...] = ()

    @property
    def title(self) -> Title:
        """Its first title, read; an empty one where it has none."""
        return read_title(self.titles[0] if self.titles else "")

    @property
    def is_version(self) -> bool:
        """Whether it says itself that it is a version of another item."""
        return bool(self.refers)


def item_facts(
    item: ItemFiles,
    fields: Mapping[str, Field],
    files: Sequence[str],
    sketches: Sequence[Sketch],
) -> ItemFacts:
    """Return the facts of an item from its merged fields, its documents and their sketches."""
    values = {name: field.value for name, field in fields.items()}
    series, number, shown = _series(values)
    people, authoring = _makers(values.get("authors"))
    year = values.get("year")
    return ItemFacts(
        key=item.key,
        source_id=next((a.source_id for a in item.addresses if a.source_id not in _NO_HOME), None),
        titles=_titles(values),
        language=_language(values.get("language")),
        year=int(year) if year is not None and str(year).isdecimal() else None,
        makers=people,
        authoring=authoring,
        publisher=tuple(sorted(load_publishers().bodies(str(values.get("publisher") or "")))),
        dois=_normal(values.get("doi"), normalise_doi),
        isbns=_normal(values.get("isbn"), normalise_isbn),
        issn=str(values["issn"]) if values.get("issn") else None,
        series=series,
        number=number,
        shown_number=shown,
        article=tuple(
            fold(str(values.get(name) or "")) for name in ("journal", "volume", "issue", "pages")
        )
        if values.get("journal")
        else (),
        files=tuple(sorted(files)),
        refers=tuple(sorted({a.version_of for a in item.addresses if a.version_of})),
        sketches=tuple(sketches[:MOST_SKETCHES]),
    )


def body_addresses(item: ItemFiles) -> list[AddressView]:
    """The addresses whose text stands for an item: documents, else chapters, else its page."""
    for role in ("document", "chapter", "landing", "record"):
        found = [address for address in item.addresses if address.role == role]
        if found:
            return sorted(found, key=lambda address: (address.position, address.url))
    return []


def keys_of(facts: ItemFacts) -> Iterator[str]:
    """Yield the keys under which items that may be one publication with this one are found."""
    yield f"item:{facts.key}"
    yield from (f"item:{key}" for key in facts.refers)
    yield from (f"doi:{value}" for value in facts.dois)
    yield from (f"isbn:{value}" for value in facts.isbns)
    yield from (f"file:{value}" for value in facts.files)
    if facts.number:
        digits = "-".join(map(str, facts.number))
        yield from (f"number:{name}:{digits}" for name in {*facts.series, *facts.publisher})
        if facts.issn:
            yield f"number:{facts.issn}:{digits}"
    for title in dict.fromkeys(map(read_title, facts.titles)):
        yield from _title_keys(title)
    years = "" if facts.year is None else str(facts.year)
    families = sorted({maker[0] for maker in facts.makers})[:MOST_MAKERS]
    yield from (f"maker:{family}:{years}" for family in families)
    yield from (f"maker:{':'.join(sorted(maker))}" for maker in facts.makers[:MOST_MAKERS])
    for at, one in enumerate(families):
        yield from (f"makers:{one}:{other}" for other in families[at + 1 :])
    for sketch in facts.sketches:
        yield from bands(sketch)


def _title_keys(title: Title) -> Iterator[str]:
    words = title.words
    yield f"title:{title.letters}"
    if len(words) > 2:
        yield f"title:{''.join(words[: title.main])}"
    # Of a title with a misread word, either its beginning or its end is likely to be whole.
    long = [blur(word) for word in words if len(word) > 3]
    if len(long) >= KEY_WORDS:
        yield f"begin:{' '.join(sorted(long[:KEY_WORDS]))}"
        yield f"begin2:{' '.join(long[:2])}"
        yield f"middle:{' '.join(long[2:KEY_WORDS])}"
        yield f"end:{' '.join(sorted(long[-KEY_WORDS:]))}"


def _titles(values: Mapping[str, Any]) -> tuple[str, ...]:
    title, subtitle = values.get("title"), values.get("subtitle")
    whole = f"{title}: {subtitle}" if title and subtitle else title or subtitle
    others = values.get("other_titles") or ()
    found = [whole, *(others if isinstance(others, list | tuple) else [others])]
    return tuple(dict.fromkeys(str(text) for text in found if text and fold(str(text))))


def _makers(authors: Any) -> tuple[tuple[tuple[str, str], ...], tuple[str, ...]]:
    people: set[tuple[str, str]] = set()
    bodies: set[str] = set()
    for author in authors if isinstance(authors, list) else ():
        family, given = fold(author.get("family") or ""), fold(author.get("given") or "")
        literal = str(author.get("literal") or "")
        if family or given:
            people.add((family or given, given if family else ""))
        elif fold(literal):
            bodies |= load_publishers().bodies(literal)
    return tuple(sorted(people)), tuple(sorted(bodies))


def _series(values: Mapping[str, Any]) -> tuple[tuple[str, ...], tuple[int, ...], str | None]:
    """The words that name a series, the digits of the number in it, and the number as shown."""
    series, number = str(values.get("series") or ""), str(values.get("number") or "")
    if series and not number:
        series, parted = split_series(series)
        number = parted or ""
    digits = tuple(int(part) for part in re.findall(r"\d{1,9}", number))
    words = [word for word in fold(series).split() if word not in _GENERIC_SERIES]
    names = ["".join(word for word in words if not word.isdecimal())]
    shown = " ".join(f"{series} {number}".split())
    return tuple(name for name in names if name), _year_first(digits), shown or None


def _year_first(digits: tuple[int, ...]) -> tuple[int, ...]:
    """A number with its year first: "2/2019" and "2019:02" are one."""
    return tuple(sorted(digits, key=lambda number: not 1900 <= number <= 2100))


def _language(value: Any) -> str | None:
    """A language with the written forms of Norwegian as one: they are told apart badly."""
    code = str(value or "").split("-")[0].lower()
    return {"nn": "no", "nb": "no"}.get(code, code) or None


def _normal(value: Any, normalise: Any) -> tuple[str, ...]:
    values = value if isinstance(value, list) else [value] if value else []
    return tuple(sorted({found for entry in values if (found := normalise(entry))}))
