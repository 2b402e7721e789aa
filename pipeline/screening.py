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
from corpora.nordic import EVIDENCE_COUNTRIES, SELF_GOVERNING
from corpora.terms import load_terms
from pipeline.cue_words import ENDINGS, CueList, normalise

SCREENING_VERSION = 3
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
FAR = 0.02
"""Closeness below which words alone do not include: every starter publication lies above it, and
16 of 40 abstracts on other subjects at nought (tests/gates/screening_cases.jsonl)."""

NEAR = 0.6
"""Closeness from which words alone do not exclude: none of those 40 abstracts reaches it."""

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
PASSING, COMMON = "passing", "common"  # lists of WORDS_FILE that take away; it says what they are
_WORTH = {  # category of a word -> the side it counts for, and how much
    "topic": ("collaboration", float(TOPIC_TIMES)),
    "crossing": ("collaboration", CROSSING_WORTH),
    "served": ("young", 1.0),  # names of services: "primary care" is for the old as well
    **{side: (side, 1.0) for side in SIDES},
}
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
    names_young: bool  # a word means the young themselves, and not only a service


@dataclass(frozen=True)
class _Place:
    """Whether the evidence is Nordic, is plainly from elsewhere, and the sentence saying so."""

    is_nordic: bool
    is_elsewhere: bool
    sentence: str


def screen(
    given: ScreeningInput, year_from: int | None = None, closeness: float | None = None
) -> Screening:
    """Judge one publication; one printed before `year_from` is excluded whatever it says.

    `closeness` (0..1, or None where it was not measured) is the share of labelled passages on the
    subject that lie farther from it than this publication does. It moves verdicts into the
    undecided band only, never out of it.
    """
    found = _count(given)
    score = round(math.sqrt(found.collaboration * found.young), 4)
    if found.total < FEWEST_WORDS:
        return Screening(
            0.0, "exclude", "no_readable_text", ("There is no text that could be read.",)
        )
    where = _find_place(given)
    reasons = [_say_collaboration(found), _say_young(found), where.sentence]
    if closeness is not None:
        reasons.append(_say_closeness(closeness))
    if year_from is not None and given.year is not None:
        if given.year < year_from:
            old = f"It was published in {given.year}, before {year_from}."
            return Screening(score, "exclude", "too_old", (old, *reasons))
        reasons.append(f"It was published in {given.year}.")
    verdict, reason = _weigh_closeness(*_decide(found, score, where), closeness)
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
    if score < INCLUDE_FROM or not where.is_nordic or not found.names_young:
        return "undecided", None
    return "include", None


def _weigh_closeness(
    verdict: Verdict, reason: str | None, closeness: float | None
) -> tuple[Verdict, str | None]:
    """Leave to a person what the words and the meaning do not agree on."""
    if closeness is None:
        return verdict, reason
    is_far = verdict == "include" and closeness < FAR
    is_near = reason in ("not_collaboration", "not_children_families") and closeness >= NEAR
    return ("undecided", None) if is_far or is_near else (verdict, reason)


def _find_place(given: ScreeningInput) -> _Place:
    known = [code for code in given.countries if code in (*EVIDENCE_COUNTRIES, "NORDIC")]
    if known:
        known = list(dict.fromkeys([*_named_areas(given), *known]))
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


def _named_areas(given: ScreeningInput) -> list[str]:
    """Self-governing areas that title or abstract name: a Swedish site may publish of Åland."""
    mentions = load_gazetteer().mentions(f"{given.title}. {given.abstract}", given.language or "en")
    return [mention.country for mention in mentions if mention.country in SELF_GOVERNING]


def _count(given: ScreeningInput) -> _Words:
    cues, passing = _cue_list(given.language), _passing(given.language)
    sums = dict.fromkeys(SIDES, 0.0)
    said: dict[str, Counter[str]] = {side: Counter() for side in SIDES}
    names_young = False
    total, weighted = 0, 0
    for times, text in _weighted_texts(given):
        words = ["" if word.startswith(passing) else word for word in normalise(text).split()]
        total += len(words)
        weighted += times * len(words)
        for category, start, end in _matches(cues, words):
            side, worth = _WORTH[category]
            said[side][" ".join(words[start:end])] += times
            sums[side] += worth * times
            names_young |= category == "young"
    thousand = max(weighted, 1) / 1000
    return _Words(
        _level(sums["collaboration"] / thousand, HALF_COLLABORATION),
        _level(sums["young"] / thousand, HALF_YOUNG),
        _level(sums["services"] / thousand, HALF_SERVICES),
        total,
        _commonest(said["collaboration"]),
        _commonest(said["young"]),
        names_young,
    )


def _weighted_texts(given: ScreeningInput) -> Iterable[tuple[int, str]]:
    yield TITLE_TIMES, given.title
    yield ABSTRACT_TIMES, given.abstract
    yield from ((1, text) for text in given.texts)


def _matches(cues: CueList, words: list[str]) -> Iterable[tuple[str, int, int]]:
    """Yield (category, start, end), at most one match a side from each word on."""
    best: dict[tuple[str, int], tuple[float, bool, int, str]] = {}
    for match in cues.find(words):
        side, worth = _WORTH[match.category]
        key = (side, match.start)
        found = (worth, match.category == side, match.end, match.category)
        best[key] = max(best.get(key, (0.0, False, 0, "")), found)
    for (_side, start), (_, _, end, category) in best.items():
        yield category, start, end


def _level(rate: float, half: float) -> float:
    return rate / (rate + half)


def _commonest(said: Counter[str]) -> tuple[str, ...]:
    return tuple(word for word, _ in said.most_common(EXAMPLES))


def _say_collaboration(found: _Words) -> str:
    if not found.said_of_collaboration:
        return "No word in it says that services work together."
    how = "often" if found.collaboration >= 0.5 else "seldom"
    return f"It speaks {how} of working together ({', '.join(found.said_of_collaboration)})."


def _say_closeness(closeness: float) -> str:
    return (
        f"In meaning it is closer to the subject than {round(100 * closeness)} of 100 passages "
        "that were labelled as being about it."
    )


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
    words, terms = _read_words(), load_terms()
    cues: dict[str, list[str]] = {name: [] for name in _WORTH}
    for name in _languages_read(language):
        own = words.get(name, {})
        if name in terms:
            cues["topic"] += terms[name].topic
            crossing = [terms[name].factors.get(factor, ()) for factor in CROSSING_FACTORS]
            cues["crossing"] += [
                t for each in crossing for t in each if t not in own.get(COMMON, ())
            ]
            cues["served"] += [term for term in terms[name].services if len(term) > 3]
        for side in SIDES:
            cues[side] += own.get(side, ())
    return CueList(cues, max(ENDINGS.get(language, 1) - 1, 0))


@cache
def _passing(language: str) -> tuple[str, ...]:
    """Return the beginnings of words that count for nothing in `language`."""
    words = _read_words()
    return tuple(
        stem for name in _languages_read(language) for stem in words.get(name, {}).get(PASSING, ())
    )


def _languages_read(language: str) -> Sequence[str]:
    """The languages whose words are counted in a text of `language`; all of them if not known."""
    words, terms = _read_words(), load_terms()
    if language not in terms and language not in words:
        return list(dict.fromkeys([*words, *terms]))
    return [language, *ALSO_READ.get(language, ()), "en"]


@cache
def _read_words() -> dict[str, dict[str, list[str]]]:
    found: dict[str, dict[str, list[str]]] = yaml.safe_load(WORDS_FILE.read_text("utf-8"))
    return found
