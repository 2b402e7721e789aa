"""Backup and restore: the record and the files, all of it or nothing."""

from __future__ import annotations

import io
import json
import tarfile
from pathlib import Path

import pytest

from corpora.codebook import load_codebook
from kb.backup import default_archive, restore_archive, write_archive
from kb.citations.sets import add_item, create_set, list_items, list_sets
from kb.coding.codings import StoredCodings, record_coding
from kb.errors import RecordError
from kb.library import list_publications, publication_detail
from kb.runs import start_run
from kb.settings import Settings
from kb.store import Store, open_store
from tests.builders import Shelf


@pytest.fixture
def worked(shelf: Shelf) -> Shelf:
    """A record with a coding and a citation set on it."""
    set_id = create_set(shelf.store, "kapittel þ", owner="Åse")
    add_item(shelf.store, set_id, shelf.publication_id, shelf.passage_ids[0], note="ærlig")
    record_coding(
        shelf.store, load_codebook(), shelf.passage_ids[0],
        factor="leadership", direction="facilitator", act="accept", coder="Åse",
    )  # fmt: skip
    return shelf


@pytest.fixture
def empty(tmp_path: Path) -> Store:
    (tmp_path / "other").mkdir()
    return open_store(Settings(home=tmp_path / "other"))


def test_everything_comes_back(worked: Shelf, empty: Store, tmp_path: Path) -> None:
    archive = tmp_path / "b.tar"
    report = write_archive(worked.store, archive)
    assert report["files"] == 1
    restored = restore_archive(empty, archive)
    assert restored["tables"] == report["tables"]
    assert list_publications(empty) == list_publications(worked.store)
    assert publication_detail(empty, worked.publication_id) == publication_detail(
        worked.store, worked.publication_id
    )
    assert list_sets(empty) == list_sets(worked.store)
    assert list_items(empty, 1) == list_items(worked.store, 1)
    assert StoredCodings(empty).coded() == StoredCodings(worked.store).coded()
    assert [empty.blobs.get(sha) for sha in empty.blobs] == [b"%PDF-1.7 a report"]


def test_new_rows_get_new_numbers_after_a_restore(
    worked: Shelf, empty: Store, tmp_path: Path
) -> None:
    start_run(worked.store, "refresh")
    write_archive(worked.store, tmp_path / "b.tar")
    restore_archive(empty, tmp_path / "b.tar")
    assert start_run(empty, "add")[0] == 2


def test_a_record_with_work_in_it_is_never_overwritten(worked: Shelf, tmp_path: Path) -> None:
    write_archive(worked.store, tmp_path / "b.tar")
    with pytest.raises(RecordError, match="not empty"):
        restore_archive(worked.store, tmp_path / "b.tar")
    assert len(list_publications(worked.store)) == 1


def test_a_record_with_any_row_is_not_restored_into(
    worked: Shelf, empty: Store, tmp_path: Path
) -> None:
    """A set, or a run, without any publication is somebody's too."""
    write_archive(worked.store, tmp_path / "b.tar")
    create_set(empty, "mitt eget")
    with pytest.raises(RecordError, match=r"not empty \(it has a citation_set\)"):
        restore_archive(empty, tmp_path / "b.tar")
    assert [view.name for view in list_sets(empty)] == ["mitt eget"]


def test_other_row_counts_than_said_restore_nothing(
    worked: Shelf, empty: Store, tmp_path: Path
) -> None:
    archive = tmp_path / "b.tar"
    report = write_archive(worked.store, archive)
    tables = {**report["tables"], "coding": 2}
    manifest = {"format": 1, "schema": report["schema"], "tables": tables, "files": 1}
    _rewrite(archive, "manifest.json", json.dumps(manifest).encode())
    with pytest.raises(RecordError, match=r"other row counts.*nothing was restored"):
        restore_archive(empty, archive)
    assert list_publications(empty) == []
    assert list_sets(empty) == []


def test_rows_that_lead_nowhere_restore_nothing(
    worked: Shelf, empty: Store, tmp_path: Path
) -> None:
    archive = tmp_path / "b.tar"
    write_archive(worked.store, archive)
    _rewrite(archive, "tables/publication.jsonl", b"")
    with pytest.raises(RecordError, match="not a whole archive"):
        restore_archive(empty, archive)
    assert list_sets(empty) == []


def test_many_rows_come_back_in_parts(
    worked: Shelf, empty: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kb.backup.ROWS_AT_ONCE", 2)
    monkeypatch.setattr("kb.backup.IN_MEMORY", 10)
    report = write_archive(worked.store, tmp_path / "b.tar")
    assert report["tables"]["passage"] == 3
    assert restore_archive(empty, tmp_path / "b.tar")["tables"] == report["tables"]
    assert sorted(path.name for path in tmp_path.glob("*.tar")) == ["b.tar"]


def test_the_teams_codebook_comes_back(worked: Shelf, empty: Store, tmp_path: Path) -> None:
    own = "# Fagrådets kodebok, æøå\n".encode()
    (worked.store.settings.home / "codebook.yaml").write_bytes(own)
    write_archive(worked.store, tmp_path / "b.tar")
    assert restore_archive(empty, tmp_path / "b.tar")["codebook"] == "restored"
    assert (empty.settings.home / "codebook.yaml").read_bytes() == own


def test_a_codebook_that_is_there_is_never_overwritten(
    worked: Shelf, empty: Store, tmp_path: Path
) -> None:
    (worked.store.settings.home / "codebook.yaml").write_text("theirs")
    (empty.settings.home / "codebook.yaml").write_text("ours")
    write_archive(worked.store, tmp_path / "b.tar")
    assert restore_archive(empty, tmp_path / "b.tar")["codebook"] == "kept the one there"
    assert (empty.settings.home / "codebook.yaml").read_text() == "ours"


def test_an_archive_cut_off_restores_nothing(worked: Shelf, empty: Store, tmp_path: Path) -> None:
    archive = tmp_path / "b.tar"
    write_archive(worked.store, archive)
    archive.write_bytes(archive.read_bytes()[: archive.stat().st_size // 2])
    with pytest.raises(RecordError, match="not a whole archive"):
        restore_archive(empty, archive)
    assert list_publications(empty) == []


def test_a_file_that_is_no_archive_is_said(empty: Store, tmp_path: Path) -> None:
    (tmp_path / "b.tar").write_text("hello")
    with pytest.raises(RecordError, match="not a whole archive"):
        restore_archive(empty, tmp_path / "b.tar")
    with pytest.raises(RecordError, match="not a whole archive"):
        restore_archive(empty, tmp_path / "none.tar")


def _rewrite(archive: Path, name: str, data: bytes) -> None:
    with tarfile.open(archive) as tar:
        members = {m.name: tar.extractfile(m).read() for m in tar}  # type: ignore[union-attr]
    members[name] = data
    with tarfile.open(archive, "w") as tar:
        for member, content in members.items():
            info = tarfile.TarInfo(member)
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))


def test_a_forged_file_in_the_archive_is_refused(
    worked: Shelf, empty: Store, tmp_path: Path
) -> None:
    archive = tmp_path / "b.tar"
    write_archive(worked.store, archive)
    sha256 = next(iter(worked.store.blobs))
    _rewrite(archive, f"blobs/{sha256}", b"forged")
    with pytest.raises(RecordError, match="other bytes than its name says"):
        restore_archive(empty, archive)
    assert list_publications(empty) == []


def test_names_in_an_archive_never_become_paths(
    worked: Shelf, empty: Store, tmp_path: Path
) -> None:
    archive = tmp_path / "b.tar"
    write_archive(worked.store, archive)
    _rewrite(archive, "../escaped.txt", b"hostile")
    restore_archive(empty, archive)
    assert not (tmp_path / "escaped.txt").exists()
    assert not (tmp_path.parent / "escaped.txt").exists()


def test_an_archive_of_a_newer_version_is_refused(
    worked: Shelf, empty: Store, tmp_path: Path
) -> None:
    archive = tmp_path / "b.tar"
    write_archive(worked.store, archive)
    _rewrite(archive, "manifest.json", b'{"format": 1, "schema": "9999"}')
    with pytest.raises(RecordError, match="newer version"):
        restore_archive(empty, archive)


def test_a_backup_that_cannot_be_written_leaves_no_half_file(worked: Shelf, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(RecordError, match="choose another --output"):
        write_archive(worked.store, tmp_path / "file" / "b.tar")


def test_the_default_archive_lies_in_the_home(settings: Settings) -> None:
    assert default_archive(settings).parent == settings.home / "backups"
