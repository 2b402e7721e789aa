"""Saved searches on the search page: saved, listed, opened, marked, renamed, deleted, put back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import update
from streamlit.testing.v1 import AppTest

from kb.gathering_tables import SavedSearchHit
from kb.runs import end_run, list_runs, start_run
from kb.saved_search_hits import Found, _record
from kb.saved_searches import (
    find_search,
    get_search,
    list_searches,
    remove_search,
    save_search,
)
from kb.search.rows import Filters
from kb.tables import now
from tests.app.conftest import Opener, html_of, keys_of
from tests.app.sample_base import HOSTILE, Sample

NAME = f"Taushet æøå þð {HOSTILE[:40]}"


@pytest.fixture
def emptied(sample: Sample) -> Iterator[Sample]:
    """The sample, whose saved searches are removed at the end."""
    yield sample
    for view in list_searches(sample.store):
        remove_search(sample.store, view.id)


@pytest.fixture
def saved(emptied: Sample) -> int:
    """A saved search to which two passages are new."""
    store = emptied.store
    number = save_search(store, NAME, "taushetsplikt", Filters(countries=("NO",)))
    _record(store, get_search(store, number), [], None)
    ids = [emptied.passage("Ledelse", place).id for place in (0, 1)]
    found = [Found(name, rank, True) for rank, name in enumerate(ids, start=1)]
    _record(store, get_search(store, number), found, None)
    return number


def marks(test: AppTest) -> int:
    """How many cards are marked as new."""
    lines = [str(e.value) for e in test.get("html") if 'class="sv-line"' in str(e.value)]
    return sum(">new since last time</span>" in line for line in lines)


def test_a_question_is_saved_with_its_filters(open_view: Opener, emptied: Sample) -> None:
    test = open_view(q="felles budsjett", country=["NO", "SE"], year_from="2015")
    test.text_input(key="save-name").set_value(" Budsjett  þð ")
    test.button(key="save-go").click().run()
    assert not test.exception
    view = find_search(emptied.store, "Budsjett þð")
    assert (view.query, view.owner) == ("felles budsjett", "Kari")
    assert view.filters == Filters(countries=("NO", "SE"), year_from=2015)
    assert view.baseline_at is not None
    html = html_of(test)
    assert "<strong>Budsjett þð</strong>" in html and "nothing new" in html
    assert keys_of(test.text_input, "save-name") == [], "it is saved, and need not be again"


def test_a_taken_name_is_said_and_another_search_can_be_replaced(
    open_view: Opener, emptied: Sample
) -> None:
    number = save_search(emptied.store, "En", "ledelse", Filters())
    test = open_view(q="felles budsjett")
    test.text_input(key="save-name").set_value("En")
    test.button(key="save-go").click().run()
    assert "choose another name" in html_of(test)
    test.selectbox(key="save-instead").set_value(number)
    test.button(key="save-go").click().run()
    assert not test.exception
    assert get_search(emptied.store, number).query == "felles budsjett"
    assert len(list_searches(emptied.store)) == 1


def test_nothing_asked_nothing_to_save(open_view: Opener, emptied: Sample) -> None:
    test = open_view()
    assert keys_of(test.button, "save-go") == []
    assert "Saved searches" not in html_of(test)
    like = open_view(like=emptied.passage("Ledelse").id)
    assert keys_of(like.button, "save-go") == []


def test_the_list_says_what_is_new_and_leads_to_the_search(open_view: Opener, saved: int) -> None:
    test = open_view()
    assert not test.exception
    html = html_of(test)
    assert "2 new" in html and "“taushetsplikt”, Norway" in html
    assert "<script" not in html
    (link,) = [one for one in test.get("page_link") if "Taushet" in str(one.proto.label)]
    assert "taushetsplikt" in str(link.proto) and "NO" in str(link.proto)


def test_an_open_search_marks_and_lists_what_is_new(open_view: Opener, saved: int) -> None:
    test = open_view(q="taushetsplikt", country="NO")
    assert not test.exception
    html = html_of(test)
    assert "2 new" in html and marks(test) == 2
    assert keys_of(test.button, "saved-seen") == [f"saved-seen-{saved}"]
    assert any("What is new" in str(one.proto) for one in test.get("expander"))
    assert marks(open_view(q="taushetsplikt", country="SE")) == 0, "another question"


def test_seen_is_seen_until_it_is_taken_back(open_view: Opener, saved: int) -> None:
    test = open_view(q="taushetsplikt", country="NO")
    test.button(key=f"saved-seen-{saved}").click().run()
    assert marks(test) == 0 and "nothing new" in html_of(test)
    assert "Marked as seen." in html_of(test)
    test.button(key="undo").click().run()
    assert marks(test) == 2


def test_it_is_renamed_or_the_reason_why_not_is_said(
    open_view: Opener, emptied: Sample, saved: int
) -> None:
    save_search(emptied.store, "Annen", "ledelse", Filters())
    test = open_view(q="taushetsplikt", country="NO")
    test.text_input(key=f"saved-name-{saved}").set_value("Annen")
    test.button(key=f"saved-rename-{saved}").click().run()
    assert "choose another name" in html_of(test)
    test.text_input(key=f"saved-name-{saved}").set_value("Ny <i>")
    test.button(key=f"saved-rename-{saved}").click().run()
    assert not test.exception
    assert "Ny &lt;i&gt;" in html_of(test)


def test_it_is_deleted_and_put_back_with_what_is_new(
    open_view: Opener, emptied: Sample, saved: int
) -> None:
    test = open_view()
    test.button(key=f"saved-delete-{saved}").click().run()
    assert list_searches(emptied.store) == []
    test.button(key="undo").click().run()
    assert [view.id for view in list_searches(emptied.store)] == [saved]
    assert "2 new" in html_of(test)


def test_one_whose_filter_the_codebook_lost_can_be_deleted(
    open_view: Opener, emptied: Sample
) -> None:
    number = save_search(emptied.store, "Gammel", "ledelse", Filters(factors=("magic",)))
    test = open_view()
    assert not test.exception
    assert "“ledelse”, magic" in html_of(test)
    test.button(key=f"saved-delete-{number}").click().run()
    assert list_searches(emptied.store) == []


def test_the_feed_can_be_downloaded(open_view: Opener, saved: int) -> None:
    test = open_view(q="taushetsplikt", country="NO")
    assert keys_of(test.download_button, "saved-feed") == [f"saved-feed-{saved}"]


def test_more_news_than_are_drawn_are_counted(
    open_view: Opener, emptied: Sample, saved: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.widgets.saved_searches._MOST_NEWS", 1)
    with emptied.store.write() as session:
        session.execute(update(SavedSearchHit).values(at=now() + timedelta(seconds=1)))
    html = html_of(open_view(q="taushetsplikt", country="NO"))
    assert "and 1 more" in html


def test_the_pipeline_page_says_what_is_new_and_gives_the_report(
    open_view: Opener, emptied: Sample
) -> None:
    before = list_runs(emptied.store, 1)[0].id
    run_id, _ = start_run(emptied.store, "index")
    searches = [
        {"id": 1, "name": f"Ledelse {HOSTILE}", "hits": 9, "new": 4, "error": None},
        {"id": 2, "name": "Feil", "hits": 0, "new": 0, "error": "Expected <a> country."},
    ]
    counts = {"searches": 2, "new": 4, "failed": 1}
    report = {"stages": {"saved_searches": counts}, "saved_searches": searches}
    end_run(emptied.store, run_id, "done", report)
    test = open_view("pipeline", run=str(run_id))
    assert not test.exception
    html = html_of(test)
    assert "New for saved searches" in html and "Expected &lt;a&gt; country." in html
    assert "<script" not in html and '<td class="sv-right">4</td>' in html
    assert keys_of(test.download_button, "changes-") == [f"changes-{run_id}"]
    assert "New for saved searches" not in html_of(open_view("pipeline", run=str(before)))
