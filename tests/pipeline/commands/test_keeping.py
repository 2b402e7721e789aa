"""backup and restore as commands: everything comes back, and nothing is written over."""

from __future__ import annotations

from pathlib import Path

from kb.citations import sets
from kb.library import list_publications
from kb.settings import Settings
from kb.store import open_store
from tests.command_line import run_here
from tests.sample import warm_home


def test_a_backup_is_put_back_and_searched_after_index(own_home: Settings, tmp_path: Path) -> None:
    store = open_store(own_home)
    sets.create_set(store, "Kapittel 1")
    before = [(view.id, view.csl) for view in list_publications(store)]
    store.close()
    archive = tmp_path / "sikkerhetskopi.tar"
    made = run_here(own_home.home, "backup", "--output", archive)
    assert made.status == 0
    assert (made.json["archive"], made.json["bytes"]) == (str(archive), archive.stat().st_size)
    home = warm_home(tmp_path / "ny")
    back = run_here(home, "restore", archive)
    assert back.status == 0
    assert back.said == "The record is back; `samvirke index` builds search from it."
    assert run_here(home, "search", "ledelse").status == 1
    assert run_here(home, "index").json["stages"]["index"]["passages"] == 5
    assert len(run_here(home, "search", "ledelse").json) == 5
    store = open_store(Settings(home=home))
    assert [(view.id, view.csl) for view in list_publications(store)] == before
    assert [view.name for view in sets.list_sets(store)] == ["Kapittel 1"]
    store.close()
    assert run_here(home, "doctor").json == []


def test_a_backup_has_a_name_of_its_own_unless_one_is_given(own_home: Settings) -> None:
    made = run_here(own_home.home, "backup").json
    archive = Path(made["archive"])
    assert archive.parent == own_home.home / "backups"
    assert archive.name.startswith("samvirke-2")


def test_nothing_is_restored_over_peoples_work(own_home: Settings, tmp_path: Path) -> None:
    archive = tmp_path / "a.tar"
    run_here(own_home.home, "backup", "--output", archive)
    ran = run_here(own_home.home, "restore", archive)
    assert (ran.status, ran.out) == (1, "")
    assert "The record is not empty" in ran.said
    assert len(run_here(own_home.home, "search", "ledelse").json) == 5


def test_a_file_that_is_no_archive_is_refused(tmp_path: Path) -> None:
    wrong = tmp_path / "feil.tar"
    wrong.write_bytes(b"not a tar")
    for path in (wrong, tmp_path / "borte.tar"):
        ran = run_here(tmp_path / "hjem", "restore", path)
        assert ran.status == 1
        assert "is not a whole archive of `samvirke backup`" in ran.said
