"""A blind round on screen: made, coded unseen, closed, compared, settled, and its agreement."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from streamlit.testing.v1 import AppTest

from corpora.codebook import load_codebook
from kb.coding.acts import list_acts
from kb.coding.codings import record_coding
from kb.coding.comments import write_comment
from kb.coding.comparison import ComparedFactor, compare_round
from kb.coding.listing import passage_codings
from kb.coding.rounds import RoundView, close_round, create_round, list_rounds, mark_done
from tests.app.conftest import Opener, html_of, keys_of
from tests.app.sample_base import HOSTILE, Sample, build_sample

CODEBOOK = load_codebook()
SECRET = "Only Ola may read this before the round is closed."


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sample]:
    """A knowledge base of this module's own, since rounds stay in the record."""
    built = build_sample(tmp_path_factory.mktemp("rounds") / "home")
    yield built
    built.store.close()


def passages(sample: Sample) -> list[str]:
    """The two passages of the Swedish publication."""
    return [sample.passage("Samverkan", number).id for number in range(2)]


def code(sample: Sample, view: RoundView, who: str, at: int, factor: str, way: str) -> None:
    """One coding in a round, by somebody who does not use the page."""
    record_coding(
        sample.store, CODEBOOK, passages(sample)[at], factor=factor, direction=way, act="add",
        coder=who, round_id=view.id,
    )  # fmt: skip


def closed_round(sample: Sample, name: str) -> RoundView:
    """A round of Kari and Ola that differ on both passages."""
    view = create_round(sample.store, name, passages(sample), ["Kari", "Ola"], by="Kari")
    code(sample, view, "Kari", 0, "colocation", "facilitator")
    code(sample, view, "Ola", 0, "colocation", "barrier")
    code(sample, view, "Kari", 1, "leadership", "barrier")
    code(sample, view, "Ola", 1, "leadership", "mixed")
    for passage in passages(sample):
        for coder in ("Kari", "Ola"):
            mark_done(sample.store, view.id, passage, coder=coder)
    return close_round(sample.store, view.id, by="Kari")


def settled(sample: Sample, view: RoundView) -> dict[str, tuple[str, str] | None]:
    """What settles each factor, and how."""
    found: list[ComparedFactor] = compare_round(sample.store, view.id)
    return {
        one.factor: (one.settled.act, one.settled.direction) if one.settled else None
        for one in found
    }


def press(test: AppTest, label: str) -> None:
    """Press the button with this label."""
    (button,) = [one for one in test.button if one.label == label]
    button.click().run()
    assert not test.exception


def test_a_round_is_made_with_the_form(open_view: Opener, sample: Sample) -> None:
    test = open_view("coding", part="rounds")
    test.text_input(key="round-name").set_value(f"Made here {HOSTILE}"[:60])
    test.text_area(key="round-coders").set_value("Kari\nOla\n\n")
    test.number_input(key="round-size").set_value(3)
    press(test, "Make the round")
    (view,) = list_rounds(sample.store)
    assert (view.coders, view.passages, view.shows_machine) == (("Kari", "Ola"), 3, False)
    assert view.chosen["by"] == "sample"
    html = html_of(test)
    assert "<script>" not in html
    assert "suggestions hidden" in html
    assert keys_of(test.button, "close-") == [f"close-{view.id}"]
    close_round(sample.store, view.id, by="Kari")  # its coders may code the passages again


def test_what_a_round_refuses_is_said(open_view: Opener, sample: Sample) -> None:
    before = len(list_rounds(sample.store))
    test = open_view("coding", part="rounds")
    test.text_input(key="round-name").set_value("Alone")
    press(test, "Make the round")
    assert "Expected two coders or more for a round, found 1" in html_of(test)
    assert len(list_rounds(sample.store)) == before


def test_a_blind_round_is_coded_unseen_and_closed(open_view: Opener, sample: Sample) -> None:
    view = create_round(sample.store, "Blind", passages(sample), ["Kari", "Ola"], by="Kari")
    code(sample, view, "Ola", 0, "culture", "neutral")
    write_comment(sample.store, passages(sample)[0], SECRET, by="Ola")
    mark_done(sample.store, view.id, passages(sample)[0], coder="Ola")
    test = open_view("coding", **{"from": "round", "round": str(view.id)})
    test.session_state["coding-history"] = True
    test.run()
    html = html_of(test)
    assert "0 of 2 passages done" in html
    assert "Hidden in this round" in html
    assert "82 % sure" not in html
    assert not keys_of(test.button, "coding-accept-")
    assert "Others’ codings" not in html
    assert "Ola" not in html
    assert SECRET not in html

    test.button(key="coding-factor-colocation").click().run()
    test.button(key="coding-direction-facilitator").click().run()
    (own,) = passage_codings(sample.store, passages(sample)[0], "Kari")
    assert (own.coder, own.factor, own.round_id) == ("Kari", "colocation", view.id)
    test.button(key="coding-done").click().run()
    assert "1 of 2 passages done" in html_of(test)
    test.button(key="coding-undo").click().run()
    assert "0 of 2 passages done" in html_of(test)
    test.button(key="coding-redo").click().run()
    test.button(key="coding-done").click().run()  # it shows what was redone; the next is the other
    test.button(key="coding-done").click().run()
    assert not test.exception
    assert "You are done with this round" in html_of(test)

    test = open_view("coding", part="rounds")
    assert "Not done yet: Ola" in html_of(test)
    assert test.button(key=f"close-{view.id}").disabled
    test.checkbox(key=f"round-sure-{view.id}").check().run()
    test.button(key=f"close-{view.id}").click().run()
    assert "The round “Blind” is closed." in html_of(test)
    (now,) = [one for one in list_rounds(sample.store) if one.name == "Blind"]
    assert now.closed_by == "Kari"
    compared = html_of(open_view("coding", part="rounds", round=str(view.id)))
    assert "Ola" in compared


def test_settling_is_undone_by_its_own_act(open_view: Opener, sample: Sample) -> None:
    view = closed_round(sample, "Settled")
    test = open_view("coding", part="rounds", round=str(view.id))
    place = passages(sample)[0]
    assert html_of(test).count("sv-differs") == 2
    test.button(key=f"settle-{place}-colocation-none").click().run()
    assert settled(sample, view)["colocation"] == ("dismiss", "facilitator")
    assert html_of(test).count("sv-differs") == 1
    comment = write_comment(sample.store, place, "Said in another window.", by="Kari")
    assert comment
    test.button(key="undo").click().run()
    assert settled(sample, view)["colocation"] is None
    newest, said = list_acts(sample.store, "Kari", limit=2)
    assert (newest.kind, newest.what) == ("undo", "coding")
    assert (said.what, said.undone) == ("comment", False)


def test_a_coders_word_or_another_settles(open_view: Opener, sample: Sample) -> None:
    view = closed_round(sample, "Two ways")
    test = open_view("coding", part="rounds", round=str(view.id))
    first, second = passages(sample)
    (taken,) = [
        coding.id
        for one in compare_round(sample.store, view.id)
        for coding in one.codings
        if (coding.coder, coding.factor) == ("Ola", "colocation")
    ]
    test.button(key=f"settle-{first}-colocation-{taken}").click().run()
    test.button(key=f"settle-{second}-leadership-neutral").click().run()
    assert settled(sample, view) == {
        "colocation": ("settle", "barrier"),
        "leadership": ("settle", "neutral"),
    }
    assert "sv-differs" not in html_of(test)


def test_agreement_is_drawn_with_its_figures(open_view: Opener, sample: Sample) -> None:
    view = closed_round(sample, "Measured")
    test = open_view("coding", part="agreement", round=str(view.id))
    assert not test.exception
    html = html_of(test)
    assert "2 passages judged by several" in html
    assert "Kari (2), Ola (2)" in html
    assert "Krippendorff α" in html
    assert "All factors: said or not" in html
    assert "not blind" not in html
    assert (
        len(keys_of(test.get("download_button"), "agreement-")) == 3
        or len(test.get("download_button")) == 3
    )
    everything = open_view("coding", part="agreement")
    assert not everything.exception


def test_only_who_made_a_round_is_offered_to_close_it(open_view: Opener, sample: Sample) -> None:
    view = create_round(sample.store, "Of Ola", passages(sample), ["Kari", "Ola"], by="Ola")
    test = open_view("coding", part="rounds")
    assert f"close-{view.id}" not in keys_of(test.button, "close-")
    assert "Ola closes it; its coders may once all of them are done." in html_of(test)
    close_round(sample.store, view.id, by="Ola")
