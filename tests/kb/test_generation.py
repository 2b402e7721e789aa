"""Generations: complete before they are current, and half-written ones never seen."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from kb.errors import GenerationError
from kb.generation import (
    building_generation,
    check_files,
    current_generation,
    half_written,
    make_current,
    open_generation,
)


def _sound(path: Path) -> list[str]:
    return [] if (path / "data.txt").exists() else ["data.txt is missing"]


def _build(folder: Path, text: str) -> None:
    with building_generation(folder, {"passages": 1}, _sound) as path:
        (path / "data.txt").write_text(text)
        (path / "sub").mkdir()
        (path / "sub" / "more.txt").write_text("more")


def test_a_built_generation_is_current_and_described(tmp_path: Path) -> None:
    _build(tmp_path, "one")
    generation = current_generation(tmp_path)
    assert generation.number == 1
    assert generation.manifest["passages"] == 1
    assert sorted(generation.manifest["files"]) == ["data.txt", "sub/more.txt"]
    assert check_files(generation) == []


def test_all_of_it_is_on_the_disk_before_it_is_current(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In this order, a power cut at any moment leaves the old generation or the whole new one."""
    steps: list[str] = []
    rename, replace, fsync = Path.rename, Path.replace, os.fsync

    def synced(handle: int) -> None:
        steps.append(Path(f"/proc/self/fd/{handle}").readlink().name)
        fsync(handle)

    def renamed(self: Path, target: Path) -> Path:
        steps.append(f"rename {target.name}")
        return rename(self, target)

    def replaced(self: Path, target: Path) -> Path:
        steps.append(f"replace {target.name}")
        return replace(self, target)

    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(Path, "rename", renamed)
    monkeypatch.setattr(Path, "replace", replaced)
    _build(tmp_path, "one")
    written, switched = steps.index("rename 000001"), steps.index("replace current")
    names = {"data.txt", "sub", "more.txt", "manifest.json", ".building-000001"}
    assert names <= set(steps[:written])
    assert tmp_path.name in steps[written:switched]
    assert f".current-{os.getpid()}" in steps[written:switched]
    assert steps[-1] == tmp_path.name


def test_readers_keep_the_old_one_while_a_new_one_is_built(tmp_path: Path) -> None:
    _build(tmp_path, "one")
    with building_generation(tmp_path, {}, _sound) as path:
        (path / "data.txt").write_text("two")
        assert current_generation(tmp_path).number == 1
        assert half_written(tmp_path) == [path]
    assert current_generation(tmp_path).number == 2
    assert (open_generation(tmp_path, 1).path / "data.txt").read_text() == "one"


def test_a_generation_that_fails_its_checks_is_thrown_away(tmp_path: Path) -> None:
    _build(tmp_path, "one")
    unsound = pytest.raises(GenerationError, match=r"data.txt is missing.*stays in use")
    with unsound, building_generation(tmp_path, {}, _sound):
        pass
    assert current_generation(tmp_path).number == 1
    assert half_written(tmp_path) == []


def test_an_error_while_building_leaves_the_old_one(tmp_path: Path) -> None:
    _build(tmp_path, "one")
    with pytest.raises(RuntimeError), building_generation(tmp_path, {}, _sound) as path:
        (path / "data.txt").write_text("half")
        raise RuntimeError("disk full")
    assert (current_generation(tmp_path).path / "data.txt").read_text() == "one"


def test_a_half_written_generation_is_never_read_and_cleared_by_the_next(tmp_path: Path) -> None:
    _build(tmp_path, "one")
    left = tmp_path / ".building-000007"
    left.mkdir()
    (left / "data.txt").write_text("a build killed half-way")
    assert current_generation(tmp_path).number == 1
    _build(tmp_path, "two")
    assert half_written(tmp_path) == []
    assert current_generation(tmp_path).number == 2


def test_old_generations_are_dropped_but_some_kept_for_readers(tmp_path: Path) -> None:
    for text in "abcde":
        _build(tmp_path, text)
    kept = sorted(path.name for path in tmp_path.iterdir() if path.is_dir())
    assert kept == ["000003", "000004", "000005"]


def test_no_generation_yet_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(GenerationError, match="run `samvirke index`"):
        current_generation(tmp_path)


def test_a_garbled_current_file_says_what_to_run(tmp_path: Path) -> None:
    _build(tmp_path, "one")
    (tmp_path / "current").write_text("the newest")
    with pytest.raises(GenerationError, match=r"should hold a generation's number"):
        current_generation(tmp_path)


@pytest.mark.parametrize("written", ["[]", "null", "7", "{", '"format"'])
def test_a_garbled_manifest_is_said(tmp_path: Path, written: str) -> None:
    _build(tmp_path, "one")
    (tmp_path / "000001" / "manifest.json").write_text(written)
    with pytest.raises(GenerationError, match=r"Generation 1 .*run `samvirke index`"):
        current_generation(tmp_path)


def test_a_folder_where_a_file_should_be_is_said(tmp_path: Path) -> None:
    _build(tmp_path, "one")
    (tmp_path / "000001" / "manifest.json").unlink()
    (tmp_path / "000001" / "manifest.json").mkdir()
    with pytest.raises(GenerationError, match="is incomplete"):
        current_generation(tmp_path)
    (tmp_path / "current").unlink()
    (tmp_path / "current").mkdir()
    with pytest.raises(GenerationError, match="cannot be read as one"):
        current_generation(tmp_path)


def test_a_current_that_points_to_nothing_is_said(tmp_path: Path) -> None:
    _build(tmp_path, "one")
    make_current(tmp_path, 9)
    with pytest.raises(GenerationError, match=r"Generation 9 .* is incomplete"):
        current_generation(tmp_path)


def test_a_generation_of_another_format_is_refused(tmp_path: Path) -> None:
    _build(tmp_path, "one")
    manifest = tmp_path / "000001" / "manifest.json"
    manifest.write_text(json.dumps({**json.loads(manifest.read_text()), "format": 99}))
    with pytest.raises(GenerationError, match=r"format 99.*run `samvirke index`"):
        current_generation(tmp_path)


def test_an_altered_or_missing_file_is_found(tmp_path: Path) -> None:
    _build(tmp_path, "one")
    generation = current_generation(tmp_path)
    (generation.path / "data.txt").write_text("two")
    (generation.path / "sub" / "more.txt").unlink()
    problems = check_files(generation)
    assert len(problems) == 2
    assert any("data.txt" in problem and "altered" in problem for problem in problems)
    assert any("lacks its file sub/more.txt" in problem for problem in problems)
