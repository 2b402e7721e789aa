"""What a session keeps: the open knowledge base, who is working, what can be undone.

Owns Streamlit's session state and the address bar; what a page is asked is in the address
(`app.query`), never here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import streamlit as st

from app.i18n import LANGUAGES, SESSION_KEY, _, choose_language
from app.query import Query, read_query
from kb.knowledge_base import KnowledgeBase, open_knowledge_base
from kb.search.rows import Filters
from kb.settings import Settings, load_settings

CODER = "state-coder"
PENDING = "state-pending"
UNDO = "state-undo"
_PLACES = ("row", "col", "text", "verdict")  # what a list shows; dropped by a new question
_KEPT = ("lang", "rows", "cols")  # parameters that a new question leaves in the address


@dataclass(frozen=True)
class Undo:
    """What was done, and how to take it back where it can be; `page` is where it is offered."""

    message: str
    back: Callable[[], object] | None
    page: str | None = None


@st.cache_resource(show_spinner=False, max_entries=2)
def _open(described: str, _settings: Settings) -> KnowledgeBase:
    return open_knowledge_base(_settings)


def knowledge_base() -> KnowledgeBase:
    """The knowledge base of this process, opened once.

    Raises KbError where settings or record cannot be used, and GenerationError (later, when asked
    a question) where nothing has been indexed yet.
    """
    settings = load_settings()
    kb: KnowledgeBase = _open(settings.model_dump_json(), settings)
    return kb


@st.cache_data(show_spinner=False, max_entries=4, ttl=600)  # seconds: people's codings change
def _facets(_kb: KnowledgeBase, home: str, generation: int) -> dict[str, list[str]]:
    return {name: list(values) for name, values in _kb.facets().items()}


def facets(kb: KnowledgeBase) -> dict[str, list[str]]:
    """For each dimension the values there are, most frequent first; read once a generation.

    Raises GenerationError where nothing has been indexed yet.
    """
    generation = kb.generation().number
    with st.spinner(_("Opening the knowledge base …")):  # the first time the model is loaded too
        found: dict[str, list[str]] = _facets(kb, str(kb.settings.home), generation)
    return found


def begin_session() -> None:
    """Settle the language: the address's, else the one chosen before, else the browser's."""
    asked = st.query_params.get("lang")
    if asked in LANGUAGES:
        st.session_state[SESSION_KEY] = asked
    elif SESSION_KEY not in st.session_state:
        st.session_state[SESSION_KEY] = choose_language(st.context.locale)


def choose(language: str) -> None:
    """Change the session's language and say so in the address."""
    st.session_state[SESSION_KEY] = language
    st.query_params["lang"] = language


def parameters() -> dict[str, list[str]]:
    """The address's parameters, each with all its values."""
    return {name: st.query_params.get_all(name) for name in st.query_params}


def asked() -> Query:
    """The question in the address."""
    return read_query(parameters())


def ask(query: Query, **extra: str | None) -> None:
    """Put a question into the address; `extra` sets (or, with None, drops) other parameters."""
    kept: dict[str, str | list[str]] = {
        name: value for name in _KEPT if (value := st.query_params.get(name))
    }
    for name, value in extra.items():
        kept.pop(name, None)
        if value is not None:
            kept[name] = value
    st.query_params.from_dict({**kept, **query.params()})


def change(**values: object) -> None:
    """Change a part of the question in the address; a map's cell is closed."""
    ask(asked().changed(**values))


def turn_to(page: int) -> None:
    """Show another page of the same list; a map's cell stays open."""
    params = st.query_params
    ask(asked().changed(page=page), **{name: params.get(name) for name in _PLACES})


def filters(query: Query) -> Filters:
    """A question's filters as the search takes them."""
    return Filters(
        factors=query.factor,
        directions=query.direction,
        countries=query.country,
        languages=query.language,
        year_from=query.year_from,
        year_to=query.year_to,
        evidence_types=query.evidence_type,
        sectors=query.sector,
        target_groups=query.target_group,
        verified=query.verified,
    )


def linked(params: Mapping[str, str | list[str]]) -> dict[str, str | list[str]]:
    """Parameters for a link to another page, with the language where one was chosen."""
    chosen = st.query_params.get("lang")
    return {**({"lang": chosen} if chosen else {}), **params}


def coder(settings: Settings) -> str | None:
    """Who is working: the name given in this session, else the one in the settings."""
    name = str(st.session_state.get(CODER) or settings.user or "").strip()
    return name or None


def as_coder(settings: Settings, act: Callable[[str], None]) -> None:
    """Do something under the coder's name, asking for it first where it is not known."""
    name = coder(settings)
    if name:
        act(name)
    else:
        st.session_state[PENDING] = act


def offer_undo(message: str, back: Callable[[], object] | None) -> None:
    """Say what was just done and offer to take it back, unless there is nothing to take back."""
    st.session_state[UNDO] = Undo(message, back)


def take_back() -> None:
    """Undo what was done last."""
    undo = st.session_state.pop(UNDO, None)
    if isinstance(undo, Undo) and undo.back is not None:
        undo.back()
