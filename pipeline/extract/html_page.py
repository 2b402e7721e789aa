"""Web pages: body with headings, sections and tables; furniture left out; metadata.

Owns the walk over the tree. trafilatura judges what is text on pages that do not name their main
part; the structure (levels, lists, tables, notes) always comes from the page itself.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from typing import Any

from lxml.html import HtmlElement

from pipeline.extract.chrome import is_chrome_line
from pipeline.extract.headings import SectionPath, bare_heading
from pipeline.extract.html_table import is_data_table, read_table
from pipeline.extract.html_tree import (
    MAX_BYTES,
    TOO_LONG,
    beginning,
    decode,
    find_links,
    find_main,
    is_furniture,
    label_line,
    parse,
    parse_deep,
)
from pipeline.extract.metadata import Fields
from pipeline.extract.metadata.imprint import (
    is_contact_line,
    is_date_line,
    is_imprint_line,
    read_byline,
)
from pipeline.extract.metadata.labels import is_identifier_line, label_of
from pipeline.extract.metadata.landing import read_landing
from pipeline.extract.outcome import finish, quarantined
from pipeline.language import normalise
from pipeline.records import EVIDENCE_KINDS, Block, BlockKind, Extracted

MEDIA_TYPE = "text/html"
_BLOCKS = frozenset(
    "address article aside blockquote body center dd details div dl dt fieldset figcaption figure"
    " h1 h2 h3"
    " h4 h5 h6 header hgroup hr li main ol p pre section summary table tbody td tfoot th thead tr"
    " ul".split()
)
_HEADINGS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6, "summary": 6}
_BOOK_COLOPHON = frozenset({"doc-colophon", "doc-copyright-page", "doc-titlepage", "doc-halftitle"})
_NOTES = re.compile(r"(?:^|[\s_-])(?:footnotes?|endnotes?|fotnoter?|fn)(?:$|[\s_-])", re.IGNORECASE)
_CONTENTS = re.compile(
    r"(?:^|[\s_-])(?:toc|table-of-contents|contents|innhold(?:sfortegnelse)?)(?:$|[\s_-])", re.I
)
_ABSTRACT = re.compile(
    r"(?:^|[\s_-])(?:abstract|sammendrag|sammanfattning|tiivistelmä)(?:$|[\s_-])", re.IGNORECASE
)
_COLOPHON = re.compile(
    r"(?:^|[\s_-])(?:byline|authors?|forfattere?|meta|metadata|published|pubdate|dateline|colophon|"
    r"imprint|kolofon|details|facts?|faktaboks)(?:$|[\s_-])",
    re.IGNORECASE,
)
_MAX_DEPTH = 180  # nested elements; a page nested deeper is hostile
_MAX_BLOCKS = 50_000  # blocks of one page; the longest report has some thousands
_MOST_JUDGED = 4_000_000  # characters of a page's source; trafilatura takes minutes over more
_LINK_SHARE = 0.8  # share of a block's letters inside links above which it is navigation
_SOME_LINKS = 0.35  # the same for a block of few words: "Other languages: nb en"
_FEW_WORDS = 8  # words; such a block is no sentence of the text
_LINE_WORDS = 24  # words; longer blocks are prose even if a line rule fits them
_PROSE_WORDS = 40  # words; a block this long that is no list of links is prose
_JUDGED = 60  # characters of a block compared with trafilatura's text


class _Walk:
    """Collects blocks while the tree is walked."""

    def __init__(self, title: str | None, judged: str | None) -> None:
        self.blocks: list[Block] = []
        self.sections = SectionPath()
        self.title = bare_heading(title) if title else None
        self.judged = judged

    def heading(self, element: HtmlElement) -> None:
        text = _words(element)
        if not text:
            return
        level = _HEADINGS[element.tag]
        if level <= 2 and bare_heading(text) == self.title and not self.sections.path:
            self.blocks.append(Block("heading", text, (), 0))
            return
        self.sections.enter(level, text)
        self.blocks.append(Block("heading", text, self.sections.path, level))

    def text(self, text: str, kind: BlockKind, link_share: float = 0.0) -> None:
        text = " ".join(text.split())
        if not any(map(str.isalnum, text)):
            return
        kind = self._judge(text, kind, link_share)
        self.blocks.append(Block(kind, text, self.sections.path))

    def _judge(self, text: str, kind: BlockKind, link_share: float) -> BlockKind:
        if kind not in ("paragraph", "list_item", "abstract", "table_row"):
            return kind
        if is_chrome_line(text):
            return "chrome"
        under = self.sections.under
        if under in ("reference", "contents", "colophon", "footnote", "glossary"):
            return under
        if link_share >= _LINK_SHARE:
            return "chrome"
        if link_share >= _SOME_LINKS and len(text.split()) <= _FEW_WORDS:
            return "chrome"
        line = text.replace("; ", ": ", 1) if kind == "table_row" else text  # a row of two cells
        if len(text.split()) <= _LINE_WORDS and _is_metadata_line(line):
            return "colophon"
        if not self._is_judged_text(text, kind):
            return "chrome"
        if under == "abstract" and kind == "paragraph":
            return "abstract"
        return kind

    def _is_judged_text(self, text: str, kind: BlockKind) -> bool:
        """Return whether trafilatura took a block for text; long prose and rows need no judge."""
        if self.judged is None or kind == "table_row" or len(text.split()) >= _PROSE_WORDS:
            return True
        folded = fold(text)
        return folded[:_JUDGED] in self.judged or folded[-_JUDGED:] in self.judged


def _is_metadata_line(text: str) -> bool:
    return bool(
        label_of(text)
        or is_date_line(text)
        or is_imprint_line(text)
        or is_identifier_line(text)
        or is_contact_line(text)
        or read_byline(text)
    )


def fold(text: str) -> str:
    """Return the letters and digits of `text` in lower case, to compare two readings of it."""
    return "".join(filter(str.isalnum, text.lower()))


def read_html(data: bytes, url: str | None, media_type: str | None = None) -> Extracted:
    """Return what a web page says; of an enormous one the beginning.

    `media_type` may name the charset that the server said. Never raises for a bad page: it is
    quarantined.
    """
    source = decode(beginning(data), media_type)
    tree = parse(source)
    if tree is not None and not tree.text_content().strip():
        tree = parse_deep(source)
    if tree is None:
        return quarantined(MEDIA_TYPE, "The page holds no HTML element; fetch it again.")
    metadata = read_landing(tree, url)
    blocks = read_blocks(tree, _title_of(metadata))
    if not any(block.kind != "chrome" for block in blocks) and "abstract" not in metadata:
        return quarantined(MEDIA_TYPE, "The page holds no text that could be read.", metadata)
    blocks = _with_abstract(blocks, metadata)
    return finish(
        MEDIA_TYPE,
        "html 1",
        blocks,
        metadata,
        links=find_links(tree, url),
        language_hint=normalise(
            tree.get("lang") or tree.get("{http://www.w3.org/XML/1998/namespace}lang")
        ),
        problem=TOO_LONG if len(data) > MAX_BYTES or len(blocks) >= _MAX_BLOCKS else None,
    )


def _title_of(metadata: Fields) -> str | None:
    return metadata["title"].value if "title" in metadata else None


def _with_abstract(blocks: list[Block], metadata: Fields) -> list[Block]:
    """Add the abstract of the metadata where the body does not hold it (a bare landing page)."""
    field = metadata.get("abstract")
    if field is None or len(field.value.split()) < 30:
        return blocks
    held = fold(" ".join(block.text for block in blocks if block.kind in EVIDENCE_KINDS))
    if fold(field.value)[:_JUDGED] in held:
        return blocks
    return [Block("abstract", field.value), *blocks]


def read_blocks(tree: HtmlElement, title: str | None, *, judged: bool = True) -> list[Block]:
    """Return the blocks of a parsed page in order; furniture met on the way has kind chrome.

    `judged` is false for pages without furniture of a site around them (chapters of e-books).
    """
    root, named = find_main(tree) if judged else (_body(tree), True)
    walk = _Walk(title, None if named else _judged_text(tree))
    _visit(root, walk, "paragraph", 0)
    return walk.blocks


def _body(tree: HtmlElement) -> HtmlElement:
    body = tree.find(".//body")
    return tree if body is None else body


def _judged_text(tree: HtmlElement) -> str | None:
    """Return trafilatura's reading of the page, folded; None where it finds next to nothing."""
    import trafilatura
    from lxml import html as lxml_html

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)
    source = lxml_html.tostring(tree, encoding="unicode")
    if len(source) > _MOST_JUDGED:
        return None
    try:
        text: Any = trafilatura.extract(
            source, favor_recall=True, include_comments=False, include_tables=True
        )
    except Exception:  # any fault of the library on a hostile page: walk without its judgement
        return None
    judged = fold(text or "")
    return judged if len(judged) > 400 else None


def _kind_of(element: HtmlElement, kind: BlockKind) -> BlockKind | None:
    """Return the kind of an element's blocks by its role and class; None for furniture."""
    named = f"{element.get('class') or ''} {element.get('id') or ''}"
    role = _role(element)
    if role == "doc-toc" or (element.tag in ("div", "nav", "ul", "ol") and _CONTENTS.search(named)):
        return "contents"
    if role in ("doc-footnote", "doc-endnotes", "doc-endnote", "doc-rearnotes") or _NOTES.search(
        named
    ):
        return "footnote"
    if is_furniture(element):
        return None
    if role == "doc-bibliography":
        return "reference"
    if role in _BOOK_COLOPHON:
        return "colophon"
    if role == "doc-abstract" or _ABSTRACT.search(named):
        return "abstract"
    if element.tag not in ("body", "main", "article") and _COLOPHON.search(named):
        return "colophon"
    line = label_line(element) or ""
    if len(line.split()) <= _LINE_WORDS and label_of(line):
        return "colophon"
    return kind


def _role(element: HtmlElement) -> str:
    """Return an element's role: its own, or what an e-book's `epub:type` says of it."""
    role = (element.get("role") or "").lower()
    kind = (element.get("epub:type") or "").lower().split()
    return role or (f"doc-{kind[0]}" if kind else "")


def _visit(element: HtmlElement, walk: _Walk, kind: BlockKind, depth: int) -> None:
    if depth > _MAX_DEPTH:
        walk.text(element.text_content(), kind)
        return
    found = None if len(walk.blocks) >= _MAX_BLOCKS else _kind_of(element, kind)
    if found is None:
        return
    kind = found
    tag = element.tag
    if tag in _HEADINGS:
        if kind in ("paragraph", "abstract", "list_item"):
            walk.heading(element)
        return
    if tag == "summary" and kind == "paragraph":
        walk.heading(element)
        return
    if tag == "dl" and kind == "paragraph" and _is_plain_list(element):
        for text in _definitions(element):
            walk.text(text, "list_item")
        return
    if tag == "table" and is_data_table(element):
        for row_kind, row in read_table(element):
            walk.text(row, row_kind if kind == "paragraph" else kind)
        return
    if tag in ("figcaption", "caption"):
        kind = "caption"
    elif tag in ("li", "dd", "dt") and kind == "paragraph":
        kind = "list_item"
    _visit_children(element, walk, kind, depth)


def _is_plain_list(element: HtmlElement) -> bool:
    """Return whether a definition list holds nothing but terms and lines of text."""
    parts = [child for child in element if isinstance(child.tag, str)]
    return all(part.tag in ("dt", "dd") for part in parts) and not any(
        child.tag in _BLOCKS for part in parts for child in part.iterdescendants()
    )


def _definitions(element: HtmlElement) -> Iterator[str]:
    """Yield "term: what it means" for each term; a term without text is left out."""
    term = ""
    for part in element:
        text = " ".join(_words(part).split()) if isinstance(part.tag, str) else ""
        if part.tag == "dt":
            term = text
        elif text:
            yield f"{term.rstrip(':')}: {text}" if term else text


def _visit_children(element: HtmlElement, walk: _Walk, kind: BlockKind, depth: int) -> None:
    """Walk an element's children; inline text between block children is a block of its own."""
    inline: list[str] = [element.text or ""]
    linked = 0

    def flush() -> None:
        nonlocal linked
        text = "".join(inline)
        letters = len(fold(text))
        walk.text(text, kind, linked / letters if letters else 0.0)
        inline.clear()
        linked = 0

    for child in element:
        if not isinstance(child.tag, str):
            pass
        elif (
            child.tag in _BLOCKS
            or child.find(".//p") is not None
            or child.find(".//h2") is not None
        ):
            flush()
            _visit(child, walk, kind, depth + 1)
        elif child.tag == "br":
            inline.append("\n")
        elif not is_furniture(child) and not _is_note_mark(child):
            text = _words(child)
            inline.append(text)
            if child.tag == "a" or child.find(".//a") is not None:
                linked += len(fold(text))
        inline.append(child.tail or "")
    flush()


def _is_note_mark(element: HtmlElement) -> bool:
    """Return whether an inline element is a footnote mark: a number that links to a note."""
    if (element.get("role") or "").lower() == "doc-noteref":
        return True
    text = element.text_content().strip(" []()*")
    if not text.isdigit() and text not in ("†", "‡", ""):
        return False
    link = element if element.tag == "a" else element.find(".//a")
    return link is not None and (link.get("href") or "").startswith("#")


def _words(element: HtmlElement) -> str:
    """Return an element's text without footnote marks and hidden parts."""
    parts = [element.text or ""]
    for child in element:
        if isinstance(child.tag, str):
            if child.tag == "br":
                parts.append(" ")
            elif child.tag not in ("script", "style", "svg") and not _is_note_mark(child):
                parts.append(_words(child))
        parts.append(child.tail or "")
    return " ".join("".join(parts).split()) if element.tag in _HEADINGS else "".join(parts)
