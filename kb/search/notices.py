"""What a search has to tell beside its hits: how a query was read where that is not as typed.

Owns the kinds of notice and their English sentences. A notice never stops a search; the app says
the same in the reader's language.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

_PLAIN = "; the query was searched as plain words."
TEXTS: Mapping[str, str] = {
    "quote_open": "The quotation mark at character {place} is not closed" + _PLAIN,
    "quote_empty": "The quotation marks at character {place} hold no word" + _PLAIN,
    "bracket_open": "The bracket at character {place} is not closed" + _PLAIN,
    "bracket_closed": "The bracket at character {place} closes none that was opened" + _PLAIN,
    "bracket_empty": "The brackets at character {place} hold nothing" + _PLAIN,
    "bracket_deep": "The brackets at character {place} stand too deep in others" + _PLAIN,
    "nothing_before": "{value} at character {place} has nothing before it" + _PLAIN,
    "nothing_after": "{value} at character {place} has nothing after it" + _PLAIN,
    "no_value": "“{value}:” at character {place} has no value after it" + _PLAIN,
    "unknown_field": (
        "“{value}:” at character {place} is none of the fields ({options}) and was searched as a "
        "word."
    ),
    "unknown_value": (
        "“{value}” at character {place} is no {field} that there is ({options}); it was left out."
    ),
    "bad_year": (
        "“{value}” at character {place} is no year or span of years (2019, 2015..2020); it was "
        "left out."
    ),
    "too_long": "Only the first {value} characters were searched.",
    "paragraph": (
        "A text this long is searched by its meaning and its rarest words, without operators."
    ),
    "corrected": "No passage has “{value}”; {options} was searched as well.",
    "nothing_fits": "Nothing fits this question well; these are the nearest passages.",
}


@dataclass(frozen=True)
class Notice:
    """One thing to tell: its kind, the character it is about (the first is 1) and its values."""

    kind: str
    place: int | None = None
    values: Mapping[str, str] = field(default_factory=dict)

    def said(self, template: str) -> str:
        """Return the sentence of a template with this notice's place and values in it."""
        return template.format(place=self.place, **self.values)

    def __str__(self) -> str:
        return self.said(TEXTS[self.kind])
