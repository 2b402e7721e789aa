"""Terms by language: complete, lower-case stems, and refused with file and line."""

from pathlib import Path

import pytest

from corpora.codebook import load_codebook
from corpora.errors import StarterError
from corpora.nordic import LABEL_LANGUAGES
from corpora.terms import PACKAGED_TERMS, LanguageTerms, load_terms


@pytest.fixture(scope="module")
def terms() -> dict[str, LanguageTerms]:
    return load_terms()


def refusal(folder: Path, text: str) -> str:
    path = folder / "terms.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(StarterError) as caught:
        load_terms(path)
    assert str(path) in str(caught.value)
    return str(caught.value)


def one_language(**changes: str) -> str:
    lines = {
        "name": "bokmål",
        "country": "[NO]",
        "confidence": "good",
        "topic": "[samarbeid]",
        "services": "[skole]",
        "stems": "[samarb]",
        "factors": "{leadership: [ledelse]}",
    } | changes
    return "nb:\n" + "".join(f"  {key}: {value}\n" for key, value in lines.items() if value)


def test_every_label_language_has_cues_for_every_factor(terms: dict[str, LanguageTerms]) -> None:
    assert set(LABEL_LANGUAGES) | {"sv_FI", "fo", "kl"} == set(terms)
    for language in LABEL_LANGUAGES:
        found = terms[language]
        assert set(found.factors) == set(load_codebook().ids("factors"))
        assert min(len(cues) for cues in found.factors.values()) >= 7
        assert len(found.topic) >= 20
        assert len(found.services) >= 10


def test_stems_begin_a_word_of_the_language(terms: dict[str, LanguageTerms]) -> None:
    for language in ("nb", "sv", "da", "fi", "is"):
        found = terms[language]
        words = " ".join([*found.topic, *found.services, *sum(found.factors.values(), ())]).lower()
        unused = [stem for stem in found.stems if f" {stem.lower()}" not in f" {words}"]
        assert len(unused) <= len(found.stems) // 2, (language, unused)


def test_countries_of_a_shared_language(terms: dict[str, LanguageTerms]) -> None:
    assert terms["nb"].country == ("NO",)
    assert "FI" in terms["sv_FI"].country
    assert terms["kl"].country == ("GL",)
    assert terms["nb"].factors["information_sharing"][0] == "taushetsplikt"


def test_norway_needs_no_quotation_marks(tmp_path: Path) -> None:
    path = tmp_path / "terms.yaml"
    path.write_text(one_language(), encoding="utf-8")
    assert load_terms(path)["nb"].country == ("NO",)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"cues": "[a]"}, "line 9, found 'cues'"),
        ({"stems": ""}, "'stems'"),
        ({"factors": "{leadershipp: [ledelse]}"}, "did you mean 'leadership'"),
        ({"factors": "{leadership: [ledelse, støtte, ledelse]}"}, "found 'ledelse' again"),
        ({"topic": "samarbeid"}, "found 'samarbeid'"),
        ({"country": "[XX]"}, "line 3"),
        ({"services": "['']"}, "line 6"),
    ],
)
def test_refuses_a_faulty_language(tmp_path: Path, changes: dict[str, str], words: str) -> None:
    assert words in refusal(tmp_path, one_language(**changes))


def test_refuses_a_list_of_languages(tmp_path: Path) -> None:
    assert "mapping from language to terms" in refusal(tmp_path, "- nb\n- sv\n")


def test_packaged_terms_say_what_they_are_worth(terms: dict[str, LanguageTerms]) -> None:
    assert PACKAGED_TERMS.name == "terms.yaml"
    assert terms["fo"].confidence.startswith("low")
    assert all(found.confidence for found in terms.values())
