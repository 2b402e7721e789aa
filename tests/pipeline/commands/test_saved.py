"""`samvirke saved` and `samvirke changes`: saved, asked again when files are added, told of."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from lxml import etree

from kb.settings import Settings
from kb.store import open_store
from tests.builders import Shelf
from tests.command_line import run_here

NEW = """Samordning av tjenester i Tromsø

Evaluering, 2024

Funn

Taushetsplikten var det største hinderet for samarbeidet mellom skolen og barnevernet i Tromsø, og
lærerne visste ikke hva de kunne dele med helsestasjonen om barn som de var bekymret for. Etter at
kommunen innførte felles samtykkeskjema og opplæring, ble opplysninger delt tidligere og oftere.
"""


@pytest.fixture
def bare(settings: Settings) -> Path:
    """A data home with a record and nothing indexed."""
    store = open_store(settings)
    Shelf.with_one_publication(store)
    store.close()
    return settings.home


def test_what_a_new_file_brings_is_told_everywhere(own_home: Settings, tmp_path: Path) -> None:
    home = own_home.home
    asked = ("taushetsplikt som hinder", "--country", "NO")
    added = run_here(home, "saved", "add", "Taushetsplikt æøå", "--query", *asked)
    assert added.status == 0, added.err
    assert (added.json["filters"], added.json["new"]) == ({"countries": ["NO"]}, 0)
    assert added.json["baseline_at"] is not None
    run_here(home, "saved", "add", "Finland", "--country", "FI")

    report = tmp_path / "tromsø.txt"
    report.write_text(NEW, "utf-8")
    taken = run_here(home, "add", report, "--country", "NO", "--year", "2024")
    assert taken.status == 0, taken.err

    listed = {one["name"]: one["new"] for one in run_here(home, "saved", "list").json}
    assert listed == {"Finland": 0, "Taushetsplikt æøå": 1}
    (shown,) = run_here(home, "saved", "show", "Taushetsplikt æøå").json
    assert "Tromsø" in shown["text"] and shown["language"] in ("nb", "no")
    (run,) = run_here(home, "runs", "list", "--format", "jsonl").lines[:1]
    assert shown["run"] == run["id"]
    told = {one["name"]: one["new"] for one in run["report"]["saved_searches"]}
    assert told == listed
    assert run["report"]["stages"]["saved_searches"] == {"searches": 2, "new": 1, "failed": 0}
    published = sorted((home / "publish" / "feeds").iterdir())
    assert [etree.parse(path).getroot()[-1].tag.split("}")[1] for path in published] == [
        "entry",
        "generator",
    ]
    out = tmp_path / "feed.atom"
    assert run_here(home, "saved", "feed", "Taushetsplikt æøå", "--output", out).status == 0
    assert "Tromsø" in out.read_text("utf-8")

    changes = run_here(home, "changes").json
    assert [one["subject"] for one in changes if one["what"] == "new"] == [
        "Samordning av tjenester i Tromsø"
    ]
    notes = {one["subject"]: one["note"] for one in changes if one["what"] == "saved_search"}
    assert notes == {"Finland": "0 new", "Taushetsplikt æøå": "1 new"}
    for suffix in ("html", "md", "json"):
        page = tmp_path / f"endringer.{suffix}"
        assert run_here(home, "changes", "--output", page).status == 0
        assert "Tromsø" in page.read_text("utf-8")

    seen = run_here(home, "saved", "show", "Taushetsplikt æøå", "--seen")
    assert len(seen.json) == 1
    assert run_here(home, "saved", "show", "Taushetsplikt æøå").json == []
    assert len(run_here(home, "saved", "show", "Taushetsplikt æøå", "--all").json) == 1
    assert len(run_here(home, "saved", "show", "Taushetsplikt æøå", "--run", run["id"]).json) == 1


def test_a_search_is_renamed_changed_deleted_and_brought_back(bare: Path) -> None:
    assert (
        run_here(bare, "saved", "add", "A", "--query", "ledelse", SAMVIRKE_USER="Åse").status == 0
    )
    assert run_here(bare, "saved", "rename", "A", "B þð").status == 0
    changed = run_here(
        bare, "saved", "add", "B þð", "--query", "plan", "--language", "fi", "--replace"
    )
    assert (changed.json["query"], changed.json["owner"]) == ("plan", "Åse")
    assert changed.json["filters"] == {"languages": ["fi"]}
    assert "saved undo 'B þð'" in run_here(bare, "saved", "delete", "B þð").said
    assert run_here(bare, "saved", "list").json == []
    assert [one["name"] for one in run_here(bare, "saved", "list", "--removed").json] == ["B þð"]
    assert run_here(bare, "saved", "undo", "B þð").status == 0
    (back,) = run_here(bare, "saved", "list").json
    assert (back["name"], back["query"]) == ("B þð", "plan")


@pytest.mark.parametrize(
    ("args", "status", "said"),
    [
        (("show", "Ukjent"), 1, "There is no saved search 'Ukjent'; those there are: none."),
        (("add", " ", "--query", "x"), 1, "A saved search needs a name"),
        (("add", "Tom"), 1, "a question or a filter"),
        (("add", "År", "--year-from", "2020", "--year-to", "2010"), 1, "from 2020 to 2010"),
        (("add", "Tegn", "--query", "?!"), 1, "at least one word"),
        (("add", "Land", "--country", "DE"), 1, "found 'DE'"),
        (("undo", "Aldri"), 1, "There is no removed saved search 'Aldri'"),
        (("rename", "Ukjent", "Ny"), 1, "There is no saved search 'Ukjent'"),
    ],
)
def test_a_failure_is_one_sentence(
    bare: Path, args: tuple[str, ...], status: int, said: str
) -> None:
    ran = run_here(bare, "saved", *args)
    assert (ran.status, ran.data) == (status, b"")
    assert said in ran.said and "Traceback" not in ran.err


def test_what_is_saved_although_it_finds_nothing_or_reads_oddly_is_told(
    own_home: Settings,
) -> None:
    asked = ("saved", "add", "Tomt", "--query", '"kvantefysikk xyzzy"')
    ran = run_here(own_home.home, *asked)
    assert ran.status == 0 and "no passage fits it today" in ran.said
    ran = run_here(own_home.home, "saved", "add", "Åpent", "--query", '"ledelse og samarbeid')
    assert ran.status == 0 and "The quotation mark at character 1 is not closed" in ran.said
    ran = run_here(own_home.home, "saved", "add", "Grønland", "--country", "GL")
    assert ran.status == 0 and "no passage fits it today" in ran.said
    ran = run_here(own_home.home, "saved", "add", "Plan", "--query", "ledelse")
    assert ran.status == 0 and "fits it today" not in ran.said


def test_changes_without_a_run_or_with_a_wrong_one_are_refused(bare: Path) -> None:
    assert "no run yet" in run_here(bare, "changes").said
    assert "no run 7" in run_here(bare, "changes", "--run", "7").said


def test_changes_go_only_into_the_forms_there_are(own_home: Settings, tmp_path: Path) -> None:
    ran = run_here(own_home.home, "changes", "--output", tmp_path / "x.docx")
    assert ran.status == 1 and ".html, .md, .json" in ran.said
    lines = run_here(own_home.home, "changes", "--run", "1", "--format", "jsonl").lines
    assert {line["what"] for line in lines} == {"new"} and len(lines) == 3
    assert json.dumps(lines)
