"""Single widgets: the pager, the words of a map, the tables of a record."""

from __future__ import annotations

from dataclasses import replace

import pytest
from streamlit.testing.v1 import AppTest

from app.labels import dimension_label, makers_label, status_label, verdict_label
from app.query import DIMENSIONS, Query
from app.widgets.filters import in_order
from app.widgets.map_view import filters_in_words, map_labels
from app.widgets.page import table
from app.widgets.page_view import media_type_of
from app.widgets.pager import page_of
from app.widgets.record import address_table, kind_label, origin_label, role_label
from kb.knowledge_base import KnowledgeBase, open_knowledge_base
from kb.library import publication_detail
from tests.app.conftest import Opener, html_of
from tests.app.sample_base import Sample
from tests.app.test_markup import Reader


@pytest.fixture(scope="module")
def kb(sample: Sample) -> KnowledgeBase:
    """The small knowledge base, opened as the app opens it."""
    return open_knowledge_base(sample.settings)


@pytest.mark.parametrize(
    ("count", "page", "size", "shown", "number", "pages"),
    [
        (25, 1, 10, range(10), 1, 3),
        (25, 3, 10, range(20, 25), 3, 3),
        (25, 99, 10, range(20, 25), 3, 3),
        (25, -1, 10, range(10), 1, 3),
        (10, 2, 10, range(10), 1, 1),
        (0, 1, 10, range(0), 1, 1),
    ],
)
def test_a_list_is_cut_into_pages(
    count: int, page: int, size: int, shown: range, number: int, pages: int
) -> None:
    assert page_of(list(range(count)), page, size) == (list(shown), number, pages)


def show_pager() -> None:
    """A page that only pages."""
    from app import state
    from app.widgets.pager import pager

    pager(5, state.asked().page)


def test_turning_a_page_goes_to_the_address_and_keeps_the_rest() -> None:
    test = AppTest.from_function(show_pager)
    test.query_params["q"] = "ledelse"
    test.query_params["row"] = "culture"
    test.query_params["rows"] = "factor"
    test.run()
    (control,) = test.get("pagination")
    control.set_value(3).run()
    assert not test.exception
    found = dict(test.query_params.items())
    assert {
        name: value if isinstance(value, str) else value[0] for name, value in found.items()
    } == {
        "q": "ledelse",
        "row": "culture",
        "rows": "factor",
        "page": "3",
    }
    (control,) = test.get("pagination")
    assert control.value == 3


def test_long_publications_show_all_their_passages_when_asked(
    open_view: Opener, sample: Sample
) -> None:
    test = open_view("library", publication=sample.publication("Installing").id)
    assert html_of(test).count("sv-passage") == 20
    next(b for b in test.button if b.label == "Show all 25 passages").click().run()
    assert html_of(test).count("sv-passage") == 25


def test_a_map_says_its_filters_in_words(kb: KnowledgeBase) -> None:
    assert filters_in_words(kb, Query()) == ""
    query = Query(factor=("leadership", "culture"), year_from=2015, verified=True)
    assert filters_in_words(kb, query) == (
        "Factor: Leadership, Culture; Years: 2015–; checked by a person"
    )


@pytest.mark.parametrize("rows", [name for name in DIMENSIONS if name != "country"])
def test_every_row_and_column_of_a_map_has_a_name(kb: KnowledgeBase, rows: str) -> None:
    evidence = kb.evidence_map(rows=rows, cols="country")
    labels = map_labels(kb, evidence, Query())
    assert set(labels.rows) == set(evidence.rows)
    assert labels.cols["NO"] == "Norway"
    assert all(labels.rows.values())
    assert dimension_label(rows) != rows


def test_filter_values_stand_in_the_codebooks_order(kb: KnowledgeBase) -> None:
    assert in_order(kb, "factor", ["culture", "leadership", "culture"]) == [
        "leadership",
        "culture",
    ]
    assert in_order(kb, "language", ["sv", "nb", "sv"]) == ["sv", "nb"]


def test_makers_are_said_once() -> None:
    institute = [{"literal": "Institute"}]
    assert makers_label({"author": institute, "publisher": "Institute"}) == "Institute"
    assert makers_label({"author": institute, "publisher": "Press"}) == "Institute · Press"
    assert makers_label({"container-title": "Journal"}) == "Journal"
    assert makers_label({}) == ""


def test_unknown_words_of_the_record_are_shown_as_they_are() -> None:
    for label in (status_label, kind_label, origin_label, role_label, dimension_label):
        assert label("something-new") == "something-new"
    assert verdict_label("something-new") == verdict_label(None) == "Not screened"


def test_addresses_show_what_was_seen_and_what_is_gone(kb: KnowledgeBase, sample: Sample) -> None:
    detail = publication_detail(kb.store, sample.publication("Ledelse").id)
    (address,) = detail.addresses
    assert "gone" not in address_table([address])
    gone = replace(address, gone_at=address.last_seen, role="landing")
    html = address_table([gone])
    assert "landing page" in html and "sv-gone" in html
    upload = replace(address, url="upload:" + "0" * 64, filename="<b>mine.pdf")
    read = Reader(address_table([upload]))
    assert "a" not in read.tags and "<b>mine.pdf" in read.text
    assert media_type_of(detail, address.sha256) == "application/pdf"
    assert media_type_of(detail, "0" * 64) is None


def test_a_table_escapes_its_heads_and_marks_columns_of_numbers() -> None:
    html = table(("<i>", "Count"), "<tr><td>a</td><td>1</td></tr>", numbers=(1,))
    read = Reader(html)
    assert "i" not in read.tags
    assert ("class", "sv-right") in read.attributes
