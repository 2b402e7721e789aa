"""Two small scripts of the Coding page: reading a selection of words, and focusing a field.

Owns the only JavaScript of the app. It asks nothing of the network, writes no HTML, and sends back
two numbers.
"""

from __future__ import annotations

from collections.abc import Callable
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


def focus_on(selector: str, key: str) -> None:
    """Put the keyboard into a field that was just drawn."""
    _component("focus", _FOCUS)(key=key, data={"selector": selector}, height=1)
