"""Search over the starter's real passages, with the real model."""

from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
import pytest

from kb.errors import GenerationError, NotFoundError, QueryError
from kb.search import ranking as ranking_module
from kb.search import searcher as searcher_module
from kb.search.build import build_index
from kb.search.means import LanguageMeans
from kb.search.rows import Filters, Hit, PersonCoding
from kb.search.searcher import Searcher
from tests.kb.search.sample_rows import (
    DirectionEmbedder,
    FixedOverlay,
    make_row,
    make_vectors,
    no_means,
)
from tests.models import shared_embedder

QUERY = "taushetsplikt som hinder for samarbeid"


def ids(hits: list[Hit]) -> list[str]:
    return [hit.row.passage_id for hit in hits]


def test_passages_of_several_languages_answer(searcher: Searcher) -> None:
    hits = searcher.search("confidentiality as an obstacle to working together", k=20)
    assert len(hits) == 20
    assert len({hit.row.language for hit in hits}) >= 4
    scores = [hit.score for hit in hits]
    assert scores == sorted(scores, reverse=True)
    assert all(-1 <= hit.closeness <= 1 and 0 <= hit.words < 1 for hit in hits)


def test_a_hit_says_why_it_is_there(searcher: Searcher) -> None:
    hits = searcher.search("ledelsens betydning for samarbeid", k=10)
    own = [hit for hit in hits if hit.words > 0]
    assert own
    for hit in own:
        words = {hit.row.text[start:end].lower() for start, end in hit.highlights}
        assert any(w.startswith(("ledels", "samarbeid", "betydning")) for w in words) or (
            not hit.highlights  # the word stands in the title or the section
        )
    assert any(hit.highlights for hit in own)
    assert hits[0].shown[0].status == "suggested"


def test_the_words_of_a_title_find_its_publication(searcher: Searcher) -> None:
    row = searcher.browse(Filters(languages=("sv",)), k=1)[0].row
    hits = searcher.search(row.title, group="publication", k=3)
    assert row.publication_id in {hit.row.publication_id for hit in hits}


@pytest.mark.parametrize(
    "filters",
    [
        Filters(languages=("is",)),
        Filters(countries=("DK",), factors=("information_sharing",)),
        Filters(factors=("leadership",), directions=("barrier",)),
        Filters(year_from=2015, year_to=2018),
        Filters(sectors=("police_justice",), languages=("nb", "sv")),
    ],
)
def test_filtered_hits_are_the_full_ranking_filtered(searcher: Searcher, filters: Filters) -> None:
    """Precision 1, and recall that of filtering the exact full ranking."""
    allowed = {hit.row.passage_id for hit in searcher.browse(filters, k=1000)}
    assert 0 < len(allowed) == searcher.count(filters) < len(searcher)
    everything = ids(searcher.search(QUERY, k=len(searcher)))
    wanted = [name for name in everything if name in allowed]
    assert ids(searcher.search(QUERY, k=len(searcher), filters=filters)) == wanted
    assert ids(searcher.search(QUERY, k=5, filters=filters)) == wanted[:5]


def test_filters_that_allow_nothing_find_nothing(searcher: Searcher) -> None:
    nothing = Filters(factors=("no_such_factor",))
    assert searcher.search(QUERY, filters=nothing) == []
    assert searcher.browse(nothing) == []


def test_grouping_gives_k_publications(searcher: Searcher) -> None:
    hits = searcher.search(QUERY, k=30, group="publication")
    publications = [hit.row.publication_id for hit in hits]
    assert len(publications) == len(set(publications)) == 30
    for hit in hits:
        assert all(other.row.publication_id == hit.row.publication_id for other in hit.others)
        assert all(other.score <= hit.score for other in hit.others)
    assert hits[0].row.passage_id == searcher.search(QUERY, k=1)[0].row.passage_id


def test_fewer_publications_than_asked_for_are_all_found(searcher: Searcher) -> None:
    everything = searcher.browse(Filters(), k=len(searcher))
    hits = searcher.search(QUERY, k=len(searcher), group="publication")
    assert {hit.row.publication_id for hit in hits} == {h.row.publication_id for h in everything}


def test_beyond_its_depth_a_search_only_looks_for_publications_not_met(
    searcher: Searcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    deep = searcher.search(QUERY, k=30, group="publication")
    ranks = {name: rank for rank, name in enumerate(ids(searcher.search(QUERY, k=len(searcher))))}
    monkeypatch.setattr(searcher_module, "LEAST_POOL", 1)
    monkeypatch.setattr(searcher_module, "POOL_PER_HIT", 1)
    shallow = searcher.search(QUERY, k=30, group="publication")
    assert ids(shallow) == ids(deep)
    others = [other for hit in shallow for other in hit.others]
    assert 0 < len(others) < sum(len(hit.others) for hit in deep)
    assert all(ranks[other.row.passage_id] < 30 for other in others)


def test_more_like_a_passage(searcher: Searcher) -> None:
    first = searcher.search(QUERY, k=1)[0].row
    hits = searcher.more_like(first.passage_id, k=10)
    assert len(hits) == 10
    assert first.passage_id not in ids(hits)
    assert hits[0].closeness >= hits[-1].closeness > 0
    filtered = searcher.more_like(first.passage_id, k=3, filters=Filters(languages=("fi",)))
    assert {hit.row.language for hit in filtered} == {"fi"}
    with pytest.raises(NotFoundError, match="holds no passage 'gone'"):
        searcher.more_like("gone")


def test_peoples_codings_count_at_once(index_folder: Path) -> None:
    overlay = FixedOverlay({})
    opened = Searcher(index_folder, shared_embedder(), overlay)
    checked = Filters(factors=("evaluation",), verified=True)
    first = opened.search(QUERY, k=1)[0].row
    assert opened.search(QUERY, filters=checked) == []
    overlay.codings[first.passage_id] = (PersonCoding("evaluation", "mixed", "added", "Kari"),)
    hit = opened.search(QUERY, filters=checked)[0]
    assert hit.row.passage_id == first.passage_id
    assert (hit.shown[0].factor, hit.shown[0].coder) == ("evaluation", "Kari")
    machine = first.codings[0]
    overlay.codings[first.passage_id] = (
        PersonCoding(machine.factor, machine.direction, "rejected", "Ola"),
    )
    found = ids(opened.search(QUERY, k=600, filters=Filters(factors=(machine.factor,))))
    assert (first.passage_id in found) == (
        machine.factor in {c.factor for c in first.codings[1:] if c.direction != machine.direction}
    )


@pytest.mark.parametrize("typed", ["", "?", "\0", "🙂"])
def test_a_query_without_words_is_refused(searcher: Searcher, typed: str) -> None:
    with pytest.raises(QueryError):
        searcher.search(typed)


@pytest.mark.parametrize(
    "typed",
    ["og i på", '"samarbeid', "NOT (", "x " * 5000, "äöåæøþð", "协作", "2017", "a\0b", "* OR *"],
)
def test_odd_queries_still_answer(searcher: Searcher, typed: str) -> None:
    assert len(searcher.search(typed, k=5)) == 5


def test_threads_get_the_same_answers(searcher: Searcher) -> None:
    queries = [QUERY, "samverkan mellan skola", "yhteistyö", "leadership", "þagnarskylda"]
    wanted = {query: ids(searcher.search(query)) for query in queries}
    wrong: list[str] = []

    def work(offset: int) -> None:
        for step in range(10):
            query = queries[(offset + step) % len(queries)]
            try:
                if ids(searcher.search(query)) != wanted[query]:
                    wrong.append(query)
            except Exception as error:
                wrong.append(repr(error))

    threads = [threading.Thread(target=work, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_near_identical_passages_are_shown_once(tmp_path: Path) -> None:
    text = "Samarbeid krever tid og tydelig ledelse i kommunen. " * 4
    rows = [
        make_row("a", text, publication_id="one"),
        make_row("b", text + "Ny utgave.", publication_id="two"),
        make_row("c", "Helt annen tekst om barnehager og foreldre.", publication_id="three"),
    ]
    vectors = make_vectors(["x", "x", "y"])
    build_index(tmp_path, rows, vectors, no_means())
    opened = Searcher(tmp_path, DirectionEmbedder())
    assert sorted(ids(opened.search("samarbeid ledelse", k=10))) in (["a", "c"], ["b", "c"])
    assert ids(opened.more_like("a")) == ["c"]


def test_a_big_index_is_searched_through_both_sides_pools(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beyond the size of plain scans, FAISS and Tantivy propose, and filters still give k."""
    random = np.random.default_rng(9)
    rows = [
        make_row(
            f"p{n}",
            f"Avsnitt {n} om {'taushetsplikt' if n % 97 == 0 else 'annet'} nummer {n * 7}.",
            language="nb" if n % 2 else "sv",
            sectors=("rare",) if n % 250 == 0 else (),
            publication_id=f"pub{n}",
        )
        for n in range(2000)
    ]
    vectors = random.normal(size=(2000, 8)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    build_index(tmp_path, rows, vectors, no_means())
    exact = Searcher(tmp_path, DirectionEmbedder())
    wanted = ids(exact.search("taushetsplikt", k=10, language="nb"))
    rare = ids(
        exact.search("taushetsplikt", k=8, language="nb", filters=Filters(sectors=("rare",)))
    )
    monkeypatch.setattr(ranking_module, "EXACT_ROWS", 100)
    big = Searcher(tmp_path, DirectionEmbedder())
    assert ids(big.search("taushetsplikt", k=10, language="nb")) == wanted
    narrow = Filters(sectors=("rare",))
    assert ids(big.search("taushetsplikt", k=8, language="nb", filters=narrow)) == rare
    assert len(rare) == 8
    assert ids(big.more_like("p1", k=5)) == ids(exact.more_like("p1", k=5))


def test_an_index_of_another_model_is_said(tmp_path: Path) -> None:
    build_index(tmp_path, [make_row("a")], make_vectors(["a"]), no_means())
    with pytest.raises(GenerationError, match=r"another model .* 8 wide, this model's 384"):
        Searcher(tmp_path, shared_embedder())


@pytest.mark.parametrize("name", ["vectors.npy", "fulltext", "cognates", "means", "sentences.npy"])
def test_parts_that_do_not_belong_together_are_said(tmp_path: Path, name: str) -> None:
    for folder, ids_ in (("one", "a"), ("two", "ab")):
        rows = [make_row(id_, sentences=((0, 9), (9, 18))) for id_ in ids_]
        (tmp_path / folder).mkdir()
        vectors = make_vectors(list(ids_))
        sentences = np.repeat(vectors, 2, axis=0)
        build_index(tmp_path / folder, rows, vectors, no_means(), sentences=sentences)
    Searcher(tmp_path / "one", DirectionEmbedder())
    if name == "means":
        wide = LanguageMeans({"*": np.zeros(9, dtype=np.float32)})
        wide.save(tmp_path / "one" / "means.safetensors")
    elif name == "sentences.npy":
        np.save(tmp_path / "one" / name, np.zeros((2, 9), np.int8))
    else:
        (tmp_path / "one" / name).rename(tmp_path / "away")
        (tmp_path / "two" / name).rename(tmp_path / "one" / name)
    with pytest.raises(GenerationError, match=r"do not belong together .* new one\."):
        Searcher(tmp_path / "one", DirectionEmbedder())


def test_a_missing_index_is_one_clear_sentence(tmp_path: Path) -> None:
    with pytest.raises(GenerationError, match="run `samvirke index`"):
        Searcher(tmp_path / "nowhere", shared_embedder())


def test_an_empty_index_finds_nothing(tmp_path: Path) -> None:
    build_index(tmp_path, [], np.zeros((0, 8), dtype=np.float32), no_means())
    opened = Searcher(tmp_path, DirectionEmbedder())
    assert opened.search("samarbeid") == []
    assert opened.search("samarbeid", filters=Filters(languages=("nb",))) == []
    assert opened.browse(Filters()) == opened.of_passages(["a"]) == []


def test_passages_by_id_come_in_the_order_asked_for(searcher: Searcher) -> None:
    wanted = ids(searcher.search(QUERY, k=3))[::-1]
    hits = searcher.of_passages([wanted[0], "gone", *wanted[1:]])
    assert ids(hits) == wanted
    assert all(hit.score == 0.0 and not hit.highlights for hit in hits)
    assert any(hit.shown for hit in hits)


def test_browsing_goes_through_everything_once(searcher: Searcher) -> None:
    first = searcher.browse(Filters(), k=500)
    rest = searcher.browse(Filters(), k=500, offset=500)
    assert len(first) == 500
    assert len({*ids(first), *ids(rest)}) == len(searcher) == 524
