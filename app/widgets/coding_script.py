"""Small scripts of the Coding page: keys in their order, a selection of words, focusing a field.

Owns the only JavaScript of the app. It asks nothing of the network, writes no HTML, and sends back
numbers and names of keys. What a key does is `app.widgets.coding_typed`'s.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import streamlit as st

_SELECTION = """
export default function({ data, setTriggerValue }) {
  const chars = (text) => Array.from(text).length;  // characters as Python counts them
  const read = () => {
    const selection = window.getSelection();
    const body = document.querySelector(data.selector);
    if (!selection || selection.isCollapsed || !selection.rangeCount || !body) return;
    const range = selection.getRangeAt(0);
    if (!body.contains(range.startContainer) || !body.contains(range.endContainer)) return;
    const before = document.createRange();
    before.selectNodeContents(body);
    before.setEnd(range.startContainer, range.startOffset);
    const start = chars(before.toString());
    setTriggerValue("span", [start, start + chars(range.toString())]);
    selection.removeAllRanges();
  };
  document.addEventListener("mouseup", read);
  document.addEventListener("touchend", read);
  return () => {
    document.removeEventListener("mouseup", read);
    document.removeEventListener("touchend", read);
  };
}
"""
_KEYS = """
const FIELDS = "textarea, select, [contenteditable=true], input:not([type=checkbox])"
  + ":not([type=radio]):not([type=range]):not([type=button])";
const OPENS = "button, a, summary, [role=button]";
const MOST = 500;  // keys that may wait for the server
const hand = { task: "", keys: [], last: 0, waiting: [], opening: 0, tabbed: false, send: null };

// Numbers each key and hands over all that the server has not heard of: none is lost where reruns
// are put together, and none counts twice.
const press = (event) => {
  if (event.key === "Tab") hand.tabbed = true;
  if (!hand.send || event.isComposing) return;
  if (event.ctrlKey || event.altKey || event.metaKey || event.shiftKey) return;
  const key = (event.key || "").toLowerCase();
  const path = event.composedPath().filter((part) => part instanceof Element);
  if (!hand.keys.includes(key) || path.some((part) => part.matches(FIELDS))) return;
  if (document.querySelector("[role=dialog][aria-modal=true]")) return;
  event.stopImmediatePropagation();  // the buttons' own shortcuts would act a second time
  if (key === "enter" && hand.tabbed && path.some((part) => part.matches(OPENS))) return;
  event.preventDefault();
  if (event.repeat || hand.opening || hand.waiting.length >= MOST) return;
  hand.last += 1;
  hand.waiting.push([hand.last, key]);
  if (key === hand.opens) hand.opening = hand.last;  // what is typed next is meant for the field
  hand.send("pressed", { task: hand.task, keys: hand.waiting.slice() });
};
const point = () => { hand.tabbed = false; };

export default function({ data, parentElement, setStateValue }) {
  if (data.task !== hand.task) Object.assign(hand, { last: 0, waiting: [], opening: 0 });
  Object.assign(hand, { task: data.task, keys: data.keys, opens: data.opens });
  Object.assign(hand, { send: setStateValue, owner: parentElement });
  hand.last = Math.max(hand.last, data.heard);
  hand.waiting = hand.waiting.filter(([number]) => number > data.heard);
  const opening = hand.opening;
  if (opening && opening <= data.heard) {
    setTimeout(() => { if (hand.opening === opening) hand.opening = 0; }, 400);
  }
  window.addEventListener("keydown", press, true);
  window.addEventListener("pointerdown", point, true);
  return () => {
    if (hand.owner !== parentElement) return;
    Object.assign(hand, { send: null, waiting: [], opening: 0 });
    window.removeEventListener("keydown", press, true);
    window.removeEventListener("pointerdown", point, true);
  };
}
"""
_FOCUS = """
export default function({ data }) {
  const find = () => document.querySelector(data.selector);
  const timer = setTimeout(() => { const field = find(); if (field) field.focus(); }, 50);
  return () => clearTimeout(timer);
}
"""


def _component(name: str, script: str) -> Any:
    return st.components.v2.component(f"samvirke_{name}", js=script)


def watch_selection(selector: str, key: str, marked: Callable[[int, int], None]) -> None:
    """Call `marked` with the characters, start and end, that a person selects in an element."""

    def chosen() -> None:
        span = getattr(st.session_state.get(key), "span", None)
        if isinstance(span, list | tuple) and len(span) == 2:
            start, end = int(span[0]), int(span[1])
            if 0 <= start < end:
                marked(start, end)

    _component("selection", _SELECTION)(
        key=key, data={"selector": selector}, on_span_change=chosen, height=1
    )


def listen(
    key: str, task: str, keys: Sequence[str], *, opens: str, heard: int, typed: Callable[[], None]
) -> None:
    """Call `typed` when any of the keys was pressed outside fields; `pressed_keys` tells which.

    `heard` is the number of the last key that was worked through; after the key `opens` nothing is
    taken until its field stands open.
    """
    data = {"task": task, "keys": list(keys), "opens": opens, "heard": heard}
    _component("keys", _KEYS)(key=key, data=data, on_pressed_change=typed, height=1)


def pressed_keys(key: str, task: str, heard: int) -> list[tuple[int, str]]:
    """The keys pressed for a task after number `heard`, in order, each with its number."""
    sent = getattr(st.session_state.get(key), "pressed", None)
    if not isinstance(sent, Mapping) or sent.get("task") != task:
        return []
    pairs = [pair for pair in sent.get("keys") or () if isinstance(pair, list | tuple)]
    found = [(int(pair[0]), str(pair[1])) for pair in pairs if len(pair) == 2]
    return sorted(pair for pair in found if pair[0] > heard)


def focus_on(selector: str, key: str) -> None:
    """Put the keyboard into a field that was just drawn."""
    _component("focus", _FOCUS)(key=key, data={"selector": selector}, height=1)
