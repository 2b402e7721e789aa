"""Reading what is new to a saved search: by run, since a moment, in order, never what is gone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from kb.backup import restore_archive, write_archive
from kb.gathering_tables import SavedSearchHit
from kb.library import publication_detail
from kb.publications import MACHINE
from kb.removal import remove
from kb.runs import start_run
from kb.saved_search_hits import Found, _record
from kb.saved_search_news import count_news, list_news, new_passages
from kb.saved_searches import get_search, mark_seen, remove_search, save_search
from kb.search.rows import Filters
from kb.settings import Settings
from kb.store import Store, open_store
from kb.tables import now
from tests.kb.curated import ONE, THREE, Desk

ADDRESS = "http://a.no/1.pdf"


class Shelf:
    """A saved search to which each of three nights (`runs`) has added two passages."""

    def __init__(self, store: Store) -> None:
        self.store, self.desk = store, Desk(store)
        self.owner = self.desk.publication("Første", "http://a.no/1")
        self.desk.document(ADDRESS, "http://a.no/1", "one")
        texts = [(f"{ONE} Natt {night}, funn {place}.", ADDRESS) for night, place in self.places()]
        self.passages = self.desk.passages(self.owner, *texts)
        self.number = save_search(store, "Natt", "ledelse", Filters())
        _record(store, get_search(store, self.number), [], None)
        self.runs = [self.night(at) for at in range(3)]

    @staticmethod
    def places() -> list[tuple[int, int]]:
        """Night and place of each passage, in the passages' order."""
        return [(night, place) for night in range(3) for place in (1, 2)]

    def night(self, at: int) -> int:
        """Let one night's run find its two passages."""
        run_id, _ = start_run(self.store, f"night {at}")
        mine = self.passages[2 * at : 2 * at + 2]
        found = [Found(name, rank, True) for rank, name in enumerate(mine, start=1)]
        _record(self.store, get_search(self.store, self.number), found, run_id)
        return run_id

    def told(self, **narrowed: int) -> list[str]:
        """The passages told of, in order."""
        view = get_search(self.store, self.number)
        return [one.passage.id for one in list_news(self.store, view, **narrowed)]  # type: ignore[arg-type]


@pytest.fixture
def shelf(store: Store) -> Shelf:
    return Shelf(store)


def test_the_last_night_comes_first_and_each_by_rank(shelf: Shelf) -> None:
    first, second, third, fourth, fifth, sixth = shelf.passages
    assert shelf.told() == [fifth, sixth, third, fourth, first, second]
    assert shelf.told(most=3) == [fifth, sixth, third]


def test_each_run_tells_only_of_its_own(shelf: Shelf) -> None:
    for at, run_id in enumerate(shelf.runs):
        assert shelf.told(run_id=run_id) == shelf.passages[2 * at : 2 * at + 2]
        view = get_search(shelf.store, shelf.number)
        assert count_news(shelf.store, view, run_id=run_id) == 2
    assert shelf.told(run_id=99) == []


def test_what_was_seen_is_no_longer_counted_and_still_there(shelf: Shelf) -> None:
    mark_seen(shelf.store, shelf.number)
    view = get_search(shelf.store, shelf.number)
    assert count_news(shelf.store, view, since=view.seen_at) == 0
    assert count_news(shelf.store, view) == 6
    with shelf.store.write() as session:
        later = update(SavedSearchHit).where(SavedSearchHit.passage_id == shelf.passages[3])
        session.execute(later.values(at=now() + timedelta(hours=1)))
    assert new_passages(shelf.store, view, since=view.seen_at) == {shelf.passages[3]}


def test_retired_passages_are_not_told_of(shelf: Shelf) -> None:
    shelf.desk.passages(shelf.owner, (THREE, ADDRESS))
    assert shelf.told() == []


@pytest.mark.parametrize(
    ("verdict", "by", "told"),
    [("exclude", "Kari", 0), ("exclude", MACHINE, 0), ("undecided", MACHINE, 6)],
)
def test_only_what_is_searched_is_told_of(shelf: Shelf, verdict: str, by: str, told: int) -> None:
    shelf.desk.screen(shelf.owner, verdict, by)
    view = get_search(shelf.store, shelf.number)
    assert len(shelf.told()) == count_news(shelf.store, view) == told


def test_a_removal_takes_the_hits_along_and_leaves_the_search(shelf: Shelf) -> None:
    shelf.desk.code(shelf.passages[0])  # kept empty, since somebody's work stands on it
    done = remove(shelf.store.settings, shelf.store, shelf.owner, reason="trukket", by="Kari")
    assert (done.passages, done.kept_work) == (6, 1)
    assert shelf.told() == []
    assert get_search(shelf.store, shelf.number).name == "Natt"
    with shelf.store.read() as session:
        assert session.scalars(select(SavedSearchHit)).all() == []
    assert publication_detail(shelf.store, shelf.owner).view.removed_reason == "trukket"


def test_a_deleted_search_keeps_its_news_for_when_it_comes_back(shelf: Shelf) -> None:
    before = shelf.told()
    remove_search(shelf.store, shelf.number)
    assert shelf.told() == before
    remove_search(shelf.store, shelf.number, restore=True)
    assert shelf.told() == before


def test_a_backup_carries_the_hits(shelf: Shelf, tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("annet")
    write_archive(shelf.store, folder / "b.tar")
    other = open_store(Settings(home=folder))
    restore_archive(other, folder / "b.tar")
    view = get_search(other, shelf.number)
    assert [one.passage.id for one in list_news(other, view)] == shelf.told()
    assert [one.hit.run_id for one in list_news(other, view)] == [
        run_id for run_id in reversed(shelf.runs) for _ in range(2)
    ]
    other.close()
