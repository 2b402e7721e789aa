"""What a search tells about a query, in the reader's language.

Owns the sentences on screen; which there are, and when, is `kb.search.notices`'s.
"""

from __future__ import annotations

from app.i18n import _
from kb.search.notices import Notice


def sentence(notice: Notice) -> str:
    """The notice as one sentence in this session's language."""
    return notice.said(_templates()[notice.kind])


def _templates() -> dict[str, str]:
    return {
        "quote_open": _(
            "The quotation mark at character {place} is not closed; the query was searched as "
            "plain words."
        ),
        "quote_empty": _(
            "The quotation marks at character {place} hold no word; the query was searched as "
            "plain words."
        ),
        "bracket_open": _(
            "The bracket at character {place} is not closed; the query was searched as plain words."
        ),
        "bracket_closed": _(
            "The bracket at character {place} closes none that was opened; the query was searched "
            "as plain words."
        ),
        "bracket_empty": _(
            "The brackets at character {place} hold nothing; the query was searched as plain words."
        ),
        "bracket_deep": _(
            "The brackets at character {place} stand too deep in others; the query was searched "
            "as plain words."
        ),
        "nothing_before": _(
            "{value} at character {place} has nothing before it; the query was searched as plain "
            "words."
        ),
        "nothing_after": _(
            "{value} at character {place} has nothing after it; the query was searched as plain "
            "words."
        ),
        "no_value": _(
            "“{value}:” at character {place} has no value after it; the query was searched as "
            "plain words."
        ),
        "unknown_field": _(
            "“{value}:” at character {place} is none of the fields ({options}) and was searched as "
            "a word."
        ),
        "unknown_value": _(
            "“{value}” at character {place} is no {field} that there is ({options}); it was left "
            "out."
        ),
        "bad_year": _(
            "“{value}” at character {place} is no year or span of years (2019, 2015..2020); it "
            "was left out."
        ),
        "too_long": _("Only the first {value} characters were searched."),
        "paragraph": _(
            "A text this long is searched by its meaning and its rarest words, without operators."
        ),
        "corrected": _("No passage has “{value}”; {options} was searched as well."),
        "nothing_fits": _("Nothing fits this question well; these are the nearest passages."),
    }
