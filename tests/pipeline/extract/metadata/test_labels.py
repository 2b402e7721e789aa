from __future__ import annotations

import pytest

from pipeline.extract.metadata.labels import following_value, label_of, read_labels


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("Publication year - 2018", ("year", "2018")),
        ("Utgiver: RKBU Nord", ("publisher", "RKBU Nord")),
        ("• Julkaisija: THL", ("publisher", "THL")),
        ("Author(s) -", ("authors", "")),
        ("Subject(s) - law , politics", ("", "law , politics")),
        ("DOI: 10.1/x", ("doi", "10.1/x")),
        ("Útgefandi: Háskóli", ("publisher", "Háskóli")),
        ("By: Anne Berg", ("authors", "Anne Berg")),
        ("By the end of the year - or later", None),
        ("Mål - for alle", None),
        ("Dette er en setning: med kolon", None),
        ("Samarbeid - hva er det", None),
        ("12: tolv", None),
        ("", None),
    ],
)
def test_label_lines(line: str, found: tuple[str, str] | None) -> None:
    assert label_of(line) == found


def test_values_are_cleaned_and_worthless_ones_left_out() -> None:
    fields = read_labels(
        [
            "Tittel: Møter",
            "Utgitt: våren 2019",
            "ISBN: 978-82-7894-000-7",
            "ISSN: 0807-1721",
            "DOI: https://doi.org/10.9999/ABC",
            "Språk: Norsk bokmål",
            "Forfattere: Berg, Anne; Lie, Ola",
            "Serie: " + "x" * 500,
            "Emneord: skole",
        ],
        "visible",
    )
    assert {key: field.value for key, field in fields.items()} == {
        "title": "Møter",
        "year": 2019,
        "issn": "0807-1721",
        "doi": "10.9999/abc",
        "language": "nb",
        "authors": [{"family": "Berg", "given": "Anne"}, {"family": "Lie", "given": "Ola"}],
    }
    assert {field.origin for field in fields.values()} == {"visible"}


def test_the_first_label_counts_and_print_goes_before_electronic() -> None:
    fields = read_labels(
        ["Year: 2018", "Year: 2019", "eISSN - 1365-2206", "pISSN - 1356-7500"], "visible"
    )
    assert fields["year"].value == 2018 and fields["issn"].value == "1356-7500"
    only = read_labels(["eISSN - 1365-2206"], "visible")
    assert only["issn"].value == "1365-2206"


def test_values_on_the_following_lines() -> None:
    lines = ["Author(s) -", "Berg Berit,", "Moe Kari", "Publication title -", "a journal", "", "x"]
    assert list(following_value(lines, 0)) == [1, 2]
    assert list(following_value(lines, 3)) == [4]
    fields = read_labels(lines, "visible")
    assert [name["family"] for name in fields["authors"].value] == ["Berg", "Moe"]
    assert fields["journal"].value == "a journal"
