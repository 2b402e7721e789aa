"""Lines in reading order to blocks: headings with levels, paragraphs joined over columns and pages.

Owns what a block is by its look (size, weight, indent, numbering) and by its words (caption, list,
contents line). What stands under an announcing heading is decided by `headings`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median

from pipeline.extract.headings import bare_heading
from pipeline.extract.line_joins import HYPHENS, append_line
from pipeline.extract.metadata.labels import label_of
from pipeline.extract.pdf_lines import TextLine
from pipeline.records import Block

_LARGER = 1.1  # times the body's size; a heading by size
_SMALLER = 0.93  # times the body's size; a footnote by size
_LEADING = 1.45  # times the usual distance of two lines; a wider one parts paragraphs
_SHORT = 0.82  # of the column's width; a line that ends before it ends a paragraph
_OWN_STYLE_WORDS = 25  # words; a scanned page with fewer (a cover) is judged by the others
_VERY_SHORT = 0.6  # of the column's width; a line ending before it was ended by its writer
_CAPTION_LINES = 4  # lines; longer ones are text
_FRONT_PAGES = 6  # pages at the front where labels begin new lines
_HEADING_WORDS = 24  # words; longer ones are paragraphs set large
BULLET = re.compile(r"^(?:[•·▪◦●○■□➢➤✓‣∙*\uf0b7\uf0a7\u2212]|[-–—](?=\s))\s*")
ITEM = re.compile(r"^(?:\d{1,2}[.)]|[a-zæøå][.)]|\([a-z\d]{1,2}\)|[ivx]{1,4}[.)])\s+\S")
_CAPTION = re.compile(
    r"^(?:figur|figure|fig\.|tabell|tabel|table|kuvio|kuva|taulukko|mynd|tafla|diagram|boks|box|ramme"
    r"|faktaboks|faktaruta|ruta)\s+(?:[A-Z]?\d+(?:[.:-]\d+)*|[IVX]+)\s*[.:–-]?(?:\s|$)",
    re.IGNORECASE,
)
_NOTE = re.compile(r"^(?:\d{1,3}|[*†‡¹²³⁴-⁹]{1,3})[.)]?\s*\S")
_CHAPTER = re.compile(
    r"^(?:kapittel|kapitel|chapter|luku|kafli|del|part|osa|appendiks|appendix|bilag|bilaga|vedlegg"
    r"|liite|viðauki|tillæg)\s+(?:\d{1,2}|[A-Z]|[IVX]{1,5})[.:]?$",
    re.IGNORECASE,
)
_NUMBERED_HEADING = re.compile(r"^\d{1,2}(?:\.\d{1,2})*[.)]?\s+[^\W\d_a-zæøåäöþð]")
_LEADERS = re.compile(r"(?:\.\s?){4,}\s*(?:\d{1,4}|[ivxlc]{1,7})?\s*$|…{2,}\s*\d{0,4}\s*$")
_ENDS_NUMBER = re.compile(r"\s(?:\d{1,4}|[ivxlc]{1,7})$")
_SENTENCE_END = re.compile(r"[.!?:…][\"'»”’)\]]*$")
_REFERENCE = re.compile(
    r"^(?:\[\d{1,3}\]|\(?\d{1,3}\)?\.?\s|[^\W\d_][^()]{2,80}\((?:19|20)\d\d[a-z]?\))"
)


@dataclass
class Style:
    """What is usual in a document: the body's size and weight, the distance of two lines."""

    size: float
    bold: bool
    leading: float
    scanned: dict[int, Style] = field(default_factory=dict)

    def of(self, page: int) -> Style:
        """Return what is usual on a page: a scanned page's sizes are its own."""
        return self.scanned.get(page, self)


@dataclass
class Draft:
    """A block while it grows."""

    kind: str
    lines: list[TextLine] = field(default_factory=list)
    style: tuple[float, bool, bool] = (0.0, False, False)
    level: int | None = None
    text: str = ""
    ready: Block | None = None
    frame: int | None = None  # the fact box it stands in

    @property
    def page(self) -> int:
        """The page its first line stands on."""
        return self.lines[0].page if self.lines else 0


def document_style(lines: Sequence[TextLine], scanned: Container[int]) -> Style:
    """Return what is usual in a document, and on each of its scanned pages."""
    printed = [line for line in lines if line.page not in scanned]
    style = body_style(printed or lines)
    by_page: dict[int, list[TextLine]] = {}
    for line in lines:
        if line.page in scanned:
            by_page.setdefault(line.page, []).append(line)
    for page, own in by_page.items():
        if sum(len(line.words) for line in own) >= _OWN_STYLE_WORDS:
            style.scanned[page] = body_style(own)
    return style


def body_style(lines: Sequence[TextLine]) -> Style:
    """Return the size, weight and leading that most characters of the lines have."""
    sizes: Counter[tuple[float, bool]] = Counter()
    for line in lines:
        sizes[round(line.size * 2) / 2, line.bold] += len(line.text)
    (size, bold), _ = sizes.most_common(1)[0] if sizes else ((10.0, False), 0)
    steps = [
        after.top - before.top
        for before, after in pairwise(lines)
        if after.page == before.page
        and after.column == before.column
        and abs(after.size - size) < 0.6
        and 0.5 * size < after.top - before.top < 2.2 * size
    ]
    return Style(size, bold, median(steps) if steps else 1.2 * size)


def is_heading_line(line: TextLine, style: Style, outline: Container[str] = ()) -> bool:
    """Return whether a line looks like (a part of) a heading."""
    words = line.words
    if len(words) > _HEADING_WORDS or not any(map(str.isalpha, line.text)):
        return False
    if _LEADERS.search(line.text) or _CAPTION.match(line.text):
        return False
    if line.size >= _LARGER * style.size:
        return True
    if outline and bare_heading(line.text) in outline and line.size >= style.size * 0.98:
        return not line.text.rstrip().endswith((".", ","))
    if line.bold and not style.bold and line.size >= 0.97 * style.size:
        narrow = line.x1 < line.left + 0.97 * (line.right - line.left) or len(words) <= 12
        return narrow and not line.text.rstrip().endswith((".", ",", ";", ":"))
    return False


def build_drafts(
    lines: Sequence[TextLine], style: Style, outline: Container[str], known: Container[str]
) -> list[Draft]:
    """Return a document's lines as drafts of blocks, paragraphs joined over columns and pages."""
    drafts: list[Draft] = []
    current: Draft | None = None
    open_text: Draft | None = None
    previous: TextLine | None = None
    for line in lines:
        usual = style.of(line.page)
        role = _line_role(line, usual, outline)
        if current is not None and previous is not None and role in ("text", "small"):
            role = "caption" if _caption_goes_on(current, previous, line, usual) else role
            if role == "small" and line.page in style.scanned and current.kind == "text":
                role = "text" if _same_paragraph(previous, line, usual) else role
        goes_on = (
            current is not None
            and previous is not None
            and current.kind == role
            and _same_block(current, previous, line, usual)
        )
        if not goes_on and role == "text" and open_text is not None and previous is not None:
            moved = line.page != previous.page or line.column != previous.column
            last = open_text.lines[-1]
            broken = not moved and line.text[:1].islower() and not _ends_short(last)
            if (moved or broken or current is not open_text) and _continues(open_text, line):
                current, goes_on = open_text, True
        if goes_on and current is not None:
            current.lines.append(line)
        else:
            current = Draft(role, [line], (round(line.size * 2) / 2, line.bold, line.italic))
            drafts.append(current)
            if role in ("text", "heading"):
                open_text = current if role == "text" else None
        previous = line
    for draft in drafts:
        draft.text = _join([line.text for line in draft.lines], known)
    return _join_chapters(drafts, known)


def _join_chapters(drafts: list[Draft], known: Container[str]) -> list[Draft]:
    """Join "Kapitel 1" with the heading right under it."""
    joined: list[Draft] = []
    for draft in drafts:
        before = joined[-1] if joined else None
        if (
            before is not None
            and before.kind == draft.kind == "heading"
            and before.page == draft.page
            and _CHAPTER.match(before.text)
            and not _CHAPTER.match(draft.text)
        ):
            before.lines.extend(draft.lines)
            before.text = _join([before.text, draft.text], known)
        else:
            joined.append(draft)
    return joined


def _line_role(line: TextLine, style: Style, outline: Container[str]) -> str:
    text = line.text
    if _LEADERS.search(text):
        return "contents"
    if is_heading_line(line, style, outline):
        return "heading"
    if _CAPTION.match(text) and len(line.words) <= 40:
        return "caption"
    if line.size < _SMALLER * style.size:
        return "small"
    return "text"


def _same_block(current: Draft, previous: TextLine, line: TextLine, style: Style) -> bool:
    """Return whether a line goes on with the block of the line just before it."""
    if current.kind == "contents":
        return False
    if line.page != previous.page or line.column != previous.column:
        return False
    gap = line.top - previous.top
    size = max(line.size, previous.size)
    usual = style.leading * size / style.size if style.size else style.leading
    if gap > _LEADING * usual or gap < -0.5 * size:
        return False
    if current.kind == "heading":
        same = abs(line.size - previous.size) < 0.6 and line.bold == previous.bold
        begins = _NUMBERED_HEADING.match(line.text) and (line.page > 0 or _ends_short(previous))
        return same and not begins and gap <= 1.6 * size
    if BULLET.match(line.text) or ITEM.match(line.text):
        return bool(ITEM.match(line.text)) and not _starts_item(current, previous, line)
    if current.kind == "small" and _NOTE.match(line.text) and _begins_note(current, previous, line):
        return False
    if _begins_entry(previous, line):
        return False
    indent = line.x0 - line.left
    base = previous.x0 - previous.left
    if len(current.lines) >= 1 and indent > base + 0.8 * size and not _hanging(current, line):
        return not (_ends_short(previous) or _SENTENCE_END.search(previous.text))
    if _hanging_reference(current, previous, line, size):
        return False
    if _word_had_room(previous, line) and _SENTENCE_END.search(previous.text):
        return not line.text[:1].isupper()
    return True


def _same_paragraph(previous: TextLine, line: TextLine, style: Style) -> bool:
    """Return whether a scanned line goes on with the sentence above: its size is but a guess."""
    if (line.page, line.column) != (previous.page, previous.column):
        return False
    close = 0 < line.top - previous.top <= _LEADING * style.leading
    goes_on = line.text[:1].islower() and not _SENTENCE_END.search(previous.text)
    return close and goes_on and not _ends_short(previous)


def _caption_goes_on(current: Draft, previous: TextLine, line: TextLine, style: Style) -> bool:
    """Return whether a line is a further line of a caption: close under one that runs full."""
    if current.kind != "caption" or len(current.lines) >= _CAPTION_LINES:
        return False
    if (line.page, line.column) != (previous.page, previous.column):
        return False
    if line.bold != previous.bold or abs(line.size - previous.size) > 0.3:
        return False
    close = 0 < line.top - previous.top <= _LEADING * style.leading * line.size / style.size
    if not close or _SENTENCE_END.search(previous.text):
        return False
    full = not _ends_short(previous) and not _word_had_room(previous, line)
    return full or line.text[:1].islower()


def _word_had_room(previous: TextLine, line: TextLine) -> bool:
    """Return whether the first word of a line would have fitted on the line before it."""
    first = line.words[0]
    room = previous.right - previous.x1 - 0.35 * previous.size
    return first.x1 - first.x0 < room


def _begins_note(current: Draft, previous: TextLine, line: TextLine) -> bool:
    """Return whether a numbered small line is the next footnote."""
    number = re.match(r"\d{1,3}", line.text)
    before = re.match(r"\d{1,3}", current.lines[0].text)
    if number and before:
        return int(number.group()) == int(before.group()) + 1
    return _ends_short(previous)


def _begins_entry(previous: TextLine, line: TextLine) -> bool:
    """Return whether a line begins a new line of imprint or a new reference."""
    first = line.text[:1]
    if not (first.isupper() or first.isdigit() or first in "©["):
        return False
    if line.page < _FRONT_PAGES and (label_of(line.text) or label_of(previous.text)):
        return True
    ended = bool(_SENTENCE_END.search(previous.text))
    if ended and _REFERENCE.match(line.text) and line.x0 <= line.left + 1.0:
        return True
    width = line.right - line.left
    short = width > 0 and previous.x1 < line.left + _VERY_SHORT * width
    return not ended and short and _word_had_room(previous, line)


def _starts_item(current: Draft, previous: TextLine, line: TextLine) -> bool:
    """Return whether a line that begins like "3. x" begins a list item, not "den / 3. januar"."""
    at_margin = abs(line.x0 - current.lines[0].x0) < 1.0
    first_is_item = bool(ITEM.match(current.lines[0].text))
    if (first_is_item and at_margin) or _SENTENCE_END.search(previous.text):
        return True
    return _ends_short(previous) and _word_had_room(previous, line)


def _hanging(current: Draft, line: TextLine) -> bool:
    """Return whether an indented line hangs under a bullet or number."""
    first = current.lines[0]
    return bool(BULLET.match(first.text) or ITEM.match(first.text) or _REFERENCE.match(first.text))


def _hanging_reference(current: Draft, previous: TextLine, line: TextLine, size: float) -> bool:
    """Return whether a line back at the margin begins the next entry of a hanging-indent list."""
    first = current.lines[0]
    if len(current.lines) < 2 or previous.x0 <= first.x0 + 0.8 * size:
        return False
    return abs(line.x0 - first.x0) < 0.5 * size


def _ends_short(line: TextLine) -> bool:
    width = line.right - line.left
    return width > 0 and line.x1 < line.left + _SHORT * width


def _continues(open_text: Draft, line: TextLine) -> bool:
    """Return whether a paragraph broken by a column or page goes on with `line`."""
    last = open_text.lines[-1]
    if line.page - last.page > 1 or abs(line.size - last.size) > 0.6:
        return False
    if BULLET.match(line.text) or ITEM.match(line.text):
        return False
    text = last.text.rstrip()
    if text and text[-1] in HYPHENS:
        return True
    if _SENTENCE_END.search(text):
        return False
    first = line.text.lstrip("\"'«»“”‘(")[:1]
    if last.page == 0 and line.page == 1 and len(open_text.lines) == 1:
        return first.islower()  # a cover's last line, beside which nothing tells how wide it is
    return first.islower() or not _ends_short(last)


def _join(texts: Sequence[str], known: Container[str]) -> str:
    text = ""
    for piece in texts:
        text = append_line(text, piece, known)[0]
    return text
