"""The coder's two files: `coder.safetensors` (numbers) and `coder.json` (what they mean).

Owns where they lie, writing them, reading them and refusing what is damaged or of another layout.
Nothing in them is code, and nothing is unpickled. The adapted encoder beside them is
`coding_encoder`'s.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, ValidationError

from kb.settings import Settings
from pipeline.errors import CoderError
from pipeline.machine_coding.calibration import Calibration
from pipeline.machine_coding.features import FeatureSpace, Floats
from pipeline.machine_coding.scorer import Scorer

FORMAT = 4
"""Raised when the layout, the features or how a text is read change: an older model is refused,
and codings get another version."""

SHIPPED = Path(__file__).with_name("trained")
ARRAYS_FILE, FACTS_FILE = "coder.safetensors", "coder.json"
RETRAIN = "run `python -m pipeline.machine_coding.train`"

Arrays = dict[str, NDArray[Any]]


class CoderFacts(BaseModel):
    """What coder.json holds: ids in the order of the arrays, origin, cross-validated figures."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    format: int
    arrays_sha256: str = ""
    factors: tuple[str, ...]
    directions: tuple[str, ...]
    sectors: tuple[str, ...]
    target_groups: tuple[str, ...]
    languages: tuple[str, ...]
    data_hash: str
    data_counts: dict[str, int]
    embedding_model: str
    embedding_space: str
    encoder_sha256: str
    figures: dict[str, Any]


@dataclass(frozen=True)
class CoderParts:
    """All that a coder is made of; `factor_offsets` (factors, directions) lean each factor's way.

    `factors` and `labels` turn scores into probabilities and say from where they are shown;
    `bare_factors` and `bare_labels` do so for texts without a heading.
    """

    facts: CoderFacts
    space: FeatureSpace
    scorer: Scorer
    factor_offsets: Floats
    factors: Calibration
    labels: Calibration
    bare_factors: Calibration
    bare_labels: Calibration


def own_folder(settings: Settings) -> Path:
    """Return where a data home keeps the coder trained in it."""
    return settings.models_folder / "coder"


def coder_folder(settings: Settings) -> Path:
    """Return the folder of the coder in use: the data home's own, or the shipped one."""
    own = own_folder(settings)
    return own if (own / FACTS_FILE).is_file() else SHIPPED


def write_model(folder: Path, parts: CoderParts) -> CoderFacts:
    """Write both files into `folder` and return the facts as written; numbers go first."""
    from safetensors.numpy import save

    folder.mkdir(parents=True, exist_ok=True)
    data = save({name: np.ascontiguousarray(array) for name, array in _to_arrays(parts).items()})
    facts = parts.facts.model_copy(update={"arrays_sha256": hashlib.sha256(data).hexdigest()})
    for name, content in (
        (ARRAYS_FILE, data),
        (FACTS_FILE, (facts.model_dump_json(indent=1) + "\n").encode()),
    ):
        staging = folder / f".{name}.new"
        staging.write_bytes(content)
        staging.replace(folder / name)
    return facts


def read_model(folder: Path) -> CoderParts:
    """Read the model in `folder`; raises CoderError where it is missing, damaged or too old."""
    from safetensors import SafetensorError
    from safetensors.numpy import load

    facts = read_facts(folder)
    try:
        data = (folder / ARRAYS_FILE).read_bytes()
    except OSError as error:
        raise _missing(folder, error) from error
    if hashlib.sha256(data).hexdigest() != facts.arrays_sha256:
        raise CoderError(
            f"Expected {ARRAYS_FILE} in {folder} to be the file that {FACTS_FILE} names, found "
            f"other content: restore both together, or {RETRAIN}."
        )
    try:
        return _from_arrays(facts, load(data))
    except (KeyError, SafetensorError) as error:
        raise CoderError(
            f"Expected all the model's arrays in {folder / ARRAYS_FILE}, found a gap ({error}): "
            f"{RETRAIN}."
        ) from error


def read_facts(folder: Path) -> CoderFacts:
    """Read what the model in `folder` is; raises CoderError where missing, damaged or too old."""
    try:
        content = (folder / FACTS_FILE).read_bytes()
        number = json.loads(content).get("format")
        if number != FORMAT:
            raise CoderError(
                f"Expected a machine coder of format {FORMAT} in {folder}, found format "
                f"{number}: {RETRAIN}."
            )
        return CoderFacts.model_validate_json(content)
    except OSError as error:
        raise _missing(folder, error) from error
    except ValidationError as error:
        raise CoderError(
            f"Expected {FACTS_FILE} in {folder} to describe a model, found a fault "
            f"({error.errors()[0]['msg']}): {RETRAIN}."
        ) from error
    except (ValueError, AttributeError) as error:
        raise CoderError(
            f"Expected {FACTS_FILE} in {folder} to describe a model, found a fault "
            f"({error}): {RETRAIN}."
        ) from error


def _missing(folder: Path, error: OSError) -> CoderError:
    return CoderError(
        f"Expected the machine coder's model in {folder}, found none ({error.strerror}): {RETRAIN}."
    )


def version_of(facts: CoderFacts) -> str:
    """Return the short hash that stands on every coding this model makes."""
    return hashlib.sha256(json.dumps(facts.model_dump(), sort_keys=True).encode()).hexdigest()[:12]


def _to_arrays(parts: CoderParts) -> Arrays:
    arrays: Arrays = {"factor_offsets": parts.factor_offsets.astype(np.float32)}
    for name, owner in _owners(parts).items():
        for field in fields(owner):
            value = getattr(owner, field.name)
            if isinstance(value, np.ndarray):
                arrays[f"{name}.{field.name}"] = value
    arrays["space.idf"] = parts.space.idf.astype(np.float16)
    return arrays


def _owners(parts: CoderParts) -> dict[str, FeatureSpace | Scorer | Calibration]:
    return {
        "space": parts.space,
        "scorer": parts.scorer,
        "factors": parts.factors,
        "labels": parts.labels,
        "bare_factors": parts.bare_factors,
        "bare_labels": parts.bare_labels,
    }


def _from_arrays(facts: CoderFacts, arrays: Arrays) -> CoderParts:
    def of(kind: type[Any], name: str) -> dict[str, Any]:
        names = [field.name for field in fields(kind)]
        if kind is FeatureSpace:
            names = [field for field in names if field not in ("factors", "languages")]
        return {field: arrays[f"{name}.{field}"] for field in names}

    arrays["space.idf"] = arrays["space.idf"].astype(np.float32)
    return CoderParts(
        facts,
        FeatureSpace(factors=facts.factors, languages=facts.languages, **of(FeatureSpace, "space")),
        Scorer(**of(Scorer, "scorer")),
        arrays["factor_offsets"],
        Calibration(**of(Calibration, "factors")),
        *(
            Calibration(**of(Calibration, name))
            for name in ("labels", "bare_factors", "bare_labels")
        ),
    )
