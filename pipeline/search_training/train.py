"""`python -m pipeline.search_training.train WORK`: trains what search ships, and measures it.

Learned from are the exemplars alone; settings are judged by the development questions, figures are
of the known-item questions, and both are about starter publications that nothing was learned from.
WORK keeps what was learned, so that a run that was stopped goes on, and afterwards holds
`search_ranks.json`, which tests/gates keeps. Seeds are fixed.
"""

from __future__ import annotations

import argparse
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path

from kb.bundled_model import prepare_bundled_model
from kb.embedding import BUNDLED, Embedder, open_embedder, open_search_embedder
from kb.model_conversion import describe, load_source
from kb.search.cognates import CognateIndex, write_cognates
from kb.search.fitting import fitting_of
from kb.search.fusion import DEFAULT_WEIGHTS, FusionWeights
from kb.search.languages import query_language
from kb.search.lexical import LexicalIndex, write_fulltext
from kb.search.means import exemplar_means
from kb.search.rows import IndexRow, row_context
from kb.search.trained_encoder import TRAINED_FILE, load_trained
from kb.settings import Settings
from kb.vector_cache import VectorCache
from pipeline.progress import bar
from pipeline.search_training.data import TrainingData, load_training_data
from pipeline.search_training.known_items import (
    data_hash,
    development_items,
    known_items,
    starter_rows,
)
from pipeline.search_training.layers import LowerLayers
from pipeline.search_training.learning import Learner, learn, steps_of
from pipeline.search_training.report import (
    Ranked,
    Report,
    code_hash,
    figures_table,
    join_ranks,
)
from pipeline.search_training.validation import (
    KnownItem,
    Parts,
    choose_weights,
    rank_in,
    rank_of,
    score_parts,
)

SEED = 0
RANKS_FILE = "search_ranks.json"


def learned(settings: Settings) -> Path:
    """Return the file of what was learned from the exemplars, learning where it is not there."""
    data = load_training_data()
    path = settings.home / f"encoder-{data.hash()}.safetensors"
    if not path.is_file():
        learner = prepare_learner(settings, data)
        with bar("learning", steps_of(data)) as step:
            learn(learner, data, SEED, step).save(path)
    return path


def prepare_learner(settings: Settings, data: TrainingData) -> Learner:
    """Load the bundled model and run its lower layers over all texts of `data`."""
    folder = prepare_bundled_model(settings.models_folder)
    model = load_source(str(folder))
    facts = describe(str(folder), model, None)
    means = exemplar_means(open_embedder(settings), VectorCache(settings.vectors_folder))
    texts = [facts.passage_prompt + one.text for one in data.passages]
    texts += [facts.query_prompt + pair.question for pair in data.pairs]
    lower = LowerLayers(model)
    with bar("lower", len(texts)):
        lower.add(texts)
    return Learner(model, lower, means, facts.query_prompt, facts.passage_prompt, folder.name)


def fit_means(settings: Settings, path: Path) -> Embedder:
    """Put the language means of the model as changed by `path` into that file; return the model."""
    embedder = open_search_embedder(settings, path)
    trained = load_trained(path)
    if not trained.means:
        means = exemplar_means(embedder, VectorCache(settings.vectors_folder))
        replace(trained, means=means.vectors).save(path)
        load_trained.cache_clear()
    return embedder


def measured_parts(
    settings: Settings,
    embedder: Embedder,
    rows: Sequence[IndexRow],
    questions: Sequence[KnownItem],
) -> list[Parts]:
    """Return the parts of these questions' scores by this model.

    The questions' language is detected, as a search does.
    """
    cache = VectorCache(settings.vectors_folder)
    means = fitting_of(embedder, cache).means
    languages = [row.language for row in rows]
    vectors = means.centre(cache.embed(embedder, [row_context(row) for row in rows]), languages)
    detected = [query_language(question.text) for question in questions]
    asked = means.centre(
        embedder.embed_queries([question.text for question in questions]), detected
    )
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_fulltext(folder, rows)
        write_cognates(folder, rows)
        words, cognates = LexicalIndex(folder), CognateIndex(folder)
        return [
            score_parts(question.text, found, vectors @ vector, (words, cognates), languages)
            for question, found, vector in zip(questions, detected, asked, strict=True)
        ]


def plain_ranks(
    settings: Settings, rows: Sequence[IndexRow], questions: Sequence[KnownItem]
) -> list[int]:
    """Return the answers' ranks by the plain model's vectors of the passages' bare text."""
    plain = open_embedder(settings)
    vectors = VectorCache(settings.vectors_folder).embed(plain, [row.text for row in rows])
    asked = plain.embed_queries([question.text for question in questions])
    return [rank_in(vectors @ one, q.row) for q, one in zip(questions, asked, strict=True)]


def main(arguments: Sequence[str] | None = None) -> None:
    """Learn, choose the weights, measure, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("work", type=Path, help="where what was learned is kept")
    settings = Settings(home=parser.parse_args(arguments).work, model=BUNDLED)
    embedder = fit_means(settings, path := learned(settings))
    rows = starter_rows()
    judged, questions = development_items(rows), known_items(rows)
    weights = choose_weights(judged, measured_parts(settings, embedder, rows, judged))
    trained = replace(load_trained(path), weights=asdict(weights))
    trained.save(TRAINED_FILE)
    plain = open_embedder(settings)

    def ranks(model: Embedder, asked: Sequence[KnownItem], by: FusionWeights) -> list[int]:
        parts = measured_parts(settings, model, rows, asked)
        return [rank_of(one, part, by) for one, part in zip(asked, parts, strict=True)]

    def ranked(asked: Sequence[KnownItem]) -> tuple[Ranked, ...]:
        return join_ranks(
            asked,
            plain_ranks(settings, rows, asked),
            ranks(plain, asked, DEFAULT_WEIGHTS),
            ranks(embedder, asked, weights),
        )

    report = Report(
        data_hash(),
        trained.data,
        code_hash(),
        trained.base,
        asdict(weights),
        ranked(questions),
        ranked(judged),
    )
    report.save(settings.home / RANKS_FILE)
    print(figures_table(report.ranked))
    print(figures_table(report.judged))


if __name__ == "__main__":
    main()
