"""The codes on screen with their meanings and uses, and codings that wait after a split.

Owns drawing; `kb.active_codebook` says which codes there are, `kb.codebook_editing` moves codings.
"""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from app import markup, state
from app.i18n import _, _n, language
from app.labels import value_label
from app.widgets.page import note, table
from corpora.codebook import Kind
from kb.codebook_editing import UndecidedCoding, code_uses, move_coding
from kb.codebook_state import EDITABLE
from kb.errors import KbError
from kb.knowledge_base import KnowledgeBase

SHOWN_AT_ONCE = 20  # codings to be decided on a page


def kind_name(kind: str) -> str:
    """What a list of the codebook is called."""
    return {
        "factors": _("Factors"),
        "directions": _("Directions"),
        "sectors": _("Sectors"),
        "target_groups": _("Target groups"),
        "evidence_types": _("Evidence types"),
        "exclusion_reasons": _("Reasons for leaving out"),
    }.get(kind, kind)


def choose_kind(key: str) -> Kind:
    """Let a person choose a list of the codebook."""
    chosen: Kind | None = st.selectbox(
        _("List"), EDITABLE, format_func=kind_name, key=f"codebook-kind-{key}"
    )
    return chosen or EDITABLE[0]


def code_name(kb: KnowledgeBase, kind: Kind, code: str) -> str:
    """A code's label with its id, as lists and forms name it."""
    label = kb.codebook.label(kind, code, language())
    return label if label == code else f"{label} ({code})"


def draw_codes(kb: KnowledgeBase) -> None:
    """Draw the codes of one list, those in use first."""
    kind = choose_kind("list")
    uses = code_uses(kb.store) if kind == "factors" else None
    heads = [_("Code"), _("Meaning")] + ([_("Codings by people")] if uses is not None else [])
    rows = [(entry.id, "") for entry in kb.codebook.categories(kind)]
    rows += [(entry.id, _("retired")) for entry in kb.codebook.retired(kind)]
    lines = []
    for code, mark in rows:
        name = markup.plain(kb.codebook.label(kind, code, language()))
        small = " · ".join(markup.plain(part) for part in (code, mark) if part)
        meaning = markup.plain(kb.codebook.definition(kind, code, language()))
        cells = [f"<b>{name}</b><br><small>{small}</small>", meaning]
        cells += [str(uses[code])] if uses is not None else []
        lines.append("<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>")
    st.html(table(tuple(heads), "".join(lines)))


def draw_undecided(kb: KnowledgeBase, waiting: Sequence[UndecidedCoding]) -> None:
    """Draw the codings of split codes, each with the parts that it may belong to."""
    note(
        _n(
            "{n} coding is of a code that was split. Say which part it belongs to.",
            "{n} codings are of codes that were split. Say which part each belongs to.",
            len(waiting),
        )
    )
    for coding in waiting[:SHOWN_AT_ONCE]:
        with st.container(border=True, key=f"sv-undecided-{coding.coding_id}"):
            st.html(f"<p>{markup.plain(coding.quote)}</p>")
            note(
                _(
                    "{code}, to be decided · {direction} · {coder} · counts as {part} until then"
                ).format(
                    code=kb.codebook.former_label("factors", coding.code, language()),
                    direction=value_label(kb.codebook, "direction", coding.direction),
                    coder=coding.coder,
                    part=code_name(kb, "factors", coding.counts_as),
                )
            )
            with st.container(horizontal=True):
                for part in coding.parts:
                    _part_button(kb, coding, part)


def _part_button(kb: KnowledgeBase, coding: UndecidedCoding, part: str) -> None:
    def move(name: str) -> None:
        try:
            move_coding(kb.store, coding.coding_id, part, by=name)
        except KbError as error:
            state.offer_undo(str(error), None)
            return
        state.offer_undo(
            _("The coding belongs to {part}.").format(part=code_name(kb, "factors", part)),
            lambda: move_coding(kb.store, coding.coding_id, None, by=name),
        )

    st.button(
        markup.label(kb.codebook.label("factors", part, language())),
        key=f"codebook-move-{coding.coding_id}-{part}",
        on_click=lambda: state.as_coder(kb.settings, move),
    )
