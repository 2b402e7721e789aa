"""The Coding page: a passage coded, undone and finished under a name; keys; empty states."""

from __future__ import annotations

from app.widgets.coding_keys import ACTIONS, direction_keys, factor_keys
from kb.coding.listing import passage_codings
from tests.app.conftest import Opener, html_of, keys_of
from tests.app.sample_base import Sample


def test_no_key_means_two_things() -> None:
    ways = direction_keys(["facilitator", "barrier", "mixed", "neutral", "other"])
    factors = factor_keys([f"factor{n}" for n in range(30)], tuple(ways.values()))
    used = [*ACTIONS, *ways.values(), *factors.values()]
    assert len(used) == len(set(used))
    assert not {"c", "r"} & set(used)  # Streamlit's own
    assert len(factors) >= 15


def test_a_factor_and_a_direction_make_a_coding_that_is_undone(
    open_view: Opener, sample: Sample
) -> None:
    passage = sample.passage("Samverkan", 1)
    test = open_view("coding", **{"from": "passage", "passage": passage.id})
    assert not test.exception
    assert "chefen" in html_of(test)
    test.button(key="coding-direction-barrier").click().run()
    test.button(key="coding-factor-continuity").click().run()
    assert not test.exception
    (own,) = [c for c in passage_codings(sample.store, passage.id) if c.coder == "Kari"]
    assert (own.factor, own.direction, own.status) == ("continuity", "barrier", "added")
    test.button(key="coding-undo").click().run()
    assert [c for c in passage_codings(sample.store, passage.id) if c.coder == "Kari"] == []
    assert "Undone" in html_of(test)


def test_hostile_text_stays_text(open_view: Opener, sample: Sample) -> None:
    passage = sample.passage("Hostile")
    html = html_of(open_view("coding", **{"from": "passage", "passage": passage.id}))
    assert "&lt;script&gt;" in html
    assert "<script>" not in html


def test_each_part_says_what_is_missing(open_view: Opener) -> None:
    for part in ("stop", "rounds", "agreement"):
        test = open_view("coding", part=part)
        assert not test.exception, part
        assert "sv-problem" not in html_of(test), part
    test = open_view("coding", **{"from": "round"})
    assert "You are in no open round" in html_of(test)
    assert not keys_of(test.button, "coding-done")
