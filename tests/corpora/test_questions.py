"""Questions for training name passages that exist, and none that figures are measured on."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from corpora.errors import StarterError
from corpora.questions import (
    EXEMPLAR_QUESTIONS,
    STARTER_QUESTIONS,
    load_exemplar_questions,
    load_starter_questions,
    passage_key,
)
from corpora.starter import load_exemplar_passages, load_starter

EXEMPLARS = load_exemplar_passages()
STARTER = load_starter()


def test_exemplar_passages_are_asked_for_from_every_language() -> None:
    found = load_exemplar_questions(EXEMPLARS)
    assert len(found) == 534
    assert {question.lang for question in found} == {"nb", "sv", "da", "fi", "is", "en"}
    language = {passage_key(one.text): one.language for one in EXEMPLARS}
    assert all(language[question.passage] != question.lang for question in found)


def test_starter_questions_ask_for_what_no_known_item_question_does() -> None:
    found = load_starter_questions(STARTER)
    assert len(found) == 316
    asked = {(work.id, query.n) for work in STARTER for query in work.queries}
    assert not asked & {(question.publication, question.n) for question in found}
    known = {" ".join(query.q.lower().split()) for work in STARTER for query in work.queries}
    assert not known & {" ".join(question.q.lower().split()) for question in found}


def test_every_starter_passage_is_asked_for_by_someone() -> None:
    asked = {(work.id, query.n) for work in STARTER for query in work.queries}
    asked |= {(one.publication, one.n) for one in load_starter_questions(STARTER)}
    assert asked == {(work.id, passage.n) for work in STARTER for passage in work.passages}


def test_questions_are_spelt_with_their_own_letters() -> None:
    found = load_exemplar_questions(EXEMPLARS)
    letters_of = {"nb": "æøå", "sv": "åäö", "da": "æøå", "fi": "äö", "is": "þðæ"}
    for language, letters in letters_of.items():
        text = " ".join(question.q for question in found if question.lang == language)
        assert all(letter in text for letter in letters), language
    assert not any(question.q != question.q.strip() for question in found)


def write(folder: Path, name: str, record: dict[str, object]) -> Path:
    (folder / name).write_text("\n" + json.dumps(record) + "\n", encoding="utf-8")
    return folder


def test_an_exemplar_that_is_not_there_is_named_with_its_line(tmp_path: Path) -> None:
    write(tmp_path, EXEMPLAR_QUESTIONS, {"passage": "0" * 16, "lang": "nb", "q": "hva"})
    with pytest.raises(StarterError, match=r"exemplars\.jsonl, line 2, found '0{16}'"):
        load_exemplar_questions(EXEMPLARS, tmp_path)


@pytest.mark.parametrize(("publication", "n"), [("none", 1), (STARTER[0].id, 999)])
def test_a_starter_passage_that_is_not_there_is_named(
    tmp_path: Path, publication: str, n: int
) -> None:
    write(tmp_path, STARTER_QUESTIONS, {"publication": publication, "n": n, "lang": "nb", "q": "x"})
    with pytest.raises(StarterError, match=rf"line 2, found '{publication}' number {n}"):
        load_starter_questions(STARTER, tmp_path)


def test_a_passage_that_is_measured_on_is_refused(tmp_path: Path) -> None:
    work = next(work for work in STARTER if work.queries)
    n = work.queries[0].n
    write(tmp_path, STARTER_QUESTIONS, {"publication": work.id, "n": n, "lang": "nb", "q": "x"})
    with pytest.raises(StarterError, match="figures are measured on that passage"):
        load_starter_questions(STARTER, tmp_path)


def test_an_unknown_language_is_refused(tmp_path: Path) -> None:
    write(tmp_path, EXEMPLAR_QUESTIONS, {"passage": "0" * 16, "lang": "xx", "q": "hva"})
    with pytest.raises(StarterError, match="line 2"):
        load_exemplar_questions(EXEMPLARS, tmp_path)
