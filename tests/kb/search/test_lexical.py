from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from kb.errors import GenerationError
from kb.search.lexical import LexicalIndex, write_fulltext
from tests.kb.search.sample_rows import make_row

ROWS = [
    make_row("a", "Taushetsplikten hindrer samarbeidet.", language="nb", title="", section=""),
    make_row("b", "Møtene hindret ingen.", language="nn", title="", section="Taushetsplikt"),
    make_row("c", "Tavshedspligten hindrer samarbejdet.", language="da"),
    make_row("d", "Yhteistyössä tarvitaan luottamusta.", language="fi"),
    make_row("e", "Þagnarskylda hindrar samstarf.", language="is"),
    make_row("f", "Zusammenarbeit der Dienste.", language="de"),
]


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> LexicalIndex:
    folder = tmp_path_factory.mktemp("generation")
    write_fulltext(folder, ROWS)
    return LexicalIndex(folder)


def found(index: LexicalIndex, text: str, language: str, limit: int = 10) -> list[int]:
    return [int(row) for row in index.search(text, language, limit)[0]]


def test_every_row_is_indexed(index: LexicalIndex) -> None:
    assert len(index) == len(ROWS)


def test_inflections_meet_in_the_querys_own_language_only(index: LexicalIndex) -> None:
    assert found(index, "taushetsplikt", "nb") == [0, 1]
    assert found(index, "hindre", "da") == [2]
    assert found(index, "yhteistyö", "fi") == [3]
    assert found(index, "ÞAGNARSKYLDA", "is") == [4]
    assert found(index, "zusammenarbeit", "de") == [5]


def test_the_text_counts_more_than_the_heading(index: LexicalIndex) -> None:
    rows, scores = index.search("taushetsplikt", "nn", 10)
    assert rows.tolist() == [0, 1]
    assert scores[0] > scores[1] > 0


def test_only_allowed_rows_are_searched(index: LexicalIndex) -> None:
    rows, scores = index.search("taushetsplikt", "nb", 10, np.array([1, 4]))
    assert rows.tolist() == [1]
    wanted = index.search("taushetsplikt", "nb", 10)[1][1]
    assert scores[0] == pytest.approx(wanted)


def test_no_more_than_asked_for(index: LexicalIndex) -> None:
    assert found(index, "taushetsplikt", "nb", limit=1) == [0]


@pytest.mark.parametrize("text", ["", "?!", "finnesikke", 'body_no:"x', "🙂"])
def test_nothing_met_is_nothing_found(index: LexicalIndex, text: str) -> None:
    assert found(index, text, "nb") == []


def test_a_missing_or_damaged_folder_is_one_clear_sentence(tmp_path: Path) -> None:
    with pytest.raises(GenerationError, match=r"full text of the index .* cannot be opened"):
        LexicalIndex(tmp_path)
    write_fulltext(tmp_path, ROWS)
    (tmp_path / "fulltext" / "meta.json").write_text("{")
    with pytest.raises(GenerationError, match="run `samvirke index`"):
        LexicalIndex(tmp_path)
