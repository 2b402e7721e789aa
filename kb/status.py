"""How the knowledge base stands, as numbers. Owns the status record and nothing else."""

from __future__ import annotations

from collections import Counter
from typing import Any

from sqlalchemy import func, select

from kb.coding.round_entries import visible
from kb.errors import GenerationError, ModelError
from kb.files import list_quarantined
from kb.generation import current_generation
from kb.library import list_publications
from kb.model_fit import model_misfit
from kb.runs import list_runs
from kb.settings import Settings
from kb.store import Store
from kb.tables import CitationSet, Coding, File, Passage


def describe_status(settings: Settings, store: Store) -> dict[str, Any]:
    """Counts of the record, the current generation, and the last run."""
    views = list_publications(store)
    with store.read() as session:

        def count(table: Any, *where: Any) -> int:
            return session.scalar(select(func.count()).select_from(table).where(*where)) or 0

        record = {
            "publications": len(views),
            "passages": count(Passage, Passage.retired_at.is_(None)),
            "files": count(File),
            "screening": dict(Counter(view.verdict or "not screened" for view in views)),
            "languages": dict(Counter(view.language or "unknown" for view in views)),
            "codings_by_people": count(Coding, visible(Coding)),
            "citation_sets": count(CitationSet, CitationSet.deleted_at.is_(None)),
            "quarantined_files": len(list_quarantined(store)),
        }
    last = list_runs(store, 1)
    return {
        "home": str(settings.home),
        "record": record,
        "generation": _generation(settings),
        "last_run": {
            "id": last[0].id,
            "kind": last[0].kind,
            "status": last[0].status,
            "started_at": last[0].started_at.isoformat(),
            "ended_at": last[0].ended_at.isoformat() if last[0].ended_at else None,
        }
        if last
        else None,
    }


def _generation(settings: Settings) -> dict[str, Any] | None:
    """The current generation without its list of files; None where there is none yet.

    `misfit` says so where it was made with another model than search uses now.
    """
    try:
        generation = current_generation(settings.generations_folder)
    except GenerationError:
        return None
    told = {key: value for key, value in generation.manifest.items() if key != "files"}
    try:
        misfit = model_misfit(settings, generation.number, generation.manifest)
    except ModelError as error:
        misfit = str(error)
    return told if misfit is None else {**told, "misfit": misfit}
