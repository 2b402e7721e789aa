"""Files of other formats than PDF that want to be the end of the run: each has an outcome.

Every one is read in a limited child; what could be read of it is kept.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator

import docx
import pptx
import pytest

from pipeline.extract import ExtractPool, Job, Limits, choose
from pipeline.records import Extracted
from tests.pipeline.extract.books import book
from tests.pipeline.extract.papers import MEETING

LIMITS = Limits(wall_s=90, step_s=60, cpu_s=60, memory_mb=1500)
BODY = f"<p>{MEETING}</p>".encode()
LAUGHS = (
    '<!DOCTYPE r [<!ENTITY a "haha">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9))
    + "]>"
)
OUTSIDE = '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>'


@pytest.fixture(scope="module")
def pool() -> Iterator[ExtractPool]:
    with ExtractPool(1) as opened:
        yield opened
        assert opened.extract(Job(b"<html><body>" + BODY)).status == "read"


def _text(read: Extracted) -> str:
    return " ".join(page.text for page in read.pages)


def _word() -> bytes:
    buffer = io.BytesIO()
    document = docx.Document()
    document.add_paragraph(MEETING)
    document.save(buffer)
    return buffer.getvalue()


def _deck() -> bytes:
    buffer = io.BytesIO()
    deck = pptx.Presentation()
    slide = deck.slides.add_slide(deck.slide_layouts[5])
    slide.shapes.title.text = "Møter"
    deck.save(buffer)
    return buffer.getvalue()


def _changed(data: bytes, part: str, change: Callable[[bytes], bytes]) -> bytes:
    """Return an archive with one part changed."""
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, change(content) if name == part else content)
    return buffer.getvalue()


def _after_declaration(more: str, used: str) -> Callable[[bytes], bytes]:
    """Put a document type after the XML declaration, and `used` into the first text."""

    def change(xml: bytes) -> bytes:
        head, _, rest = xml.partition(b"?>")
        return head + b"?>" + more.encode() + rest.replace(MEETING.encode(), used.encode(), 1)

    return change


@pytest.mark.parametrize(
    ("name", "page"),
    [
        ("divs", b"<div>" * 100_000 + BODY + b"</div>" * 100_000),
        ("spans", b"<p>" + b"<span>" * 100_000 + BODY),
        ("one line", BODY + b"x" * 12_000_000),
        ("words", BODY + b"ord " * 3_000_000),
        ("comments", BODY + b"<!-- " * 300_000),
        ("quotes", BODY + b"<a href='" * 100_000),
        ("links", BODY + b'<a href="/x">en lenke til noe annet</a> ' * 20_000),
    ],
)
def test_enormous_and_deep_pages_give_what_could_be_read(
    pool: ExtractPool, name: str, page: bytes
) -> None:
    read = pool.extract(Job(b"<html><body>" + page, "text/html", limits=LIMITS))
    assert read.status in ("read", "partial"), (name, read.reason)
    assert MEETING in _text(read)


@pytest.mark.parametrize("opening", [b"<table><tr><td>", b"<ul><li>", b"<blockquote><p>"])
def test_pages_that_are_nothing_but_depth_have_an_outcome(
    pool: ExtractPool, opening: bytes
) -> None:
    read = pool.extract(Job(b"<html><body>" + opening * 20_000 + BODY, limits=LIMITS))
    assert read.status in ("read", "partial") or read.reason


def test_a_page_longer_than_any_report_is_read_from_its_beginning(pool: ExtractPool) -> None:
    page = b"<html><body>" + BODY + b"<!--" + b"langt " * 2_000_000 + b"-->" + BODY
    read = pool.extract(Job(page, limits=LIMITS))
    assert (read.status, read.reason) == (
        "partial",
        "Only the beginning was read: it is longer than any report.",
    )
    assert MEETING in _text(read)


@pytest.mark.parametrize("line", [b"ord om noe som skjer\n", b"\n", b"a" * 400 + b"\n"])
def test_texts_of_very_many_lines(pool: ExtractPool, line: bytes) -> None:
    data = MEETING.encode() + b"\n\n" + line * (500_000 // len(line))
    read = pool.extract(Job(data, "text/plain", limits=LIMITS))
    assert read.status in ("read", "partial")
    assert MEETING in _text(read)


def test_deep_json_and_many_authors_in_a_page(pool: ExtractPool) -> None:
    head = b'<script type="application/ld+json">' + b"[" * 100_000 + b"</script>"
    head += b'<meta name="citation_author" content="Berg, Anne">' * 5_000
    read = pool.extract(Job(b"<html><head>" + head + b"</head><body>" + BODY, limits=LIMITS))
    assert read.status == "read" and MEETING in _text(read)


@pytest.mark.parametrize(
    ("data", "part", "media_type"),
    [
        (_word(), "word/document.xml", choose.DOCX),
        (_word(), "word/styles.xml", choose.DOCX),
        (_deck(), "ppt/slides/slide1.xml", choose.PPTX),
        (book({"en": f"<p>{MEETING}</p>"}), "OEBPS/tekst/en.xhtml", choose.EPUB),
        (book({"en": f"<p>{MEETING}</p>"}), "META-INF/container.xml", choose.EPUB),
    ],
)
def test_archives_that_unpack_without_end_are_not_opened(
    pool: ExtractPool, data: bytes, part: str, media_type: str
) -> None:
    bomb = _changed(data, part, lambda xml: xml + b" " * 300_000_000)
    assert len(bomb) < 2_000_000
    read = pool.extract(Job(bomb, limits=LIMITS))
    assert (read.status, read.media_type) == ("quarantined", media_type)
    assert read.reason == "The file unpacks to far more than a report holds; it was not opened."


@pytest.mark.parametrize(("more", "used"), [(LAUGHS, "&j;"), (OUTSIDE, "&x;")])
def test_entities_are_neither_expanded_nor_fetched(pool: ExtractPool, more: str, used: str) -> None:
    change = _after_declaration(more, used)
    for data, part in (
        (_word(), "word/document.xml"),
        (book({"en": f"<p>{MEETING}</p>"}), "OEBPS/pakke.opf"),
        (book({"en": f"<p>{MEETING}</p>"}), "OEBPS/tekst/en.xhtml"),
    ):
        read = pool.extract(Job(_changed(data, part, change), limits=LIMITS))
        shown = _text(read) + str(read.metadata)
        assert "hahaha" not in shown and "root:" not in shown
        assert read.status != "quarantined" or read.reason


def test_encrypted_archives_are_said(pool: ExtractPool) -> None:
    data = bytearray(_word())
    at = 0
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = 0
        while (at := data.find(mark, at)) >= 0:
            data[at + offset] |= 1
            at += 4
    read = pool.extract(Job(bytes(data), limits=LIMITS))
    assert read.reason == (
        "The file is encrypted and needs a password; save it without one and add it again."
    )


@pytest.mark.parametrize(
    ("data", "name", "words"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4000), "notat.doc", "DOCX, PPTX or PDF"),
        (b"PK\x05\x06" + bytes(18), "tom.zip", "none of PDF"),
        (b"\x7fELF" + bytes(100), "prog.pdf", "none of PDF"),
    ],
)
def test_other_formats_are_told_what_to_do(
    pool: ExtractPool, data: bytes, name: str, words: str
) -> None:
    read = pool.extract(Job(data, filename=name, limits=LIMITS))
    assert read.status == "quarantined"
    assert read.reason is not None and words in read.reason and read.reason.endswith(".")


def test_an_archive_of_documents_says_to_unpack_it(pool: ExtractPool) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("rapport.pdf", b"%PDF-1.7")
    read = pool.extract(Job(buffer.getvalue(), filename="alt.zip", limits=LIMITS))
    assert read.reason == (
        "The file is an archive and no single document; unpack it and add the documents in it one"
        " by one."
    )
