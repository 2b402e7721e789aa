"""`samvirke screening`: the list, verdicts and taking back, the flow and the search log."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest

from kb.settings import Settings
from kb.store import open_store
from tests.builders import Shelf
from tests.command_line import run_here


@pytest.fixture
def home(settings: Settings) -> Path:
    """A data home with one publication that nobody has judged."""
    store = open_store(settings)
    Shelf.with_one_publication(store)
    store.close()
    return settings.home


def publication_id(home: Path) -> str:
    """The id of the one publication."""
    (record,) = run_here(home, "screening", "list", "--verdict", "all").json
    return str(record["publication_id"])


def test_a_verdict_is_kept_listed_and_taken_back(home: Path) -> None:
    asked = publication_id(home)
    ran = run_here(
        home, "screening", "decide", asked, "exclude", "--reason", "not_nordic",
        "--comment", "Gjelder Skottland", "--by", "Kåre Ø.",
    )  # fmt: skip
    assert ran.status == 0
    assert (ran.json["verdict"], ran.json["reason"], ran.json["by"]) == (
        "exclude",
        "not_nordic",
        "Kåre Ø.",
    )
    (listed,) = run_here(home, "screening", "list", "--verdict", "exclude").json
    assert (listed["publication_id"], listed["by"]) == (asked, "Kåre Ø.")
    assert run_here(home, "screening", "undo", asked, "--by", "Kåre Ø.").status == 0
    acts = run_here(home, "screening", "show", asked).json
    assert [act["verdict"] for act in acts] == ["exclude", "withdrawn"]
    assert run_here(home, "screening", "list", "--verdict", "exclude").json == []


def test_the_coder_of_the_settings_decides(home: Path) -> None:
    ran = run_here(
        home, "screening", "decide", publication_id(home), "include", SAMVIRKE_USER="Þóra"
    )
    assert ran.json["by"] == "Þóra"


@pytest.mark.parametrize(
    ("args", "status", "said"),
    [
        (("decide", "ID", "include"), 1, "Expected the name of the person who decides"),
        (("decide", "ID", "exclude", "--by", "A"), 1, "Expected a reason with the verdict exclude"),
        (("decide", "nope", "include", "--by", "A"), 1, "no publication 'nope'"),
        (("undo", "ID", "--by", "A"), 1, "Expected a verdict by A on publication"),
        (("flow", "--output", "flow.docx"), 1, "ends in .svg, .png, .json or .csv"),
        (("flow", "--run", "99"), 1, "found none under 99"),
        (("searches", "--run", "99"), 1, "There is no run 99"),
        (("list", "--verdict", "maybe"), 2, "expected include, exclude, undecided or all"),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence(
    home: Path, args: tuple[str, ...], status: int, said: str
) -> None:
    asked = publication_id(home)
    ran = run_here(home, "screening", *(asked if arg == "ID" else arg for arg in args))
    assert ran.status == status
    assert said in ran.err
    assert ran.data == b""


def test_the_flow_is_printed_and_written_in_every_form(home: Path, tmp_path: Path) -> None:
    flow = run_here(home, "screening", "flow").json
    assert (flow["found"], flow["screened"], flow["undecided"]) == (1, 1, 1)
    for suffix, start in ((".svg", b"<svg"), (".png", b"\x89PNG"), (".json", b"{")):
        target = tmp_path / f"flyt{suffix}"
        ran = run_here(home, "screening", "flow", "--output", target, "--language", "nb")
        assert ran.status == 0
        assert target.read_bytes().startswith(start)
    assert "Publikasjoner inkludert" in (tmp_path / "flyt.svg").read_text("utf-8")
    table = tmp_path / "flyt.csv"
    run_here(home, "screening", "flow", "--output", table)
    rows = list(csv.reader(io.StringIO(table.read_text("utf-8-sig"))))
    assert ["identified", "no-fafo", "1"] in rows


def test_no_search_yet_is_an_empty_list(home: Path) -> None:
    assert run_here(home, "screening", "searches").json == []


def test_the_flow_is_not_drawn_in_a_language_it_does_not_speak(home: Path) -> None:
    ran = run_here(home, "screening", "flow", "--language", "xx")
    assert ran.status == 2
    said = " ".join(ran.err.replace("│", " ").split())
    assert "expected one of en, nb, nn, sv, da, fi, is" in said
