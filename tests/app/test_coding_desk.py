"""The desk in Streamlit's own runner: keys as a list, a queue's done undone, comments, forms."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from kb.coding.appraisals import appraisal_history
from kb.coding.comments import passage_comments
from kb.coding.queue import open_queue
from kb.coding.queue_reading import queue_status
from kb.knowledge_base import open_knowledge_base
from tests.app.conftest import Opener, html_of, keys_of
from tests.app.sample_base import HOSTILE, Sample, build_sample


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sample]:
    """A knowledge base of this module's own, since what is said stays in the record."""
    built = build_sample(tmp_path_factory.mktemp("desk") / "home")
    yield built
    built.store.close()


def _read_keys() -> None:
    import streamlit as st

    from app.widgets.coding_script import pressed_keys

    st.json(pressed_keys("typed", "now", 2))


@pytest.mark.parametrize(
    ("sent", "found"),
    [
        ({"task": "now", "keys": [[2, "1"], [4, "f"], [3, "2"]]}, [[3, "2"], [4, "f"]]),
        ({"task": "now", "keys": [[1, "a"], [2, "b"]]}, []),
        ({"task": "before", "keys": [[3, "a"]]}, []),
        ({"task": "now"}, []),
        ({"task": "now", "keys": ["x", [3], [3, "a", "b"], ["4", "a"]]}, []),
        ("nothing", []),
        (None, []),
    ],
)
def test_only_keys_that_were_not_heard_are_taken_in_order(sent: Any, found: Any) -> None:
    test = AppTest.from_function(_read_keys)
    test.session_state["typed"] = SimpleNamespace(pressed=sent)
    test.run()
    assert not test.exception
    (read,) = test.json
    assert read.value.replace(" ", "") == str(found).replace("'", '"').replace(" ", "")


def test_done_in_a_queue_is_undone_and_redone(open_view: Opener, sample: Sample) -> None:
    kb = open_knowledge_base(sample.settings)
    queue = open_queue(sample.store, kb.codebook, factor="leadership")

    def answered() -> int:
        return queue_status(sample.settings, sample.store, kb.codebook, queue).answered

    test = open_view("coding", **{"from": "queue", "factor": "leadership"})
    assert not test.exception
    quote = next(part for part in html_of(test).splitlines() if "sv-quote" in part)
    test.button(key="coding-done").click().run()
    assert answered() == 1
    assert quote not in html_of(test)
    (undo,) = [one for one in test.button if one.key == "coding-undo"]
    assert undo.label == "Undo\\: a passage done"
    undo.click().run()
    assert answered() == 0
    assert quote in html_of(test)
    test.button(key="coding-redo").click().run()
    assert answered() == 1
    test.button(key="coding-undo").click().run()
    test.button(key="coding-pass").click().run()
    assert "Passed over." in html_of(test)
    test.button(key="coding-undo").click().run()
    assert "Undone: passed over" in html_of(test)
    assert quote in html_of(test)
    assert answered() == 0


def test_hostile_comments_stay_text(open_view: Opener, sample: Sample) -> None:
    passage = sample.passage("Samverkan")
    test = open_view("coding", **{"from": "passage", "passage": passage.id})
    test.button(key="coding-talk").click().run()
    test.text_area(key="coding-words-0").set_value(f"</p>{HOSTILE}")
    (keep,) = [one for one in test.button if one.label == "Keep"]
    keep.click().run()
    assert not test.exception
    (comment,) = passage_comments(sample.store, passage.id, "Kari")
    assert comment.text == f"</p>{HOSTILE}"
    html = html_of(test)
    assert "&lt;/p&gt;&lt;script&gt;" in html
    assert "<script>" not in html
    assert "<img src=x" not in html

    test.button(key=f"coding-reply-{comment.id}").click().run()
    test.text_area(key=f"coding-words-{comment.id}").set_value("Enig, så klart.")
    (keep,) = [one for one in test.button if one.label == "Keep"]
    keep.click().run()
    (comment,) = passage_comments(sample.store, passage.id, "Kari")
    assert [reply.text for reply in comment.replies] == ["Enig, så klart."]
    test.button(key=f"coding-uncomment-{comment.id}").click().run()
    assert "(taken away)" in html_of(test)


def test_a_publication_is_appraised_and_it_is_undone(open_view: Opener, sample: Sample) -> None:
    publication = sample.publication("Ledelse").id
    test = open_view("library", publication=publication)
    assert not test.exception
    (overall,) = keys_of(test.radio, f"appraise-{publication}-study_quality-0-overall")
    (question, *_rest) = [
        key
        for key in keys_of(test.radio, f"appraise-{publication}-study_quality-0-")
        if key != overall
    ]
    test.radio(key=question).set_value("yes")
    test.radio(key=overall).set_value("moderate")
    test.text_input(key=f"appraise-{publication}-study_quality-0-why").set_value(HOSTILE)
    next(one for one in test.button if one.label == "Keep").click().run()
    assert not test.exception
    (kept,) = appraisal_history(sample.store, publication)
    assert (kept.form, kept.overall, kept.by) == ("study_quality", "moderate", "Kari")
    assert list(kept.answers.values()) == ["yes"]
    html = html_of(test)
    assert "<script>" not in html
    assert "&lt;script&gt;" in html
    test.button(key="undo").click().run()
    assert [view for view in appraisal_history(sample.store, publication) if view.stands] == []
