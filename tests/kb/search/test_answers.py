"""What a search demands, tells and shows, over the starter's real passages with the real model."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from kb.search.build import build_index, check_index
from kb.search.fit import unrelated_texts
from kb.search.rows import Filters, Hit, IndexRow
from kb.search.searcher import Searcher
from kb.search.sentence_vectors import sentence_texts
from tests.gates.search_figures import starter_rows
from tests.kb.search.sample_rows import DirectionEmbedder, make_row, make_vectors, no_means

LONG = (
    "Når barn og unge trenger hjelp fra flere tjenester samtidig, viser rapportene at ansvaret "
    "ofte faller mellom kommunen og spesialisthelsetjenesten, fordi ingen har i oppgave å "
    "koordinere tilbudet, og familiene selv må holde i trådene og fortelle historien på nytt i "
    "hvert møte med hjelpeapparatet."
)


def text_of(hit: Hit) -> str:
    return f"{hit.row.title} {hit.row.section} {hit.row.text}".lower()


def told(searcher: Searcher, typed: str, **more: object) -> list[str]:
    return [notice.kind for notice in searcher.answer(typed, **more).notices]  # type: ignore[arg-type]


def test_a_phrase_holds_for_hits_of_meaning_too(searcher: Searcher) -> None:
    hits = searcher.search('samarbeid "individuell plan"', k=500)
    assert 0 < len(hits) < 50
    for hit in hits:
        assert "individuel" in text_of(hit)
    assert all(hit.phrase for hit in hits if "individuell plan" in hit.row.text.lower())


def test_an_excluded_word_stands_in_no_hit(searcher: Searcher) -> None:
    every = searcher.search("barnevern", k=524)
    rest = searcher.search("barnevern -skole", k=524)
    assert 0 < len(rest) < len(every)
    norwegian = [hit for hit in rest if hit.row.language in ("nb", "nn")]
    assert norwegian
    for hit in norwegian:
        assert not {"skole", "skolen", "skolene", "skoler"} & set(hit.row.text.lower().split())


def test_plain_words_leave_nothing_out(searcher: Searcher) -> None:
    assert len(searcher.search("barnevern skole politi", k=524)) == len(searcher.search("x", k=524))


def test_fields_are_filters(searcher: Searcher) -> None:
    wanted = Filters(year_from=2015, year_to=2018, languages=("sv",))
    by_filter = searcher.search("samverkan", k=100, filters=wanted)
    by_field = searcher.search("samverkan year:2015..2018 language:svenska", k=100)
    assert [h.row.passage_id for h in by_field] == [h.row.passage_id for h in by_filter]
    assert by_field


def test_fields_alone_list_what_they_leave_in_the_indexs_order(searcher: Searcher) -> None:
    hits = searcher.search("year:2017 -language:en", k=100)
    assert {hit.row.year for hit in hits} == {2017}
    assert "en" not in {hit.row.language for hit in hits}
    assert all(hit.closeness == hit.score == 0.0 for hit in hits)
    listed = [
        hit.row.passage_id for hit in searcher.browse(Filters(year_from=2017, year_to=2017), 500)
    ]
    found = [hit.row.passage_id for hit in hits]
    assert found == [name for name in listed if name in set(found)]


def test_a_title_alone_is_searched_by_its_meaning(searcher: Searcher) -> None:
    hits = searcher.search("title:familiecentre", k=10)
    assert hits
    assert all("famili" in hit.row.title.lower() for hit in hits)
    assert hits[0].closeness > 0


def test_mistakes_are_told_and_search_goes_on(searcher: Searcher) -> None:
    answer = searcher.answer('samarbeid "uten slutt', k=5)
    assert len(answer.hits) == 5
    assert str(answer.notices[0]) == (
        "The quotation mark at character 11 is not closed; the query was searched as plain words."
    )


def test_a_correction_is_told_where_no_passage_has_the_word(searcher: Searcher) -> None:
    answer = searcher.answer("taushetsplikten i samarbied", k=3)
    (notice,) = answer.notices
    assert (notice.kind, notice.values["value"]) == ("corrected", "samarbied")
    assert told(searcher, '"taushetspliktenn"') == []


def test_a_paragraph_is_searched_as_a_passage(searcher: Searcher) -> None:
    answer = searcher.answer(LONG, k=5)
    assert answer.query.paragraph
    assert [notice.kind for notice in answer.notices] == ["paragraph"]
    own = searcher.browse(Filters(languages=("nb",)), k=30)
    passage = next(hit.row for hit in own if len(hit.row.text.split()) > 45)
    best = searcher.search(passage.text, k=3)
    assert passage.passage_id in [hit.row.passage_id for hit in best]


def test_the_parts_of_a_query_are_met_by_compounds(searcher: Searcher) -> None:
    met = {word for hit in searcher.search("plikt", k=30, language="nb") for word in hit.met}
    assert any(word.endswith("plikt") and len(word) > 5 for word in met)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Searcher:
    """An index with sentences and a background, without a model."""
    folder = tmp_path_factory.mktemp("generation")
    rows = [
        make_row("a", "Ledelsen svikter. Ingen møtes.", sentences=((0, 17), (18, 30))),
        make_row("b", "Møter hver uke. Alle vet det.", sentences=((0, 15), (16, 29))),
    ]
    build_index(
        folder,
        rows,
        make_vectors([row.text for row in rows]),
        no_means(),
        sentences=make_vectors(sentence_texts(rows)),
        unrelated=make_vectors(unrelated_texts()),
    )
    assert check_index(folder) == []
    return Searcher(folder, DirectionEmbedder())


def test_the_sentence_that_means_the_query_is_named(small: Searcher) -> None:
    meant = {}
    for typed in ("Ingen møtes.", "Ledelsen svikter."):
        hit = next(h for h in small.search(typed) if h.row.passage_id == "a")
        assert hit.meaning is not None
        meant[typed] = hit.row.text[slice(*hit.meaning)]
    assert meant == {typed: typed for typed in meant}
    like = small.more_like("a")[0]
    assert like.meaning is not None
    assert small.search("year:2020..") == []


def test_starter_rows_without_sentences_name_none(searcher: Searcher) -> None:
    assert all(hit.meaning is None for hit in searcher.search("samarbeid"))


def test_nothing_fits_is_told_only_of_a_question(small: Searcher) -> None:
    far = "xyzzy plugh"
    assert told(small, far) == ["nothing_fits"]
    assert told(small, "Ledelsen svikter. Ingen møtes.") == []
    assert told(small, f'"{far}"') == []  # nothing is found, and that says it
    assert told(small, f"{far} -skole") == []
    assert told(small, f"{far} " * 40) == ["paragraph"]
    assert told(small, far, filters=Filters(languages=("fi",))) == []


def twin_rows() -> list[IndexRow]:
    text = "Samarbeid krever tid og tydelig ledelse i kommunen, sier de som var med på det. " * 3
    rows = [
        make_row("a1", text, publication_id="one"),
        make_row("b1", text + "Ny utgave.", publication_id="two"),
        make_row("b2", text.replace("sier", "mener", 1), publication_id="two"),
        make_row("c1", "Helt annen tekst om barnehager og foreldre.", publication_id="three"),
        make_row("d1", text, publication_id="four", language="da"),
    ]
    return [replace(row, year=2000 + number) for number, row in enumerate(rows)]


def test_near_identical_passages_are_named_with_the_one_that_is_shown(tmp_path: Path) -> None:
    rows = twin_rows()
    vectors = make_vectors(["x", "x", "x", "y", "x"])
    build_index(tmp_path, rows, vectors, no_means())
    opened = Searcher(tmp_path, DirectionEmbedder())
    hits = {hit.row.passage_id: hit for hit in opened.search("samarbeid ledelse", k=10)}
    assert len(hits) == 3  # of the three in Norwegian one; another language is another text
    shown = next(hit for name, hit in hits.items() if name in ("a1", "b1", "b2"))
    others = {"a1", "b1", "b2"} - {shown.row.passage_id}
    assert {row.passage_id for row in shown.twins} == others
    assert hits["c1"].twins == hits["d1"].twins == ()
    removed = opened.search("samarbeid ledelse", k=10, filters=Filters(without=("two",)))
    first = next(hit for hit in removed if hit.row.passage_id == "a1")
    assert first.twins == ()
    (best, *_) = opened.more_like("c1")
    assert len(best.twins) in (0, 2)


def test_an_operator_over_an_empty_index_finds_nothing(tmp_path: Path) -> None:
    build_index(tmp_path, [], np.zeros((0, 8), dtype=np.float32), no_means())
    opened = Searcher(tmp_path, DirectionEmbedder())
    for typed in ('"a b" -c', "a AND b", "author:x", "a*", "year:2019", LONG):
        assert opened.search(typed) == []


def test_every_starter_passage_is_found_by_a_phrase_of_its_own(searcher: Searcher) -> None:
    """In each language: the words of a phrase are stemmed alike in the index and the query."""
    rows = starter_rows()
    for language in ("nb", "nn", "sv", "da", "fi", "is", "en"):
        row = next(row for row in rows if row.language == language)
        words = [word.strip('.,:;«»"()') for word in row.text.split()[2:7]]
        found = searcher.search(f'"{" ".join(words)}"', k=10, language=language)
        assert row.passage_id in [hit.row.passage_id for hit in found]
        assert all(hit.phrase for hit in found if hit.row.passage_id == row.passage_id)
