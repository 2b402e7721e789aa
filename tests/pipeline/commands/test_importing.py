"""import and import-dump as commands: records on stdout, sentences on stderr, and then search."""

from __future__ import annotations

from pathlib import Path

import pytest

from kb.settings import Settings
from kb.store import open_store
from kb.tables import Address
from pipeline.kudos_dump_run import KUDOS, kudos_source
from tests.command_line import run_here
from tests.pipeline.adder import NOTE
from tests.pipeline.kudos_samples import ITEM, ONE, PDF_ONE, dump_text, sha

RIS = f"""TY  - RPRT
TI  - Felles møter om barn
PY  - 2021
AB  - {NOTE}
ER  -

nonsense between records

TY  - RPRT
TI  - Enda en rapport om samarbeid
PY  - 2020
ER  -
"""


@pytest.fixture
def ris(tmp_path: Path) -> Path:
    path = tmp_path / "referanser æøå.ris"
    path.write_text(RIS, encoding="utf-8")
    return path


@pytest.fixture
def dump(tmp_path: Path) -> Path:
    path = tmp_path / "kudos.sql"
    path.write_text(dump_text(), encoding="utf-8")
    return path


def test_import_prints_one_record_a_file(own_home: Settings, ris: Path) -> None:
    ran = run_here(own_home.home, "import", ris)
    assert ran.status == 1  # one record was lost, the others are in
    (record,) = ran.json
    assert (record["records"], record["added"], record["lost"]) == (3, 2, 1)
    assert any("Record 2 on line 7" in problem for problem in record["problems"])
    assert ran.said.startswith(f"samvirke: {ris}: 1 of 3 records")
    found = run_here(own_home.home, "search", "felles møter skole helsestasjon", "-k", 5).json
    assert "Felles møter om barn" in [hit["title"] for hit in found]
    again = run_here(own_home.home, "import", ris, "--format", "jsonl")
    assert (again.lines[0]["added"], again.lines[0]["unchanged"]) == (0, 2)


def test_import_as_a_table_is_for_people(own_home: Settings, ris: Path) -> None:
    ran = run_here(own_home.home, "import", ris, "--include", "--format", "table")
    assert ran.out.splitlines()[0].split()[:4] == ["input", "status", "records", "added"]
    assert f"samvirke: {ris}: 1 of 3 records" in ran.said
    assert f"  {ris}: Record 2 on line 7" in ran.err


def test_every_file_that_was_not_read_is_named(own_home: Settings, tmp_path: Path) -> None:
    folder = tmp_path / "inn"
    folder.mkdir()
    (folder / "tom þ.txt").touch()
    (folder / "bilde.jpg").write_bytes(b"jpg")
    (folder / "to.ris").write_text("TY  - RPRT\nTI  - Ett\nPY  - 2020\nER  -\nTY  -\nER  -\n")
    ran = run_here(own_home.home, "import", folder, "--format", "table")
    assert ran.status == 1
    assert f"{folder / 'tom þ.txt'} is empty" in ran.err
    assert "bilde.jpg is none of the kinds of file that are read" in ran.err
    assert f"1 of 2 records in {folder / 'to.ris'} could not be read" in ran.err
    assert "The record says nothing of a publication" in ran.err
    assert "quarantined" in ran.out.splitlines()[0]


def test_what_cannot_be_imported_is_one_sentence(own_home: Settings, tmp_path: Path) -> None:
    coded = tmp_path / "koder.qdc"
    coded.write_text("<CodeBook")
    ran = run_here(own_home.home, "import", coded, "--by", "Kari")
    assert ran.status == 1
    assert "koder.qdc is no well-formed XML" in ran.said
    empty = tmp_path / "tom"
    empty.mkdir()
    ran = run_here(own_home.home, "import", empty)
    assert (ran.status, ran.data) == (1, b"")
    assert ran.said.startswith("samvirke: Found no file to import in")


def test_a_dump_becomes_searchable(own_home: Settings, dump: Path) -> None:
    ran = run_here(own_home.home, "import-dump", "kudos", dump, "--type", "Evaluering")
    assert ran.status == 0
    assert ran.json["documents"] == 1
    assert ran.json["counts"]["other_types"] == 1
    assert any("columns that are not read" in problem for problem in ran.json["problems"])
    found = run_here(own_home.home, "search", "Evaluering av samarbeid løft", "-k", 5).json
    hit = next(hit for hit in found if hit["title"].startswith("Evaluering av samarbeid"))
    assert hit["url"] == ITEM + ONE
    runs = run_here(own_home.home, "runs", "show").json
    assert (runs["kind"], runs["status"]) == ("import-dump", "done")
    assert {problem["source_id"] for problem in runs["problems"]} == {KUDOS}
    assert runs["report"]["stages"]["import-dump"]["documents"] == 1


def test_a_dump_can_be_stored_only(own_home: Settings, dump: Path, tmp_path: Path) -> None:
    place = tmp_path / "pdf" / sha(PDF_ONE)[:3] / sha(PDF_ONE) / "x.pdf"
    place.parent.mkdir(parents=True)
    place.write_bytes(PDF_ONE)
    ran = run_here(
        own_home.home, "import-dump", "kudos", dump, "--files", tmp_path / "pdf", "--only-store"
    )
    assert (ran.status, ran.json["counts"]["documents_stored"]) == (0, 1)
    store = open_store(own_home)
    with store.read() as session:
        kept = session.get(Address, f"{ITEM}{ONE}/filer/{ONE}.pdf")
        assert kept is not None
        assert kept.sha256 == sha(PDF_ONE)
    store.close()
    assert run_here(own_home.home, "runs", "show").json["report"]["stages"].keys() == {
        "import-dump"
    }


def test_dumps_of_nobody_we_know(own_home: Settings, dump: Path) -> None:
    ran = run_here(own_home.home, "import-dump", "gopher", dump)
    assert ran.status == 2
    ran = run_here(own_home.home, "import-dump", "kudos", dump.with_name("none.sql"))
    assert ran.status == 1
    assert ran.said.startswith("samvirke: There is no dump")
    assert run_here(own_home.home, "runs", "show").json["status"] == "failed"


def test_documents_of_a_dump_lie_under_the_registrys_addresses() -> None:
    source = kudos_source()
    assert source.id == KUDOS
    assert source.api is not None
    assert source.api.adapter == "kudos"
    assert f"{source.homepage}/dokument/" == ITEM
