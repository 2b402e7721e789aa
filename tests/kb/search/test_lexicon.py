from __future__ import annotations

from collections import Counter
from pathlib import Path

import pyarrow as pa
import pytest

from kb.errors import GenerationError
from kb.search.lexicon import WORDS_FILE, Lexicon, NewLexicon, WordFacts, used_alone
from kb.search.stemming import stem_word
from tests.kb.search.sample_rows import make_row

ROWS = [
    make_row("a", "Arkivboksen sto ved arkivhylla.", language="nb"),
    make_row("b", "En hylle og en boks, et arkiv.", language="nb"),
    make_row("c", "Hylle og boks i et arkiv.", language="nb"),
    make_row("d", "Samstarfið og þagnarskyldan.", language="is"),
    make_row("e", "Zusammenarbeit.", language="de"),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("words")
    NewLexicon(ROWS).save(place)
    return place


def test_a_compound_of_the_indexs_own_words_has_their_stems() -> None:
    made = NewLexicon(ROWS)
    assert made.facts("no")["arkivboksen"] == WordFacts("arkivboks", ("arkiv", "boks"))
    assert made.facts("no")["boks"] == WordFacts("boks")


def test_a_word_of_one_passage_is_not_used_by_itself() -> None:
    assert NewLexicon(ROWS[:2]).facts("no")["arkivboksen"].parts == ()


def test_a_words_facts_and_fold_are_found_out_once() -> None:
    facts = NewLexicon(ROWS).facts("no")
    assert facts["arkivboksen"] is facts["arkivboksen"]
    assert set(facts) == {"arkivboksen"}
    assert [facts.folds[stem] for stem in ("åpn", "møt", "skol")] == ["apn", "mot", "skol"]


def test_words_of_the_terms_and_exemplars_are_known_to_an_index_of_one_passage() -> None:
    made = NewLexicon([make_row("a", "Barnevernstjenesten og taushetsplikten.")])
    assert stem_word("barnevern", "no") in made.facts("no")["barnevernstjenesten"].parts
    assert stem_word("tjeneste", "no") in made.facts("no")["barnevernstjenesten"].parts


def test_what_was_written_is_read(folder: Path) -> None:
    read, made = Lexicon(folder), NewLexicon(ROWS)
    for word, field in (("arkivboksen", "no"), ("boks", "no"), ("samstarfið", "is"), ("hei", "no")):
        wanted = made.facts(field)[word]
        assert read.facts(word, field) == wanted
        assert read.facts(word, field) is read.facts(word, field)  # kept, not read again


def test_a_word_that_is_not_in_the_index_has_its_stem_only(folder: Path) -> None:
    read = Lexicon(folder)
    assert read.facts("hylleboksene", "no") == WordFacts(stem_word("hylleboksene", "no"))
    assert read.facts("zzz", "is") == WordFacts(stem_word("zzz", "is"))
    assert read.facts("\uffff", "no").parts == ()


def test_no_rows_are_no_words(tmp_path: Path) -> None:
    NewLexicon([]).save(tmp_path)
    assert Lexicon(tmp_path).facts("arkivboksen", "no").parts == ()


def test_a_word_known_by_its_inflection_is_used_by_itself() -> None:
    known = used_alone("no", Counter({"hyttetur": 3, "kvasker": 1}))
    assert known("hyttetur")
    assert known("hytteturen")
    assert not known("kvasker")


@pytest.mark.parametrize("damage", ["missing", "garbled", "schema"])
def test_a_file_that_cannot_be_read_is_one_clear_sentence(tmp_path: Path, damage: str) -> None:
    path = tmp_path / WORDS_FILE
    if damage == "garbled":
        path.write_bytes(b"no arrow")
    if damage == "schema":
        table = pa.table({"key": ["a"]})
        with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
            writer.write_table(table)
    with pytest.raises(GenerationError, match=r"words of the index in .* run `samvirke index`"):
        Lexicon(tmp_path)
