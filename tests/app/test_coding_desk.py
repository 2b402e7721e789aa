"""The desk in Streamlit's own runner: keys as a list, a queue's done undone, comments, forms."""

from __future__ import annotations

import re
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from app.widgets.coding_material import read_material
from app.widgets.coding_task import Item, Task
from app.widgets.coding_typed import clicked, clicks
from kb.active_codebook import active_codebook
from kb.coding.acts import undo
from kb.coding.appraisals import appraisal_history
from kb.coding.codings import record_coding, remove_coding
from kb.coding.comments import passage_comments, write_comment
from kb.coding.listing import passage_codings
from kb.coding.queue import open_queue
from kb.coding.queue_reading import queue_status
from kb.knowledge_base import KnowledgeBase, open_knowledge_base
from kb.library import find_passages
from tests.app.conftest import Opener, html_of, keys_of
from tests.app.sample_base import HOSTILE, Sample, build_sample


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sample]:
    """A knowledge base of this module's own, since what is said stays in the record."""
    built = build_sample(tmp_path_factory.mktemp("desk") / "home")
    yield built
    built.store.close()


@pytest.fixture(scope="module")
def kb(sample: Sample) -> KnowledgeBase:
    """The knowledge base opened, as pages have it."""
    return open_knowledge_base(sample.settings)


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


def test_what_was_done_is_undone_and_shown_again_after_the_page_was_loaded_anew(
    open_view: Opener, sample: Sample
) -> None:
    test = open_view("coding", **{"from": "queue", "factor": "continuity"})
    quote = next(part for part in html_of(test).splitlines() if "sv-quote" in part)
    test.button(key="coding-done").click().run()
    assert quote not in html_of(test)
    for anew in (True, False):  # another tab, or the same page loaded again
        test = open_view("coding", **{"from": "queue", "factor": "continuity"})
        assert (quote in html_of(test)) is not anew
        if anew:
            test.button(key="coding-undo").click().run()
            assert not test.exception
            assert quote in html_of(test)


def test_two_tabs_of_one_person_lose_nothing(open_view: Opener, sample: Sample) -> None:
    """What the other tab did meanwhile is in the record; undo is of the last act, wherever made."""
    passage = sample.passage("Ledelse")
    where = {"from": "passage", "passage": passage.id}
    one, other = open_view("coding", **where), open_view("coding", **where)
    for test, factor in ((one, "culture"), (other, "culture"), (other, "resources")):
        test.button(key=f"coding-factor-{factor}").click().run()
        test.button(key="coding-direction-mixed").click().run()
        assert not test.exception
    found = [c for c in passage_codings(sample.store, passage.id, "Kari") if c.coder == "Kari"]
    assert sorted(c.factor for c in found if c.direction == "mixed") == ["culture", "resources"]
    one.button(key="coding-undo").click().run()
    assert "Undone: ◆ Resources: mixed" in html_of(one)
    one.button(key="coding-undo").click().run()
    found = [c for c in passage_codings(sample.store, passage.id, "Kari") if c.coder == "Kari"]
    assert not [c for c in found if c.direction == "mixed"]
    other.run()
    assert not other.exception


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
    assert "(removed)" in html_of(test)


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


def test_a_single_coding_is_commented_on(open_view: Opener, sample: Sample) -> None:
    passage = sample.passage("Samverkan", 1)
    other = record_coding(
        sample.store, active_codebook(sample.store), passage.id, factor="culture",
        direction="mixed", act="add", coder='Pål "Påsan" <b> 🙂',
    )  # fmt: skip
    test = open_view("coding", **{"from": "passage", "passage": passage.id})
    test.button(key=f"coding-remark-{other}").click().run()
    assert not test.exception
    test.text_area(key=f"coding-words-coding-{other}").set_value(
        "Er dette kultur? Þetta er óljóst."
    )
    next(one for one in test.button if one.label == "Keep").click().run()
    (comment,) = [
        one
        for one in passage_comments(sample.store, passage.id, "Kari")
        if one.coding_id is not None
    ]
    assert (comment.coding_id, comment.by) == (other, "Kari")
    shown = html_of(test)
    assert "on ◆ Culture: mixed by Pål &quot;Påsan&quot; &lt;b&gt; 🙂" in shown
    assert test.button(key=f"coding-remark-{other}").label == "Comment (1)"
    test.button(key="coding-undo").click().run()
    assert test.button(key=f"coding-remark-{other}").label == "Comment"
    remove_coding(sample.store, other, coder='Pål "Påsan" <b> 🙂')


def test_a_click_is_about_the_coding_that_was_seen(sample: Sample, kb: KnowledgeBase) -> None:
    """What a click says is worked through in its turn, whatever passage is shown by then."""
    first, second = (sample.passage("Samverkan", at).id for at in (0, 1))
    task = Task("search", "x", "Kari", (), [Item(first), Item(second)], total=2)
    number = record_coding(
        sample.store, active_codebook(sample.store), first, factor="culture",
        direction="mixed", act="add", coder="Kari",
    )  # fmt: skip
    names = clicks(kb, task)
    assert names[f"coding-remove-{number}"] == f"remove {first} {number}"
    task.at = 1
    act = clicked(kb, task, f"remove {first} {number}")
    assert act is not None
    act()
    assert number not in {one.id for one in passage_codings(sample.store, first, "Kari")}
    assert clicked(kb, task, f"remove {first} {number}") is None
    assert clicked(kb, task, f"remove elsewhere {number}") is None
    assert clicked(kb, task, f"accept {first} culture nowhere") is None
    assert clicked(kb, task, f"destroy {first} all") is None
    assert clicked(kb, task, f"t {second} coding 7") is not None
    assert clicked(kb, task, f"t {first} coding 7") is None
    assert clicked(kb, task, f"t {second} coding x") is None
    task.at = 2
    assert clicks(kb, task) == {}


def test_who_codes_blind_reads_no_answer_of_others(sample: Sample, kb: KnowledgeBase) -> None:
    passage = sample.passage("Samverkan").id
    mine = write_comment(sample.store, passage, "Min merknad", by="Kari")
    write_comment(sample.store, passage, "Svaret røper alt", by="Þór", reply_to=mine)
    task = Task("round", "x", "Kari", (), [Item(passage)], round_id=1, shows_machine=False)
    shown = {one.text: one for one in read_material(kb, task, passage).comments}
    assert shown["Min merknad"].replies == ()
    task.round_id = None
    found = {one.text: one for one in read_material(kb, task, passage).comments}
    assert [one.text for one in found["Min merknad"].replies] == ["Svaret røper alt"]
    for by in ("Þór", "Kari"):
        undo(sample.store, by)


def test_a_mark_stays_for_further_factors_until_another_passage(
    open_view: Opener, sample: Sample
) -> None:
    place = sample.passage("Samverkan").id
    test = open_view("coding", **{"from": "publication", "publication": published(sample, place)})
    test.button(key="coding-mark-j").click().run()
    marked = test.session_state["state-coding-span"]
    shown = marked[0]
    for factor in ("trust_and_relations", "goals"):
        if f"coding-factor-{factor}" not in keys_of(test.button, "coding-factor-"):
            factor = keys_of(test.button, "coding-factor-")[-1].removeprefix("coding-factor-")
        test.button(key=f"coding-factor-{factor}").click().run()
        test.button(key="coding-direction-mixed").click().run()
        assert test.session_state["state-coding-span"] == marked
        assert "marked by you" in html_of(test)
        found = passage_codings(sample.store, shown, "Kari")
        (made,) = [one for one in found if (one.factor, one.direction) == (factor, "mixed")]
        assert made.span is not None
        test.button(key="coding-undo").click().run()
        assert test.session_state["state-coding-span"] == marked
    test.button(key="coding-done").click().run()
    assert "state-coding-span" not in test.session_state
    assert "marked by you" not in html_of(test)


def published(sample: Sample, passage: str) -> str:
    """The publication of a passage."""
    return find_passages(sample.store, [passage])[passage].publication_id


def test_a_queues_count_of_what_is_relevant_follows_each_answer(
    open_view: Opener, sample: Sample
) -> None:
    test = open_view("coding", **{"from": "queue", "factor": "colocation"})
    (before,) = re.findall(r"(\d+) relevant found", html_of(test))
    assert "Relevant: passages that people coded with" in html_of(test)
    test.button(key="coding-factor-colocation").click().run()
    test.button(key="coding-direction-neutral").click().run()
    test.button(key="coding-done").click().run()
    assert f"{int(before) + 1} relevant found" in html_of(test)
    test.button(key="coding-undo").click().run()
    assert f"{before} relevant found" in html_of(test)
    test.button(key="coding-undo").click().run()
