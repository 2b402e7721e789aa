from __future__ import annotations

import itertools

from pipeline.extract.job import Job
from pipeline.line_boxes import boxes_of
from pipeline.passages import make_passages
from pipeline.records import Block, Line
from tests.pipeline.extract.papers import LEFT, MEETING, WIDTH, Paper, read_here

TEXT = "Tre ord her. Så fire til nå."
LINES = (
    Line(0, 13, 4, (0.1, 0.2, 0.9, 0.22), (0.1, 0.2, 0.3, 0.5, 0.6, 0.9)),
    Line(13, 28, 4, (0.1, 0.23, 0.8, 0.25), (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8)),
)
BLOCK = Block("paragraph", TEXT, lines=LINES)


def _boxes(start: int, end: int, block: Block = BLOCK) -> list[tuple[float, float]]:
    return [(box[0], box[2]) for _, box in boxes_of(block, start, end)]


def test_a_part_of_a_line_gives_the_box_of_its_words() -> None:
    assert _boxes(4, 12) == [(0.3, 0.9)]
    assert _boxes(0, 28) == [(0.1, 0.9), (0.1, 0.8)]
    assert _boxes(TEXT.index("her"), TEXT.index("fire") + 4) == [(0.6, 0.9), (0.1, 0.4)]
    assert _boxes(5, 6) == [(0.3, 0.5)], "a part of a word is the word"
    assert list(boxes_of(BLOCK, 28, 40)) == []


def test_where_the_words_places_are_not_known_the_line_is_marked() -> None:
    bare = Block("paragraph", TEXT, lines=(Line(0, 28, 0, (0.1, 0.2, 0.9, 0.22)),))
    assert _boxes(4, 12, bare) == [(0.1, 0.9)]
    odd = Block("paragraph", TEXT, lines=(Line(0, 28, 0, (0.1, 0.2, 0.9, 0.22), (0.1, 0.2)),))
    assert _boxes(4, 12, odd) == [(0.1, 0.9)]
    assert _boxes(4, 12, Block("paragraph", TEXT, lines=(Line(0, 28, 0),))) == []


def test_words_of_a_pdf_stand_where_they_are_drawn() -> None:
    paper = Paper()
    paper.line("Samarbeid tar tid, og mye av den.")
    paper.line("Det gir gevinst i lengden, sier alle.")
    paper.page()
    (block,) = read_here(Job(paper.bytes())).blocks
    start = block.text.index("gir gevinst")
    ((page, box),) = boxes_of(block, start, start + len("gir gevinst"))
    before = paper.canvas.stringWidth("Det ", "Helvetica", 10)
    upto = paper.canvas.stringWidth("Det gir gevinst", "Helvetica", 10)
    assert page == 0
    assert abs(box[0] * WIDTH - (LEFT + before)) < 0.1
    assert abs(box[2] * WIDTH - (LEFT + upto)) < 0.1


def test_a_list_items_words_keep_their_places_without_the_bullet() -> None:
    paper = Paper()
    paper.heading("Tiltak")
    paper.paragraph(MEETING)
    paper.line("• Fast møteleder i alle grupper")
    paper.page()
    block = read_here(Job(paper.bytes())).blocks[-1]
    ((_, box),) = boxes_of(block, 0, len("Fast"))
    first = LEFT + paper.canvas.stringWidth("• ", "Helvetica", 10)
    assert block.text.startswith("Fast")
    assert abs(box[0] * WIDTH - first) < 0.1


def test_a_passages_boxes_end_with_its_sentences() -> None:
    sentence = "Ledelsen i kommunen har ansvar for at alle tjenestene møtes jevnlig om barn {}."
    paper = Paper()
    paper.paragraph(" ".join(sentence.format(n) for n in range(40)))
    paper.page()
    passages = make_passages(read_here(Job(paper.bytes())))
    assert len(passages) > 2
    for before, after in itertools.pairwise(passages):
        (_, last), (_, first) = before.boxes[-1], after.boxes[0]
        same_line = last[1] == first[1]
        assert not same_line or last[2] < first[0]
    for passage in passages:
        assert len({box[1] for _, box in passage.boxes}) == len(passage.boxes)
