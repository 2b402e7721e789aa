"""A missing, half-written or damaged index and codebook: said once, mended by one command."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from corpora.codebook import PACKAGED_CODEBOOK
from kb.generation import current_generation
from kb.settings import Settings
from tests.command_line import run_here

INDEX_FILES = ("passages.arrow", "vectors.npy", "dense.faiss", "means.safetensors", "manifest.json")


def record_of(home: Settings) -> Any:
    """What the record holds."""
    return run_here(home.home, "status").json["record"]


def generation(home: Settings) -> Path:
    """The current generation's folder."""
    return current_generation(home.generations_folder).path


def test_a_missing_index_says_what_to_run_and_is_built_again(own_home: Settings) -> None:
    before = record_of(own_home)
    (own_home.generations_folder / "current").unlink()
    for command in (
        ["search", "ledelse"],
        ["map", "--output", str(own_home.home / "kart.json")],
        ["cite", "--query", "ledelse", "--to", "ris"],
    ):
        ran = run_here(own_home.home, *command)
        assert (ran.status, ran.out) == (1, "")
        assert ran.err == (
            f"samvirke: There is no index in {own_home.generations_folder} yet; "
            "run `samvirke index` (or `samvirke add FILE`).\n"
        )
    assert run_here(own_home.home, "index").json["stages"]["index"]["built"] is True
    assert len(run_here(own_home.home, "search", "ledelse").json) == 5
    assert record_of(own_home) == before


def test_a_half_written_generation_is_never_read_and_cleared_away(own_home: Settings) -> None:
    left = own_home.generations_folder / ".building-000002"
    left.mkdir()
    (left / "vectors.npy").write_bytes(b"half")
    found = run_here(own_home.home, "search", "ledelse")
    assert (found.status, len(found.json)) == (0, 5)
    doctor = run_here(own_home.home, "doctor")
    assert doctor.json[0]["message"] == (
        "A build was stopped half-way; the next one clears it away."
    )
    note = own_home.home / "n.txt"
    note.write_text("Skole og barnevern samarbeidet om barna, og ledelsen fulgte det opp.", "utf-8")
    assert run_here(own_home.home, "add", note).status == 0
    assert not left.exists()
    assert generation(own_home).name == "000002"


def test_a_generation_without_its_last_file_is_not_a_generation(own_home: Settings) -> None:
    (generation(own_home) / "manifest.json").unlink()
    ran = run_here(own_home.home, "search", "ledelse")
    assert ran.status == 1
    assert "Generation 1 in" in ran.said
    assert "is incomplete" in ran.said
    assert "run `samvirke index`" in ran.said


@pytest.mark.parametrize(
    ("name", "damage"),
    [*((name, "garbled") for name in INDEX_FILES), ("passages.arrow", "missing")],
)
def test_a_damaged_index_is_said_and_mended_by_index(
    own_home: Settings, name: str, damage: str
) -> None:
    before = record_of(own_home)
    path = generation(own_home) / name
    path.unlink()
    if damage == "garbled":
        path.write_bytes(b"\x00garbled")
    ran = run_here(own_home.home, "search", "ledelse")
    assert "Traceback" not in ran.err
    if ran.status:  # an index this small is searched without some of its files
        assert ran.out == ""
        assert "`samvirke index`" in ran.said
        assert ran.err.count("\n") == 1
    assert run_here(own_home.home, "doctor").status == 1
    assert run_here(own_home.home, "index").json["stages"]["index"]["generation"] == 2
    assert len(run_here(own_home.home, "search", "ledelse").json) == 5
    assert run_here(own_home.home, "doctor").json == []
    assert record_of(own_home) == before


def write_codebook(home: Settings, change: str) -> None:
    """Put a changed codebook into the data home."""
    book = yaml.safe_load(PACKAGED_CODEBOOK.read_text(encoding="utf-8"))
    if change == "one more":
        words = dict.fromkeys(book["factors"][0]["labels"], "Housing")
        book["factors"].append({"id": "housing", "labels": words, "definitions": {**words}})
    elif change == "one less":
        book["factors"] = [entry for entry in book["factors"] if entry["id"] != "leadership"]
    elif change == "misspelt key":
        book["factors"][0]["colour"] = "red"
    path = home.home / "codebook.yaml"
    path.write_text(yaml.safe_dump(book, allow_unicode=True, sort_keys=False), encoding="utf-8")


NOTE = "Skole og barnevern samarbeidet om barna, og ledelsen fulgte det opp."


def test_a_factor_the_coder_has_not_learnt_stops_nothing(own_home: Settings) -> None:
    write_codebook(own_home, "one more")
    note = own_home.home / "n.txt"
    note.write_text(NOTE, "utf-8")
    for command in (["index"], ["code"], ["add", str(note)]):
        assert run_here(own_home.home, *command).status == 0
    assert len(run_here(own_home.home, "search", "ledelse").json) == 6
    assert run_here(own_home.home, "search", "ledelse", "--factor", "housing").json == []
    assert run_here(own_home.home, "search", "ledelse", "--factor", "leadership").json


def test_a_codebook_without_a_factor_the_coder_knows_stops_coding_with_one_sentence(
    own_home: Settings,
) -> None:
    before = record_of(own_home)
    write_codebook(own_home, "one less")
    note = own_home.home / "n.txt"
    note.write_text(NOTE, "utf-8")
    for command in (["index"], ["code"], ["add", str(note)]):
        ran = run_here(own_home.home, *command)
        assert (ran.status, ran.out) == (1, "")
        assert ran.said.startswith("samvirke: Expected a codebook with the factors")
        assert "found no leadership: put it back into the codebook" in ran.said
    assert run_here(own_home.home, "runs").json[0]["status"] == "failed"
    (own_home.home / "codebook.yaml").unlink()
    assert run_here(own_home.home, "add", note).json[0]["status"] == "unchanged"
    after = record_of(own_home)
    assert (after["publications"], after["passages"]) == (
        before["publications"] + 1,
        before["passages"] + 1,
    )
    assert len(run_here(own_home.home, "search", "ledelse").json) == 6


def test_a_factor_that_the_codebook_lacks_is_refused_with_those_it_has(own_home: Settings) -> None:
    ran = run_here(own_home.home, "search", "ledelse", "--factor", "housing")
    assert (ran.status, ran.out) == (1, "")
    assert "found 'housing'" in ran.said
    assert "leadership, organisation, resources" in ran.said


@pytest.mark.parametrize("command", [["search", "ledelse"], ["index"]])
def test_a_codebook_that_cannot_be_used_names_file_and_line(
    own_home: Settings, command: list[str]
) -> None:
    write_codebook(own_home, "misspelt key")
    ran = run_here(own_home.home, *command)
    assert (ran.status, ran.out) == (1, "")
    assert f"{own_home.home / 'codebook.yaml'}, line " in ran.said
    assert "colour" in ran.said
    (own_home.home / "codebook.yaml").unlink()
    assert run_here(own_home.home, *command).status == 0


def test_lost_derived_folders_are_made_again(own_home: Settings) -> None:
    for name in ("extracted", "codings", "generations"):
        folder = getattr(own_home, f"{name}_folder", own_home.home / name)
        for path in sorted(folder.rglob("*"), reverse=True):
            path.rmdir() if path.is_dir() else path.unlink()
    ran = run_here(own_home.home, "index")
    assert ran.json["stages"]["index"]["passages"] == 5
    assert len(run_here(own_home.home, "search", "ledelse").json) == 5
    assert run_here(own_home.home, "extract").json["stages"]["publications"] == {"unchanged": 3}
