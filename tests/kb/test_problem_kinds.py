"""The list of kinds: closed, short enough for the record, each with advice."""

from __future__ import annotations

import pytest
from sqlalchemy import String

from kb.problem_kinds import ADVICE, advise, kinds, known_kind
from kb.tables import Problem


def test_every_kind_has_advice_and_no_advice_is_left_over() -> None:
    assert set(kinds()) == set(ADVICE)
    assert len(kinds()) == len(set(kinds()))


@pytest.mark.parametrize("kind", kinds())
def test_advice_is_a_sentence_and_the_name_fits_the_record(kind: str) -> None:
    assert ADVICE[kind][0].isupper()
    assert ADVICE[kind].endswith(".")
    column = Problem.__table__.c.kind.type
    assert isinstance(column, String)
    assert len(kind) <= (column.length or 0)


def test_what_is_not_on_the_list_is_other() -> None:
    assert known_kind("trap") == "trap"
    assert known_kind("made up") == known_kind(None) == "other"
    assert advise("made up") == ADVICE["other"]
    assert advise("trap") == ADVICE["trap"]
