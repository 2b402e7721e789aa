from __future__ import annotations

from kb.search.highlight import highlight_words


def met(text: str, language: str, query: str, query_language: str) -> list[str]:
    return [text[a:b] for a, b in highlight_words(text, language, query, query_language)]


def test_inflected_words_are_met() -> None:
    text = "Ledelsen i kommunene støtter samarbeidet; ledelse er viktig."
    assert met(text, "nb", "ledelsens samarbeid", "nb") == ["Ledelsen", "samarbeidet", "ledelse"]
    assert met("Kommunerne samarbejder", "da", "kommune", "da") == ["Kommunerne"]


def test_stop_words_are_not() -> None:
    assert met("Skolen og heimen i lag", "nn", "og i skole", "nn") == ["Skolen"]


def test_ranges_count_characters_not_bytes() -> None:
    text = "🙂 «Þagnarskylda» á Íslandi"
    assert highlight_words(text, "is", "þagnarskylda", "is") == ((3, 15),)


def test_names_are_met_across_languages_and_short_likenesses_are_not() -> None:
    assert met("Barnahus-modellen i Island", "da", "barnahus for barn", "nb") == ["Barnahus"]
    assert met("he is for it", "en", "for is", "nb") == []


def test_nothing_met_is_nothing() -> None:
    assert highlight_words("Tekst.", "nb", "yhteistyö", "fi") == ()
    assert highlight_words("", "nb", "samarbeid", "nb") == ()
