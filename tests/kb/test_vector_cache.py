"""Kept vectors: no text is embedded twice, and no crash or damage loses more than it must."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from kb import vector_cache
from kb.errors import ModelError
from kb.vector_cache import VectorCache
from kb.vector_runtime import Progress, Vectors, unit


class CountingEmbedder:
    """Gives each text its own direction and remembers what it was asked."""

    def __init__(self, revision: str = "r1", dimension: int = 8) -> None:
        self.revision, self.dimension = revision, dimension
        self.asked: list[str] = []

    def embed_passages(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        self.asked += texts
        seeds = [int.from_bytes(hashlib.sha256(t.encode()).digest()[:4], "big") for t in texts]
        rows = [np.random.default_rng(seed).normal(size=self.dimension) for seed in seeds]
        if progress:
            progress(len(texts), len(texts))
        return unit(np.array(rows, dtype=np.float32))


def files(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / "r1").glob("*.npy"))


def test_no_text_is_embedded_twice(tmp_path: Path) -> None:
    embedder = CountingEmbedder()
    cache = VectorCache(tmp_path)
    first = cache.embed(embedder, ["a", "b", "a"])
    second = VectorCache(tmp_path).embed(embedder, ["b", "c", "a"])
    assert embedder.asked == ["a", "b", "c"]
    assert first.shape == second.shape == (3, 8)
    np.testing.assert_array_equal(first[0], first[2])
    np.testing.assert_array_equal(first[1], second[0])
    assert cache.count(embedder) == 3


def test_what_is_kept_is_what_was_embedded(tmp_path: Path) -> None:
    embedder = CountingEmbedder()
    texts = [f"tekst {n}" for n in range(50)]
    kept = VectorCache(tmp_path).embed(embedder, texts)
    cosine = (kept * CountingEmbedder().embed_passages(texts)).sum(axis=1)
    assert kept.dtype == np.float32
    assert cosine.min() > 0.99999
    np.testing.assert_allclose(np.linalg.norm(kept, axis=1), 1.0, atol=1e-6)


def test_revisions_are_kept_apart(tmp_path: Path) -> None:
    cache = VectorCache(tmp_path)
    cache.embed(CountingEmbedder("r1"), ["a"])
    other = CountingEmbedder("r2", dimension=4)
    assert cache.embed(other, ["a"]).shape == (1, 4)
    assert other.asked == ["a"]


def test_nothing_asked_writes_nothing(tmp_path: Path) -> None:
    assert VectorCache(tmp_path).embed(CountingEmbedder(), []).shape == (0, 8)
    assert list(tmp_path.iterdir()) == []


def test_progress_counts_only_what_is_new(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vector_cache, "SAVE_EVERY", 2)
    cache = VectorCache(tmp_path)
    cache.embed(CountingEmbedder(), ["a"])
    seen: list[tuple[int, int]] = []
    cache.embed(CountingEmbedder(), list("abcdef"), lambda done, all_: seen.append((done, all_)))
    assert seen == [(2, 5), (4, 5), (5, 5)]


def test_a_crash_keeps_what_was_saved_before_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vector_cache, "SAVE_EVERY", 2)

    class Failing(CountingEmbedder):
        def embed_passages(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
            if "e" in texts:
                raise MemoryError
            return super().embed_passages(texts, progress)

    with pytest.raises(MemoryError):
        VectorCache(tmp_path).embed(Failing(), list("abcdef"))
    after = CountingEmbedder()
    VectorCache(tmp_path).embed(after, list("abcdef"))
    assert after.asked == ["e", "f"]


def test_vectors_without_their_keys_do_not_count(tmp_path: Path) -> None:
    VectorCache(tmp_path).embed(CountingEmbedder(), ["a", "b"])
    (tmp_path / "r1" / "000001.keys.npy").unlink()  # as a kill between the two writes leaves it
    again = CountingEmbedder()
    VectorCache(tmp_path).embed(again, ["a", "b"])
    assert again.asked == ["a", "b"]
    assert "000002.keys.npy" in files(tmp_path)


@pytest.mark.parametrize("name", ["000001.keys.npy", "000001.vectors.npy"])
@pytest.mark.parametrize("content", [b"", b"\x93NUMPY broken", b"\x80\x04pickle"])
def test_damaged_files_are_made_anew(
    tmp_path: Path, name: str, content: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    wanted = VectorCache(tmp_path).embed(CountingEmbedder(), ["a", "b"])
    (tmp_path / "r1" / name).write_bytes(content)
    again = CountingEmbedder()
    np.testing.assert_array_equal(VectorCache(tmp_path).embed(again, ["a", "b"]), wanted)
    assert again.asked == ["a", "b"]
    assert "made anew" in caplog.text


def test_pickled_arrays_are_never_read(tmp_path: Path) -> None:
    VectorCache(tmp_path).embed(CountingEmbedder(), ["a"])
    target = tmp_path / "r1" / "000001.vectors.npy"
    np.save(target, np.array([{"x": 1}], dtype=object), allow_pickle=True)
    again = CountingEmbedder()
    VectorCache(tmp_path).embed(again, ["a"])
    assert again.asked == ["a"]


def test_a_file_of_another_width_is_left_out(tmp_path: Path) -> None:
    VectorCache(tmp_path).embed(CountingEmbedder("r1", 4), ["a"])
    wide = CountingEmbedder("r1", 8)
    assert VectorCache(tmp_path).embed(wide, ["a"]).shape == (1, 8)
    assert wide.asked == ["a"]


def test_many_small_files_are_joined(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vector_cache, "MOST_CHUNKS", 3)
    cache = VectorCache(tmp_path)
    for letter in "abcdefgh":
        cache.embed(CountingEmbedder(), [letter])
    assert len(files(tmp_path)) <= 2 * 4
    after = CountingEmbedder()
    kept = cache.embed(after, list("abcdefgh"))
    assert after.asked == []
    wanted = CountingEmbedder().embed_passages(list("abcdefgh"))
    assert (kept * wanted).sum(axis=1).min() > 0.99999


def test_several_at_once_lose_nothing(tmp_path: Path) -> None:
    def work(start: int) -> None:
        VectorCache(tmp_path).embed(CountingEmbedder(), [str(n) for n in range(start, start + 20)])

    threads = [threading.Thread(target=work, args=(start,)) for start in range(0, 80, 10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    after = CountingEmbedder()
    VectorCache(tmp_path).embed(after, [str(n) for n in range(90)])
    assert after.asked == []


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    with pytest.raises(ModelError, match="cannot be read or written"):
        VectorCache(blocked).embed(CountingEmbedder(), ["a"])


def test_lone_surrogates_have_a_key_too(tmp_path: Path) -> None:
    class Tolerant(CountingEmbedder):
        def embed_passages(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
            return super().embed_passages([t.encode("utf-8", "replace").decode() for t in texts])

    assert VectorCache(tmp_path).embed(Tolerant(), ["\ud800"]).shape == (1, 8)


def test_a_damaged_pair_is_told_once_and_set_aside(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    VectorCache(tmp_path).embed(CountingEmbedder(), ["a", "b"])
    (tmp_path / "r1" / "000001.vectors.npy").write_bytes(b"damaged")
    VectorCache(tmp_path).embed(CountingEmbedder(), ["a", "b"])
    assert caplog.text.count("made anew") == 1
    assert files(tmp_path) == ["000002.keys.npy", "000002.vectors.npy"]
    assert (tmp_path / "r1" / "000001.vectors.damaged").read_bytes() == b"damaged"
    again = CountingEmbedder()
    VectorCache(tmp_path).embed(again, ["a", "b"])
    assert again.asked == []
    assert caplog.text.count("made anew") == 1


def test_a_pair_that_another_process_joined_meanwhile_is_no_damage(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    cache = VectorCache(tmp_path)
    for letter in "abc":
        cache.embed(CountingEmbedder(), [letter])
    read = np.load

    def meanwhile(path: Path, **asked: Any) -> Any:
        if path.name == "000002.vectors.npy":
            path.unlink()
        return read(path, **asked)

    monkeypatch.setattr(np, "load", meanwhile)
    assert cache.count(CountingEmbedder()) == 2
    assert caplog.text == ""
    assert not list((tmp_path / "r1").glob("*.damaged"))


def test_a_stray_file_is_left_alone(tmp_path: Path) -> None:
    cache = VectorCache(tmp_path)
    cache.embed(CountingEmbedder(), ["a"])
    for name in ("copy of 000001.keys.npy", "x.npy", "²2.keys.npy"):
        (tmp_path / "r1" / name).write_bytes(b"mine")
    again = CountingEmbedder()
    cache.embed(again, ["a", "b"])
    assert again.asked == ["b"]
    assert (tmp_path / "r1" / "x.npy").read_bytes() == b"mine"
