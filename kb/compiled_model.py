"""A converted model made ready for this processor, kept so that it is made ready once.

Owns the file `compiled-<key>.blob` beside the model: OpenVINO's own form of the compiled graph
without the weights (1 MB; they are mapped from `model.bin`), after the SHA-256 of the rest. The key
names all that it hangs on. A file that is missing, damaged or refused is made anew; of two that do
so at once each puts a whole one there.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

log = logging.getLogger(__name__)

GRAPH_FILE, WEIGHTS_FILE = "model.xml", "model.bin"
DEVICE = "CPU"
_DIGEST_BYTES = 32
_WITHOUT_WEIGHTS = {"CACHE_MODE": "OPTIMIZE_SIZE"}


def open_compiled(
    core: Any, library: str, folder: Path, weights_sha256: str, hints: Mapping[str, str]
) -> Any:
    """Return the model in `folder` compiled with `hints`, by `core` of a `library` version.

    Raises RuntimeError where OpenVINO cannot compile it.
    """
    path = folder / f"compiled-{_key(core, library, folder, weights_sha256, hints)}.blob"
    wanted = {**hints, **_WITHOUT_WEIGHTS}
    blob = _read(path)
    if blob is not None:
        try:
            weights = {"WEIGHTS_PATH": str(folder / WEIGHTS_FILE)}
            return core.import_model(blob, DEVICE, {**wanted, **weights})
        except RuntimeError as error:
            log.info("The compiled model %s is made anew (%s).", path, error)
    compiled = core.compile_model(str(folder / GRAPH_FILE), DEVICE, wanted)
    try:
        _write(path, compiled.export_model().getvalue())
    except (OSError, RuntimeError) as error:
        log.info("The compiled model cannot be kept in %s (%s).", path, error)
    return compiled


def _key(
    core: Any, library: str, folder: Path, weights_sha256: str, hints: Mapping[str, str]
) -> str:
    processor = [
        str(core.get_property(DEVICE, name))
        for name in ("FULL_DEVICE_NAME", "OPTIMIZATION_CAPABILITIES")
    ]
    files = [(folder / name).stat() for name in (GRAPH_FILE, WEIGHTS_FILE)]
    marks = [(found.st_size, found.st_mtime_ns) for found in files]
    facts = [library, processor, weights_sha256, sorted(hints.items()), marks]
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:16]


def _read(path: Path) -> bytes | None:
    """Return a kept blob; None where there is none that is whole."""
    try:
        kept = path.read_bytes()
    except OSError:
        return None
    digest, blob = kept[:_DIGEST_BYTES], kept[_DIGEST_BYTES:]
    return blob if blob and hashlib.sha256(blob).digest() == digest else None


def _write(path: Path, blob: bytes) -> None:
    staging = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        staging.write_bytes(hashlib.sha256(blob).digest() + blob)
        staging.replace(path)
    finally:
        staging.unlink(missing_ok=True)
