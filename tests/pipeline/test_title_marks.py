"""Titles: the marks that tell near misses apart, and what makes two titles the same."""

from __future__ import annotations

import pytest

from pipeline.title_marks import Title, blur, compare_titles, is_place, read_title


def likeness(one: str, other: str) -> str:
    return compare_titles(read_title(one), read_title(other))


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("Samarbeid. Del 2", 2),
        ("Samarbeid – Del II", 2),
        ("Del I: Barnehagen", 1),
        ("Yhteistyö. Osa 3: Koulu", 3),
        ("Samstarf – 2. hluti", 2),
        ("Andre delrapport fra følgeevalueringen", 2),
        ("Collaboration, volume 4", 4),
        ("Evaluering af indsatsen. Bind 1", 1),
        ("Första delbetänkandet: om barn", None),  # "delbetänkandet" is no part by itself
    ],
)
def test_parts_are_read_in_every_language(text: str, part: int | None) -> None:
    assert read_title(text).parts == ({part} if part is not None else set())


@pytest.mark.parametrize("text", ["En del av løsningen", "Å ta del i samarbeid", "To deler tall"])
def test_plain_words_are_no_parts(text: str) -> None:
    assert read_title(text).parts == set()


@pytest.mark.parametrize(
    ("text", "edition", "words"),
    [
        ("Håndbok for team. 2. reviderte utgave", 2, "handbok for team"),
        ("Handbok (andra reviderade upplagan)", 2, "handbok"),
        ("Perhekeskus: 2. uudistettu painos", 2, "perhekeskus"),
        ("Handbók – önnur útgáfa", 2, "handbok"),
        ("Guide to teams, 3rd edition", 3, "guide to teams"),
        ("Veileder, ny utgave", 0, "veileder"),
        ("Veileder for team. Revidert 2021", 0, "veileder for team"),
        ("Utgave av glede", None, "utgave av glede"),
        ("Fem utgaver", None, "fem utgaver"),
    ],
)
def test_editions_are_marks_and_no_words(text: str, edition: int | None, words: str) -> None:
    title = read_title(text)
    assert (title.edition, " ".join(title.words)) == (edition, words)


@pytest.mark.parametrize(
    ("text", "stages"),
    [
        ("Følgeevaluering – delrapport", {"interim"}),
        ("Uppföljning. Lägesrapport 2020", {"interim"}),
        ("Midtvejsevaluering af indsatsen", {"interim"}),
        ("Väliraportti hankkeesta", {"interim"}),
        ("Áfangaskýrsla um samstarf", {"interim"}),
        ("Rettelser til rapporten", {"errata"}),
        ("Errata: Samarbeid", {"errata"}),
        ("Samarbeid. Vedlegg", {"appendix"}),
        ("Samverkan: bilagor", {"appendix"}),
        ("Følgeevaluering – sluttrapport", set()),
        ("Samarbeid om barn", set()),
    ],
)
def test_stages_are_read(text: str, stages: set[str]) -> None:
    assert read_title(text).stages == stages


def test_years_numbers_summaries_and_cuts_are_read() -> None:
    title = read_title("English summary of 0–24-samarbeidet 2017–2020 …")
    assert title.summary and title.cut
    assert title.years == {2017, 2020}
    assert title.numbers == {0, 24}
    assert title.words[0] == "0"
    assert read_title("").words == ()


@pytest.mark.parametrize(
    ("one", "other", "found"),
    [
        ("Samarbeid på Ål", "SAMARBEID PAA AAL", "same"),
        ("Børn og unge", "Barn och unge", "other"),
        ("Samordnet innsats for utsatte barn", "Samordnct innsats for utsatte bam", "near"),
        ("Samordnet innsats for utsatte barn", "Samordnet innsats for utsatte unge", "other"),
        ("Trøbbel i grenseflatene", "Trøbbel i grenseflatene. Samordnet innsats", "within"),
        ("Trøbbel", "Trøbbel i grenseflatene", "other"),
        ("Samordnet innsats for utsatte barn i kom…",
         "Samordnet innsats for utsatte barn i kommunene", "within"),
        ("Møter: en studie av Oslo", "Møter: en studie av Bergen", "other"),
        ("Tilsyn med barnevernet i Bergen", "Tilsyn med barnevernet i Tromsø", "other"),
        ("Tilsyn med barnevernet i Hamar", "Tilsyn med barnevernet i Hamarøy", "other"),
        ("Barnevernet i Kristiansund", "Barnevernet i Kristiansand", "other"),
        ("Årsrapport 2019 for Bufdir", "Årsrapport 2020 for Bufdir", "other"),
        ("Tverrfaglig samarbeid", "Tverr-faglig sam arbeid", "same"),
        ("Microsoft Word - Samarbeid.docx", "Samarbeid", "same"),
        ("", "Samarbeid", "other"),
    ],
)  # fmt: skip
def test_titles_are_compared_word_by_word(one: str, other: str, found: str) -> None:
    assert likeness(one, other) == found
    assert likeness(other, one) == found


def test_misreadings_blur_into_one_and_numbers_stay() -> None:
    assert blur("bam") == blur("barn")
    assert blur("mo1de") == blur("molde")
    assert blur("2019") == "2019"


def test_places_are_known_also_in_the_genitive() -> None:
    assert is_place("bergen") and is_place("tromso") and is_place("malmos")
    assert not is_place("samarbeid")


def test_a_title_reads_the_same_twice() -> None:
    assert isinstance(read_title("Samarbeid"), Title)
    assert read_title("Samarbeid") is read_title("Samarbeid")
