"""Near misses for the grouping gate: works that look like one and are not.

Each is a publication of its own, often with a duplicate, so that a rule that keeps everything
apart gains nothing.
"""

from __future__ import annotations

from dataclasses import replace

from tests.gates.grouping_web import Web
from tests.gates.grouping_works import (
    WORDS,
    make_doi,
    make_isbn,
    make_slots,
    make_text,
    make_work,
)


def volumes(web: Web) -> None:
    """Two volumes of one work, with one ISBN for the set now and then."""
    random = web.random
    work = make_work(random)
    word = {"nb": "Del", "sv": "Del", "da": "Bind", "fi": "Osa", "is": "Hluti", "en": "Part"}
    isbn = make_isbn(random) if random.random() < 0.4 else None
    for number, roman in ((1, "I"), (2, "II")):
        shown = random.choice((str(number), roman))
        slots = make_slots(random, work.publisher[0], random.choice(WORDS["places"]))
        volume = replace(
            work,
            title=f"{work.title}. {word[work.language]} {shown}",
            text=make_text(random, work.language, slots),
            isbn=isbn or (make_isbn(random) if work.isbn else None),
            doi=None,
            number=f"{work.year}:{number + 3}" if work.number else None,
        )
        web.work(volume, random.randrange(1, 3))


def yearly(web: Web) -> None:
    """The yearly report of two years: the same frame, other figures and years."""
    random = web.random
    work = make_work(random)
    name = {
        "nb": "Årsrapport", "sv": "Årsredovisning", "da": "Årsberetning", "fi": "Vuosikertomus",
        "is": "Ársskýrsla", "en": "Annual report",
    }[work.language]  # fmt: skip
    frame = list(make_text(random, work.language, work.slots[:8], 10))
    named = random.random() < 0.8
    for year in (work.year, work.year + 1):
        slots = make_slots(random, work.publisher[0], random.choice(WORDS["places"]))[:14]
        own = [f"{p} ({year})." for p in make_text(random, work.language, slots, 2)]
        report = replace(
            work,
            title=f"{name} {year}" if named else f"{name} {work.publisher[-1]}",
            subtitle="",
            year=year if named else year + 0,
            text=(*frame, *own),
            isbn=make_isbn(random) if work.isbn else None,
            doi=None,
            number=None,
            people=(),
        )
        first = True
        truth = ""
        for _ in range(random.randrange(1, 3)):
            said = replace(report, extra={} if named else {"year": year})
            truth = truth if not first else web.work(said, 1)
            if not first:
                web.copy(said, truth)
            first = False


def stages(web: Web) -> None:
    """An interim report and the final one, which repeats much of it."""
    random = web.random
    work = make_work(random)
    words = {
        "nb": ("delrapport", "sluttrapport"), "sv": ("delrapport", "slutrapport"),
        "da": ("midtvejsrapport", "slutrapport"), "fi": ("väliraportti", "loppuraportti"),
        "is": ("áfangaskýrsla", "lokaskýrsla"), "en": ("interim report", "final report"),
    }[work.language]  # fmt: skip
    more = make_text(random, work.language, make_slots(random, work.publisher[0], "Oslo"), 10)
    for at, word in enumerate(words):
        report = replace(
            work,
            title=f"{work.title} – {word}",
            subtitle="",
            year=work.year + 2 * at,
            text=work.text if at == 0 else (*work.text[: len(work.text) // 2], *more),
            isbn=make_isbn(random) if work.isbn else None,
            doi=None,
            number=f"{work.year + 2 * at}:{7 + at}" if work.number else None,
        )
        web.work(report, random.randrange(1, 3))


def agencies(web: Web) -> None:
    """One title at two agencies, each with a report of its own."""
    random = web.random
    one = make_work(random)
    while True:
        other = make_work(random, one.language)
        if other.publisher != one.publisher and not set(other.people) & set(one.people):
            break
    # Without any maker or number on one side nothing could tell the two apart.
    one = replace(one, people=one.people or tuple(random.sample(WORDS["people"][:20], 2)))
    other = replace(other, people=other.people or tuple(random.sample(WORDS["people"][20:], 2)))
    for work in (one, replace(other, title=one.title, subtitle=one.subtitle)):
        web.work(work, random.randrange(1, 3))


def inspections(web: Web) -> None:
    """One inspection in several municipalities: the same words about other places."""
    random = web.random
    base = make_work(random, random.choice(("nb", "sv", "da")))
    title = {
        "nb": "Rapport fra tilsyn med barneverntjenesten",
        "sv": "Beslut efter tillsyn av socialtjänsten",
        "da": "Rapport om tilsyn med børnesager",
    }[base.language]
    frame = list(base.text)
    in_title = random.random() < 0.65
    for place in random.sample(WORDS["places"], random.randrange(2, 5)):
        slots = tuple(
            {**slot, "p": place, "q": place, "n": str(random.randrange(11, 99))}
            for slot in base.slots[:6]
        )
        own = make_text(random, base.language, slots, 0)
        report = replace(
            base,
            title=f"{title} i {place} kommune" if in_title else title,
            subtitle="",
            people=(),
            text=(*(_about(paragraph, place) for paragraph in frame), *own),
            isbn=None,
            doi=None,
            number=None,
        )
        truth = web.work(report, 1)
        if random.random() < 0.4:
            web.copy(
                report, truth, kind=random.choice(("both", "file")) if not in_title else "both"
            )


def articles(web: Web) -> None:
    """An article and the report it is about: the same people, nearly the same title and year."""
    random = web.random
    work = make_work(random)
    work = replace(work, people=work.people or tuple(random.sample(WORDS["people"], 2)))
    work = replace(work, isbn=work.isbn or make_isbn(random))
    web.work(work, random.randrange(1, 3))
    journal = {
        "journal": random.choice(("Nordisk välfärdsforskning", "Tidsskrift for familiestudier")),
        "volume": str(random.randrange(2, 40)),
        "issue": str(random.randrange(1, 5)),
        "pages": f"{random.randrange(10, 90)}-{random.randrange(91, 120)}",
    }
    own = make_text(random, work.language, work.slots[:10], 12)
    article = replace(
        work, journal=journal, text=own, isbn=None, number=None, series=None, doi=make_doi(random)
    )
    article = replace(article, extra=journal)  # a journal's page always says so
    web.work(article, random.randrange(1, 3))


def errata(web: Web) -> None:
    """A report and the sheet that corrects it."""
    random = web.random
    work = make_work(random)
    web.work(work, random.randrange(1, 3))
    word = {"nb": "Rettelser til", "sv": "Rättelse till", "da": "Rettelser til",
            "fi": "Oikaisu:", "is": "Leiðrétting:", "en": "Errata to"}[work.language]  # fmt: skip
    sheet = replace(work, title=f"{word} {work.title}", text=work.text[:2], number=None, isbn=None,
                    doi=None)  # fmt: skip
    web.work(sheet, 1)


def neighbours(web: Web) -> None:
    """Reports of the same people in the same year about neighbouring subjects."""
    random = web.random
    work = make_work(random)
    topics = random.sample(WORDS[work.language]["topics"], 3)
    for at, topic in enumerate(topics):
        slots = make_slots(random, work.publisher[0], random.choice(WORDS["places"]))
        other = replace(
            work,
            title=topic,
            text=make_text(random, work.language, slots),
            isbn=make_isbn(random) if work.isbn else None,
            doi=make_doi(random) if work.doi else None,
            number=f"{work.year}:{20 + at}" if work.number else None,
        )
        web.work(other, random.randrange(1, 3))


def periods(web: Web) -> None:
    """A plan and its successor, whose titles differ in the years alone."""
    random = web.random
    work = make_work(random)
    for start in (2014, 2018):
        slots = make_slots(random, work.publisher[0], random.choice(WORDS["places"]))
        plan = replace(
            work,
            title=f"{work.title} {start}–{start + 3}",
            subtitle="",
            year=start,
            text=make_text(random, work.language, slots),
            isbn=None,
            doi=None,
            number=None,
        )
        web.work(plan, random.randrange(1, 3))


def anthology(web: Web) -> None:
    """Chapters of one book: one ISBN, a DOI and authors each."""
    random = web.random
    isbn = make_isbn(random)
    for at in range(3):
        chapter = make_work(random)
        chapter = replace(chapter, isbn=isbn, doi=f"10.9999/bok.{isbn[-6:]}_{at}", number=None)
        chapter = replace(chapter, extra={"doi": chapter.doi})
        web.work(chapter, random.randrange(1, 3))


def template_numbers(web: Web) -> None:
    """Reports on one page template that gives all of them the publisher's first ISBN."""
    random = web.random
    isbn = make_isbn(random)
    base = make_work(random)
    for _ in range(2):
        other = make_work(random, base.language)
        report = replace(other, publisher=base.publisher, isbn=isbn, doi=None, number=None)
        web.work(report, 1)


def places_alike(web: Web) -> None:
    """Titles that differ in a place whose name is nearly another's."""
    random = web.random
    base = make_work(random, "nb")
    for place in random.choice((("Hamar", "Hamarøy"), ("Kristiansund", "Kristiansand"))):
        slots = make_slots(random, base.publisher[0], place)
        topic = next(t for t in WORDS["nb"]["topics"])
        report = replace(
            base,
            title=f"{topic} i {place}",
            text=make_text(random, "nb", slots),
            isbn=None,
            doi=None,
            number=None,
        )
        web.work(report, random.randrange(1, 3))


def _about(paragraph: str, place: str) -> str:
    """A paragraph about this place instead of any other."""
    for other in WORDS["places"]:
        paragraph = paragraph.replace(f"{other} ", f"{place} ")
    return paragraph
