"""What is learned from: the exemplars with their questions, and nothing of the starter."""

from __future__ import annotations

from dataclasses import replace

import pytest

from corpora.questions import load_starter_questions
from corpora.starter import load_exemplar_publications, load_starter
from pipeline.search_training.data import (
    KEYWORDS_EVERY,
    LEAST_LETTERS,
    MOST_KEYWORDS,
    TrainingData,
    TrainingPair,
    TrainingPassage,
    keywords,
    load_training_data,
)

SMALL = TrainingData(
    (TrainingPassage("en", "nb", titled=True), TrainingPassage("to", "sv", titled=False)),
    (TrainingPair("one", "en", 0), TrainingPair("two", "en", 1)),
)


@pytest.fixture(scope="module")
def whole() -> TrainingData:
    return load_training_data()


def test_every_exemplar_publication_is_there_with_its_questions(whole: TrainingData) -> None:
    works = load_exemplar_publications()
    titled = [one for one in whole.passages if one.titled]
    assert len(titled) == sum(len(work.passages) for work in works) > 4000
    asked = {pair.question for pair in whole.pairs}
    assert asked >= {query.q for work in works for query in work.queries}
    assert all(0 <= pair.passage < len(whole.passages) for pair in whole.pairs)
    untitled = {n for n, one in enumerate(whole.passages) if not one.titled}
    assert untitled <= {pair.passage for pair in whole.pairs}, "or it would teach nothing"


def test_nothing_of_the_starter_is_learned_from(whole: TrainingData) -> None:
    works = load_starter()
    measured = {query.q for work in works for query in work.queries}
    measured |= {one.q for one in load_starter_questions(works)}
    assert not measured & {pair.question for pair in whole.pairs}
    told = "\n".join(one.text for one in whole.passages)
    assert not [one.text for work in works for one in work.passages if one.text in told]
    titles = {work.title for work in works}
    assert not titles & {work.title for work in load_exemplar_publications()}


def test_a_question_points_at_its_passage(whole: TrainingData) -> None:
    work = load_exemplar_publications()[0]
    query = work.queries[0]
    pair = next(pair for pair in whole.pairs if pair.question == query.q)
    passage = whole.passages[pair.passage]
    assert passage.text.startswith(work.title.rstrip("."))
    assert passage.text.endswith(next(one.text for one in work.passages if one.n == query.n))
    first = whole.pairs[0]
    assert first.question == keywords(work.passages[0].text)
    assert first.language == work.language
    own = sum(-(-len(one.passages) // KEYWORDS_EVERY) for one in load_exemplar_publications())
    assert own < len(whole.pairs) / 2, "most questions are written ones"


def test_the_hash_tells_data_apart() -> None:
    assert len(SMALL.hash()) == 16
    assert SMALL.hash() == replace(SMALL).hash()
    assert SMALL.hash() != replace(SMALL, pairs=SMALL.pairs[:1]).hash()
    other = (replace(SMALL.passages[0], titled=False), SMALL.passages[1])
    assert SMALL.hash() != replace(SMALL, passages=other).hash()


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
