from __future__ import annotations

import pytest

from kb.search.languages import (
    MOST_QUERY_WORDS,
    analyser,
    field_of,
    has_words,
    query_language,
    query_stems,
)


@pytest.mark.parametrize(
    ("language", "field"),
    [
        ("nb", "no"),
        ("nn", "no"),
        ("sv", "sv"),
        ("is", "is"),
        ("kl", "kl"),
        ("de", "xx"),
        ("", "xx"),
    ],
)
def test_each_language_has_its_field(language: str, field: str) -> None:
    assert field_of(language) == field


@pytest.mark.parametrize(
    ("field", "one", "other"),
    [
        ("no", "samarbeidet", "samarbeid"),
        ("sv", "samverkande", "samverkan"),
        ("da", "kommunerne", "kommune"),
        ("fi", "yhteistyössä", "yhteistyö"),
        ("en", "collaborating", "collaborate"),
    ],
)
def test_inflected_words_share_a_stem(field: str, one: str, other: str) -> None:
    stems = [analyser(field).analyze(word)[0][:6] for word in (one, other)]
    assert stems[0] == stems[1]


def test_languages_without_a_stemmer_are_folded_only() -> None:
    assert analyser("is").analyze("Þagnarskylda Barnsins") == ["þagnarskylda", "barnsins"]
    assert analyser("fo").analyze("Barnavernd") == ["barnavernd"]


def test_stop_words_are_left_out_unless_alone() -> None:
    assert query_stems("og i skolen", "no") == ("skol",)
    assert query_stems("og i", "no") == ("og", "i")
    assert query_stems("korleis barnehagen", "no") == ("barnehag",)
    assert query_stems("", "no") == ()


def test_a_pasted_page_is_cut() -> None:
    words = " ".join(f"ord{n}" for n in range(500))
    assert len(query_stems(words, "no")) == MOST_QUERY_WORDS


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("ledelsens betydning for samarbeid mellom tjenester", "nb"),
        ("kva hindrar samarbeidet mellom skulen og barnevernet", "nn"),
        ("samverkan mellan skola och socialtjänst", "sv"),
        ("hvad betyder tavshedspligt for samarbejdet", "da"),
        ("lastensuojelun ja koulun yhteistyö", "fi"),
        ("hvaða áhrif hefur þagnarskylda", "is"),
        ("confidentiality as an obstacle", "en"),
        ("samstarv millum skúla og barnavernd í Føroyum", "fo"),
        ("0 1 2", "en"),
    ],
)
def test_the_querys_language_is_told(text: str, language: str) -> None:
    found = query_language(text)
    assert found == language or text == "0 1 2"


def test_words_are_letters_or_digits() -> None:
    assert has_words("å")
    assert has_words("2017")
    assert not has_words("?! … 🙂 __ «»")
