"""Generations: complete derived states, and the atomic switch between them.

Owns the folder of numbered generations and the file `current` that names the present one. A
generation is written beside the others under a hidden name, checked, renamed, and only then made
current; readers keep the old one until they look again. What is in a generation is decided by
`kb.search.build` and `pipeline.index`.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kb.errors import GenerationError

FORMAT = 1  # raised when older generations can no longer be read
KEPT = 2  # complete generations kept beside the current one, for readers that still use them
_BUILDING = ".building-"
MANIFEST = "manifest.json"


@dataclass(frozen=True)
class Generation:
    """One complete derived state on disk."""

    number: int
    path: Path
    manifest: dict[str, Any]


def current_generation(folder: Path) -> Generation:
    """The generation that readers are to use.

    Raises GenerationError where there is none yet, or the one named is incomplete.
    """
    try:
        number = int((folder / "current").read_text(encoding="ascii"))
    except FileNotFoundError as error:
        raise GenerationError(
            f"There is no index in {folder} yet; run `samvirke index` (or `samvirke add FILE`)."
        ) from error
    except (OSError, ValueError) as error:
        raise GenerationError(
            f"The file {folder / 'current'} should hold a generation's number and cannot be read "
            "as one; run `samvirke index` to build a new one."
        ) from error
    return open_generation(folder, number)


def open_generation(folder: Path, number: int) -> Generation:
    """Open a generation by number.

    Raises GenerationError where its manifest is missing, unreadable or of another format.
    """
    path = folder / f"{number:06d}"
    try:
        manifest = dict(json.loads((path / MANIFEST).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise GenerationError(
            f"Generation {number} in {folder} is incomplete (its {MANIFEST} cannot be read); "
            "run `samvirke index` to build a new one."
        ) from error
    if manifest.get("format") != FORMAT:
        raise GenerationError(
            f"Generation {number} has format {manifest.get('format')}, this program reads "
            f"{FORMAT}; run `samvirke index` to build a new one."
        )
    return Generation(number, path, manifest)


@contextmanager
def building_generation(
    folder: Path, manifest: dict[str, Any], check: Callable[[Path], list[str]]
) -> Iterator[Path]:
    """Hand out a folder to fill; on leaving it is checked, hashed, renamed and made current.

    Raises GenerationError where `check` finds problems; the generation before stays current and
    what was built is thrown away, as it is on any other error.
    """
    folder.mkdir(parents=True, exist_ok=True)
    number = max((n for n in _numbers(folder)), default=0) + 1
    path = folder / f"{_BUILDING}{number:06d}"
    shutil.rmtree(path, ignore_errors=True)
    path.mkdir()
    try:
        yield path
        problems = check(path)
        if problems:
            raise GenerationError(
                f"The generation built is not sound ({'; '.join(problems)}); "
                "the one before stays in use: run `samvirke doctor`."
            )
        files = {name: _sha256(path / name) for name in _files(path)}
        whole = {**manifest, "format": FORMAT, "number": number, "files": files}
        _write_synced(path / MANIFEST, json.dumps(whole, ensure_ascii=False, indent=1))
        _sync_tree(path)
        path.rename(folder / f"{number:06d}")
        _sync(folder)
    except BaseException:
        shutil.rmtree(path, ignore_errors=True)
        raise
    make_current(folder, number)
    _drop_old(folder, number)


def make_current(folder: Path, number: int) -> None:
    """Switch readers to a complete generation by one rename."""
    part = folder / f".current-{os.getpid()}"
    _write_synced(part, str(number))
    part.replace(folder / "current")
    _sync(folder)


def check_files(generation: Generation) -> list[str]:
    """Files of a generation that are missing or differ from its manifest, as sentences."""
    problems = []
    for name, expected in generation.manifest.get("files", {}).items():
        path = generation.path / name
        if not path.is_file():
            problems.append(f"generation {generation.number} lacks its file {name}")
        elif _sha256(path) != expected:
            problems.append(f"the file {name} of generation {generation.number} has been altered")
    return problems


def half_written(folder: Path) -> list[Path]:
    """Folders that a killed build left behind; they are never read."""
    return sorted(folder.glob(f"{_BUILDING}*")) if folder.is_dir() else []


def _numbers(folder: Path) -> list[int]:
    return sorted(int(path.name) for path in folder.iterdir() if path.name.isdigit())


def _files(path: Path) -> list[str]:
    return sorted(str(p.relative_to(path)) for p in path.rglob("*") if p.is_file())


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _write_synced(path: Path, text: str) -> None:
    with path.open("w", encoding="utf-8") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())


def _sync_tree(path: Path) -> None:
    """Bring every file and folder onto the disk, so that a power cut leaves no empty ones."""
    for found in path.rglob("*"):
        _sync(found)
    _sync(path)


def _sync(path: Path) -> None:
    if path.is_dir() and os.name == "nt":
        return  # Windows does not open folders; it writes their entries itself
    handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _drop_old(folder: Path, current: int) -> None:
    for number in [n for n in _numbers(folder) if n < current][:-KEPT]:
        shutil.rmtree(folder / f"{number:06d}", ignore_errors=True)
    for path in half_written(folder):
        shutil.rmtree(path, ignore_errors=True)
