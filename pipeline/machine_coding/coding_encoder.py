"""The encoder that the machine coder reads with: the embedding model, adapted to coding.

Owns the adaptation's file beside the coder's own two. Training it is left to `adaptation`, running
it to `kb.embedding`; answering with it needs no PyTorch.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from kb.embedding import Embedder, open_adapted_embedder
from kb.settings import Settings
from pipeline.errors import CoderError
from pipeline.machine_coding.model_files import RETRAIN, coder_folder, read_facts

ENCODER_FILE = "encoder.safetensors"


def open_coding_embedder(settings: Settings) -> Embedder:
    """Return the embedding model with the adaptation of the coder that `settings` use.

    The model as it is where that coder has none. Raises ModelError where the model cannot be
    used, CoderError where the adaptation is not the one that the coder was trained with.
    """
    folder = coder_folder(settings)
    wanted = read_facts(folder).encoder_sha256
    path = folder / ENCODER_FILE
    if hash_encoder(path) != wanted:
        raise CoderError(
            f"Expected the encoder in {path} to be the one that the machine coder was trained "
            f"with, found another or none: restore all files together, or {RETRAIN}."
        )
    return open_adapted_embedder(settings, path)


def hash_encoder(path: Path) -> str:
    """Return the SHA-256 of an adaptation's file, "" where there is none."""
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""
