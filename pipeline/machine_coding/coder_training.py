"""Learning a coder from labelled texts and writing it: what `train` and `retraining` share.

Owns the order: embed, learn, calibrate, measure, write. The encoder is given (`encoder_training`
makes one), and nothing here needs PyTorch.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from corpora.codebook import Codebook
from kb.embedding import open_adapted_embedder
from kb.search.trained_encoder import load_trained
from kb.settings import Settings
from kb.vector_cache import VectorCache
from pipeline.machine_coding.bare_texts import bare_texts, left_out_of_bare
from pipeline.machine_coding.coding_encoder import ENCODER_FILE, hash_encoder
from pipeline.machine_coding.evaluate import fit_calibrations, measure
from pipeline.machine_coding.fit import STARTER, fold_in
from pipeline.machine_coding.learn import Learnt, embed_training_data, learn
from pipeline.machine_coding.long_texts import join_passages
from pipeline.machine_coding.model_files import FORMAT, CoderFacts, CoderParts, write_model
from pipeline.machine_coding.predictions import left_out_of
from pipeline.machine_coding.training_data import (
    PASSAGE,
    PEOPLE,
    REPORTED,
    SENTENCE,
    TrainingData,
    TrainingText,
    load_training_data,
)
from pipeline.progress import Progress, as_totals, silent


def train(
    settings: Settings,
    codebook: Codebook,
    folder: Path,
    encoder: Path | None = None,
    progress: Progress = silent,
    people: Sequence[TrainingText] = (),
    peoples_codings: int = 0,
) -> tuple[CoderFacts, Learnt]:
    """Train a coder for `codebook` on `settings.model` into `folder`; return what was written.

    `encoder` is the adaptation to read with (`train_encoder`), kept beside the coder; none reads
    with the model as it is. `people` are passages that people have coded, with
    `peoples_codings` acts in all. What no labelled text has (a factor that a team has added) is not
    learnt. Raises StarterError where the labelled texts do not fit the codebook, ModelError where
    they cannot be embedded.
    """
    data = labelled_texts(codebook, people)
    codebook = data.codebook
    path = folder / ENCODER_FILE
    if encoder is not None and encoder != path:
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(encoder, path)
        load_trained.cache_clear()
    embedder = open_adapted_embedder(settings, path)
    cache = VectorCache(settings.vectors_folder)
    with progress("embed", len(data.texts)) as step:
        vectors = embed_training_data(data, cache, embedder, as_totals(step))
    learnt = learn(data, vectors)
    long = join_passages(data, cache, embedder)
    bare = left_out_of_bare(learnt, bare_texts(data, cache, embedder))
    calibrations = (*fit_calibrations(left_out_of(learnt)), *fit_calibrations(bare))
    facts = CoderFacts(
        format=FORMAT,
        factors=codebook.ids("factors"),
        directions=codebook.ids("directions"),
        sectors=codebook.ids("sectors"),
        target_groups=codebook.ids("target_groups"),
        languages=learnt.space.languages,
        data_hash=data.hash(),
        data_counts=_count(data) | {"people_codings": peoples_codings},
        embedding_model=settings.model,
        embedding_space=embedder.space,
        encoder_sha256=hash_encoder(path),
        figures=measure(data, learnt, long, bare),
    )
    scorer = fold_in(learnt.features, (learnt.factor, learnt.direction, learnt.label))
    offsets = learnt.direction.factor_offsets.astype("float32")
    parts = CoderParts(facts, learnt.space, scorer, offsets, *calibrations)
    return write_model(folder, parts), learnt


def labelled_texts(codebook: Codebook, people: Sequence[TrainingText] = ()) -> TrainingData:
    """Return all there is to learn from, with the codes that stand on some labelled text."""
    data = load_training_data(codebook)
    data = replace(data, texts=(*data.texts, *people))
    return replace(data, codebook=leave_out_unlabelled(data))


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
    counts = {kind: kinds.count(kind) for kind in (STARTER, SENTENCE, PASSAGE, REPORTED)}
    counts["people"] = sum(one.publication.startswith(PEOPLE) for one in data.texts)
    counts[STARTER] -= counts["people"]
    return {"publications": len(data.publications), **counts}
