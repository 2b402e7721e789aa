"""What is odd about a page or file that is kept all the same."""

from __future__ import annotations

import pytest

from kb.frontier import Wanted
from pipeline.crawl.spiders import Answer
from pipeline.crawl.spiders.oddities import find_oddity
from tests.pipeline.crawl.web import page

LATIN = "<p>bl\u00e5b\u00e6r</p>".encode("latin-1")


def answer(path: str, body: bytes, **headers: str) -> Answer:
    url = "http://x.test" + path
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(Wanted(url, "x", "document"), url, body, named)


@pytest.mark.parametrize(
    ("path", "body", "is_page", "kind"),
    [
        ("/a.pdf", page().encode(), True, "wrong_type"),
        ("/a.DOCX", page().encode(), True, "wrong_type"),
        ("/a.html", b"%PDF-1.7", False, "wrong_type"),
        ("/a.pdf", b"%PDF-1.7", False, None),
        ("/a/", page().encode(), True, None),
        ("/get?id=a.pdf", page().encode(), True, None),
    ],
)
def test_names_and_bytes(path: str, body: bytes, is_page: bool, kind: str | None) -> None:
    assert find_oddity(answer(path, body), is_page=is_page).get("kind") == kind


@pytest.mark.parametrize(
    ("body", "given", "kind"),
    [
        (LATIN, "text/html; charset=UTF-8", "bad_encoding"),
        (LATIN, "text/html; charset=iso-8859-1", None),
        (LATIN, "text/html", None),
        (b'<meta charset="utf-8">' + LATIN, "text/html", "bad_encoding"),
        (b'<meta http-equiv=x content="text/html; charset=utf8">' + LATIN, "", "bad_encoding"),
        ("\ufeff<p>bl\u00e5</p>".encode(), "text/html; charset=utf-8", None),
    ],
)
def test_encodings(body: bytes, given: str, kind: str | None) -> None:
    found = find_oddity(answer("/a/", body, content_type=given), is_page=True)
    assert found.get("kind") == kind


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("../../x", "odd_name"),
        ("..\\x.pdf", "odd_name"),
        ("a" * 300, "odd_name"),
        ("Årsrapport 2020.pdf", None),
    ],
)
def test_names_of_files(name: str, kind: str | None) -> None:
    given = answer("/get", b"%PDF-1.7", content_disposition=f'attachment; filename="{name}"')
    found = find_oddity(given, is_page=False)
    assert found.get("kind") == kind
    assert found.get("problem", ".").endswith(".")
