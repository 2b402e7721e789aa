"""What is learned from: whole publications are left out, nothing measured is leaked."""

from __future__ import annotations

import pytest

from corpora.starter import load_starter
from pipeline.search_training.data import (
    FOLDS,
    LEAST_LETTERS,
    MOST_KEYWORDS,
    TrainingData,
    TrainingPair,
    TrainingPassage,
    keywords,
    load_training_data,
    split_publications,
)

SMALL = TrainingData(
    (
        TrainingPassage("en", "nb", "a"),
        TrainingPassage("to", "sv", "b"),
        TrainingPassage("tre", "fi", None),
    ),
    (
        TrainingPair("one", "en", 0, True),
        TrainingPair("two", "en", 1),
        TrainingPair("three", "en", 2),
    ),
)


@pytest.fixture(scope="module")
def whole() -> TrainingData:
    return load_training_data()


def test_every_starter_passage_and_question_is_there(whole: TrainingData) -> None:
    works = load_starter()
    known = [pair for pair in whole.pairs if pair.known_item]
    assert len(known) == sum(len(work.queries) for work in works) == 211
    starter = [one for one in whole.passages if one.publication]
    assert len(starter) == sum(len(work.passages) for work in works) == 524
    assert all(0 <= pair.passage < len(whole.passages) for pair in whole.pairs)
    asked = {pair.passage for pair in whole.pairs}
    assert asked == set(range(len(whole.passages))), "a passage nobody asks for teaches nothing"


def test_a_known_item_question_points_at_its_passage(whole: TrainingData) -> None:
    work = next(work for work in load_starter() if work.queries)
    query = work.queries[0]
    pair = next(pair for pair in whole.pairs if pair.known_item and pair.question == query.q)
    passage = whole.passages[pair.passage]
    assert passage.publication == work.id
    assert passage.text.startswith(work.title.rstrip("."))
    assert passage.text.endswith(work.passage(query.n).text)


def test_leaving_out_takes_passages_and_questions_along() -> None:
    left = SMALL.without(frozenset({"a"}))
    assert [one.text for one in left.passages] == ["to", "tre"]
    assert [(pair.question, pair.passage) for pair in left.pairs] == [("two", 0), ("three", 1)]
    assert SMALL.without(frozenset()) == SMALL
    assert SMALL.without(frozenset({"a", "b"})).pairs == (TrainingPair("three", "en", 0),)


def test_the_hash_tells_data_apart() -> None:
    assert SMALL.hash() == SMALL.without(frozenset()).hash()
    assert SMALL.hash() != SMALL.without(frozenset({"a"})).hash()
    assert len(SMALL.hash()) == 16


def test_folds_hold_every_publication_once() -> None:
    folds = split_publications()
    assert len(folds) == FOLDS
    every = [name for fold in folds for name in fold]
    assert sorted(every) == sorted(work.id for work in load_starter())
    assert max(map(len, folds)) - min(map(len, folds)) <= 1
    assert folds == split_publications()


def test_keywords_are_words_of_one_sentence_in_their_order() -> None:
    text = "Skolen og barnevernet møtes hver uke. Kommunen betaler for lokalene på rådhuset."
    found = keywords(text).split()
    sentences = [one.rstrip(".").split() for one in text.split(". ")]
    assert any(found == [word for word in sentence if word in found] for sentence in sentences)
    assert 1 <= len(found) <= MOST_KEYWORDS
    assert all(len(word) >= LEAST_LETTERS for word in found)
    assert keywords(text) == keywords(text)


@pytest.mark.parametrize("text", ["Å gå.", "…", "ja"])
def test_a_text_without_long_words_asks_for_itself(text: str) -> None:
    assert keywords(text) == text
