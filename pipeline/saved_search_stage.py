"""The last stage of a refresh: every saved search is asked again, and its feed published.

Owns the order of that and what is said of a search that cannot be asked. What is new is
`kb.saved_search_hits`' to say.
"""

from __future__ import annotations

from dataclasses import dataclass

from kb.embedding import Embedder
from kb.errors import RecordError
from kb.exports.atom_feed import publish_feeds
from kb.knowledge_base import KnowledgeBase
from kb.runs import ProblemView, add_problem
from kb.saved_search_hits import Watched, watch_all
from kb.saved_searches import list_searches
from kb.settings import Settings
from kb.store import Store
from pipeline.progress import Progress, silent

STAGE = "saved_searches"
_ADVICE = "Open the search, correct its question or filters, and save it again; or remove it."


@dataclass(frozen=True)
class SearchesReport:
    """What asking the saved searches gave, one entry each."""

    searches: tuple[Watched, ...]

    def counts(self) -> dict[str, int]:
        """The figures of the stage: searches, what is new in all, searches that failed."""
        return {
            "searches": len(self.searches),
            "new": sum(one.new for one in self.searches),
            "failed": sum(one.error is not None for one in self.searches),
        }


def ask_saved_searches(
    settings: Settings,
    store: Store,
    run_id: int | None,
    *,
    embedder: Embedder | None = None,
    progress: Progress = silent,
) -> SearchesReport:
    """Ask every saved search over the present index, record what is new, publish the feeds.

    `embedder` is the search model where the run has it open; it is opened where it is not given. A
    search that cannot be asked, and a feed that cannot be written, become problems of the run.
    """
    asked: list[Watched] = []
    if total := len(list_searches(store)):
        knowledge = KnowledgeBase(settings, store, embedder=embedder)
        with progress("saved", total) as step:
            asked = watch_all(knowledge, run_id, step)
    for one in asked:
        if one.error is not None:
            add_problem(
                store, run_id, ProblemView(STAGE, None, one.name, one.error, advice=_ADVICE)
            )
    try:
        publish_feeds(settings, store)
    except RecordError as error:
        add_problem(store, run_id, ProblemView(STAGE, None, "feeds", str(error)))
    return SearchesReport(tuple(asked))
