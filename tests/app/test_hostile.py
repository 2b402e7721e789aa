"""A hostile publication, opened on every page: its text is shown, and none of it is obeyed."""

from __future__ import annotations

import re
from typing import Any

import pytest

from app import markup
from kb.citations import sets
from tests.app.conftest import Opener, html_of
from tests.app.sample_base import HOSTILE, Sample, set_called
from tests.app.test_markup import Reader

ALLOWED = {
    "h1", "h2", "h3", "h4", "p", "span", "strong", "small", "blockquote", "footer", "mark", "a",
    "br", "dl", "dt", "dd", "div", "table", "caption", "tr", "th", "td", "code",
}  # fmt: skip


def labels_of(test: Any) -> list[str]:
    """Every label that Streamlit would read as markdown."""
    kinds = ("page_link", "button", "download_button", "menu_button", "expander", "button_group")
    found = []
    for kind in kinds:
        for element in test.get(kind):
            proto = getattr(element, "proto", None)
            found.append(str(getattr(proto, "label", "")))
    return found


def check_page(test: Any) -> None:
    """Nothing hostile became markup on this page."""
    assert not test.exception
    read = Reader(html_of(test))
    assert set(read.tags) <= ALLOWED
    assert not any(name.startswith("on") or name == "style" for name, _ in read.attributes)
    for name, value in read.attributes:
        if name in ("href", "src"):
            assert re.match(r"https?://", value or "")
    for label in labels_of(test):
        bare = re.sub(r"\\[!-/:-@\[-`{-~]", "", label)
        assert not re.search(r"[<>$`*\[\]]", bare), label
    assert not any("<script" in str(m.value) for m in test.markdown)


@pytest.mark.parametrize("language", ["en", "sv"])
def test_in_search(open_view: Opener, language: str) -> None:
    test = open_view(q="leadership matters", country=["IS"], lang=language)
    check_page(test)
    assert HOSTILE in Reader(html_of(test)).text.replace("\n", " ")
    assert markup.label(f"Hostile {HOSTILE}") in labels_of(test)


def test_as_the_question_itself(open_view: Opener) -> None:
    test = open_view(q=HOSTILE, group="publication")
    check_page(test)
    assert test.text_input(key="q-text").value == HOSTILE


@pytest.mark.parametrize(
    "params",
    [
        {"factor": HOSTILE},
        {"country": HOSTILE},
        {"language": HOSTILE},
        {"lang": HOSTILE},
        {"year_from": HOSTILE},
        {"passage": HOSTILE},
    ],
)
def test_in_the_address(open_view: Opener, params: dict[str, str]) -> None:
    check_page(open_view(**params))


def test_in_the_map(open_view: Opener) -> None:
    check_page(open_view("evidence_map", row="culture", col="IS"))
    check_page(open_view("evidence_map", rows=HOSTILE, cols=HOSTILE, row=HOSTILE, col=HOSTILE))


def test_in_the_library(open_view: Opener, sample: Sample) -> None:
    check_page(open_view("library"))
    check_page(open_view("library", text=HOSTILE, verdict=HOSTILE))
    check_page(open_view("library", publication=sample.publication("Hostile").id))
    test = open_view("library", passage=sample.passage("Hostile").id)
    check_page(test)
    assert "javascript" not in " ".join(
        value or "" for name, value in Reader(html_of(test)).attributes if name == "href"
    )


def test_in_a_citation_set(open_view: Opener, sample: Sample) -> None:
    set_id = set_called(sample.store, HOSTILE)
    passage = sample.passage("Hostile")
    item = sets.add_item(sample.store, set_id, passage.publication_id, passage.id)
    try:
        check_page(open_view("citation_sets", set=str(set_id)))
        check_page(open_view(q="leadership"))
    finally:
        sets.remove_item(sample.store, item)
        sets.remove_set(sample.store, set_id)


def test_in_the_pipeline(open_view: Opener) -> None:
    test = open_view("pipeline", run="1")
    check_page(test)
    assert HOSTILE in Reader(html_of(test)).text
