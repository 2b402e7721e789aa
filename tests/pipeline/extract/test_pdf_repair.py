"""Damaged PDFs written anew, pages whose content is broken, and XMP that bytes do not show."""

from __future__ import annotations

import io
import zlib
from collections.abc import Callable

import pikepdf
import pytest

from pipeline.extract.job import Job
from pipeline.extract.metadata.xmp import read_xmp
from pipeline.extract.pdf_opening import DAMAGED, ENCRYPTED, MENDED, Opened, open_pdf
from pipeline.extract.pdf_repair import Inside, repair
from tests.gates.damaged_pdfs import locked
from tests.gates.raw_pdf import CATALOG, FIRST_PAGE, TEXTS, RawPdf, flate, stream
from tests.pipeline.extract.papers import read_here

PACKET = (
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF'
    ' xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about=""'
    ' xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title><rdf:Alt><rdf:li>Møter som virker'
    "</rdf:li></rdf:Alt></dc:title></rdf:Description></rdf:RDF></x:xmpmeta>"
).encode()


def _pages(data: bytes | None) -> int:
    assert data is not None
    with pikepdf.open(io.BytesIO(data)) as pdf:
        return len(pdf.pages)


def _packed(*, encrypted: bool) -> bytes:
    """A file whose metadata is compressed, or encrypted so that anyone may read it."""
    pdf = RawPdf.report()
    pdf.objects[50] = flate(PACKET, b"/Type /Metadata /Subtype /XML")
    pdf.add_to_catalog(b"/Metadata 50 0 R")
    if not encrypted:
        return pdf.bytes()
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf.bytes())) as opened:
        opened.save(out, encryption=pikepdf.Encryption(owner="eier", user="", R=6))
    return out.getvalue()


@pytest.mark.parametrize("tenth", [5, 6, 7, 8, 9])
def test_a_cut_file_keeps_its_pages(tenth: int) -> None:
    whole = RawPdf.report().bytes()
    assert _pages(repair(whole[: len(whole) * tenth // 10])) >= 2


def test_a_lost_catalog_is_made_anew_from_the_pages() -> None:
    pdf = RawPdf.report()
    pdf.objects[CATALOG] = b"null"
    pdf.trailer = b""
    data = repair(pdf.bytes())
    assert _pages(data) == len(TEXTS)


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7\n", b"no pdf at all", b"%PDF-1.7\n" + bytes(999)])
def test_nothing_to_mend(data: bytes) -> None:
    assert repair(data) is None


def test_opening_says_what_is_wrong() -> None:
    assert open_pdf(Job(b"%PDF-1.7 nothing")) == DAMAGED
    assert open_pdf(Job(locked(user="hemmelig"))) == ENCRYPTED
    sound = open_pdf(Job(RawPdf.report().bytes()))
    assert isinstance(sound, Opened) and sound.damage is None
    sound.pdf.close()
    cut = RawPdf.report().bytes()[:-200]
    mended = open_pdf(Job(cut))
    assert isinstance(mended, Opened) and mended.damage == MENDED
    assert mended.job.data != cut
    mended.pdf.close()


def test_pages_without_text_are_told_from_pages_with_broken_content() -> None:
    pdf = RawPdf.report()
    pdf.set_content(0, b"")
    pdf.objects[FIRST_PAGE + 3] = stream(b"not packed at all", b"/Filter /FlateDecode")
    data = pdf.bytes()
    with Inside(data) as inside, Inside(b"no pdf") as nothing:
        assert inside.broken_pages([0, 1]) == [1]
        assert inside.broken_pages([99]) == [] and nothing.broken_pages([0]) == []
    read = read_here(Job(data))
    assert (read.status, read.reason) == ("partial", "Page 2 is damaged and could not be read.")


def _altered(packed: bytes) -> bytes:
    middle = len(packed) // 2
    return (
        packed[:middle]
        + bytes(255 - byte for byte in packed[middle : middle + 3])
        + packed[middle + 3 :]
    )


@pytest.mark.parametrize(
    ("damage", "torn"),
    [
        (lambda packed: packed, False),
        (lambda packed: packed[: len(packed) // 2], True),
        (_altered, True),
        (lambda packed: packed[:-4], False),  # no checksum: sloppy, but whole
        (lambda packed: packed[:-2], False),
        (lambda packed: packed + b"\r\n", False),
    ],
    ids=["sound", "cut", "altered", "no checksum", "half a checksum", "line end"],
)
def test_pages_that_lost_the_end_of_their_content_are_named(
    damage: Callable[[bytes], bytes], torn: bool
) -> None:
    pdf = RawPdf.report()
    drawn = b"BT /F1 11 Tf 60 700 Td 14 TL (Faste m\xf8ter) Tj T* (styrker samarbeidet.) Tj ET\n"
    packed = damage(zlib.compress(drawn * 3))
    pdf.objects[FIRST_PAGE + 3] = stream(packed, b"/Filter /FlateDecode")
    data = pdf.bytes()
    with Inside(data) as inside:
        assert inside.torn_pages([0, 1, 99]) == ([1] if torn else [])
    read = read_here(Job(data))
    assert read.status == ("partial" if torn else "read")
    if torn and any("møter" in page.text for page in read.pages):
        assert read.reason == "Page 2 is damaged and may lack some text."


@pytest.mark.parametrize("encrypted", [False, True])
def test_packed_and_encrypted_metadata_is_read(encrypted: bool) -> None:
    data = _packed(encrypted=encrypted)
    assert b"<x:xmpmeta" not in data
    with Inside(data) as inside:
        assert b"virker" in inside.packet()
        assert read_xmp(data, inside.packet)["title"].value == "Møter som virker"
    assert read_here(Job(data)).metadata["title"].value == "Møter som virker"


def test_a_file_without_metadata_has_no_packet() -> None:
    for data in (RawPdf.report().bytes(), b"/Metadata in no pdf"):
        with Inside(data) as inside:
            assert inside.packet() == b""


def test_newer_encryption_that_anyone_may_open_is_read() -> None:
    read = read_here(Job(_packed(encrypted=True)))
    assert read.status == "read"
    assert all(text in " ".join(page.text for page in read.pages) for text in TEXTS)
