"""The screening stage over the record: a verdict by the machine on each changed publication.

Owns when a publication is screened again; the judgement itself is `pipeline.screening`'s, the rows
`kb.publications`'.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Sequence

from kb.library import PublicationView, present_passages
from kb.publications import MACHINE, record_screening
from kb.settings import Settings
from kb.store import Store
from kb.tables import Publication
from pipeline.screening import SCREENING_VERSION, ScreeningInput, screen

TEXTS_READ = 40  # passages: enough of a report to judge its subject, and bounded for long ones


def screen_publications(
    settings: Settings, store: Store, views: Sequence[PublicationView]
) -> dict[str, int]:
    """Screen publications whose text, title or year changed; count the verdicts given."""
    counts: Counter[str] = Counter()
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
        facts = [SCREENING_VERSION, settings.year_from, str(given)]
        key = hashlib.sha256(json.dumps(facts).encode()).hexdigest()
        with store.read() as session:
            if session.get_one(Publication, view.id).screening_key == key:
                counts["unchanged"] += 1
                continue
        verdict = screen(given, year_from=settings.year_from)
        with store.write() as session:
            record_screening(
                session,
                view.id,
                verdict=verdict.verdict,
                reason=verdict.reason,
                score=verdict.score,
                reasons=verdict.reasons,
                by=MACHINE,
                version=str(SCREENING_VERSION),
            )
            session.get_one(Publication, view.id).screening_key = key
        counts[verdict.verdict] += 1
    return dict(counts)
