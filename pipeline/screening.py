"""Screening: is a publication about services working together for children in the Nordic countries?

Owns the judgement from title, abstract and texts, by words that can be shown to a person. When a
publication is judged, and what a person decides instead, is left to `screening_stage` and the
record.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

import yaml

from corpora.gazetteer import HOME, load_gazetteer
from corpora.nordic import EVIDENCE_COUNTRIES
from corpora.terms import load_terms
from pipeline.cue_words import ENDINGS, CueList, normalise

SCREENING_VERSION = 1
"""Raised when the judgement changes, so that everything is screened again."""

WORDS_FILE = Path(__file__).with_name("screening_words.yaml")

HALF_COLLABORATION = 4.0
"""Words about working together in a thousand at which half the way is gone; the starter's median
is 27, a Linux manual's 0.1."""

HALF_YOUNG = 5.0
"""The same for words about children, young people, families and their services."""

TITLE_TIMES, ABSTRACT_TIMES = 4, 2
"""What a word in the title or abstract counts against one in the body."""

TOPIC_TIMES = 2
"""A whole topic term ("tverretatlig samarbeid") counts as this many words."""

CROSSING_FACTORS = ("information_sharing", "coordination", "role_knowledge", "colocation")
"""Factors that only make sense between services: their cue words count a little as well, since a
study of the duty to report need not say "collaboration" once."""

CROSSING_WORTH = 0.4
HALF_SERVICES = 6.0
"""Words for welfare services in a thousand at which half the way is gone."""

MOSTLY_YOUNG, OF_SERVICES = 0.6, 0.4
"""From these levels on it is about services for children, and a person should look whether they
work together, even if no word says so."""

INCLUDE_FROM = 0.55
EXCLUDE_BELOW = 0.25
ABSENT = 0.2
"""A side of the subject below this level is as good as absent."""

FEWEST_WORDS = 5
"""With fewer words than this, title and all, there is nothing to judge."""

ENOUGH_WORDS = 25
"""A title alone can say what it is about, but not carry an exclusion: a person looks."""

ONE_ADJECTIVE = 0.5
"""The gazetteer's weight of "Norwegian" said once: enough where nothing else is named."""

EXAMPLES = 4
ALSO_READ = {
    "nb": ("nn",),
    "nn": ("nb",),
    "sv": ("sv_FI",),
    "fo": ("da",),
    "kl": ("da",),
    "se": ("nb",),
}
"""Languages whose words are read too, beside English: neighbours quote one another."""

SIDES = ("collaboration", "young", "services")
Verdict = Literal["include", "exclude", "undecided"]


@dataclass(frozen=True)
class ScreeningInput:
    """What is known of a publication; `language` may be empty, `texts` are its first passages.

    `countries` are those given with it or its publisher's; NORDIC counts as Nordic.
    """

    title: str
    abstract: str = ""
    texts: tuple[str, ...] = ()
    language: str = ""
    countries: tuple[str, ...] = ()
    year: int | None = None


@dataclass(frozen=True)
class Screening:
    """The judgement: `score` 0..1, `reason` an exclusion reason's id, `reasons` for a person."""

    score: float
    verdict: Verdict
    reason: str | None
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class _Words:
    """What was counted: levels 0..1, number of words, and the commonest words that counted."""

    collaboration: float
    young: float
    services: float
    total: int
    said_of_collaboration: tuple[str, ...]
    said_of_young: tuple[str, ...]


@dataclass(frozen=True)
class _Place:
    """Whether the evidence is Nordic, is plainly from elsewhere, and the sentence saying so."""

    is_nordic: bool
    is_elsewhere: bool
    sentence: str


def screen(given: ScreeningInput, year_from: int | None = None) -> Screening:
    """Judge one publication; one printed before `year_from` is excluded whatever it says."""
    found = _count(given)
    score = round(math.sqrt(found.collaboration * found.young), 4)
    if found.total < FEWEST_WORDS:
        return Screening(
            0.0, "exclude", "no_readable_text", ("There is no text that could be read.",)
        )
    where = _find_place(given)
    reasons = [_say_collaboration(found), _say_young(found), where.sentence]
    if year_from is not None and given.year is not None:
        if given.year < year_from:
            old = f"It was published in {given.year}, before {year_from}."
            return Screening(score, "exclude", "too_old", (old, *reasons))
        reasons.append(f"It was published in {given.year}.")
    verdict, reason = _decide(found, score, where)
    if verdict == "undecided" and not found.said_of_collaboration:
        reasons.append("It is short or about services for children, so a person should look.")
    if year_from is not None and given.year is None:
        reasons.append(f"Its year is not known; only those from {year_from} on are wanted.")
        verdict = "undecided" if verdict == "include" else verdict
    return Screening(score, verdict, reason, tuple(reasons))


def _decide(found: _Words, score: float, where: _Place) -> tuple[Verdict, str | None]:
    """Return (verdict, reason id) from the levels and the place."""
    if score < EXCLUDE_BELOW:
        is_of_services = found.young >= MOSTLY_YOUNG and found.services >= OF_SERVICES
        if found.total < ENOUGH_WORDS or is_of_services:
            return "undecided", None
        if found.young < ABSENT and found.young < found.collaboration:
            return "exclude", "not_children_families"
        return "exclude", "not_collaboration"
    if where.is_elsewhere:
        return "exclude", "not_nordic"
    if score < INCLUDE_FROM or not where.is_nordic:
        return "undecided", None
    return "include", None


def _find_place(given: ScreeningInput) -> _Place:
    known = [code for code in given.countries if code in (*EVIDENCE_COUNTRIES, "NORDIC")]
    if known:
        return _Place(True, False, f"Its evidence or publisher is Nordic ({', '.join(known)}).")
    if given.language in HOME:
        return _Place(True, False, f"It is in a Nordic language ({given.language}).")
    weights = {"NORDIC": 0.0, "OTHER": 0.0}
    for text in (given.title, given.abstract, *given.texts):
        for mention in load_gazetteer().mentions(text, given.language or "en"):
            weights["OTHER" if mention.country == "OTHER" else "NORDIC"] += mention.weight
    if weights["NORDIC"] >= max(ONE_ADJECTIVE, weights["OTHER"]):
        return _Place(True, False, "It names Nordic places, institutions or laws.")
    if weights["OTHER"] >= 1.0 and weights["NORDIC"] == 0:
        return _Place(False, True, "It names places outside the Nordic countries only.")
    return _Place(False, False, "It does not say plainly that it is from a Nordic country.")


def _count(given: ScreeningInput) -> _Words:
    cues = _cue_list(given.language)
    sums = dict.fromkeys(SIDES, 0.0)
    said: dict[str, Counter[str]] = {side: Counter() for side in SIDES}
    total, weighted = 0, 0
    for times, text in _weighted_texts(given):
        words = normalise(text).split()
        total += len(words)
        weighted += times * len(words)
        for side, start, end, worth in _matches(cues, words):
            said[side][" ".join(words[start:end])] += times
            sums[side] += worth * times
    thousand = max(weighted, 1) / 1000
    return _Words(
        _level(sums["collaboration"] / thousand, HALF_COLLABORATION),
        _level(sums["young"] / thousand, HALF_YOUNG),
        _level(sums["services"] / thousand, HALF_SERVICES),
        total,
        _commonest(said["collaboration"]),
        _commonest(said["young"]),
    )


def _weighted_texts(given: ScreeningInput) -> Iterable[tuple[int, str]]:
    yield TITLE_TIMES, given.title
    yield ABSTRACT_TIMES, given.abstract
    yield from ((1, text) for text in given.texts)


def _matches(cues: CueList, words: list[str]) -> Iterable[tuple[str, int, int, float]]:
    """Yield (side, start, end, worth), at most one match a side from each word on."""
    best: dict[tuple[str, int], tuple[float, int]] = {}
    for match in cues.find(words):
        side = match.category if match.category in SIDES else "collaboration"
        worth = {"topic": float(TOPIC_TIMES), "crossing": CROSSING_WORTH}.get(match.category, 1.0)
        key = (side, match.start)
        best[key] = max(best.get(key, (0.0, 0)), (worth, match.end))
    for (side, start), (worth, end) in best.items():
        yield side, start, end, worth


def _level(rate: float, half: float) -> float:
    return rate / (rate + half)


def _commonest(said: Counter[str]) -> tuple[str, ...]:
    return tuple(word for word, _ in said.most_common(EXAMPLES))


def _say_collaboration(found: _Words) -> str:
    if not found.said_of_collaboration:
        return "No word in it says that services work together."
    how = "often" if found.collaboration >= 0.5 else "seldom"
    return f"It speaks {how} of working together ({', '.join(found.said_of_collaboration)})."


def _say_young(found: _Words) -> str:
    if not found.said_of_young:
        return "No word in it says that children, young people or families are meant."
    how = "often" if found.young >= 0.5 else "seldom"
    return (
        f"It speaks {how} of children, young people, families or their services "
        f"({', '.join(found.said_of_young)})."
    )


@cache
def _cue_list(language: str) -> CueList:
    """Return the words counted in `language`; those of every language if it is not known.

    One letter less is taken off them than in coding: what matches here is shown to a person.
    """
    words = _read_words()
    terms = load_terms()
    wanted: Sequence[str] = [language, *ALSO_READ.get(language, ()), "en"]
    if language not in terms and language not in words:
        wanted = list(dict.fromkeys([*words, *terms]))
    cues: dict[str, list[str]] = {name: [] for name in ("topic", "crossing", *SIDES)}
    for name in wanted:
        if name in terms:
            cues["topic"] += terms[name].topic
            for factor in CROSSING_FACTORS:
                cues["crossing"] += terms[name].factors.get(factor, ())
            cues["young"] += [term for term in terms[name].services if len(term) > 3]
        for side, stems in words.get(name, {}).items():
            cues[side] += stems
    return CueList(cues, max(ENDINGS.get(language, 1) - 1, 0))


@cache
def _read_words() -> dict[str, dict[str, list[str]]]:
    found: dict[str, dict[str, list[str]]] = yaml.safe_load(WORDS_FILE.read_text("utf-8"))
    return found
