"""Texts of the demonstration are marked wherever they stand, and nothing else is."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kb.citations import sets
from kb.tables import Publication, now
from tests.app.conftest import Opener, html_of
from tests.app.sample_base import Sample, set_called

MARK = "Demonstration: reported in our own words, not a quotation"
BANNER = "holds demonstration texts"
VIEWS = ("search", "evidence_map", "library", "citation_sets", "pipeline")


@pytest.fixture
def replica(sample: Sample) -> Iterator[str]:
    """A publication that is the replica's while it lasts."""
    view = sample.publication("Samverkan")

    def come_from(source_id: str) -> None:
        with sample.store.write() as session:
            row = session.get_one(Publication, view.id)
            row.source_id, row.updated_at = source_id, now()

    come_from("replica-se-kunskap")
    yield view.id
    come_from("no-example")


@pytest.mark.parametrize("view", VIEWS)
def test_every_page_says_that_there_are_such_texts(
    open_view: Opener, replica: str, view: str
) -> None:
    html = html_of(open_view(view))
    assert html.count(BANNER) == 1
    assert html.index("<h1") < html.index(BANNER)


@pytest.mark.parametrize("view", VIEWS)
def test_without_such_texts_no_page_speaks_of_them(open_view: Opener, view: str) -> None:
    html = html_of(open_view(view))
    assert BANNER not in html and MARK not in html


def test_their_passages_are_marked_and_no_others(open_view: Opener, replica: str) -> None:
    own = html_of(open_view(language=["sv"]))
    assert own.count(MARK) == own.count('"sv-quote"') == 2
    assert MARK not in html_of(open_view(language=["nb"]))
    assert html_of(open_view("evidence_map", row="leadership", col="SE")).count(MARK) == 1
    assert MARK in html_of(open_view("library", publication=replica))


def test_a_quotation_in_a_set_is_marked_too(
    open_view: Opener, sample: Sample, replica: str
) -> None:
    set_id = set_called(sample.store, "Demonstrated")
    sets.add_item(sample.store, set_id, replica, sample.passage("Samverkan").id)
    assert MARK in html_of(open_view("citation_sets", set=str(set_id)))
    sets.remove_set(sample.store, set_id)
