"""What is odd about a page or file that is kept all the same, and that a person should know.

Owns three checks: a file that is something else than its name says, a page that is not in the
encoding it names, a file name that would lead out of its folder. Pure.
"""

from __future__ import annotations

import re
from typing import TypedDict
from urllib.parse import urlsplit

from kb.problem_kinds import ProblemKind
from pipeline.crawl.addresses import MAX_NAME, ends_in, given_name
from pipeline.crawl.guard import shown
from pipeline.crawl.spiders import Answer

_UTF8 = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?utf-?8", re.IGNORECASE)
_HEAD_BYTES = 2048  # in which a page names its encoding (HTML: the first 1,024 bytes)


class Oddity(TypedDict, total=False):
    """What of a `Found` an oddity decides."""

    problem: str
    kind: ProblemKind


def find_oddity(answer: Answer, *, is_page: bool) -> Oddity:
    """Return what is odd about an answer, or nothing; the gravest only."""
    url = answer.wanted.url
    wrong = _is_something_else(url, answer.body, is_page=is_page)
    if wrong:
        return {
            "problem": f"{shown(url)} is {wrong}; it is kept as what it is.",
            "kind": "wrong_type",
        }
    if is_page and _says_utf8(answer) and not _is_utf8(answer.body):
        said = f"{shown(url)} calls itself UTF-8 and is not; its letters may be read wrongly."
        return {"problem": said, "kind": "bad_encoding"}
    name = given_name(answer.headers.get("content-disposition"))
    if name is not None and (re.search(r"[/\\]", name) or len(name) > MAX_NAME):
        said = (
            f"{shown(url)} calls its file {shown(name, 60)!r}; only the last part of it is shown."
        )
        return {"problem": said, "kind": "odd_name"}
    return {}


def _is_something_else(url: str, body: bytes, *, is_page: bool) -> str | None:
    if is_page and ends_in(url, (".pdf", ".docx", ".pptx")):
        return (
            f"called a {urlsplit(url).path[-5:].rpartition('.')[2].upper()} file and is a web page"
        )
    if body.startswith(b"%PDF") and ends_in(url, (".html", ".htm")):
        return "called a web page and is a PDF file"
    return None


def _says_utf8(answer: Answer) -> bool:
    given = answer.headers.get("content-type", "").lower()
    if "charset=" in given:
        return "utf-8" in given or "utf8" in given
    return bool(_UTF8.search(answer.body[:_HEAD_BYTES]))


def _is_utf8(body: bytes) -> bool:
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
