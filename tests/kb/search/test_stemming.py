from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.search.languages import FIELDS
from kb.search.light_stems import light_stem
from kb.search.stemming import LONGEST_WORD, Token, stem_word, tokens, words


def one_stem(field: str, *forms: str) -> bool:
    return len({stem_word(form, field) for form in forms}) == 1


def test_words_are_cut_as_they_stand_and_counted_in_characters() -> None:
    text = "🙂 «Åpenhet» og_ro, 0–24!"
    assert words(text) == ["åpenhet", "og", "ro", "0", "24"]
    assert next(tokens(text)) == Token("åpenhet", 3, 10)
    assert [text[t.start : t.end].lower() for t in tokens(text)] == words(text)
    assert len(words("x" * 500)[0]) == LONGEST_WORD


@pytest.mark.parametrize(
    ("field", "forms"),
    [
        ("no", ("tjeneste", "tjenester", "tjenestene")),
        ("sv", ("samverkan", "samverkans")),
        ("da", ("kommune", "kommuner", "kommunerne")),
        ("fi", ("palvelu", "palvelut", "palvelussa")),
        ("en", ("service", "services")),
        ("is", ("samstarf", "samstarfs", "samstarfi", "samstarfið")),
        ("is", ("barn", "börn", "börnum", "barnanna")),
        ("is", ("þagnarskylda", "þagnarskyldu", "þagnarskyldunnar", "þagnarskyldan")),
        ("is", ("heilsugæsla", "heilsugæslan", "heilsugæslunnar")),
        ("fo", ("samstarv", "samstarvi", "samstarvið", "samstarvinum")),
        ("fo", ("skúlin", "skúlar", "skúlanum")),
        ("kl", ("ilinniarfimmi", "ilinniarfimmut", "ilinniarfimmit")),
        ("se", ("mánná", "mánáid", "mánát")),
    ],
)
def test_inflections_meet(field: str, forms: tuple[str, ...]) -> None:
    assert one_stem(field, *forms)


@pytest.mark.parametrize(
    ("field", "one", "other"),
    [("is", "skóli", "skyldu"), ("fo", "barn", "skúli"), ("kl", "meeraq", "atuarfik")],
)
def test_different_words_stay_apart(field: str, one: str, other: str) -> None:
    assert not one_stem(field, one, other)


def test_a_language_without_a_stemmer_keeps_its_words() -> None:
    assert stem_word("zusammenarbeit", "xx") == "zusammenarbeit"
    assert light_stem("tjenestene", "no") == "tjenestene"


def test_a_light_stem_keeps_at_least_four_letters() -> None:
    assert light_stem("barnum", "fo") == "barn"
    assert light_stem("arna", "fo") == "arna"


@given(st.sampled_from(FIELDS), st.text(min_size=1, max_size=40))
def test_no_word_is_stemmed_to_nothing(field: str, text: str) -> None:
    for word in words(text):
        assert stem_word(word, field)
        assert " " not in stem_word(word, field)


@given(st.text(max_size=80))
def test_words_are_those_of_their_tokens(text: str) -> None:
    assert words(text) == [token.word for token in tokens(text)]


@pytest.mark.parametrize("text", ["İzmir İSTANBUL", "ΣΟΦΟΣ Σ", "x" * 150, "ẞ ß ǅ"])
def test_odd_letters_are_lowered_word_by_word(text: str) -> None:
    assert words(text) == [token.word for token in tokens(text)]
