"""The acts on the codebook as forms: rename, define, merge, split, retire, add.

Owns drawing and reading the forms; `kb.codebook_editing` does what they ask, and refuses.
"""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from app import markup, state
from app.i18n import _, language
from app.widgets.codebook_list import choose_kind, code_name
from app.widgets.page import note
from corpora.categories import Category
from corpora.codebook import Kind
from corpora.nordic import LABEL_LANGUAGES, LabelLanguage
from kb import codebook_editing as editing
from kb.code_ids import make_id
from kb.codebook_state import Change
from kb.display_names import language_name
from kb.errors import KbError
from kb.knowledge_base import KnowledgeBase

ACTS = ("rename", "define", "merge", "split", "retire", "add")
Doing = Callable[[str], Change]


def act_name(act: str) -> str:
    """What an act on the codebook is called."""
    return {
        "rename": _("Rename"),
        "define": _("Change the meaning"),
        "merge": _("Merge"),
        "split": _("Split"),
        "retire": _("Retire"),
        "add": _("Add"),
        "load": _("Load another codebook"),
        "undo": _("Undo"),
    }.get(act, act)


def draw_change(kb: KnowledgeBase) -> None:
    """Draw the choice of an act and a code, and the act's form."""
    kind = choose_kind("change")
    act = st.segmented_control(
        _("What to do"), ACTS, format_func=act_name, default="rename", key="codebook-act"
    )
    code = ""
    if act not in (None, "add"):
        chosen = st.selectbox(
            _("Code"),
            kb.codebook.ids(kind),
            format_func=lambda one: markup.clean(code_name(kb, kind, one)),
            key=f"codebook-code-{kind}",
        )
        code = str(chosen or "")
    if act == "add" or code:
        _form(kb, kind, str(act), code)


def _form(kb: KnowledgeBase, kind: Kind, act: str, code: str) -> None:
    key = f"{kind}-{act}-{code}"
    with st.form(f"sv-codebook-{key}", border=False):
        doing = _FIELDS[act](kb, kind, code, key)
        comment = st.text_input(_("Why (for those who come after you)"), key=f"codebook-why-{key}")
        sent = st.form_submit_button(act_name(act), type="primary", key=f"codebook-do-{key}")
    if sent:
        state.as_coder(kb.settings, lambda name: do_change(kb, lambda by: doing(by, comment), name))
        if state.PENDING not in st.session_state:
            st.rerun()


def do_change(kb: KnowledgeBase, doing: Doing, name: str) -> None:
    """Do a change and offer to take it back; what cannot be done is said."""
    try:
        change = doing(name)
    except KbError as error:
        state.offer_undo(str(error), None)
        return
    state.offer_undo(
        _("The codebook is changed: {act}.").format(act=act_name(change.act).lower()),
        lambda: editing.undo_change(kb.store, change.id, by=name),
    )


def _languages(key: str) -> LabelLanguage:
    own = language() if language() in LABEL_LANGUAGES else "en"
    chosen: LabelLanguage | None = st.selectbox(
        _("Language of what you write"),
        LABEL_LANGUAGES,
        index=LABEL_LANGUAGES.index(own),
        format_func=lambda one: language_name(one, language()),
        key=f"codebook-language-{key}",
    )
    return chosen or "en"


Acting = Callable[[str, str], Change]


def _rename(kb: KnowledgeBase, kind: Kind, code: str, key: str) -> Acting:
    spoken = _languages(key)
    label = st.text_input(
        _("New name"), kb.codebook.label(kind, code, language()), key=f"codebook-label-{key}"
    )
    new_id = st.text_input(
        _("Another id (small letters, digits and _)"), code, key=f"codebook-id-{key}"
    )

    def act(by: str, comment: str) -> Change:
        given = new_id.strip()
        labels = {spoken: label.strip()} if label.strip() else {}
        return editing.rename_code(
            kb.store, kind, code, by=by, labels=labels,
            new_id=given if given != code else None, comment=comment,
        )  # fmt: skip

    return act


def _define(kb: KnowledgeBase, kind: Kind, code: str, key: str) -> Acting:
    spoken = _languages(key)
    text = st.text_area(
        _("Meaning"), kb.codebook.definition(kind, code, language()), key=f"codebook-means-{key}"
    )
    return lambda by, comment: editing.define_code(
        kb.store, kind, code, {spoken: text.strip()}, by=by, comment=comment
    )


def _merge(kb: KnowledgeBase, kind: Kind, code: str, key: str) -> Acting:
    others = [one for one in kb.codebook.ids(kind) if one != code]
    into = st.selectbox(
        _("Into"),
        others,
        format_func=lambda one: markup.clean(code_name(kb, kind, one)),
        key=f"codebook-into-{key}",
    )
    note(_("All codings of it count under that code from now on; an undo separates them again."))
    return lambda by, comment: editing.merge_codes(
        kb.store, kind, code, str(into), by=by, comment=comment
    )


def _split(kb: KnowledgeBase, kind: Kind, code: str, key: str) -> Acting:
    spoken = _languages(key)
    text = st.text_area(
        _("The new codes, one on a line; codings count under the first until each is moved"),
        key=f"codebook-parts-{key}",
    )

    def act(by: str, comment: str) -> Change:
        parts: list[Category] = []
        taken = {*kb.codebook.ids(kind), *kb.codebook.former(kind)}
        for name in filter(None, (line.strip() for line in text.splitlines())):
            parts.append(Category(id=make_id(name, taken), labels={spoken: name}))
            taken.add(parts[-1].id)
        default = parts[0].id if parts else ""
        return editing.split_code(kb.store, kind, code, parts, default, by=by, comment=comment)

    return act


def _retire(kb: KnowledgeBase, kind: Kind, code: str, key: str) -> Acting:
    note(_("People's codings of it stay; the machine's suggestions of it are no longer shown."))
    return lambda by, comment: editing.retire_code(kb.store, kind, code, by=by, comment=comment)


def _add(kb: KnowledgeBase, kind: Kind, code: str, key: str) -> Acting:
    spoken = _languages(key)
    label = st.text_input(_("Name"), key=f"codebook-label-{key}")
    text = st.text_area(_("Meaning"), key=f"codebook-means-{key}")
    note(_("The machine suggests a new code once it has been trained on codings of it."))

    def act(by: str, comment: str) -> Change:
        taken = {*kb.codebook.ids(kind), *kb.codebook.former(kind)}
        definitions = {spoken: text.strip()} if text.strip() else {}
        entry = Category.model_construct(
            id=make_id(label, taken), labels={spoken: label.strip()}, definitions=definitions
        )
        return editing.add_code(kb.store, kind, entry, by=by, comment=comment)

    return act


_FIELDS: dict[str, Callable[[KnowledgeBase, Kind, str, str], Acting]] = {
    "rename": _rename,
    "define": _define,
    "merge": _merge,
    "split": _split,
    "retire": _retire,
    "add": _add,
}
