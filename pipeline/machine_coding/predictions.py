"""What the coder says of each starter passage without having learnt from its publication.

Owns these left-out scores, and the file that tests/gates keeps of them with the hashes of data,
code and model they belong to. What they are worth is `evaluate`'s.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from pipeline.errors import CoderError
from pipeline.machine_coding.calibration import Matrix
from pipeline.machine_coding.fit import Fitted, Rows, only_texts
from pipeline.machine_coding.learn import Learnt
from pipeline.machine_coding.training_data import TrainingData

PREDICTIONS_FILE = (
    Path(__file__).resolve().parents[2] / "tests" / "gates" / "coding_predictions.safetensors"
)
CODE = (
    "adaptation.py",
    "adapted_network.py",
    "calibration.py",
    "cues.py",
    "features.py",
    "fit.py",
    "learn.py",
    "ngrams.py",
    "predictions.py",
    "reading.py",
    "training_data.py",
)
"""What the scores depend on, beside data and model: a change here asks for new ones."""


@dataclass(frozen=True)
class LeftOut:
    """The starter's rows for each head, and their scores without their own publication."""

    factor_rows: Rows
    factor: Matrix
    direction_rows: Rows
    direction: Matrix
    label_rows: Rows
    label: Matrix


@dataclass(frozen=True)
class Origin:
    """What scores were made of: hashes of data, code and adapted encoder."""

    data: str
    code: str
    encoder: str


def left_out_of(learnt: Learnt) -> LeftOut:
    """Return the left-out scores of what has just been learnt."""
    return LeftOut(
        *_starter_only(learnt.factor_rows, learnt.factor),
        *_starter_only(learnt.direction_rows, learnt.direction),
        *_starter_only(learnt.label_rows, learnt.label),
    )


def _starter_only(rows: Rows, fitted: Fitted) -> tuple[Rows, Matrix]:
    keep = rows.group != ""
    return only_texts(rows, keep), fitted.left_out[keep]


def leave_out(found: LeftOut, publications: Sequence[str]) -> LeftOut:
    """Return the scores without those of `publications`."""
    heads = (
        (found.factor_rows, found.factor),
        (found.direction_rows, found.direction),
        (found.label_rows, found.label),
    )
    parts: list[Rows | Matrix] = []
    for rows, scores in heads:
        keep = ~np.isin(rows.group, publications)
        parts += [only_texts(rows, keep), scores[keep]]
    return LeftOut(*parts)  # type: ignore[arg-type]  # rows and scores by turns


def code_hash() -> str:
    """Return the hash of the code that the scores depend on, 16 hexadecimal digits."""
    digest = hashlib.sha256()
    for name in CODE:
        digest.update((Path(__file__).parent / name).read_bytes())
    return digest.hexdigest()[:16]


def save_predictions(path: Path, found: LeftOut, origin: Origin) -> None:
    """Write the scores in single precision, with what they were made of."""
    from safetensors.numpy import save_file

    arrays = {
        "factor": found.factor.astype(np.float32),
        "direction": found.direction.astype(np.float32),
        "label": found.label.astype(np.float32),
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    save_file(arrays, path, {"origin": json.dumps(vars(origin), sort_keys=True)})


def load_predictions(path: Path, data: TrainingData) -> tuple[LeftOut, Origin]:
    """Read kept scores; raises CoderError where they are missing, damaged or not of `data`."""
    from safetensors import SafetensorError, safe_open

    every = (data.factor_rows(), data.direction_rows(), data.label_rows())
    rows = [only_texts(one, one.group != "") for one in every]
    try:
        with safe_open(path, framework="numpy") as opened:
            origin = Origin(**json.loads(opened.metadata()["origin"]))
            scores = [
                opened.get_tensor(name).astype(np.float64)
                for name in ("factor", "direction", "label")
            ]
    except (OSError, SafetensorError, KeyError, TypeError, ValueError) as error:
        raise CoderError(
            f"Expected the coder's left-out scores in {path}, found a fault ({error}): "
            "run `python -m pipeline.machine_coding.train`."
        ) from error
    if [one.targets.shape for one in rows] != [one.shape for one in scores]:
        raise CoderError(
            f"Expected scores of these labelled texts in {path}, found those of others: "
            "run `python -m pipeline.machine_coding.train`."
        )
    return LeftOut(rows[0], scores[0], rows[1], scores[1], rows[2], scores[2]), origin
