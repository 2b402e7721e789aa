"""Where the evidence is from: countries that a publication's own words name.

Owns weighing the gazetteer's mentions against one another. The names themselves are the
gazetteer's; the publisher's country and the language only decide where the text names nothing,
and steady what it names once.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from corpora.gazetteer import HOME, load_gazetteer
from corpora.nordic import EVIDENCE_COUNTRIES, SELF_GOVERNING

NORDIC, OTHER = "NORDIC", "OTHER"

STATES = ("DK", "FI", "IS", "NO", "SE")
"""What a Nordic comparison is about unless it names fewer; the self-governing areas are named."""

TITLE_TIMES = 2
"""A name in the title counts as if it stood there twice more."""

LEAST_HOME = 0.4
"""Enough for the country whose language or publisher it is: two of its words for a service."""

LEAST_OTHER = 1.2
"""A neighbour must be named in full and more than once: one mention is a comparison."""

LEAST_AREA = 1.0
"""Within a Nordic comparison, a self-governing area must be named in full once."""

SHARE_OF_TOP = 0.25
"""A country with less than this share of the strongest one's score is a passing mention."""

NORDIC_SCORE = 2.0
"""From here "Nordic" is the subject: in the title, or named in several ways."""

MOST_TEXTS = 400
"""Passages read: a thousand-page report says where it is from long before."""


@dataclass
class Tally:
    """What was named: by country (NORDIC and OTHER too) each name's count and weight."""

    names: dict[str, dict[str, tuple[float, float]]] = field(default_factory=dict)

    def add(self, text: str, language: str, times: int = 1) -> None:
        """Add the mentions in `text`, each counting `times`."""
        for mention in load_gazetteer().mentions(text, language):
            found = self.names.setdefault(mention.country, {})
            count, weight = found.get(mention.name, (0.0, 0.0))
            found[mention.name] = (count + times, max(weight, mention.weight))

    def score(self, country: str) -> float:
        """Return how strongly the text speaks of `country`; a repeated name adds ever less."""
        found = self.names.get(country, {}).values()
        return sum(weight * (1 + math.log(count)) for count, weight in found)

    def scores(self) -> dict[str, float]:
        """Return the score of each evidence country that is named at all."""
        return {code: self.score(code) for code in EVIDENCE_COUNTRIES if code in self.names}


def tally_texts(title: str, texts: Iterable[str], language: str) -> Tally:
    """Return what a publication names in its title and in its texts."""
    tally = Tally()
    tally.add(title, language, 1 + TITLE_TIMES)
    for number, text in enumerate(texts):
        if number == MOST_TEXTS:
            break
        tally.add(text, language)
    return tally


def decide_countries(
    tally: Tally, language: str, source_country: str | None = None
) -> tuple[str, ...]:
    """Return the countries the evidence is from, strongest first; none where nothing says so."""
    scores = tally.scores()
    home = find_home(language, source_country)
    if _is_nordic(tally, scores):
        areas = tuple(code for code in SELF_GOVERNING if scores.get(code, 0.0) >= LEAST_AREA)
        return (*STATES, *areas)
    top = max(scores.values(), default=0.0)
    abroad = tally.score(OTHER)
    chosen = []
    for code, score in scores.items():
        at_home = code in home
        # A text that speaks of the wider world names its neighbours as part of it.
        is_background = not at_home and home and 0 < abroad >= max(scores.get(h, 0) for h in home)
        least = LEAST_HOME if at_home else LEAST_OTHER
        if score >= least and score >= SHARE_OF_TOP * top and not is_background:
            chosen.append(code)
    if not chosen and top >= LEAST_HOME and not home:
        chosen = [code for code, score in scores.items() if score == top]
    return tuple(sorted(chosen, key=lambda code: -scores[code])) or home


def name_countries(text: str, language: str) -> tuple[str, ...]:
    """Return the countries that one text's own words name, strongest first; no guess.

    Where it names the North at least as strongly as any one country, that is all of them: a
    ministry's or a town's name does not make evidence from "the Nordic countries" that country's.
    """
    tally = Tally()
    tally.add(text, language)
    scores = tally.scores()
    named = {code: score for code, score in scores.items() if score >= LEAST_HOME}
    if _is_nordic(tally, scores):
        return STATES
    return tuple(sorted(named, key=lambda code: -named[code]))


def find_home(language: str, source_country: str | None) -> tuple[str, ...]:
    """Return the country to fall back on: the publisher's, else the language's; () for neither."""
    if source_country in EVIDENCE_COUNTRIES:
        return (source_country,)
    return HOME.get(language, ()) if source_country is None else ()


def _is_nordic(tally: Tally, scores: dict[str, float]) -> bool:
    """Return whether the North as a whole is the subject rather than countries one by one."""
    nordic = tally.score(NORDIC)
    return nordic >= NORDIC_SCORE and nordic >= max(scores.values(), default=0.0)


def jaccard(left: Sequence[str], right: Sequence[str]) -> float:
    """Return shared over all, 1.0 where both are empty."""
    union = set(left) | set(right)
    return len(set(left) & set(right)) / len(union) if union else 1.0
