"""The Screening page: who waits, verdicts under a name with undo, the flow and its downloads."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from streamlit.testing.v1 import AppTest

from kb.library import list_publications
from kb.screening import history
from tests.app.conftest import Opener, html_of, keys_of
from tests.app.sample_base import Sample


@pytest.fixture
def waiting(sample: Sample) -> Iterator[str]:
    """The publication that was left out by the machine; verdicts given here are taken back."""
    (view,) = [v for v in list_publications(sample.store) if v.verdict == "exclude"]
    yield view.id
    with sample.store.write() as session:
        from kb.tables import Screening

        for row in session.query(Screening).filter_by(publication_id=view.id, by="Kari"):
            session.delete(row)


def verdict_of(sample: Sample, publication_id: str) -> tuple[str | None, str | None]:
    """The verdict that counts, and whose it is."""
    (view,) = [v for v in list_publications(sample.store) if v.id == publication_id]
    return view.verdict, view.verdict_by


def shown(test: AppTest) -> list[str]:
    """Titles of the publications drawn."""
    return [str(link.proto.label) for link in test.get("page_link")]


def test_it_opens_on_those_that_wait(open_view: Opener) -> None:
    test = open_view("screening")
    assert not test.exception
    html = html_of(test)
    assert "publication" in html
    assert "sv-problem" not in html


def test_the_machines_reasons_stand_beside_what_it_left_out(
    open_view: Opener, waiting: str
) -> None:
    test = open_view("screening", verdict="exclude")
    assert shown(test) == ["Installing a printer"]
    html = html_of(test)
    assert "sv-reasons" in html
    assert keys_of(test.button, "include-") == [f"include-{waiting}"]


def test_including_is_kept_under_the_name_and_undone(
    open_view: Opener, sample: Sample, waiting: str
) -> None:
    test = open_view("screening", verdict="exclude")
    test.button(key=f"include-{waiting}").click().run()
    assert not test.exception
    assert verdict_of(sample, waiting) == ("include", "Kari")
    assert "search finds it after the next refresh" in html_of(test)
    test.button(key="undo").click().run()
    assert verdict_of(sample, waiting) == ("exclude", "machine")
    assert [act.verdict for act in history(sample.store, waiting)][-2:] == ["include", "withdrawn"]


def test_leaving_out_needs_a_reason(open_view: Opener, sample: Sample, waiting: str) -> None:
    test = open_view("screening", verdict="exclude")
    assert test.button(key=f"exclude-{waiting}").disabled
    test.radio(key=f"exclude-reason-{waiting}-0").set_value("not_nordic").run()
    test.text_input(key=f"exclude-comment-{waiting}-0").set_value("<b>Skottland</b>").run()
    test.button(key=f"exclude-{waiting}").click().run()
    assert not test.exception
    assert verdict_of(sample, waiting) == ("exclude", "Kari")
    people = open_view("screening", verdict="people")
    html = html_of(people)
    assert "&lt;b&gt;Skottland&lt;/b&gt;" in html
    assert "<b>Skottland" not in html
    people.button(key=f"withdraw-{waiting}").click().run()
    assert verdict_of(sample, waiting) == ("exclude", "machine")


def test_an_empty_list_says_so(open_view: Opener) -> None:
    test = open_view("screening", verdict="people")
    assert "No publication has this verdict." in html_of(test)


def test_the_flow_is_drawn_and_offered(open_view: Opener) -> None:
    test = open_view("screening")
    assert keys_of(test.get("download_button"), "flow-") or test.get("download_button")
    assert test.get("imgs") or test.get("image")
