"""People's codings as labelled texts: what was said, what was rejected, what nobody judged."""

from __future__ import annotations

from pathlib import Path

import pytest

from kb.coding.acts import undo
from kb.coding.queue_acts import append_queue_act
from kb.coding.rounds import close_round, create_round, mark_done
from kb.library import find_passages
from kb.queue_tables import LearningQueue
from kb.search.rows import PersonCoding
from pipeline.machine_coding.fit import STARTER
from pipeline.machine_coding.peoples_codings import (
    PEOPLE_FILE,
    JudgedPassage,
    count_codings,
    judged_passages,
    learn_from_people,
    load_people,
    save_people,
)
from pipeline.machine_coding.training_data import PEOPLE, TrainingText
from pipeline.records import Coded, CodingInput
from tests.builders import Shelf
from tests.kb.coding.coded import ÅSA, ÞÓR, add, fill

TEXT = CodingInput("Ingen vet hvem som har ansvaret på Åsen.", "nb", "", "Funn")
FACTORS, DIRECTIONS = ("leadership", "resources", "culture"), ("facilitator", "barrier")
MACHINE = (Coded("leadership", "barrier", 0.8, 0, 10), Coded("culture", "barrier", 0.6, 0, 10))


def judged(
    *codings: tuple[str, str, str], complete: bool = False, looked_for: tuple[str, ...] = ()
) -> JudgedPassage:
    said = tuple(PersonCoding(f, d, s, "Åse") for f, d, s in codings)  # type: ignore[arg-type]
    return JudgedPassage(TEXT, "p1", said, complete, frozenset(looked_for))


def codes(one: JudgedPassage) -> dict[str, str]:
    (text,) = learn_from_people([one], [MACHINE], FACTORS, DIRECTIONS)
    return {code.factor: code.direction for code in text.codes}


def test_what_a_person_accepts_or_adds_is_there_and_what_one_rejects_is_not() -> None:
    found = codes(
        judged(("leadership", "barrier", "rejected"), ("resources", "facilitator", "added"))
    )
    assert found == {"resources": "facilitator", "culture": "barrier"}


def test_a_persons_direction_outranks_the_machines() -> None:
    assert codes(judged(("culture", "facilitator", "accepted")))["culture"] == "facilitator"


def test_nothing_else_is_in_a_passage_that_was_coded_through() -> None:
    assert codes(judged(("resources", "barrier", "added"), complete=True)) == {
        "resources": "barrier"
    }
    assert codes(judged(complete=True)) == {}


def test_one_who_says_it_is_there_outweighs_one_who_rejects_it() -> None:
    both = judged(("leadership", "barrier", "rejected"), ("leadership", "facilitator", "added"))
    assert codes(both)["leadership"] == "facilitator"


def test_a_factor_that_was_looked_for_and_not_coded_is_not_there() -> None:
    assert codes(judged(looked_for=("culture",))) == {"leadership": "barrier"}
    assert codes(judged(looked_for=("culture", "leadership"))) == {}
    found = judged(("culture", "facilitator", "added"), looked_for=("culture", "leadership"))
    assert codes(found) == {"culture": "facilitator"}


def test_codes_that_the_codebook_has_lost_are_left_out() -> None:
    one = judged(("luck", "barrier", "added"), ("resources", "odd", "added"), complete=True)
    assert codes(one) == {}


def test_a_judged_passage_counts_as_a_real_one_of_its_own_publication() -> None:
    (text,) = learn_from_people([judged()], [MACHINE], FACTORS, DIRECTIONS)
    assert (text.kind, text.publication, text.labels) == (STARTER, PEOPLE + "p1", None)
    assert text.input == TEXT


def test_codings_are_counted_and_nothing_here_is_as_much_as_one() -> None:
    one = judged(("culture", "barrier", "added"), ("resources", "barrier", "added"))
    two, three = judged(complete=True), judged(looked_for=("culture",))
    assert count_codings([one, two, one, three]) == 6


def test_what_was_learnt_from_people_is_kept_and_read_again(tmp_path: Path) -> None:
    texts = learn_from_people([judged(), judged(complete=True)], [MACHINE, ()], FACTORS, DIRECTIONS)
    save_people(tmp_path, texts)
    assert load_people(tmp_path) == texts
    assert "Åsen" in (tmp_path / PEOPLE_FILE).read_text("utf-8")


@pytest.mark.parametrize("line", ["", "{", "[]", '{"codes": []}', '{"input": {"x": 1}}', "\udcff"])
def test_damaged_lines_are_left_out(tmp_path: Path, line: str) -> None:
    whole: list[TrainingText] = learn_from_people([judged()], [MACHINE], FACTORS, DIRECTIONS)
    save_people(tmp_path, whole)
    with (tmp_path / PEOPLE_FILE).open("ab") as stream:
        stream.write(line.encode("utf-8", "surrogateescape") + b"\n")
    assert load_people(tmp_path) == whole


def test_a_coder_that_learnt_from_nobody(tmp_path: Path) -> None:
    assert load_people(tmp_path) == []


def test_the_record_says_what_was_judged_and_coded_through(shelf: Shelf) -> None:
    fill(shelf, 4)
    add(shelf, ÅSA, factor="resources", at=0)
    add(shelf, ÅSA, factor="culture", act="reject", at=1)
    opened = create_round(shelf.store, "pilot", shelf.passage_ids[1:3], [ÅSA, ÞÓR], by=ÅSA)
    for place in shelf.passage_ids[1:3]:
        mark_done(shelf.store, opened.id, place, coder=ÅSA)
    open_still = {one.input.text: one for one in judged_passages(shelf.store)}
    assert len(open_still) == 2
    assert not any(one.complete for one in open_still.values())
    close_round(shelf.store, opened.id, by=ÅSA)
    found = {one.input.text: one for one in judged_passages(shelf.store)}
    first, second, third = (text(shelf, at) for at in range(3))
    assert set(found) == {first, second, third}
    assert [found[one].complete for one in (first, second, third)] == [False, True, True]
    assert [c.factor for c in found[first].codings] == ["resources"]
    assert found[second].codings[0].status == "rejected"
    assert found[third].codings == ()
    assert found[first].input.language
    assert count_codings(found.values()) == 3


def test_answers_in_a_queue_are_collected_and_what_was_passed_over_is_not(shelf: Shelf) -> None:
    fill(shelf, 5)
    with shelf.store.write() as session:
        queues = [LearningQueue(kind="coding", factor=name, seed=1) for name in ("", "culture")]
        session.add_all(queues)
        session.flush()
        acts = ((0, 0, "answer"), (0, 1, "pass"), (1, 2, "answer"), (1, 3, "pass"))
        for queue, at, act in acts:
            append_queue_act(session, queues[queue].id, shelf.passage_ids[at], act, ÅSA)
    nothing, looked = judged_by_text(shelf)
    assert (nothing.codings, nothing.complete, nothing.looked_for) == ((), True, frozenset())
    assert not looked.complete
    assert sorted(looked.looked_for) == ["culture"]
    assert nothing.input.text == text(shelf, 0)
    assert looked.input.text == text(shelf, 2)
    assert codes(nothing) == {}
    assert codes(looked) == {"leadership": "barrier"}
    undo(shelf.store, ÅSA)
    undo(shelf.store, ÅSA)
    assert [one.input.text for one in judged_by_text(shelf)] == [text(shelf, 0)]


def judged_by_text(shelf: Shelf) -> list[JudgedPassage]:
    return sorted(judged_passages(shelf.store), key=lambda one: one.input.text)


def text(shelf: Shelf, at: int) -> str:
    name = shelf.passage_ids[at]
    return find_passages(shelf.store, [name])[name].text


def test_a_record_nobody_has_coded(shelf: Shelf) -> None:
    assert judged_passages(shelf.store) == []
