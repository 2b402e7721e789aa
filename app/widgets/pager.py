"""Pages of a long list: which one is shown, and how to reach the others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import streamlit as st

from app import state

T = TypeVar("T")


def page_of(items: Sequence[T], page: int, size: int) -> tuple[Sequence[T], int, int]:
    """The items of a page (the last one where `page` is beyond it), its number, how many pages."""
    pages = max(1, -(-len(items) // size))
    number = min(max(page, 1), pages)
    return items[(number - 1) * size : number * size], number, pages


def pager(pages: int, page: int, key: str = "pager") -> None:
    """Draw the pager where there is more than one page; a choice goes to the address."""
    if pages <= 1:
        return
    full_key = f"{key}-{page}-of-{pages}"  # a new widget for a new page: its default counts once
    st.pagination(
        pages,
        default=page,
        key=full_key,
        on_change=lambda: state.turn_to(int(st.session_state[full_key])),
    )
