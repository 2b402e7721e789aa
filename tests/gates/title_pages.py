"""Front matter as Nordic publishers set it, written for this test: what it says, and how it looks.

Owns the second set of documents for bibliographic metadata: invented reports, none of them in the
replica, in seven languages. `title_pages.yaml` holds them; here they become PDF files. A value of
None is one that the document does not give, and that must not be found.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import yaml
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import simpleSplit
from reportlab.pdfgen.canvas import Canvas

_HEIGHT = A4[1]
_LEFT, _WIDTH = 72.0, 451.0
BODY = {
    "nb": "Kommunene har valgt ulike måter å møtes på, og de fleste sier at en fast møteleder gjør"
    " det lettere å holde tråden. Der ingen har ansvaret, blir avtalene ofte glemt til neste gang.",
    "nn": "Kommunane har valt ulike måtar å møtast på, og dei fleste seier at ein fast møteleiar"
    " gjer det lettare å halde tråden. Der ingen har ansvaret, blir avtalane ofte gløymde.",
    "sv": "Kommunerna har valt olika sätt att mötas på, och de flesta säger att en fast mötesledare"
    " gör det lättare att hålla tråden. Där ingen har ansvaret glöms ofta överenskommelserna bort.",
    "da": "Kommunerne har valgt forskellige måder at mødes på, og de fleste siger, at en fast"
    " mødeleder gør det lettere at holde fast. Hvor ingen har ansvaret, bliver aftalerne glemt.",
    "fi": "Kunnat ovat valinneet erilaisia tapoja kokoontua, ja useimmat sanovat, että pysyvä"
    " puheenjohtaja helpottaa työtä. Missä kukaan ei vastaa asiasta, sopimukset usein unohtuvat.",
    "is": "Sveitarfélögin hafa valið ólíkar leiðir til að hittast og flest segja að fastur"
    " fundarstjóri auðveldi starfið. Þar sem enginn ber ábyrgð gleymast samningar oft.",
    "en": "The municipalities have chosen different ways of meeting, and most say that a permanent"
    " chair makes it easier to keep to the point. Where nobody is in charge, agreements are lost.",
}


@dataclass(frozen=True)
class Set:
    """One line or paragraph of the front matter: its size in points, and the room above it."""

    text: str
    size: float = 10.0
    bold: bool = False
    above: float = 6.0


@dataclass(frozen=True)
class Front:
    """A document: its front pages, what its file properties say, and the facts it gives."""

    name: str
    language: str
    pages: tuple[tuple[Set, ...], ...]
    facts: dict[str, Any]
    info: dict[str, str] = field(default_factory=dict)
    xmp: dict[str, Any] = field(default_factory=dict)
    back: tuple[Set, ...] = ()


def load_fronts() -> list[Front]:
    """Return every invented document."""
    text = Path(__file__).with_suffix(".yaml").read_text("utf-8")
    fronts = []
    for entry in yaml.safe_load(text):
        pages = tuple(tuple(Set(**line) for line in page) for page in entry.pop("pages"))
        back = tuple(Set(**line) for line in entry.pop("back", ()))
        fronts.append(Front(pages=pages, back=back, **entry))
    return fronts


def write_front(front: Front) -> bytes:
    """Return the document as PDF: front pages, three pages of text, and a back page if any."""
    buffer = io.BytesIO()
    canvas: Any = Canvas(buffer, pagesize=A4, invariant=1)
    for key, value in front.info.items():
        getattr(canvas, f"set{key}")(value)
    if front.xmp:
        _add_xmp(canvas, front.xmp)
    for page in front.pages:
        _set_page(canvas, page)
    for heading in ("1 Data", "2 Metode", "3 Resultat"):
        lines = [Set(heading, 14, bold=True)]
        lines += [Set(BODY[front.language])] * 9
        _set_page(canvas, tuple(lines))
    if front.back:
        _set_page(canvas, front.back)
    canvas.save()
    return buffer.getvalue()


def _set_page(canvas: Any, lines: tuple[Set, ...]) -> None:
    y = _HEIGHT - 72
    for line in lines:
        font = "Helvetica-Bold" if line.bold else "Helvetica"
        y -= line.above
        for piece in simpleSplit(line.text, font, line.size, _WIDTH):
            canvas.setFont(font, line.size)
            canvas.drawString(_LEFT, y - line.size, piece)
            y -= line.size * 1.25
    canvas.showPage()


def _add_xmp(canvas: Any, values: dict[str, Any]) -> None:
    from reportlab.pdfbase.pdfdoc import XMP

    parts = []
    for key, value in values.items():
        texts = [value] if isinstance(value, str) else value
        items = "".join(f"<rdf:li>{escape(text)}</rdf:li>" for text in texts)
        parts.append(f"<dc:{key}><rdf:Seq>{items}</rdf:Seq></dc:{key}>")
    packet = (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF'
        ' xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about=""'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/">'
        + "".join(parts)
        + "</rdf:Description></rdf:RDF></x:xmpmeta>"
    )
    canvas._doc.Catalog.Metadata = XMP(creator=lambda doc: packet.encode())
