"""The query language: plain words, and what a researcher may put around them.

Owns reading a typed query into a tree of clauses, and saying where one cannot be read. What a
clause means for a passage is `kb.search.conditions`'s; which values a field takes,
`kb.search.query_fields`'s.

    query    = clause+                      words beside one another are wished for, not demanded
    clause   = all ("OR" all)*
    all      = one ("AND" one)*
    one      = ("NOT" | "-") one | "(" query ")" | "phrase" | field:value | word | word*

Written by hand, 100 lines of recursive descent: a parser of Lucene's syntax (luqum) or a grammar
(lark) reads colons, slashes and tildes of an ordinary question as operators, and gives up on a
mistake without a sentence that a researcher understands.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

from kb.search.notices import Notice

FIELDS = (
    "author", "title", "publisher", "year", "country", "language", "factor", "direction", "type",
)  # fmt: skip
OPERATORS = ("AND", "OR", "NOT")
DEEPEST = 20  # brackets in brackets: no question needs more, and Python has an end too
_QUOTES = '"“”„«»'
_SCHEMES = ("http", "https", "doi", "urn")  # before a colon too, and no slip for a field
_BARE_WORD = re.compile(rf"[^\s(){_QUOTES}]+")
_TOKEN = re.compile(
    rf"(?P<space>\s+)"
    rf"|(?P<quote>[{_QUOTES}])"
    rf"|(?P<bracket>[()])"
    rf"|(?P<minus>-(?=[^\W_]|[({_QUOTES}]))"
    rf"|(?P<field>[^\W\d_]+):(?=[^\s()])"
    rf"|(?P<word>{_BARE_WORD.pattern})"
)


@dataclass(frozen=True)
class Word:
    """A word as typed (punctuation and all); with `prefix` whatever begins with it."""

    text: str
    at: int
    prefix: bool = False


@dataclass(frozen=True)
class Phrase:
    """Words in quotes, which must stand side by side."""

    text: str
    at: int


@dataclass(frozen=True)
class Named:
    """A field and its value: author:Hansen, year:2015..2020. `at` is where the value begins."""

    field: str
    value: str
    at: int
    quoted: bool = False
    prefix: bool = False


@dataclass(frozen=True)
class Not:
    """What must not be there."""

    clause: Clause


@dataclass(frozen=True)
class Both:
    """Clauses that must all hold."""

    clauses: tuple[Clause, ...]


@dataclass(frozen=True)
class Either:
    """Clauses of which one must hold."""

    clauses: tuple[Clause, ...]


@dataclass(frozen=True)
class Beside:
    """Clauses that stand side by side: the whole query, or what brackets hold."""

    clauses: tuple[Clause, ...]


Clause = Word | Phrase | Named | Not | Both | Either | Beside


class SyntaxMistake(Exception):  # noqa: N818 - no error of the program, and never shown
    """A query that cannot be read; `notice` says why and where."""

    def __init__(self, kind: str, at: int, value: str = "") -> None:
        self.notice = Notice(kind, at + 1, {"value": value} if value else {})
        super().__init__(str(self.notice))


class _Token(NamedTuple):
    kind: str
    text: str
    at: int
    joined: bool  # whether it stands right behind the token before it


def read_syntax(typed: str) -> tuple[Beside, tuple[Notice, ...]]:
    """Read a query into its clauses; raises SyntaxMistake where it cannot be read.

    A name before a colon that is none of `FIELDS` is a word like any other; the notices say so
    where it looks like a slip. In a query without a single small letter AND, OR and NOT are words
    too.
    """
    reader = _Reader(typed)
    return reader.whole(), tuple(reader.notices)


class _Reader:
    """Reads one query, token by token."""

    def __init__(self, typed: str) -> None:
        self._typed = typed
        self.notices: list[Notice] = []
        self._shouting = typed.upper() == typed
        self._tokens = list(self._cut())
        self._next = 0

    def _cut(self) -> list[_Token]:
        found: list[_Token] = []
        at, joined = 0, False
        while at < len(self._typed):
            match = _TOKEN.match(self._typed, at)
            if match is None:  # a hyphen by itself or the like
                at, joined = at + 1, False
                continue
            kind, text, end = str(match.lastgroup), match.group(), match.end()
            if kind == "field" and text[:-1].lower() not in FIELDS:
                self._note_unknown(text[:-1], at)
                kind, text = "word", self._word_at(at)
                end = at + len(text)
            elif kind == "quote":
                text, end = self._quoted(at)
            elif kind == "minus" and joined:
                kind = "word"  # the hyphen of barne- og ungdomsarbeid, not an operator
            if kind != "space":
                found.append(_Token(kind, text, at, joined))
            joined, at = kind != "space", end
        return found

    def _word_at(self, at: int) -> str:
        found = _BARE_WORD.match(self._typed, at)
        return found.group() if found else self._typed[at]

    def _note_unknown(self, name: str, at: int) -> None:
        if name.islower() and name not in _SCHEMES:
            values = {"value": name, "options": ", ".join(FIELDS)}
            self.notices.append(Notice("unknown_field", at + 1, values))

    def _quoted(self, at: int) -> tuple[str, int]:
        end = next((n for n in range(at + 1, len(self._typed)) if self._typed[n] in _QUOTES), None)
        if end is None:
            raise SyntaxMistake("quote_open", at)
        text = self._typed[at + 1 : end]
        if not re.search(r"[^\W_]", text):
            raise SyntaxMistake("quote_empty", at)
        return text, end + 1

    def whole(self) -> Beside:
        """Read everything there is."""
        found = self._beside(0)
        left = self._peek()
        if left is not None:
            raise SyntaxMistake("bracket_closed", left.at)
        return found

    def _peek(self) -> _Token | None:
        return self._tokens[self._next] if self._next < len(self._tokens) else None

    def _operator(self, token: _Token | None) -> str | None:
        known = token is not None and token.kind == "word" and token.text in OPERATORS
        return token.text if known and token is not None and not self._shouting else None

    def _take(self, operator: str) -> _Token | None:
        token = self._peek()
        if token is None or self._operator(token) != operator:
            return None
        self._next += 1
        return token

    def _beside(self, depth: int) -> Beside:
        found: list[Clause] = []
        while (token := self._peek()) is not None and token.text != ")":
            operator = self._operator(token)
            if operator in ("AND", "OR"):
                raise SyntaxMistake("nothing_before", token.at, operator)
            found.append(self._either(depth))
        return Beside(tuple(found))

    def _either(self, depth: int) -> Clause:
        found = [self._both(depth)]
        while taken := self._take("OR"):
            self._require_more(taken)
            found.append(self._both(depth))
        return found[0] if len(found) == 1 else Either(tuple(found))

    def _both(self, depth: int) -> Clause:
        found = [self._one(depth)]
        while taken := self._take("AND"):
            self._require_more(taken)
            found.append(self._one(depth))
        return found[0] if len(found) == 1 else Both(tuple(found))

    def _require_more(self, taken: _Token) -> _Token:
        token = self._peek()
        operator = self._operator(token)
        if token is None or token.text == ")" or operator in ("AND", "OR"):
            raise SyntaxMistake("nothing_after", taken.at, taken.text)
        return token

    def _one(self, depth: int) -> Clause:
        without = False
        while taken := self._take("NOT"):  # a loop: ten thousand of them must not go deeper
            self._require_more(taken)
            without = not without
        token = self._tokens[self._next]
        self._next += 1
        if token.kind == "minus":
            without, token = not without, self._tokens[self._next]
            self._next += 1
        found = self._plain(token, depth)
        return Not(found) if without else found

    def _plain(self, token: _Token, depth: int) -> Clause:
        if token.kind == "bracket":
            return self._bracketed(token, depth + 1)
        if token.kind == "quote":
            return Phrase(token.text, token.at)
        if token.kind == "field":
            return self._named(token)
        prefix = len(token.text) > 1 and token.text.endswith("*")
        return Word(token.text.rstrip("*") if prefix else token.text, token.at, prefix)

    def _bracketed(self, opened: _Token, depth: int) -> Clause:
        if depth > DEEPEST:
            raise SyntaxMistake("bracket_deep", opened.at)
        inside = self._beside(depth)
        closed = self._peek()
        if closed is None:
            raise SyntaxMistake("bracket_open", opened.at)
        self._next += 1
        if not inside.clauses:
            raise SyntaxMistake("bracket_empty", opened.at)
        return inside if len(inside.clauses) > 1 else inside.clauses[0]

    def _named(self, token: _Token) -> Clause:
        name, value = token.text[:-1].lower(), self._peek()
        if value is None or not value.joined or value.kind not in ("word", "quote", "field"):
            raise SyntaxMistake("no_value", token.at, name)
        self._next += 1
        text = value.text
        while value.kind != "quote" and (more := self._peek()) and more.joined:
            if more.kind not in ("word", "field", "minus"):
                break
            text, self._next = text + more.text, self._next + 1
        prefix = value.kind != "quote" and len(text) > 1 and text.endswith("*")
        text = text.rstrip("*") if prefix else text
        return Named(name, text, value.at, value.kind == "quote", prefix)
