"""Groups of items for the grouping gate: duplicates, editions and translations, among near misses.

Owns which works are copies of each other, and how many cases of each kind there are.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import asdict, replace
from random import Random

from tests.gates import grouping_near_misses as near_misses
from tests.gates.grouping_web import Seen, Web
from tests.gates.grouping_works import (
    LANGUAGES,
    make_isbn,
    make_text,
    make_work,
    translate,
)


def duplicates(web: Web) -> None:
    """The same report at a publisher, in a repository, in a catalogue."""
    web.work(make_work(web.random), web.random.randrange(2, 5))


def editions(web: Web) -> None:
    """A second edition, marked so, or only with another year and most of the same text."""
    random = web.random
    first = make_work(random)
    marks = {
        "nb": ("2. utgave", "2. reviderte utgave"),
        "sv": ("2:a upplagan", "andra reviderade upplagan"),
        "da": ("2. udgave", "revideret udgave"),
        "fi": ("2. painos", "2. uudistettu painos"),
        "is": ("2. útgáfa", "önnur útgáfa"),
        "en": ("2nd edition", "2nd revised edition"),
    }
    truth = web.work(first, random.randrange(1, 3))
    changed = list(first.text)
    for at in random.sample(range(len(changed)), len(changed) // 5):
        changed[at] = make_text(random, first.language, first.slots[:4], 4)[0]
    second = replace(
        first,
        year=first.year + random.randrange(1, 5),
        text=tuple(changed),
        isbn=make_isbn(random) if first.isbn else None,
        doi=None,
        number=None,
    )
    if random.random() < 0.75:
        mark = random.choice(marks[first.language])
        second = replace(second, subtitle=f"{first.subtitle}. {mark}" if first.subtitle else mark)
    for at in range(random.randrange(1, 3)):
        web.copy(second, truth, way=at)


def translations(web: Web) -> None:
    """A version in another language, declared by its page, by a number, or by nothing at all."""
    random = web.random
    work = make_work(random, random.choice(LANGUAGES[:-1]))
    truth = web.work(work, 1)
    main = web.seen[0].item
    other = translate(random, work, random.choice([x for x in LANGUAGES if x != work.language]))
    way = random.random()
    if way < 0.3:
        web.copy(other, truth, version_of=main, kind=random.choice(("page", "both")))
    elif way < 0.5:
        other = replace(other, extra={"other_titles": [work.title]})
        web.copy(other, truth, kind=random.choice(("record", "both")))
    elif way < 0.65:
        english = {"sv": "Summary of", "nb": "English summary of", "da": "English summary of"}
        start = english.get(work.language, "English summary:")
        short = replace(work, title=f"{start} {work.title}", text=other.text[:3], isbn=None)
        web.copy(replace(short, language="en", extra={"language": "en"}), truth, kind="both")
    elif work.number and way < 0.8:
        web.copy(other, truth, kind="both")
    else:
        web.copy(replace(other, number=None), truth, kind=random.choice(("both", "file")))


CASES: tuple[tuple[Callable[[Web], None], int], ...] = (
    (duplicates, 70),
    (editions, 28),
    (translations, 32),
    (near_misses.volumes, 9),
    (near_misses.yearly, 9),
    (near_misses.stages, 9),
    (near_misses.agencies, 8),
    (near_misses.inspections, 10),
    (near_misses.articles, 10),
    (near_misses.errata, 6),
    (near_misses.neighbours, 8),
    (near_misses.periods, 6),
    (near_misses.anthology, 4),
    (near_misses.template_numbers, 4),
    (near_misses.places_alike, 3),
)


def make_cases(seed: int) -> list[Seen]:
    """All items of one seed, in an order that says nothing."""
    random = Random(seed)
    seen = [one for make, times in CASES for _ in range(times) for one in _case(random, make)]
    items = sorted({one.item for one in seen})
    random.shuffle(items)
    order = {item: at for at, item in enumerate(items)}
    return sorted(seen, key=lambda one: order[one.item])


def data_hash(seen: list[Seen]) -> str:
    """A hash of the cases: the floors hold for these only."""
    facts = json.dumps([asdict(one) for one in seen], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(facts.encode()).hexdigest()[:16]


def _case(random: Random, make: Callable[[Web], None]) -> Iterator[Seen]:
    web = Web(random, make.__name__)
    make(web)
    yield from web.seen
