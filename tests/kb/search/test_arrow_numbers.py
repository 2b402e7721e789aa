from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from kb.search.arrow_numbers import from_numbers, from_texts, to_numbers
from kb.search.rows import MachineCoding
from kb.search.table import write_table
from kb.settings import CHECKOUT
from tests.kb.search.sample_rows import make_row

CODE = """
import sys
from pathlib import Path
from kb.search.filters import RowFilter
from kb.search.table import PassageTable
class Codes:
    def suggested(self, kind, code):
        return "lederskap"
table = PassageTable(Path(sys.argv[1]), Codes())
RowFilter(table)
print(table.row(0).codings[0].factor, table.numbers["a"], "pandas" in sys.modules)
"""


@pytest.mark.parametrize("kind", [np.int32, np.int64, np.float32])
def test_numbers_come_through(kind: type[np.number]) -> None:
    array = pa.array([3, None, 2, 7], pa.from_numpy_dtype(kind))
    found = to_numbers(array, np.dtype(kind))
    assert (found.tolist(), found.dtype) == ([3, -1, 2, 7], kind)
    assert to_numbers(array[1:3], np.dtype(kind)).tolist() == [-1, 2]
    assert to_numbers(array[:0], np.dtype(kind)).tolist() == []


def test_a_negative_number_is_null_on_the_way_back() -> None:
    assert from_numbers(np.array([4, -1, 0])).to_pylist() == [4, None, 0]
    assert from_numbers(np.zeros(0)).to_pylist() == []


def test_texts_keep_their_letters() -> None:
    texts = ["", "åpenhet", "þagnarskylda", "🙂"]
    assert from_texts(texts).to_pylist() == texts
    assert from_texts([]).to_pylist() == []


def test_an_index_under_a_changed_codebook_is_opened_without_pandas(tmp_path: Path) -> None:
    row = make_row("a", codings=(MachineCoding("leadership", "mixed", 0.5),), sectors=("school",))
    write_table(tmp_path / "rows.arrow", [row])
    command = [sys.executable, "-c", CODE, str(tmp_path / "rows.arrow")]
    ran = subprocess.run(command, capture_output=True, text=True, cwd=CHECKOUT, check=True)
    assert ran.stdout.split() == ["lederskap", "0", "False"]
