"""The queue in the record: batches, passing over, answering, estimates, over a real generation."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from corpora.errors import CodebookError
from kb.coding.act_subjects import upcoming_steps
from kb.coding.acts import redo, undo
from kb.coding.codings import record_coding
from kb.coding.queue import (
    Place,
    Queue,
    answer,
    next_places,
    open_queue,
    pass_over,
    queue_state,
)
from kb.coding.queue_reading import drawn_batches, estimate, queue_status, share_of
from kb.coding.rounds import close_round, create_round
from kb.errors import CodingError, NotFoundError
from kb.knowledge_base import KnowledgeBase
from kb.queue_tables import QueueBatch, QueuePlace
from kb.screening import decide
from tests.app.sample_base import Sample

Base = tuple[KnowledgeBase, Sample]
SIZE = 4


def ask(kb: KnowledgeBase, queue: Queue, coder: str = "Åsa", count: int = 100) -> list[Place]:
    """What is next, in batches of four with half drawn at random."""
    return next_places(
        kb.settings, kb.store, kb.codebook, queue, coder, count, share=0.5, size=SIZE
    )


def look(kb: KnowledgeBase, queue: Queue, place: Place, relevant: bool) -> None:
    """Answer a place, with or without a coding."""
    if relevant:
        record_coding(
            kb.store, kb.codebook, place.subject, factor=queue.factor or "leadership",
            direction="barrier", act="add", coder="Åsa",
        )  # fmt: skip
    answer(kb.store, queue, place.subject, "Åsa")


def test_a_queue_is_opened_once(sample: Base) -> None:
    kb, _ = sample
    first = open_queue(kb.store, kb.codebook, factor="leadership", seed=7)
    assert open_queue(kb.store, kb.codebook, factor="leadership") == first
    assert open_queue(kb.store, kb.codebook, factor="leadership", seed=8).id != first.id
    assert open_queue(kb.store, kb.codebook).factor is None


def test_bad_questions_end_in_a_sentence(sample: Base) -> None:
    kb, _ = sample
    with pytest.raises(CodebookError):
        open_queue(kb.store, kb.codebook, factor="weather")
    with pytest.raises(CodingError, match="coding or screening"):
        open_queue(kb.store, kb.codebook, "reading")
    with pytest.raises(CodingError, match="no factor"):
        open_queue(kb.store, kb.codebook, "screening", "leadership")
    queue = open_queue(kb.store, kb.codebook)
    with pytest.raises(CodingError, match="share"):
        next_places(kb.settings, kb.store, kb.codebook, queue, "Åsa", share=1.5)
    with pytest.raises(NotFoundError, match="never held"):
        pass_over(kb.store, queue, "nowhere", "Åsa")


def test_the_same_is_shown_until_it_is_answered_or_passed(sample: Base) -> None:
    kb, _ = sample
    queue = open_queue(kb.store, kb.codebook, factor="leadership")
    first = ask(kb, queue)
    assert len(first) == SIZE
    assert ask(kb, queue) == first
    pass_over(kb.store, queue, first[0].subject, "Åsa")
    assert ask(kb, queue) == first[1:]
    assert ask(kb, queue, "Þór") == first
    look(kb, queue, first[1], relevant=False)
    assert ask(kb, queue, "Þór") == [first[0], *first[2:]]


def test_passing_over_does_not_change_the_order(sample: Base) -> None:
    """Two queues of one seed, one person passing: what both draw at random is the same."""
    kb, _ = sample
    orders = []
    for factor in ("leadership", "resources"):
        queue = open_queue(kb.store, kb.codebook, factor=factor, seed=3)
        for place in ask(kb, queue):
            if factor == "resources":
                pass_over(kb.store, queue, place.subject, "Åsa")
            else:
                look(kb, queue, place, relevant=False)
        ask(kb, queue)
        with kb.store.read() as session:
            rows = session.scalars(
                select(QueuePlace)
                .join(QueueBatch, QueueBatch.id == QueuePlace.batch_id)
                .where(QueueBatch.queue_id == queue.id, QueuePlace.drawn.is_not(None))
                .order_by(QueueBatch.number, QueuePlace.drawn)
            )
            orders.append([row.subject for row in rows][:2])
    assert orders[0] == orders[1]


def test_everything_is_offered_once_and_then_it_ends(sample: Base) -> None:
    kb, _ = sample
    queue = open_queue(kb.store, kb.codebook, factor="leadership")
    total = len(queue_state(kb.settings, kb.store, kb.codebook, queue).pool.ids)
    shown: list[str] = []
    while places := ask(kb, queue):
        for place in places:
            look(kb, queue, place, relevant=len(shown) % 5 == 0)
            shown.append(place.subject)
    assert len(shown) == len(set(shown))
    status = queue_status(kb.settings, kb.store, kb.codebook, queue)
    assert status.population == status.answered == total
    found = estimate(kb.settings, kb.store, kb.codebook, queue)
    assert found.verdict.stop
    assert "everything" in found.sentence
    assert (found.prevalence.hits, found.prevalence.of) == (status.found, total)
    assert found.machine_right is not None


def test_a_passed_random_place_counts_as_a_hit_until_answered(sample: Base) -> None:
    kb, _ = sample
    queue = open_queue(kb.store, kb.codebook, factor="leadership")
    places = ask(kb, queue)

    def read() -> list[tuple[bool, ...]]:
        state = queue_state(kb.settings, kb.store, kb.codebook, queue)
        return [batch.hits for batch in drawn_batches(kb.store, queue, state)]

    assert read() == []
    for place in places:
        if place.why == "random":
            pass_over(kb.store, queue, place.subject, "Åsa")
    assert all(all(hits) for hits in read())
    for place in places:
        look(kb, queue, place, relevant=False)
    assert not any(any(hits) for hits in read())


def test_screening_asks_for_publications_nobody_judged(sample: Base) -> None:
    kb, _ = sample
    queue = open_queue(kb.store, kb.codebook, "screening")
    places = ask(kb, queue)
    assert places
    decide(kb.store, kb.codebook, places[0].subject, "include", by="Kåre")
    assert places[0].subject not in [place.subject for place in ask(kb, queue)]
    status = queue_status(kb.settings, kb.store, kb.codebook, queue)
    assert (status.answered, status.found) == (1, 1)


def test_wilsons_interval() -> None:
    """Newcombe 1998 (doi 10.1002/(SICI)1097-0258(19980430)17:8<857::AID-SIM777>3.0.CO;2-E)."""
    share = share_of(81, 263)
    assert (round(share.low, 4), round(share.high, 4)) == (0.2553, 0.3662)
    assert share_of(0, 0)[2:] == (0.0, 1.0)


def test_what_the_learner_chose_is_no_random_sample(sample: Base) -> None:
    """Nearly all is answered, but nothing was drawn at random: there is nothing to estimate by."""
    kb, _ = sample
    queue = open_queue(kb.store, kb.codebook, factor="leadership")

    def chosen() -> list[Place]:
        return next_places(kb.settings, kb.store, kb.codebook, queue, "Åsa", 100, share=0, size=50)

    *most, last = chosen()
    assert most
    for number, place in enumerate(most):
        look(kb, queue, place, relevant=number % 2 == 0)
    assert estimate(kb.settings, kb.store, kb.codebook, queue).prevalence.of == 0
    look(kb, queue, last, relevant=False)
    whole = estimate(kb.settings, kb.store, kb.codebook, queue).prevalence
    assert whole.of == len(most) + 1  # all there is: no sample any more


def test_a_place_that_another_answered_comes_to_nobody(sample: Base) -> None:
    kb, _ = sample
    queue = open_queue(kb.store, kb.codebook, factor="leadership")
    (first,) = ask(kb, queue, "Åsa", count=1)
    assert ask(kb, queue, "Þór", count=1) == [first]  # nothing is reserved
    answer(kb.store, queue, first.subject, "Þór")
    assert first not in ask(kb, queue, "Åsa")
    assert first not in ask(kb, queue, "Kari")


def test_done_and_passed_over_are_undone_like_every_act(sample: Base) -> None:
    kb, _ = sample
    queue = open_queue(kb.store, kb.codebook, factor="leadership")
    first = ask(kb, queue)
    before = queue_status(kb.settings, kb.store, kb.codebook, queue)
    pass_over(kb.store, queue, first[0].subject, "Åsa")
    answer(kb.store, queue, first[1].subject, "Åsa")
    status = queue_status(kb.settings, kb.store, kb.codebook, queue)
    assert (status.answered, status.passed) == (before.answered + 1, before.passed + 1)
    last, _ahead = upcoming_steps(kb.store, "Åsa")
    assert last is not None
    assert (last.subject.what, last.subject.act) == ("queue", "answer")
    assert (last.subject.passage_id, last.subject.factor) == (first[1].subject, "leadership")

    undo(kb.store, "Åsa")
    assert ask(kb, queue) == first[1:]
    undo(kb.store, "Åsa")
    assert ask(kb, queue) == first
    assert queue_status(kb.settings, kb.store, kb.codebook, queue) == before

    redo(kb.store, "Åsa")
    redo(kb.store, "Åsa")
    assert queue_status(kb.settings, kb.store, kb.codebook, queue) == status
    assert ask(kb, queue) == first[2:]


def test_an_undone_answer_does_not_teach_the_queue(sample: Base) -> None:
    kb, _ = sample
    queue = open_queue(kb.store, kb.codebook, factor="resources")
    (place, *_rest) = ask(kb, queue)
    seen = int(queue_state(kb.settings, kb.store, kb.codebook, queue).asked.seen.sum())
    answer(kb.store, queue, place.subject, "Åsa")
    asked = queue_state(kb.settings, kb.store, kb.codebook, queue).asked
    assert int(asked.seen.sum()) == seen + 1
    undo(kb.store, "Åsa")
    asked = queue_state(kb.settings, kb.store, kb.codebook, queue).asked
    assert int(asked.seen.sum()) == seen


def test_an_answer_in_a_screening_queue_names_its_publication(sample: Base) -> None:
    kb, _ = sample
    queue = open_queue(kb.store, kb.codebook, "screening")
    (place, *_rest) = ask(kb, queue)
    pass_over(kb.store, queue, place.subject, "Þór")
    last, _ahead = upcoming_steps(kb.store, "Þór")
    assert last is not None
    assert (last.subject.act, last.subject.publication_id) == ("pass", place.subject)
    assert last.subject.passage_id is None


def test_what_one_codes_blind_is_not_asked_of_them_in_a_queue(sample: Base) -> None:
    kb, _ = sample
    queue = open_queue(kb.store, kb.codebook, seed=5)
    first = ask(kb, queue)
    blind = [place.subject for place in first]
    opened = create_round(kb.store, "blindt", blind, ["Åsa", "Þór"], by="Kari")
    others = ask(kb, queue)
    assert others
    assert not {place.subject for place in others} & set(blind)
    assert ask(kb, queue, "Kari")[: len(first)] == first
    with pytest.raises(CodingError, match="blind in the round"):
        answer(kb.store, queue, blind[0], "Åsa")
    close_round(kb.store, opened.id, by="Kari")
    answer(kb.store, queue, blind[0], "Åsa")
    assert ask(kb, queue)[0] == first[1]
