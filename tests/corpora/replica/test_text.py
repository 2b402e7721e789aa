"""The words of the replica's own."""

import itertools

import pytest

from corpora.errors import ReplicaError
from corpora.replica.text import Texts, load_texts, texts_for
from corpora.starter import StarterPublication

LANGUAGES = ("nb", "nn", "sv", "da", "fi", "is", "en")
SUBJECT_STEMS = (
    "samarb",
    "samverk",
    "samord",
    "samhand",
    "samskap",
    "yhteisty",
    "samvinn",
    "samstarf",
    "collabor",
    "cooperat",
    "coordin",
    "taushet",
    "tystnad",
    "leadership",
    "ledels",
    "ledarskap",
)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_the_same_words(language: str) -> None:
    texts = load_texts()
    assert set(texts[language].words) == set(texts["en"].words)
    for field in ("preface", "colophon", "footnotes", "references"):
        assert len(getattr(texts[language], field)) == len(getattr(texts["en"], field))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_notice_names_the_real_address(language: str) -> None:
    url = "https://publisher.example/report?id=1&x=2"
    notice = texts_for(language).notice_for(url)
    assert notice.endswith(url)
    assert len(notice) > len(url) + 30


def _filler(texts: Texts) -> list[str]:
    return [
        *texts.preface,
        *texts.colophon,
        *texts.footnotes,
        *texts.references,
        texts.figure,
        texts.table.caption,
        *texts.table.columns,
        texts.site_notice,
        *texts.words.values(),
    ]


@pytest.mark.parametrize("language", LANGUAGES)
def test_filler_is_not_about_the_subject(language: str) -> None:
    for sentence, stem in itertools.product(_filler(texts_for(language)), SUBJECT_STEMS):
        assert stem not in sentence.lower()


def test_languages_differ() -> None:
    notices = {language: texts_for(language).notice for language in LANGUAGES}
    assert len(set(notices.values())) == len(LANGUAGES)


def test_a_language_without_words_gets_the_english_ones() -> None:
    assert texts_for("fo") is texts_for("en")


def test_a_word_that_is_missing_is_named() -> None:
    with pytest.raises(ReplicaError, match="the word 'bookplate'"):
        texts_for("nb").word("bookplate")


def test_filler_is_in_no_gold_passage(starter: tuple[StarterPublication, ...]) -> None:
    gold = "\n".join(p.text for publication in starter for p in publication.passages)
    for language in LANGUAGES:
        texts = texts_for(language)
        for sentence in (*texts.preface, *texts.colophon, *texts.footnotes, *texts.references):
            assert sentence not in gold
