"""Odd queries and indexes that cannot be searched: one clear sentence, no trace, nothing lost."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
import tantivy
from streamlit.testing.v1 import AppTest

from kb.generation import current_generation
from kb.settings import Settings
from tests.app.conftest import MAIN, html_of
from tests.command_line import run_here
from tests.warm_parts import warm_parts

WORDLESS = ["", "   ", "?!,.", "…", "🙂🙂", "\0", '""', "( )", "-", "\u200b"]
ODD = {
    "10,000 characters": ("samarbeid om barn " * 556)[:10_000],
    "stop words": "og i på til",
    "null byte": "ledel\0se",
    "emoji among words": "ledelse 🙂 skole",
    "unbalanced quotes": '"ledelse og skole',
    "unbalanced brackets": "(ledelse AND (skole",
    "only operators around": "AND OR ledelse NOT",
    "another alphabet": "сотрудничество между службами",
    "no words between spaces": "協作和領導",
    "a language we do not know": "ushirikiano kati ya shule na familia",
    "a lone surrogate": "ledelse \ud800",
    "right to left": "קשר \u202e ledelse",
    "markup": "<script>alert(1)</script> ledelse",
    "a field without value": "author: ledelse",
    "a wrong value": "ledelse country:XX year:tolv",
    "syntax of another engine": 'body_no:"x"~2 ledelse^3 /[a-z]+/ [2015 TO 2020]',
    "an SQL string": "'; DROP TABLE passage; -- ledelse",
    "one long word": "ledelse" * 300,
    "deep brackets": "(" * 400 + "ledelse" + ")" * 400,
    "a chain": "NOT " * 30 + "ledelse",
}


@pytest.mark.parametrize("query", WORDLESS)
def test_a_query_without_a_word_is_one_sentence(ready_home: Path, query: str) -> None:
    ran = run_here(ready_home, "search", query)
    assert (ran.status, ran.out) == (1, "")
    assert ran.err.count("\n") == 1
    assert ran.err.startswith("samvirke: A search needs at least one word or number, and ")


@pytest.mark.parametrize("name", ODD)
def test_an_odd_query_is_answered_and_told_in_sentences(ready_home: Path, name: str) -> None:
    ran = run_here(ready_home, "search", ODD[name], "-k", 3)
    assert ran.status == 0
    assert isinstance(ran.json, list)
    for line in ran.err.splitlines():
        assert line.startswith("samvirke: ")
        assert line.endswith(".")
        assert len(line) < 400


def test_mistakes_are_told_on_standard_error_with_their_place(ready_home: Path) -> None:
    ran = run_here(ready_home, "search", 'samarbeid AND "ledelse', "-k", 2)
    assert len(ran.json) == 2
    assert ran.err == (
        "samvirke: The quotation mark at character 15 is not closed; the query was searched as "
        "plain words.\n"
    )
    left_out = run_here(ready_home, "search", "ledelse country:Narnia", "-k", 2)
    assert "“Narnia” at character 17 is no country that there is (NO, SE, DK" in left_out.err


def test_many_queries_carry_their_own_notices(ready_home: Path, tmp_path: Path) -> None:
    asked = [*ODD.values(), "ledelse"]
    path = tmp_path / "mange.jsonl"
    path.write_text(
        "\n".join(json.dumps({"id": n, "q": query}) for n, query in enumerate(asked)), "utf-8"
    )
    ran = run_here(ready_home, "search", "--queries", path, "-k", 2)
    assert ran.status == 0
    assert [line["id"] for line in ran.lines] == list(range(len(asked)))
    told = {tuple(ODD)[line["id"]] for line in ran.lines[:-1] if "notices" in line}
    assert {"unbalanced quotes", "unbalanced brackets", "a wrong value"} <= told
    assert "notices" not in ran.lines[-1]
    assert all("error" not in line for line in ran.lines)


def test_a_passage_that_is_not_there_has_no_likes(ready_home: Path) -> None:
    ran = run_here(ready_home, "search", "--like", "gone")
    assert (ran.status, ran.out) == (1, "")
    assert "The index holds no passage 'gone'" in ran.said
    both = run_here(ready_home, "search", "ledelse", "--like", "gone")
    assert both.status == 2
    first = run_here(ready_home, "search", "ledelse", "-k", 1).json[0]
    like = run_here(ready_home, "search", "--like", first["passage_id"], "-k", 2).json
    assert len(like) == 2
    assert first["passage_id"] not in [hit["passage_id"] for hit in like]


def open_search(query: str) -> tuple[AppTest, str]:
    """The app's search page with a question in its address, and its HTML."""
    page = AppTest.from_file(str(MAIN), default_timeout=30)
    page.query_params["q"] = query
    with warm_parts():
        return page, html_of(page.run())


def of_another_schema(folder: Path) -> None:
    """Another version's table of passages, whole and readable."""
    table = pa.table({"passage_id": ["a"], "text": ["b"]})
    path = folder / "passages.arrow"
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table)


def of_another_full_text(folder: Path) -> None:
    """The full text of a version that had other fields."""
    for path in (folder / "fulltext").iterdir():
        path.unlink()
    builder = tantivy.SchemaBuilder().add_unsigned_field("row", indexed=True, fast=True)
    builder = builder.add_text_field("body_no")
    tantivy.Index(builder.build(), path=str(folder / "fulltext")).writer(15_000_000, 1).commit()


def of_another_model(folder: Path) -> None:
    """A manifest that names another space of vectors."""
    path = folder / "manifest.json"
    made = json.loads(path.read_text("utf-8"))
    other = {"space": "0000", "model": "another", "content_key": "of another model"}
    path.write_text(json.dumps({**made, **other}), "utf-8")


def of_another_width(folder: Path) -> None:
    """Vectors as another model makes them."""
    np.save(folder / "vectors.npy", np.ones((5, 12), np.float32), allow_pickle=False)


def of_another_format(folder: Path) -> None:
    """A generation of a later program."""
    path = folder / "manifest.json"
    made = json.loads(path.read_text("utf-8"))
    path.write_text(json.dumps({**made, "format": 99}), "utf-8")


def without_words(folder: Path) -> None:
    """What the full text goes with, lost."""
    (folder / "words.arrow").unlink()


def with_damaged_sentences(folder: Path) -> None:
    """Sentences of which half is there."""
    (folder / "sentences.npy").write_bytes(b"\x93NUMPY half")


def with_damaged_background(folder: Path) -> None:
    """A measure that is none."""
    (folder / "background.json").write_text("{", "utf-8")


DAMAGES = (
    of_another_schema,
    of_another_full_text,
    of_another_model,
    of_another_width,
    of_another_format,
    without_words,
    with_damaged_sentences,
    with_damaged_background,
)


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
def test_an_index_that_cannot_be_searched_says_so_and_is_built_anew(
    own_home: Settings, damage: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = run_here(own_home.home, "status").json["record"]
    assert callable(damage)
    damage(current_generation(own_home.generations_folder).path)
    ran = run_here(own_home.home, "search", "ledelse")
    assert (ran.status, ran.out) == (1, "")
    assert ran.err.count("\n") == 1
    assert "run `samvirke index`" in ran.said
    monkeypatch.setenv("SAMVIRKE_HOME", str(own_home.home))
    page, shown = open_search("ledelse")
    assert not page.exception
    assert "There is nothing to search yet" in shown
    assert "Traceback" not in shown
    assert run_here(own_home.home, "index").json["stages"]["index"]["built"] is True
    assert len(run_here(own_home.home, "search", "ledelse").json) == 5
    assert run_here(own_home.home, "status").json["record"] == before


def test_an_index_without_sentences_is_searched(own_home: Settings) -> None:
    folder = current_generation(own_home.generations_folder).path
    with_them = run_here(own_home.home, "search", "ledelse", "-k", 5).json
    for name in ("sentences.npy", "sentence_starts.npy", "background.json"):
        (folder / name).unlink()
    without = run_here(own_home.home, "search", "ledelse", "-k", 5).json
    assert [hit["passage_id"] for hit in without] == [hit["passage_id"] for hit in with_them]
    assert {hit["meaning"] for hit in without} == {None}


@pytest.mark.parametrize("name", ODD)
def test_the_app_answers_an_odd_query(
    ready_home: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv("SAMVIRKE_HOME", str(ready_home))
    page, shown = open_search(ODD[name].replace("\ud800", ""))
    assert not page.exception
    assert "sv-problem" not in shown
    assert '"sv-quote"' in shown or "Nothing was found" in shown
    assert "<script" not in shown
