"""What a person typed, made ready for both sides of the search.

Owns cleaning, the language, which words speak of the meaning and which are demanded, and the
refusal of what holds no word. The query language itself is `kb.search.query_syntax`'s.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from kb.errors import QueryError
from kb.search.languages import has_words, query_language
from kb.search.notices import Notice
from kb.search.query_fields import FILTERS, Known, known_languages, read_filter
from kb.search.query_syntax import (
    Beside,
    Clause,
    Named,
    Not,
    Phrase,
    SyntaxMistake,
    Word,
    read_syntax,
)
from kb.search.stemming import words
from kb.vector_runtime import clean

MOST_CHARACTERS = 10_000  # more is cut: the model reads about 2,000
# Words from which a query is a pasted paragraph: the longest question asked so far had 21.
PARAGRAPH_WORDS = 40

Detect = Callable[[str], str]  # a text to its language


@dataclass(frozen=True)
class Query:
    """A query, read.

    `text` are the words whose meaning is searched, on one line, in `language`; empty where only
    fields or exclusions were given. `clauses` are what passages must satisfy (None where nothing
    is demanded). `prefixes` are words asked for with `*`, `phrases` the quoted ones, in lower
    case; `paragraph` says that the text is a passage rather than a question.
    """

    text: str
    language: str
    clauses: Beside | None = None
    prefixes: frozenset[str] = frozenset()
    phrases: tuple[tuple[str, ...], ...] = ()
    paragraph: bool = False
    notices: tuple[Notice, ...] = ()

    @property
    def exact(self) -> frozenset[str]:
        """The words in quotes, which are taken as they stand."""
        return frozenset(word for phrase in self.phrases for word in phrase)


def read_query(
    typed: str,
    language: str | None = None,
    known: Known | None = None,
    detect: Detect = query_language,
) -> Query:
    """Return the query; `language` overrides what `detect` says.

    `known` are the values of fields beside languages. A query that cannot be read is searched as
    plain words, and a notice says so. Raises QueryError where there is no letter and no digit.
    """
    text = one_line(typed)
    if not has_words(text):
        found = f"{text[:40]!r} holds none" if text else "nothing was typed"
        raise QueryError(
            f"A search needs at least one word or number, and {found}; "
            "type what you look for in any Nordic language or English."
        )
    notices: tuple[Notice, ...] = ()
    if len(typed) > MOST_CHARACTERS:
        notices = (Notice("too_long", None, {"value": f"{MOST_CHARACTERS:,}"}),)
    if len(words(text)) > PARAGRAPH_WORDS and not _is_expression(text):
        said = (*notices, Notice("paragraph"))
        return Query(text, language or detect(text), paragraph=True, notices=said)
    try:
        clauses, found_notices = read_syntax(text)
    except SyntaxMistake as mistake:
        said = (*notices, mistake.notice)
        return Query(text, language or detect(text), notices=said)
    kept, wrong = _with_readable_fields(clauses, {"language": known_languages(), **(known or {})})
    if kept != clauses:
        text = " ".join(clause.text for clause in _spoken(kept)) or text
    return _read(text, kept, language, (*notices, *found_notices, *wrong), detect)


def _is_expression(text: str) -> bool:
    """Say whether most words of a long text stand with an operator, in a field or in a phrase.

    A paragraph too may have its OR (an odds ratio), a quotation and a hyphen before a word; one
    in quotation marks is a paragraph.
    """
    try:
        clauses, _ = read_syntax(text)
    except SyntaxMistake:
        return False
    wished = sum(len(words(clause.text)) for clause in _wished(clauses))
    return 2 * wished < len(words(text))


def _wished(clause: Clause) -> Iterator[Word | Phrase]:
    """Yield the words that stand beside one another, and phrases that are paragraphs."""
    if isinstance(clause, Beside):
        for inner in clause.clauses:
            yield from _wished(inner)
    elif (isinstance(clause, Word) and not clause.prefix) or (
        isinstance(clause, Phrase) and len(words(clause.text)) > PARAGRAPH_WORDS
    ):
        yield clause


def one_line(typed: str) -> str:
    """Return what was typed on one line, without what is no character, cut where too long."""
    return " ".join(clean(typed[:MOST_CHARACTERS]).replace("\0", " ").split())


def _read(
    text: str,
    clauses: Beside,
    language: str | None,
    notices: tuple[Notice, ...],
    detect: Detect,
) -> Query:
    spoken = list(_spoken(clauses))
    demanding = any(_demands(clause) for clause in clauses.clauses)
    if demanding:
        text = " ".join(clause.text for clause in spoken) or _titles(clauses)
        text = text if has_words(text) else ""
    starred = (clause for clause in spoken if isinstance(clause, Word) and clause.prefix)
    prefixes = (words(clause.text) for clause in starred)
    return Query(
        text,
        language or detect(text),
        clauses if demanding else None,
        frozenset(found[-1] for found in prefixes if found),
        tuple(tuple(words(clause.text)) for clause in spoken if isinstance(clause, Phrase)),
        notices=notices,
    )


def _spoken(clause: Clause) -> Iterator[Word | Phrase]:
    """Yield the words and phrases that are asked for, in order."""
    if isinstance(clause, Word | Phrase):
        yield clause
    elif not isinstance(clause, Named | Not):
        for inner in clause.clauses:
            yield from _spoken(inner)


def _titles(clause: Clause) -> str:
    """Return the words of title:, which stand for the meaning where nothing else is asked."""
    if isinstance(clause, Named):
        return clause.value if clause.field == "title" else ""
    if isinstance(clause, Word | Phrase | Not):
        return ""
    return " ".join(filter(None, (_titles(inner) for inner in clause.clauses)))


def _demands(clause: Clause) -> bool:
    """Say whether a clause leaves passages out; plain words only wish."""
    if isinstance(clause, Word):
        return clause.prefix
    return any(_demands(inner) for inner in clause.clauses) if isinstance(clause, Beside) else True


def _with_readable_fields(clauses: Beside, known: Known) -> tuple[Beside, tuple[Notice, ...]]:
    """Leave out fields whose values cannot be read; the notices say which.

    Also what stands with an operator and holds no word: NOT – would leave out everything.
    """
    wrong: list[Notice] = []

    def kept(clause: Clause) -> Clause | None:
        if isinstance(clause, Named) and (clause.field in FILTERS or clause.field == "year"):
            read = read_filter(clause, known)
            if isinstance(read, Notice):
                wrong.append(read)
                return None
            return clause
        if isinstance(clause, Word | Phrase | Named):
            return clause
        if isinstance(clause, Not):
            inner = kept(clause.clause)
            return None if inner is None or _is_wordless(inner) else Not(inner)
        left = [found for part in clause.clauses if (found := kept(part)) is not None]
        if not isinstance(clause, Beside):
            left = [part for part in left if not _is_wordless(part)]
        return type(clause)(tuple(left)) if left else None

    found = kept(clauses)
    return (found if isinstance(found, Beside) else Beside(())), tuple(wrong)


def _is_wordless(clause: Clause) -> bool:
    """Say whether a clause asks for nothing, as a dash by itself does."""
    if isinstance(clause, Word | Phrase):
        return not has_words(clause.text)
    if isinstance(clause, Named):
        return not has_words(clause.value)
    return isinstance(clause, Beside) and all(map(_is_wordless, clause.clauses))
