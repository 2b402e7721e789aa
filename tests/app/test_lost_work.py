"""The library shows work that lost its passage: its words, whose it is and when; as text."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from app.i18n import moment
from app.widgets.lost_work import citation_line, quoted
from kb.citations import sets
from kb.coding.codings import record_coding
from kb.knowledge_base import open_knowledge_base
from kb.needs_look import LostCitation
from kb.tables import CitationItem, Coding, Passage
from tests.app.conftest import Opener, html_of
from tests.app.sample_base import Sample, set_called

AT = datetime(2026, 1, 2, 12, tzinfo=UTC)


@pytest.fixture
def lost(sample: Sample) -> Iterator[str]:
    """A publication with a coding and a citation of a passage that is retired while it lasts."""
    view, passage = sample.publication("Samverkan"), sample.passage("Samverkan", 1)
    codebook = open_knowledge_base(sample.settings).codebook
    coding = record_coding(
        sample.store,
        codebook,
        passage.id,
        factor="leadership",
        direction="barrier",
        act="reject",
        coder="<b>Ola",
    )
    set_id = set_called(sample.store, "Lost and found")
    item = sets.add_item(sample.store, set_id, view.id, passage.id)

    def retire(at: datetime | None) -> None:
        with sample.store.write() as session:
            session.get_one(Passage, passage.id).retired_at = at

    retire(AT)
    yield view.id
    retire(None)
    with sample.store.write() as session:
        session.delete(session.get_one(Coding, coding))
        session.delete(session.get_one(CitationItem, item))
    sets.remove_set(sample.store, set_id)


def test_a_publication_shows_what_lost_its_passage(open_view: Opener, lost: str) -> None:
    test = open_view("library", publication=lost)
    assert not test.exception
    html = html_of(test)
    assert "Needs a look" in html
    assert "2 pieces of work lost their passage" in html
    assert html.count("När chefen för den ena") == 2
    assert "“Leadership: barrier” rejected by &lt;b&gt;Ola" in html
    assert any(link.proto.label == "Lost and found" for link in test.get("page_link"))


def test_a_publication_whose_work_stands_says_nothing(open_view: Opener, sample: Sample) -> None:
    view = sample.publication("Samverkan")
    assert "Needs a look" not in html_of(open_view("library", publication=view.id))


def test_a_citation_says_whose_set_it_is_in() -> None:
    mine = LostCitation("Words", 1, "Chapter 4", "Åse", AT)
    assert citation_line(mine) == f"In Åse's citation set “Chapter 4”, {moment(AT)}"
    nobodys = LostCitation("Words", 1, "Chapter 4", None, AT)
    assert citation_line(nobodys).startswith("In the citation set “Chapter 4”")
    assert "&lt;i&gt;" in quoted("<i>", "line")
