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
const hand = {
  task: "", keys: [], buttons: {}, last: 0, waiting: [], opening: 0, tabbed: false, send: null,
};

// Numbers each key and hands over all that the server has not heard of: none is lost where reruns
// are put together, and none counts twice. A click on a button that has a key comes as that key.
const take = (key) => {
  if (hand.opening || hand.waiting.length >= MOST) return;
  hand.last += 1;
  hand.waiting.push([hand.last, key]);
  // what is typed next is meant for the field
  if (key.split(" ")[0] === hand.opens) hand.opening = hand.last;
  hand.send("pressed", { task: hand.task, keys: hand.waiting.slice() });
};
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
  if (!event.repeat) take(key);
};
const click = (event) => {
  const button = event.target instanceof Element && event.target.closest("button");
  const place = button && button.closest("[class*='st-key-coding-']");
  if (!hand.send || !place) return;
  const names = [...place.classList].filter((name) => name.startsWith("st-key-"));
  const key = names.map((name) => hand.buttons[name.slice(7)]).find(Boolean);
  if (!key || !hand.keys.includes(key)) return;
  event.stopImmediatePropagation();
  event.preventDefault();
  take(key);
};
const point = () => { hand.tabbed = false; };
const listeners = { keydown: press, click, pointerdown: point };
const release = (opening, tries) => {
  const inField = document.activeElement && document.activeElement.matches(FIELDS);
  if (hand.opening !== opening) return;
  if (inField || tries <= 0) hand.opening = 0;
  else setTimeout(() => release(opening, tries - 1), 50);
};

export default function({ data, parentElement, setStateValue }) {
  if (data.task !== hand.task) Object.assign(hand, { last: 0, waiting: [], opening: 0 });
  const { task, keys, buttons, opens } = data;
  Object.assign(hand, { task, keys, buttons, opens, send: setStateValue, owner: parentElement });
  hand.last = Math.max(hand.last, data.heard);
  hand.waiting = hand.waiting.filter(([number]) => number > data.heard);
  if (hand.opening && hand.opening <= data.heard) release(hand.opening, 30);
  for (const [name, act] of Object.entries(listeners)) window.addEventListener(name, act, true);
  return () => {
    if (hand.owner !== parentElement) return;
    Object.assign(hand, { send: null, waiting: [], opening: 0 });
    for (const name of Object.keys(listeners)) {
      window.removeEventListener(name, listeners[name], true);
    }
  };
}
"""
_FOCUS = """
export default function({ data }) {
  let timer = 0;
  const look = (tries) => {
    const field = document.querySelector(data.selector);
    if (field) field.focus();
    else if (tries > 0) timer = setTimeout(() => look(tries - 1), 50);
  };
  timer = setTimeout(() => look(60), 50);
  return () => clearTimeout(timer);
}
"""


_MEMORY = """
const KEY = "samvirke-coding";
let read = false;  // once a page load; later runs write only
export default function({ data, setTriggerValue }) {
  try {
    if (!data.fresh) {
      window.sessionStorage.setItem(KEY, JSON.stringify(data.kept));
    } else if (!read) {
      read = true;
      const kept = JSON.parse(window.sessionStorage.getItem(KEY) || "{}");
      setTriggerValue("kept", { ...kept, read: true });
    }
  } catch (error) { /* a browser that keeps nothing: the name is asked for again */ }
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
    key: str,
    task: str,
    keys: Sequence[str],
    buttons: Mapping[str, str],
    *,
    opens: str,
    heard: int,
    typed: Callable[[], None],
) -> None:
    """Call `typed` when any of the keys was pressed outside fields; `pressed_keys` tells which.

    `buttons` names the key of each button by the button's own key: clicked, it comes as that, so
    that clicks and keys stay in one order. `heard` is the number of the last key that was worked
    through; after the key `opens`, or a click that begins so, nothing is taken until its field
    stands open.
    """
    data = {
        "task": task,
        "keys": list(keys),
        "buttons": dict(buttons),
        "opens": opens,
        "heard": heard,
    }
    _component("keys", _KEYS)(key=key, data=data, on_pressed_change=typed, height=1)


def pressed_keys(key: str, task: str, heard: int) -> list[tuple[int, str]]:
    """The keys pressed for a task after number `heard`, in order, each with its number."""
    sent = getattr(st.session_state.get(key), "pressed", None)
    if not isinstance(sent, Mapping) or sent.get("task") != task:
        return []
    found = [
        (pair[0], str(pair[1]))
        for pair in sent.get("keys") or ()
        if isinstance(pair, list | tuple) and len(pair) == 2 and isinstance(pair[0], int)
    ]
    return sorted(pair for pair in found if pair[0] > heard)


def remember(
    key: str, kept: Mapping[str, str], *, fresh: bool, found: Callable[[Mapping[str, Any]], None]
) -> None:
    """Keep words in this tab of the browser, until it is closed; they outlive loading it anew.

    While `fresh`, nothing is written: what the tab kept before is read, once, and given to `found`.
    """

    def told() -> None:
        sent = getattr(st.session_state.get(key), "kept", None)
        if isinstance(sent, Mapping):
            found(sent)

    _component("memory", _MEMORY)(
        key=key, data={"fresh": fresh, "kept": dict(kept)}, on_kept_change=told, height=1
    )


def focus_on(selector: str, key: str) -> None:
    """Put the keyboard into a field that was just drawn."""
    _component("focus", _FOCUS)(key=key, data={"selector": selector}, height=1)
