"""Keys of the desk as they were typed: each is worked through, in order, however fast they came.

Owns what a key does, and a click on a button among keys. A click on a suggestion or coding is about
the one that was seen, also where keys before it have moved on to another passage. Streamlit puts
reruns that come close together into one, in which each button counts once and in an order of its
own; so keys come as one numbered list. The scripts are `app.widgets.coding_script`'s, the acts
`app.widgets.coding_acts`'.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from app.widgets import coding_acts as acts
from app.widgets import coding_keys as keys
from app.widgets.coding_material import Material, read_material
from app.widgets.coding_script import listen, pressed_keys
from app.widgets.coding_task import QUEUE, ROUND, Task
from app.widgets.coding_words import coded_as
from kb.knowledge_base import KnowledgeBase

_KEY = "coding-typed"
_PART = " "  # between the parts of a click; no key has one, and no id
_Act = Callable[[], object]


def listen_for_keys(kb: KnowledgeBase, task: Task) -> None:
    """Take the keys that mean something now; none while they are turned off."""
    seen = clicks(kb, task)
    taken = (*_meanings(kb, task), *seen.values()) if acts.keys_on() else ()
    typed = partial(work_off, kb, task)
    buttons = _buttons(kb) | seen
    listen(*(_KEY, task.token, taken, buttons), opens=keys.COMMENT, heard=task.heard, typed=typed)


def work_off(kb: KnowledgeBase, task: Task) -> None:
    """Do what was typed and not done yet, in order. Raises what reading the passage raises."""
    for number, key in pressed_keys(_KEY, task.token, task.heard):
        task.heard = number  # before the act: an act that is broken off is not done twice
        act = clicked(kb, task, key) if _PART in key else _meanings(kb, task).get(key)
        if act is not None:
            act()


def _code_keys(kb: KnowledgeBase) -> tuple[dict[str, str], dict[str, str]]:
    """The key of each direction, and of each factor."""
    ways = keys.direction_keys(kb.codebook.ids("directions"))
    return ways, keys.factor_keys(kb.codebook.ids("factors"), tuple(ways.values()))


def _buttons(kb: KnowledgeBase) -> dict[str, str]:
    """The key that a button has, by the button's name in Streamlit."""
    ways, factors = _code_keys(kb)
    return {
        **{f"coding-direction-{name}": key for name, key in ways.items()},
        **{f"coding-factor-{name}": key for name, key in factors.items()},
        "coding-done": keys.DONE,
        "coding-pass": keys.PASS_OVER,
        "coding-back": keys.BACK,
        "coding-undo": keys.UNDO,
        "coding-redo": keys.REDO,
        "coding-talk": keys.COMMENT,
        **{f"coding-mark-{key}": key for key in keys.MARKS},
    }


def clicks(kb: KnowledgeBase, task: Task) -> dict[str, str]:
    """For each button of a suggestion, coding or remark what it is about, by its name."""
    if task.item is None:
        return {}
    material, passage = read_material(kb, task, task.item.passage_id), task.item.passage_id
    found = {
        f"coding-{act}-{number}": _PART.join((act, passage, one.factor, one.direction))
        for number, one in enumerate(material.waiting)
        for act in ("accept", "reject")
    }
    found |= {
        f"coding-remove-{one.id}": _PART.join(("remove", passage, str(one.id)))
        for one in material.own
    }
    opens = partial("{} {} {} {}".format, keys.COMMENT, passage)
    found |= {
        f"coding-remark-{one.id}": opens("coding", one.root)
        for one in (*material.own, *material.others)
    }
    return found | {f"coding-reply-{one.id}": opens("remark", one.id) for one in material.comments}


def clicked(kb: KnowledgeBase, task: Task, said: str) -> _Act | None:
    """What a click does; None where what was seen is there no more."""
    act, passage, *about = said.split(_PART)
    if act == keys.COMMENT and task.item is not None and task.item.passage_id == passage:
        kind, number = about
        return partial(acts.open_comment, (kind, int(number))) if number.isdigit() else None
    if all(item.passage_id != passage for item in task.items):
        return None
    material = read_material(kb, task, passage)
    if act == "remove":
        for coding in material.own:
            if [str(coding.id)] == about:
                name = coded_as(kb, coding.factor, coding.direction)
                return partial(acts.remove, kb, task, coding.id, name)
    elif act in ("accept", "reject"):
        for one in material.waiting:
            if [one.factor, one.direction] == about:
                return partial(acts.judge, kb, task, one, act, passage)
    return None


def _meanings(kb: KnowledgeBase, task: Task) -> dict[str, _Act]:
    """What each key does now."""
    found: dict[str, _Act] = {
        keys.UNDO: partial(acts.take_back, kb, task),
        keys.REDO: partial(acts.take_back, kb, task, again=True),
        keys.BACK: partial(acts.previous_passage, task),
    }
    item = task.item
    if item is None:
        return found
    ways, factors = _code_keys(kb)
    for direction, key in ways.items():
        found[key] = partial(acts.choose_direction, kb, task, direction)
    for factor, key in factors.items():
        found[key] = partial(acts.choose_factor, kb, task, factor)
    if task.kind in (QUEUE, ROUND):
        found[keys.PASS_OVER] = partial(acts.pass_passage, kb, task)

    def material() -> Material:
        return read_material(kb, task, item.passage_id)

    return found | {
        keys.DONE: partial(acts.next_passage, kb, task),
        keys.ACCEPT: partial(acts.judge, kb, task, None, "accept"),
        keys.REJECT: partial(acts.judge, kb, task, None, "reject"),
        keys.SENTENCE: lambda: acts.mark_sentence(material(), 1),
        keys.SENTENCE_BACK: lambda: acts.mark_sentence(material(), -1),
        keys.LONGER: lambda: acts.mark_longer(material()),
        keys.WHOLE: acts.mark_whole,
        keys.COMMENT: acts.open_comment,
    }
