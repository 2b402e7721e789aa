"""What is told of a question's language from its words alone is what the identifier says."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from corpora.starter import load_exemplar_passages, load_exemplars, load_starter
from kb.language_ranking import identifier_version
from kb.search import word_scores
from kb.search.languages import query_language
from kb.search.word_languages import (
    LANGUAGES,
    WordLanguages,
    is_told,
    plain_words,
    tell_language,
    word_languages_path,
)
from kb.search.word_scores import keep_word_languages, measure_words, packaged_texts
from tests.models import shared_model_home

MODELS = shared_model_home() / "models"
FOREIGN = "zusammenarbeit gouvernement szkoła čáppa ilinniartitaanermut é ø qqq xylofon".split()


@pytest.fixture(scope="module")
def kept() -> WordLanguages:
    keep_word_languages(MODELS)
    found = WordLanguages.load(word_languages_path(MODELS))
    assert found is not None
    return found


def questions() -> list[str]:
    return [asked.q for work in load_starter() for asked in work.queries]


def wrong(kept: WordLanguages, texts: Sequence[str]) -> list[str]:
    return [text for text in texts if kept.sure(text) not in (None, query_language(text))]


def test_known_questions_are_told_as_the_identifier_does(kept: WordLanguages) -> None:
    asked = questions()
    assert wrong(kept, asked) == []
    told = [text for text in asked if kept.sure(text)]
    assert len(told) > 0.6 * len(asked)
    assert {kept.sure(text) for text in told} >= {"nb", "sv", "da", "fi", "is", "en"}


def test_sentences_are_told_as_the_identifier_does(kept: WordLanguages) -> None:
    texts = [one.text for one in (*load_exemplars(), *load_exemplar_passages())][::4]
    assert wrong(kept, texts) == []
    assert sum(kept.sure(text) is not None for text in texts) > 0.9 * len(texts)


def test_mixed_and_unknown_words_are_told_right_or_not_at_all(kept: WordLanguages) -> None:
    dice = random.Random(11)
    known = sorted({word for text in packaged_texts() for word in plain_words(text) or ()})
    texts = []
    for _ in range(2_000):
        words = dice.choices(known, k=dice.randint(1, 6))
        words += dice.choices(FOREIGN, k=dice.choice([0, 0, 1, 2]))
        dice.shuffle(words)
        texts.append(" ".join(words))
    assert wrong(kept, texts) == []
    assert 0.2 < np.mean([kept.sure(text) is not None for text in texts]) < 0.9


@pytest.mark.parametrize(
    "text",
    ["barn's rettigheter", "covid19 i skolen", "дети и школа", "İstanbul", "c# og barn", "日本語"],
)
def test_what_may_be_cut_otherwise_goes_to_the_identifier(kept: WordLanguages, text: str) -> None:
    assert plain_words(text) is None
    assert kept.sure(text) is None
    assert tell_language(MODELS, text) == query_language(text)


def test_a_text_without_letters_is_in_no_language(kept: WordLanguages) -> None:
    assert kept.sure("2017 - 2020") == query_language("2017 - 2020") == "en"


def test_words_are_cut_at_what_is_no_letter() -> None:
    assert plain_words("Barn, unge/familier: (SÁMI) – e-helse") == [
        "barn", "unge", "familier", "sámi", "e", "helse",
    ]  # fmt: skip
    assert plain_words("") == []


def test_without_the_file_the_identifier_is_asked(tmp_path: Path) -> None:
    assert not is_told(tmp_path, "samverkan mellan skola och socialtjänst")
    assert tell_language(tmp_path, "samverkan mellan skola och socialtjänst") == "sv"
    assert list(tmp_path.iterdir()) == []


def test_it_is_kept_whole_for_the_installed_identifier(tmp_path: Path) -> None:
    made = measure_words(["barn", "koulu", "skole", "barn"])
    path = word_languages_path(tmp_path)
    assert identifier_version() in path.name
    made.save(path)
    again = WordLanguages.load(path)
    assert again is not None
    assert again.sure("koulu koulu") == made.sure("koulu koulu") == query_language("koulu koulu")
    kept = path.read_bytes()
    for damaged in (kept[:-9], kept[:-1] + bytes([kept[-1] ^ 255]), b"", b"no tensors"):
        path.write_bytes(damaged)
        assert WordLanguages.load(path) is None
    assert [one.name for one in tmp_path.iterdir()] == [path.name]


def test_scores_of_a_word_are_the_identifiers(kept: WordLanguages) -> None:
    made = measure_words(["tjenestene"])
    best = LANGUAGES[int(np.argmin(made._scores[0]))]
    assert best == query_language("tjenestene")
    assert made._finnish[0] >= made._scores[0, LANGUAGES.index("fi")] - 1e-4


def test_a_file_that_would_answer_otherwise_is_not_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    texts = ["lastensuojelun ja koulun yhteistyö", "samverkan mellan skola och socialtjänst"]
    real = measure_words

    def turned(words: set[str]) -> WordLanguages:
        made = real(words)
        return WordLanguages(made._hashes, made._scores[:, ::-1].copy(), made._finnish * 0 + 7)

    monkeypatch.setattr(word_scores, "packaged_texts", lambda: iter(texts))
    monkeypatch.setattr(word_scores, "measure_words", turned)
    keep_word_languages(tmp_path)
    assert "told otherwise" in caplog.text
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_cannot_be_written_is_an_oserror(tmp_path: Path) -> None:
    made = measure_words(["skole"])
    with pytest.raises(OSError, match="No such file"):
        made.save(tmp_path / "missing" / "words.safetensors")
