from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.passages import MAX_WORDS, MIN_WORDS, make_passages
from pipeline.records import Block, BlockKind, Extracted, Line, Page

SENTENCE = "Ledelsen i kommunen har ansvar for at tjenestene møtes jevnlig om barna."
SWEDISH = (
    "Verksamheterna i kommunen behöver gemensamma mål och tydliga rutiner för att barnen ska få"
    " stöd i tid. Cheferna måste avsätta tid och pengar för samarbetet, annars rinner det ut i"
    " sanden så snart projektet är över."
)


def _read(*blocks: Block, language: str | None = "nb", media_type: str = "text/html") -> Extracted:
    return Extracted("read", None, media_type, language, blocks=blocks, pages=(Page(0, None, ""),))


def _text(sentences: int, first: int = 0) -> str:
    return " ".join(f"{SENTENCE[:-1]} nummer {first + n}." for n in range(sentences))


def _words(text: str) -> int:
    return len(text.split())


def test_short_section_is_one_passage_whole() -> None:
    read = _read(
        Block("heading", "Kort", ("Kort",), 1),
        Block("paragraph", "Bare én setning.", ("Kort",)),
        Block("heading", "Lang", ("Lang",), 1),
        Block("paragraph", _text(20), ("Lang",)),
    )
    passages = make_passages(read)
    assert passages[0].text == "Bare én setning."
    assert passages[0].section == "Kort"
    assert {p.section for p in passages[1:]} == {"Lang"}


def test_long_section_is_cut_at_sentences_within_the_span() -> None:
    passages = make_passages(_read(Block("paragraph", _text(40), ("A",))))
    assert len(passages) > 2
    for passage in passages:
        assert MIN_WORDS <= _words(passage.text) <= MAX_WORDS
        assert passage.text.endswith(".")
    assert " ".join(p.text for p in passages) == _text(40)


def test_paragraphs_are_the_preferred_boundaries() -> None:
    paragraphs = [_text(8, 10 * n) for n in range(4)]
    read = _read(*(Block("paragraph", text, ("A",)) for text in paragraphs))
    assert [p.text for p in make_passages(read)] == paragraphs


def test_short_paragraphs_are_gathered_with_line_breaks() -> None:
    read = _read(*(Block("paragraph", _text(3, n), ("A",)) for n in range(3)))
    (passage,) = make_passages(read)
    assert passage.text.count("\n") == 2
    assert next(passage.text[s:e] for s, e in passage.sentences) == _text(1, 0)


def test_one_endless_sentence_stays_whole() -> None:
    endless = "og ".join(["ord " * 20] * 14).strip() + "."
    passages = make_passages(_read(Block("paragraph", f"{_text(6)} {endless} {_text(6)}", ("A",))))
    assert any(endless.split()[0] in p.text and _words(p.text) > MAX_WORDS for p in passages)
    assert sum(_words(p.text) for p in passages) == _words(_text(6)) * 2 + _words(endless)


def test_same_heading_twice_is_two_sections() -> None:
    read = _read(
        Block("heading", "Funn", ("Funn",), 1),
        Block("paragraph", _text(2), ("Funn",)),
        Block("heading", "Funn", ("Funn",), 1),
        Block("paragraph", _text(2, 5), ("Funn",)),
    )
    assert [p.text for p in make_passages(read)] == [_text(2), _text(2, 5)]


def test_only_evidence_becomes_passages() -> None:
    kinds: tuple[BlockKind, ...] = (
        "heading",
        "footnote",
        "caption",
        "contents",
        "reference",
        "colophon",
        "chrome",
    )
    assert make_passages(_read(*(Block(kind, _text(3)) for kind in kinds))) == ()


def test_tables_notes_and_abstracts_keep_their_kind_and_the_text_its_flow() -> None:
    read = _read(
        Block("abstract", _text(3), ("S",)),
        Block("paragraph", "Før tabellen står dette.", ("S",)),
        Block("table_row", "Kommune: Fjelldal; Møter: 12. Leder: Rektor", ("S",)),
        Block("paragraph", "Etter tabellen står dette.", ("S",)),
        Block("notes", "Husk å nevne tallene.", ("S",)),
    )
    passages = {p.kind: p.text for p in make_passages(read)}
    assert passages["body"] == "Før tabellen står dette.\nEtter tabellen står dette."
    assert passages["table"] == "Kommune: Fjelldal; Møter: 12. Leder: Rektor"
    assert passages["notes"] == "Husk å nevne tallene."
    assert passages["abstract"] == _text(3)


def test_a_paragraph_in_another_language_is_its_own_passage() -> None:
    read = _read(
        Block("paragraph", _text(5), ("A",)),
        Block("paragraph", SWEDISH, ("A",)),
        Block("paragraph", _text(5, 9), ("A",)),
    )
    assert [(p.language, p.text) for p in make_passages(read)] == [
        ("nb", _text(5)),
        ("sv", SWEDISH),
        ("nb", _text(5, 9)),
    ]


def test_the_hint_decides_short_texts() -> None:
    read = _read(Block("paragraph", "Plan og mål", ("A",)), language=None)
    assert make_passages(read, language_hint="da")[0].language == "da"


def test_pages_labels_and_boxes_come_from_the_lines() -> None:
    text = f"{_text(1, 1)} {_text(1, 2)}"
    half = len(_text(1, 1))
    lines = (
        Line(0, half + 1, 2, (0.1, 0.9, 0.9, 0.95)),
        Line(half + 1, len(text), 3, (0.1, 0.1, 0.9, 0.15)),
    )
    read = Extracted(
        "read",
        None,
        "application/pdf",
        "nb",
        pages=(Page(2, "ii", "", ocr=True, ocr_confidence=0.9), Page(3, None, "")),
        blocks=(Block("paragraph", text, ("A",), None, lines),),
    )
    (passage,) = make_passages(read)
    assert (passage.page, passage.page_label) == (2, "ii")
    assert (passage.page_end, passage.page_label_end) == (3, None)
    assert passage.boxes == ((2, (0.1, 0.9, 0.9, 0.95)), (3, (0.1, 0.1, 0.9, 0.15)))
    assert (passage.ocr, passage.ocr_confidence) == (True, 0.9)


def _page_labels(*labels: str | None) -> list[str | None]:
    """Return the labels of one passage on each page of a PDF whose pages are labelled so."""
    blocks = tuple(
        Block("paragraph", SENTENCE, (str(at),), None, (Line(0, len(SENTENCE), at),))
        for at in range(len(labels))
    )
    pages = tuple(Page(at, label, SENTENCE) for at, label in enumerate(labels))
    read = Extracted("read", None, "application/pdf", "nb", pages=pages, blocks=blocks)
    return [passage.page_label for passage in make_passages(read)]


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        ((None, None, None), ["1", "2", "3"]),  # no page of the file has a label
        ((None, "2", "3", None), ["1", "2", "3", "4"]),  # counted from the first sheet
        ((None, None, "1", "2"), [None, None, "1", "2"]),  # a foreword that is not counted
        (("12", None, "14", "15"), ["12", "13", "14", "15"]),
        (("12", None, "13"), ["12", None, "13"]),  # a plate between two pages is not counted
        (("i", None, "1", None), ["i", None, "1", None]),
    ],
)
def test_a_page_without_a_label_is_given_none_that_contradicts_the_others(
    labels: tuple[str | None, ...], expected: list[str | None]
) -> None:
    assert _page_labels(*labels) == expected


def test_a_passage_from_a_foreword_into_the_body_does_not_run_backwards() -> None:
    text = f"{_text(1, 1)} {_text(1, 2)}"
    half = len(_text(1, 1))
    lines = (Line(0, half + 1, 1), Line(half + 1, len(text), 2))
    read = Extracted(
        "read",
        None,
        "application/pdf",
        "nb",
        pages=(Page(0, None, ""), Page(1, None, ""), Page(2, "1", ""), Page(3, "2", "")),
        blocks=(Block("paragraph", text, ("A",), None, lines),),
    )
    (passage,) = make_passages(read)
    assert (passage.page_label, passage.page_label_end) == (None, "1")


def test_unpaged_formats_have_no_label() -> None:
    (passage,) = make_passages(_read(Block("paragraph", _text(2))))
    assert (passage.page, passage.page_label) == (0, None)
    assert passage.section == ""


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(st.integers(1, 60), min_size=1, max_size=6), min_size=1, max_size=6))
def test_no_word_is_lost_and_sentences_are_exact(shape: list[list[int]]) -> None:
    blocks = [
        Block(
            "paragraph",
            " ".join(" ".join(f"ord{n}" for n in range(count)).capitalize() + "." for count in one),
            ("A",),
        )
        for one in shape
    ]
    passages = make_passages(_read(*blocks))
    assert " ".join(p.text for p in passages).split() == " ".join(b.text for b in blocks).split()
    for passage in passages:
        joined = " ".join(passage.text[s:e] for s, e in passage.sentences)
        assert joined.split() == passage.text.split()


def test_a_table_of_bare_figures_is_no_passage() -> None:
    figures = tuple(
        Block("table_row", f"Del: {n}; Sider: {n + 2}; Ord: {40 * n}", ("S",)) for n in range(1, 9)
    )
    words = Block("table_row", "Tjeneste: Helsestasjon; Møter: hver uke, ledet av rektor", ("S",))
    read = Extracted("read", None, "application/pdf", "nb", blocks=figures)
    assert make_passages(read) == ()
    with_words = Extracted("read", None, "application/pdf", "nb", blocks=(*figures, words))
    assert [passage.kind for passage in make_passages(with_words)] == ["table"]
