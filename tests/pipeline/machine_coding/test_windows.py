"""Windows: whole sentences, whole clauses of long ones, nothing lost and nothing twice."""

from __future__ import annotations

import pytest

from pipeline.machine_coding.windows import (
    LEAST_TO_CUT,
    WINDOW_WORDS,
    cut_clauses,
    cut_windows,
)

SENTENCE = "Skolen og barnevernet møttes tre ganger om barnet i løpet av høsten."  # 12 words


def words(text: str) -> int:
    return len(text.split())


def windows(text: str) -> list[str]:
    return [text[start:end] for start, end in cut_windows(text)]


def clauses(text: str) -> list[str]:
    return [text[start:end] for start, end in cut_clauses(text, (0, len(text)))]


@pytest.mark.parametrize("text", ["", " ", "Kort.", " ".join([SENTENCE] * 7)])
def test_a_short_text_is_read_whole(text: str) -> None:
    assert words(text) <= LEAST_TO_CUT
    assert cut_windows(text) == ()


@pytest.mark.parametrize("count", [8, 11, 13, 15])
def test_windows_are_whole_sentences_of_about_the_learnt_length(count: int) -> None:
    text = " ".join([SENTENCE] * count)
    found = windows(text)
    assert " ".join(found) == text
    assert all(one.endswith(".") for one in found)
    assert all(WINDOW_WORDS / 2 <= words(one) <= 1.4 * WINDOW_WORDS for one in found)


def test_a_full_passage_needs_few_windows() -> None:
    assert len(windows(" ".join([SENTENCE] * 8))) == 2
    assert len(windows(" ".join([SENTENCE] * 15))) == 4


def test_a_very_long_sentence_is_cut_between_clauses() -> None:
    item = "et forhold som de ansatte (ledere, lærere og andre) nevnte ofte"
    text = "Dette trakk de fram: " + ", ".join([item] * 9) + "."
    found = windows(text)
    assert len(found) > 1
    assert " ".join(found) == text
    assert all(one.count("(") == one.count(")") for one in found)


def test_one_long_sentence_without_clauses_stays_whole() -> None:
    assert cut_windows("ord " * 200) == ()


def test_clauses_end_at_marks_outside_parentheses() -> None:
    found = clauses("Tre ting: tid (bemanning, vikarer), tillit; og 3,5 møter i året.")
    assert found == [
        "Tre ting:",
        "tid (bemanning, vikarer),",
        "tillit;",
        "og 3,5 møter i året.",
    ]


def test_a_parenthesis_that_never_closes_keeps_the_rest_together() -> None:
    assert clauses("tid, tillit (mellom lærere, helsesykepleiere") == [
        "tid,",
        "tillit (mellom lærere, helsesykepleiere",
    ]


def test_a_closing_mark_too_many_does_no_harm() -> None:
    assert clauses("tid), tillit, ro") == ["tid),", "tillit,", "ro"]
