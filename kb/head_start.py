"""What a search from the shell begins before the rest of its program is read.

Owns the beginning: the model is opened in a thread, and where the question's language is not told
from its words a child loads the identifier. What is begun is taken up where it is needed; a
question that is refused meanwhile only waits for the thread.
"""

from __future__ import annotations

from collections.abc import Sequence

from kb.embedding import begin_search_embedder
from kb.errors import KbError
from kb.language_ranking import begin_ranking
from kb.search.query import one_line
from kb.search.word_languages import is_told
from kb.settings import load_settings


def begin_search(arguments: Sequence[str]) -> None:
    """Begin what a search with these arguments of the command line will need."""
    if not arguments or not {"-h", "--help", "--queries"}.isdisjoint(arguments):
        return
    try:
        settings = load_settings()
        question = max(arguments, key=len)  # the words asked for, if it is no option's value
        if not is_told(settings.models_folder, one_line(question)):
            begin_ranking()  # first: it takes longest
        begin_search_embedder(settings)
    except KbError:
        return  # said where the settings and the model are read for the search itself
