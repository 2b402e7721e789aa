"""PDF files written object by object, so that each can be wrong in one place.

Owns the file's frame (header, objects, cross-reference table, trailer) and a sound three-page base;
what is broken in it is `damaged_pdfs`' business.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field

CATALOG, PAGES, FONT, FIRST_PAGE = 1, 2, 3, 4
TEXTS = (
    "Tjenestene motes hver uke og deler kalender, sier lederne i begge kommunene.",
    "Samtykke fra foreldrene hentes tidlig, og da gar arbeidet raskere for alle.",
    "Uten en fast moteleder blir avtalene glemt for neste mote i gruppen.",
)


@dataclass
class RawPdf:
    """A sound PDF as numbered objects; `bytes` writes them out with their table.

    Objects are the text between "obj" and "endobj". Page n has object FIRST_PAGE + 2 * n, its
    content the next number.
    """

    objects: dict[int, bytes] = field(default_factory=dict)
    trailer: bytes = b"/Root 1 0 R"
    header: bytes = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"

    @classmethod
    def report(cls, texts: Sequence[str] = TEXTS) -> RawPdf:
        """Return a report with a line of text on each page."""
        pdf = cls()
        kids = b" ".join(b"%d 0 R" % (FIRST_PAGE + 2 * n) for n in range(len(texts)))
        pdf.objects[CATALOG] = b"<< /Type /Catalog /Pages 2 0 R >>"
        pdf.objects[PAGES] = b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, len(texts))
        pdf.objects[FONT] = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"
        for n, text in enumerate(texts):
            pdf.set_page(n)
            pdf.set_content(n, b"BT /F1 12 Tf 72 700 Td (%s) Tj ET" % text.encode("latin-1"))
        return pdf

    def set_page(self, n: int, more: bytes = b"", *, box: bytes = b"[0 0 595 842]") -> None:
        """Write page n with these further entries; `more` may repeat a key, the last one counts."""
        resources = b"/Resources << /Font << /F1 3 0 R >> >>"
        if b"/Resources" in more:
            resources = b""
        self.objects[FIRST_PAGE + 2 * n] = (
            b"<< /Type /Page /Parent 2 0 R /MediaBox %s %s /Contents %d 0 R %s >>"
            % (box, resources, FIRST_PAGE + 2 * n + 1, more)
        )

    def set_content(self, n: int, content: bytes) -> None:
        """Write the content of page n."""
        self.objects[FIRST_PAGE + 2 * n + 1] = stream(content)

    def add(self, body: bytes, number: int | None = None) -> int:
        """Add an object and return its number."""
        number = number or max(self.objects) + 1
        self.objects[number] = body
        return number

    def add_to_catalog(self, more: bytes) -> None:
        """Give the catalog further entries."""
        self.objects[CATALOG] = self.objects[CATALOG].removesuffix(b">>") + more + b" >>"

    def bytes(
        self,
        *,
        table: bytes | None = None,
        startxref: int | None = None,
        shift: int = 0,
        end: bytes = b"%%EOF\n",
    ) -> bytes:
        """Return the file; `shift` moves every offset of the table, `table` replaces it."""
        out = bytearray(self.header)
        offsets: dict[int, int] = {}
        for number in sorted(self.objects):
            offsets[number] = len(out)
            out += b"%d 0 obj\n%s\nendobj\n" % (number, self.objects[number])
        at = len(out)
        size = max(self.objects) + 1
        if table is None:
            rows = [b"0000000000 65535 f \n"]
            for number in range(1, size):
                place = max(offsets.get(number, 0) + shift, 0)
                rows.append(b"%010d 00000 %s \n" % (place, b"n" if number in offsets else b"f"))
            table = b"xref\n0 %d\n%s" % (size, b"".join(rows))
        out += table
        out += b"trailer\n<< /Size %d %s >>\n" % (size, self.trailer)
        out += b"startxref\n%d\n%s" % (at if startxref is None else startxref, end)
        return bytes(out)


def stream(data: bytes, entries: bytes = b"", *, length: bytes | None = None) -> bytes:
    """Return a stream object's body; `length` says something else than the truth."""
    said = length if length is not None else b"%d" % len(data)
    return b"<< /Length %s %s >>\nstream\n%s\nendstream" % (said, entries, data)


def flate(data: bytes, entries: bytes = b"", times: int = 1) -> bytes:
    """Return a compressed stream object's body, compressed several times over."""
    for _ in range(times):
        data = zlib.compress(data, 9)
    filters = b" ".join([b"/FlateDecode"] * times)
    return stream(data, b"/Filter [%s] %s" % (filters, entries))


def zeros(size: int) -> bytes:
    """Return `size` zero bytes compressed, without holding them."""
    packer = zlib.compressobj(9)
    block = bytes(1_000_000)
    parts = [packer.compress(block) for _ in range(size // len(block))]
    return b"".join(parts) + packer.flush()
