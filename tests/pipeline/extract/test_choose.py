from __future__ import annotations

import io
import zipfile

import pytest

from pipeline.extract import choose


def _zip(*names: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return buffer.getvalue()


@pytest.mark.parametrize("kind", [choose.ODT, choose.EPUB])
def test_some_archives_say_themselves_what_they_are(kind: str) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("mimetype", kind)
        archive.writestr("content.xml", "<x/>")
    assert choose.sniff(buffer.getvalue(), None, None) == kind


@pytest.mark.parametrize(
    ("data", "said", "name", "found"),
    [
        (b"%PDF-1.7\n...", "text/html", "a.html", choose.PDF),
        (b"\n\n  junk before %PDF-1.4", None, None, choose.PDF),
        (b"<!doctype html><p>x", "application/pdf", "a.pdf", choose.HTML),
        (b"  <?xml version='1.0'?>\n<html xmlns='x'>", None, None, choose.HTML),
        (b"<!-- saved --><HTML><body>", None, None, choose.HTML),
        (b"<div>a</div><p>b</p>", None, None, choose.HTML),
        (b"<p>one tag</p> only", "text/html; charset=utf-8", None, choose.HTML),
        (b"<p>one tag</p> only", None, "x.txt", choose.TEXT),
        (b"A < b and c > d, said plainly.", None, None, choose.TEXT),
        ("Blåbær og øl".encode("cp1252"), None, None, choose.TEXT),
        ("Blåbær".encode("utf-16"), None, None, choose.TEXT),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00", "application/pdf", "a.pdf", choose.UNKNOWN),
        (_zip("word/document.xml"), None, None, choose.DOCX),
        (_zip("ppt/presentation.xml"), "text/plain", "a.txt", choose.PPTX),
        (_zip("META-INF/container.xml"), None, None, choose.EPUB),
        (_zip("virus.exe"), None, "a.docx", choose.ZIP),
        (b"PK\x03\x04 broken", None, "a.docx", choose.DOCX),
        (b"PK\x03\x04 broken", None, None, choose.UNKNOWN),
        (_zip("word/document.xml", "word/styles.xml")[:90], None, None, choose.DOCX),
        (_zip("META-INF/encryption.xml", "mimetype"), None, "bok.epub", choose.ZIP),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old Word", "application/msword", None, choose.OLE),
        (rb"{\rtf1\ansi Hei}", None, None, choose.RTF),
        (b"\n1 0 obj\n<< /Type /Catalog >>\nendobj", "application/pdf", None, choose.PDF),
        (b"\n1 0 obj\n<< /Type /Catalog >>\nendobj", None, None, choose.TEXT),
        (b'<?xml version="1.0"?><OAI-PMH xmlns="x">', "text/xml", None, choose.OAI),
        (
            b'<oai_dc:dc xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/">',
            None,
            None,
            choose.OAI,
        ),
        (b"", None, None, choose.UNKNOWN),
    ],
)
def test_bytes_decide_before_what_was_said(
    data: bytes, said: str | None, name: str | None, found: str
) -> None:
    assert choose.sniff(data, said, name) == found
