"""Which passages satisfy what a query demands: its phrases, operators, exclusions and fields.

Owns what a clause means for a passage, as a mask over all rows, so that it holds for passages
found by their words and by their meaning alike. A demanded word may stand in any of its forms, in
a compound, or without its Nordic letters, in text, title or section; an excluded one leaves out
the passages whose text has it in any inflection. Words count in every language: each is stemmed as
the passage's language does it.
"""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from kb.search.columns import Mask
from kb.search.filters import RowFilter
from kb.search.folding import folded_stem, prefix_pattern
from kb.search.fulltext_fields import NAMED, PARTS, folded_words
from kb.search.languages import FIELDS
from kb.search.lexical import LexicalIndex
from kb.search.notices import Notice
from kb.search.query_fields import Known, join_filters, known_languages, read_filter
from kb.search.query_syntax import Beside, Both, Clause, Either, Named, Not, Phrase, Word
from kb.search.rows import CodingOverlay, Filters
from kb.search.stemming import stem_word, words

_DEMANDED = ("fold", "part")  # `fold` holds text, title and section
_EXCLUDED = ("body",)


class Conditions:
    """Answers what a query's clauses leave; `known` are the values of fields."""

    def __init__(
        self,
        index: LexicalIndex,
        rows: RowFilter,
        overlay: CodingOverlay,
        known: Known | None = None,
    ) -> None:
        self._index, self._rows, self._overlay = index, rows, overlay
        self._known: Known = {"language": known_languages(), **(known or {})}

    def allowed(self, query: Beside) -> Mask:
        """Return the rows, (n,) bool, that satisfy all a query demands; its plain words do not.

        Fields of one name side by side are alternatives: country:NO country:SE.
        """
        return self._beside(query, _DEMANDED, plain=False)

    def _beside(self, query: Beside, parts: tuple[str, ...], *, plain: bool) -> Mask:
        """The rows that satisfy clauses side by side; their plain words too only with `plain`."""
        mask = np.ones(len(self._index), dtype=bool)
        filters: dict[str, Filters] = {}
        for clause in query.clauses:
            if isinstance(clause, Beside):
                mask &= self._beside(clause, parts, plain=plain)
            elif isinstance(clause, Named) and clause.field not in NAMED:
                wanted = self._filter(clause)
                before = filters.get(clause.field)
                filters[clause.field] = join_filters(before, wanted) if before else wanted
            elif plain or not isinstance(clause, Word) or clause.prefix:
                mask &= self._holds(clause, parts)
        for wanted in filters.values():
            mask &= self._filtered(wanted)
        return mask

    def _holds(self, clause: Clause, parts: tuple[str, ...]) -> Mask:
        if isinstance(clause, Not):
            inner = clause.clause  # -(a b) leaves out what has either
            unwanted = Either(inner.clauses) if isinstance(inner, Beside) else inner
            return ~self._holds(unwanted, _EXCLUDED)
        if isinstance(clause, Word | Phrase):
            return self._spoken(clause, parts)
        if isinstance(clause, Named):
            named = clause.field in NAMED
            return self._named(clause) if named else self._filtered(self._filter(clause))
        if isinstance(clause, Beside):
            return self._beside(clause, parts, plain=True)
        masks = [self._holds(inner, parts) for inner in clause.clauses]
        together = np.logical_and if isinstance(clause, Both) else np.logical_or
        return np.asarray(together.reduce(masks), dtype=bool)

    def _spoken(self, clause: Word | Phrase, parts: tuple[str, ...]) -> Mask:
        """The rows with a word (co-operation is a phrase of two) or a phrase."""
        found = words(clause.text)
        if not found:
            return np.ones(len(self._index), dtype=bool)
        if isinstance(clause, Word) and clause.prefix:
            last = found[-1]
            ways = [self._regex(f"form_{field}", prefix_pattern(last, field)) for field in FIELDS]
            mask = self._any(ways)
            before = Phrase(" ".join(found[:-1]), clause.at)  # barne-vern*: both, wherever
            return mask & self._spoken(before, parts) if before.text else mask
        if len(found) == 1:
            compounds = () if isinstance(clause, Phrase) else ("part",)
            kept = [part for part in parts if part != "part" or part in compounds]
            ways = [self._term(part, field, found[0]) for part in kept for field in FIELDS]
        else:
            kept = [part for part in parts if part != "part"]
            ways = [self._phrase(part, field, found) for part in kept for field in FIELDS]
        return self._any(ways)

    def _named(self, clause: Named) -> Mask:
        """The rows of an author, a title or a publisher."""
        import tantivy

        found = folded_words(clause.value)
        if not found:
            return np.ones(len(self._index), dtype=bool)
        schema, name = self._index.schema, clause.field
        if clause.prefix and len(found) == 1:
            return self._any([self._regex(name, re.escape(found[0]) + ".*")])
        if len(found) > 1:
            return self._any([tantivy.Query.phrase_query(schema, name, found)])
        forms = {found[0]}
        if name == "title" and not clause.quoted:
            (word,) = words(clause.value)[:1] or found
            forms.update(form for f in FIELDS for form in folded_words(stem_word(word, f)))
        return self._any([tantivy.Query.term_query(schema, name, form) for form in sorted(forms)])

    def _filter(self, clause: Named) -> Filters:
        read = read_filter(clause, self._known)
        return Filters() if isinstance(read, Notice) else read  # left out when it was read

    def _filtered(self, wanted: Filters) -> Mask:
        mask = self._rows.allowed(wanted, self._overlay)
        return np.ones(len(self._index), dtype=bool) if mask is None else mask

    def _term(self, part: str, field: str, word: str) -> Any:
        import tantivy

        stem = _as_kept(part, field, word)
        return tantivy.Query.term_query(self._index.schema, f"{part}_{field}", stem, PARTS[part])

    def _phrase(self, part: str, field: str, found: list[str]) -> Any:
        import tantivy

        stems: list[Any] = [_as_kept(part, field, word) for word in found]
        return tantivy.Query.phrase_query(self._index.schema, f"{part}_{field}", stems)

    def _regex(self, name: str, pattern: str) -> Any:
        import tantivy

        return tantivy.Query.regex_query(self._index.schema, name, pattern)

    def _any(self, ways: list[Any]) -> Mask:
        import tantivy

        mask = np.zeros(len(self._index), dtype=bool)
        query = tantivy.Query.boolean_query([(tantivy.Occur.Should, way) for way in ways])
        mask[self._index.rows_of(query)] = True
        return mask


def _as_kept(part: str, field: str, word: str) -> str:
    """Return a word as a part of a field keeps it."""
    return folded_stem(word, field) if part == "fold" else stem_word(word, field)
