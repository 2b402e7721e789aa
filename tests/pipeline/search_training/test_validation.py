"""Ranks, figures and the choice of weights."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from kb.search.cognates import CognateIndex, write_cognates
from kb.search.fusion import DEFAULT_WEIGHTS, FusionWeights
from kb.search.lexical import LexicalIndex, write_fulltext
from pipeline.search_training.validation import (
    CHOICES,
    KnownItem,
    Parts,
    choose_weights,
    figures_of,
    rank_in,
    rank_of,
    score_parts,
)
from tests.kb.search.sample_rows import make_row


def floats(*values: float) -> np.ndarray:
    return np.array(values, dtype=np.float32)


def item(row: int, language: str = "nb", row_language: str = "nb") -> KnownItem:
    return KnownItem("samarbeid", language, row, row_language)


def parts(closeness: np.ndarray, words: np.ndarray, own: bool = True) -> Parts:
    mask = np.full(len(closeness), own)
    return Parts(closeness, words, words, mask)


def test_a_rank_counts_what_is_better_and_what_stood_earlier() -> None:
    score = floats(0.5, 0.9, 0.5, 0.1)
    assert [rank_in(score, row) for row in range(4)] == [2, 1, 3, 4]


def test_figures_end_at_ten() -> None:
    found = figures_of([1, 2, 10, 11, 0])
    assert found.questions == 5
    assert found.mrr == pytest.approx((1 + 1 / 2 + 1 / 10) / 5)
    assert found.recall == pytest.approx(3 / 5)
    assert figures_of([]).recall == 0.0


def test_words_help_where_they_weigh() -> None:
    one = parts(floats(0.50, 0.49), floats(0.0, 0.9))
    assert rank_of(item(1), one, FusionWeights(0.0, 0.0)) == 2
    assert rank_of(item(1), one, FusionWeights(0.2, 0.0)) == 1


def test_weights_are_chosen_that_put_answers_first() -> None:
    helps = parts(floats(0.50, 0.49), floats(0.0, 0.9))
    assert choose_weights([item(1)], [helps]).words > 0
    harms = parts(floats(0.50, 0.37), floats(0.0, 0.9))
    assert choose_weights([item(0)], [harms]).words == min(one.words for one in CHOICES)
    across = parts(floats(0.50, 0.49), floats(0.0, 0.9), own=False)
    assert choose_weights([item(1, "sv")], [across]).cognates > 0


def test_the_usual_weights_stay_where_others_are_hardly_better() -> None:
    far = parts(floats(0.90, 0.10), floats(0.0, 0.5))
    assert choose_weights([item(0), item(0, "sv")], [far, far]) == DEFAULT_WEIGHTS


def test_both_sides_of_a_language_border_have_a_say() -> None:
    # Within, the words lead astray where they weigh much; across they must, to lead to the answer.
    astray = parts(floats(0.50, 0.35), floats(0.0, 0.9))
    leads = parts(floats(0.50, 0.35), floats(0.0, 0.9), own=False)
    chosen = choose_weights([item(0), item(1, "sv")], [astray, leads])
    assert rank_of(item(0), astray, chosen) == rank_of(item(1, "sv"), leads, chosen) == 1
    assert chosen.words < chosen.cognates


def test_the_parts_are_what_the_indexes_find(tmp_path: Path) -> None:
    rows = [
        make_row("a", "Samarbeid mellom skole og hjem.", title="T", section="S"),
        make_row("b", "Samverkan mellan skola och hem.", language="sv", title="T", section="S"),
        make_row("c", "Yhteistyö.", language="fi", title="T", section="S"),
    ]
    write_fulltext(tmp_path, rows)
    write_cognates(tmp_path, rows)
    languages = [row.language for row in rows]
    close = floats(0.3, 0.2, 0.1)
    indexes = LexicalIndex(tmp_path), CognateIndex(tmp_path)
    found = score_parts("samarbeid skole", "nb", close, indexes, languages)
    assert found.own.tolist() == [True, False, False]
    assert found.words[0] > 0
    assert found.words[1:].tolist() == [0, 0]
    assert found.cognates[1] > 0
    assert found.cognates[2] == 0
    assert found.closeness is close
