"""Anchors: passages are found again when their text has moved, changed a little, or gone."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kb.anchors import Candidate, best_match, make_anchor, normalise, passage_id, text_hash

TEXT = "Taushetsplikten ble ofte oppfattet som et hinder, også der loven åpnet for å dele."
OTHER = "Økonomien var knapp i alle kommunene, og stillinger sto ledige i lange perioder."


def test_a_hash_ignores_spacing_case_and_soft_hyphens() -> None:
    assert text_hash("Sam\u00adarbeid  om\nbarn") == text_hash("samarbeid om barn")
    assert text_hash("samarbeid om barn") != text_hash("samarbeid om børn")


def test_ids_differ_by_publication_and_by_ordinal() -> None:
    digest = text_hash(TEXT)
    ids = {passage_id("p1", digest, 0), passage_id("p1", digest, 1), passage_id("p2", digest, 0)}
    assert len(ids) == 3
    assert all(len(found) == 20 for found in ids)


def test_an_anchor_keeps_the_words_and_what_stands_around() -> None:
    start = TEXT.index("oppfattet")
    anchor = make_anchor(TEXT, 4, start, start + len("oppfattet"), before=OTHER)
    assert anchor["exact"] == "oppfattet"
    assert anchor["prefix"].endswith("ble ofte")
    assert anchor["suffix"].startswith("som et hinder")
    assert anchor["page"] == 4


def test_the_same_text_on_another_page_is_found() -> None:
    candidates = [Candidate("a", OTHER, 2), Candidate("b", TEXT, 9)]
    assert best_match(make_anchor(TEXT, 4), candidates) == "b"


def test_a_slightly_edited_text_is_found() -> None:
    edited = TEXT.replace("ofte ", "svært ofte ").replace("hinder", "stort hinder")
    assert best_match(make_anchor(TEXT, 4), [Candidate("b", edited, 4)]) == "b"


def test_a_text_joined_with_the_next_one_is_found() -> None:
    assert best_match(make_anchor(TEXT, 4), [Candidate("b", f"{OTHER} {TEXT}", 4)]) == "b"


def test_a_text_that_is_gone_is_not_guessed() -> None:
    assert best_match(make_anchor(TEXT, 4), [Candidate("a", OTHER, 4)]) is None
    assert best_match(make_anchor(TEXT, 4), []) is None


def test_of_two_equal_texts_the_nearer_page_wins() -> None:
    candidates = [Candidate("far", TEXT, 40), Candidate("near", TEXT, 5)]
    assert best_match(make_anchor(TEXT, 4), candidates) == "near"


def test_context_decides_between_equal_quotations() -> None:
    anchor = make_anchor("Først. Ja. Sist.", 0, 7, 10)
    candidates = [Candidate("x", "Noe annet. Ja. Mer.", 0), Candidate("y", "Først. Ja. Sist.", 9)]
    assert best_match(anchor, candidates) == "y"


def test_the_same_words_in_another_order_are_another_text() -> None:
    turned = " ".join(reversed(TEXT.split()))
    assert best_match(make_anchor(TEXT, 4), [Candidate("a", turned, 4)]) is None


def test_the_least_changed_and_nearest_of_many_alike_is_found() -> None:
    more = TEXT.replace("loven", "regelen").replace("hinder", "vern")
    alike = [Candidate(f"much{n}", more, n) for n in range(30)]
    alike += [Candidate(f"little{n}", TEXT.replace("ofte", f"ofte {n}"), n) for n in range(30)]
    assert best_match(make_anchor(TEXT, 23), alike) == "little23"
    assert best_match(make_anchor(TEXT, 23), alike[:30]) == "much23"


def test_an_empty_quotation_matches_nothing() -> None:
    assert best_match({"exact": "", "page": 0}, [Candidate("a", OTHER, 0)]) is None


@given(st.text())
def test_normalising_twice_changes_nothing_more(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


@given(st.text(min_size=1).filter(lambda text: bool(normalise(text))), st.integers(0, 500))
def test_an_unchanged_passage_is_always_found(text: str, page: int) -> None:
    assert best_match(make_anchor(text, page), [Candidate("same", text, page)]) == "same"


def test_broken_words_and_other_marks_are_the_same_letters() -> None:
    broken = (
        TEXT.replace("oppfattet", "opp-\nfattet")
        .replace("hinder,", "hin\u00addrer")
        .replace("hindrer", "hinder –")
    )
    assert (
        best_match(make_anchor(TEXT, 4), [Candidate("a", OTHER, 4), Candidate("b", broken, 4)])
        == "b"
    )


def test_a_text_cut_in_two_goes_to_the_larger_part() -> None:
    cut = TEXT.index("som et")
    parts = [
        Candidate("a", f"{OTHER} {TEXT[:cut]}", 4),
        Candidate("b", TEXT[cut:], 4),
        Candidate("c", OTHER, 5),
    ]
    assert best_match(make_anchor(TEXT, 4), parts) == "b"


def test_a_look_alike_that_stood_beside_it_is_another_text() -> None:
    sister = TEXT.replace("Taushetsplikten", "Meldeplikten")
    assert best_match(make_anchor(TEXT, 4), [Candidate("b", sister, 4, stayed=True)]) is None
    assert best_match(make_anchor(TEXT, 4), [Candidate("b", sister, 4)]) == "b"
    assert (
        best_match(make_anchor(TEXT, 4), [Candidate("b", f"{TEXT} {OTHER}", 4, stayed=True)]) == "b"
    )
