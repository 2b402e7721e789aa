"""What a text says outright: that something promotes collaboration, or that these are factors.

Owns recognising such sentences and the factors that a list names. The words stand in `cues.yaml`;
what a statement is worth is left to `model`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipeline.cue_words import normalise
from pipeline.machine_coding.cues import direction_cues, factor_cues, label_cues, statement_cues
from pipeline.machine_coding.windows import cut_clauses
from pipeline.sentences import split_sentences

WORDS_BETWEEN = 2
"""Between "promoted" and "collaboration": "promoted much closer collaboration". With four, what
is meant to be promoted, or promoted for something else, was taken for a statement."""

WORDS_BEFORE = 3
"""In front of "promoted", where "did not", "should have" or "to have" takes it back."""

LEAST_ITEMS = 3
"""Clauses that make a list."""

LONGEST_NAME = 12
"""Words of a list's item, without what stands in parentheses; longer ones argue, not name."""

_PARENTHESES = re.compile(r"\([^)]*\)?")
_FIRST_MARK = re.compile(r":\s|[;(]|,\s")


@dataclass(frozen=True)
class Named:
    """A factor that a list names, and where the naming clause stands.

    `direction` is the clause's own, from its direction words; "" where they do not say.
    """

    factor: str
    direction: str
    start: int
    end: int


def states_gain(text: str, language: str) -> bool:
    """Return whether the text says, as a fact, that something promotes collaboration."""
    known = statement_cues(language)
    for start, end in split_sentences(text):
        words = normalise(text[start:end]).split()
        found = known.cues.find(words)
        together = [one.start for one in found if one.category == "together"]
        for one in found:
            if one.category != "promotes":
                continue
            near = any(0 <= place - one.end <= WORDS_BETWEEN for place in together)
            before = words[max(0, one.start - WORDS_BEFORE) : one.start]
            if near and not known.unsaid.intersection(before):
                return True
    return False


def name_factors(text: str, language: str) -> list[Named]:
    """Return the factors named by lists of factors, each once, in the text's order.

    A list is a sentence that calls its clauses factors, hindrances or the like of collaboration;
    a clause names the factors whose label or cue word it holds outside parentheses.
    """
    named: dict[str, Named] = {}
    for sentence in split_sentences(text):
        items = cut_clauses(text, sentence)
        if len(items) < LEAST_ITEMS or not _calls_factors(text[slice(*sentence)], language):
            continue
        for start, end in items:
            words = normalise(_PARENTHESES.sub(" ", text[start:end])).split()
            if len(words) > LONGEST_NAME:
                continue
            for cues in (factor_cues(language), label_cues(language)):
                for match in cues.find(words):
                    named.setdefault(
                        match.category,
                        Named(match.category, _point(text[start:end], language), start, end),
                    )
    return list(named.values())


def _point(clause: str, language: str) -> str:
    """Return the direction that most of a clause's direction words have, if one has more."""
    found = [one.category for one in direction_cues(language).find(normalise(clause).split())]
    hindering, promoting = found.count("barrier"), found.count("facilitator")
    if hindering == promoting:
        return ""
    return "barrier" if hindering > promoting else "facilitator"


def _calls_factors(sentence: str, language: str) -> bool:
    """Return whether what stands before the list's first comma (or colon) calls it factors."""
    opening = _FIRST_MARK.split(sentence, maxsplit=1)[0]
    found = {one.category for one in statement_cues(language).cues.find(normalise(opening).split())}
    return {"factors", "together"} <= found
