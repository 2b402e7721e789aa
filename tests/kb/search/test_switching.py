"""Many readers while generations are switched: no error, and no list of two generations."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from unittest import mock

import pytest

from kb.generation import building_generation
from kb.knowledge_base import KnowledgeBase, open_knowledge_base
from kb.search.build import build_index, check_index
from kb.search.rows import Filters
from kb.settings import Settings
from tests.kb.search.sample_rows import DirectionEmbedder, make_row, make_vectors, no_means

READERS, SWITCHES, PASSAGES = 8, 50, 6
PAUSE_S = 0.03  # between searches, so that the builder gets its turns
WORDS = ("ledelse", "skole", "barnevern", "politi", "helsestasjon", "koordinator")


def build(folder: Path, number: int) -> None:
    """A generation whose every passage carries its number; two keep any before it on disk."""
    rows = [
        make_row(f"g{number}-{at}", f"Samarbeid om {word} i utgave {number}.", publication_id=word)
        for at, word in enumerate(WORDS)
    ]
    manifest = {"model": "directions", "space": "directions"}
    with building_generation(folder, manifest, check_index) as path:
        build_index(path, rows, make_vectors([row.text for row in rows]), no_means())


class Directions(DirectionEmbedder):
    """The test's embedder, as a knowledge base opens one."""

    space, model = "directions", "directions"


@pytest.fixture
def base(settings: Settings) -> Iterator[KnowledgeBase]:
    build(settings.generations_folder, 0)
    with mock.patch("kb.knowledge_base.open_search_embedder", lambda _: Directions()):
        yield open_knowledge_base(settings)


def generations(ids: list[str]) -> set[str]:
    return {name.split("-")[0] for name in ids}


def search_ids(base: KnowledgeBase, kind: int) -> list[str]:
    """A page of results, one of several ways to ask."""
    searcher = base.searcher()
    if kind == 0:
        return [hit.row.passage_id for hit in searcher.browse(Filters())]
    filters = Filters(languages=("nb",)) if kind == 1 else None
    hits = searcher.search("samarbeid om skole", k=PASSAGES, filters=filters)
    if kind == 2:
        hits = searcher.more_like(hits[0].row.passage_id, k=PASSAGES)
    return [hit.row.passage_id for hit in hits]


def read_until(
    base: KnowledgeBase, done: threading.Event, kind: int, seen: list[set[str]], wrong: list[object]
) -> None:
    """Search again and again; what is wrong is kept rather than raised."""
    while not done.is_set():
        try:
            ids = search_ids(base, kind)
        except Exception as error:  # any error at all is what the test is about
            wrong.append(error)
            return
        if len(generations(ids)) != 1 or len(ids) < PASSAGES - (kind == 2):
            wrong.append(ids)
        seen.append(generations(ids))
        done.wait(PAUSE_S)


def in_threads(targets: list[Callable[[], None]]) -> list[threading.Thread]:
    threads = [threading.Thread(target=target) for target in targets]
    for thread in threads:
        thread.start()
    return threads


def test_eight_readers_and_fifty_switches(base: KnowledgeBase) -> None:
    done, wrong = threading.Event(), list[object]()
    seen: list[list[set[str]]] = [[] for _ in range(READERS)]

    def reader(at: int) -> Callable[[], None]:
        return lambda: read_until(base, done, at % 3, seen[at], wrong)

    threads = in_threads([reader(at) for at in range(READERS)])
    try:
        for number in range(1, SWITCHES + 1):
            build(base.settings.generations_folder, number)
    finally:
        done.set()
        for thread in threads:
            thread.join()
    assert wrong == []
    assert all(len(found) > 1 for found in seen)
    met = set().union(*(one for found in seen for one in found))
    assert len(met) > SWITCHES // 5, "the readers took up what was switched to"
    assert generations(search_ids(base, 0)) == {f"g{SWITCHES}"}
    left = [path.name for path in base.settings.generations_folder.iterdir() if path.is_dir()]
    assert len(left) == 3


def test_a_searcher_taken_before_a_switch_goes_on_with_its_own(base: KnowledgeBase) -> None:
    before = base.searcher()
    for number in range(1, 5):  # more than are kept: its files are gone, and still mapped
        build(base.settings.generations_folder, number)
    assert generations([hit.row.passage_id for hit in before.search("skole", k=3)]) == {"g0"}
    assert len(before.more_like("g0-1", k=3)) == 3
    assert generations([hit.row.passage_id for hit in base.searcher().search("skole")]) == {"g4"}


def test_a_generation_with_a_mistake_never_becomes_the_present_one(base: KnowledgeBase) -> None:
    folder = base.settings.generations_folder
    with (
        pytest.raises(RuntimeError, match="stopped"),
        building_generation(folder, {}, check_index) as path,
    ):
        (path / "vectors.npy").write_bytes(b"half")
        raise RuntimeError("stopped")
    assert base.generation().number == 1
    assert generations(search_ids(base, 1)) == {"g0"}
