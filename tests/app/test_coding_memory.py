"""Who codes and where is remembered by the browser's tab; a name nobody knows is asked about."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from kb.coding.rounds import create_round
from tests.app.conftest import Opener, html_of, keys_of
from tests.app.sample_base import Sample, build_sample


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sample]:
    """A knowledge base of this module's own: its round says who codes."""
    built = build_sample(tmp_path_factory.mktemp("memory") / "home")
    places = [built.passage("Samverkan").id]
    create_round(built.store, "Names", places, ["Åse Ærø", "Ola"], by="Ola")
    yield built
    built.store.close()


@pytest.fixture
def unnamed(open_view: Opener, monkeypatch: pytest.MonkeyPatch) -> Opener:
    """Opens views for somebody who has not said their name."""
    monkeypatch.delenv("SAMVIRKE_USER")
    return open_view


def give(test: AppTest, name: str) -> None:
    """Give a name where it is asked for."""
    test.text_input(key="coding-name").set_value(name)
    (go,) = [one for one in test.button if one.label == "Continue"]
    go.click().run()
    assert not test.exception


def test_a_known_coder_goes_on_at_once(unnamed: Opener) -> None:
    test = unnamed("coding")
    give(test, "  Åse  Ærø ")
    assert test.session_state["state-coder"] == "Åse Ærø"
    assert "New coder?" not in html_of(test)


@pytest.mark.parametrize(
    ("button", "coder"), [("coder-new", "Åse Æro"), ("coder-known-0", "Åse Ærø")]
)
def test_an_unknown_name_is_asked_about_once(unnamed: Opener, button: str, coder: str) -> None:
    test = unnamed("coding")
    give(test, "Åse Æro")
    assert "New coder?" in html_of(test)
    assert keys_of(test.button, "coder-") == ["coder-new", "coder-known-0"]
    test.button(key=button).click().run()
    assert test.session_state["state-coder"] == coder
    assert "New coder?" not in html_of(test)


def _take() -> None:
    import streamlit as st

    from app.widgets.coding_memory import take

    take(st.session_state["sent"])


@pytest.mark.parametrize(
    ("sent", "coder"),
    [
        ({"name": "Åse Ærø", "address": "a", "passage": "p"}, "Åse Ærø"),
        ({"name": "\u202eesÅ"}, None),
        ({"name": "x" * 300}, None),
        ({}, None),
    ],
)
def test_only_a_name_that_coders_may_have_is_taken(sent: dict[str, Any], coder: str | None) -> None:
    test = AppTest.from_function(_take)
    test.session_state["sent"] = sent
    test.run()
    assert not test.exception
    assert ("state-coder" in test.session_state) is (coder is not None)
    assert coder is None or test.session_state["state-coder"] == coder
    assert ("state-coding-place" in test.session_state) is (coder is not None)


def _recall() -> None:
    import streamlit as st

    from app.widgets.coding_memory import recall, take

    st.session_state["runs"] = st.session_state.get("runs", 0) + 1
    if "sent" in st.session_state:
        take(st.session_state.pop("sent"))
    recall()


@pytest.mark.parametrize(("sent", "runs"), [({"name": "Åse Ærø"}, 2), ({}, 1)])
def test_the_page_is_drawn_again_only_where_something_was_kept(
    sent: dict[str, Any], runs: int
) -> None:
    test = AppTest.from_function(_recall)
    test.session_state["sent"] = sent
    test.run()
    assert not test.exception
    assert test.session_state["runs"] == runs
