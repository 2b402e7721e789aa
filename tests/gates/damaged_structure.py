"""PDF files whose structure is the fault: page trees, pictures, nesting, loops, tables.

Owns one function for each kind of fault; the order and the choice are `damaged_pdfs`' business.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from tests.gates.raw_pdf import CATALOG, FIRST_PAGE, PAGES, RawPdf, stream, zeros

Broken = tuple[str, bytes]


def page_trees() -> Iterator[Broken]:
    """Page trees that loop, lie about their number, or are far too deep or wide."""
    kids = {
        "self": (b"[2 0 R]", b"1"),
        "catalog": (b"[1 0 R]", b"1"),
        "loop-after-page": (b"[4 0 R 2 0 R 6 0 R]", b"3"),
        "nulls": (b"[null null 4 0 R]", b"3"),
        "missing": (b"[4 0 R 77 0 R 6 0 R]", b"3"),
        "numbers": (b"[1 2 3]", b"3"),
        "nested-array": (b"[[4 0 R] [6 0 R]]", b"2"),
        "font-as-page": (b"[3 0 R 4 0 R]", b"2"),
        "billion": (b"[4 0 R 6 0 R 8 0 R]", b"1000000000"),
        "overflow": (b"[4 0 R]", b"99999999999999999999"),
        "negative": (b"[4 0 R 6 0 R]", b"-5"),
        "zero": (b"[4 0 R 6 0 R]", b"0"),
        "text": (b"[4 0 R]", b"(tre)"),
        "many-twins": (b"[" + b"4 0 R " * 3000 + b"]", b"3000"),
        "none": (b"[]", b"0"),
    }
    for name, (children, count) in kids.items():
        pdf = RawPdf.report()
        pdf.objects[PAGES] = b"<< /Type /Pages /Kids %s /Count %s >>" % (children, count)
        yield f"tree-{name}", pdf.bytes()
    pdf = RawPdf.report()
    depth = 5000
    for level in range(depth):
        pdf.objects[100 + level] = b"<< /Type /Pages /Count 1 /Kids [%d 0 R] >>" % (101 + level)
    pdf.objects[100 + depth] = pdf.objects[FIRST_PAGE]
    pdf.objects[PAGES] = b"<< /Type /Pages /Count 1 /Kids [100 0 R] >>"
    yield "tree-deep", pdf.bytes()
    pdf = RawPdf.report()
    pdf.objects[FIRST_PAGE] = pdf.objects[FIRST_PAGE].replace(b"/Parent 2 0 R", b"/Parent 4 0 R")
    yield "tree-own-parent", pdf.bytes()


def pictures() -> Iterator[Broken]:
    """Pictures that claim or unpack to far more than a page holds, and broken ones."""
    packed = zeros(200_000_000)
    heads = {
        "grey-40000": (b"/Width 40000 /Height 40000", b"/DeviceGray", b"/FlateDecode", packed),
        "colour-30000": (b"/Width 30000 /Height 30000", b"/DeviceRGB", b"/FlateDecode", packed),
        "billion-wide": (b"/Width 1000000000 /Height 1", b"/DeviceGray", b"/FlateDecode", b"x"),
        "negative": (b"/Width -5 /Height 500", b"/DeviceGray", b"/FlateDecode", b"x"),
        "no-data": (b"/Width 2000 /Height 2000", b"/DeviceRGB", b"/FlateDecode", b""),
        "jpeg-noise": (
            b"/Width 65000 /Height 65000",
            b"/DeviceRGB",
            b"/DCTDecode",
            b"\xff\xd8\xff\xc0\x00\x11\x08\xfd\xe8\xfd\xe8\x03\x01\x11\x00\x02\x11\x01\x03\x11\x01",
        ),
        "jpx-noise": (b"/Width 9000 /Height 9000", b"/DeviceRGB", b"/JPXDecode", b"\xff\x4f\xff"),
        "jbig2-noise": (b"/Width 60000 /Height 60000", b"/DeviceGray", b"/JBIG2Decode", b"\0" * 99),
        "fax-endless": (b"/Width 60000 /Height 60000", b"/DeviceGray", b"/CCITTFaxDecode", b"\0"),
    }
    for name, (size, colours, method, data) in heads.items():
        for place in ("beside", "alone"):
            pdf = RawPdf.report()
            bits = b"1" if method in (b"/JBIG2Decode", b"/CCITTFaxDecode") else b"8"
            entries = (
                b"/Type /XObject /Subtype /Image %s /ColorSpace %s /BitsPerComponent %s /Filter %s"
                % (size, colours, bits, method)
            )
            number = pdf.add(stream(data, entries))
            more = b"/Resources << /Font << /F1 3 0 R >> /XObject << /I1 %d 0 R >> >>" % number
            pdf.set_page(1, more)
            shown = b"q 595 0 0 842 0 0 cm /I1 Do Q"
            text = b"BT /F1 12 Tf 72 700 Td (Teksten star ved bildet.) Tj ET "
            pdf.set_content(1, text + shown if place == "beside" else shown)
            yield f"picture-{name}-{place}", pdf.bytes()


def nesting() -> Iterator[Broken]:
    """Arrays, dictionaries, forms, graphics states and outlines nested without end."""
    for name, opening, closing in (("arrays", b"[", b"]"), ("dictionaries", b"<</A ", b">>")):
        for depth in (600, 100_000):
            pdf = RawPdf.report()
            deep = opening * depth + b"null" + closing * depth
            pdf.set_page(1, b"/Deep " + deep)
            yield f"nested-{name}-{depth}", pdf.bytes()
            pdf = RawPdf.report()
            pdf.set_content(1, deep + b" BT /F1 12 Tf 72 700 Td (Etter alt) Tj ET")
            yield f"nested-{name}-in-content-{depth}", pdf.bytes()
    for depth in (1, 2, 400):
        pdf = RawPdf.report()
        first = max(pdf.objects) + 1
        for level in range(depth):
            target = first + (level + 1) % depth
            entries = (
                b"/Type /XObject /Subtype /Form /BBox [0 0 595 842]"
                b" /Resources << /XObject << /X %d 0 R >> >>" % target
            )
            pdf.objects[first + level] = stream(b"/X Do /X Do", entries)
        pdf.set_page(1, b"/Resources << /XObject << /X %d 0 R >> >>" % first)
        pdf.set_content(1, b"/X Do")
        yield f"nested-forms-{depth}", pdf.bytes()
    doubling = RawPdf.report()
    first = max(doubling.objects) + 1
    for level in range(30):
        entries = (
            b"/Type /XObject /Subtype /Form /BBox [0 0 595 842] /Resources"
            b" << /Font << /F1 3 0 R >> /XObject << /X %d 0 R >> >>" % (first + level + 1)
        )
        doubling.objects[first + level] = stream(b"/X Do /X Do", entries)
    doubling.objects[first + 30] = stream(
        b"BT /F1 9 Tf 9 9 Td (ord) Tj ET", b"/Type /XObject /Subtype /Form /BBox [0 0 595 842]"
    )
    doubling.set_page(1, b"/Resources << /XObject << /X %d 0 R >> >>" % first)
    doubling.set_content(1, b"/X Do")
    yield "nested-forms-doubling", doubling.bytes()
    states = RawPdf.report()
    states.set_content(1, b"q " * 1_000_000 + b"BT /F1 12 Tf 72 700 Td (Inne) Tj ET")
    yield "nested-states", states.bytes()
    marks = RawPdf.report()
    marks.set_content(1, b"/A BMC " * 500_000 + b"BT /F1 12 Tf 72 700 Td (Inne) Tj ET")
    yield "nested-marks", marks.bytes()


def outlines() -> Iterator[Broken]:
    """Bookmarks, labels, names and annotations that point at themselves."""
    entries = {
        "outline-self": b"/First 50 0 R /Last 50 0 R /Count 1 /Next 50 0 R /Title (A)"
        b" /Parent 50 0 R",
        "names-self": b"/Kids [50 0 R] /Limits [(a) (z)]",
        "labels-self": b"/Kids [50 0 R] /Nums [0 << /S /D >> 0 50 0 R]",
        "fields-self": b"/Fields [50 0 R] /Kids [50 0 R] /T (a) /FT /Tx /Parent 50 0 R",
        "structure-self": b"/Type /StructTreeRoot /K [50 0 R] /P 50 0 R /S /P",
    }
    keys = {
        "outline-self": b"/Outlines 50 0 R",
        "names-self": b"/Names << /Dests 50 0 R /EmbeddedFiles 50 0 R >>",
        "labels-self": b"/PageLabels 50 0 R",
        "fields-self": b"/AcroForm 50 0 R",
        "structure-self": b"/StructTreeRoot 50 0 R /MarkInfo << /Marked true >>",
    }
    for name, body in entries.items():
        pdf = RawPdf.report()
        pdf.objects[50] = b"<< %s >>" % body
        pdf.add_to_catalog(keys[name])
        yield f"loop-{name}", pdf.bytes()
    long = RawPdf.report()
    long.objects[50] = b"<< /First 51 0 R /Last 51 0 R /Count 20000 >>"
    for n in range(51, 20_051):
        long.objects[n] = b"<< /Title (Kapittel %d) /Parent 50 0 R /Next %d 0 R >>" % (n, n + 1)
    long.add_to_catalog(b"/Outlines 50 0 R")
    yield "loop-outline-long", long.bytes()
    deep = RawPdf.report()
    for n in range(50, 10_050):
        deep.objects[n] = b"<< /Title (Dypt) /Parent %d 0 R /First %d 0 R >>" % (n - 1, n + 1)
    deep.add_to_catalog(b"/Outlines 50 0 R")
    yield "loop-outline-deep", deep.bytes()
    notes = RawPdf.report()
    notes.objects[50] = b"<< /Type /Annot /Subtype /Popup /Parent 50 0 R /Popup 50 0 R >>"
    notes.set_page(0, b"/Annots [50 0 R 50 0 R 4 0 R]")
    yield "loop-annotations", notes.bytes()
    threads = RawPdf.report()
    threads.set_page(0, b"/Contents [5 0 R 5 0 R 4 0 R 2 0 R]")
    yield "loop-contents", threads.bytes()
    shared = RawPdf.report()
    shared.set_page(0, b"/Resources 4 0 R")
    yield "loop-resources", shared.bytes()


def tables() -> Iterator[Broken]:
    """Cross-reference tables and trailers that lie."""
    for shift in (-1, 1, 500, 10_000_000):
        yield f"table-shift-{shift}", RawPdf.report().bytes(shift=shift)
    for start in (0, 7, 10**9, -3):
        yield f"table-start-{start}", RawPdf.report().bytes(startxref=start)
    plain = RawPdf.report().bytes()
    at = plain.rindex(b"xref\n0")
    for name, table in {
        "missing": b"",
        "words": b"xref\nnull eins\n",
        "billion": b"xref\n0 1000000000\n0000000000 65535 f \n",
        "negative": b"xref\n-5 10\n0000000000 65535 f \n",
        "short": b"xref\n0 10\n0000000000 65535 f \n",
        "all-free": b"xref\n0 10\n" + b"0000000000 65535 f \n" * 10,
        "all-one-place": b"xref\n0 10\n" + b"0000000015 00000 n \n" * 10,
        "generations": b"xref\n0 10\n" + b"0000000015 65535 n \n" * 10,
    }.items():
        yield f"table-{name}", RawPdf.report().bytes(table=table)
    trailers = {
        "no-root": b"",
        "root-is-page": b"/Root 4 0 R",
        "root-missing": b"/Root 99 0 R",
        "root-self": b"/Root << /Root 1 0 R >>",
        "own-previous": b"/Root 1 0 R /Prev %d" % at,
        "previous-far": b"/Root 1 0 R /Prev 999999999999",
        "hybrid-self": b"/Root 1 0 R /XRefStm %d" % at,
        "size-billion": b"/Root 1 0 R /Size 2000000000",
        "info-self": b"/Root 1 0 R /Info 1 0 R",
        "encrypt-nothing": b"/Root 1 0 R /Encrypt 99 0 R",
        "encrypt-page": b"/Root 1 0 R /Encrypt 4 0 R /ID [(a) (b)]",
    }
    for name, trailer in trailers.items():
        pdf = RawPdf.report()
        pdf.trailer = trailer
        yield f"trailer-{name}", pdf.bytes()
    for name, body in {"null": b"null", "number": b"7", "list": b"[1 2]", "loop": b"1 0 R"}.items():
        pdf = RawPdf.report()
        pdf.objects[CATALOG] = body
        yield f"trailer-catalog-{name}", pdf.bytes()


STRUCTURE: tuple[Callable[[], Iterator[Broken]], ...] = (
    page_trees,
    pictures,
    nesting,
    outlines,
    tables,
)
