"""PDF files whose content is the fault: packing, lengths, boxes, drawing, fonts, actions.

Owns one function for each kind of fault; the order and the choice are `damaged_pdfs`' business.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator

from tests.gates.raw_pdf import FIRST_PAGE, FONT, RawPdf, flate, stream, zeros

Broken = tuple[str, bytes]


def packed_objects() -> Iterator[Broken]:
    """Object streams and compressed tables that lie, loop or unpack without end."""
    wide = b"/Type /XRef /Size 9 /Root 1 0 R /W %s"
    for name, widths in {
        "negative": b"[-1 4 2]",
        "huge": b"[8 8 8]",
        "billion": b"[1 1000000000 1]",
        "empty": b"[]",
        "two": b"[1 2]",
    }.items():
        pdf = RawPdf.report()
        table = b"90 0 obj\n" + flate(b"\x01" * 400, wide % widths) + b"\nendobj\n"
        yield f"packed-widths-{name}", pdf.bytes(table=table)
    for name, entries, body in (
        ("self", b"/Type /ObjStm /N 1 /First 5 /Extends 60 0 R", b"60 0 << /Type /ObjStm >>"),
        ("billion", b"/Type /ObjStm /N 1000000000 /First 10", b"4 0 << >>"),
        ("beyond", b"/Type /ObjStm /N 3 /First 99999999", b"4 0 5 9 6 18"),
        ("negative", b"/Type /ObjStm /N -1 /First -1", b"4 0 << >>"),
    ):
        pdf = RawPdf.report()
        del pdf.objects[FIRST_PAGE]
        pdf.objects[60] = flate(body, entries)
        rows = b"\x02\x00\x3c\x00" * 62
        table = b"90 0 obj\n" + flate(rows, b"/Type /XRef /Size 91 /Root 1 0 R /W [1 2 1]")
        yield f"packed-{name}", pdf.bytes(table=table + b"\nendobj\n")
    bombs = {
        "content-zeros": stream(zeros(400_000_000), b"/Filter /FlateDecode"),
        "content-twice": flate(b"BT (a) Tj ET " * 2_000_000, times=2),
        "content-nine-times": flate(b"BT ET " * 1000, times=9),
        "content-hex": stream(b"41" * 500_000, b"/Filter [/ASCIIHexDecode /ASCIIHexDecode]"),
        "content-runs": stream(b"\x81 " * 200_000, b"/Filter /RunLengthDecode"),
        "content-predictor": flate(
            b"x" * 5000, b"/DecodeParms << /Predictor 15 /Columns 2000000000 /Colors 99 >>"
        ),
        "content-unknown": stream(b"abc", b"/Filter /NoSuchDecode"),
        "content-noise": stream(random.Random(3).randbytes(50_000), b"/Filter /FlateDecode"),
        "content-lzw": stream(random.Random(4).randbytes(50_000), b"/Filter /LZWDecode"),
    }
    for name, body in bombs.items():
        pdf = RawPdf.report()
        pdf.objects[FIRST_PAGE + 3] = body
        yield f"packed-{name}", pdf.bytes()


def lengths() -> Iterator[Broken]:
    """Streams whose length is a lie."""
    text = b"BT /F1 12 Tf 72 700 Td (Lengden er feil her.) Tj ET"
    for name, said in {
        "short": b"3",
        "long": b"99999",
        "billion": b"9999999999",
        "negative": b"-1",
        "self": b"7 0 R",
        "missing": b"99 0 R",
        "word": b"/Lang",
        "null": b"null",
        "real": b"12.5",
    }.items():
        pdf = RawPdf.report()
        pdf.objects[FIRST_PAGE + 3] = stream(text, length=said)
        yield f"length-{name}", pdf.bytes()


def boxes() -> Iterator[Broken]:
    """Pages without a usable size, turned or scaled beyond sense."""
    for name, box in {
        "negative": b"[0 0 -595 -842]",
        "reversed": b"[595 842 0 0]",
        "zero": b"[0 0 0 0]",
        "huge": b"[0 0 1e30 1e30]",
        "wide": b"[0 0 14400000 10]",
        "words": b"[a b c d]",
        "nan": b"[NaN NaN NaN NaN]",
        "short": b"[0 0]",
        "null": b"null",
        "far": b"[1e9 1e9 1000000595 1000000842]",
        "tiny": b"[0 0 0.0001 0.0001]",
    }.items():
        pdf = RawPdf.report()
        pdf.set_page(1, box=box)
        yield f"box-{name}", pdf.bytes()
    for name, more in {
        "turned-45": b"/Rotate 45",
        "turned-far": b"/Rotate 900000000000",
        "turned-90": b"/Rotate 90",
        "unit": b"/UserUnit 1e12",
        "crop-outside": b"/CropBox [9000 9000 9999 9999]",
        "crop-nan": b"/CropBox [NaN 0 0 NaN]",
    }.items():
        pdf = RawPdf.report()
        pdf.set_page(1, more)
        yield f"box-{name}", pdf.bytes()


def contents() -> Iterator[Broken]:
    """Content that cannot be drawn: impossible matrices, endless text, unbalanced operators."""
    show = b"BT /F1 12 Tf %s (Teksten kan ikke settes slik.) Tj ET"
    for name, matrix in {
        "nan": b"NaN NaN NaN NaN NaN NaN Tm",
        "huge": b"1e38 1e38 1e38 1e38 1e38 1e38 Tm",
        "zero": b"0 0 0 0 0 0 Tm",
        "mirror": b"-1 0 0 1 500 500 Tm",
        "upright": b"0 1 -1 0 500 100 Tm",
        "tiny": b"1e-30 0 0 1e-30 72 700 Tm",
        "rise": b"1e30 Ts 72 700 Td",
        "spread": b"1e30 Tc 72 700 Td",
    }.items():
        pdf = RawPdf.report()
        pdf.set_content(1, show % matrix)
        yield f"content-{name}", pdf.bytes()
    for name, content in {
        "open-string": b"BT /F1 12 Tf 72 700 Td (Teksten slutter ikke",
        "open-picture": b"BI /W 9 /H 9 /BPC 8 /CS /G ID abc",
        "no-end": b"BT /F1 12 Tf 72 700 Td (Uten slutt) Tj " * 50,
        "closing-only": b"Q " * 200_000 + b"ET " * 1000,
        "unknown": b"xyzzy plugh 1 2 3 4 5 6 7 8 9 foo " * 20_000,
        "no-font": b"BT 72 700 Td (Uten skrift) Tj ET",
        "wrong-font": b"BT /F99 12 Tf 72 700 Td (Ukjent skrift) Tj ET",
        "million-letters": b"BT /F1 2 Tf 5 5 Td (" + b"ord " * 250_000 + b") Tj ET",
        "one-place": b"BT /F1 9 Tf " + b"1 0 0 1 99 99 Tm (x) Tj " * 60_000 + b"ET",
        "lines": b"0 0 m " + b"500 500 l 9 9 l " * 200_000 + b"S",
        "clips": b"0 0 9 9 re W n " * 100_000,
        "zero-bytes": bytes(300_000),
    }.items():
        pdf = RawPdf.report()
        pdf.set_content(1, content)
        yield f"content-{name}", pdf.bytes()


def fonts() -> Iterator[Broken]:
    """Fonts whose files, widths, encodings or tables are broken."""
    noise = random.Random(11).randbytes(20_000)
    bodies: dict[str, bytes] = {
        "missing": b"null",
        "self": b"<< /Type /Font /Subtype /Type0 /BaseFont /A /DescendantFonts [3 0 R] >>",
        "type3-self": b"<< /Type /Font /Subtype /Type3 /FontBBox [0 0 9 9]"
        b" /FontMatrix [1 0 0 1 0 0]"
        b" /CharProcs << /a 70 0 R >> /Encoding << /Differences [0 /a 32 /a 84 /a] >>"
        b" /FirstChar 0 /LastChar 255 /Widths [9] /Resources << /Font << /F1 3 0 R >> >> >>",
        "widths": b"<< /Type /Font /Subtype /TrueType /BaseFont /A /FirstChar -9"
        b" /LastChar 999999999 /Widths [-1 1e38 NaN] >>",
        "differences": b"<< /Type /Font /Subtype /Type1 /BaseFont /A /Encoding << /Differences"
        b" [-5 /a 99999999 /b /c] >> >>",
        "cid-widths": b"<< /Type /Font /Subtype /Type0 /BaseFont /A /Encoding /Identity-H"
        b" /DescendantFonts [<< /Type /Font /Subtype /CIDFontType2 /BaseFont /A"
        b" /W [0 2000000000 500] /CIDSystemInfo << >> >>] >>",
        "no-descendant": b"<< /Type /Font /Subtype /Type0 /BaseFont /A /Encoding /Identity-H >>",
        "encoding-missing": b"<< /Type /Font /Subtype /Type0 /BaseFont /A /Encoding /NoSuch-H"
        b" /DescendantFonts [] >>",
    }
    for name, body in bodies.items():
        pdf = RawPdf.report()
        pdf.objects[FONT] = body
        pdf.objects[70] = stream(b"BT /F1 1 Tf (aa) Tj ET")
        yield f"font-{name}", pdf.bytes()
    for key in (b"/FontFile", b"/FontFile2", b"/FontFile3"):
        pdf = RawPdf.report()
        pdf.objects[FONT] = (
            b"<< /Type /Font /Subtype /TrueType /BaseFont /Rot /FontDescriptor 70 0 R >>"
        )
        pdf.objects[70] = b"<< /Type /FontDescriptor /FontName /Rot /Flags 4 %s 71 0 R >>" % key
        pdf.objects[71] = flate(b"\x00\x01\x00\x00" + noise, b"/Length1 999999999")
        yield f"font-noise{key.decode().lower().replace('/', '-')}", pdf.bytes()
    maps = {
        "noise": noise,
        "nothing": b"",
        "private": b"1 begincodespacerange <00> <ff> endcodespacerange"
        b" 1 beginbfrange <00> <ff> <e000> endbfrange",
        "huge-range": b"1 beginbfrange <00000000> <ffffffff> <0000> endbfrange",
        "endless": b"100 beginbfchar " + b"<41> <0041> " * 200_000,
        "itself": b"/Own usecmap " * 5000,
    }
    for name, body in maps.items():
        pdf = RawPdf.report()
        pdf.objects[FONT] = (
            b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /ToUnicode 71 0 R >>"
        )
        pdf.objects[71] = flate(body, b"/CMapName /Own /UseCMap 71 0 R")
        yield f"font-map-{name}", pdf.bytes()


def actions() -> Iterator[Broken]:
    """Files that want something done: scripts, programs, addresses, files inside, forms."""
    wanted = {
        "script": b"/OpenAction << /S /JavaScript /JS (app.alert('x'); while(true){}) >>",
        "launch": b"/OpenAction << /S /Launch /F (/bin/sh) /Win << /F (cmd.exe) >> >>",
        "address": b"/OpenAction << /S /URI /URI (file:///etc/passwd) >>",
        "send": b"/OpenAction << /S /SubmitForm /F (http://127.0.0.1/) >>",
        "other-file": b"/OpenAction << /S /GoToR /F (\\\\\\\\host\\\\share) /D [0 /Fit] >>",
        "import": b"/OpenAction << /S /ImportData /F (/etc/passwd) >>",
        "chain": b"/OpenAction 80 0 R",
        "each-page": b"/AA << /O 80 0 R /C 80 0 R >>",
        "form": b"/AcroForm << /XFA 81 0 R /Fields [] >>",
        "files": b"/Names << /EmbeddedFiles << /Names [(a.exe) 82 0 R] >> >>",
        "metadata-bomb": b"/Metadata 83 0 R",
        "metadata-file": b"/Metadata 84 0 R",
        "collection": b"/Collection << /View /D >>",
    }
    xml = (
        b'<!DOCTYPE r [<!ENTITY a "aaaaaaaaaa">'
        + b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9))
        + b"]>"
    )
    for name, more in wanted.items():
        pdf = RawPdf.report()
        pdf.add_to_catalog(more)
        pdf.objects[80] = b"<< /S /JavaScript /JS (this.x()) /Next 80 0 R >>"
        pdf.objects[81] = stream(b"<xdp:xdp xmlns:xdp='http://ns.adobe.com/xdp/'/>")
        pdf.objects[82] = b"<< /Type /Filespec /F (a.exe) /EF << /F 81 0 R >> >>"
        packet = b'%s<x:xmpmeta xmlns:x="adobe:ns:meta/">&j;</x:xmpmeta>' % xml
        pdf.objects[83] = stream(packet, b"/Type /Metadata /Subtype /XML")
        outside = b'<!DOCTYPE r [<!ENTITY f SYSTEM "file:///etc/passwd">]>'
        packet = b'%s<x:xmpmeta xmlns:x="adobe:ns:meta/">&f;</x:xmpmeta>' % outside
        pdf.objects[84] = stream(packet, b"/Type /Metadata /Subtype /XML")
        yield f"action-{name}", pdf.bytes()


def many_pages() -> Iterator[Broken]:
    """More pages than are read, and pages of nothing."""
    yield "many-pages", RawPdf.report(["En kort side."] * 6000).bytes()
    yield "many-empty", RawPdf.report([""] * 2000).bytes()


CONTENT: tuple[Callable[[], Iterator[Broken]], ...] = (
    packed_objects,
    lengths,
    boxes,
    contents,
    fonts,
    actions,
    many_pages,
)
