from __future__ import annotations

import pytest

from pipeline.extract.metadata.names import (
    Name,
    is_body,
    is_given,
    looks_like_person,
    parse_name,
    parse_name_list,
    parse_names,
    split_names,
)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Berg, Anne", {"family": "Berg", "given": "Anne"}),
        ("Anne Berg", {"family": "Berg", "given": "Anne"}),
        ("Inger Lise Skog Hansen", {"family": "Hansen", "given": "Inger Lise Skog"}),
        ("Cecilie Høj Anvik", {"family": "Anvik", "given": "Cecilie Høj"}),
        ("Abdiaziz Mohamud Ali", {"family": "Ali", "given": "Abdiaziz Mohamud"}),
        ("Ludvig van der Berg", {"family": "van der Berg", "given": "Ludvig"}),
        ("Tor-Geir Myhrer", {"family": "Myhrer", "given": "Tor-Geir"}),
        ("Helene I. Gundhus", {"family": "Gundhus", "given": "Helene I."}),
        ("Gundhus, Helene O. I.", {"family": "Gundhus", "given": "Helene O. I."}),
        ("Lie, Kari.", {"family": "Lie", "given": "Kari"}),
        ("Dr. Kari Lie", {"family": "Lie", "given": "Kari"}),
        ("Professor Kari Lie", {"family": "Lie", "given": "Kari"}),
        ("Statens helsetilsyn", {"literal": "Statens helsetilsyn"}),
        ("Folkhälsomyndigheten", {"literal": "Folkhälsomyndigheten"}),
        ("LG Insight", {"literal": "LG Insight"}),
        ("Jóhanna Ósk", {"family": "Ósk", "given": "Jóhanna"}),
        ("Kloppenborg, Hans Skov", {"family": "Kloppenborg", "given": "Hans Skov"}),
    ],
)
def test_one_name(text: str, name: Name) -> None:
    assert parse_name(text) == name


@pytest.mark.parametrize(
    ("text", "family"),
    [
        ("Inger Lise Skog Hansen", "Skog Hansen"),
        ("Siri Moe Dahl", "Moe Dahl"),
        ("Anne Lise Hansen", "Hansen"),
        ("Anne B. Hansen", "Hansen"),
        ("Cecilie Høj Anvik", "Anvik"),
        ("Ludvig van der Berg", "van der Berg"),
    ],
)
def test_a_printed_byline_keeps_the_middle_name_before_a_common_surname(
    text: str, family: str
) -> None:
    assert parse_name(text, printed=True)["family"] == family


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Anne Berg, Ola Lie og Kari Moe", ["Anne Berg", "Ola Lie", "Kari Moe"]),
        ("Berg, Anne; Lie, Ola", ["Berg, Anne", "Lie, Ola"]),
        ("Berg, Anne, Lie, Ola", ["Berg, Anne", "Lie, Ola"]),
        ("Äiti Virtanen ja Pekka Salo", ["Äiti Virtanen", "Pekka Salo"]),
        ("Anne Berg & Ola Lie", ["Anne Berg", "Ola Lie"]),
        ("Anne Berg", ["Anne Berg"]),
        ("Berg, Anne; Lie, Ola K.", ["Berg, Anne", "Lie, Ola K."]),
        ("Anne Berg, Ola Lie.", ["Anne Berg", "Ola Lie"]),
        ("", []),
    ],
)
def test_bylines_are_parted(text: str, names: list[str]) -> None:
    assert split_names(text) == names


def test_family_first_lists_are_told_by_the_given_names() -> None:
    assert parse_names("Bulling Ingunn Skjesol, Berg Berit") == [
        {"family": "Bulling", "given": "Ingunn Skjesol"},
        {"family": "Berg", "given": "Berit"},
    ]
    assert parse_name_list(["Anne Berg", "Xyzzy Plugh"])[1] == {"family": "Plugh", "given": "Xyzzy"}


@pytest.mark.parametrize(
    "text",
    [
        "Sosiaalivirasto",
        "Nordmark kommune",
        "Møreforsking AS",
        "Háskóli Íslands",
        "Nordens Välfärdscenter",
        "RKBU Nord",
    ],
)
def test_bodies_are_no_people(text: str) -> None:
    assert is_body(text)
    assert not looks_like_person(text)


@pytest.mark.parametrize(
    "text",
    [
        "Ambition & goals",
        "Target",
        "hvem som helst",
        "NAV OG SKOLE",
        "En Veldig Lang Rekke Av Store Ord Her",
    ],
)
def test_other_lines_are_no_people(text: str) -> None:
    assert not looks_like_person(text)


def test_given_names() -> None:
    assert is_given("Anne-Lise") and is_given("B.") and is_given("Ragnheiður")
    assert not is_given("Skog")
