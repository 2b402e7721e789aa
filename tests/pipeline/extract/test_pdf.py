from __future__ import annotations

import io
import random

import pytest
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from pipeline.extract import pdf_ocr
from pipeline.extract.job import Job, Limits
from pipeline.extract.pdf_ocr import installed_languages
from pipeline.passages import make_passages
from pipeline.records import Block, Extracted
from tests.pipeline.extract.papers import (
    LAW,
    LEFT,
    MEETING,
    TRUST,
    Paper,
    columns,
    read_here,
    report,
    scan,
)


@pytest.fixture(scope="module")
def read() -> Extracted:
    return read_here(Job(report()))


def _kind(read: Extracted, kind: str) -> list[Block]:
    return [block for block in read.blocks if block.kind == kind]


def _prose(read: Extracted) -> str:
    return "\n".join(b.text for b in read.blocks if b.kind in ("paragraph", "list_item"))


def test_cover_and_colophon_give_the_metadata(read: Extracted) -> None:
    values = {key: field.value for key, field in read.metadata.items()}
    assert values["title"] == "Møter som virker"
    assert values["subtitle"] == "Om samarbeid mellom skole og barnevern"
    assert values["year"] == 2021
    assert values["publisher"] == "Nordmarkforskning"
    assert values["isbn"] == "9788278940006"
    assert values["issn"] == "0807-1721"
    assert values["commissioner"] == "Fjelldirektoratet"
    assert values["authors"] == [
        {"family": "Berg", "given": "Anne"},
        {"family": "Lund", "given": "Ola"},
    ]
    assert values["language"] == "nb"
    assert "doi" not in values and "journal" not in values
    assert all(0 < field.confidence <= 1 and field.origin for field in read.metadata.values())


def test_labels_are_the_printed_ones(read: Extracted) -> None:
    assert [page.label for page in read.pages] == ["i", "ii", "iii", "1", "2", "3"]


def test_running_lines_and_page_numbers_are_nowhere(read: Extracted) -> None:
    for page in read.pages[3:]:
        assert "Rapport 7/2021" not in page.text
        assert "Møter som virker" not in page.text
        assert not page.text.strip().endswith(page.label or "?")
    assert "Rapport 7/2021" not in " ".join(p.text for p in make_passages(read))


def test_sections_follow_the_numbering(read: Extracted) -> None:
    paths = list(dict.fromkeys(b.section for b in read.blocks if b.kind == "paragraph"))
    assert paths == [("1 Møtene",), ("2 Tillit",), ("2 Tillit", "2.1 Lovverket")]


def test_paragraph_goes_on_over_page_and_footnote(read: Extracted) -> None:
    joined = next(b for b in _kind(read, "paragraph") if b.text.startswith("Siste avsnitt"))
    assert joined.text.endswith("for slik er det i trykte rapporter fra alle nordiske land.")
    assert (joined.lines[0].page, joined.lines[-1].page) == (3, 4)
    assert "det i trykte rapporter" in read.pages[4].text
    assert "det i trykte rapporter" not in read.pages[3].text


def test_hyphens_at_line_ends_follow_the_language(read: Extracted) -> None:
    text = _prose(read)
    assert "0-24-samarbeidet" in text
    assert "sin arbeidsform" in text
    assert "NAV-kontoret" in text
    assert "barne- og familietjenesten" in text
    assert "barne- og ungdomspsykiatri" in text


def test_footnotes_contents_references_are_kept_out(read: Extracted) -> None:
    assert [b.text for b in _kind(read, "footnote")] == [
        "1 Fotnoten handler bare om avrunding av tall."
    ]
    assert len(_kind(read, "contents")) == 4
    assert len(_kind(read, "reference")) == 2
    assert any("Utgiver" in block.text for block in _kind(read, "colophon"))
    evidence = " ".join(passage.text for passage in make_passages(read))
    for text in ("Fotnoten", "Dahl, P.", "....", "Utgiver", "ISBN", "Oppdragsgiver"):
        assert text not in evidence


def test_ruled_table_gives_rows_that_stand_alone(read: Extracted) -> None:
    assert [b.text for b in _kind(read, "table_row")] == [
        "Kommune: Fjelldal; Møter: 12; Leder: Rektor",
        "Kommune: Vågen; Møter: 4; Leder: Lege",
    ]
    assert [b.text for b in _kind(read, "caption")] == ["Tabell 1 Møter etter kommune"]
    assert "Fjelldal" not in _prose(read)


def test_passages_know_pages_labels_and_boxes(read: Extracted) -> None:
    passages = {p.section: p for p in make_passages(read) if p.kind == "body"}
    trust = passages["2 Tillit"]
    assert trust.text == TRUST
    assert (trust.page, trust.page_label, trust.page_end, trust.page_label_end) == (4, "2", 4, "2")
    assert trust.boxes and all(page == 4 for page, _ in trust.boxes)
    for _, (x0, top, x1, bottom) in trust.boxes:
        assert 0 <= x0 < x1 <= 1 and 0 <= top < bottom <= 1
    law = passages["2 Tillit › 2.1 Lovverket"]
    assert law.text == LAW and law.language == "nb"


@pytest.mark.parametrize("count", [2, 3])
def test_columns_are_read_one_after_the_other(count: int) -> None:
    data, order = columns(count)
    read = read_here(Job(data))
    assert [b.text for b in read.blocks if b.kind == "paragraph"] == order
    assert read.blocks[0].kind == "heading"


def test_two_columns_without_heading() -> None:
    data, order = columns(2, heading_over_all=False)
    read = read_here(Job(data))
    assert [b.text for b in read.blocks if b.kind == "paragraph"] == order


def test_bullets_and_numbers_are_list_items() -> None:
    paper = Paper()
    paper.heading("Tiltak", 16)
    paper.paragraph(MEETING)
    paper.line("• Fast møteleder i alle grupper")
    paper.line("• Referat samme dag")
    paper.line("1. Spør foreldrene først")
    paper.paragraph("Avtalen ble undertegnet den")
    paper.page()
    items = [b.text for b in read_here(Job(paper.bytes())).blocks if b.kind == "list_item"]
    assert items == [
        "Fast møteleder i alle grupper",
        "Referat samme dag",
        "1. Spør foreldrene først",
    ]


def test_raised_note_marks_leave_the_words() -> None:
    paper = Paper()
    paper.heading("Funn", 16)
    paper.paragraph(MEETING)
    text = "Dette gjelder alle kommuner"
    paper.canvas.setFont("Helvetica", 10)
    paper.canvas.drawString(LEFT, paper.y, text)
    end = LEFT + paper.canvas.stringWidth(text, "Helvetica", 10)
    paper.at("3", end, paper.y + 4, 6)
    paper.at("men ikke fylkene i 2019.", end + 8, paper.y, 10)
    paper.page()
    prose = _prose(read_here(Job(paper.bytes())))
    assert "alle kommuner men ikke fylkene i 2019." in prose


def test_single_page_number_is_dropped_and_is_the_label() -> None:
    paper = Paper()
    paper.heading("Kort notat", 18)
    paper.paragraph(TRUST)
    paper.at("17", 290, 30)
    paper.page()
    read = read_here(Job(paper.bytes()))
    assert read.pages[0].label == "17"
    assert not read.pages[0].text.endswith("17")


def test_encrypted_file_is_set_aside_with_a_sentence() -> None:
    buffer = io.BytesIO()
    canvas = Canvas(buffer, encrypt=StandardEncryption("hemmelig", ownerPassword="eier"))
    canvas.drawString(72, 700, "Ingen skal lese dette.")
    canvas.save()
    read = read_here(Job(buffer.getvalue()))
    assert read.status == "quarantined"
    assert read.reason and "password" in read.reason
    assert read.blocks == ()


def test_file_with_an_empty_password_is_read() -> None:
    buffer = io.BytesIO()
    canvas = Canvas(buffer, encrypt=StandardEncryption("", ownerPassword="eier"))
    canvas.drawString(72, 700, "Denne teksten kan alle lese uten passord i sin leser.")
    canvas.save()
    assert read_here(Job(buffer.getvalue())).status == "read"


@pytest.mark.parametrize("share", [0.05, 0.3, 0.6, 0.9])
def test_truncated_files_have_an_outcome(share: float) -> None:
    data = report()
    read = read_here(Job(data[: int(len(data) * share)]))
    assert read.status in ("read", "partial", "quarantined")
    if read.status != "read":
        assert read.reason and read.reason.endswith((".", "again."))


def test_flipped_bytes_never_raise() -> None:
    data = report()
    chance = random.Random(7)
    for _ in range(12):
        broken = bytearray(data)
        for _ in range(40):
            broken[chance.randrange(len(broken))] = chance.randrange(256)
        read = read_here(Job(bytes(broken)))
        assert read.status in ("read", "partial", "quarantined")
        assert read.status == "read" or read.reason


def test_empty_page_tree_is_said() -> None:
    read = read_here(Job(b"%PDF-1.4\n%%EOF\n"))
    assert read.status == "quarantined"
    assert read.reason == "The PDF is damaged and cannot be opened; fetch or save it again."


def test_no_text_at_all_is_said() -> None:
    paper = Paper()
    paper.canvas.line(10, 10, 100, 100)
    paper.page()
    read = read_here(Job(paper.bytes()))
    assert read.status == "quarantined"
    assert read.reason == "The PDF holds no text and no pictures of text that could be read."


def test_pages_beyond_the_limit_are_left_and_said() -> None:
    read = read_here(Job(report(), limits=Limits(max_pages=5)))
    assert read.status == "partial"
    assert read.reason and read.reason.startswith("Only the first 5 of 6 pages were read")
    assert len(read.pages) == 5


@pytest.mark.skipif(not installed_languages(), reason="Tesseract is not installed")
def test_scanned_page_is_read_with_confidence() -> None:
    read = read_here(Job(scan()))
    assert (read.status, read.retry) == ("read", False)
    assert [page.ocr for page in read.pages] == [False, True]
    assert "faste avtaler og tydelig ansvar" in " ".join(read.pages[1].text.split())
    confidence = read.pages[1].ocr_confidence
    assert confidence is not None and 0.5 < confidence <= 1
    scanned = [p for p in make_passages(read) if p.page_end == 1]
    assert scanned and all(p.ocr for p in scanned)


def test_without_tesseract_the_rest_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf_ocr, "installed_languages", frozenset)
    read = read_here(Job(scan()))
    assert read.status == "partial"
    assert read.reason and read.reason.startswith("Page 2 is only pictures and Tesseract is not")
    assert read.retry
    assert "fast møteleder" in read.pages[0].text
    assert read.pages[1].text == ""


@pytest.mark.skipif(not installed_languages(), reason="Tesseract is not installed")
def test_a_page_that_takes_tesseract_too_long_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf_ocr, "_PAGE_TIMEOUT_S", 0.001)
    read = read_here(Job(scan()))
    assert (read.status, read.retry) == ("partial", True)
    assert read.reason and read.reason.startswith("Page 2 is only pictures and Tesseract took")
    assert "fast møteleder" in read.pages[0].text
