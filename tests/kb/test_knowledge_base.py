"""The facade: search records as scripts rely on them, maps, facets, and what is cited."""

from __future__ import annotations

import shutil
from typing import Any

import pytest

from corpora.codebook import load_codebook
from corpora.errors import CodebookError
from kb.active_codebook import seed_codebook
from kb.citations import sets
from kb.citations.formats import render
from kb.coding.codings import record_coding
from kb.errors import GenerationError, NotFoundError, QueryError
from kb.generation import building_generation
from kb.knowledge_base import KnowledgeBase
from kb.library import list_publications
from kb.publications import replace_passages
from kb.search.build import check_index
from kb.search.rows import Filters
from kb.settings import Settings
from kb.tables import Publication
from tests.app.sample_base import HOSTILE, Sample
from tests.builders import passage
from tests.kb.contract import CONTRACT
from tests.models import shared_embedder

Opened = tuple[KnowledgeBase, Sample]


def judge(opened: Opened, start: str, number: int = 0, **act: Any) -> str:
    """Let a person act on a passage; the passage's id."""
    knowledge, sample = opened
    passage_id = sample.passage(start, number).id
    values = {"factor": "leadership", "direction": "facilitator", "act": "accept", "coder": "Åse"}
    record_coding(knowledge.store, knowledge.codebook, passage_id, **{**values, **act})
    return passage_id


def test_a_search_record_has_every_field_of_the_contract(sample: Opened) -> None:
    knowledge, _ = sample
    records = knowledge.search("ledelse og felles møter", 5)
    assert [record["rank"] for record in records] == [1, 2, 3, 4, 5]
    for record in records:
        for name, kind in CONTRACT.items():
            assert isinstance(record[name], kind), name
    scores = [record["score"] for record in records]
    assert scores == sorted(scores, reverse=True)


def test_the_best_record_says_where_it_stands_and_how_to_cite_it(sample: Opened) -> None:
    knowledge, own = sample
    best = knowledge.search("ledere som møtes fast gir samarbeidet et tydelig mandat", 1)[0]
    view = own.publication("Ledelse")
    assert best["publication_id"] == view.id
    assert (best["page"], best["page_label"]) == (0, "11")
    assert best["citation"] == {**view.csl, "locator": "11", "label": "page"}
    assert best["permalink"] == f"https://kb.example/?passage={best['passage_id']}"
    assert best["codings"] == [
        {
            "factor": "leadership",
            "direction": "facilitator",
            "confidence": 0.82,
            "status": "suggested",
            "coder": None,
            "start": None,
            "end": None,
        }
    ]
    words = {best["text"][start:end].lower() for start, end in best["highlights"]}
    assert "fast" in words


def test_a_question_in_one_language_finds_passages_in_others(sample: Opened) -> None:
    knowledge, _ = sample
    found = knowledge.search("shared premises where professionals meet every day", 3)
    assert "sv" in {record["language"] for record in found}


def test_without_a_year_none_is_said(sample: Opened) -> None:
    knowledge, _ = sample
    record = knowledge.search("yhteinen johtaja ja budjetti", 1)[0]
    assert record["language"] == "fi"
    assert record["year"] is None
    assert "issued" not in record["citation"]


def test_grouped_by_publication_the_rest_follows_in_order(sample: Opened) -> None:
    knowledge, own = sample
    records = knowledge.search("ledelse og taushetsplikt i kommunen", 3, group="publication")
    assert len({record["publication_id"] for record in records}) == len(records) == 3
    best = next(r for r in records if r["publication_id"] == own.publication("Ledelse").id)
    assert len(best["passages"]) == 2
    assert [other["rank"] for other in best["passages"]] == [1, 2]
    assert {other["publication_id"] for other in best["passages"]} == {best["publication_id"]}
    assert best["passage_id"] not in {other["passage_id"] for other in best["passages"]}


@pytest.mark.parametrize(
    ("filters", "error", "sentence"),
    [
        (Filters(factors=("magic",)), CodebookError, "factors.*'magic'"),
        (Filters(directions=("sideways",)), CodebookError, "directions.*'sideways'"),
        (Filters(sectors=("army",)), CodebookError, "sectors.*'army'"),
        (Filters(target_groups=("cats",)), CodebookError, "target_groups.*'cats'"),
        (Filters(evidence_types=("rumour",)), CodebookError, "evidence_types.*'rumour'"),
        (Filters(countries=("DE",)), QueryError, "NO, SE, DK.*found 'DE'"),
    ],
)
def test_a_filter_value_that_is_not_known_is_refused_with_the_options(
    sample: Opened, filters: Filters, error: type[Exception], sentence: str
) -> None:
    knowledge, _ = sample
    for ask in (
        lambda: knowledge.search("ledelse", 3, filters),
        lambda: knowledge.browse(filters),
        lambda: knowledge.evidence_map(filters=filters),
    ):
        with pytest.raises(error, match=sentence):
            ask()


@pytest.mark.parametrize(("query", "group"), [("", "passage"), ("?!", "passage"), ("x", "page")])
def test_a_question_that_cannot_be_answered_is_refused(
    sample: Opened, query: str, group: str
) -> None:
    with pytest.raises(QueryError):
        sample[0].search(query, group=group)


def test_filters_narrow_search_and_browsing_alike(sample: Opened) -> None:
    knowledge, _ = sample
    wanted = Filters(factors=("leadership",), directions=("barrier",))
    (only,) = knowledge.search("ledelse", 10, wanted)
    assert only["language"] == "sv"
    listed, total = knowledge.browse(wanted)
    assert (total, [record["passage_id"] for record in listed]) == (1, [only["passage_id"]])
    assert knowledge.browse(Filters(year_from=2020, year_to=2021))[1] == 3
    assert knowledge.browse(Filters(countries=("FI", "SE")))[1] == 3


def test_browsing_goes_page_by_page(sample: Opened) -> None:
    knowledge, _ = sample
    first, total = knowledge.browse(Filters(), k=4)
    second, _ = knowledge.browse(Filters(), k=100, offset=4)
    ids = [record["passage_id"] for record in (*first, *second)]
    assert len(first) == 4
    assert len(set(ids)) == len(ids) == total == 9


def test_a_check_counts_at_once(sample: Opened) -> None:
    knowledge, _ = sample
    assert knowledge.search("ledelse", 5, Filters(verified=True)) == []
    accepted = judge(sample, "Ledelse")
    (record,) = knowledge.search("ledelse", 5, Filters(verified=True))
    assert record["passage_id"] == accepted
    assert (record["codings"][0]["status"], record["codings"][0]["coder"]) == ("accepted", "Åse")


def test_a_rejected_suggestion_no_longer_counts_and_is_shown_as_rejected(sample: Opened) -> None:
    knowledge, _ = sample
    wanted = Filters(factors=("leadership",), countries=("NO",))
    assert knowledge.browse(wanted)[1] == 1
    passage_id = judge(sample, "Ledelse", act="reject")
    assert knowledge.browse(wanted)[1] == 0
    (coding,) = knowledge.passage_record(passage_id)["codings"]
    assert coding["status"] == "rejected"


def test_similar_passages_leave_out_the_one_asked_by(sample: Opened) -> None:
    knowledge, own = sample
    asked = own.passage("Confidentiality").id
    found = [record["passage_id"] for record in knowledge.similar(asked, 3)]
    assert len(found) == 3
    assert asked not in found
    assert own.passage("Ledelse", 1).id in found  # about confidentiality too, in Norwegian


def test_a_passage_that_is_not_indexed_says_what_to_do(sample: Opened) -> None:
    with pytest.raises(NotFoundError, match=r"no passage 'gone'.*search again"):
        sample[0].passage_record("gone")


def test_the_map_counts_publications_and_passages_with_directions(sample: Opened) -> None:
    found = sample[0].evidence_map("factor", "country").to_json()
    cells = {(cell["row"], cell["col"]): cell for cell in found["cells"]}
    here = cells[("leadership", "SE")]
    assert (here["publications"], here["passages"], here["barrier"]) == (1, 1, 1)
    assert (here["facilitator"], here["verified"], here["gap"]) == (0, 0, False)
    assert cells[("leadership", "DK")]["gap"] is True
    assert cells[("regulation", "GL")]["gap"] is False  # nothing is known of either


def test_people_outrank_the_machine_on_the_map(sample: Opened) -> None:
    knowledge, _ = sample
    judge(sample, "Samverkan", 1, direction="barrier", act="reject")
    judge(sample, "Samverkan", 1, factor="continuity", direction="barrier", act="add")
    judge(sample, "Ledelse", direction="mixed", act="add")
    cells = {
        (cell["row"], cell["col"]): cell
        for cell in knowledge.evidence_map("factor", "country").to_json()["cells"]
    }
    assert cells[("leadership", "SE")]["passages"] == 0
    assert (
        cells[("continuity", "SE")]["barrier"],
        cells[("continuity", "SE")]["verified"],
    ) == (1, 1)
    here = cells[("leadership", "NO")]
    assert (here["mixed"], here["facilitator"], here["verified"]) == (1, 0, 1)


def test_a_map_of_a_question_and_of_filters_counts_only_those(sample: Opened) -> None:
    knowledge, _ = sample
    totals = knowledge.evidence_map("factor", "language", Filters(languages=("sv",))).to_json()
    assert totals["totals"]["passages"] == 2
    asked = knowledge.evidence_map("factor", "country", query="felles budsjett").to_json()
    assert 0 < asked["totals"]["passages"] <= 9


@pytest.mark.parametrize("dimension", ["sector", "year", "publisher", "evidence_type"])
def test_a_map_can_be_drawn_by_any_dimension(sample: Opened, dimension: str) -> None:
    found = sample[0].evidence_map(dimension, "direction").to_json()
    assert sum(cell["passages"] for cell in found["cells"]) > 0


def test_a_dimension_there_is_not_is_refused(sample: Opened) -> None:
    with pytest.raises(QueryError, match="colour"):
        sample[0].evidence_map("colour", "country")


def test_map_labels_come_from_the_codebook_in_the_language_asked_for(sample: Opened) -> None:
    labels = sample[0].map_labels("factor", "country", "nb", "bare barrierer")
    assert labels.rows["leadership"] == load_codebook().label("factors", "leadership", "nb")
    assert (labels.cols["NO"], labels.cols["FO"]) == ("Norge", "Færøyene")
    assert (labels.language, labels.filters) == ("nb", "bare barrierer")


def test_facets_count_the_passages_of_each_value(sample: Opened) -> None:
    facets = sample[0].facets()
    assert facets["country"]["NO"] == 3
    assert facets["language"] == {"nb": 3, "en": 3, "sv": 2, "fi": 1}
    assert list(facets["language"].values()) == [3, 3, 2, 1]
    assert facets["factor"]["leadership"] == 3
    assert facets["year"]["2019"] == 3
    assert set(facets["direction"]) == {"facilitator", "barrier", "mixed"}


def test_facets_follow_what_people_said(sample: Opened) -> None:
    judge(sample, "Ledelse", act="reject")
    assert sample[0].facets()["factor"]["leadership"] == 2


def test_what_is_cited_has_the_page_that_is_printed(sample: Opened) -> None:
    knowledge, own = sample
    second = own.passage("Ledelse", 1)
    whole = own.publication("Samverkan")
    entries = knowledge.cited_entries(publication_ids=[whole.id], passage_ids=[second.id])
    assert [entry.passage is None for entry in entries] == [True, False]
    cited = entries[1].passage
    assert cited is not None
    assert (cited.quote, cited.page_label, cited.section) == (second.text, "12", "Funn")
    assert cited.permalink == knowledge.permalink(second.id)
    assert entries[0].csl["title"] == "Samverkan på familjecentralen"


def test_a_citation_set_is_cited_in_its_order_with_its_notes(sample: Opened) -> None:
    knowledge, own = sample
    number = sets.create_set(own.store, "Kapittel 3")
    last = own.passage("Confidentiality")
    sets.add_item(own.store, number, last.publication_id, last.id, note="til avsnitt 3.2")
    sets.add_item(own.store, number, own.publication("Yhteinen").id)
    entries = knowledge.cited_entries(set_name="Kapittel 3")
    assert [entry.note for entry in entries] == ["til avsnitt 3.2", None]
    assert entries[0].passage is not None
    assert entries[0].passage.quote == last.text


def test_a_quotation_whose_passage_has_gone_is_still_cited(sample: Opened) -> None:
    knowledge, own = sample
    quoted = own.passage("Confidentiality")
    number = sets.create_set(own.store, "Kapittel 4")
    sets.add_item(own.store, number, quoted.publication_id, quoted.id)
    with own.store.write() as session:
        replace_passages(
            session, quoted.publication_id, [passage("Something else was written here instead.")]
        )
    (entry,) = knowledge.cited_entries(set_name="Kapittel 4")
    assert entry.passage is not None
    assert entry.passage.quote == quoted.text


@pytest.mark.parametrize(
    "asked",
    [{"set_name": "None"}, {"publication_ids": ["pgone"]}, {"passage_ids": ["gone"]}],
)
def test_citing_what_is_not_there_is_refused(sample: Opened, asked: dict[str, Any]) -> None:
    with pytest.raises(NotFoundError):
        sample[0].cited_entries(**asked)


def test_a_new_generation_is_noticed_without_opening_again(sample: Opened) -> None:
    knowledge, _ = sample
    before = knowledge.searcher()
    assert knowledge.searcher() is before
    old = knowledge.generation()
    with building_generation(
        knowledge.settings.generations_folder, {"model": "bundled"}, check_index
    ) as path:
        shutil.copytree(old.path, path, dirs_exist_ok=True)
        assert knowledge.searcher() is before
    assert knowledge.searcher() is not before
    assert knowledge.generation().number == old.number + 1
    assert knowledge.search("ledelse", 1)


@pytest.mark.parametrize(("space", "refused"), [(None, False), ("f00d", True)])
def test_vectors_of_another_model_are_not_searched(
    sample: Opened, space: str | None, refused: bool
) -> None:
    """`space` None is the embedder's own: in another precision, say, but comparable."""
    knowledge, _ = sample
    old = knowledge.generation()
    made = {"model": "nordic-large", "space": space or shared_embedder().space, "revision": "x"}
    with building_generation(knowledge.settings.generations_folder, made, check_index) as path:
        shutil.copytree(old.path, path, dirs_exist_ok=True)
    if not refused:
        assert knowledge.search("ledelse", 1)
        return
    sentence = r"model 'nordic-large', and SAMVIRKE_MODEL is now 'bundled'; run `samvirke index`"
    with pytest.raises(GenerationError, match=sentence):
        knowledge.search("ledelse", 1)


def test_no_generation_yet_says_what_to_run(sample: Opened) -> None:
    knowledge, _ = sample
    shutil.rmtree(knowledge.settings.generations_folder)
    for ask in (lambda: knowledge.search("ledelse"), knowledge.facets, knowledge.generation):
        with pytest.raises(GenerationError, match="run `samvirke index`"):
            ask()


def test_the_data_homes_codebook_is_used_where_there_is_one(settings: Settings) -> None:
    assert seed_codebook(settings).ids("factors") == load_codebook().ids("factors")
    (settings.home / "codebook.yaml").write_text("factors: [", encoding="utf-8")
    with pytest.raises(CodebookError, match=r"codebook\.yaml"):
        seed_codebook(settings)


def test_hostile_text_is_handed_on_as_it_is_and_breaks_nothing(sample: Opened) -> None:
    knowledge, own = sample
    record = knowledge.passage_record(own.passage("Hostile").id)
    assert HOSTILE in record["text"]
    assert record["title"].endswith(HOSTILE)
    assert knowledge.search(HOSTILE, 3)


def test_text_of_a_replica_is_never_passed_off_as_a_quotation(sample: Opened) -> None:
    knowledge = sample[0]
    view = list_publications(knowledge.store)[0]
    with knowledge.store.write() as session:
        session.get_one(Publication, view.id).source_id = "replica-no-fafo"
    (entry,) = knowledge.cited_entries(publication_ids=[view.id])
    assert "not a quotation" in str(entry.note)
    assert b"not a quotation" in render([entry], "ris")
