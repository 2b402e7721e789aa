from __future__ import annotations

import pytest
from reportlab.lib.utils import simpleSplit

from pipeline.extract.job import Job
from pipeline.extract.pdf_letters import settle_words
from pipeline.extract.pdf_words import PageWords, Word
from tests.pipeline.extract.papers import LAW, LEFT, MEETING, TRUST, Paper, read_here
from tests.pipeline.extract.sheets import TEXTS, fill, texts_of


def _word(text: str, x: float, y: float = 100.0, size: float = 10.0, width: float = 0.0) -> Word:
    return Word(text, x, y, x + (width or 0.5 * size * len(text)), y + size, size)


def _settled(*words: Word) -> list[str]:
    page = PageWords(0, 595, 842, list(words))
    settle_words(page)
    return [word.text for word in page.words]


def _spaced(text: str, gap: float = 4.0) -> list[Word]:
    words, x = [], 72.0
    for letter in text:
        if letter != " ":
            words.append(_word(letter, x, width=6))
            x += 6 + gap
        else:
            x += 2 * gap
    return words


def test_letters_set_apart_are_words_again() -> None:
    assert _settled(*_spaced("SAMARBEID I SKOLEN")) == ["SAMARBEID", "I", "SKOLEN"]
    paper = Paper()
    paper.line("S A M A R B E I D   I   S K O L E N", size=16, bold=True)
    paper.paragraph(MEETING)
    paper.page()
    assert texts_of(read_here(Job(paper.bytes())), "heading") == ["SAMARBEID I SKOLEN"]


@pytest.mark.parametrize("text", ["a b c", "A B 1 2", "1 2 3 4 5"])
def test_few_letters_and_figures_stay_apart(text: str) -> None:
    assert (
        _settled(*(_word(part, 72 + 12 * n) for n, part in enumerate(text.split()))) == text.split()
    )


def test_letters_far_apart_are_cells() -> None:
    assert _settled(*_spaced("ABCD", gap=40)) == list("ABCD")


def _with_drop_cap(cap: str, rest: str) -> bytes:
    paper = Paper()
    paper.heading("1 Innledning")
    paper.canvas.setFont("Times-Bold", 42)
    paper.canvas.drawString(LEFT, paper.y - 27, cap)
    for number, line in enumerate(simpleSplit(rest, "Helvetica", 10, 417)):
        paper.line(line, LEFT + 34 if number < 3 else LEFT)
    paper.y -= 7
    paper.paragraph(LAW)
    paper.page()
    return paper.bytes()


def test_a_drop_cap_belongs_to_its_word_and_its_paragraph() -> None:
    assert texts_of(read_here(Job(_with_drop_cap(MEETING[0], MEETING[1:])))) == [MEETING, LAW]


def test_a_drop_cap_that_is_a_word_stays_one() -> None:
    rest = "kommunen møtes alle. " + TRUST + " Slik er det i kommunen."
    assert texts_of(read_here(Job(_with_drop_cap("I", rest))))[0] == "I " + rest


@pytest.mark.parametrize("aslant", [0, 45])
def test_a_watermark_is_no_text(aslant: int) -> None:
    paper = Paper()
    for number in range(3):
        paper.canvas.saveState()
        paper.canvas.setFont("Helvetica-Bold", 90)
        paper.canvas.setFillGray(0.85)
        paper.canvas.translate(100, 600 - 4 * aslant)
        paper.canvas.rotate(aslant)
        paper.canvas.drawString(0, 0, "UTKAST")
        paper.canvas.restoreState()
        fill(paper, number)
        paper.page()
    read = read_here(Job(paper.bytes()))
    assert "UTKAST" not in " ".join(page.text for page in read.pages)
    assert len(texts_of(read)) == 6


def test_a_large_title_is_no_watermark() -> None:
    assert _settled(_word("Samarbeid", 72, 50, 40), *(_word(t, 72, 200) for t in "abc")) == [
        "Samarbeid",
        *"abc",
    ]


def _raised(*parts: tuple[str, bool]) -> str:
    paper = Paper()
    paper.heading("Funn")
    paper.paragraph(TRUST)
    x = LEFT
    for text, raised in parts:
        size = 6 if raised else 10
        paper.at(text, x, paper.y + (4 if raised else 0), size)
        x += paper.canvas.stringWidth(text, "Helvetica", size)
    paper.y -= 20
    paper.paragraph(LAW)
    paper.page()
    return texts_of(read_here(Job(paper.bytes())))[1]


def test_marks_of_notes_go_and_powers_stay() -> None:
    text = _raised(
        ("Dette", False),
        ("1", True),
        (" gjelder alle i landet.", False),
        ("2,3", True),
        (" Rommet er på 25 m", False),
        ("2", True),
        (" og kostet 3 mill. i 2019.", False),
    )
    assert text == "Dette gjelder alle i landet. Rommet er på 25 m² og kostet 3 mill. i 2019."


def test_printed_digits_stay() -> None:
    assert _raised(("Planen NOU2009 og kapittel 3.14 gjelder fra 2020", False)) == (
        "Planen NOU2009 og kapittel 3.14 gjelder fra 2020"
    )


def test_every_text_is_whole_on_a_plain_page() -> None:
    paper = Paper()
    paper.heading("Funn")
    for text in TEXTS:
        paper.paragraph(text)
    paper.page()
    assert texts_of(read_here(Job(paper.bytes()))) == list(TEXTS)
