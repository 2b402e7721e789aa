"""`samvirke coding`, `round`, `agreement` and `appraise`, as people and scripts use them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from corpora.codebook import load_codebook
from kb.coding.codings import record_coding
from kb.coding.comments import write_comment
from kb.coding.rounds import mark_done, show_round
from kb.settings import Settings
from kb.store import open_store
from tests.builders import Shelf
from tests.command_line import Ran, run_here

ÅSA, ÞÓR = "Åsa", "Þór"


class Home:
    """A data home with one publication on the shelf, and commands run in it."""

    def __init__(self, settings: Settings) -> None:
        self.path = settings.home
        self.store = open_store(settings)
        self.shelf = Shelf.with_one_publication(self.store)
        self.places = self.shelf.passage_ids

    def run(self, *args: object, user: str = "") -> Ran:
        return run_here(self.path, *args, SAMVIRKE_USER=user)

    def said(self, *args: object) -> Any:
        ran = self.run(*args)
        assert ran.status == 0, ran.err
        return ran.json

    def code(self, coder: str, direction: str = "barrier", at: int = 0, **more: Any) -> int:
        return record_coding(
            self.store, load_codebook(), self.places[at], factor="leadership",
            direction=direction, act="add", coder=coder, **more,
        )  # fmt: skip


@pytest.fixture
def home(settings: Settings) -> Home:
    return Home(settings)


def test_a_passage_is_shown_with_codings_history_and_comments(home: Home) -> None:
    home.code(ÅSA, "facilitator", span=(0, 20))
    home.code(ÅSA, span=(0, 20))
    write_comment(home.store, home.places[0], "Uklart – se s. 3", by=ÞÓR)
    shown = home.said("coding", "show", home.places[0])
    assert [one["direction"] for one in shown["codings"]] == ["barrier"]
    assert shown["codings"][0]["span"] == {"exact": "Ledelsen forankret s", "start": 0, "end": 20}
    assert [one["stands"] for one in shown["history"]] == [False, True]
    assert [one["text"] for one in shown["comments"]] == ["Uklart – se s. 3"]
    table = home.run("coding", "show", home.places[0], "--format", "table")
    assert "leadership" in table.out
    assert home.run("coding", "show", "0" * 20).status == 1


def test_codings_are_listed_undone_and_redone(home: Home) -> None:
    home.code(ÅSA)
    home.code(ÞÓR, at=1)
    assert [one["coder"] for one in home.said("coding", "list")] == [ÅSA, ÞÓR]
    assert [one["coder"] for one in home.said("coding", "list", "--coder", ÞÓR)] == [ÞÓR]
    lines = home.run("coding", "list", "--format", "jsonl").lines
    assert len(lines) == 2
    undone = home.run("coding", "undo", user=ÅSA)
    assert (undone.json["kind"], undone.json["by"]) == ("undo", ÅSA)
    assert [one["coder"] for one in home.said("coding", "list")] == [ÞÓR]
    acts = home.said("coding", "acts", "--by", ÅSA)
    assert [(act["kind"], act["undone"]) for act in acts] == [("undo", False), ("do", True)]
    home.said("coding", "redo", "--by", ÅSA)
    number = home.said("coding", "acts", "--by", ÞÓR, "--limit", "1")[0]["id"]
    home.said("coding", "undo", number, "--by", ÞÓR)
    assert [one["coder"] for one in home.said("coding", "list")] == [ÅSA]


def test_a_round_from_its_opening_to_its_settlement(home: Home, tmp_path: Path) -> None:
    made = home.said(
        "round", "create", "pilot", "--coder", ÅSA, "--coder", ÞÓR, "--sample", 3, "--seed", 5,
        "--note", "første", "--by", "Kari",
    )  # fmt: skip
    assert (made["passages"], made["shows_machine"]) == (3, False)
    assert made["chosen"] == {"by": "sample", "seed": 5, "size": 3}
    taken = home.code(ÅSA, round_id=made["id"])
    home.code(ÞÓR, "facilitator", round_id=made["id"])
    assert home.said("coding", "list") == []
    assert len(home.said("coding", "list", "--by", ÅSA)) == 1
    home.run("round", "done", "pilot", home.places[0], "--by", ÅSA)
    home.run("round", "done", "pilot", home.places[1], "--by", ÅSA)
    home.run("round", "done", "pilot", home.places[1], "--not", "--by", ÅSA)
    assert home.said("round", "list")[0]["done"] == {ÅSA: 1, ÞÓR: 0}
    shown = home.said("round", "show", "pilot", "--by", ÅSA)
    assert sum(entry["done_by"] == [ÅSA] for entry in shown["entries"]) == 1
    assert home.run("round", "compare", "pilot").status == 1
    for place in home.places:
        mark_done(home.store, "pilot", place, coder=ÞÓR)
    assert home.said("round", "close", "pilot", "--by", "Kari", "--yes")["closed_by"] == "Kari"
    (found,) = home.said("round", "compare", "pilot")
    assert (found["difference"], found["said"]) == (
        "direction",
        {ÅSA: "barrier", ÞÓR: "facilitator"},
    )
    (settled,) = home.said(
        "round", "settle", "pilot", home.places[0], "leadership", "--take", taken, "--by", "Kari",
        "--comment", "klart",
    )  # fmt: skip
    assert settled["settled"]["taken"] == taken
    assert home.said("round", "compare", "pilot") == []
    assert len(home.said("round", "compare", "pilot", "--all")) == 1


def test_a_round_is_made_of_hits_and_of_the_queue(own_home: Settings) -> None:
    def made(*args: object) -> Any:
        coders = ("--coder", ÅSA, "--coder", ÞÓR, "--by", ÅSA)
        ran = run_here(own_home.home, "round", "create", *args, *coders)
        assert ran.status == 0, ran.err
        return ran.json

    found = made("treff", "--query", "samarbeid", "-k", 2)
    assert (found["passages"], found["chosen"]["query"]) == (2, "samarbeid")
    run_here(own_home.home, "round", "close", "treff", "--by", ÅSA, "--yes")
    ahead = made("kø", "--queue", 2)
    assert (ahead["passages"], ahead["chosen"]["by"]) == (2, "queue")


def test_passages_of_a_round_are_named_or_listed_in_a_file(home: Home, tmp_path: Path) -> None:
    coders = ("--coder", ÅSA, "--coder", ÞÓR, "--by", ÅSA)
    listed = tmp_path / "passasjer.txt"
    listed.write_text(f"\ufeff{home.places[2]}\n\n{home.places[0]}\n", "utf-8")
    home.said("round", "create", "to", *coders, "--passage", home.places[1], "--passages", listed)
    entries = home.said("round", "show", "to")["entries"]
    assert [entry["passage_id"] for entry in entries] == [home.places[at] for at in (1, 2, 0)]


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("create", "x", "--coder", "A", "--coder", "B"), "found 0; choose one"),
        (("create", "x", "--coder", "A", "--coder", "B", "--sample", 1, "--query", "q"), "found 2"),
        (("create", "x", "--coder", "A", "--coder", "B", "--queue", 2), "samvirke index"),
        (("create", "x", "--coder", "A", "--sample", 1), "two coders or more"),
        (("create", "x", "--coder", "A", "--coder", "B", "--sample", 9), "1 to 3 passages"),
        (("create", "x", "--coder", "A", "--coder", "B", "--passages", "/nowhere"), "be read"),
        (("show", "x"), "no round 'x'"),
        (("close", "x"), "no round 'x'"),
        (("settle", "x", "p", "culture"), "Expected --take or --direction, or --dismiss alone"),
        (("settle", "x", "p", "culture", "--dismiss", "--take", 1), "or --dismiss alone"),
    ],
)
def test_what_is_wrong_with_a_round_is_said(
    home: Home, args: tuple[object, ...], said: str
) -> None:
    ran = home.run("round", *args, user="Kari")
    assert ran.status == 1
    assert said in ran.said
    assert ran.data == b""
    assert home.said("round", "list") == []


def test_nobodys_acts_are_refused(home: Home) -> None:
    for args in (("undo",), ("redo",)):
        ran = home.run("coding", *args)
        assert (ran.status, "give --by, or set SAMVIRKE_USER" in ran.err) == (1, True)


def test_agreement_is_printed_and_written(home: Home, tmp_path: Path) -> None:
    home.said(
        "round", "create", "pilot", "--coder", ÅSA, "--coder", ÞÓR, "--sample", 3, "--by", ÅSA
    )
    number = show_round(home.store, "pilot").id
    for coder in (ÅSA, ÞÓR):
        home.code(coder, round_id=number)
        for place in home.places:
            mark_done(home.store, "pilot", place, coder=coder)
    assert "is open" in home.run("agreement", "--round", "pilot").said
    asked = home.run("round", "close", "pilot", "--by", ÅSA)
    assert (asked.status, "cannot be undone. Give --yes" in asked.said) == (1, True)
    assert "Expected Åsa, who made" in home.run("round", "close", "pilot", "--by", "Kari").said
    home.said("round", "close", "pilot", "--by", ÅSA, "--yes")
    report = home.said("agreement", "--coder", ÅSA, "--coder", ÞÓR, "--round", "pilot")
    assert (report["shared"], report["coders"]) == (3, [ÅSA, ÞÓR])
    rows = {(row["scope"], row["code"]): row for row in report["rows"]}
    assert rows["factor", "leadership"]["alpha"] == 1.0
    assert rows["factor", "culture"]["alpha"] is None
    assert "nobody said it" in rows["factor", "culture"]["reasons"]["alpha"]
    assert json.dumps(report, allow_nan=False)
    assert "leadership" in home.run("agreement", "--format", "table").out
    for suffix, start in (
        (".html", b"<!DOCTYPE html>"),
        (".csv", b"\xef\xbb\xbf"),
        (".docx", b"PK"),
    ):
        target = tmp_path / f"enighet{suffix}"
        ran = home.run("agreement", "--round", "pilot", "--output", target, "--language", "nb")
        assert (ran.status, ran.data) == (0, b"")
        assert target.read_bytes().startswith(start)
    assert "ends in .html, .csv, .docx" in home.run("agreement", "--output", "a.pdf").said
    assert "found one" in home.run("agreement", "--coder", ÅSA).said


def test_a_publication_is_judged_shown_and_exported(home: Home) -> None:
    asked = home.shelf.publication_id
    made = home.said(
        "appraise", "set", asked, "study_quality", "moderate", "--answer", "fitting_method=yes",
        "--answer", "independence = unclear", "--comment", "lite utvalg", "--by", ÅSA,
    )  # fmt: skip
    assert made["answers"] == {"fitting_method": "yes", "independence": "unclear"}
    home.said("appraise", "set", asked, "study_quality", "high", "--by", ÅSA)
    assert [one["stands"] for one in home.said("appraise", "show", asked)] == [False, True]
    assert [one["overall"] for one in home.said("appraise", "show")] == ["high"]
    home.said("coding", "undo", "--by", ÅSA)
    (row,) = home.said("appraise", "show", asked, "--table", "--language", "nb")
    assert (row["overall"], row["fitting_method"], row["title"]) == (
        "Middels",
        "Ja",
        "Samarbeid om utsatte barn",
    )
    for args, said in (
        (("study_quality", "good"), "found 'good'"),
        (("quality", "high"), "appraisal form"),
        (("study_quality", "high", "--answer", "fitting_method"), "QUESTION=ANSWER"),
        (("study_quality", "high", "--answer", "amount=yes"), "question of study_quality"),
    ):
        ran = home.run("appraise", "set", asked, *args, "--by", ÅSA)
        assert (ran.status, said in ran.said) == (1, True)


@pytest.mark.parametrize(
    "command",
    [
        ("agreement",),
        *(("coding", name) for name in ("show", "list", "acts", "undo", "redo")),
        *(
            ("round", name)
            for name in ("create", "list", "show", "done", "close", "compare", "settle")
        ),
        *(("appraise", name) for name in ("show", "set")),
    ],
)
def test_every_commands_help_has_an_example(tmp_path: Path, command: tuple[str, ...]) -> None:
    ran = run_here(tmp_path, *command, "--help")
    assert ran.status == 0
    assert "Example: samvirke " + " ".join(command) in " ".join(ran.out.split())
