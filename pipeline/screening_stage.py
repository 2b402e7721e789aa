"""The screening stage over the record: a verdict by the machine on each changed publication.

Owns when a publication is screened again; the judgement itself is `pipeline.screening`'s, the rows
`kb.publications`'.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Sequence

from kb.library import PublicationView, present_passages
from kb.publications import MACHINE, record_screening
from kb.settings import Settings
from kb.store import Store
from kb.tables import Publication
from pipeline.screening import SCREENING_VERSION, ScreeningInput, screen

TEXTS_READ = 40  # passages: enough of a report to judge its subject, and bounded for long ones
TOGETHER = 200  # publications measured at once and written in one transaction

# closeness to the subject of each, 0..1
Measure = Callable[[Sequence[ScreeningInput]], Sequence[float | None]]


def screen_publications(
    settings: Settings,
    store: Store,
    views: Sequence[PublicationView],
    measure: Measure | None = None,
) -> dict[str, int]:
    """Screen publications whose text, title or year changed; count the verdicts given.

    `measure` says how close one is in meaning; without it words alone decide.
    """
    counts: Counter[str] = Counter()
    for start in range(0, len(views), TOGETHER):
        part = views[start : start + TOGETHER]
        changed = _changed(settings, store, part, measured=measure is not None)
        counts["unchanged"] += len(part) - len(changed)
        inputs = [given for _, given, _ in changed]
        closeness = measure(inputs) if measure and inputs else [None] * len(inputs)
        verdicts = [
            screen(given, year_from=settings.year_from, closeness=near)
            for given, near in zip(inputs, closeness, strict=True)
        ]
        with store.write() as session:
            for (publication_id, _, key), verdict in zip(changed, verdicts, strict=True):
                record_screening(
                    session,
                    publication_id,
                    verdict=verdict.verdict,
                    reason=verdict.reason,
                    score=verdict.score,
                    reasons=verdict.reasons,
                    by=MACHINE,
                    version=str(SCREENING_VERSION),
                )
                session.get_one(Publication, publication_id).screening_key = key
                counts[verdict.verdict] += 1
    return {name: count for name, count in counts.items() if count}


def _changed(
    settings: Settings, store: Store, views: Sequence[PublicationView], *, measured: bool
) -> list[tuple[str, ScreeningInput, str]]:
    """Of some publications those to screen anew: (id, what is screened, its hash)."""
    found = []
    for view in views:
        passages = present_passages(store, view.id)
        year = (view.csl.get("issued", {}).get("date-parts") or [[None]])[0][0]
        given = ScreeningInput(
            title=str(view.csl.get("title") or ""),
            abstract=str(view.csl.get("abstract") or ""),
            texts=tuple(passage.text for passage in passages[:TEXTS_READ]),
            language=view.language or "",
            countries=view.given_countries or tuple(filter(None, [view.source_country])),
            year=int(year) if year is not None else None,
        )
        model = settings.model if measured else None
        facts = [SCREENING_VERSION, settings.year_from, model, str(given)]
        key = hashlib.sha256(json.dumps(facts).encode()).hexdigest()
        with store.read() as session:
            if session.get_one(Publication, view.id).screening_key != key:
                found.append((view.id, given, key))
    return found
