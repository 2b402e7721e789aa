"""Invented publications and their copies, for the grouping gate: titles, makers, texts, noise.

Owns one work and the ways in which its copies differ from each other. Which works stand beside each
other, as duplicates or near misses, is `grouping_cases`' business.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path
from random import Random
from typing import Any

import yaml

from corpora.publishers import PACKAGED_PUBLISHERS
from corpora.starter import load_starter

WORDS: dict[str, Any] = yaml.safe_load(
    Path(__file__).with_name("grouping_words.yaml").read_text("utf-8")
)
LANGUAGES = ("nb", "sv", "da", "fi", "is", "en")
COUNTRY = {"nb": "NO", "sv": "SE", "da": "DK", "fi": "FI", "is": "IS", "en": "NORDIC"}
_MISREAD = (("rn", "m"), ("l", "1"), ("e", "c"), ("o", "0"), ("å", "a"), ("ø", "o"), ("i", "l"))
_ASCII = (("å", "aa"), ("Å", "Aa"), ("ø", "oe"), ("Ø", "Oe"), ("æ", "ae"), ("Æ", "Ae"))
_ASCII_SV = (("å", "a"), ("ä", "a"), ("ö", "o"), ("Å", "A"), ("Ä", "A"), ("Ö", "O"))


@dataclass(frozen=True)
class Work:
    """One publication as it is: what its copies are made of."""

    language: str
    title: str
    subtitle: str
    people: tuple[str, ...]  # "Family Given"
    publisher: tuple[str, ...]  # all its names
    year: int
    series: str | None = None
    number: str | None = None
    isbn: str | None = None
    doi: str | None = None
    journal: dict[str, str] | None = None
    text: tuple[str, ...] = ()
    slots: tuple[dict[str, str], ...] = ()
    extra: dict[str, Any] = field(default_factory=dict)


def make_work(random: Random, language: str | None = None) -> Work:
    """A work with a text of its own: sentences of the starter's and of its own figures."""
    language = language or random.choices(LANGUAGES, (6, 4, 4, 2, 2, 3))[0]
    words = WORDS[language]
    place = random.choice(WORDS["places"])
    title = random.choice(words["topics"])
    if random.random() < 0.7:
        title = f"{title} {words['in']} {place}"
    subtitle = random.choice(words["subtitles"]) if random.random() < 0.7 else ""
    real = [title for known, title, _ in _starter() if known == language]
    if real and random.random() < 0.2:
        title, subtitle = random.choice(real), ""
        title = f"{title} {words['in']} {place} {random.randrange(100, 999)}"
    publisher = random.choice(_publishers()[COUNTRY[language]])
    persons = random.sample(WORDS["people"], random.choice((0, 1, 2, 2, 3, 4)))
    year = random.randrange(2004, 2025)
    numbered = random.random() < 0.5
    slots = make_slots(random, publisher[0], place)
    return Work(
        language,
        title,
        subtitle,
        tuple(persons),
        publisher,
        year,
        series=f"{publisher[0]} rapport" if numbered else None,
        number=f"{year}:{random.randrange(1, 60):02d}" if numbered else None,
        isbn=make_isbn(random) if random.random() < 0.45 else None,
        doi=make_doi(random) if random.random() < 0.15 else None,
        text=make_text(random, language, slots),
        slots=slots,
    )


def make_slots(random: Random, agency: str, place: str) -> tuple[dict[str, str], ...]:
    """What fills the sentences of a work: its places, its figures, who is named in it."""
    others = random.sample(WORDS["places"], 3)
    return tuple(
        {
            "p": place if random.random() < 0.6 else random.choice(others),
            "q": random.choice(others),
            "n": str(random.randrange(11, 4000)),
            "m": str(random.randrange(11, 99)),
            "a": agency,
        }
        for _ in range(30)
    )


def make_text(
    random: Random, language: str, slots: tuple[dict[str, str], ...], own: int = 18
) -> tuple[str, ...]:
    """Paragraphs: each slot's sentence, and `own` sentences that few other works have."""
    forms = WORDS[language]["sentences"]
    sentences = [forms[at % len(forms)].format(**slot) for at, slot in enumerate(slots)]
    pool = _starter_sentences(language)
    sentences += random.sample(pool, min(own, len(pool)))
    shuffled = random.sample(sentences, len(sentences))
    return tuple(" ".join(shuffled[at : at + 4]) for at in range(0, len(shuffled), 4))


def translate(random: Random, work: Work, language: str) -> Work:
    """The same work in another language: other words, the same names and figures in their order."""
    words = WORDS[language]
    topics, own = WORDS[work.language]["topics"], WORDS[language]["topics"]
    known = next((at for at, topic in enumerate(topics) if work.title.startswith(topic)), None)
    title = own[known] if known is not None else random.choice(own)
    place = work.title.rsplit(" ", 1)[-1]
    if place in WORDS["places"]:
        title = f"{title} {words['in']} {place}"
    forms = words["sentences"]
    text = [forms[at % len(forms)].format(**slot) for at, slot in enumerate(work.slots)]
    return replace(
        work,
        language=language,
        title=title,
        subtitle=random.choice(words["subtitles"]) if work.subtitle else "",
        text=tuple(" ".join(text[at : at + 5]) for at in range(0, len(text), 5)),
        isbn=None,
        doi=None,
    )


def describe(random: Random, work: Work, complete: float = 0.8) -> dict[str, Any]:
    """What one catalogue or page says of a work; each field is there with a chance `complete`."""
    said: dict[str, Any] = {"title": work.title, **_title(random, work)}
    if work.people and random.random() < complete:
        said["authors"] = _authors(random, work.people)
    elif not work.people and random.random() < complete / 2:
        said["authors"] = [{"literal": random.choice(work.publisher)}]
    if random.random() < complete:
        said["year"] = work.year
    if random.random() < complete:
        said["publisher"] = random.choice(work.publisher)
    if work.number and random.random() < complete:
        said |= _series(random, work)
    if work.isbn and random.random() < complete:
        said["isbn"] = random.choice((work.isbn, _hyphened(work.isbn)))
    if work.doi and random.random() < complete:
        said["doi"] = random.choice((work.doi, f"https://doi.org/{work.doi.upper()}"))
    if work.journal and random.random() < complete:
        said |= work.journal
    if random.random() < complete:
        said["language"] = work.language
    return {**said, **work.extra}


def misread(random: Random, text: str, rate: float) -> str:
    """A text as OCR reads it: `rate` of its words have one group of letters misread."""
    words = text.split(" ")
    for at, word in enumerate(words):
        if len(word) > 3 and random.random() < rate:
            wrong = [pair for pair in _MISREAD if pair[0] in word[1:]]
            if wrong:
                old, new = random.choice(wrong)
                place = word.index(old, 1)
                words[at] = word[:place] + new + word[place + len(old) :]
    return " ".join(words)


def noisy(random: Random, work: Work, rate: float | None = None) -> tuple[str, ...]:
    """A work's text as another copy of it is read: some words misread, a paragraph lost."""
    share = rate if rate is not None else random.choice((0.0, 0.0, 0.01, 0.03))
    text = [misread(random, paragraph, share) for paragraph in work.text]
    if len(text) > 6 and random.random() < 0.3:
        del text[random.randrange(len(text))]
    return tuple(text)


def make_isbn(random: Random, head: str = "97882") -> str:
    """An ISBN whose check digit is right."""
    body = head + "".join(str(random.randrange(10)) for _ in range(12 - len(head)))
    total = sum(int(d) * (1, 3)[at % 2] for at, d in enumerate(body))
    return body + str(-total % 10)


def make_doi(random: Random) -> str:
    """A DOI of an invented prefix."""
    return f"10.{random.randrange(1000, 9999)}/rapport.{random.randrange(10**6)}"


def _title(random: Random, work: Work) -> dict[str, str]:
    """One of the ways in which a title is given."""
    whole = f"{work.title}: {work.subtitle}" if work.subtitle else work.title
    way = random.random()
    if way < 0.35:
        return {"title": work.title, **({"subtitle": work.subtitle} if work.subtitle else {})}
    if way < 0.55:
        return {"title": whole}
    if way < 0.65:
        return {"title": f"{work.title} – {work.subtitle}" if work.subtitle else work.title}
    if way < 0.73:
        return {"title": work.title}
    if way < 0.79:
        return {"title": whole.upper()}
    if way < 0.85:
        for old, new in _ASCII if work.language in ("nb", "da") else _ASCII_SV:
            whole = whole.replace(old, new)
        return {"title": whole}
    if way < 0.92:
        return {"title": misread(random, whole, 0.25)}
    cut = max(int(len(whole) * 0.75), min(len(whole), 40))
    return {"title": whole if cut >= len(whole) else f"{whole[:cut].rsplit(' ', 1)[0]} …"}


def _authors(random: Random, people: tuple[str, ...]) -> list[dict[str, str]]:
    """One of the ways in which authors are given: swapped, with initials, only the first."""
    order = list(people)
    way = random.random()
    if way < 0.2:
        random.shuffle(order)
    elif way < 0.3 and len(order) > 2:
        order = order[:1]
    named = []
    for person in order:
        family, given = person.split(" ", 1)
        if way > 0.9:
            given = f"{given[0]}."
        named.append({"family": family, "given": given})
    if 0.3 <= way < 0.36:
        return [{"family": author["given"], "given": author["family"]} for author in named]
    return named


def _series(random: Random, work: Work) -> dict[str, str]:
    series, number = str(work.series), str(work.number)
    year, _, serial = number.partition(":")
    forms: tuple[dict[str, str], ...] = (
        {"series": series, "number": number},
        {"series": f"{series} {number}"},
        {"series": series.replace(" rapport", "-rapport"), "number": f"{year}:{int(serial or 1)}"},
        {"series": "Rapport", "number": f"{int(serial or 1)}/{year}"},
    )
    return random.choice(forms)


def _hyphened(isbn: str) -> str:
    return f"{isbn[:3]}-{isbn[3:5]}-{isbn[5:9]}-{isbn[9:12]}-{isbn[12]}"


@lru_cache(maxsize=1)
def _publishers() -> dict[str, list[tuple[str, ...]]]:
    data: dict[str, list[list[str]]] = yaml.load(
        PACKAGED_PUBLISHERS.read_text("utf-8"), Loader=yaml.BaseLoader
    )
    return {
        country: [tuple(map(str, names)) for names in groups] for country, groups in data.items()
    }


@lru_cache(maxsize=2)
def _starter(least_words: int = 5) -> list[tuple[str, str, list[str]]]:
    """The starter's publications whose titles have so many words: language, title, texts."""
    return [
        (entry.language, entry.title, [passage.text for passage in entry.passages])
        for entry in load_starter()
        if len(entry.title.split()) >= least_words
    ]


@lru_cache(maxsize=8)
def _starter_sentences(language: str) -> list[str]:
    texts = [text for known, _, texts in _starter(0) if known == language for text in texts]
    found = [s for text in texts for s in re.split(r"(?<=[.!?])\s+", text) if len(s) > 50]
    return sorted(set(found))
