"""Training the adapted encoder once for its data: the file that `train` then reads with.

Owns the file's name, which holds the hash of all it is made of, so that what has been trained is
not trained again. The learning itself is `adaptation`'s. This needs PyTorch, and so is imported by
the training command alone.
"""

from __future__ import annotations

import hashlib
import json
import logging
from dataclasses import replace
from pathlib import Path

from kb.embedding import find_source
from kb.model_conversion import describe, load_source
from kb.settings import Settings
from pipeline.machine_coding.adaptation import Adapted, adapt, make_lessons, steps_of
from pipeline.machine_coding.training_data import TrainingData
from pipeline.progress import Progress
from pipeline.search_training.layers import LowerLayers

log = logging.getLogger(__name__)

SEED = 0
CODE = ("adaptation.py", "adapted_network.py", "reading.py", "../search_training/layers.py")
"""Files whose change asks for a new training."""


def train_encoder(
    settings: Settings, data: TrainingData, work: Path, progress: Progress
) -> Path | None:
    """Return the file of the encoder adapted to the exemplars of `data`, training it if need be.

    None where `settings.model` is of a family whose layers cannot be adapted (it is then read
    with as it is, and that is said). Raises ModelError where the model cannot be found.
    """
    source, identity = find_source(settings)
    path = work / f"coding-encoder-{_key(data, identity)}.safetensors"
    if path.is_file():
        return path
    model = load_source(source)
    if not can_be_adapted(model):
        log.warning(
            "The embedding model %r has no layers of the kind that can be adapted to coding; the "
            "machine coder reads with it as it is.",
            settings.model,
        )
        return None
    lessons = make_lessons(data, describe(source, model, None).passage_prompt)
    lower = LowerLayers(model)
    with progress("lower", len(lessons.texts)):
        lower.add(lessons.texts)
    with progress("adapt", steps_of(lessons)) as step:
        learned = adapt(Adapted(model, lower, identity), lessons, _hash(data), SEED, step)
    work.mkdir(parents=True, exist_ok=True)
    staging = path.with_suffix(".new")
    learned.save(staging)
    staging.replace(path)
    return path


def can_be_adapted(model: object) -> bool:
    """Whether a sentence-transformers model is of the BERT family, with layers named alike."""
    try:
        bert = model[0].auto_model  # type: ignore[index]
        layer = bert.encoder.layer[0]
        return hasattr(layer.attention.self, "query") and hasattr(layer.output, "dense")
    except (AttributeError, IndexError, TypeError):
        return False


def _key(data: TrainingData, identity: str) -> str:
    digest = hashlib.sha256(json.dumps([_hash(data), identity, SEED]).encode())
    for name in CODE:
        digest.update((Path(__file__).parent / name).read_bytes())
    return digest.hexdigest()[:16]


def _hash(data: TrainingData) -> str:
    """Return the hash of what is learnt from: the exemplars."""
    exemplars = tuple(one for one in data.texts if not one.publication)
    return replace(data, texts=exemplars, publications=()).hash()
