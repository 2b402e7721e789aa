"""What is being coded: the passages of a task in their order, and where the coder stands in it.

Owns tasks (a queue, a round, a search, a publication, one passage) and moving through them; one
task at a time is kept in the session. Which task is asked for stands in the address.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import uuid4

import streamlit as st

from app.i18n import _
from app.labels import value_label
from kb.coding.listing import passage_codings
from kb.coding.queue import Queue, answer, next_places, open_queue, pass_over
from kb.coding.queue_reading import queue_status
from kb.coding.rounds import mark_done, round_entries, show_round
from kb.errors import NotFoundError
from kb.knowledge_base import KnowledgeBase
from kb.library import find_passages, find_publications, present_passages

QUEUE, ROUND, SEARCH, PUBLICATION, PASSAGE = "queue", "round", "search", "publication", "passage"
KINDS = (QUEUE, ROUND, SEARCH, PUBLICATION)
_TASK, _PLACE = "state-coding-task", "state-coding-place"
_AHEAD = 20  # places asked of a queue at once: asking reads every vector, moving on must not
_HITS = 50  # of a search


@dataclass(frozen=True)
class Item:
    """One passage to code; `why` and `factor` are the queue's."""

    passage_id: str
    why: str | None = None
    factor: str | None = None


@dataclass
class Task:
    """A task of one coder. `at` is the place shown, `done` the passages finished in it.

    `total` and `before` count all passages there are and those finished before this session;
    `found` the relevant ones of a queue, and `relevant` holds those that came since. `heard` is
    the number of the last key that was worked through, of those pressed while `token` was in hand.
    """

    kind: str
    title: str
    coder: str
    signature: tuple[str, ...]
    items: list[Item]
    queue: Queue | None = None
    round_id: int | None = None
    shows_machine: bool = True
    at: int = 0
    total: int = 0
    before: int = 0
    found: int = 0
    done: set[str] = field(default_factory=set)
    relevant: set[str] = field(default_factory=set)
    heard: int = 0
    token: str = field(default_factory=lambda: uuid4().hex)

    @property
    def item(self) -> Item | None:
        """The passage shown now; None where there is nothing more."""
        return self.items[self.at] if 0 <= self.at < len(self.items) else None

    @property
    def address(self) -> str:
        """Which task of which coder it is, in one line."""
        return "\n".join(self.signature)

    @property
    def blind(self) -> bool:
        """Whether other people's codings are hidden."""
        return self.round_id is not None

    @property
    def finished(self) -> int:
        """How many passages are finished, before this session and in it."""
        return self.before + len(self.done)


def task_for(kb: KnowledgeBase, params: Mapping[str, str], coder: str) -> Task:
    """The task that the address asks for: the one in hand, or a new one.

    Raises what reading the queue, round, search or publication raises.
    """
    signature = (coder, str(kb.settings.home), *(f"{k}={v}" for k, v in sorted(params.items())))
    kept = st.session_state.get(_TASK)
    if isinstance(kept, Task) and kept.signature == signature:
        return kept
    task = _open(kb, params, coder, signature)
    where, passage = st.session_state.pop(_PLACE, ("", ""))
    if where == task.address:
        show_passage(task, passage)
    st.session_state[_TASK] = task
    return task


def return_to(address: str, passage_id: str) -> None:
    """Show this passage once the task of this address is opened, or now where it is in hand."""
    kept = st.session_state.get(_TASK)
    if isinstance(kept, Task) and kept.address == address:
        show_passage(kept, passage_id)
    else:
        st.session_state[_PLACE] = (address, passage_id)


def drop_task() -> None:
    """Forget the task in hand: the next page reads it anew."""
    st.session_state.pop(_TASK, None)


def _open(
    kb: KnowledgeBase, params: Mapping[str, str], coder: str, signature: tuple[str, ...]
) -> Task:
    kind = params.get("from", QUEUE)
    if kind == ROUND:
        return _round_task(kb, params.get("round", ""), coder, signature)
    if kind == SEARCH:
        words = params.get("words", "")
        records = kb.search(words, k=_HITS) if words.strip() else []
        items = [Item(str(record["passage_id"])) for record in records]
        title = _("Search: {words}").format(words=words)
        return Task(SEARCH, title, coder, signature, items, total=len(items))
    if kind == PUBLICATION:
        publication_id = params.get("publication", "")
        view = find_publications(kb.store, [publication_id])[publication_id]
        items = [Item(passage.id) for passage in present_passages(kb.store, view.id)]
        title = str(view.csl.get("title") or view.label)
        return Task(PUBLICATION, title, coder, signature, items, total=len(items))
    if kind == PASSAGE:
        passage_id = params.get("passage", "")
        find_passages(kb.store, [passage_id])
        return Task(PASSAGE, _("One passage"), coder, signature, [Item(passage_id)], total=1)
    return _queue_task(kb, params.get("factor") or None, coder, signature)


def _queue_task(
    kb: KnowledgeBase, factor: str | None, coder: str, signature: tuple[str, ...]
) -> Task:
    kb.generation()  # says what to do where nothing is indexed yet
    queue = open_queue(kb.store, kb.codebook, factor=factor)
    name = value_label(kb.codebook, "factor", factor) if factor else _("all factors")
    title = _("Queue for {factor}").format(factor=name)
    task = Task(QUEUE, title, coder, signature, [], queue=queue)
    _refill(kb, task)
    return task


def _round_task(kb: KnowledgeBase, number: str, coder: str, signature: tuple[str, ...]) -> Task:
    if not number.isdigit():
        raise NotFoundError(f"There is no round {number!r}; choose one from the list of rounds.")
    view = show_round(kb.store, int(number))
    entries = round_entries(kb.store, view.id, coder)
    done = {entry.passage_id for entry in entries if coder in entry.done_by}
    items = [Item(entry.passage_id) for entry in entries]
    task = Task(ROUND, view.name, coder, signature, items, round_id=view.id, total=len(items))
    task.shows_machine, task.done = view.shows_machine, done
    task.at = next((n for n, item in enumerate(items) if item.passage_id not in done), len(items))
    return task


def _refill(kb: KnowledgeBase, task: Task) -> None:
    """Ask the queue for the next places and count anew; what was shown stays behind them."""
    assert task.queue is not None
    places = next_places(kb.settings, kb.store, kb.codebook, task.queue, task.coder, count=_AHEAD)
    known = {item.passage_id for item in task.items}
    task.items += [
        Item(place.subject, place.why, place.factor)
        for place in places
        if place.subject not in known
    ]
    status = queue_status(kb.settings, kb.store, kb.codebook, task.queue)
    task.total, task.found = status.population, status.found
    task.before = status.answered
    task.done.clear()
    task.relevant.clear()


def finish(kb: KnowledgeBase, task: Task) -> None:
    """Say that the passage shown is done, and show the next one."""
    item = task.item
    if item is None:
        return
    if task.queue is not None:
        answer(kb.store, task.queue, item.passage_id, task.coder)
        _count_relevant(kb, task, item.passage_id)
    elif task.round_id is not None and item.passage_id not in task.done:
        mark_done(kb.store, task.round_id, item.passage_id, coder=task.coder)
    task.done.add(item.passage_id)
    _forward(kb, task)


def _count_relevant(kb: KnowledgeBase, task: Task, passage_id: str) -> None:
    """Count an answered passage as relevant where people coded it with what the queue asks for."""
    assert task.queue is not None
    codings = passage_codings(kb.store, passage_id, task.coder)
    said = {coding.factor for coding in codings if coding.status != "rejected"}
    if said & ({task.queue.factor} if task.queue.factor else set(kb.codebook.ids("factors"))):
        task.relevant.add(passage_id)


def skip(kb: KnowledgeBase, task: Task) -> None:
    """Pass the passage shown over; a queue does not show it to this person again."""
    if task.item is not None and task.queue is not None:
        pass_over(kb.store, task.queue, task.item.passage_id, task.coder)
    if task.item is not None:
        _forward(kb, task)


def step_back(task: Task) -> None:
    """Show the passage before."""
    task.at = max(task.at - 1, 0)


def show_passage(task: Task, passage_id: str | None) -> bool:
    """Show this passage where the task holds it; say whether it does."""
    places = [n for n, item in enumerate(task.items) if item.passage_id == passage_id]
    if places:
        task.at = places[0]
    return bool(places)


def bring_back(task: Task, passage_id: str | None, factor: str | None) -> None:
    """Show a passage whose answer in this queue was undone, also where the page has forgotten it.

    `factor` is that of the queue it was answered in.
    """
    if passage_id is None or task.queue is None or task.queue.factor != factor:
        return
    task.items.insert(task.at, Item(passage_id))


def unmark(task: Task, passage_id: str | None, *, done: bool) -> None:
    """Follow an undone (or redone) mark of a round, or answer of a queue."""
    if passage_id is None:
        return
    if task.kind == QUEUE and not done and passage_id not in task.done:
        task.before = max(task.before - 1, 0)  # it was counted when the queue was read
    (task.done.add if done else task.done.discard)(passage_id)
    if not done:
        task.relevant.discard(passage_id)


def _forward(kb: KnowledgeBase, task: Task) -> None:
    task.at += 1
    if task.kind == ROUND:
        while task.item is not None and task.item.passage_id in task.done:
            task.at += 1
        if task.item is None:  # what was passed over comes again at the end
            left = (n for n, item in enumerate(task.items) if item.passage_id not in task.done)
            task.at = next(left, len(task.items))
    if task.item is None and task.queue is not None:
        _refill(kb, task)
