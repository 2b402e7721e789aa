from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from corpora.unrelated import load_unrelated
from kb.errors import GenerationError
from kb.search.fit import (
    BACKGROUND_FILE,
    Background,
    background_of,
    measure_background,
    unrelated_texts,
)
from tests.kb.search.sample_rows import make_vectors, no_means

MEASURED = Background(0.28, 0.03)


@pytest.mark.parametrize(
    ("closeness", "known", "fits"),
    [
        (0.45, 0.0, True),  # near in meaning, in another language
        (0.30, 1.0, True),  # every word is there
        (0.28, 0.5, False),
        (0.28, 0.0, False),
        (0.33, 0.0, False),
        (0.36, 0.5, True),
    ],
)
def test_words_and_meaning_speak_for_an_answer(closeness: float, known: float, fits: bool) -> None:
    assert MEASURED.fits(closeness, known) is fits


def test_more_of_either_is_more_evidence() -> None:
    assert MEASURED.evidence(0.4, 0.5) > MEASURED.evidence(0.3, 0.5)
    assert MEASURED.evidence(0.3, 0.6) > MEASURED.evidence(0.3, 0.5)


def test_closeness_is_told_against_the_background() -> None:
    assert [MEASURED.level(cosine) for cosine in (0.30, 0.33, 0.40, 0.42)] == [
        None,
        "close",
        "close",
        "very_close",
    ]
    assert Background(0.1, 0.0).level(0.116) == "close"


def test_the_background_is_the_best_of_each_question() -> None:
    found = background_of([[0.1, 0.3], [0.5, 0.2]])
    assert found.mean == pytest.approx(0.4)
    assert found.spread == pytest.approx(0.1)


def test_it_is_measured_on_questions_of_other_subjects() -> None:
    questions = make_vectors(unrelated_texts())
    passages = make_vectors(["a", "b", "c"])
    found = measure_background(passages, questions, no_means())
    assert found.mean == pytest.approx(float((questions @ passages.T).max(axis=1).mean()), abs=1e-6)


def test_an_empty_index_has_a_background_too() -> None:
    nothing = np.zeros((0, 8), dtype=np.float32)
    found = measure_background(nothing, make_vectors(unrelated_texts()), no_means())
    assert found == Background(0.0, 0.0)
    assert found.fits(0.5, 1.0)


def test_it_is_kept_with_the_generation(tmp_path: Path) -> None:
    assert Background.load(tmp_path) is None
    MEASURED.save(tmp_path)
    assert Background.load(tmp_path) == MEASURED
    for content in ("{", "[]", '{"mean": "x", "spread": 1}', '{"mean": 0.1}'):
        (tmp_path / BACKGROUND_FILE).write_text(content)
        with pytest.raises(GenerationError, match=r"what fits .* run `samvirke index`"):
            Background.load(tmp_path)


def test_the_questions_are_of_other_subjects_and_of_every_language() -> None:
    questions = load_unrelated()
    assert len({question.q for question in questions}) == len(questions) >= 50
    assert {question.lang for question in questions} >= {"nb", "nn", "sv", "da", "fi", "is", "en"}
    words = " ".join(question.q.lower() for question in questions)
    for subject in ("samarbeid", "samverk", "yhteistyö", "barnevern", "school", "famil"):
        assert subject not in words


@pytest.mark.parametrize("mean", ["NaN", "Infinity", "1" + "0" * 400])
def test_a_measure_that_is_no_number_is_refused(tmp_path: Path, mean: str) -> None:
    (tmp_path / "background.json").write_text(f'{{"mean": {mean}, "spread": 0.1}}', "utf-8")
    with pytest.raises(GenerationError, match=r"background\.json cannot be read .*samvirke index"):
        Background.load(tmp_path)
