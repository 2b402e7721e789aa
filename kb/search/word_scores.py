"""Makes what `kb.search.word_languages` reads: the identifier asked word by word.

Owns which words are asked for, how the likeliest variety of Finnish is told from Finnish, and the
proof that the file answers as the identifier does. Some seconds, once in a data home.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from corpora.questions import load_exemplar_questions
from corpora.starter import (
    load_exemplar_passages,
    load_exemplar_publications,
    load_exemplars,
    load_starter,
)
from corpora.terms import load_terms
from kb.hashed_texts import hash_texts
from kb.language_ranking import rank_languages
from kb.search.languages import query_language
from kb.search.word_languages import (
    LANGUAGES,
    WordLanguages,
    plain_words,
    word_languages_path,
)

log = logging.getLogger(__name__)

CHECKED_TEXTS = 2_000  # texts that a new file has to answer as the identifier does
# heliport knows varieties of Finnish and gives the likeliest one's score: of a single word the
# least of all. Beside these words that is standard Finnish.
_FINNISH = "lastensuojelun yhteistyö perustuu työntekijöiden osaamiseen"


def keep_word_languages(models_folder: Path) -> None:
    """Write the file where there is none that can be read.

    Where it cannot be written, or would not answer as the identifier does, there is none.
    """
    path = word_languages_path(models_folder)
    if WordLanguages.load(path) is not None:
        return
    texts = list(packaged_texts())
    made = measure_words({word for text in texts for word in plain_words(text) or ()})
    step = max(1, len(texts) // CHECKED_TEXTS)
    wrong = [text for text in texts[::step] if made.sure(text) not in (None, query_language(text))]
    if wrong:
        log.warning("The words' languages are not kept: %r is told otherwise.", wrong[0][:60])
        return
    try:
        models_folder.mkdir(parents=True, exist_ok=True)
        made.save(path)
    except OSError as error:
        log.info("The words' languages cannot be kept in %s (%s).", path, error)


def measure_words(words: Iterable[str]) -> WordLanguages:
    """Return what the identifier says of each of these words, in lower case."""
    every = sorted(set(words))
    hashes = hash_texts(every)
    order = np.argsort(hashes, kind="stable")
    beside = len(_FINNISH.split())
    finnish_alone = beside * dict(rank_languages(_FINNISH))["fi"]
    scores = np.zeros((len(every), len(LANGUAGES)), dtype=np.float32)
    finnish = np.zeros(len(every), dtype=np.float32)
    for row, word in enumerate(every[at] for at in order.tolist()):
        found = dict(rank_languages(word))
        scores[row] = [found[language] for language in LANGUAGES]
        with_others = dict(rank_languages(f"{_FINNISH} {word}"))["fi"]
        finnish[row] = (beside + 1) * with_others - finnish_alone
    return WordLanguages(hashes[order], scores, finnish)


def packaged_texts() -> Iterable[str]:
    """The texts that come with the program: exemplars and questions of them, starter, terms."""
    exemplars = load_exemplar_passages()
    yield from (one.text for one in (*exemplars, *load_exemplars()))
    yield from (asked.q for asked in load_exemplar_questions(exemplars))
    for work in load_exemplar_publications():
        yield from (work.title, work.abstract, *(asked.q for asked in work.queries))
        for one in work.passages:
            yield from (one.section, one.text)
    for publication in load_starter():
        yield publication.title
        yield from (passage.text for passage in publication.passages)
    for terms in load_terms().values():
        yield from (*terms.topic, *terms.services)
        yield from (cue for cues in terms.factors.values() for cue in cues)
