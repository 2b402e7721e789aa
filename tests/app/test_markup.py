"""Whatever a crawled file says is shown as the characters it is made of."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app import markup


class Reader(HTMLParser):
    """Collects the tags and the text of a piece of HTML."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.text += data


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_categories=("Cc", "Cs"))))
def test_plain_text_comes_back_as_it_was_and_opens_no_tag(text: str) -> None:
    read = Reader(f"<p>{markup.plain(text)}</p>")
    assert read.tags == ["p"]
    assert read.text == markup.clean(text)


@given(st.text(max_size=60), st.lists(st.tuples(st.integers(-5, 70), st.integers(-5, 70))))
def test_marking_never_changes_the_text_and_only_adds_marks(
    text: str, spans: list[tuple[int, int]]
) -> None:
    html = markup.marked(text, spans)
    read = Reader(html)
    assert set(read.tags) <= {"mark"}
    assert html.count("<mark>") == html.count("</mark>") == len(markup.merged(spans, len(text)))
    assert re.sub("</?mark>", "", html) == "".join(map(markup.plain, text))


def test_marks_stand_where_the_spans_say() -> None:
    assert markup.marked("a < b & c", [[4, 5], [0, 1]]) == (
        "<mark>a</mark> &lt; <mark>b</mark> &amp; c"
    )


@pytest.mark.parametrize(
    ("spans", "joined"),
    [
        ([(0, 4), (2, 6)], [(0, 6)]),
        ([(0, 2), (2, 3)], [(0, 3)]),
        ([(5, 9), (0, 1)], [(0, 1), (5, 9)]),
        ([(-3, 2), (8, 400)], [(0, 2), (8, 10)]),
        ([(4, 4), (6, 2)], []),
        ([], []),
    ],
)
def test_overlapping_spans_are_joined_and_cut_to_the_text(
    spans: list[tuple[int, int]], joined: list[tuple[int, int]]
) -> None:
    assert markup.merged(spans, 10) == joined


@given(st.text(max_size=80))
def test_a_label_has_no_character_that_markdown_would_read(text: str) -> None:
    unescaped = re.sub(r"\\[!-/:-@\[-`{-~]", "", markup.label(text))
    assert not re.search(r"[!-/:-@\[-`{-~]", unescaped)
    assert "\n" not in markup.label(text)


def test_a_label_keeps_letters_and_spaces() -> None:
    assert markup.label("Åse  og\nØrjan") == "Åse og Ørjan"
    assert markup.label("$x$ :red[a]") == r"\$x\$ \:red\[a\]"


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org/a?b=c#d",
        "http://example.org",
        "HTTPS://Example.ORG/Rapport.pdf",
        "https://xn--brn-0na.example/",
    ],
)
def test_addresses_of_the_web_become_links(url: str) -> None:
    html = markup.link(url)
    read = Reader(html)
    assert read.tags == ["a"]
    assert ("href", url) in read.attributes
    assert ("rel", "noopener noreferrer") in read.attributes


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        " javascript:alert(1)",
        "java\x00script:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "vbscript:x",
        "file:///etc/passwd",
        "//example.org/x",
        "https:///no-host",
        "http://[::1",
        "https://a b.example/",
        "upload:abc",
        "",
        None,
    ],
)
def test_other_addresses_are_shown_but_never_links(url: str | None) -> None:
    assert markup.safe_url(url) is None
    read = Reader(markup.link(url))
    assert read.tags == ["span"]
    assert read.text == markup.clean(url)


def test_an_address_cannot_leave_its_attribute() -> None:
    html = markup.link("https://example.org/\"onmouseover='x'", '"><b>text</b>')
    read = Reader(html)
    assert read.tags == ["a"]
    assert {name for name, _ in read.attributes} == {"href", "target", "rel"}
    assert read.text == '"><b>text</b>'


def test_badges_and_rows_escape_what_they_show() -> None:
    assert Reader(markup.badge("<i>", "kind", '"><i>')).tags == ["span"]
    assert Reader(markup.row("<i>", "<b>bold</b>", "<i>")).tags == ["dt", "dd", "b", "span"]
    assert markup.row("Year", "2019") == "<dt>Year</dt><dd>2019</dd>"


def test_reversed_text_and_control_characters_are_dropped() -> None:
    assert markup.clean("a\u202egpj.exe\x07\u2066b") == "agpj.exeb"
    assert markup.clean("line\nline\ttab") == "line\nline\ttab"
    assert markup.clean(None) == ""
    assert markup.clean(2019) == "2019"


def test_joined_leaves_out_what_is_not_there() -> None:
    assert markup.joined(["a", None, "", "b"]) == 'a<span class="sv-dot"> · </span>b'
    assert markup.joined([]) == ""
