"""`samvirke codebook`, `export` and `import` of REFI-QDA files, as people type them."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest

from kb.active_codebook import active_codebook
from kb.coding.codings import StoredCodings, record_coding
from tests.builders import TEXTS, Shelf
from tests.command_line import run_here
from tests.kb.refi_files import OWN, TEXT, document, package, text_selection, where


@pytest.fixture
def home(shelf: Shelf) -> Path:
    """A data home with a coding of resources."""
    record_coding(
        shelf.store, active_codebook(shelf.store), shelf.passage_ids[0],
        factor="resources", direction="barrier", act="add", coder="Åsa",
    )  # fmt: skip
    return shelf.store.settings.home


def test_a_code_is_split_its_coding_moved_and_all_undone(home: Path) -> None:
    by = ("--by", "Kari Ø")
    ran = run_here(
        home, "codebook", "split", "resources", "--into", "money=Penger", "--into", "time=Tid",
        "--default", "money", "--language", "nb", *by,
    )  # fmt: skip
    assert (ran.status, ran.json["act"], ran.json["by"]) == (0, "split", "Kari Ø")
    (waiting,) = run_here(home, "codebook", "decide").json
    assert (waiting["code"], waiting["counts_as"]) == ("resources", "money")
    assert run_here(home, "codebook", "decide", "1", "time", *by).json == []
    shown = {one["id"]: one for one in run_here(home, "codebook", "show").json}
    assert (shown["time"]["codings"], shown["money"]["codings"]) == (1, 0)
    assert "resources" not in shown
    ran = run_here(home, "search", "x", "--factor", "resources")
    assert ran.status == 1 and "'resources', which was split into money and time" in ran.said
    assert run_here(home, "codebook", "undo", *by).json["undoes"] == 1
    acts = run_here(home, "codebook", "history").json
    assert [(one["act"], one["stands"]) for one in acts] == [("undo", True), ("split", False)]


def test_each_other_act_prints_what_was_done(home: Path) -> None:
    for command, act in (
        (("rename", "leadership", "--label", "nb=Styring", "--id", "lead"), "rename"),
        (("rename", "lead", "--definition", "nb=Den som leder."), "define"),
        (("merge", "coordination", "routines", "--comment", "like"), "merge"),
        (("retire", "culture"), "retire"),
        (("add", "trust", "--label", "nb=Tillit", "--definition", "nb=At folk stoler."), "add"),
        (("retire", "trust"), "retire"),
    ):
        ran = run_here(home, "codebook", *command, "--by", "Kari")
        assert ran.status == 0, ran.said
        done = ran.json[0] if isinstance(ran.json, list) else ran.json
        assert done["act"] == act
    shown = run_here(home, "codebook", "show", "--language", "nb", "--format", "table").out
    assert "Styring" in shown and "retired" in shown
    kinds = run_here(home, "codebook", "show", "--kind", "sectors").json
    assert all(one["state"] == "in use" for one in kinds)


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        (("rename", "nothing", "--label", "en=X"), "found 'nothing'"),
        (("rename", "culture", "--label", "Kultur"), "Expected --label as name=value"),
        (("rename", "culture", "--label", "xx=Kultur"), "Expected a language among"),
        (("add", "trust"), "Expected a label of the new code"),
        (("add", "Æ", "--label", "en=x"), "a to z (small), digits and _, found 'Æ'; take 'ae'"),
        (("show", "--kind", "areas"), "Expected --kind"),
        (("decide", "1"), "Expected the part"),
        (("load", "borte.yaml"), "found none"),
        (("export", "--output", "x.docx"), "ends in .yaml or .qdc"),
    ],
)
def test_wrong_requests_end_in_one_sentence(
    home: Path, command: tuple[str, ...], sentence: str
) -> None:
    by = () if command[0] in ("show", "export") else ("--by", "Kari")
    ran = run_here(home, "codebook", *command, *by)
    assert ran.status == 1 and sentence in ran.said
    assert run_here(home, "codebook", "history").json == []


def test_a_name_is_needed_to_change_anything(home: Path) -> None:
    ran = run_here(home, "codebook", "retire", "culture")
    assert ran.status == 1 and "Expected your name" in ran.said


def test_another_codebook_is_loaded_with_a_map(home: Path, shelf: Shelf, tmp_path: Path) -> None:
    file = tmp_path / "annen æ.qdc"
    assert run_here(home, "export", "--to", "refi-qda", "--output", file).status == 0
    text = file.read_text(encoding="utf-8")
    guid = active_codebook(shelf.store).guid("factors", "resources")
    text = text.replace(guid, OWN).replace('name="Resources"', 'name="Penger og tid"')
    file.write_text(text, encoding="utf-8")
    ran = run_here(home, "codebook", "load", file, "--by", "Kari", "--language", "nb")
    assert ran.status == 1 and "found none for resources (1)" in ran.said
    ran = run_here(
        home, "codebook", "load", file, "--by", "Kari", "--language", "nb",
        "--map", "resources=penger_og_tid",
    )  # fmt: skip
    assert ran.status == 0, ran.said
    shown = {one["id"]: one for one in run_here(home, "codebook", "show").json}
    assert shown["penger_og_tid"]["codings"] == 1 and len(shown) == 15
    for name in ("ut.yaml", "ut.qdc"):
        assert run_here(home, "codebook", "export", "--output", tmp_path / name).status == 0
        assert "Penger og tid" in (tmp_path / name).read_text(encoding="utf-8")


def test_projects_go_out_and_in(home: Path, shelf: Shelf, tmp_path: Path) -> None:
    file = tmp_path / "gjennomgang åäö.qdpx"
    ran = run_here(home, "export", "--to", "refi-qda", "--output", file, "--no-files")
    assert (ran.status, ran.json["codings"], ran.json["files"]) == (0, 1, 0)
    assert "project.qde" in zipfile.ZipFile(file).namelist()
    (record,) = run_here(home, "import", file, "--by", "Kari").json
    assert (record["added"], record["unchanged"], record["report"]) == (0, 1, None)
    start, end = where(TEXTS[1][:30], TEXTS[1])
    more = '<Cases><Case guid="y"/></Cases>'
    theirs = tmp_path / "fra andre.qdpx"
    text = document("Samarbeid om utsatte barn", text_selection(start, end, OWN), more=more)
    theirs.write_bytes(package(text, {"Sources/A1.txt": TEXTS[1].encode()}))
    ran = run_here(home, "import", theirs, "--by", "Kari", "--language", "nb")
    assert ran.json[0]["codes_added"] == ["tillit_pa_tvers"] and ran.json[0]["added"] == 1
    assert "New in the codebook: tillit_pa_tvers" in ran.err and "1 cases" in ran.said
    coded = StoredCodings(shelf.store).coded()[shelf.passage_ids[1]]
    assert [one.coder for one in coded] == ["Bjørk Þórðardóttir"]


def test_codings_without_a_place_are_kept_in_a_report(home: Path, tmp_path: Path) -> None:
    theirs = tmp_path / "ukjent.qdpx"
    text = document("Et helt annet intervju", text_selection(0, 8))
    theirs.write_bytes(package(text, {"Sources/A1.txt": TEXT.encode()[20:]}))
    ran = run_here(home, "import", theirs, "--by", "Kari")
    (record,) = ran.json
    assert (record["added"], record["not_placed"]) == (0, 1)
    kept = json.loads(Path(record["report"]).read_text(encoding="utf-8"))
    assert kept["not_placed"][0]["source"] == "Et helt annet intervju"
    assert record["report"] in ran.said
    assert run_here(home, "import", theirs).status == 1  # nobody's name


def test_an_export_that_cannot_be_is_one_sentence(home: Path, tmp_path: Path) -> None:
    ran = run_here(home, "export", "--to", "refi-qda", "--output", tmp_path / "x.pdf")
    assert ran.status == 1 and "ends in .qdpx or .qdc" in ran.said
    ran = run_here(home, "export", "--to", "refi-qda", "--output", tmp_path / "borte" / "x.qdpx")
    assert ran.status == 1 and "choose another --output" in ran.said
    assert run_here(home, "export", "--to", "nvivo", "--output", "x.qdpx").status == 2
