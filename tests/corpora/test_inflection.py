"""Endings of Nordic names: the forms that texts show, and no more than a bounded number."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpora.inflection import phrase_forms, word_forms


@pytest.mark.parametrize(
    ("name", "forms"),
    [
        ("Helsinki", "Helsingissä Helsingin Helsingistä Helsinkiin Helsinkiä"),
        ("Turku", "Turussa Turun Turkuun Turkua"),
        ("Tampere", "Tampereella Tampereen Tampereelle Tamperetta"),
        ("Oulu", "Oulussa Oulun Ouluun"),
        ("Lahti", "Lahdessa Lahden Lahteen Lahdelta"),
        ("Espoo", "Espoossa Espoon Espooseen"),
        ("Vantaa", "Vantaalla Vantaan Vantaalle"),
        ("Hyvinkää", "Hyvinkäällä Hyvinkään"),
        ("Seinäjoki", "Seinäjoella Seinäjoen Seinäjoelta"),
        ("Rovaniemi", "Rovaniemellä Rovaniemen"),
        ("Nurmijärvi", "Nurmijärvellä Nurmijärven"),
        ("Kirkkonummi", "Kirkkonummella Kirkkonummen"),
        ("Iisalmi", "Iisalmessa Iisalmen"),
        ("Taivalkoski", "Taivalkoskella Taivalkosken"),
        ("Riihimäki", "Riihimäellä Riihimäen"),
        ("Orivesi", "Orivedellä Oriveden"),
        ("Pietarsaari", "Pietarsaaressa Pietarsaaren"),
        ("Kauniainen", "Kauniaisissa Kauniaisen"),
        ("Kaskinen", "Kaskisissa Kaskisen"),
        ("Lappeenranta", "Lappeenrannassa Lappeenrannan Lappeenrantaan"),
        ("Vihti", "Vihdissä Vihdin Vihtiin"),
        ("Hanko", "Hangossa Hangon Hankoon"),
        ("Kotka", "Kotkassa Kotkan Kotkaan"),
        ("Lappi", "Lapissa Lapin Lappiin"),
        ("Jyväskylä", "Jyväskylässä Jyväskylän Jyväskylään"),
        ("Varkaus", "Varkaudessa Varkauden"),
        ("Nurmes", "Nurmeksessa Nurmeksen"),
        ("Suomi", "Suomessa Suomen Suomeen Suomea Suomesta"),
        ("Ruotsi", "Ruotsissa Ruotsin Ruotsiin Ruotsista"),
        ("Islanti", "Islannissa Islannin Islantiin"),
        ("Tanska", "Tanskassa Tanskan Tanskaan"),
        ("Ahvenanmaa", "Ahvenanmaalla Ahvenanmaan"),
        ("Oslo", "Oslossa Oslon Osloon"),
        ("Stockholm", "Stockholmissa Stockholmin"),
        ("THL", "THL:n THL:ssä THL:lle"),
    ],
)
def test_finnish_cases(name: str, forms: str) -> None:
    assert set(forms.split()) <= set(word_forms(name, "fi"))


@pytest.mark.parametrize(
    ("name", "forms"),
    [
        ("Reykjavík", "Reykjavíkur"),
        ("Akureyri", "Akureyrar"),
        ("Kópavogur", "Kópavogi Kópavogs Kópavog"),
        ("Hafnarfjörður", "Hafnarfirði Hafnarfjarðar Hafnarfjörð"),
        ("Garðabær", "Garðabæ Garðabæjar"),
        ("Borgarbyggð", "Borgarbyggðar"),
        ("Kjósarhreppur", "Kjósarhreppi Kjósarhrepps"),
        ("Seltjarnarnes", "Seltjarnarnesi"),
        ("Vestmannaeyjar", "Vestmannaeyjum Vestmannaeyja"),
        ("Egilsstaðir", "Egilsstöðum Egilsstaða"),
        ("Vestfirðir", "Vestfjörðum Vestfjarða"),
        ("Ísland", "Íslandi Íslands"),
        ("Noregur", "Noregi Noregs Noreg"),
        ("Svíþjóð", "Svíþjóðar"),
        ("Danmörk", "Danmörku Danmerkur"),
        ("Færeyjar", "Færeyjum Færeyja"),
        ("Grænland", "Grænlandi Grænlands"),
        ("Barnaverndarstofa", "Barnaverndarstofu"),
        ("Ríkisendurskoðun", "Ríkisendurskoðunar"),
        ("barnaverndarlög", "barnaverndarlögum barnaverndarlaga"),
    ],
)
def test_icelandic_cases(name: str, forms: str) -> None:
    assert set(forms.split()) <= set(word_forms(name, "is"))


@pytest.mark.parametrize("language", ["nb", "nn", "sv", "da"])
def test_scandinavian_genitive(language: str) -> None:
    assert "Bergens" in word_forms("Bergen", language)
    assert "SKR:s" in word_forms("SKR", language)
    assert word_forms("Tysnes", language) == ("Tysnes",)
    assert word_forms("Åmål", language)[0] == "Åmål"


def test_english_genitive() -> None:
    assert word_forms("Denmark", "en") == ("Denmark", "Denmark's")
    assert word_forms("Aarhus", "en") == ("Aarhus", "Aarhus'")


def test_only_the_last_word_of_a_name_changes() -> None:
    assert phrase_forms(("Region", "Skåne"), "sv") == {
        ("Region", "Skåne"),
        ("Region", "Skånes"),
        ("Region", "Skåne:s"),
        ("Region", "Skåne's"),
    }
    finnish = phrase_forms(("Itä", "Suomi"), "fi")
    assert ("Itä", "Suomessa") in finnish
    assert all(form[0] == "Itä" for form in finnish)


def test_icelandic_titles_change_in_front_or_at_the_end() -> None:
    assert ("Háskóla", "Íslands") in phrase_forms(("Háskóli", "Íslands"), "is")
    longer = phrase_forms(("Samband", "íslenskra", "sveitarfélaga"), "is")
    assert ("Sambands", "íslenskra", "sveitarfélaga") in longer
    assert all(form[1] == "íslenskra" for form in longer)


@given(
    word=st.text(alphabet="abcdeghiklmnoprstuvyåäöðþ-", min_size=1, max_size=20),
    language=st.sampled_from(["nb", "nn", "sv", "da", "fi", "is", "fo", "en", "kl", "zz"]),
)
def test_any_word_has_itself_and_a_bounded_number_of_forms(word: str, language: str) -> None:
    forms = word_forms(word.capitalize(), language)
    assert forms[0] == word.capitalize()
    assert len(forms) == len(set(forms)) <= 150
    assert all(len(form) <= len(word) + 8 for form in forms)
