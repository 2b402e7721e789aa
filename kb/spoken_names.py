"""What codes are called in a question: the values of its fields, the names of the factors.

Owns gathering both from the codebook's labels in every language. Reading a field is
`kb.search.query_fields`'s, recognising a factor `kb.search.named_factors`'.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

from corpora.nordic import LABEL_LANGUAGES
from corpora.terms import load_terms
from kb.search.named_factors import FactorNames, factor_names

Labels = Callable[[str, str], dict[str, str]]
"""From a dimension and a language the label of each of its codes."""


class SpokenNames:
    """The names of one codebook's codes."""

    def __init__(self, labels: Labels) -> None:
        self._labels = labels

    @cached_property
    def field_values(self) -> dict[str, dict[str, str]]:
        """For fields of the query language the names of their values and the codes they mean."""
        values: dict[str, dict[str, str]] = {}
        for name in ("country", "factor", "direction", "type"):
            kind = "evidence_type" if name == "type" else name
            labels = [self._labels(kind, spoken) for spoken in LABEL_LANGUAGES]
            values[name] = {code.lower(): code for code in labels[0]}
            for code, label in (pair for told in labels for pair in told.items()):
                values[name].setdefault("_".join(label.lower().split()), code)
        return values

    def of_factors(self, language: str) -> FactorNames:
        """Return what the factors are called in a language."""
        return factor_names(self._labels("factor", language), load_terms(), language)
