from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from kb.errors import GenerationError
from kb.search.rows import IndexRow, MachineCoding
from kb.search.table import PassageTable, write_table
from tests.kb.search.sample_rows import make_row

FULL = IndexRow(
    passage_id="p1",
    publication_id="pub",
    text="Þagnarskylda er «hindrun» 🙂",
    title="Skýrsla",
    section="Kafli › Undirkafli",
    language="is",
    year=2019,
    publisher="Ráðuneytið",
    countries=("IS", "FO"),
    evidence_type="evaluation",
    sectors=("school",),
    target_groups=(),
    page=11,
    page_end=12,
    page_label="xii",
    page_label_end="1",
    boxes=((11, (0.125, 0.25, 0.5, 0.75)), (12, (0.0, 0.0, 1.0, 0.5))),
    codings=(MachineCoding("regulation", "barrier", 0.75, 0, 12), MachineCoding("a", "b", 0.5)),
    sentences=((0, 10), (11, 27)),
)


def test_a_row_comes_back_as_it_went_in(tmp_path: Path) -> None:
    bare = make_row("p2")
    write_table(tmp_path / "t.arrow", [FULL, bare])
    table = PassageTable(tmp_path / "t.arrow")
    assert len(table) == 2
    assert table.row(0) == FULL
    assert table.row(1) == bare
    assert table.numbers == {"p1": 0, "p2": 1}


def test_columns_for_filters(tmp_path: Path) -> None:
    write_table(tmp_path / "t.arrow", [make_row("a"), FULL, make_row("b", countries=("NO",))])
    table = PassageTable(tmp_path / "t.arrow")
    assert table.years().tolist() == [-1, 2019, -1]
    publishers = table.column("publisher")
    assert [publishers.values[code] for code in publishers.codes] == [None, "Ráðuneytið", None]
    assert publishers.among(["Ráðuneytið", "Fafo"]).tolist() == [False, True, False]
    owners, (countries,) = table.lists("countries")
    assert owners.tolist() == [1, 1, 2]
    assert [countries.values[code] for code in countries.codes] == ["IS", "FO", "NO"]


def test_a_list_of_structs_is_read_by_its_parts(tmp_path: Path) -> None:
    codings = (MachineCoding("culture", "barrier", 0.5), MachineCoding("culture", "mixed", 0.4))
    write_table(tmp_path / "t.arrow", [make_row("a"), make_row("b", codings=codings)])
    table = PassageTable(tmp_path / "t.arrow")
    owners, (factors, directions) = table.lists("codings", "factor", "direction")
    assert owners.tolist() == [1, 1]
    assert factors.values == ("culture",)
    assert [directions.values[code] for code in directions.codes] == ["barrier", "mixed"]


def test_a_row_is_found_by_its_id_whatever_the_letters(tmp_path: Path) -> None:
    names = ["å1", "a1", "z", "ø-2", "þ", "a", "Z", "ä"]
    write_table(tmp_path / "t.arrow", [make_row(name) for name in names])
    numbers = PassageTable(tmp_path / "t.arrow").numbers
    assert [numbers[name] for name in names] == list(range(len(names)))
    assert list(numbers) == names
    assert "b" not in numbers
    assert numbers.get("\ud800") is None


def test_more_rows_than_one_batch(tmp_path: Path) -> None:
    rows = [make_row(f"p{n}", sectors=("school",) * (n % 3)) for n in range(5000)]
    write_table(tmp_path / "t.arrow", rows)
    table = PassageTable(tmp_path / "t.arrow")
    assert table.row(4999) == rows[4999]
    assert table.rows([4999, 0, 4096]) == [rows[4999], rows[0], rows[4096]]
    assert table.rows([]) == []
    owners, (sectors,) = table.lists("sectors")
    assert len(sectors.codes) == sum(n % 3 for n in range(5000))
    assert owners[-3:].tolist() == [4997, 4997, 4999]


def test_an_empty_table(tmp_path: Path) -> None:
    write_table(tmp_path / "t.arrow", [])
    table = PassageTable(tmp_path / "t.arrow")
    assert len(table) == 0
    assert len(table.lists("codings", "factor")[0]) == 0
    assert table.column("language").among(["nb"]).tolist() == []
    with pytest.raises(IndexError):
        table.row(0)


@pytest.mark.parametrize("content", [b"", b"ARROW1 broken", b"\x00" * 400])
def test_a_damaged_file_is_one_clear_sentence(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "t.arrow").write_bytes(content)
    with pytest.raises(GenerationError, match=r"cannot be read .* run `samvirke index`"):
        PassageTable(tmp_path / "t.arrow")


def test_a_missing_file_is_one_clear_sentence(tmp_path: Path) -> None:
    with pytest.raises(GenerationError, match="cannot be read"):
        PassageTable(tmp_path / "t.arrow")


def test_another_schema_is_said(tmp_path: Path) -> None:
    schema = pa.schema([("passage_id", pa.string())])
    with pa.OSFile(str(tmp_path / "t.arrow"), "wb") as sink, pa.ipc.new_file(sink, schema):
        pass
    with pytest.raises(GenerationError, match="another version's schema"):
        PassageTable(tmp_path / "t.arrow")


def test_random_bytes_are_one_clear_sentence_and_no_crash(tmp_path: Path) -> None:
    path, dice = tmp_path / "t.arrow", random.Random(4)
    write_table(path, [make_row(f"p{n}", "Taushetsplikt ø") for n in range(20)] + [FULL])
    whole = path.read_bytes()
    told = 0
    for _ in range(60):
        at, span = dice.randrange(len(whole)), dice.choice((4, 64, 1_024))
        path.write_bytes(whole[:at] + dice.randbytes(span) + whole[at + span :])
        try:
            table = PassageTable(path)
            table.rows(range(len(table)))
            table.texts(range(len(table)))
            table.column("publisher")
            table.lists("codings", "factor")
            list(table.numbers)
        except GenerationError as error:
            assert "run `samvirke index`" in str(error)
            told += 1
    assert told > 10


def test_entries_that_lie_outside_the_file_are_told(tmp_path: Path) -> None:
    for ends in ([0, 3, 900], [0, -4, 6], [5, 2, 6]):
        write_table(tmp_path / "t.arrow", [make_row("aaa"), make_row("bbb")])
        whole = (tmp_path / "t.arrow").read_bytes()
        sound, bad = (np.array(found, np.int32).tobytes() for found in ([0, 3, 6], ends))
        assert sound in whole
        (tmp_path / "t.arrow").write_bytes(whole.replace(sound, bad, 1))
        with pytest.raises(GenerationError, match="cannot be read"):
            PassageTable(tmp_path / "t.arrow")


def test_a_text_that_is_none_is_told_where_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "t.arrow"
    write_table(path, [make_row("p1", "taushetsplikt")])
    path.write_bytes(path.read_bytes().replace(b"taushetsplikt", b"taushets\xff\xfeikt"))
    table = PassageTable(path)
    with pytest.raises(GenerationError, match=r"cannot be read .* run `samvirke index`"):
        table.rows([0])
    with pytest.raises(GenerationError, match="cannot be read"):
        table.check()
