"""Deciding about publications on screen: correcting, splitting, joining, removing, undoing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from app.widgets.corrections import correctable
from app.widgets.grouping import markup_key, reason_label
from kb.corrections import FIELDS, correct, list_corrections, written_value
from kb.grouping import join, list_decisions, split
from kb.grouping_reasons import REASONS, reason
from kb.library import list_publications, publication_detail
from kb.removal import list_removed, remove
from kb.store import open_store
from tests.app.conftest import MAIN, PATIENCE_S, html_of, keys_of
from tests.app.sample_base import Sample
from tests.sample import copy_home

OpenOwn = Callable[..., AppTest]


@pytest.fixture
def own(sample: Sample, tmp_path: Path) -> Sample:
    """A copy of the sample that a test may change."""
    settings = copy_home(sample.settings.home, tmp_path / "egen")
    return Sample(settings, open_store(settings))


@pytest.fixture
def open_own(own: Sample, monkeypatch: pytest.MonkeyPatch) -> OpenOwn:
    """Opens the library over that copy, under the name Kari."""
    monkeypatch.setenv("SAMVIRKE_HOME", str(own.settings.home))
    monkeypatch.setenv("SAMVIRKE_USER", "Kari")

    def open_at(**params: str) -> AppTest:
        test = AppTest.from_file(str(MAIN), default_timeout=PATIENCE_S)
        test.switch_page("views/library.py")
        for name, value in params.items():
            test.query_params[name] = value
        return test.run()

    return open_at


def test_a_field_is_corrected_shown_and_taken_back(own: Sample, open_own: OpenOwn) -> None:
    view = own.publication("Ledelse")
    test = open_own(publication=view.id)
    test.selectbox(key=f"correct-field-{view.id}").set_value("issued").run()
    value = test.text_input(key=f"correct-value-{view.id}-issued")
    assert value.value == "2019"
    value.set_value("2018")
    test.text_input(key=f"correct-why-{view.id}-issued").set_value("står på omslaget")
    test.button(key=f"correct-save-{view.id}-issued").click().run()
    assert not test.exception
    html = html_of(test)
    assert "Year is corrected." in html
    assert "given by a person" in html and "står på omslaget" in html
    (act,) = list_corrections(own.store, view.id)
    assert (act.field, act.by, act.stands) == ("issued", "Kari", True)
    test.button(key=f"correct-undo-{view.id}-issued").click().run()
    assert "The correction of Year is taken back." in html_of(test)
    assert publication_detail(own.store, view.id).view.csl["issued"] == {"date-parts": [[2019]]}


def test_what_cannot_be_is_said_in_one_sentence(own: Sample, open_own: OpenOwn) -> None:
    view = own.publication("Ledelse")
    test = open_own(publication=view.id)
    test.selectbox(key=f"correct-field-{view.id}").set_value("ISBN").run()
    test.text_input(key=f"correct-value-{view.id}-ISBN").set_value("123")
    test.button(key=f"correct-save-{view.id}-ISBN").click().run()
    assert "Expected an ISBN whose check digit is right, found &#x27;123&#x27;." in html_of(test)
    assert list_corrections(own.store, view.id) == []


def test_a_field_can_be_said_to_be_missing(own: Sample, open_own: OpenOwn) -> None:
    view = own.publication("Ledelse")
    test = open_own(publication=view.id)
    test.selectbox(key=f"correct-field-{view.id}").set_value("author").run()
    assert test.text_area(key=f"correct-value-{view.id}-author").value == "Berg, Ida"
    test.button(key=f"correct-none-{view.id}-author").click().run()
    assert "author" not in publication_detail(own.store, view.id).view.csl


def test_two_publications_are_joined_and_split_again(own: Sample, open_own: OpenOwn) -> None:
    kept, other = own.publication("Ledelse").id, own.publication("Samverkan").id
    test = open_own(publication=kept)
    test.text_input(key=f"join-text-{kept}").set_value("samverkan").run()
    test.button(key=f"join-{kept}-{other}").click().run()
    assert not test.exception
    html = html_of(test)
    assert "They are one publication now" in html
    assert "Found at 2 places and taken for one publication" in html
    assert "Joined by Kari" in html and "put here by Kari" in html
    assert publication_detail(own.store, other).view.id == kept
    item = publication_detail(own.store, kept).items[1].key
    test.checkbox(key=f"split-{kept}-{markup_key(item)}").check()
    test.button(key=f"split-go-{kept}").click().run()
    assert "It is two publications now" in html_of(test)
    assert len(publication_detail(own.store, kept).items) == 1
    test.button(key="undo").click().run()
    assert len(publication_detail(own.store, kept).items) == 2
    test.button(key=f"grouping-undo-{kept}").click().run()
    assert publication_detail(own.store, other).view.id == other
    assert [act.stands for act in list_decisions(own.store, kept)] == [False, False]


def test_why_an_act_cannot_be_taken_back_yet_is_said(own: Sample, open_own: OpenOwn) -> None:
    kept, other = own.publication("Ledelse").id, own.publication("Samverkan").id
    join(own.store, kept, other, "Kari")
    item = publication_detail(own.store, kept).items[1].key
    new = split(own.store, kept, [item], "Kari")
    join(own.store, new, own.publication("Yhteinen").id, "Åsa")
    test = open_own(publication=kept)
    test.button(key=f"grouping-undo-{kept}").click().run()
    assert not test.exception
    html = html_of(test)
    assert "Åsa decided a join" in html and "Taken back;" not in html
    assert all(act.stands for act in list_decisions(own.store, kept))


def test_splitting_nothing_or_everything_is_explained(own: Sample, open_own: OpenOwn) -> None:
    kept, other = own.publication("Ledelse").id, own.publication("Samverkan").id
    join(own.store, kept, other, "Kari")
    test = open_own(publication=kept)
    test.button(key=f"split-go-{kept}").click().run()
    assert "at least one item" in html_of(test)
    for key in keys_of(test.checkbox, f"split-{kept}"):
        test.checkbox(key=key).check()
    test.button(key=f"split-go-{kept}").click().run()
    assert "something to be left" in html_of(test)


def test_a_publication_is_removed_with_a_reason_and_a_yes(own: Sample, open_own: OpenOwn) -> None:
    view = own.publication("Yhteinen")
    test = open_own(publication=view.id)
    test.button(key=f"remove-go-{view.id}").click().run()
    assert "Give a reason and tick the box first." in html_of(test)
    assert list_removed(own.store) == []
    test.text_input(key=f"remove-reason-{view.id}").set_value("trukket <b>tilbake</b>")
    test.checkbox(key=f"remove-sure-{view.id}").check()
    test.button(key=f"remove-go-{view.id}").click().run()
    assert not test.exception
    html = html_of(test)
    assert "Removed by Kari" in html and "trukket &lt;b&gt;tilbake&lt;/b&gt;" in html
    assert "Nobody had coded or cited it." in html
    assert "sv-passage" not in html
    assert view.id not in {one.id for one in list_publications(own.store)}
    listed = open_own()
    assert [e.label for e in listed.expander] == ["1 removed publication"]
    assert "Removed by Kari" in html_of(listed)


def test_search_hides_a_removed_publication_at_once(own: Sample, open_own: OpenOwn) -> None:
    view = own.publication("Yhteinen")
    passage = own.passage("Yhteinen")
    remove(own.settings, own.store, view.id, reason="feil", by="Kari")
    test = AppTest.from_file(str(MAIN), default_timeout=PATIENCE_S)
    test.query_params["q"] = "yhteinen johtaminen perhekeskuksessa"
    assert "Yhteinen johtaja" not in html_of(test.run())
    again = open_own(passage=passage.id)
    assert not again.exception


def test_reasons_are_said_in_words_and_unknown_ones_as_they_stand() -> None:
    details = {"by": "Kari", "item": "http://a.no/1", "value": "10.1/x", "percent": 93}
    said = {code: reason_label(reason(code, **details)) for code in REASONS}
    assert all(said.values()) and len(set(said.values())) == len(REASONS)
    assert said["text"] == "nearly the same text (93 %)"
    assert said["new"] == "found first"
    assert reason_label("known at this address") == "known at this address"
    assert reason_label(None) == ""


def test_every_field_that_can_be_corrected_has_a_name_and_is_shown_as_it_is_written() -> None:
    assert set(correctable()) == set(FIELDS.values())
    assert written_value("author", [{"family": "Ås", "given": "Bo"}, {"literal": "Fafo"}, "x"]) == (
        "Ås, Bo; Fafo"
    )
    assert written_value("issued", {"date-parts": [[2018]]}) == "2018"
    assert written_value("countries", ["NO", "SE"]) == "NO, SE"
    assert written_value("title", None) == ""


def test_hostile_words_of_a_person_stay_words(own: Sample, open_own: OpenOwn) -> None:
    view = own.publication("Ledelse")
    correct(own.store, view.id, "publisher", "<img src=x onerror=alert(1)>", "<i>Per</i>", "**b**")
    html = html_of(open_own(publication=view.id))
    assert "<img" not in html and "<i>Per" not in html
    assert "&lt;img src=x" in html
