"""Files by SHA-256: stored once, never altered, opened only by their hash.

Owns the blob folder. Which addresses a file was seen at is the record's business.
"""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

from kb.errors import BlobError

_SHA256 = re.compile(r"[0-9a-f]{64}")


class Blobs:
    """A folder of files named by the SHA-256 of their bytes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, sha256: str) -> Path:
        """Where a file lies (whether or not it is there).

        Raises BlobError where `sha256` is not a hash, so that no other name is ever opened.
        """
        if not _SHA256.fullmatch(sha256):
            raise BlobError(
                f"Expected 64 hexadecimal digits as a file's name, found {sha256!r}; "
                "files are opened by their SHA-256 only."
            )
        return self.folder / sha256[:2] / sha256

    def put(self, data: bytes) -> str:
        """Store bytes and return their SHA-256; storing the same bytes again changes nothing."""
        sha256 = hashlib.sha256(data).hexdigest()
        target = self.path(sha256)
        if target.exists() and target.stat().st_size == len(data):
            return sha256
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=".part-")
        try:
            with os.fdopen(handle, "wb") as part:
                part.write(data)
                part.flush()
                os.fsync(part.fileno())
            Path(name).replace(target)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
        return sha256

    def get(self, sha256: str) -> bytes:
        """Return a file's bytes.

        Raises BlobError where the file is missing or its bytes no longer have that hash.
        """
        try:
            data = self.path(sha256).read_bytes()
        except FileNotFoundError as error:
            raise BlobError(
                f"The file {sha256} is in the record but not in {self.folder}; "
                "run `samvirke doctor`, then restore it from a backup."
            ) from error
        if hashlib.sha256(data).hexdigest() != sha256:
            raise BlobError(
                f"The file {sha256} in {self.folder} has been altered; "
                "run `samvirke doctor`, then restore it from a backup."
            )
        return data

    def __iter__(self) -> Iterator[str]:
        """Yield the SHA-256 of every stored file, sorted."""
        for path in sorted(self.folder.glob("??/*")):
            if _SHA256.fullmatch(path.name):
                yield path.name
