"""search, map and cite as commands: what scripts read, and what a wrong question is told."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest

from kb.citations import sets
from kb.library import list_publications, present_passages
from kb.settings import Settings
from kb.store import open_store
from tests.command_line import run_here, run_program
from tests.kb.contract import CONTRACT


def test_search_prints_the_contracts_records(ready_home: Path) -> None:
    ran = run_here(ready_home, "search", "taushetsplikt som hinder", "-k", 3)
    assert (ran.status, ran.err) == (0, "")
    assert [record["rank"] for record in ran.json] == [1, 2, 3]
    for record in ran.json:
        assert set(record) >= set(CONTRACT)
    assert ran.json[0]["section"] == "Taushetsplikt"


def test_filters_can_be_given_several_times(ready_home: Path) -> None:
    args = ["--country", "NO", "--country", "IS", "--language", "nb", "--language", "en"]
    ran = run_here(ready_home, "search", "samarbeid", *args)
    assert {record["language"] for record in ran.json} == {"nb", "en"}
    norwegian = run_here(ready_home, "search", "samarbeid", "--language", "no").json
    assert norwegian and {record["language"] for record in norwegian} <= {"nb", "nn"}
    named = run_here(ready_home, "search", "samarbeid", "--language", "Svenska").json
    assert named and {record["language"] for record in named} == {"sv"}
    only = run_here(ready_home, "search", "samarbeid", "--year-from", 2019, "--year-to", 2019)
    assert {record["year"] for record in only.json} == {2019}
    assert run_here(ready_home, "search", "samarbeid", "--verified").json == []


def test_grouped_by_publication(ready_home: Path) -> None:
    ran = run_here(ready_home, "search", "ledelse taushetsplikt", "--group", "publication")
    assert len({record["publication_id"] for record in ran.json}) == len(ran.json) == 3
    assert any(record.get("passages") for record in ran.json)


def test_a_query_without_a_word_does_not_stop_the_others(ready_home: Path, tmp_path: Path) -> None:
    path = tmp_path / "q.jsonl"
    path.write_bytes('{"id": 1, "q": "…"}\n{"id": 2, "q": "ledelse\u2028i skolen"}\n'.encode())
    ran = run_here(ready_home, "search", "--queries", path, "-k", 1)
    wordless, asked = ran.lines
    assert (wordless["id"], wordless["results"], asked["id"]) == (1, [], 2)
    assert wordless["error"].startswith("A search needs at least one word")
    assert len(asked["results"]) == 1 and "error" not in asked
    assert ran.status == 1
    assert ran.said == "samvirke: 1 of 2 queries could not be asked; their lines say why."


def test_queries_that_are_no_utf8_name_the_line(ready_home: Path, tmp_path: Path) -> None:
    path = tmp_path / "q.jsonl"
    path.write_bytes(b'{"id": 1, "q": "skole"}\n' + '{"id": 2, "q": "møte"}\n'.encode("latin-1"))
    ran = run_here(ready_home, "search", "--queries", path, "-k", 1)
    assert (ran.status, len(ran.lines)) == (1, 1)
    assert ran.said == (
        f"samvirke: Line 2 of {path} should be UTF-8, found the byte 0xf8 at position 18; save "
        "the file as UTF-8."
    )


def test_many_queries_in_one_process(ready_home: Path, tmp_path: Path) -> None:
    path = tmp_path / "spørsmål.jsonl"
    path.write_text(
        '{"id": "a", "q": "ledelse"}\n\n{"id": 2, "q": "gemensamma lokaler"}\n', encoding="utf-8"
    )
    ran = run_here(ready_home, "search", "--queries", path, "-k", 2, "--language", "sv")
    assert [line["id"] for line in ran.lines] == ["a", 2]
    assert {record["language"] for line in ran.lines for record in line["results"]} == {"sv"}


@pytest.mark.parametrize(
    "line",
    ["ledelse", '{"q": "x"}', '{"id": 1}', "[]", '{"id": 1, "q": null}', '{"id": 1, "q": ["x"]}'],
)
def test_a_query_line_that_is_none_is_named(ready_home: Path, tmp_path: Path, line: str) -> None:
    path = tmp_path / "q.jsonl"
    path.write_text(line, encoding="utf-8")
    ran = run_here(ready_home, "search", "--queries", path)
    assert ran.status == 1
    assert ran.said.startswith(f'samvirke: Line 1 of {path} should be an object {{"id", "q"}}')


def test_search_as_a_table(ready_home: Path) -> None:
    ran = run_here(ready_home, "search", "ledelse", "--format", "table", "-k", 1)
    assert ran.out.split()[:3] == ["rank", "title", "year"]
    none = run_here(ready_home, "search", "ledelse", "--format", "table", "--country", "GL")
    assert (none.out, none.err) == ("", "No passage fits; try fewer filters or other words.\n")


@pytest.mark.parametrize(
    ("args", "status", "sentence"),
    [
        (["search"], 2, "give a QUERY"),
        (["search", "x", "-k", "0"], 2, "-k"),
        (["search", "x", "--colour", "red"], 2, "--colour"),
        (["search", "x", "--format", "xml"], 2, "--format"),
        (["search", ""], 1, "at least one word or number, and nothing was typed"),
        (["search", "x", "--queries", "q.jsonl"], 2, "give a QUERY"),
        (["search", "x", "--language", "klingon"], 1, "found 'klingon'"),
        (["search", "x", "--year-from", "2020", "--year-to", "2019"], 1, "from 2020 to 2019"),
        (["search", "x", "--factor", "magic"], 1, "found 'magic'"),
        (["search", "x", "--country", "DE"], 1, "found 'DE'"),
        (["search", "x", "--group", "page"], 1, "found 'page'"),
        (["search", "--queries", "/borte.jsonl"], 1, "/borte.jsonl cannot be read"),
        (["map", "--output", "kart.pptx"], 2, "--output should end in .html"),
        (["map", "--rows", "colour", "--output", "kart.json"], 1, "'colour'"),
        (["cite", "--to", "ris"], 2, "exactly one of --set, --query and --publication"),
        (["cite", "--to", "ris", "--set", "A", "--query", "b"], 2, "exactly one"),
        (["cite", "--to", "ris", "--set", "A"], 1, "There is no citation set 'A'"),
        (["cite", "--to", "docx", "--query", "x"], 1, "found 'docx'"),
        (["cite", "--to", "ris", "--publication", "pgone"], 1, "no publication 'pgone'"),
        (["nonsense"], 2, "nonsense"),
    ],
)
def test_a_wrong_question_is_told_what_is_wrong(
    ready_home: Path, args: list[str], status: int, sentence: str
) -> None:
    ran = run_here(ready_home, *args)
    assert (ran.status, ran.out) == (status, "")
    assert sentence in ran.err
    if status == 1:
        assert ran.err.startswith("samvirke: ")
        assert ran.err.count("\n") == 1


def test_the_map_as_json_has_the_contracts_fields(ready_home: Path, tmp_path: Path) -> None:
    path = tmp_path / "kart.json"
    ran = run_here(ready_home, "map", "--rows", "sector", "--cols", "language", "--output", path)
    assert (ran.status, ran.out) == (0, "")
    assert ran.err == f"Written: {path} ({path.stat().st_size} bytes).\n"
    found = json.loads(path.read_text(encoding="utf-8"))
    assert set(found) >= {"rows", "cols", "cells", "totals"}
    assert set(found["cells"][0]) == {
        "row",
        "col",
        "publications",
        "passages",
        "facilitator",
        "barrier",
        "mixed",
        "neutral",
        "verified",
        "gap",
    }
    assert found["totals"]["passages"] == 5


@pytest.mark.parametrize(
    ("suffix", "start"),
    [("html", b"<!doctype html>"), ("csv", b"\xef\xbb\xbf"), ("svg", b"<svg"), ("png", b"\x89PNG")],
)
def test_the_map_in_every_form(ready_home: Path, tmp_path: Path, suffix: str, start: bytes) -> None:
    path = tmp_path / "ny mappe" / f"kart.{suffix}"
    assert run_here(ready_home, "map", "--output", path, "--country", "NO").status == 0
    assert path.read_bytes().lower().startswith(start.lower())
    if suffix == "svg":
        assert ElementTree.fromstring(path.read_text(encoding="utf-8")).tag.endswith("svg")


def test_a_map_of_a_question(ready_home: Path, tmp_path: Path) -> None:
    path = tmp_path / "kart.json"
    run_here(ready_home, "map", "--query", "taushetsplikt", "--language", "nb", "--output", path)
    assert json.loads(path.read_text(encoding="utf-8"))["totals"]["passages"] == 2


def test_where_a_file_cannot_be_written_that_is_said(ready_home: Path, tmp_path: Path) -> None:
    (tmp_path / "fil").touch()
    ran = run_here(ready_home, "map", "--output", tmp_path / "fil" / "kart.json")
    assert ran.status == 1
    assert "cannot be written" in ran.said


def test_citing_what_a_question_finds(ready_home: Path) -> None:
    ran = run_here(ready_home, "cite", "--query", "project money ended", "-k", 1, "--to", "ris")
    assert ran.status == 0
    assert ran.out.startswith("TY  - RPRT")
    assert "TI  - Shared plans for children" in ran.out
    assert "(p. 2)" in ran.out


@pytest.mark.parametrize(
    ("to", "mark"), [("ris", "Ærøskøbing, Åse"), ("bibtex", "title"), ("csl-json", "Ærøskøbing")]
)
def test_citing_a_publication_to_a_file(
    own_home: Settings, tmp_path: Path, to: str, mark: str
) -> None:
    store = open_store(own_home)
    (view,) = [v for v in list_publications(store) if v.language == "nb"]
    store.close()
    path = tmp_path / f"kilder.{to}"
    ran = run_here(own_home.home, "cite", "--publication", view.id, "--to", to, "--output", path)
    assert (ran.status, ran.out) == (0, "")
    assert mark in path.read_text(encoding="utf-8")


def test_citing_a_set_with_its_pages_and_notes(own_home: Settings) -> None:
    store = open_store(own_home)
    (view,) = [v for v in list_publications(store) if v.language == "en"]
    number = sets.create_set(store, "Kapittel 3: æøå")
    passage = present_passages(store, view.id)[1]
    sets.add_item(store, number, view.id, passage.id, note="=SUM(A1) til avsnitt 3")
    store.close()
    ran = run_here(own_home.home, "cite", "--set", "Kapittel 3: æøå", "--to", "csl-json")
    (item,) = ran.json
    assert (item["locator"], item["label"]) == ("2", "page")
    assert "til avsnitt 3" in item["note"]
    assert item["custom"]["passages"][0]["quote"] == passage.text


def test_search_works_as_a_program_of_its_own(ready_home: Path) -> None:
    ran = run_program(ready_home, "search", "barnehage og skole på små steder", "-k", "1")
    assert (ran.status, ran.err) == (0, "")
    assert len(ran.json) == 1
    wrong = run_program(ready_home, "search", "x", "--factor", "magic")
    assert (wrong.status, wrong.out) == (1, "")
    assert wrong.said.startswith("samvirke: Expected one of")
    assert wrong.said.count("leadership") == 1
    usage = run_program(ready_home, "search", "-k", "many", "x")
    assert (usage.status, usage.out) == (2, "")
    assert "Usage" in usage.err


def test_a_query_may_begin_with_an_exclusion(ready_home: Path) -> None:
    wanted = run_here(ready_home, "search", "skole -year:2019", "-k", 3)
    assert (wanted.status, wanted.err) == (0, "")
    for args in (
        ["-year:2019 skole", "-k", 3],
        ["-k", 3, "-year:2019 skole"],
        ["-k3", "--", "-year:2019 skole"],
    ):
        ran = run_here(ready_home, "search", *args)
        assert (ran.status, ran.err) == (0, "")
        assert {record["year"] for record in ran.json}.isdisjoint({2019})
    assert run_here(ready_home, "search", "skole", "--nonsense", "x").status == 2


def test_a_filter_may_be_a_label_in_any_language(ready_home: Path) -> None:
    coded = run_here(ready_home, "search", "samarbeid", "--factor", "leadership", "-k", 3)
    assert coded.json
    for label in ("Ledelse", "leadership"):
        ran = run_here(ready_home, "search", "samarbeid", "--factor", label, "-k", 3)
        assert ran.json == coded.json
    assert run_here(ready_home, "search", "samarbeid", "--country", "Norge", "-k", 1).json
