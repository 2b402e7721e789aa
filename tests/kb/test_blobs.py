"""Blobs: stored once, by hash only, and checked when read."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from kb.blobs import Blobs
from kb.errors import BlobError


@pytest.fixture
def blobs(tmp_path: Path) -> Blobs:
    return Blobs(tmp_path / "blobs")


def test_what_is_put_is_got(blobs: Blobs) -> None:
    data = "Þjónusta, yhteistyö, tværfaglighed".encode()
    sha256 = blobs.put(data)
    assert sha256 == hashlib.sha256(data).hexdigest()
    assert blobs.get(sha256) == data


def test_the_same_bytes_are_stored_once(blobs: Blobs) -> None:
    assert blobs.put(b"twice") == blobs.put(b"twice")
    assert len(list(blobs)) == 1
    assert len(list(blobs.folder.rglob("*"))) == 2  # the file and its folder; no part left behind


def test_an_altered_file_is_not_handed_out(blobs: Blobs) -> None:
    sha256 = blobs.put(b"as fetched")
    blobs.path(sha256).write_bytes(b"as forged!")
    with pytest.raises(BlobError, match="has been altered"):
        blobs.get(sha256)


def test_a_file_cut_off_by_a_crash_is_stored_again(blobs: Blobs) -> None:
    sha256 = blobs.put(b"whole file")
    blobs.path(sha256).write_bytes(b"whole")
    blobs.put(b"whole file")
    assert blobs.get(sha256) == b"whole file"


def test_a_missing_file_says_what_to_do(blobs: Blobs) -> None:
    with pytest.raises(BlobError, match=r"not in .*; run `samvirke doctor`"):
        blobs.get("a" * 64)


@pytest.mark.parametrize("name", ["../../etc/passwd", "A" * 64, "abc", "a" * 63 + "/"])
def test_nothing_but_a_hash_is_ever_opened(blobs: Blobs, name: str) -> None:
    with pytest.raises(BlobError, match="64 hexadecimal digits"):
        blobs.get(name)


def test_iterating_lists_hashes_in_order(blobs: Blobs) -> None:
    stored = sorted(blobs.put(bytes([n])) for n in range(5))
    (blobs.folder / "00").mkdir(exist_ok=True)
    (blobs.folder / "00" / "notes.txt").write_text("not ours")
    assert list(blobs) == stored


def test_many_are_put_at_once_and_the_same_ones_once(blobs: Blobs) -> None:
    bodies = [f"file {n % 20}".encode() for n in range(40)]
    hashes = blobs.put_all(bodies)
    assert hashes == [hashlib.sha256(body).hexdigest() for body in bodies]
    assert [blobs.get(sha256) for sha256 in hashes] == bodies
    assert len(list(blobs)) == 20
    assert blobs.put_all([]) == []
    assert not list(blobs.folder.rglob(".part-*"))


def test_a_disk_that_fails_leaves_no_parts(blobs: Blobs, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("kb.blobs.os.fsync", fail)
    for bodies in ([b"one"], [b"one", b"two", b"three"]):
        with pytest.raises(OSError, match="No space"):
            blobs.put_all(bodies)
    assert not list(blobs.folder.rglob(".part-*"))
