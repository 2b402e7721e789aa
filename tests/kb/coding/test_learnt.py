"""Publications of the starter evidence base are known again by address, DOI or title."""

from __future__ import annotations

import pytest

from corpora.starter import load_starter
from kb.coding.learnt import learnt_from


def test_every_starter_publication_is_known_by_its_address_and_by_its_title() -> None:
    for publication in load_starter():
        assert learnt_from({}, publication.url)
        assert learnt_from({"URL": publication.url})
        assert learnt_from({"title": publication.title})


def test_a_doi_is_enough() -> None:
    doi = next(entry.doi for entry in load_starter() if entry.doi)
    assert learnt_from({"DOI": doi.upper(), "title": "Another title"})
    assert learnt_from({"DOI": f"https://doi.org/{doi}"})


def test_small_differences_of_an_address_do_not_matter() -> None:
    url = load_starter()[0].url
    bare = url.removeprefix("https://").removeprefix("http://")
    assert learnt_from({}, f"http://{bare}/")


@pytest.mark.parametrize(
    ("csl", "url"),
    [
        ({}, None),
        ({"title": ""}, ""),
        ({"title": "A report nobody has coded", "DOI": "10.1000/none"}, "https://example.org/x"),
        ({"title": None, "URL": None, "DOI": None}, None),
    ],
)
def test_other_publications_are_not(csl: dict[str, str | None], url: str | None) -> None:
    assert not learnt_from(csl, url)
