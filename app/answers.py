"""Answers kept between reruns: turning a page or opening a menu does not search again.

Owns what an answer depends on: the generation, what people have done since, and the question.
"""

from __future__ import annotations

from typing import Any

import streamlit as st

from kb.evidence_map import EvidenceMap
from kb.knowledge_base import KnowledgeBase, SearchAnswer
from kb.search.rows import Filters
from kb.work_stamp import work_stamp

_KEPT_S = 600  # seconds: long enough for reading a page of hits
_MOST = 32  # answers of all sessions together; one is well below a megabyte


def search(kb: KnowledgeBase, text: str, k: int, filters: Filters, group: str) -> SearchAnswer:
    """What `kb.answer` answers; raises what it raises."""
    found: SearchAnswer = _search(kb, _state(kb), text, k, filters, group)
    return found


def similar(
    kb: KnowledgeBase, passage_id: str, k: int, filters: Filters, group: str
) -> list[dict[str, Any]]:
    """What `kb.similar` answers; raises what it raises."""
    found: list[dict[str, Any]] = _similar(kb, _state(kb), passage_id, k, filters, group)
    return found


def evidence_map(kb: KnowledgeBase, rows: str, cols: str, filters: Filters) -> EvidenceMap:
    """What `kb.evidence_map` counts; raises what it raises."""
    found: EvidenceMap = _evidence_map(kb, _state(kb), rows, cols, filters)
    return found


def _state(kb: KnowledgeBase) -> tuple[str, int, str]:
    return str(kb.settings.home), kb.generation().number, work_stamp(kb.store)


@st.cache_data(show_spinner=False, max_entries=_MOST, ttl=_KEPT_S)
def _search(
    _kb: KnowledgeBase,
    state: tuple[str, int, str],
    text: str,
    k: int,
    filters: Filters,
    group: str,
) -> SearchAnswer:
    return _kb.answer(text, k=k, filters=filters, group=group)


@st.cache_data(show_spinner=False, max_entries=_MOST, ttl=_KEPT_S)
def _similar(
    _kb: KnowledgeBase,
    state: tuple[str, int, str],
    passage_id: str,
    k: int,
    filters: Filters,
    group: str,
) -> list[dict[str, Any]]:
    return _kb.similar(passage_id, k=k, filters=filters, group=group)


@st.cache_data(show_spinner=False, max_entries=_MOST, ttl=_KEPT_S)
def _evidence_map(
    _kb: KnowledgeBase, state: tuple[str, int, str], rows: str, cols: str, filters: Filters
) -> EvidenceMap:
    return _kb.evidence_map(rows=rows, cols=cols, filters=filters)
