"""Real PDF files written for the tests with reportlab, in our own words."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from PIL import Image, ImageDraw, ImageFont
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader, simpleSplit
from reportlab.pdfgen.canvas import Canvas

from pipeline.extract.dispatch import read_job
from pipeline.extract.job import Job
from pipeline.extract.outcome import settle_language
from pipeline.records import Extracted

WIDTH, HEIGHT = A4
LEFT, RIGHT, TOP = 72.0, 523.0, 770.0

MEETING = (
    "Kommunene i undersøkelsen har valgt ulike måter å møtes på, og møtene varer sjelden mer enn"
    " en time. De fleste deltakerne sier at en fast møteleder gjør det lettere å holde tråden, og"
    " at referatet bør sendes ut samme dag. Der ingen har ansvaret, blir avtalene ofte glemt."
)
TRUST = (
    "Tillit bygges langsomt når ansatte skifter jobb hvert år. Flere ledere forteller at de må"
    " begynne forfra med å forklare hva tjenesten kan tilby, og hvem som kan kontaktes når en"
    " familie trenger hjelp raskt. Stabilitet er derfor mer enn et spørsmål om bemanning."
)
LAW = (
    "Taushetsplikten oppfattes som strengere enn den er. Når skolen og barnevernet spør"
    " foreldrene om samtykke tidlig, kan opplysninger deles uten at noen føler seg overkjørt, og"
    " arbeidet går fortere for alle parter."
)


def read_here(job: Job) -> Extracted:
    """Read a file in this process, as the pool does in a child."""
    return settle_language(read_job(job))


class Paper:
    """Writes lines and paragraphs down a page; positions in points."""

    def __init__(self, **info: str) -> None:
        self.buffer = io.BytesIO()
        self.canvas: Any = Canvas(self.buffer, pagesize=A4, invariant=1)
        if "title" in info:
            self.canvas.setTitle(info["title"])
        if "author" in info:
            self.canvas.setAuthor(info["author"])
        self.y = TOP

    def line(
        self, text: str, x: float = LEFT, size: float = 10, bold: bool = False, skip: float = 0
    ) -> None:
        """Write one line and go down."""
        self.y -= skip
        self.canvas.setFont("Helvetica-Bold" if bold else "Helvetica", size)
        self.canvas.drawString(x, self.y, text)
        self.y -= size * 1.3

    def heading(self, text: str, size: float = 14, x: float = LEFT) -> None:
        """Write a bold heading with room above."""
        self.line(text, x, size, bold=True, skip=16)
        self.y -= 4

    def paragraph(self, text: str, x: float = LEFT, width: float = 451, size: float = 10) -> None:
        """Write a wrapped paragraph with room below."""
        for piece in simpleSplit(text, "Helvetica", size, width):
            self.line(piece, x, size)
        self.y -= 7

    def at(self, text: str, x: float, y: float, size: float = 8) -> None:
        """Write a line at a place without moving down."""
        self.canvas.setFont("Helvetica", size)
        self.canvas.drawString(x, y, text)

    def grid(self, rows: Sequence[Sequence[str]], x: float, y: float, width: float) -> None:
        """Draw a ruled table."""
        step, height = width / len(rows[0]), 18.0
        for line in range(len(rows) + 1):
            self.canvas.line(x, y - line * height, x + width, y - line * height)
        for column in range(len(rows[0]) + 1):
            at = x + column * step
            self.canvas.line(at, y, at, y - len(rows) * height)
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                self.at(cell, x + column * step + 4, y - number * height - 12, 9)
        self.y = min(self.y, y - len(rows) * height - 14)

    def picture(self, image: Any) -> None:
        """Fill the page with a picture."""
        self.canvas.drawImage(ImageReader(image), 0, 0, WIDTH, HEIGHT)

    def page(self) -> None:
        """End the page."""
        self.canvas.showPage()
        self.y = TOP

    def bytes(self) -> bytes:
        """Return the file."""
        self.canvas.save()
        return self.buffer.getvalue()


def running(paper: Paper, number: str, header: str = "Møter som virker") -> None:
    """Write a header and a page number."""
    paper.at(header, LEFT, 805)
    paper.at("Rapport 7/2021", 440, 805)
    paper.at(number, 290, 30)


def report() -> bytes:
    """A report: cover, colophon, contents in roman pages, three body pages, references."""
    paper = Paper(title="Møter som virker", author="Anne Berg; Ola Lund")
    paper.y = 600
    paper.line("Anne Berg og Ola Lund", size=12)
    paper.line("Møter som virker", size=26, bold=True, skip=20)
    paper.line("Om samarbeid mellom skole og barnevern", size=15, skip=8)
    paper.line("Nordmarkforskning", size=12, skip=60)
    paper.line("2021", size=12)
    paper.page()
    paper.y = 500
    for text in (
        "Tittel: Møter som virker",
        "Utgiver: Nordmarkforskning",
        "Utgitt: 2021",
        "ISBN 978-82-7894-000-6",
        "ISSN 0807-1721",
        "Oppdragsgiver: Fjelldirektoratet",
        "Trykk: Bygdas trykkeri",
    ):
        paper.line(text, size=9)
    running(paper, "ii")
    paper.page()
    paper.heading("Innhold", 16)
    for text, page in (("1 Møtene", "1"), ("2 Tillit", "2"), ("2.1 Lovverket", "2")):
        paper.line(f"{text} {'.' * 60} {page}")
    paper.line(f"Litteratur {'.' * 58} 3")
    running(paper, "iii")
    paper.page()
    paper.heading("1 Møtene", 16)
    for _ in range(2):
        paper.paragraph(MEETING)
    paper.line("Arbeidet med barne- og ungdomspsykiatri og 0-24-")
    paper.line("samarbeidet krever at hver kommune finner sin arbeids-")
    paper.line("form og at NAV-")
    paper.line("kontoret deltar når det trengs, slik barne-")
    paper.line("og familietjenesten også gjør uten at noen ber om det.")
    paper.y -= 8
    paper.line(
        "Siste avsnitt på siden fortsetter på neste side uten punktum og derfor skal de to delene"
    )
    paper.line(
        "leses som ett sammenhengende avsnitt selv om det står en fotnote mellom dem, for slik er"
    )
    paper.at("1 Fotnoten handler bare om avrunding av tall.", LEFT, 70, 7.5)
    running(paper, "1")
    paper.page()
    paper.line("det i trykte rapporter fra alle nordiske land.")
    paper.heading("2 Tillit", 16)
    paper.paragraph(TRUST)
    paper.line("Tabell 1 Møter etter kommune", size=8.6)
    paper.grid(
        [["Kommune", "Møter", "Leder"], ["Fjelldal", "12", "Rektor"], ["Vågen", "4", "Lege"]],
        LEFT,
        paper.y,
        300,
    )
    paper.heading("2.1 Lovverket", 13)
    paper.paragraph(LAW)
    running(paper, "2")
    paper.page()
    paper.heading("Litteratur", 16)
    paper.line("Dahl, P. (2009). En håndbok i møteledelse. Eksempelforlaget.")
    paper.line("Moe, R. (2011). Referat og ansvar. Tenkt tidsskrift, 4(2), 11-19.")
    running(paper, "3")
    paper.page()
    return paper.bytes()


def columns(count: int, *, heading_over_all: bool = True) -> tuple[bytes, list[str]]:
    """A page in columns under one full-width heading; and its paragraphs in reading order."""
    paper = Paper()
    if heading_over_all:
        paper.heading("Funn fra fire kommuner om samarbeid mellom tjenester for barn", 18)
    top = paper.y - 10
    gutter = 18.0
    width = (RIGHT - LEFT - gutter * (count - 1)) / count
    order: list[str] = []
    for column in range(count):
        paper.y = top
        for number, text in enumerate((MEETING, TRUST, LAW)):
            numbered = f"Spalte {column + 1} avsnitt {number + 1}. {text}"
            order.append(numbered)
            paper.paragraph(numbered, LEFT + column * (width + gutter), width, 9)
    paper.page()
    return paper.bytes(), order


def scan() -> bytes:
    """A page of text as a picture, after a page of real text."""
    image = Image.new("L", (1240, 1754), 255)
    draw = ImageDraw.Draw(image)
    font = ImageFont.load_default(30)
    lines = (
        "Samarbeidet mellom skolen og barnevernet",
        "er avhengig av faste avtaler og tydelig ansvar.",
        "Ledelsen i kommunen har satt av tid til dette,",
        "og de ansatte sier at det har gjort en forskjell.",
    )
    for number, line in enumerate(lines):
        draw.text((150, 200 + 46 * number), line, fill=0, font=font)
    paper = Paper()
    paper.heading("Funn", 16)
    paper.paragraph(MEETING)
    paper.page()
    paper.picture(image)
    paper.page()
    return paper.bytes()
