"""E-books: the spine's order, notes and contents kept out, the package's metadata, protection."""

from __future__ import annotations

import pytest

from pipeline.extract import choose
from pipeline.extract.job import Job
from pipeline.passages import make_passages
from pipeline.records import Extracted
from tests.pipeline.extract.books import book
from tests.pipeline.extract.papers import LAW, MEETING, TRUST, read_here

CHAPTERS = {
    "nav": '<nav epub:type="toc"><ol><li><a href="en.xhtml">Møtene</a></li></ol></nav>',
    "kolofon": '<section epub:type="copyright-page"><p>Utgiver: Nordmarkforskning</p>'
    "<p>ISSN 0333-2306</p></section>",
    "to": f"<h1>2 Loven</h1><p>{LAW}</p>"
    '<aside epub:type="footnote" id="n1"><p>Noten handler om tall.</p></aside>',
    "en": f"<h1>1 Møtene</h1><p>{MEETING}<a epub:type='noteref' href='#n1'>1</a></p>"
    f"<h2>1.1 Tillit</h2><p>{TRUST}</p>"
    "<table><tr><th>Sted</th><th>Møter</th></tr><tr><td>Vågen</td><td>4</td></tr></table>",
    "kilder": '<section epub:type="bibliography"><h1>Litteratur</h1>'
    "<p>Dahl, P. (2009). En håndbok.</p></section>",
}
ORDER = ("nav", "kolofon", "en", "to", "kilder")


@pytest.fixture(scope="module")
def read() -> Extracted:
    return read_here(Job(book(CHAPTERS, order=ORDER, properties={"nav": "nav"})))


def _of(read: Extracted, kind: str) -> list[str]:
    return [block.text for block in read.blocks if block.kind == kind]


def test_chapters_come_in_the_order_of_the_spine(read: Extracted) -> None:
    assert read.status == "read" and read.media_type == choose.EPUB
    passages = [(p.section, p.text) for p in make_passages(read) if p.kind == "body"]
    assert passages == [("1 Møtene", MEETING), ("1 Møtene › 1.1 Tillit", TRUST), ("2 Loven", LAW)]
    tables = [p.text for p in make_passages(read) if p.kind == "table"]
    assert tables == ["Sted: Vågen; Møter: 4"]


def test_notes_sources_and_contents_are_no_evidence(read: Extracted) -> None:
    assert _of(read, "footnote") == ["Noten handler om tall."]
    assert _of(read, "reference") == ["Dahl, P. (2009). En håndbok."]
    assert "Utgiver: Nordmarkforskning" in _of(read, "colophon")
    assert "Møtene" not in _of(read, "contents") + _of(read, "list_item")


def test_the_package_says_what_the_book_is(read: Extracted) -> None:
    values = {key: field.value for key, field in read.metadata.items()}
    assert values == {
        "title": "Møter som virker",
        "subtitle": "En studie av tre byer",
        "authors": [
            {"family": "Berg", "given": "Anne"},
            {"family": "van der Lund", "given": "Ola"},
        ],
        "publisher": "Nordmarkforskning",
        "year": 2021,
        "language": "nb",
        "isbn": "9788281263505",
        "issn": "0333-2306",
        "series": "Fagrapporter",
        "number": "7",
    }
    assert read.metadata["title"].origin == "epub"


def test_a_book_has_no_pages(read: Extracted) -> None:
    assert [(page.index, page.label) for page in read.pages] == [(0, None)]


def test_a_missing_chapter_makes_the_book_partial() -> None:
    chapters = {"en": f"<p>{MEETING}</p>", "to": "<p>x</p>"}
    read = read_here(Job(book(chapters, left_out="to")))
    assert (read.status, read.reason) == (
        "partial",
        "1 of the e-book's chapters could not be read.",
    )
    lost = read_here(Job(book({"en": f"<p>{MEETING}</p>"}, left_out="en")))
    assert (lost.status, lost.reason) == ("quarantined", read.reason)


def test_protection_is_said_and_obfuscated_fonts_are_no_protection() -> None:
    method = (
        '<encryption><EncryptedData><EncryptionMethod Algorithm="%s"/></EncryptedData></encryption>'
    )
    locked = book(
        {"en": f"<p>{MEETING}</p>"},
        more={"META-INF/encryption.xml": method % "http://www.w3.org/2001/04/xmlenc#aes128-cbc"},
    )
    refused = read_here(Job(locked))
    assert refused.status == "quarantined"
    assert refused.reason is not None and "protected against copying" in refused.reason
    fonts = book(
        {"en": f"<p>{MEETING}</p>"},
        more={"META-INF/encryption.xml": method % "http://www.idpf.org/2008/embedding"},
    )
    assert read_here(Job(fonts)).status == "read"


def test_a_package_that_cannot_be_read_is_said() -> None:
    data = book({"en": "<p>x</p>"}, record="<dc:title>uavsluttet")
    read = read_here(Job(data))
    assert read.status == "quarantined"
    assert read.reason == (
        "The e-book is damaged: its package cannot be read; fetch or save it again."
    )


def test_a_book_of_pictures_is_said() -> None:
    read = read_here(Job(book({"en": '<img src="side1.png" alt=""/>'})))
    assert read.reason == "The e-book holds no text that could be read."
