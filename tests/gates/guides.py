"""Debian's installation guides: the same text as PDF and as HTML, in Danish, Swedish and English.

Owns finding them (the Debian package installation-guide-amd64) and reading the HTML as the measure:
chapters in order, navigation and contents left out.
"""

from __future__ import annotations

import gzip
import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

from lxml import html

from tests.programs import missing

LANGUAGES = ("da", "sv", "en")
_FOLDER = Path("/usr/share/doc/installation-guide-amd64")
_FURNITURE = (
    "//*[@class='navheader' or @class='navfooter' or @class='toc' or @class='list-of-tables']"
)
_APART = ("p", "div", "td", "th", "li", "tr", "pre", "h1", "h2", "h3", "h4", "dt", "dd", "br")


def guide_pdf(language: str) -> bytes:
    """The guide as PDF; without the Debian package the test skips (or fails, where none may)."""
    path = _FOLDER / language / f"install.{language}.pdf.gz"
    if not path.exists():
        missing("the Debian package installation-guide-amd64")
    return gzip.decompress(path.read_bytes())


def tokens(text: str) -> list[str]:
    """Words in lower case, without soft hyphens."""
    return re.findall(r"\w+", text.lower().replace("\u00ad", ""))


def guide_words(language: str) -> list[str]:
    """The words of the guide's HTML chapters, in order."""
    folder = _FOLDER / language
    index = html.fromstring((folder / "index.html").read_bytes())
    names = ["index.html"]
    for link in index.iter("a"):
        name = (link.get("href") or "").split("#")[0]
        if name.endswith(".html") and "/" not in name and name not in names:
            names.append(name)
    words: list[str] = []
    for name in names:
        tree = html.fromstring((folder / name).read_bytes())
        for part in tree.xpath(f"{_FURNITURE}|//head|//script"):
            part.drop_tree()
        for part in tree.iter(*_APART):
            part.tail = f" {part.tail or ''}"
        words += tokens(tree.text_content())
    return words


def f1(found: Sequence[object], wanted: Sequence[object]) -> float:
    """F1 of two bags of words (or of pairs of them)."""
    ours, theirs = Counter(found), Counter(wanted)
    shared = sum((ours & theirs).values())
    return 2 * shared / (len(found) + len(wanted))


def pairs(words: Sequence[str]) -> list[tuple[str, str]]:
    """Each word with the next."""
    return list(pairwise(words))
