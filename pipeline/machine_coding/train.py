"""Training what is shipped: `python -m pipeline.machine_coding.train [--output FOLDER]`.

Owns the command: reads the labelled texts, embeds those the data home has no vector for, learns,
measures, writes the model's two files and, for the shipped model, its card. The same data and the
same embedding model give the same files. A data home with a codebook of its own gets a coder of
its own.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from corpora.codebook import Codebook, load_codebook
from corpora.errors import CorporaError
from kb.embedding import BUNDLED, open_embedder
from kb.errors import KbError
from kb.knowledge_base import load_home_codebook
from kb.settings import Settings, load_settings
from kb.vector_cache import VectorCache
from kb.vector_runtime import Progress
from pipeline.errors import PipelineError
from pipeline.machine_coding.evaluate import fit_calibrations, measure
from pipeline.machine_coding.fit import STARTER, fold_in
from pipeline.machine_coding.learn import embed_training_data, learn
from pipeline.machine_coding.long_texts import join_passages
from pipeline.machine_coding.model import SHIPPED, own_folder
from pipeline.machine_coding.model_card import CARD_FILE, render_card
from pipeline.machine_coding.model_files import FORMAT, CoderFacts, CoderParts, write_model
from pipeline.machine_coding.training_data import (
    PASSAGE,
    SENTENCE,
    TrainingData,
    load_training_data,
)


def train(
    settings: Settings, codebook: Codebook, folder: Path, progress: Progress | None = None
) -> CoderFacts:
    """Train a coder for `codebook` on `settings.model` into `folder`; return what was written.

    What no labelled text has (a factor that a team has added) is not learnt.

    Raises StarterError where the labelled texts do not fit the codebook, ModelError where they
    cannot be embedded.
    """
    data = load_training_data(codebook)
    data = replace(data, codebook=leave_out_unlabelled(data))
    codebook = data.codebook
    embedder = open_embedder(settings)
    cache = VectorCache(settings.vectors_folder)
    learnt = learn(data, embed_training_data(data, cache, embedder, progress))
    long = join_passages(data, cache, embedder, progress)
    factors, labels = fit_calibrations(learnt)
    facts = CoderFacts(
        format=FORMAT,
        factors=codebook.ids("factors"),
        directions=codebook.ids("directions"),
        sectors=codebook.ids("sectors"),
        target_groups=codebook.ids("target_groups"),
        languages=learnt.space.languages,
        data_hash=data.hash(),
        data_counts=_count(data),
        embedding_model=settings.model,
        embedding_space=embedder.space,
        figures=measure(data, learnt, long),
    )
    scorer = fold_in(learnt.features, (learnt.factor, learnt.direction, learnt.label))
    offsets = learnt.direction.factor_offsets.astype("float32")
    return write_model(folder, CoderParts(facts, learnt.space, scorer, offsets, factors, labels))


def leave_out_unlabelled(data: TrainingData) -> Codebook:
    """Return the data's codebook without the codes that stand on no labelled text."""
    codes = [code for one in data.texts for code in one.codes]
    labels = [one.labels for one in data.texts if one.labels is not None]
    used: dict[str, set[str]] = {
        "factors": {code.factor for code in codes},
        "directions": {code.direction for code in codes},
        "sectors": {name for sectors, _ in labels for name in sectors},
        "target_groups": {name for _, groups in labels for name in groups},
    }
    left = {
        kind: [entry for entry in entries if entry["id"] in used[kind]]
        for kind, entries in data.codebook.model_dump(include=set(used)).items()
    }
    return Codebook.model_validate({**data.codebook.model_dump(), **left})


def _count(data: TrainingData) -> dict[str, int]:
    kinds = [one.kind for one in data.texts]
    counts = {kind: kinds.count(kind) for kind in (STARTER, SENTENCE, PASSAGE)}
    return {"publications": len(data.publications), **counts}


def main(arguments: Sequence[str] | None = None) -> int:
    """Train, print the figures as JSON, return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m pipeline.machine_coding.train")
    parser.add_argument(
        "--output",
        type=Path,
        help="where to write; the package for the bundled embedding model and the project's "
        "codebook, else the data home",
    )
    chosen: Path | None = parser.parse_args(arguments).output
    try:
        settings = load_settings()
        codebook = load_home_codebook(settings)
        shipped = settings.model == BUNDLED and codebook == load_codebook()
        folder = chosen or (SHIPPED if shipped else own_folder(settings))
        facts = train(settings, codebook, folder, _report)
        if folder == SHIPPED:
            CARD_FILE.parent.mkdir(exist_ok=True)
            CARD_FILE.write_text(render_card(facts), encoding="utf-8")
    except (CorporaError, KbError, PipelineError) as error:
        print(error, file=sys.stderr)
        return 1
    print(json.dumps(facts.figures, indent=1))
    return 0


def _report(done: int, total: int) -> None:
    print(f"\rembedding {done} of {total}", end="\n" if done == total else "", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
