"""How quotations and their places are worded, and gathered under one record."""

from __future__ import annotations

import pytest

from kb.citations.entries import CitedEntry, CitedPassage, gather
from tests.kb.citations.records import ARTICLE, REPORT, WEBPAGE, quoted


@pytest.mark.parametrize(
    ("passage", "locator", "note"),
    [
        (CitedPassage("A b.", "12"), ("page", "12"), "“A b.” (p. 12)"),
        (CitedPassage("A b.", "12", "12"), ("page", "12"), "“A b.” (p. 12)"),
        (CitedPassage("A b.", "12", "13"), ("page", "12-13"), "“A b.” (pp. 12–13)"),
        (CitedPassage("A b.", "xii", "xiii"), ("page", "xii-xiii"), "“A b.” (pp. xii–xiii)"),
        (CitedPassage("A b.", "A-3"), ("page", "A-3"), "“A b.” (p. A-3)"),
        (CitedPassage("A b.", section="Funn"), ("section", "Funn"), "“A b.” (Funn)"),
        (CitedPassage("A b.", "7", section="Funn"), ("page", "7"), "“A b.” (p. 7)"),
        (CitedPassage("A b."), None, "“A b.”"),
        (CitedPassage(" A\nb. ", " ", None, " "), None, "“A b.”"),
    ],
)
def test_a_quotation_names_its_place(
    passage: CitedPassage, locator: tuple[str, str] | None, note: str
) -> None:
    assert passage.locator == locator
    assert passage.as_note() == note


def test_a_note_stands_behind_its_quotation_or_alone() -> None:
    assert CitedEntry(REPORT).as_note() is None
    assert CitedEntry(REPORT, note=" min \n note ").as_note() == "min note"
    both = CitedEntry(REPORT, CitedPassage("A.", "1"), "min note")
    assert both.as_note() == "“A.” (p. 1) – min note"


def test_passages_of_one_publication_are_gathered_in_order() -> None:
    gathered = gather([*quoted(), CitedEntry(ARTICLE)])
    assert [publication.csl["id"] for publication in gathered] == ["p0a1", "p0e1", "p0b1"]
    report, page, article = gathered
    assert report.notes == (
        "“Ledelsen må “ville” det.” (pp. 12–13) – viktig for kap. 3",
        "“Uten penger stanser det.” (p. xiv)",
    )
    assert len(report.passages) == 2
    assert page.notes == ("“Alla möts här.” (Resultat › Möten)",)
    assert article.notes == ()
    assert article.passages == ()


def test_the_same_passage_twice_is_quoted_once() -> None:
    entry = CitedEntry(REPORT, CitedPassage("A.", "1"))
    (publication,) = gather([entry, entry])
    assert publication.notes == ("“A.” (p. 1)",)
    assert len(publication.passages) == 1


def test_records_without_id_stay_apart_and_records_are_not_altered() -> None:
    nameless = {key: value for key, value in WEBPAGE.items() if key != "id"}
    assert len(gather([CitedEntry(nameless), CitedEntry(nameless)])) == 2
    before = dict(REPORT)
    (publication,) = gather([CitedEntry(REPORT)])
    publication.csl["title"] = "changed"
    assert before == REPORT
