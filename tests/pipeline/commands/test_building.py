"""add, read, refresh and its stages as commands: status, JSON on stdout, sentences on stderr."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from filelock import FileLock

from corpora.replica.faults import Fault
from kb.settings import Settings
from tests.command_line import Ran, run_here, run_program
from tests.pipeline.replicas import ARCHIVE, NORDEN, Replica
from tests.sample import REPORT, copy_home, documents, write_documents

pytestmark = pytest.mark.xdist_group("building commands")  # what they share is built once
NOTE = "Ledelsen i kommunen fulgte opp samarbeidet mellom barnevern og skole med felles mål."
ADDED = {"input", "status", "publication_id", "passages", "reason", "screening"}
READ = {"input", "status", "reason", "metadata", "language", "pages", "passages"}


@pytest.fixture
def note(tmp_path: Path) -> Path:
    path = tmp_path / "notat æøå.txt"
    path.write_text(NOTE, encoding="utf-8")
    return path


def test_add_prints_one_record_an_input(own_home: Settings, note: Path) -> None:
    ran = run_here(own_home.home, "add", note, "--country", "NO", "--year", 2020, "--title", "N")
    assert ran.status == 0
    (record,) = ran.json
    assert set(record) >= ADDED
    assert set(record["screening"]) == {"score", "verdict", "reasons"}
    assert (record["input"], record["status"], record["reason"]) == (str(note), "added", None)
    assert "index" in ran.err


def test_one_bad_file_never_stops_the_rest(own_home: Settings, note: Path, tmp_path: Path) -> None:
    broken, missing = tmp_path / "skadet.pdf", tmp_path / "borte.pdf"
    broken.write_bytes(b"%PDF-1.4 nothing more")
    ran = run_here(own_home.home, "add", broken, missing, note, "--format", "jsonl")
    assert ran.status == 1
    assert [record["status"] for record in ran.lines] == ["quarantined", "failed", "added"]
    assert ran.said.startswith(f"samvirke: {broken}: The PDF is damaged")
    assert "2 of 3 inputs were not taken in" in ran.said


def test_add_takes_standard_input(own_home: Settings) -> None:
    ran = run_here(own_home.home, "add", "-", stdin=NOTE.encode())
    assert (ran.status, ran.json[0]["status"], ran.json[0]["passages"]) == (0, "added", 1)


def test_add_as_a_table_is_for_people(own_home: Settings, note: Path) -> None:
    ran = run_here(own_home.home, "add", note, "--format", "table")
    assert "publication_id" in ran.out.splitlines()[0]
    assert "added" in ran.out


def test_read_stores_nothing_and_prints_the_contracts_record(
    own_home: Settings, tmp_path: Path
) -> None:
    before = run_here(own_home.home, "status").json["record"]
    paths = write_documents(tmp_path / "filer")
    ran = run_here(own_home.home, "read", *paths)
    assert ran.status == 0
    assert [set(record) >= READ for record in ran.json] == [True] * 3
    report, _, scan = ran.json
    assert report["metadata"]["title"].startswith("Samarbeid på små steder")
    assert (report["language"], scan["pages"][1]["label"], scan["pages"][1]["index"]) == (
        "nb",
        None,
        1,
    )
    assert scan["passages"][1]["page_label"] == "2"
    assert run_here(own_home.home, "status").json["record"] == before


def test_read_says_which_file_it_cannot_read(own_home: Settings, tmp_path: Path) -> None:
    empty = tmp_path / "tom.docx"
    empty.touch()
    ran = run_here(own_home.home, "read", empty, tmp_path / REPORT)
    assert ran.status == 1
    assert [record["status"] for record in ran.json] == ["quarantined", "quarantined"]
    assert ran.said.startswith(f"samvirke: {empty}: The file is empty")


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory, ready_home: Path) -> tuple[Settings, Ran]:
    """A copy of the sample, refreshed over one of the replica's sites."""
    replica = Replica(copy_home(ready_home, tmp_path_factory.mktemp("kommando") / "kopi"))
    with replica.watched():
        ran = run_here(replica.settings.home, "refresh", "--demo", "--source", ARCHIVE)
    return replica.settings, ran


def test_refresh_prints_its_change_report(archive: tuple[Settings, Ran]) -> None:
    _, ran = archive
    assert ran.status == 0
    assert set(ran.json) == {
        "stages",
        "flow",
        "seconds",
        "failed_sources",
        "saved_searches",
    }
    assert ran.json["stages"]["crawl"][ARCHIVE]["items"] == 3
    assert ran.json["stages"]["index"]["publications"] == 6
    for stage in ("crawl", "extract", "passages", "code", "embed", "index"):
        assert f"\n{stage}" in ran.err.replace("\r", "\n")


def test_a_source_with_problems_is_named_and_the_status_is_1(
    archive: tuple[Settings, Ran], tmp_path: Path
) -> None:
    replica = Replica(copy_home(archive[0].home, tmp_path / "kopi"))
    replica.spoil(NORDEN, Fault.server_error)
    with replica.watched():
        ran = run_here(
            replica.settings.home, "refresh", "--demo", "--source", ARCHIVE, "--source", NORDEN
        )
    assert ran.status == 1
    assert ran.json["failed_sources"] == [NORDEN]
    assert ran.said == (
        f"samvirke: 1 source(s) gave problems ({NORDEN}); `samvirke runs show` says which."
    )
    shown = run_here(replica.settings.home, "runs", "show").json
    assert any("500" in problem["message"] for problem in shown["problems"])


@pytest.mark.parametrize("stage", ["extract", "code", "index"])
def test_a_stage_alone_does_only_that(archive: tuple[Settings, Ran], stage: str) -> None:
    ran = run_here(archive[0].home, stage)
    assert ran.status == 0
    reported = {
        "extract": {"extract", "publications", "passages", "screening"},
        "code": {"code"},
        "index": {"index", "saved_searches"},
    }
    assert set(ran.json["stages"]) == reported[stage]


@pytest.mark.parametrize("command", ["crawl", "refresh"])
def test_a_live_crawl_asks_for_a_contact_first(own_home: Settings, command: str) -> None:
    ran = run_here(own_home.home, command, "--source", "no-fafo")
    assert (ran.status, ran.out) == (1, "")
    assert ran.said.startswith("samvirke: A live crawl tells every site whom to write to")
    assert "SAMVIRKE_CONTACT" in ran.said


def test_a_source_that_is_not_known_is_refused(own_home: Settings) -> None:
    ran = run_here(own_home.home, "crawl", "--source", "nowhere")
    assert (ran.status, ran.out) == (1, "")
    assert ran.err == (
        "samvirke: There is no source 'nowhere'; `samvirke sources` lists those there are.\n"
    )


@pytest.mark.parametrize("command", ["refresh", "crawl", "extract", "code", "index"])
def test_while_a_refresh_runs_no_other_begins(own_home: Settings, command: str) -> None:
    with FileLock(own_home.home / "refresh.lock"):
        ran = run_here(own_home.home, command)
    assert (ran.status, ran.out) == (1, "")
    assert ran.said.startswith(f"samvirke: Another refresh is running on {own_home.home};")


def test_texts_of_ones_own_are_coded(own_home: Settings, tmp_path: Path) -> None:
    path = tmp_path / "tekster.jsonl"
    lines = [
        {"id": 1, "text": NOTE, "language": "nb"},
        {"id": "to", "text": "The weather in Oslo was mild for the time of year."},
    ]
    path.write_text("\n\n".join(map(json.dumps, lines)), encoding="utf-8")
    ran = run_here(own_home.home, "code", "--text-file", path)
    assert ran.status == 0
    first, second = ran.lines
    assert (first["id"], first["language"], second["id"], second["language"]) == (
        1,
        "nb",
        "to",
        "en",
    )
    assert set(first) == {"id", "language", "codings", "countries", "sectors", "target_groups"}
    assert run_here(own_home.home, "code", "--text-file", "-", stdin=path.read_bytes()) == ran


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("not json", "Line 1 of"),
        ('{"id": 1, "text": "x"}\n{"id": 2}', "Line 2 of"),
        ('["text"]', "should be an object"),
    ],
)
def test_a_line_that_is_no_text_is_named(
    own_home: Settings, tmp_path: Path, text: str, sentence: str
) -> None:
    path = tmp_path / "tekster.jsonl"
    path.write_text(text, encoding="utf-8")
    ran = run_here(own_home.home, "code", "--text-file", path)
    assert ran.status == 1
    assert sentence in ran.said


def test_a_text_file_that_is_missing_is_said(own_home: Settings, tmp_path: Path) -> None:
    ran = run_here(own_home.home, "code", "--text-file", tmp_path / "borte.jsonl")
    assert (ran.status, ran.out) == (1, "")
    assert ran.said == (
        f"samvirke: The file {tmp_path / 'borte.jsonl'} cannot be read (No such file or directory)."
    )


def test_add_works_as_a_program_of_its_own(own_home: Settings, tmp_path: Path) -> None:
    paths = write_documents(tmp_path / "filer")
    empty = tmp_path / "tom.txt"
    empty.touch()
    ran = run_program(own_home.home, "add", paths[0], empty)
    assert ran.status == 1
    assert [record["status"] for record in ran.json] == ["unchanged", "quarantined"]
    assert ran.said.startswith(f"samvirke: {empty}: The file is empty")
    assert len(documents()) == 3
