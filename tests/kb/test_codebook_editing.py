"""Acts on the codebook: what becomes of codings, of suggestions, of the history, and each undo."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest
import yaml

from corpora.categories import Category
from corpora.codebook import load_codebook
from corpora.errors import CodebookError
from kb.active_codebook import active_codebook, codebook_stamp, seed_path
from kb.codebook_changes import current_codes, list_changes
from kb.codebook_editing import (
    add_code,
    changes_of,
    code_uses,
    define_code,
    load_codebook_into,
    merge_codes,
    move_coding,
    rename_code,
    retire_code,
    split_code,
    undecided_codings,
    undo_change,
)
from kb.codebook_files import codebook_yaml, read_codebook_file
from kb.coding.codings import StoredCodings, record_coding
from kb.coding.rounds import create_round
from kb.doctor import examine
from kb.errors import CodebookChangeError, ExchangeError, NotFoundError
from kb.search.codes_now import table_now
from kb.search.table import SCHEMA
from kb.store import Store
from kb.tables import Coding
from tests.builders import Shelf

MONEY = Category(id="money", labels={"nb": "Penger", "en": "Money"})
TIME = Category(id="time", labels={"nb": "Tid æøå"})


def code(shelf: Shelf, number: int, factor: str, coder: str = "Åsa") -> int:
    return record_coding(
        shelf.store,
        active_codebook(shelf.store),
        shelf.passage_ids[number],
        factor=factor,
        direction="barrier",
        act="add",
        coder=coder,
    )


def counted(shelf: Shelf) -> dict[str, set[str]]:
    """The factors that count for each passage, by the passage's place."""
    coded = StoredCodings(shelf.store).coded()
    return {
        str(shelf.passage_ids.index(name)): {one.factor for one in found}
        for name, found in coded.items()
    }


def split_resources(store: Store) -> None:
    split_code(store, "factors", "resources", [MONEY, TIME], "money", by="Kari")


def test_a_renamed_code_takes_its_codings_along(shelf: Shelf) -> None:
    code(shelf, 0, "leadership")
    guid = active_codebook(shelf.store).guid("factors", "leadership")
    rename_code(
        shelf.store, "factors", "leadership", by="Kari", new_id="management",
        labels={"nb": "Styring på ðþ"},
    )  # fmt: skip
    book = active_codebook(shelf.store)
    assert counted(shelf) == {"0": {"management"}}
    assert book.ids("factors")[0] == "management"
    assert book.label("factors", "leadership", "nb") == "Styring på ðþ"
    assert book.label("factors", "management", "sv") == "Ledning"
    assert book.guid("factors", "management") == guid
    code(shelf, 1, "management")
    with shelf.store.read() as session:  # nothing is rewritten
        assert [row.factor for row in session.query(Coding)] == ["leadership", "management"]
    undo_change(shelf.store, by="Kari")
    assert counted(shelf) == {"0": {"leadership"}, "1": {"leadership"}}
    assert active_codebook(shelf.store).guid("factors", "leadership") == guid


def test_merges_are_followed_through_and_come_apart_again(shelf: Shelf) -> None:
    code(shelf, 0, "coordination")
    code(shelf, 1, "routines")
    merge_codes(shelf.store, "factors", "coordination", "routines", by="Kari", comment="likt")
    merge_codes(shelf.store, "factors", "routines", "organisation", by="Kari")
    assert counted(shelf) == {"0": {"organisation"}, "1": {"organisation"}}
    assert code_uses(shelf.store) == {"organisation": 2}
    with shelf.store.read() as session:
        codes = current_codes(session)
    assert (codes["coordination"], codes["no such"]) == ("organisation", "no such")
    assert set(codes.sources("organisation")) == {"organisation", "routines", "coordination"}
    assert (len(codes), sorted(codes)) == (2, ["coordination", "routines"])
    with pytest.raises(CodebookError, match="'coordination', for which organisation stands now"):
        code(shelf, 2, "coordination")
    undo_change(shelf.store, by="Kari")
    undo_change(shelf.store, by="Kari")
    assert counted(shelf) == {"0": {"coordination"}, "1": {"routines"}}


def test_a_split_codes_codings_wait_and_are_moved_one_by_one(shelf: Shelf) -> None:
    first, second = code(shelf, 0, "resources"), code(shelf, 1, "resources", "Päivi")
    split_resources(shelf.store)
    assert counted(shelf) == {"0": {"money"}, "1": {"money"}}
    waiting = undecided_codings(shelf.store)
    assert [(one.coding_id, one.code, one.parts, one.counts_as) for one in waiting] == [
        (first, "resources", ("money", "time"), "money"),
        (second, "resources", ("money", "time"), "money"),
    ]
    book = active_codebook(shelf.store)
    assert book.former_label("factors", "resources", "nb") == "Ressurser"
    stamp = codebook_stamp(shelf.store)
    move_coding(shelf.store, second, "time", by="Kari")
    assert codebook_stamp(shelf.store) != stamp
    assert counted(shelf) == {"0": {"money"}, "1": {"time"}}
    assert [one.coding_id for one in undecided_codings(shelf.store)] == [first]
    move_coding(shelf.store, second, None, by="Kari")
    assert len(undecided_codings(shelf.store)) == 2
    move_coding(shelf.store, second, "time", by="Kari")
    with pytest.raises(CodebookChangeError, match="Expected one of money, time"):
        move_coding(shelf.store, first, "leadership", by="Kari")
    with pytest.raises(NotFoundError, match="no coding 99"):
        move_coding(shelf.store, 99, "time", by="Kari")
    undo_change(shelf.store, by="Kari")
    assert counted(shelf) == {"0": {"resources"}, "1": {"resources"}}
    assert undecided_codings(shelf.store) == []
    split_resources(shelf.store)  # the same ids again: where they were moved is not forgotten
    assert counted(shelf) == {"0": {"money"}, "1": {"time"}}


def test_what_is_coded_blind_is_told_to_nobody_by_its_number(shelf: Shelf) -> None:
    opened = create_round(shelf.store, "prøve", shelf.passage_ids[:1], ["Åsa", "Þór"], by="Kari")
    hidden = record_coding(
        shelf.store, active_codebook(shelf.store), shelf.passage_ids[0], factor="resources",
        direction="barrier", act="add", coder="Þór", round_id=opened.id,
    )  # fmt: skip
    split_resources(shelf.store)
    with pytest.raises(NotFoundError, match="no coding"):
        move_coding(shelf.store, hidden, "time", by="Åsa")
    move_coding(shelf.store, hidden, "time", by="Þór")


def test_a_retired_code_keeps_peoples_codings(shelf: Shelf) -> None:
    code(shelf, 0, "culture")
    retire_code(shelf.store, "factors", "culture", by="Kari")
    book = active_codebook(shelf.store)
    assert counted(shelf) == {"0": {"culture"}}
    assert "culture" not in book.ids("factors") and book.lost == ()
    assert [one.id for one in book.retired("factors")] == ["culture"]
    assert book.label("factors", "culture", "nb") == "Kultur"
    assert book.suggested("factors", "culture") is None
    with pytest.raises(CodebookError, match="'culture', which was retired"):
        code(shelf, 1, "culture")
    undo_change(shelf.store, by="Kari")
    code(shelf, 1, "culture")


def test_an_added_code_goes_only_while_nobody_uses_it(shelf: Shelf) -> None:
    add_code(shelf.store, "factors", TIME, by="Kari")
    undo_change(shelf.store, by="Kari")
    add_code(shelf.store, "factors", TIME, by="Kari")
    define_code(shelf.store, "factors", "time", {"nb": "Nok av den."}, by="Kari")
    code(shelf, 0, "time")
    assert active_codebook(shelf.store).definition("factors", "time", "nb") == "Nok av den."
    with pytest.raises(CodebookChangeError, match="while change 4 builds on it"):
        undo_change(shelf.store, 3, by="Kari")
    undo_change(shelf.store, by="Kari")
    assert active_codebook(shelf.store).definition("factors", "time", "nb") == ""
    with pytest.raises(CodebookChangeError, match=r"1 coding uses 'time'.*merge or retire it"):
        undo_change(shelf.store, 3, by="Kari")
    acts = [(one.act, one.undoes, stands) for one, stands in changes_of(shelf.store)]
    assert acts == [
        ("undo", 4, True), ("define", None, False), ("add", None, True),
        ("undo", 1, True), ("add", None, False),
    ]  # fmt: skip


REFUSED: list[tuple[Callable[[Store], object], str]] = [
    (lambda s: merge_codes(s, "factors", "leadership", "leadership", by="K"), "two codes to merge"),
    (lambda s: merge_codes(s, "factors", "leadership", "nothing", by="K"), "found 'nothing'"),
    (lambda s: merge_codes(s, "factors", "leadership", "culture", by=" "), "coder's name"),
    (lambda s: rename_code(s, "factors", "culture", by="K"), "found neither"),
    (lambda s: rename_code(s, "factors", "culture", by="K", new_id="routines"), "is in use"),
    (lambda s: rename_code(s, "factors", "culture", by="K", new_id="Æ"), "take 'ae'"),
    (lambda s: rename_code(s, "factors", "culture", by="K", new_id="x" * 33), "at most 32"),
    (lambda s: rename_code(s, "directions", "barrier", by="K", new_id="b"), "to stay"),
    (lambda s: retire_code(s, "directions", "barrier", by="K"), "four directions by name"),
    (lambda s: add_code(s, "directions", TIME, by="K"), "can be renamed but not added"),
    (lambda s: retire_code(s, "areas", "x", by="K"), "Expected a kind of code among"),
    (lambda s: split_code(s, "factors", "culture", [MONEY], "money", by="K"), "two or more"),
    (lambda s: split_code(s, "factors", "culture", [MONEY, TIME], "x", by="K"), "found 'x'"),
    (lambda s: undo_change(s, by="K"), "found none"),
]


@pytest.mark.parametrize(("act", "sentence"), REFUSED)
def test_what_cannot_be_done_is_one_sentence_and_changes_nothing(
    store: Store, act: Callable[[Store], object], sentence: str
) -> None:
    with pytest.raises(Exception, match=sentence) as refused:
        act(store)
    assert "\n" not in str(refused.value)
    assert changes_of(store) == []


def test_an_id_never_changes_its_meaning(store: Store) -> None:
    merge_codes(store, "factors", "coordination", "routines", by="Kari")
    with pytest.raises(CodebookChangeError, match="for which routines stands now"):
        add_code(store, "factors", Category(id="coordination", labels={"en": "New"}), by="Kari")
    with pytest.raises(NotFoundError, match="no change 7"):
        undo_change(store, 7, by="Kari")
    undo_change(store, 1, by="Kari")
    with pytest.raises(CodebookChangeError, match="was taken back already"):
        undo_change(store, 1, by="Kari")


def test_other_lists_change_too_and_areas_follow_their_factors(store: Store) -> None:
    rename_code(store, "directions", "barrier", by="K", labels={"nb": "Hinder"})
    sector = active_codebook(store).ids("sectors")[0]
    retire_code(store, "sectors", sector, by="K")
    rename_code(store, "factors", "information_sharing", by="K", new_id="sharing")
    before = [one for one in load_codebook().areas if "information_sharing" in one.rule.factors]
    book = active_codebook(store)
    assert book.label("directions", "barrier", "nb") == "Hinder"
    assert sector not in book.ids("sectors") and book.former("sectors") == (sector,)
    after = [one for one in book.areas if "sharing" in one.rule.factors]
    assert before and [one.id for one in after] == [one.id for one in before]


def test_a_code_lost_from_the_file_is_named_with_its_codings(shelf: Shelf) -> None:
    code(shelf, 0, "culture")
    code(shelf, 1, "culture", "Päivi")
    plain = yaml.safe_load(codebook_yaml(active_codebook(shelf.store)))
    plain["factors"] = [one for one in plain["factors"] if one["id"] != "culture"]
    plain["areas"] = []
    path = seed_path(shelf.store.settings)
    path.write_text(yaml.safe_dump(plain, allow_unicode=True), encoding="utf-8")
    book = active_codebook(shelf.store)
    (problem,) = book.problems
    assert "no factor 'culture', which 2 codings use; nothing is lost" in problem
    assert counted(shelf) == {"0": {"culture"}, "1": {"culture"}}
    assert book.label("factors", "culture", "nb") == "culture"
    add_code(shelf.store, "factors", Category(id="culture", labels={"nb": "Kultur"}), by="Kari")
    assert active_codebook(shelf.store).problems == ()


def test_a_change_that_no_longer_fits_is_said_and_left_out(store: Store) -> None:
    add_code(store, "factors", TIME, by="Kari")
    plain = yaml.safe_load(codebook_yaml(active_codebook(store)))
    path = seed_path(store.settings)
    path.write_text(yaml.safe_dump(plain, allow_unicode=True), encoding="utf-8")
    book = active_codebook(store)
    assert "time" in book.ids("factors")
    assert book.problems[0].startswith("Change 1 of the codebook no longer fits it")


@pytest.fixture
def other(store: Store, tmp_path: Path) -> Path:
    """Another review's codebook: two factors, one of them known here."""
    plain = yaml.safe_load(codebook_yaml(active_codebook(store)))
    plain["factors"] = [{"id": "trust", "labels": {"nb": "Tillit æ"}}, plain["factors"][0]]
    plain["areas"] = []
    path = tmp_path / "annen.yaml"
    path.write_text(yaml.safe_dump(plain, allow_unicode=True), encoding="utf-8")
    return path


def test_another_codebook_is_refused_while_codings_would_lose_theirs(
    shelf: Shelf, other: Path
) -> None:
    code(shelf, 0, "culture")
    code(shelf, 1, "leadership")
    book, _ = read_codebook_file(other, active_codebook(shelf.store))
    with pytest.raises(CodebookChangeError, match=r"found none for culture \(1\).*Nothing was"):
        load_codebook_into(shelf.store, book, by="Kari")
    for wrong, sentence in (
        ({"culture": "nothing"}, "found 'nothing'"),
        ({"leadership": "trust"}, "which it has; leave it out"),
    ):
        with pytest.raises(CodebookChangeError, match=sentence):
            load_codebook_into(shelf.store, book, by="Kari", mapping=wrong)
    load_codebook_into(shelf.store, book, by="Kari", mapping={"culture": "trust"})
    now = active_codebook(shelf.store)
    assert now.ids("factors") == ("trust", "leadership")
    assert counted(shelf) == {"0": {"trust"}, "1": {"leadership"}}
    assert now.suggested("factors", "resources") is None and "resources" in now.former("factors")
    code(shelf, 2, "trust")
    with pytest.raises(CodebookChangeError, match="1 coding uses 'trust'"):
        undo_change(shelf.store, by="Kari")
    retire_code(shelf.store, "factors", "trust", by="Kari")
    with pytest.raises(CodebookChangeError, match="while change 2 builds on it"):
        undo_change(shelf.store, 1, by="Kari")
    with shelf.store.read() as session:
        assert [one.act for one in list_changes(session)] == ["load", "retire"]


def test_a_file_that_is_no_codebook_is_one_sentence(store: Store, tmp_path: Path) -> None:
    book = active_codebook(store)
    with pytest.raises(ExchangeError, match=r"ends in \.yaml, \.yml, \.qdc"):
        read_codebook_file(tmp_path / "kodebok.docx", book)
    with pytest.raises(ExchangeError, match="cannot be read"):
        read_codebook_file(tmp_path / "borte.qdc", book)
    empty = tmp_path / "tom.qdc"
    empty.write_text("<CodeBook><Codes/></CodeBook>")
    with pytest.raises(ExchangeError, match="holds no code"):
        read_codebook_file(empty, book)


def test_the_machines_suggestions_follow_the_codebook(store: Store) -> None:
    merge_codes(store, "factors", "coordination", "routines", by="K")
    retire_code(store, "factors", "culture", by="K")
    split_resources(store)
    kind, sector = "evidence_types", active_codebook(store).ids("sectors")[0]
    type_id = active_codebook(store).ids("evidence_types")[0]
    retire_code(store, kind, type_id, by="K")
    said = [("coordination", 0.5), ("routines", 0.9), ("culture", 0.9), ("resources", 0.4)]
    row = dict.fromkeys(SCHEMA.names)
    row |= {
        "codings": [
            {"factor": factor, "direction": "barrier", "confidence": sure} for factor, sure in said
        ],
        "sectors": [sector],
        "target_groups": [],
        "evidence_type": type_id,
    }
    table = pa.Table.from_pylist([row, row], schema=SCHEMA)
    assert table_now(table, active_codebook(store)).schema.equals(SCHEMA)
    for found in table_now(table, active_codebook(store)).to_pylist():
        codings = [(one["factor"], round(one["confidence"], 2)) for one in found["codings"]]
        assert codings == [("routines", 0.9), ("money", 0.4)]
        assert (found["sectors"], found["evidence_type"]) == ([sector], None)
    for _ in range(4):
        undo_change(store, by="K")
    assert table_now(table, active_codebook(store)) is table


def test_the_doctor_names_a_code_that_was_lost(shelf: Shelf) -> None:
    code(shelf, 0, "culture")
    plain = yaml.safe_load(codebook_yaml(active_codebook(shelf.store)))
    plain["factors"] = [one for one in plain["factors"] if one["id"] != "culture"]
    path, settings = seed_path(shelf.store.settings), shelf.store.settings
    path.write_text(yaml.safe_dump(plain | {"areas": []}, allow_unicode=True), encoding="utf-8")

    def told() -> list[str]:
        return [one.message for one in examine(settings, shelf.store) if one.subject == "codebook"]

    (problem,) = told()
    assert "no factor 'culture', which 1 coding uses; nothing is lost" in problem
    path.write_text("factors: [", encoding="utf-8")
    assert len(told()) == 1
    path.unlink()
    assert told() == []
