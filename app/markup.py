"""Text of unknown origin made safe for the screen: escaping, links, highlighted quotes, badges.

Owns every piece of HTML the app sends. Whatever comes from a crawled file or a person passes
through `plain` (for HTML) or `label` (for Streamlit's labels, which read markdown) and is shown as
the characters it is made of.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from html import escape
from urllib.parse import urlsplit

from kb.control_characters import without_controls

_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")  # what CommonMark lets a backslash escape

SYMBOLS = {"facilitator": "▲", "barrier": "▼", "mixed": "◆", "neutral": "●"}
"""A direction's sign, so that it is never told by colour alone."""


def clean(text: object) -> str:
    """Text without control characters and without marks that reverse its direction."""
    return without_controls("" if text is None else str(text))


def plain(text: object) -> str:
    """Text for use inside HTML, also inside a quoted attribute."""
    return escape(clean(text), quote=True)


def label(text: object) -> str:
    """Text for a Streamlit label: markdown, LaTeX, colours and icons in it stay characters."""
    return _PUNCTUATION.sub(r"\\\1", " ".join(clean(text).split()))


def safe_url(url: object) -> str | None:
    """The address if it is one of the web (http or https, with a host), else None."""
    text = clean(url).strip()
    try:
        parts = urlsplit(text)
    except ValueError:
        return None
    if parts.scheme.lower() not in ("http", "https") or not parts.hostname or " " in text:
        return None
    return text


def link(url: object, text: object | None = None) -> str:
    """HTML of a link that opens beside the app, or of plain text where `url` is not of the web."""
    shown = plain(url if text is None else text)
    address = safe_url(url)
    if address is None:
        return f"<span>{shown}</span>"
    return f'<a href="{plain(address)}" target="_blank" rel="noopener noreferrer">{shown}</a>'


def marked(text: str, spans: Iterable[Sequence[int]], sentence: Sequence[int] | None = None) -> str:
    """HTML of a text with `spans` ([start, end] in characters, any order) marked.

    `sentence` is a range of its own, marked more softly; a span across its ends is cut there.
    """
    ranges = merged(spans, len(text))
    (soft,) = merged([sentence], len(text))[:1] if sentence else [(0, 0)]
    pieces = [_marked_part(text, 0, soft[0], ranges)]
    if soft[0] < soft[1]:
        inside = _marked_part(text, soft[0], soft[1], ranges)
        pieces.append(f'<span class="sv-means">{inside}</span>')
    return "".join([*pieces, _marked_part(text, soft[1], len(text), ranges)])


def _marked_part(text: str, first: int, last: int, ranges: Sequence[tuple[int, int]]) -> str:
    pieces, at = [], first
    for start, end in ((max(s, first), min(e, last)) for s, e in ranges):
        if start < end:
            pieces += [plain(text[at:start]), "<mark>", plain(text[start:end]), "</mark>"]
            at = end
    return "".join([*pieces, plain(text[at:last])])


def merged(spans: Iterable[Sequence[int]], length: int) -> list[tuple[int, int]]:
    """Spans cut to 0..length, in order, overlapping and touching ones joined."""
    found: list[tuple[int, int]] = []
    for span in sorted((max(int(s[0]), 0), min(int(s[1]), length)) for s in spans):
        if span[0] >= span[1]:
            continue
        if found and span[0] <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], span[1]))
        else:
            found.append(span)
    return found


def badge(text: object, kind: str, hint: str = "") -> str:
    """HTML of a small label; `kind` is a class of `style.css`, never text from a file."""
    title = f' title="{plain(hint)}"' if hint else ""
    return f'<span class="sv-badge sv-{kind}"{title}>{plain(text)}</span>'


def joined(parts: Iterable[str | None], separator: str = " · ") -> str:
    """HTML pieces that are there, joined by a separator that wraps with what follows."""
    return f'<span class="sv-dot">{separator}</span>'.join(part for part in parts if part)


def row(name: str, value: str, note: str = "") -> str:
    """HTML of one line of a description list; `value` is HTML, the rest is text."""
    small = f'<span class="sv-note">{plain(note)}</span>' if note else ""
    return f"<dt>{plain(name)}</dt><dd>{value}{small}</dd>"
