"""Saved searches: kept with name and filters, renamed, changed, removed and put back."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from kb.backup import restore_archive, write_archive
from kb.errors import NotFoundError, SavedSearchError
from kb.gathering_tables import SavedSearch
from kb.saved_searches import (
    LONGEST_NAME,
    PARAMETERS,
    change_search,
    find_search,
    get_search,
    list_searches,
    mark_seen,
    read_filters,
    remove_search,
    rename_search,
    save_search,
    unmark_seen,
    write_filters,
)
from kb.search.rows import Filters
from kb.settings import Settings
from kb.store import Store, open_store

NORDIC = "Æøå þð ýŋ čšž kalaallisut ä ö"
NARROW = Filters(factors=("leadership",), countries=("NO", "FI"), year_from=2015, verified=True)


def test_what_was_saved_comes_back_whole(store: Store) -> None:
    number = save_search(store, f"  {NORDIC} ", "  felles\nledelse ", NARROW, owner="Åse")
    view = get_search(store, number)
    assert (view.name, view.query, view.filters) == (NORDIC, "felles ledelse", NARROW)
    assert (view.owner, view.baseline_at, view.seen_at) == ("Åse", None, None)
    assert list_searches(store) == [view] and find_search(store, NORDIC) == view


def test_every_filter_there_is_can_be_kept() -> None:
    values = dict.fromkeys(PARAMETERS, ("a", "b"))
    wanted = Filters(**{**values, "year_from": 1999, "year_to": 2020, "verified": True})  # type: ignore[arg-type]
    assert read_filters(write_filters(wanted)) == wanted
    assert write_filters(Filters()) == {}
    assert "without" not in write_filters(Filters(without=("p1",)))


def test_a_filter_that_this_version_lacks_is_left_out() -> None:
    assert read_filters({"moods": ["good"], "countries": ["SE"]}) == Filters(countries=("SE",))


@pytest.mark.parametrize(
    ("name", "query", "sentence"),
    [
        ("  ", "ledelse", "needs a name"),
        ("\0", "ledelse", "needs a name"),
        ("x" * (LONGEST_NAME + 1), "ledelse", "at most 120 characters"),
        ("Tom", " \0 ", "question or a filter"),
    ],
)
def test_what_cannot_be_kept_is_refused_in_a_sentence(
    store: Store, name: str, query: str, sentence: str
) -> None:
    with pytest.raises(SavedSearchError, match=sentence):
        save_search(store, name, query, Filters())
    assert list_searches(store) == []


def test_a_name_is_given_once(store: Store) -> None:
    first = save_search(store, "Ledelse", "ledelse", Filters())
    with pytest.raises(SavedSearchError, match="'Ledelse' already"):
        save_search(store, " Ledelse ", "annet", Filters())
    second = save_search(store, "Annet", "annet", Filters())
    with pytest.raises(SavedSearchError, match="already"):
        rename_search(store, second, "Ledelse")
    rename_search(store, second, "Annet")
    rename_search(store, first, "Leiing")
    assert [view.name for view in list_searches(store)] == ["Annet", "Leiing"]


def test_odd_characters_of_a_shell_are_kept_as_far_as_they_can_be_written(store: Store) -> None:
    name, query = 'Sa\x1b \udcff "hei" & <b>\U0001f600 a\u030a\0', "barn\udcff a\u030a\0 x"
    number = save_search(store, name, query, Filters())
    view = get_search(store, number)
    assert (view.name, view.query) == ('Sa ? "hei" & <b>\U0001f600 å', "barn? å x")
    assert find_search(store, name).id == number
    with pytest.raises(SavedSearchError, match="is empty"):
        rename_search(store, number, "\x01\x9f \0")
    rename_search(store, number, "\udcffny")
    assert find_search(store, "?ny").id == number


def test_a_removed_search_comes_back_with_everything(store: Store) -> None:
    number = save_search(store, "Ledelse", "ledelse", NARROW)
    before = get_search(store, number)
    remove_search(store, number)
    assert list_searches(store) == []
    with pytest.raises(NotFoundError, match="those there are: none"):
        find_search(store, "Ledelse")
    assert find_search(store, "Ledelse", removed=True).id == number
    remove_search(store, number, restore=True)
    assert list_searches(store) == [before]


def test_a_removed_searchs_name_is_free_and_both_stay(store: Store) -> None:
    old = save_search(store, "Ledelse", "ledelse", Filters())
    remove_search(store, old)
    new = save_search(store, "Ledelse", "noe annet", Filters())
    with pytest.raises(SavedSearchError, match="already"):
        remove_search(store, old, restore=True)
    rename_search(store, new, "Nytt")
    remove_search(store, old, restore=True)
    assert {view.query for view in list_searches(store)} == {"ledelse", "noe annet"}


def test_another_question_waits_for_a_new_baseline_and_the_same_does_not(store: Store) -> None:
    number = save_search(store, "Ledelse", "ledelse", Filters())
    with store.write() as session:
        session.get_one(SavedSearch, number).baseline_at = datetime(2026, 1, 1, tzinfo=UTC)
    before = change_search(store, number, "ledelse", Filters())
    assert get_search(store, number) == before
    change_search(store, number, "ledelse", NARROW)
    assert get_search(store, number).baseline_at is None
    with pytest.raises(SavedSearchError):
        change_search(store, number, "", Filters())
    assert get_search(store, number).query == "ledelse"


def test_what_was_seen_can_be_unseen(store: Store) -> None:
    number = save_search(store, "Ledelse", "ledelse", Filters())
    assert mark_seen(store, number) is None
    first = get_search(store, number).seen_at
    assert first is not None
    assert mark_seen(store, number) == first
    unmark_seen(store, number, first)
    assert get_search(store, number).seen_at == first


@pytest.mark.parametrize("act", [mark_seen, get_search, remove_search])
def test_an_unknown_number_is_said(store: Store, act: object) -> None:
    with pytest.raises(NotFoundError, match="no saved search number 7"):
        act(store, 7)  # type: ignore[operator]


def test_the_address_asks_the_same(store: Store) -> None:
    number = save_search(store, "Alt", "å & ø", NARROW)
    view = get_search(store, number)
    assert view.parameters() == {
        "q": "å & ø",
        "factor": ["leadership"],
        "country": ["NO", "FI"],
        "year_from": "2015",
        "verified": "1",
    }
    assert view.address("https://kb.example/") == (
        "https://kb.example/?q=%C3%A5+%26+%C3%B8&factor=leadership&country=NO&country=FI"
        "&year_from=2015&verified=1"
    )


def test_a_backup_carries_them(store: Store, tmp_path: Path) -> None:
    kept = save_search(store, NORDIC, "ledelse", NARROW, owner="Åse")
    gone = save_search(store, "Borte", "ledelse", Filters())
    remove_search(store, gone)
    mark_seen(store, kept)
    write_archive(store, tmp_path / "b.tar")
    (tmp_path / "other").mkdir()
    other = open_store(Settings(home=tmp_path / "other"))
    restore_archive(other, tmp_path / "b.tar")
    assert list_searches(other) == list_searches(store)
    assert list_searches(other, removed=True) == list_searches(store, removed=True)
    with other.read() as session:
        assert len(session.scalars(select(SavedSearch)).all()) == 2
    other.close()
