"""The search page: questions, filters, pages of results, checks; each in the address."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from streamlit.testing.v1 import AppTest

from corpora.codebook import load_codebook
from kb.coding.codings import StoredCodings
from kb.tables import Coding
from tests.app.conftest import Opener, html_of, keys_of
from tests.app.sample_base import CODER_VERSION, Sample


def cards(test: AppTest) -> list[str]:
    """The quotations on the page, as HTML."""
    return [str(e.value) for e in test.get("html") if '"sv-quote"' in str(e.value)]


def test_it_opens_with_examples_and_no_results(open_view: Opener) -> None:
    test = open_view()
    assert not test.exception
    links = [link for link in test.get("page_link") if "ledelsens betydning" in str(link.proto)]
    assert len(links) == 1
    assert cards(test) == []
    html = html_of(test)
    assert "5 countries" in html
    assert "15 factors in the codebook" in html


def test_a_question_in_one_language_finds_passages_in_others(open_view: Opener) -> None:
    test = open_view(q="confidentiality as an obstacle")
    assert not test.exception
    found = cards(test)
    assert 'lang="en"' in found[0] and "Confidentiality" in found[0]
    assert any('lang="nb"' in card and "Taushetsplikten" in card for card in found[:4])
    html = html_of(test)
    assert "9 passages · 5 publications · 5 countries" in html
    assert "<mark>" in found[0]


def test_a_card_says_where_its_passage_is_from(open_view: Opener) -> None:
    card = cards(open_view(q="ledere mandat samarbeid"))[0]
    for part in ("Berg", "Eksempelinstituttet", "2019", "<strong>Norway</strong>", "p. 11", "Funn"):
        assert part in card
    assert "Research report" in card


def test_suggestions_are_called_suggestions(open_view: Opener) -> None:
    html = html_of(open_view(q="ledere mandat samarbeid"))
    assert "machine suggestion, 82 %" in html
    assert "have not been read by a person" in html
    assert "▲ Leadership: facilitator" in html


def test_asking_puts_the_question_into_the_address(open_view: Opener) -> None:
    test = open_view()
    test.text_input(key="q-text").set_value("  felles   budsjett ")
    test.button(key="q-go").click().run()
    assert test.query_params["q"] in ("felles budsjett", ["felles budsjett"])
    assert (
        "et felles budsjett" in html_of(test).replace("</mark>", "").replace("<mark>", "").lower()
    )


def test_filters_narrow_and_are_in_the_address(open_view: Opener) -> None:
    test = open_view(q="samarbeid")
    test.button_group(key="filter-country").set_value(["SE"]).run()
    assert test.query_params["country"] in ("SE", ["SE"])
    assert all('lang="sv"' in card for card in cards(test))
    test.button_group(key="filter-direction").set_value(["barrier"]).run()
    assert len(cards(test)) == 1
    assert "sv-barrier" in html_of(test)


def test_filters_of_the_address_are_set_and_can_be_taken_away(open_view: Opener) -> None:
    test = open_view(factor=["leadership"], country=["NO", "FI"])
    assert test.button_group(key="filter-country").value == ["NO", "FI"]
    assert len(cards(test)) == 2
    test.button(key="chip-country-Norway").click().run()
    assert test.query_params["country"] in ("FI", ["FI"])
    assert len(cards(test)) == 1
    test.button(key="filters-clear").click().run()
    assert "country" not in test.query_params
    assert keys_of(test.button, "chip-") == []


def test_years_and_verified_narrow(open_view: Opener) -> None:
    test = open_view(q="samarbeid", year_from="2019", year_to="2019")
    assert len(cards(test)) == 3
    assert test.selectbox(key="filter-year_from").value == 2019
    test.selectbox(key="filter-year_to").set_value(2021).run()
    assert len(cards(test)) == 6
    test.toggle(key="filter-verified").set_value(True).run()
    assert cards(test) == []
    assert "Nothing was found" in html_of(test)
    assert "take one away" in html_of(test)


def test_results_are_grouped_by_publication(open_view: Opener) -> None:
    test = open_view(q="samarbeid om barn", group="publication")
    assert not test.exception
    titles = [link.proto.label for link in test.get("page_link")]
    assert titles.count("Ledelse og samarbeid i kommunene") >= 1
    assert any("from this publication" in expander.label for expander in test.expander)
    assert len(test.get("menu_button")) >= 9


def test_turning_the_page_keeps_the_question(open_view: Opener, sample: Sample) -> None:
    test = open_view(q="samarbeid", page="7", size="10")
    assert len(cards(test)) == 9  # beyond the last page: the last one is shown
    assert not keys_of(test.get("pagination"), "pager")


def test_an_unknown_code_in_the_address_is_one_clear_sentence(open_view: Opener) -> None:
    test = open_view(q="x", factor=["luck"])
    assert not test.exception
    html = html_of(test)
    assert "filters that there are not (“luck”); they are left out." in html
    assert "sv-problem" not in html and "codebook.yaml" not in html
    assert len(cards(test)) > 1
    assert not keys_of(test.button, "chip-factor")


def test_accepting_a_suggestion_counts_at_once_and_can_be_undone(
    open_view: Opener, sample: Sample
) -> None:
    passage = sample.passage("Ledelse", 2)
    test = open_view(factor=["resources"])
    test.button(key=f"accept-hit-{passage.id}-0").click().run()
    assert not test.exception
    assert "checked by Kari" in html_of(test)
    (coding,) = StoredCodings(sample.store).for_passages([passage.id])[passage.id]
    assert (coding.status, coding.coder, coding.direction) == ("accepted", "Kari", "facilitator")
    with sample.store.read() as session:
        act = session.scalars(select(Coding).where(Coding.passage_id == passage.id)).one()
    assert act.machine == {
        "factor": "resources",
        "direction": "facilitator",
        "confidence": pytest.approx(0.82, abs=1e-3),
        "model_version": CODER_VERSION,
    }
    verified = open_view(factor=["resources"], verified="1")
    assert len(cards(verified)) == 1
    test.button(key="undo").click().run()
    assert passage.id not in StoredCodings(sample.store).for_passages([passage.id])
    assert "machine suggestion" in html_of(test)


def test_a_rejected_suggestion_no_longer_counts(open_view: Opener, sample: Sample) -> None:
    passage = sample.passage("Samverkan", 0)
    test = open_view(factor=["colocation"])
    assert len(cards(test)) == 1
    test.button(key=f"reject-hit-{passage.id}-0").click().run()
    assert cards(test) == []
    test.button(key="undo").click().run()
    assert len(cards(test)) == 1


def test_a_person_can_add_a_factor(open_view: Opener, sample: Sample) -> None:
    passage = sample.passage("Confidentiality", 1)
    test = open_view(q="coordinator plan meetings", country=["DK"])
    assert test.selectbox(key=f"add-factor-hit-{passage.id}").value is None
    assert test.button(key=f"add-hit-{passage.id}").disabled
    test.selectbox(key=f"add-factor-hit-{passage.id}").set_value("routines").run()
    assert load_codebook().definition("factors", "routines", "en")[:30] in html_of(test)
    assert test.button(key=f"add-hit-{passage.id}").disabled
    test.selectbox(key=f"add-direction-hit-{passage.id}").set_value("mixed").run()
    test.button(key=f"add-hit-{passage.id}").click().run()
    assert test.selectbox(key=f"add-factor-hit-{passage.id}-1").value is None  # a menu of its own
    assert "Routines: mixed" in html_of(test)
    (coding,) = StoredCodings(sample.store).for_passages([passage.id])[passage.id]
    assert (coding.factor, coding.direction, coding.status) == ("routines", "mixed", "added")
    test.button(key="undo").click().run()
    assert passage.id not in StoredCodings(sample.store).for_passages([passage.id])


def test_a_nameless_coder_is_asked_who_they_are(
    open_view: Opener, sample: Sample, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SAMVIRKE_USER")
    monkeypatch.setenv("SAMVIRKE_USER", "")
    passage = sample.passage("Yhteinen")
    test = open_view(country=["FI"])
    test.button(key=f"accept-hit-{passage.id}-0").click().run()
    assert passage.id not in StoredCodings(sample.store).for_passages([passage.id])
    test.text_input(key="sv-name-asked").set_value("Aino")
    next(b for b in test.button if b.label == "Continue").click().run()
    (coding,) = StoredCodings(sample.store).for_passages([passage.id])[passage.id]
    assert coding.coder == "Aino"
    test.button(key="undo").click().run()
    assert passage.id not in StoredCodings(sample.store).for_passages([passage.id])


def test_the_interface_speaks_norwegian_and_swedish(open_view: Opener) -> None:
    norwegian = html_of(open_view(q="samarbeid", lang="nb"))
    assert "Søk i kunnskapen" in norwegian
    assert "9 utdrag · 5 publikasjoner · 5 land" in norwegian
    assert "Ledelse: fremmer" in norwegian.replace("Fremmer", "fremmer")
    swedish = html_of(open_view(q="samarbeid", lang="sv"))
    assert "9 avsnitt · 5 publikationer · 5 länder" in swedish
    assert "maskinförslag" in swedish


def test_choosing_a_language_keeps_the_question(open_view: Opener) -> None:
    test = open_view(q="samarbeid")
    test.radio(key="sv-language").set_value("sv").run()
    assert "Sök i kunskapen" in html_of(test)
    assert test.query_params["q"] in ("samarbeid", ["samarbeid"])
    assert test.query_params["lang"] in ("sv", ["sv"])


def test_a_question_that_is_too_long_is_cut_and_it_is_said(open_view: Opener) -> None:
    test = open_view()
    test.text_input(key="q-text").set_value("samarbeid " * 300)
    test.button(key="q-go").click().run()
    assert not test.exception
    assert "Only the first 2000 characters of a question are searched." in html_of(test)
    assert cards(test)
    assert "Only the first" not in html_of(open_view(q="samarbeid"))


def test_publications_are_counted_as_publications(open_view: Opener) -> None:
    passages = html_of(open_view(q="samarbeid"))
    assert "9 passages · 5 publications" in passages
    assert "the best of" not in passages  # all of them are shown
    publications = html_of(open_view(q="samarbeid", group="publication"))
    assert "<strong>5 publications · 5 countries</strong>" in publications
