from __future__ import annotations

import pytest

from pipeline.extract import pdf_ocr
from pipeline.extract.job import Job
from pipeline.extract.pdf_glyphs import (
    decode_unmapped,
    glyph_letter,
    plain_private,
    reads_like_nothing,
    share_unmapped,
)
from pipeline.extract.pdf_ocr import installed_languages
from pipeline.extract.pdf_words import TextLayer
from tests.pipeline.extract.papers import LAW, LEFT, MEETING, TRUST, Paper, read_here
from tests.pipeline.extract.sheets import TEXTS, texts_of, without_character_map

EVERYTHING = " ".join(TEXTS)


@pytest.mark.parametrize(
    ("number", "letter"),
    [
        (3, " "),
        (36, "A"),
        (68, "a"),
        (110, "å"),
        (161, "ø"),
        (160, "æ"),
        (234, "ð"),
        (9000, "\ufffd"),
    ],
)
def test_glyphs_in_truetypes_standard_order(number: int, letter: str) -> None:
    assert glyph_letter(number) == letter


def test_a_font_without_character_map_is_decoded_where_that_gives_words() -> None:
    read = read_here(Job(without_character_map(EVERYTHING)))
    assert read.status == "read"
    assert " ".join(texts_of(read)) == EVERYTHING


def test_where_it_gives_none_the_page_is_read_from_its_picture(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pdf_ocr, "installed_languages", frozenset)
    read = read_here(Job(without_character_map(EVERYTHING, shift=31)))
    assert read.status == "quarantined" and read.retry
    assert read.reason and read.reason.startswith("Page 1 is without readable letters and Tess")


@pytest.mark.skipif(not installed_languages(), reason="Tesseract is not installed")
def test_with_tesseract_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(TextLayer, "_characters", lambda self: "\ufffd" * 400)
    paper = Paper()
    for text in TEXTS:
        paper.paragraph(text, size=12)
    paper.page()
    read = read_here(Job(paper.bytes()))
    assert read.status == "read" and read.pages[0].ocr
    assert "fast møteleder" in " ".join(read.pages[0].text.split())


def test_unproven_codes_are_counted() -> None:
    text = "qzx wvk jjq"
    found = decode_unmapped(text, [letter != " " for letter in text])
    assert found == "\ufffd\ufffd\ufffd \ufffd\ufffd\ufffd \ufffd\ufffd\ufffd"
    assert share_unmapped(found) == pytest.approx(9 / 11)
    assert share_unmapped("ord \uf0b7 \ue123") == pytest.approx(1 / 7)
    assert share_unmapped("") == 0.0


@pytest.mark.parametrize(
    ("word", "plain"),
    [
        ("\uf0b7", "•"),
        ("e\uf001nne", "efinne"),
        ("\uf773\uf76b\uf7f8\uf765", "skøe"),
        ("\uf053\uf06b\uf06f\uf06c\uf065", "Skole"),
        ("\ue999x", "\ue999x"),
        ("2\uf0b3", "2≥"),
    ],
)
def test_private_characters_of_known_meaning(word: str, plain: str) -> None:
    assert plain_private(word) == plain


def test_coded_text_is_told_from_prose_lists_and_figures() -> None:
    coded = " ".join(
        "".join(chr(ord(c) + 1) if c.isalpha() else c for c in w) for w in TRUST.split()
    )
    assert reads_like_nothing(" ".join([coded.translate(str.maketrans("aeiouyf", "x#x%x&x"))] * 3))
    assert not reads_like_nothing(EVERYTHING)
    assert not reads_like_nothing("Anne Berg Ola Lund Kari Moe " * 20)
    assert not reads_like_nothing("2019 14,5 33 81 pst. " * 30)
    assert not reads_like_nothing("Die Zusammenarbeit zwischen Schule und Jugendamt gelingt " * 12)
    assert not reads_like_nothing("x#z")


def test_a_scanners_own_text_layer_counts_as_ocr() -> None:
    from PIL import Image

    paper = Paper()
    paper.picture(Image.new("L", (800, 1100), 250))
    run = paper.canvas.beginText(LEFT, 700)
    run.setFont("Helvetica", 10)
    run.setTextRenderMode(3)
    for line in (MEETING[:90], LAW[:60]):
        run.textLine(line)
    paper.canvas.drawText(run)
    paper.page()
    page = read_here(Job(paper.bytes())).pages[0]
    assert page.ocr and page.text.startswith("Kommunene i undersøkelsen")
