"""What an interface's answers are made of, for every adapter: questions, pages, records, files.

Owns these shapes, the subject's words as questions, and what the crawl remembers of a question.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any, Protocol
from urllib.parse import urlencode, urlsplit

from corpora.registry import Api, Source
from corpora.terms import LanguageTerms, load_terms
from kb.frontier import Known, Outcome, Wanted

ASKED = "api-asked"  # remembers when a question was last answered whole; never fetched
OVERLAP = timedelta(days=2)  # asked again before the last answer: clocks and indexes lag
_NORWEGIAN = ("nb", "nn")
_SYNTAX = re.compile(r'[",:;()|&\[\]{}*?~^\\/+!]+')  # what query languages read as their own


class Memory(Protocol):
    """What an adapter needs of the record (a `kb.frontier.Frontier`)."""

    def known(self, url: str) -> Known | None:
        """What is known of an address."""

    def without_file(self, source_id: str, kind: str) -> list[Wanted]:
        """The addresses of a kind that were asked, but gave no file that was kept since."""


class AnswerError(ValueError):
    """An answer is not of the interface's shape; its message says what was expected instead."""


@dataclass(frozen=True)
class Question:
    """One search of an interface: `key` names it for ever, `url` is its first page now."""

    key: str
    url: str


@dataclass(frozen=True)
class Page:
    """One page of an answer: its records, where the next page is, and what cannot be reached."""

    records: tuple[dict[str, Any], ...]
    following: str | None = None
    problem: str | None = None


@dataclass(frozen=True)
class FileLink:
    """A file of a record; while `stamp` stays the same, a file that is here is not asked again."""

    url: str
    stamp: str
    kind: str = "document"
    context: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Entry:
    """One record as it is kept: at which address, as part of which item, with which files.

    `gone` where the catalogue says it was deleted; `record` None where only its links count.
    """

    address: str
    item: str
    record: dict[str, Any] | None = None
    files: tuple[FileLink, ...] = ()
    gone: bool = False
    problem: str | None = None


def api_of(source: Source) -> Api:
    """Return the source's interface, which an adapter is only chosen for where there is one."""
    assert source.api is not None, source.id
    return source.api


def subject_phrases(languages: Sequence[str]) -> tuple[str, ...]:
    """Return the subject's own terms in these languages, without marks of query languages.

    "no" is Norwegian of either form. The terms are the `topic` lists of `corpora/terms.yaml`.
    """
    wanted = {code for lang in languages for code in (_NORWEGIAN if lang == "no" else (lang,))}
    found: dict[str, None] = {}
    for code, terms in _terms().items():
        if code.partition("_")[0] in wanted:
            for term in terms.topic:
                found.setdefault(" ".join(_SYNTAX.sub(" ", term).split()))
    return tuple(found)


@lru_cache(maxsize=1)
def _terms() -> dict[str, LanguageTerms]:
    return load_terms()


def any_of(phrases: Sequence[str], most_chars: int) -> Iterator[str]:
    """Yield searches for any of some phrases, each at most so long once it stands in an address."""
    part: list[str] = []
    for phrase in phrases:
        quoted = f'"{phrase}"'
        if part and len(urlencode({"": " OR ".join([*part, quoted])})) > most_chars:
            yield " OR ".join(part)
            part = []
        part.append(quoted)
    if part:
        yield " OR ".join(part)


def with_query(base: str, query: Mapping[str, str | Sequence[str]]) -> str:
    """Return an address with its parameters in a fixed order, those without a value left out."""
    given = {name: value for name, value in query.items() if value not in ("", (), [])}
    return f"{base}?{urlencode(given, doseq=True)}"


def last_asked(memory: Memory, key: str) -> date | None:
    """The day on which a question was last answered whole, or None."""
    known = memory.known(f"{key}#asked")
    try:
        return date.fromisoformat((known.last_modified or "")[:10]) if known else None
    except ValueError:
        return None


def note_asked(source_id: str, key: str, day: str) -> tuple[Wanted, Outcome]:
    """What to remember once a question, first asked on `day`, was answered whole."""
    return Wanted(f"{key}#asked", source_id, ASKED), Outcome("done", last_modified=day)


def today() -> date:
    """Today in UTC."""
    return datetime.now(UTC).date()


def objects(value: Any) -> tuple[dict[str, Any], ...]:
    """Return the objects of a list; anything else gives none."""
    return tuple(v for v in value if isinstance(v, dict)) if isinstance(value, list) else ()


def text(value: Any) -> str:
    """Return a text or a whole number as text that can be written; anything else is empty."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode("utf-8").strip()
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else ""


def number(value: Any) -> int:
    """Return a whole number that is not negative; anything else is 0."""
    found = text(value)
    return int(found) if found.isascii() and found.isdigit() and len(found) <= 12 else 0


def on_same_host(url: str, other: str) -> bool:
    """Whether two addresses lie on one host, so that an answer leads nowhere else."""
    try:
        return urlsplit(url).netloc == urlsplit(other).netloc and bool(urlsplit(url).netloc)
    except ValueError:
        return False


def mail_of(contact: str | None) -> str:
    """The e-mail address that some interfaces want to be told, or nothing."""
    said = (contact or "").strip().removeprefix("mailto:")
    return said if re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", said) else ""
