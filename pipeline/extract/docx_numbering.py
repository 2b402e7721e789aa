"""The numbers that Word shows before headings and list items and keeps nowhere in the text.

Owns `numbering.xml`: which list a paragraph counts in, at which level, and in which figures.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from pipeline.extract.office_zip import parse_xml

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_LEVELS = 9  # Word's own limit
_MOST = 10_000  # beyond this nobody counts in a report; a hostile file may begin anywhere
_ROMAN = ((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))


@dataclass(frozen=True)
class _Level:
    """How one level of a list is written: its figures, its pattern ("%1.%2") and first number."""

    form: str
    pattern: str
    start: int


@dataclass
class Numbering:
    """Counts the numbered paragraphs of a document, in the order in which they are asked."""

    levels: dict[str, dict[int, _Level]] = field(default_factory=dict)
    _counts: dict[str, dict[int, int]] = field(default_factory=lambda: defaultdict(dict))

    @classmethod
    def of(cls, document: Any) -> Numbering:
        """Return the numbering of an open python-docx document; empty where it has none."""
        for relation in document.part.rels.values():
            if not relation.is_external and relation.reltype.endswith("/numbering"):
                return cls(_read_levels(parse_xml(relation.target_part.blob)))
        return cls()

    def next(self, number_id: str, level: int) -> str:
        """Count one paragraph and return its number as shown; empty for bullets."""
        levels = self.levels.get(number_id, {})
        own = levels.get(level)
        if own is None or own.form in ("bullet", "none") or not 0 <= level < _LEVELS:
            return ""
        counts = self._counts[number_id]
        counts[level] = counts.get(level, own.start - 1) + 1
        for deeper in [at for at in counts if at > level]:
            del counts[deeper]
        shown = own.pattern
        for at in range(level + 1):
            other = levels.get(at, own)
            value = counts.get(at, other.start)
            shown = shown.replace(f"%{at + 1}", _figure(value, other.form))
        return shown.strip()


def number_of(element: Any, styled: tuple[str, int] | None) -> tuple[str, int] | None:
    """Return (list, level) of a paragraph's own properties, else those of its style."""
    own = element.find(f"{W}pPr/{W}numPr")
    if own is None:
        return styled
    number, level = own.find(f"{W}numId"), own.find(f"{W}ilvl")
    number_id = number.get(f"{W}val") if number is not None else (styled or ("", 0))[0]
    if number_id == "0":  # Word's way to take a paragraph out of its style's list
        return None
    depth = level.get(f"{W}val") if level is not None else ""
    return number_id or "", int(depth) if (depth or "").isdigit() else (styled or ("", 0))[1]


def _read_levels(root: Any) -> dict[str, dict[int, _Level]]:
    abstract: dict[str | None, dict[int, _Level]] = {}
    for kind in root.iterfind(f"{W}abstractNum"):
        levels: dict[int, _Level] = {}
        for entry in kind.iterfind(f"{W}lvl"):
            depth = entry.get(f"{W}ilvl") or ""
            if depth.isdigit():
                start = _value(entry, "start")
                first = int(start) if start.isdigit() else 1
                form = _value(entry, "numFmt") or "decimal"
                levels[int(depth)] = _Level(form, _value(entry, "lvlText"), min(first, _MOST))
        abstract[kind.get(f"{W}abstractNumId")] = levels
    return {
        number.get(f"{W}numId") or "": abstract.get(_value(number, "abstractNumId"), {})
        for number in root.iterfind(f"{W}num")
    }


def _value(element: Any, name: str) -> str:
    found = element.find(W + name)
    return (found.get(f"{W}val") or "") if found is not None else ""


def _figure(value: int, form: str) -> str:
    """Return a number in a list's figures; decimal for forms that Nordic reports do not use."""
    if form in ("lowerLetter", "upperLetter") and 1 <= value <= 26:
        letter = chr(ord("a") + value - 1)
        return letter.upper() if form == "upperLetter" else letter
    if form in ("lowerRoman", "upperRoman") and 1 <= value < 40:
        roman = ""
        for worth, letters in _ROMAN:
            roman += letters * (value // worth)
            value %= worth
        return roman.upper() if form == "upperRoman" else roman
    return str(value)
