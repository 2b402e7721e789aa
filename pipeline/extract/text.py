"""Plain text, and web pages saved as text with their furniture around them.

Owns telling title, imprint, headings, prose and furniture apart by the lines' form and place:
there is no markup to ask. A line that is neither prose nor a heading over prose is furniture.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.extract.chrome import is_chrome_line
from pipeline.extract.headings import SectionPath, numbering_depth
from pipeline.extract.html_tree import MAX_BYTES, TOO_LONG, beginning, decode
from pipeline.extract.line_joins import join_lines
from pipeline.extract.metadata import Fields, merge
from pipeline.extract.metadata.imprint import (
    is_contact_line,
    is_date_line,
    is_imprint_line,
    read_byline,
    read_contact_publisher,
    read_imprint,
)
from pipeline.extract.metadata.labels import following_value, label_of, read_labels
from pipeline.extract.metadata.values import clean
from pipeline.extract.outcome import finish, quarantined
from pipeline.records import Block, BlockKind, Extracted, Field

MEDIA_TYPE = "text/plain"
_LINE_WORDS = 24  # words; a longer line is prose whatever it looks like
_PROSE_WORDS = 20  # words; a line this long that ends as a sentence does is prose wherever it is
_SENTENCE_WORDS = 5  # words; shorter "sentences" alone on a line are furniture or headings
_HEADING_WORDS = 14  # words; headings are shorter
_TITLE_WORDS = (2, 32)  # words; a title's span
_WRAPPED = (45, 110)  # characters; the width of a text broken into lines by its writer
_MAX_LINES = 200_000  # lines read of one text; the longest book has some ten thousand
_HEAD_PIECES = 400  # lines among which the title stands
_ENDS = re.compile(r"[.!?…:;][\"'»”’)\]]*$")
_BULLET = re.compile(r"^\s*(?:[•·▪◦*‣]|[-–—](?=\s))\s*")
_NUMBERED = re.compile(r"^\s*(?:\d{1,2}[.)]|[a-z]\))\s+\S")
_ASIDE = re.compile(r"^\([^()]*\)$")
_RULE = re.compile(r"^\s*(?:[=\-_*#~]\s?){3,}\s*$")


@dataclass
class _Piece:
    """One line, or one wrapped paragraph, with what it was found to be."""

    text: str
    role: str = ""  # title label imprint byline date contact chrome prose item heading rule
    alone: bool = True  # blank lines (or the page's ends) on both sides


def read_text(data: bytes) -> Extracted:
    """Return what a plain text or a saved web page says; of an enormous one the beginning."""
    text = decode(beginning(data)).replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n\n")
    lines = text.expandtabs(4).split("\n", _MAX_LINES)
    pieces, labels = _pieces(lines[:_MAX_LINES])
    title = _find_title(pieces)
    _assign_roles(pieces, title)
    blocks = _blocks(pieces, title)
    metadata = _metadata(pieces, title, labels)
    if not any(block.kind not in ("chrome", "colophon") for block in blocks):
        return quarantined(MEDIA_TYPE, "The text holds no sentence that could be read.", metadata)
    cut = len(data) > MAX_BYTES or len(lines) > _MAX_LINES
    problem = TOO_LONG if cut else None
    return finish(MEDIA_TYPE, "text 1", blocks, metadata, problem=problem)


def _pieces(lines: list[str]) -> tuple[list[_Piece], Fields]:
    """Part the text into lines or wrapped paragraphs; label lines are read and taken out."""
    labels = read_labels(lines, origin="visible")
    taken: set[int] = set()
    for at, line in enumerate(lines):
        if at in taken or label_of(line) is None:
            continue
        taken.add(at)
        if not (label_of(line) or ("", "x"))[1]:
            taken.update(following_value(lines, at))
    pieces: list[_Piece] = []
    run: list[str] = []
    for at, line in enumerate([*lines, ""]):
        if at in taken:
            _close(run, pieces)
            pieces.append(_Piece(line.strip(), "label"))
        elif line.strip() and not _RULE.match(line):
            run.append(line.rstrip())
        else:
            _close(run, pieces)
            if line.strip():
                pieces.append(_Piece(line.strip(), "rule"))
    return pieces, labels


def _close(run: list[str], pieces: list[_Piece]) -> None:
    """Add a run of non-blank lines: joined where the writer wrapped them, else line by line."""
    if len(run) >= 2 and _is_wrapped(run):
        pieces.extend(_Piece(text) for text in _join_wrapped(run))
    else:
        pieces.extend(_Piece(line, alone=len(run) == 1) for line in run)
    run.clear()


def _is_wrapped(run: Sequence[str]) -> bool:
    """Return whether a run's lines are of one width, as wrapped prose is."""
    inner = [len(line.strip()) for line in run[:-1]]
    low, high = _WRAPPED
    return sum(low <= length <= high for length in inner) >= 0.6 * len(inner) and max(inner) <= 120


def _join_wrapped(run: Sequence[str]) -> list[str]:
    parts: list[list[str]] = []
    for line in run:
        if not parts or _BULLET.match(line) or _NUMBERED.match(line):
            parts.append([line.strip()])
        else:
            parts[-1].append(line.strip())
    return [join_lines(part) for part in parts]


def _is_prose(text: str) -> bool:
    words = len(text.split())
    if words > _LINE_WORDS:
        return True
    return words >= _SENTENCE_WORDS and bool(_ENDS.search(text))


def _line_role(piece: _Piece) -> str:
    """Return what a line is by its own form, whatever stands around it."""
    text = clean(piece.text)
    if not any(map(str.isalnum, text)):
        return "rule"
    words = len(text.split())
    if is_chrome_line(text):
        return "chrome"
    if is_contact_line(text) and words <= _LINE_WORDS:
        return "contact"
    bare = _BULLET.sub("", text)
    if is_date_line(bare):
        return "date"
    if words <= _LINE_WORDS and is_imprint_line(bare):
        return "imprint"
    if read_byline(bare):
        return "byline"
    if _ASIDE.match(text) and words <= _LINE_WORDS:
        return "chrome"
    return ""


def _find_title(pieces: list[_Piece]) -> int | None:
    """Return the place of the title: the likeliest line before the first real prose.

    A line gains by its length, by what follows it (imprint, date, labels, prose) and by being
    repeated on the page; one that reads as furniture is none.
    """
    pieces = pieces[:_HEAD_PIECES]
    first_prose = next(
        (
            at
            for at, piece in enumerate(pieces)
            if len(piece.text.split()) >= _PROSE_WORDS and not piece.role
        ),
        len(pieces),
    )
    best, best_score = None, 0.0
    folded = [clean(piece.text).lower() for piece in pieces]
    for at in range(first_prose):
        piece = pieces[at]
        text = clean(piece.text)
        words = len(text.split())
        if piece.role or not _TITLE_WORDS[0] <= words <= _TITLE_WORDS[1] or _line_role(piece):
            continue
        if _BULLET.match(piece.text) or text.endswith((".", ":", ";", ",")):
            continue
        score = min(words, 10) / 10 + (0.3 if piece.alone else 0.0)
        score += 0.8 if any(folded[at] in other for other in folded[at + 1 :]) else 0.0
        for later in pieces[at + 1 : at + 4]:
            if later.role == "label" or _line_role(later) in ("imprint", "date", "byline"):
                score += 0.5
                break
        score += 0.5 if at + 1 == first_prose else 0.0
        score -= 1.0 if text.endswith("!") else 0.0
        if score > best_score:
            best, best_score = at, score
    return best


def _assign_roles(pieces: list[_Piece], title: int | None) -> None:
    """Give every piece its role: by form, then by what stands below it."""
    for at, piece in enumerate(pieces):
        if at == title:
            piece.role = "title"
        elif not piece.role:
            piece.role = _line_role(piece)
        if piece.role:
            continue
        words = len(piece.text.split())
        if title is not None and at < title and words < _LINE_WORDS:
            piece.role = "chrome"
        elif _is_item(pieces, at):
            piece.role = "item"
        elif _is_prose(clean(piece.text)):
            piece.role = "prose"
    prose_below = False
    for piece in reversed(pieces):
        if piece.role in ("prose", "item"):
            prose_below = True
        elif not piece.role:
            heading = prose_below and len(piece.text.split()) <= _HEADING_WORDS
            piece.role = "heading" if heading and piece.alone else "chrome"
            prose_below = False
        elif piece.role not in ("rule", "heading"):
            prose_below = False


def _is_item(pieces: list[_Piece], at: int) -> bool:
    """Return whether a piece is a list item; a lone dash before long speech is not."""
    text = pieces[at].text
    if _NUMBERED.match(text):
        return numbering_depth(text) is None or _is_prose(clean(text))
    if not _BULLET.match(text):
        return False
    dashed = text.lstrip()[0] in "-–—"
    return not (dashed and len(text.split()) > _PROSE_WORDS)


def _blocks(pieces: list[_Piece], title: int | None) -> list[Block]:
    blocks: list[Block] = []
    sections = SectionPath()
    kinds: dict[str, BlockKind] = {"prose": "paragraph", "item": "list_item"}
    for piece in pieces:
        text = clean(piece.text)
        if piece.role == "rule" or not text:
            continue
        if piece.role == "title":
            blocks.append(Block("heading", text, (), 0))
        elif piece.role == "heading":
            level = numbering_depth(text) or 1
            sections.enter(level, text)
            blocks.append(Block("heading", text, sections.path, level))
        elif piece.role in kinds:
            under = sections.under
            kind = under or kinds[piece.role]
            if piece.role == "item":
                text = _BULLET.sub("", text)
            blocks.append(Block(kind, text, sections.path))
        else:
            furniture = piece.role in ("chrome", "contact")
            blocks.append(Block("chrome" if furniture else "colophon", text, sections.path))
    return _mark_abstract(blocks, pieces, title)


def _mark_abstract(blocks: list[Block], pieces: list[_Piece], title: int | None) -> list[Block]:
    """Call the prose of a bibliographic record its abstract: labels, then one or two paragraphs."""
    labels = sum(piece.role == "label" for piece in pieces)
    prose = [at for at, block in enumerate(blocks) if block.kind == "paragraph"]
    headings = any(block.kind == "heading" and block.level for block in blocks)
    if title is None or labels < 3 or not 1 <= len(prose) <= 2 or headings:
        return blocks
    return [
        Block("abstract", block.text, block.section) if at in prose else block
        for at, block in enumerate(blocks)
    ]


def _metadata(pieces: list[_Piece], title: int | None, labels: Fields) -> Fields:
    """Read the page's metadata from its title, labels, imprint, dates, byline and contact line."""
    head: list[str] = []
    byline: Fields = {}
    dates: list[str] = []
    for piece in pieces:
        text = _BULLET.sub("", clean(piece.text))
        if piece.role == "date":
            dates.append(text)
        elif piece.role == "imprint":
            head.append(text)
        elif piece.role == "byline" and not byline:
            byline["authors"] = Field(read_byline(text), "visible", 0.75)
        elif piece.role in ("prose", "item") and (head or dates or byline):
            break
    body = "\n".join(piece.text for piece in pieces if piece.role in ("prose", "item"))
    contacts = [piece.text for piece in pieces if piece.role == "contact"]
    found = [
        labels,
        byline,
        read_imprint([*dates, *head], "visible"),
        read_contact_publisher(contacts, body, "contact line"),
    ]
    if title is not None:
        found.append({"title": Field(clean(pieces[title].text), "first line", 0.7)})
    return merge(found)
