"""Text to vectors, the one home, for documents and for queries.

Owns the choice of the model and of the way it runs: converted to OpenVINO where that works (a
query then needs neither PyTorch nor transformers), sentence-transformers itself where not. Search
runs the bundled model with what was trained for it (`open_search_embedder`), everything else as it
is. Keeping vectors is `kb.vector_cache`'s.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import shutil
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as FutureTimeoutError
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from filelock import FileLock

from kb.bundled_model import bundled_folder, prepare_bundled_model
from kb.errors import ModelError
from kb.model_conversion import (
    ConversionError,
    apply_trained,
    convert_in_child,
    describe,
    load_source,
)
from kb.search.trained_encoder import TRAINED_FILE, load_trained
from kb.settings import Settings
from kb.vector_runtime import (
    DESCRIPTION_FILE,
    Encoder,
    ModelDescription,
    OpenVinoEncoder,
    Progress,
    Vectors,
    clean,
    unit,
)

log = logging.getLogger(__name__)

BUNDLED = "bundled"
# Raise when a conversion's folder or the way vectors are made changes.
RUNTIME_VERSION = 1
LOCK_TIMEOUT_S = 3600.0  # another process may be downloading and converting a big model
FAILED_FILE = "failed.json"
HEAD_START_LIMIT_S = 120.0  # opening takes one second, compiling for a new processor ten
_begun: dict[tuple[Path, str, Path], Future[Embedder]] = {}


class Embedder:
    """One model, ready: unit vectors for passages and for queries.

    `revision` changes with the weights, the tokenizer, prompts, pooling and the precision it
    runs in: vectors of one revision are the same for the same text. `space` leaves the precision
    out: vectors of one space can be compared. `model` is the name or folder it was asked for by,
    `trained` the trained file that was applied to it.
    """

    def __init__(
        self,
        model: str,
        description: ModelDescription,
        encoder: Encoder,
        trained: Path | None = None,
    ) -> None:
        self.model = model
        self.trained = trained
        self.dimension = description.dimension
        self.precision = encoder.precision
        facts = _facts(description)
        self.space = _short_hash(facts)
        self.revision = _short_hash(facts | {"precision": self.precision})
        self._description = description
        self._encoder = encoder

    def embed_passages(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """Return the passages' unit vectors, (n, d) float32; text beyond the model's limit is cut.

        `progress` is called with (done, total) after each batch.
        """
        return self._embed(self._description.passage_prompt, texts, progress)

    def embed_queries(self, texts: Sequence[str]) -> Vectors:
        """Return the queries' unit vectors, (n, d) float32."""
        return self._embed(self._description.query_prompt, texts, None)

    def _embed(self, prompt: str, texts: Sequence[str], progress: Progress | None) -> Vectors:
        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        return self._encoder.encode([prompt + text for text in texts], progress)


class TorchEncoder:
    """sentence-transformers itself, in float32: slower, and always there."""

    precision = "torch-f32"

    def __init__(self, model: object) -> None:
        self._model = model

    def encode(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """Return one unit vector a text, (n, d) float32, in the order given."""
        encode = getattr(self._model, "encode")  # noqa: B009 - the library's own loose type
        found = encode([clean(text) for text in texts], show_progress_bar=False)
        if progress:
            progress(len(texts), len(texts))
        return unit(np.asarray(found, dtype=np.float32))


def open_embedder(settings: Settings) -> Embedder:
    """Return the embedder of `settings.model` as it is, preparing it the first time it is used.

    Raises ModelError where the model cannot be found or read.
    """
    return _open(settings, *find_source(settings), None)


def open_search_embedder(settings: Settings, trained: Path = TRAINED_FILE) -> Embedder:
    """Return the embedder that search uses: the model with what was trained for it.

    A model that nothing was trained for (any but the bundled one) is used as it is, and so is the
    bundled one where there is no trained file. Raises ModelError where the model cannot be found
    or either file read.
    """
    begun = _begun.pop((settings.models_folder, settings.model, trained), None)
    if begun is not None:
        try:
            return begun.result(HEAD_START_LIMIT_S)
        except FutureTimeoutError:
            log.warning("The model that was begun is not open yet; it is opened again.")
    return _open_for_search(settings, trained)


def _open_for_search(settings: Settings, trained: Path = TRAINED_FILE) -> Embedder:
    if settings.model != BUNDLED:
        return open_embedder(settings)
    return open_adapted_embedder(settings, trained)


def begin_search_embedder(settings: Settings) -> None:
    """Open the embedder that search uses in a thread; `open_search_embedder` then waits for it.

    A model that was not prepared in this data home yet is left alone: that takes a minute, and the
    search may be refused before it is needed.
    """
    if _begun or prepared_search_space(settings) is None:
        return
    thread = ThreadPoolExecutor(1)
    key = settings.models_folder, settings.model, TRAINED_FILE
    _begun[key] = thread.submit(_open_for_search, settings)
    thread.shutdown(wait=False)


def open_adapted_embedder(settings: Settings, trained: Path) -> Embedder:
    """Return the embedder of `settings.model` with what `trained` adds to it.

    As it is where there is no such file, or one made for another model. Raises ModelError where
    the model cannot be found or either file read.
    """
    source, identity = find_source(settings)
    fits = trained.is_file() and load_trained(trained).base == identity
    return _open(settings, source, identity, trained if fits else None)


def prepared_search_space(settings: Settings, trained: Path = TRAINED_FILE) -> str | None:
    """Return the space of the vectors that search makes of queries, without opening the model.

    None where the model was not prepared in this data home yet, or what was is damaged.
    """
    if settings.model == BUNDLED:
        identity = bundled_folder(settings.models_folder).name
    else:
        identity = find_source(settings)[1]
    fits = settings.model == BUNDLED and trained.is_file()
    applied = trained if fits and load_trained(trained).base == identity else None
    folder = _runtime_folder(settings.models_folder, settings.model, identity, applied)
    try:
        return _short_hash(_facts(ModelDescription.read(folder)))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _facts(description: ModelDescription) -> dict[str, Any]:
    """What makes vectors comparable."""
    facts = asdict(description) | {"version": RUNTIME_VERSION}
    del facts["source"], facts["inputs"]
    return facts


def _open(settings: Settings, source: str, identity: str, trained: Path | None) -> Embedder:
    folder = _runtime_folder(settings.models_folder, settings.model, identity, trained)
    if not (folder / DESCRIPTION_FILE).is_file() and not (folder / FAILED_FILE).is_file():
        _prepare(source, folder, trained)
    if (folder / FAILED_FILE).is_file():
        log.warning("%s", _failure(folder))
        try:
            return _open_torch(settings.model, source, trained)
        except ModelError:
            shutil.rmtree(folder, ignore_errors=True)  # perhaps only the network was away
            raise
    try:
        description = ModelDescription.read(folder)
        encoder = OpenVinoEncoder(folder, description)
        return Embedder(settings.model, description, encoder, trained)
    except (
        OSError, ValueError, KeyError, TypeError, ImportError, RuntimeError, ModelError
    ) as error:  # fmt: skip
        # RuntimeError is what OpenVINO raises where the processor or the file does not suit it.
        log.warning(
            "OpenVINO cannot run the model in %s (%s); sentence-transformers runs it, slower. "
            "Remove that folder to convert it again.",
            folder,
            error,
        )
        return _open_torch(settings.model, source, trained)


def find_source(settings: Settings) -> tuple[str, str]:
    """Return what to load and a text that changes when it does."""
    if settings.model == BUNDLED:
        folder = prepare_bundled_model(settings.models_folder)
        return str(folder), folder.name
    folder = Path(settings.model).expanduser()
    if folder.is_dir():
        if not any((folder / name).is_file() for name in ("modules.json", "config.json")):
            raise _not_a_model(settings.model, "the folder holds no modules.json or config.json")
        files = sorted(path for path in folder.rglob("*") if path.is_file())
        marks = [
            (str(path.relative_to(folder)), path.stat().st_size, path.stat().st_mtime_ns)
            for path in files
        ]
        return str(folder.resolve()), json.dumps(marks)
    return settings.model, settings.model  # a hub name: pinned where it was first converted


def _runtime_folder(models_folder: Path, model: str, identity: str, trained: Path | None) -> Path:
    name = "".join(c if c.isalnum() else "-" for c in Path(model).name) or "model"
    facts: list[object] = [identity, RUNTIME_VERSION]
    if trained:
        name += "-search"
        facts.append(load_trained(trained).sha256)
    return models_folder / "runtime" / f"{name}-{_short_hash(facts)}"


def _prepare(source: str, folder: Path, trained: Path | None) -> None:
    """Convert into `folder`, which appears whole; a failure is kept there so it is not retried."""
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(f"{folder}.lock", timeout=LOCK_TIMEOUT_S):
            if (folder / DESCRIPTION_FILE).is_file() or (folder / FAILED_FILE).is_file():
                return
            shutil.rmtree(folder, ignore_errors=True)
            staging = folder.with_name(f".{folder.name}.{os.getpid()}")
            shutil.rmtree(staging, ignore_errors=True)
            staging.mkdir()
            try:
                convert_in_child(source, staging, trained)
            except ConversionError as error:
                shutil.rmtree(staging)
                staging.mkdir()
                (staging / FAILED_FILE).write_text(json.dumps({"reason": str(error)}), "utf-8")
            staging.rename(folder)
    except (OSError, TimeoutError) as error:
        raise ModelError(
            f"The model cannot be converted into {folder} ({error}); "
            "free space there or point SAMVIRKE_HOME to another disk."
        ) from error


def _failure(folder: Path) -> str:
    reason = json.loads((folder / FAILED_FILE).read_text("utf-8"))["reason"]
    return (
        f"The model could not be converted to OpenVINO ({reason}); sentence-transformers runs it, "
        f"slower. Remove {folder} to try again."
    )


def _open_torch(model: str, source: str, trained: Path | None) -> Embedder:
    try:
        loaded = load_source(source)
        if trained:
            apply_trained(loaded, load_trained(trained))
        description = describe(source, loaded, None)
    except Exception as error:  # the libraries raise many kinds for a model that is not there
        raise _not_a_model(model, " ".join(str(error).split())[:200]) from error
    return Embedder(model, description, TorchEncoder(loaded), trained)


def _not_a_model(model: str, reason: str) -> ModelError:
    return ModelError(
        f"The embedding model {model!r} cannot be loaded ({reason}); set SAMVIRKE_MODEL to "
        "`bundled`, a sentence-transformers folder, or a name that can be downloaded."
    )


def _short_hash(facts: object) -> str:
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()[:16]
