from __future__ import annotations

from pipeline.extract.pdf_lines import make_segments, order_lines
from pipeline.extract.pdf_words import PageWords, Word


def _words(text: str, x: float, y: float, size: float = 10) -> list[Word]:
    found = []
    for word in text.split():
        width = 0.5 * size * len(word)
        found.append(Word(word, x, y, x + width, y + size, size))
        x += width + 0.3 * size
    return found


def _page(*lines: list[Word]) -> PageWords:
    return PageWords(0, 595, 842, [word for line in lines for word in line])


def test_wide_gaps_part_segments_and_lines_join_them_again() -> None:
    page = _page(_words("venstre side", 72, 100), _words("høyre side", 300, 100))
    segments = make_segments(page)
    assert [s.text for s in segments] == ["venstre side", "høyre side"]
    assert [line.text for line in order_lines(segments, 0, 595)] == ["venstre side høyre side"]


def test_the_order_of_the_file_does_not_matter() -> None:
    page = _page(
        _words("tredje linje her", 72, 130),
        _words("første linje her", 72, 100),
        _words("andre linje her", 72, 115),
    )
    lines = order_lines(make_segments(page), 0, 595)
    assert [line.text.split()[0] for line in lines] == ["første", "andre", "tredje"]


def test_short_cells_side_by_side_are_no_columns() -> None:
    rows = []
    for n in range(8):
        rows += [_words(f"rad{n}", 72, 100 + 15 * n), _words(f"{n}", 330, 100 + 15 * n)]
    rows.append(
        _words("en lang linje med tekst som går over hele siden fra kant til kant", 72, 300)
    )
    lines = order_lines(make_segments(_page(*rows)), 0, 595)
    assert [line.text for line in lines[:2]] == ["rad0 0", "rad1 1"]


def test_columns_of_prose_are_read_down_then_across() -> None:
    left = [
        _words(f"venstre{n} spalte med nok tekst til å fylle", 72, 100 + 12 * n) for n in range(6)
    ]
    right = [
        _words(f"høyre{n} spalte med nok tekst til å fylle ut", 310, 103 + 12 * n) for n in range(6)
    ]
    mixed = [line for pair in zip(left, right, strict=True) for line in pair]
    lines = order_lines(make_segments(_page(*mixed)), 0, 595)
    first = [line.text.split()[0] for line in lines]
    assert first == [f"venstre{n}" for n in range(6)] + [f"høyre{n}" for n in range(6)]
    assert lines[0].column != lines[-1].column


def test_nothing_gives_nothing() -> None:
    assert order_lines([], 0, 595) == []
    assert make_segments(_page()) == []
