"""Line breaks, columns, footnotes and tables."""

import pytest

from corpora.replica.layout import (
    BoxOp,
    Flow,
    Frame,
    TextOp,
    break_lines,
    hyphen_points,
    measure,
    register_fonts,
)

WORDS = "Kommunene må organisere velferdstjenestene sammenhengende for barnefamiliene. " * 12


def _flow(columns: int = 1, height: float = 400) -> Flow:
    frame = Frame(300, height, 30, 30, 40, 40, columns)
    return Flow(frame, register_fonts()["Vera"])


def _texts(flow: Flow, page: int) -> list[TextOp]:
    return [op for op in flow.pages[page].ops if isinstance(op, TextOp)]


@pytest.mark.parametrize("family", ["Vera", "Times"])
def test_fonts_measure_every_letter_of_the_material(family: str) -> None:
    fonts = register_fonts()[family]
    for letter in "åäöæøðþáéíóúýÅÄÖÆØÐÞ–—’”„“«»§":
        assert measure(letter, fonts.regular, 10) > 0


def test_lines_fit_and_lose_no_letter() -> None:
    register_fonts()
    lines = break_lines(WORDS, "Vera", 10, 180)
    assert all(measure(line.text, "Vera", 10) <= 180 for line in lines)
    joined = "".join(line.text[:-1] if line.hyphen else f"{line.text} " for line in lines)
    assert joined.split() == WORDS.split()


def test_long_words_are_cut_with_a_hyphen_at_the_line_end() -> None:
    register_fonts()
    cut = [line for line in break_lines(WORDS, "Vera", 10, 150) if line.hyphen]
    assert cut
    assert all(line.text.endswith("-") for line in cut)


def test_headings_are_not_cut() -> None:
    register_fonts()
    assert not any(line.hyphen for line in break_lines(WORDS, "Vera", 10, 150, hyphens=False))


def test_a_word_wider_than_the_column_is_broken_without_loss() -> None:
    register_fonts()
    url = "https://example.org/" + "a1" * 60
    lines = break_lines(url, "Vera", 10, 120)
    assert len(lines) > 3
    assert "".join(line.text for line in lines) == url


@pytest.mark.parametrize("word", ["kort", "0–24-samarbeidet", "2011/2012-2013", "xxxxxxxxxxx"])
def test_words_that_are_not_cut(word: str) -> None:
    assert hyphen_points(word) == []


def test_parts_of_a_cut_word_have_three_letters_and_begin_with_a_consonant() -> None:
    for at in hyphen_points("velferdstjenestene"):
        assert 3 <= at <= len("velferdstjenestene") - 3
        assert "velferdstjenestene"[at] not in "aeiouyæøå"


def test_a_paragraph_goes_on_over_the_page() -> None:
    flow = _flow(height=160)
    first, last = flow.paragraph(WORDS, 10)
    assert first == 0
    assert last == len(flow.pages) - 1 > 0


def test_text_stays_inside_the_margins() -> None:
    flow = _flow(columns=2, height=200)
    for _ in range(3):
        flow.paragraph(WORDS, 9)
    for page in flow.pages:
        for op in page.ops:
            assert isinstance(op, TextOp)
            assert op.y >= flow.frame.bottom - 1
            assert op.y <= flow.frame.height - flow.frame.top
            assert op.x >= flow.frame.left


def test_two_columns_fill_one_after_the_other() -> None:
    flow = _flow(columns=2, height=200)
    flow.paragraph(WORDS, 9)
    edges = [op.x for op in _texts(flow, 0)]
    assert len(set(edges)) == 2
    assert edges == sorted(edges)


def test_lines_are_justified_but_the_last_is_not() -> None:
    flow = _flow()
    flow.paragraph(WORDS[:240], 10)
    ops = _texts(flow, 0)
    assert any(op.space > 0 for op in ops[:-1])
    assert ops[-1].space == 0


def test_a_footnote_stands_at_the_foot_of_the_page_of_its_mark() -> None:
    flow = _flow()
    flow.paragraph(WORDS[:240], 10, note=(1, "Tallene er rundet av."))
    flow.close_column()
    ops = _texts(flow, 0)
    mark = next(op for op in ops if op.text == "1")
    note = next(op for op in ops if op.text.startswith("1 Tallene"))
    assert mark.size < 10
    assert note.size < 10
    assert note.y < min(op.y for op in ops if op is not note)
    assert note.y >= flow.frame.bottom - 1
    assert any(isinstance(op, BoxOp) and op.height == 0 for op in flow.pages[0].ops)


def test_text_never_runs_into_the_notes() -> None:
    flow = _flow(height=260)
    for number in range(1, 7):
        flow.paragraph(WORDS[:230], 10, note=(number, "Se vedlegget for en liste."))
    flow.close_column()
    for page in range(len(flow.pages)):
        notes = [op.y + op.size for op in _texts(flow, page) if op.size == 8]
        body = [op.y for op in _texts(flow, page) if op.size == 10]
        assert not notes or not body or min(body) > max(notes)


def test_a_heading_is_never_the_last_line_of_a_page() -> None:
    for filled in range(40, 330, 7):
        flow = _flow()
        flow.y -= filled
        page, _ = flow.heading("Overskrift", 14)
        first, _ = flow.paragraph("Tekst under overskriften.", 10)
        assert first == page


def test_a_table_is_ruled_and_not_broken() -> None:
    flow = _flow()
    flow.y -= 250
    flow.table("Tabell 1", ("Del", "Sider"), (("1", "2"), ("2", "4"), ("3", "1")), 9)
    boxes = [op for op in flow.pages[1].ops if isinstance(op, BoxOp)]
    assert len(boxes) == 8
    assert [op.text for op in _texts(flow, 1)][:3] == ["Tabell 1", "Del", "Sider"]
    assert flow.pages[0].ops == []


def test_a_figure_is_drawn_above_its_caption() -> None:
    flow = _flow()
    flow.figure("Figur 1", 9)
    boxes = [op for op in flow.pages[0].ops if isinstance(op, BoxOp)]
    assert len(boxes) == 3
    assert _texts(flow, 0)[0].y < min(box.y for box in boxes)


def test_a_new_page_is_not_opened_twice() -> None:
    flow = _flow()
    flow.next_page()
    assert len(flow.pages) == 1
    flow.paragraph("Tekst.", 10)
    flow.next_page()
    flow.next_page()
    assert len(flow.pages) == 2


def test_the_first_page_leaves_room_for_a_title_block() -> None:
    frame = Frame(300, 400, 30, 30, 40, 40, 2)
    flow = Flow(frame, register_fonts()["Times"], first_top=100)
    assert flow.y == 400 - 40 - 100
    flow.next_column()
    assert flow.y == 400 - 40 - 100
    flow.next_column()
    assert flow.y == 400 - 40
