"""Answers of the knowledge base: how a query was read, why a hit is there, where else it stands."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from kb.errors import NotFoundError, QueryError
from kb.generation import building_generation
from kb.knowledge_base import KnowledgeBase
from kb.library import list_publications
from kb.removal import remove
from kb.search.build import build_index
from kb.search.rows import Filters, Hit, IndexRow
from kb.search_record import search_record, twin_record
from tests.app.sample_base import Sample
from tests.kb.search.sample_rows import make_row
from tests.models import shared_embedder

Opened = tuple[KnowledgeBase, Sample]


def kinds(knowledge: KnowledgeBase, query: str) -> list[str]:
    return [notice.kind for notice in knowledge.answer(query, 3).notices]


def test_a_record_says_why_it_is_there(sample: Opened) -> None:
    knowledge, _ = sample
    records = knowledge.search("ledelsens mandat for samarbeid", 9)
    best = next(record for record in records if record["why"]["factor"] and record["highlights"])
    assert set(best["why"]) == {"words", "closeness", "level", "factor", "phrase"}
    assert 0 < best["why"]["closeness"] <= 1
    assert best["why"]["factor"] == "leadership"
    assert best["why"]["phrase"] is False
    shown = {best["text"][start:end].lower() for start, end in best["highlights"]}
    assert shown <= set(best["why"]["words"])
    assert best["also_in"] == []
    assert best["meaning"] is None or best["text"][slice(*best["meaning"])]


def test_a_quoted_phrase_is_in_every_record(sample: Opened) -> None:
    knowledge, _ = sample
    records = knowledge.search('"felles budsjett"', 9)
    assert records
    for record in records:
        assert "felles budsjett" in record["text"].lower()
        assert record["why"]["phrase"] is True


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("samarbeid country:SE", Filters(countries=("SE",))),
        ("samarbeid country:sverige", Filters(countries=("SE",))),
        ("samarbeid factor:ledelse", Filters(factors=("leadership",))),
        (
            "samarbeid factor:leadership direction:facilitator",
            Filters(factors=("leadership",), directions=("facilitator",)),
        ),
        ("samarbeid language:norsk", Filters(languages=("nb", "nn"))),
    ],
)
def test_a_field_is_the_filter_of_its_name(sample: Opened, typed: str, wanted: Filters) -> None:
    """Only factor and direction together differ: as fields each may be met by another coding."""
    knowledge, _ = sample
    by_field = {record["passage_id"] for record in knowledge.search(typed, 50)}
    by_filter = {record["passage_id"] for record in knowledge.search("samarbeid", 50, wanted)}
    assert by_filter
    assert by_filter <= by_field
    assert by_field == by_filter or len(wanted.directions)


def test_an_author_is_found_by_name(sample: Opened) -> None:
    knowledge, _ = sample
    names = {
        author["family"]
        for view in list_publications(knowledge.store)
        for author in view.csl.get("author") or ()
        if "family" in author
    }
    assert names
    name = sorted(names)[0]
    for record in knowledge.search(f"author:{name}", 50):
        authors = record["citation"]["author"]
        assert name in {author.get("family") for author in authors}


def test_values_that_the_codebook_lacks_are_told(sample: Opened) -> None:
    knowledge, _ = sample
    assert kinds(knowledge, "samarbeid factor:housing") == ["unknown_value"]
    assert kinds(knowledge, "samarbeid factor:leadership type:report country:NO") in (
        [],
        ["unknown_value"],
    )
    with pytest.raises(QueryError, match="--group"):
        knowledge.answer("samarbeid", group="table")
    with pytest.raises(QueryError, match="--group"):
        knowledge.similar("x", group="table")


def test_likes_keep_to_the_filters_and_the_grouping(sample: Opened) -> None:
    knowledge, _ = sample
    asked = knowledge.search("taushetsplikt", 1)[0]["passage_id"]
    swedish = knowledge.similar(asked, 5, Filters(countries=("SE",)))
    assert swedish
    assert all("SE" in record["countries"] for record in swedish)
    grouped = knowledge.similar(asked, 9, group="publication")
    owners = [record["publication_id"] for record in grouped]
    assert len(owners) == len(set(owners))
    with pytest.raises(NotFoundError, match="holds no passage 'gone'"):
        knowledge.similar("gone")


def copied_rows(knowledge: KnowledgeBase, passage_id: str, owner: str) -> list[IndexRow]:
    """The index's rows, with one passage's text in another publication too."""
    rows = [hit.row for hit in knowledge.searcher().browse(Filters(), 100)]
    text = next(row for row in rows if row.passage_id == passage_id).text
    return [
        replace(row, text=text + " Slutt.", language="nb")
        if row.publication_id == owner and row.passage_id == first_of(rows, owner)
        else row
        for row in rows
    ]


def first_of(rows: list[IndexRow], owner: str) -> str:
    return next(row.passage_id for row in rows if row.publication_id == owner)


def test_the_same_text_elsewhere_is_named_until_it_is_removed(sample: Opened) -> None:
    knowledge, _ = sample
    asked = knowledge.search("taushetsplikt", 1)[0]
    owner = next(
        view.id for view in list_publications(knowledge.store) if view.id != asked["publication_id"]
    )
    rows = copied_rows(knowledge, asked["passage_id"], owner)
    embedder = shared_embedder()
    old = knowledge.generation()
    made: dict[str, Any] = {
        key: old.manifest[key] for key in ("space", "model", "revision") if key in old.manifest
    }
    vectors = embedder.embed_passages([row.text for row in rows])
    means = knowledge.searcher()._means
    with building_generation(
        knowledge.settings.generations_folder, made, lambda folder: []
    ) as folder:
        build_index(folder, rows, vectors, means)
    texts = knowledge.search("taushetsplikt", 50)
    pair = {asked["passage_id"], first_of(rows, owner)}
    (shown,) = [record for record in texts if record["passage_id"] in pair]
    (other,) = shown["also_in"]
    assert {shown["passage_id"], other["passage_id"]} == pair
    assert set(other) == {"passage_id", "publication_id", "title", "page_label"}
    remove(
        knowledge.settings, knowledge.store, other["publication_id"], reason="asked for", by="Kari"
    )
    (left,) = [r for r in knowledge.search("taushetsplikt", 50) if r["passage_id"] in pair]
    assert left["also_in"] == []


def test_a_record_is_made_of_its_hit_and_its_publication(sample: Opened) -> None:
    knowledge, _ = sample
    view = list_publications(knowledge.store)[0]
    row = make_row("p", "To ord.", page_label="iv", page_label_end="v", sentences=((0, 7),))
    other = Hit(make_row("q"), 0.1, 0.1, 0.0)
    hit = Hit(row, 0.123456, 0.4, 0.1, highlights=((0, 2),), others=(other,), meaning=(0, 7))
    record = search_record(
        hit, 3, view, "https://kb.example/{}".format, ("culture",), [{"title": "T"}]
    )
    assert (record["rank"], record["score"], record["meaning"]) == (3, 0.12346, [0, 7])
    assert record["highlights"] == [[0, 2]]
    assert record["citation"]["locator"] == "iv-v"
    assert record["permalink"] == "https://kb.example/p"
    assert record["also_in"] == [{"title": "T"}]
    assert [inner["rank"] for inner in record["passages"]] == [1]
    assert "locator" not in record["passages"][0]["citation"]
    assert twin_record("q", view, "7")["page_label"] == "7"


def test_a_map_understands_the_query_language(sample: Opened) -> None:
    knowledge, _ = sample
    by_field = knowledge.evidence_map("country", "language", query="samarbeid country:sverige")
    by_filter = knowledge.evidence_map(
        "country", "language", Filters(countries=("SE",)), query="samarbeid"
    )
    assert by_field.total == by_filter.total
    assert by_field.total.passages > 0
