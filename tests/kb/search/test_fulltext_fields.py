from __future__ import annotations

from pathlib import Path
from typing import Any

import tantivy

from kb.search.fulltext_fields import NAMED, PARTS, documents, folded_words, schema
from kb.search.languages import FIELDS
from kb.search.lexical import LexicalIndex, write_fulltext
from kb.search.lexicon import NewLexicon
from kb.search.rows import IndexRow
from kb.search.twins import fingerprint
from tests.kb.search.sample_rows import make_row


def fields_of(row: IndexRow, number: int = 4) -> dict[str, Any]:
    """What is indexed of a row, by field."""
    rows = [*(make_row(f"before {at}", "Før.") for at in range(number)), row]
    made = list(documents(rows, NewLexicon(rows)))[number].to_dict()
    kept = {name: values if len(values) > 1 else values[0] for name, values in made.items()}
    joined = ("head_", "fold_", "title")  # of several values
    return {
        name: " ".join(found).strip() if name.startswith(joined) else found
        for name, found in kept.items()
    }


def test_the_text_is_in_the_fields_of_its_language_only() -> None:
    found = fields_of(make_row("a", "Åpne møter.", title="Om åpenhet", section="Funn"))
    assert found["row"] == 4
    assert found["body_no"].split() == ["åpn", "møt"]
    assert found["head_no"].split()[:2] == ["om", "åpen"]
    assert found["fold_no"].split()[-2:] == ["apn", "mot"]
    assert found["form_no"].split() == ["møter", "åpne"]
    assert not [name for name in found if name.endswith(("_sv", "_en", "_xx"))]


def test_phrases_hold_because_no_word_is_left_out() -> None:
    found = fields_of(make_row("a", "Til barnets beste, og til familiens.", title="", section=""))
    assert len(found["body_no"].split()) == len(found["fold_no"].split()) == 6


def test_compounds_are_taken_apart_in_heading_and_text() -> None:
    row = make_row("a", "Barnevernstjenesten.", title="Taushetsplikt i skolen", section="")
    parts = fields_of(row)["part_no"].split()
    assert {"barnevern", "tjenest", "plikt"} <= set(parts)


def test_a_language_without_stems_keeps_its_words() -> None:
    found = fields_of(make_row("a", "Zusammenarbeit der Dienste", language="de"))
    assert found["body_xx"] == "zusammenarbeit der dienste"


def test_names_are_kept_without_their_letters() -> None:
    row = make_row(
        "a", title="Barnevernet på Ås", publisher="Bufdir/Åse", authors=("Kari Østby", "VIVE")
    )
    found = fields_of(row)
    assert found["author"] == ["kari ostby", "vive"]
    assert found["publisher"] == "bufdir ase"
    assert found["title"].split()[:3] == ["barnevernet", "pa", "as"]
    assert "barnevern" in found["title"].split()[3:]  # the stems, behind the words
    assert folded_words("Åse-Marie, O'Brien") == ["ase", "marie", "o", "brien"]


def test_a_row_without_anything_is_a_document_too() -> None:
    found = fields_of(make_row("a", "", title="", section=""), 0)
    assert found["row"] == 0
    assert found["body_no"] == found["title"] == found["publisher"] == found["twin"] == ""
    assert "author" not in found


def test_the_fingerprint_goes_with_the_text() -> None:
    row = make_row("a", "Samarbeid krever tid og ledelse.")
    assert tuple(fields_of(row)["twin"].split()) == fingerprint("nb", row.text)


def test_every_language_has_every_part() -> None:
    import tantivy

    built = schema()
    for name in (*NAMED, "twin", *(f"{part}_{field}" for part in PARTS for field in FIELDS)):
        assert tantivy.Query.term_query(built, name, "x")


def test_no_phrase_reaches_from_title_or_section_into_what_follows(tmp_path: Path) -> None:
    row = make_row("a", "Samarbeid hjelper.", title="God start", section="Tidlig innsats")
    write_fulltext(tmp_path, [row])
    index = LexicalIndex(tmp_path)

    def finds(field: str, phrase: str) -> bool:
        query = tantivy.Query.phrase_query(index.schema, field, list(phrase.split()))
        return len(index.rows_of(query)) == 1

    assert finds("head_no", "god start")
    assert finds("head_no", "tid innsat")
    assert not finds("head_no", "start tid")
    assert finds("fold_no", "god start")
    assert finds("fold_no", "samarbeid hjelp")
    assert not finds("fold_no", "start tid")
    assert not finds("fold_no", "innsat samarbeid")
    assert finds("title", "god start")
    assert not finds("title", "start god")
