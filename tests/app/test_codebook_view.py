"""The Codebook page: codes with uses, acts under a name with undo, history, files."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from app.widgets.codebook_history import said
from kb.active_codebook import active_codebook
from kb.codebook_editing import changes_of, undo_change
from tests.app.conftest import Opener, html_of
from tests.app.sample_base import Sample


@pytest.fixture(autouse=True)
def _unchanged(sample: Sample) -> Iterator[None]:
    """The sample is shared: what a test changes is taken back."""
    yield
    while any(stands and one.act != "undo" for one, stands in changes_of(sample.store)):
        undo_change(sample.store, by="test")


def acts(sample: Sample) -> list[tuple[str, str, str]]:
    return [(one.act, one.code, one.by) for one, _ in changes_of(sample.store)]


def test_it_shows_codes_with_meaning_and_uses(open_view: Opener) -> None:
    test = open_view("codebook")
    assert not test.exception
    html = html_of(test)
    assert "Leadership" in html and "Codings by people" in html and "sv-problem" not in html


def test_a_rename_is_kept_under_the_name_and_undone(open_view: Opener, sample: Sample) -> None:
    test = open_view("codebook")
    test.session_state["state-coder"] = "Kari Ø"
    test.text_input(key="codebook-label-factors-rename-leadership").set_value("<b>Styring</b>")
    test.button(key="codebook-do-factors-rename-leadership").click().run()
    assert not test.exception
    assert acts(sample)[0] == ("rename", "leadership", "Kari Ø")
    book = active_codebook(sample.store)
    assert book.label("factors", "leadership", "en") == "<b>Styring</b>"
    html = html_of(test)
    assert "&lt;b&gt;Styring&lt;/b&gt;" in html and "<b>Styring</b></b>" not in html


def test_what_cannot_be_done_is_said(open_view: Opener, sample: Sample) -> None:
    before = acts(sample)
    test = open_view("codebook")
    test.session_state["state-coder"] = "Kari"
    test.text_input(key="codebook-id-factors-rename-leadership").set_value("culture")
    test.button(key="codebook-do-factors-rename-leadership").click().run()
    assert not test.exception
    assert acts(sample) == before


def test_the_history_names_each_act(sample: Sample) -> None:
    for change, _ in changes_of(sample.store):
        assert said(change)
