"""`python -m pipeline.search_training.train WORK`: trains what search ships, and measures it.

Each fold is learned without its publications and measured on their known-item questions; then
everything is learned from once more, and that is what ships. WORK keeps what each fold learned, so
that a run that was stopped goes on, and afterwards holds one file a fold and `search_ranks.json`,
which tests/gates keeps. Seeds are fixed; it takes half an hour on two quiet cores.
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
from kb.search.fusion import DEFAULT_WEIGHTS
from kb.search.languages import query_language
from kb.search.lexical import LexicalIndex, write_fulltext
from kb.search.means import exemplar_means
from kb.search.rows import IndexRow, row_context
from kb.search.trained_encoder import TRAINED_FILE, load_trained
from kb.settings import Settings
from kb.vector_cache import VectorCache
from pipeline.progress import bar
from pipeline.search_training.data import TrainingData, load_training_data, split_publications
from pipeline.search_training.known_items import data_hash, known_items, starter_rows
from pipeline.search_training.layers import LowerLayers
from pipeline.search_training.learning import Learner, learn, steps_of
from pipeline.search_training.report import Report, code_hash, figures_table, join_ranks
from pipeline.search_training.validation import (
    KnownItem,
    Parts,
    choose_weights,
    nested_ranks,
    rank_in,
    rank_of,
    score_parts,
)

SEED = 0
RANKS_FILE = "search_ranks.json"


def learn_all(settings: Settings) -> tuple[list[Path], Path]:
    """Return the files of what each fold learned and of what was learned from everything."""
    data = load_training_data()
    learner: Learner | None = None
    parts = [data.without(fold) for fold in split_publications()]
    names = [*(f"fold-{number}" for number in range(len(parts))), "final"]
    paths = []
    for name, part in zip(names, [*parts, data], strict=True):
        path = settings.home / f"{name}-{part.hash()}.safetensors"
        if not path.is_file():
            learner = learner or prepare_learner(settings, data)
            with bar(name, steps_of(part)) as step:
                learn(learner, part, SEED, step).save(path)
        paths.append(path)
    return paths[:-1], paths[-1]


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


def measure(
    settings: Settings, folds: Sequence[Path]
) -> tuple[list[KnownItem], list[Parts], list[Parts]]:
    """Return the known-item questions and their scores' parts, each fold's own and untrained."""
    rows = starter_rows()
    every = sorted(known_items(rows), key=lambda question: question.fold)
    parts: list[Parts] = []
    for number, path in enumerate(folds):
        asked = [question for question in every if question.fold == number]
        parts += measured_parts(settings, fit_means(settings, path), rows, asked)
    return every, parts, measured_parts(settings, open_embedder(settings), rows, every)


def main(arguments: Sequence[str] | None = None) -> None:
    """Learn, measure, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("work", type=Path, help="where each fold's result is kept")
    settings = Settings(home=parser.parse_args(arguments).work, model=BUNDLED)
    folds, final = learn_all(settings)
    questions, parts, untrained = measure(settings, folds)
    ranks, chosen = nested_ranks(questions, parts)
    fit_means(settings, final)
    weights = asdict(choose_weights(questions, parts))
    trained = replace(load_trained(final), weights=weights)
    trained.save(TRAINED_FILE)
    report = Report(
        data_hash(),
        trained.data,
        code_hash(),
        trained.base,
        tuple(chosen),
        join_ranks(
            questions,
            plain_ranks(settings, starter_rows(), questions),
            [rank_of(q, p, DEFAULT_WEIGHTS) for q, p in zip(questions, untrained, strict=True)],
            ranks,
        ),
    )
    report.save(settings.home / RANKS_FILE)
    print(figures_table(report.ranked))


if __name__ == "__main__":
    main()
