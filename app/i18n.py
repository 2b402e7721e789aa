"""The interface's languages: gettext catalogues, and names of countries and languages.

Owns `locale/` (made with Babel: `python -m app.catalogues`). Labels of the codebook's codes are the
codebook's own (`codebook.label`). English is the source language and needs no catalogue.
"""

from __future__ import annotations

import gettext
from datetime import datetime
from functools import cache
from pathlib import Path

import streamlit as st
from babel.dates import format_datetime

LOCALE_FOLDER = Path(__file__).with_name("locale")
DOMAIN = "samvirke"
LANGUAGES = {"en": "English", "nb": "Norsk bokmål", "sv": "Svenska"}
SESSION_KEY = "state-language"
_NEAREST = {"no": "nb", "nn": "nb"}  # who asks for these reads bokmål better than English


def choose_language(asked: str | None) -> str:
    """The interface language nearest to a browser's tag such as "nn-NO"; English otherwise."""
    code = (asked or "").replace("_", "-").split("-")[0].lower()
    code = _NEAREST.get(code, code)
    return code if code in LANGUAGES else "en"


@cache
def translations(language: str) -> gettext.NullTranslations:
    """The catalogue of a language; an empty one (English) where there is none."""
    return gettext.translation(DOMAIN, LOCALE_FOLDER, [language], fallback=True)


def language() -> str:
    """The language of this session."""
    return str(st.session_state.get(SESSION_KEY, "en"))


def _(message: str) -> str:
    """A message in this session's language."""
    return translations(language()).gettext(message)


def _n(one: str, many: str, count: int) -> str:
    """A message that depends on a count, with `{n}` replaced by it."""
    return translations(language()).ngettext(one, many, count).format(n=count)


def moment(value: datetime | None) -> str:
    """A moment as this session's language writes it, in the server's time zone."""
    if value is None:
        return "–"
    return str(format_datetime(value.astimezone(), "d MMM y HH:mm", locale=language()))
