"""Citation sets: made, filled from search, ordered, noted, emptied with undo."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from streamlit.testing.v1 import AppTest

from kb.citations import sets
from tests.app.conftest import Opener, html_of, keys_of
from tests.app.sample_base import Sample, set_called


@pytest.fixture
def filled(sample: Sample, request: pytest.FixtureRequest) -> Iterator[int]:
    """A set of two passages and a publication, removed at the end."""
    set_id = set_called(sample.store, f"Kapittel 3, {request.node.name}")
    for start, number in (("Ledelse", 1), ("Samverkan", 0)):
        passage = sample.passage(start, number)
        sets.add_item(sample.store, set_id, passage.publication_id, passage.id)
    sets.add_item(sample.store, set_id, sample.publication("Yhteinen").id)
    yield set_id
    for item in sets.list_items(sample.store, set_id):
        sets.remove_item(sample.store, item.id)
    sets.remove_set(sample.store, set_id)


def order(test: AppTest) -> list[str]:
    """The titles of a set's items, in order, without their numbers."""
    links = [str(link.proto.label) for link in test.get("page_link")]
    return [text.split(" ", 1)[1].split()[0] for text in links if text[:1].isdigit()]


def test_it_opens_empty_and_says_how_to_begin(open_view: Opener) -> None:
    test = open_view("citation_sets")
    assert not test.exception
    assert "No citation set yet" in html_of(test)


def test_a_new_set_is_made_and_a_taken_name_refused(open_view: Opener, sample: Sample) -> None:
    test = open_view("citation_sets")
    test.text_input(key="sv-set-name").set_value("Innledning")
    next(b for b in test.button if b.label == "Create the set").click().run()
    assert not test.exception
    (made,) = [view for view in sets.list_sets(sample.store) if view.name == "Innledning"]
    assert made.owner == "Kari"
    assert "This set is empty" in html_of(test)
    test.text_input(key="sv-set-name").set_value(" Innledning ")
    next(b for b in test.button if b.label == "Create the set").click().run()
    assert "choose another name" in html_of(test)
    test.button(key=f"remove-set-{made.id}").click().run()
    assert sets.list_sets(sample.store) == []


def test_a_set_is_renamed_or_the_reason_why_not_is_said(
    open_view: Opener, sample: Sample, filled: int
) -> None:
    other = sets.create_set(sample.store, "Other")
    test = open_view("citation_sets", set=str(filled))
    test.text_input(key=f"rename-{filled}").set_value("Other")
    next(b for b in test.button if b.label == "Rename").click().run()
    assert "choose another name" in html_of(test)
    test.text_input(key=f"rename-{filled}").set_value("Kapittel 9 <i>")
    next(b for b in test.button if b.label == "Rename").click().run()
    assert not test.exception
    assert "Kapittel 9 &lt;i&gt;" in html_of(test)
    sets.remove_set(sample.store, other)


def test_a_set_shows_its_quotations_with_pages_and_files(open_view: Opener, filled: int) -> None:
    test = open_view("citation_sets", set=str(filled))
    assert not test.exception
    assert order(test) == ["Ledelse", "Samverkan", "Yhteinen"]
    html = html_of(test)
    assert "3 items" in html
    assert "Taushetsplikten" in html and "p. 12" in html
    assert len(keys_of(test.download_button, "download-")) == 3
    labels = [button.label for button in test.download_button]
    assert labels == ["RIS", "BibTeX", "CSL-JSON"]


def test_items_are_ordered_by_hand(open_view: Opener, sample: Sample, filled: int) -> None:
    test = open_view("citation_sets", set=str(filled))
    first, second, third = [item.id for item in sets.list_items(sample.store, filled)]
    assert test.button(key=f"move--1-{first}").disabled
    assert test.button(key=f"move-1-{third}").disabled
    test.button(key=f"move-1-{first}").click().run()
    assert order(test) == ["Samverkan", "Ledelse", "Yhteinen"]
    test.button(key=f"move--1-{third}").click().run()
    assert [item.id for item in sets.list_items(sample.store, filled)] == [second, third, first]


def test_a_note_is_kept(open_view: Opener, sample: Sample, filled: int) -> None:
    test = open_view("citation_sets", set=str(filled))
    item = sets.list_items(sample.store, filled)[0]
    test.text_input(key=f"note-{item.id}").set_value("Til avsnittet om taushetsplikt").run()
    assert sets.list_items(sample.store, filled)[0].note == "Til avsnittet om taushetsplikt"
    again = open_view("citation_sets", set=str(filled))
    assert again.text_input(key=f"note-{item.id}").value == "Til avsnittet om taushetsplikt"


def test_removing_is_undone(open_view: Opener, sample: Sample, filled: int) -> None:
    test = open_view("citation_sets", set=str(filled))
    item = sets.list_items(sample.store, filled)[1]
    test.button(key=f"remove-{item.id}").click().run()
    assert order(test) == ["Ledelse", "Yhteinen"]
    assert "Removed from the set." in html_of(test)
    test.button(key="undo").click().run()
    assert order(test) == ["Ledelse", "Samverkan", "Yhteinen"]
    test.button(key=f"remove-set-{filled}").click().run()
    assert "No citation set yet" in html_of(test)
    test.button(key="undo").click().run()
    assert order(test) == ["Ledelse", "Samverkan", "Yhteinen"]


def test_what_is_gone_says_so(open_view: Opener, sample: Sample, filled: int) -> None:
    item = sets.list_items(sample.store, filled)[0]
    with sample.store.write() as session:
        session.connection().exec_driver_sql(
            f"UPDATE citation_item SET needs_look = 1 WHERE id = {int(item.id)}"
        )
    test = open_view("citation_sets", set=str(filled))
    assert "needs a look" in html_of(test)
    assert "Taushetsplikten" in html_of(test)


def test_a_passage_goes_from_search_into_a_set(
    open_view: Opener, sample: Sample, filled: int
) -> None:
    passage = sample.passage("Confidentiality", 0)
    test = open_view(q="confidentiality obstacle")
    (menu,) = [m for m in test.get("menu_button") if str(m.key) == f"cite-hit-{passage.id}"]
    menu.click(filled).run()
    assert not test.exception
    assert "Added to “Kapittel 3" in html_of(test)
    items = sets.list_items(sample.store, filled)
    assert items[-1].passage_id == passage.id
    assert items[-1].quote == passage.text
    test.button(key="undo").click().run()
    assert len(sets.list_items(sample.store, filled)) == 3


def test_what_stands_in_a_set_already_is_not_undone_out_of_it(
    open_view: Opener, sample: Sample, filled: int
) -> None:
    before = sets.list_items(sample.store, filled)
    passage_id = next(item.passage_id for item in before if item.passage_id)
    test = open_view("library", passage=str(passage_id))
    (menu,) = [m for m in test.get("menu_button") if str(m.key) == f"cite-open-{passage_id}"]
    menu.click(filled).run()
    assert "Already in “Kapittel 3" in html_of(test)
    assert "undo" not in [str(button.key) for button in test.button]
    test.button(key="undo-close").click().run()
    assert sets.list_items(sample.store, filled) == before


def test_a_name_that_is_too_long_is_refused_with_its_length(open_view: Opener) -> None:
    test = open_view("citation_sets")
    test.text_input(key="sv-set-name").set_value("x" * 121)
    next(b for b in test.button if b.label == "Create the set").click().run()
    assert "at most 120 characters, the one given has 121" in html_of(test)


def test_a_passage_goes_into_a_set_that_is_named_on_the_way(
    open_view: Opener, sample: Sample
) -> None:
    passage = sample.passage("Confidentiality", 0)
    test = open_view(q="confidentiality obstacle")
    (menu,) = [m for m in test.get("menu_button") if str(m.key) == f"cite-hit-{passage.id}"]
    menu.click(0).run()
    test.text_input(key="sv-set-name").set_value("Underveis")
    next(b for b in test.button if b.label == "Create the set").click().run()
    assert not test.exception
    set_id = sets.find_set(sample.store, "Underveis")
    assert [item.passage_id for item in sets.list_items(sample.store, set_id)] == [passage.id]
    sets.remove_set(sample.store, set_id)


def test_a_set_that_is_not_there_falls_back_to_the_first(open_view: Opener, filled: int) -> None:
    for wanted in ("99999", "x", "-1"):
        test = open_view("citation_sets", set=wanted)
        assert not test.exception
        assert "Kapittel 3" in html_of(test)


def test_undo_is_offered_where_the_thing_was_done_only(
    open_view: Opener, sample: Sample, filled: int
) -> None:
    test = open_view("citation_sets", set=str(filled))
    item = sets.list_items(sample.store, filled)[0]
    test.button(key=f"remove-{item.id}").click().run()
    assert keys_of(test.button, "undo") == ["undo", "undo-close"]
    test.switch_page("views/library.py").run()
    assert keys_of(test.button, "undo") == []
    test.switch_page("views/citation_sets.py").run()
    assert keys_of(test.button, "undo") == []


def test_what_was_done_can_be_left_as_it_is(open_view: Opener, sample: Sample, filled: int) -> None:
    test = open_view("citation_sets", set=str(filled))
    item = sets.list_items(sample.store, filled)[0]
    test.button(key=f"remove-{item.id}").click().run()
    test.button(key="undo-close").click().run()
    assert keys_of(test.button, "undo") == []
    assert len(sets.list_items(sample.store, filled)) == 2
