"""What Word's styles mean, whatever language they were named in.

Owns style names, outline levels (a style's own, or that of the style it is based on), and the
headings of documents that use no heading styles at all.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from pipeline.extract.docx_numbering import W, number_of
from pipeline.extract.headings import numbering_depth

HEADING = re.compile(
    r"^(?:heading|overskrift|rubrik|otsikko|fyrirsögn|yvirskrift|titre)\s*(\d)\b", re.IGNORECASE
)
TITLE = re.compile(r"^(?:title|tittel|titel|otsikko|titill|heiti)$", re.IGNORECASE)
SUBTITLE = re.compile(
    r"^(?:subtitle|undertittel|undertitel|underrubrik|alaotsikko|undirtitill)$", re.IGNORECASE
)
CAPTION = re.compile(
    r"^(?:caption|bildetekst|billedtekst|beskrivning|kuvaotsikko|kuvateksti|myndatexti)\b", re.I
)
CONTENTS = re.compile(
    r"^(?:toc|innhold|inndhald|indhold|innehåll|sisluet|sisällysluettelo|efnisyfirlit"
    r"|table of figures|figurliste)\b",
    re.IGNORECASE,
)
FOOTNOTE = re.compile(r"^(?:footnote|endnote|fotnote|fotnot|sluttnote|alaviite)", re.IGNORECASE)
LISTED = re.compile(r"^(?:list|liste|punktliste|punktlista|luettelo|opstilling)\b", re.IGNORECASE)
_DEEPEST = 9  # outline levels in Word
_BASES = 12  # styles based on styles; a loop is hostile
_BOLD_WORDS = 14  # words; a longer bold paragraph is an emphasis
_ENDS = re.compile(r"[.!?…:;,]$")


@dataclass(frozen=True)
class StyleFacts:
    """A style's outline level (from 1) and the list it counts in, its bases' included."""

    level: int | None
    numbered: tuple[str, int] | None


def read_styles(document: Any) -> dict[str, StyleFacts]:
    """Return what is needed of every style of an open document, by style id."""
    elements = {style.style_id: (style.name or "", style.element) for style in document.styles}
    return {style_id: _facts(style_id, elements) for style_id in elements}


def _facts(style_id: str, elements: dict[str, tuple[str, Any]]) -> StyleFacts:
    level: int | None = None
    numbered: tuple[str, int] | None = None
    at: str | None = style_id
    for _ in range(_BASES):
        if at is None or at not in elements:
            break
        name, element = elements[at]
        match = HEADING.match(name)
        own = outline_level(element)
        level = level or own or (int(match.group(1)) or None if match else None)
        numbered = numbered or number_of(element, None)
        base = element.find(f"{W}basedOn")
        at = base.get(f"{W}val") if base is not None else None
    return StyleFacts(level, numbered)


def outline_level(element: Any) -> int | None:
    """Return the outline level (from 1) that a style or paragraph gives itself."""
    own = element.find(f"{W}pPr/{W}outlineLvl")
    value = own.get(f"{W}val") if own is not None else None
    return int(value) + 1 if value and value.isdigit() and int(value) < _DEEPEST else None


def looks_like_heading(element: Any, text: str) -> int | None:
    """Return the level of a paragraph that is a heading by its look alone: short and all bold."""
    if len(text.split()) > _BOLD_WORDS or _ENDS.search(text) or not any(map(str.isalpha, text)):
        return None
    runs = [run for run in element.iter(f"{W}r") if "".join(run.itertext()).strip()]
    if not runs or not all(_is_bold(run) for run in runs):
        return None
    return numbering_depth(text) or 1


def _is_bold(run: Any) -> bool:
    mark = run.find(f"{W}rPr/{W}b")
    return mark is not None and mark.get(f"{W}val") not in ("0", "false", "off")
