from __future__ import annotations

import pytest

from pipeline.extract.headings import announced_kind
from pipeline.extract.job import Job
from pipeline.passages import make_passages
from tests.pipeline.extract.papers import LAW, LEFT, MEETING, TRUST, Paper, read_here
from tests.pipeline.extract.sheets import TEXTS, texts_of, three_paragraphs

NOTE = (
    "1 Denne fotnoten er så lang at den ikke får plass og derfor fortsetter nederst på den neste",
    "siden, uten at noen tall gjentas der, slik det er vanlig i trykte bøker fra forlagene.",
)


def test_a_note_that_goes_on_over_the_page_stays_a_note() -> None:
    paper = three_paragraphs()
    paper.at(NOTE[0], LEFT, 70, 7.5)
    paper.page()
    paper.paragraph(TRUST)
    paper.at(NOTE[1], LEFT, 70, 7.5)
    paper.page()
    read = read_here(Job(paper.bytes()))
    assert texts_of(read, "footnote") == list(NOTE)
    assert texts_of(read) == [*TEXTS, TRUST]


def test_small_text_at_the_foot_without_a_note_before_it_is_text() -> None:
    paper = three_paragraphs()
    paper.at("uten nummer og uten note på siden før er dette tekst.", LEFT, 70, 7.5)
    paper.page()
    assert texts_of(read_here(Job(paper.bytes())), "footnote") == []


def test_a_caption_of_two_lines_is_one_caption() -> None:
    paper = Paper()
    paper.heading("1 Funn")
    paper.paragraph(MEETING)
    paper.line("Figur 2. Andel av kommunene som oppgir at de har en fast leder for alle møtene, og")
    paper.line("hvor referatet blir sendt ut samme dag, etter kommunens størrelse.")
    paper.y -= 8
    paper.paragraph(TRUST)
    paper.page()
    read = read_here(Job(paper.bytes()))
    assert [text[:8] for text in texts_of(read, "caption")] == ["Figur 2."]
    assert texts_of(read) == [MEETING, TRUST]


def test_a_word_list_is_no_evidence() -> None:
    paper = three_paragraphs()
    paper.heading("Ordliste")
    paper.line("BUP: Barne- og ungdomspsykiatrisk poliklinikk.")
    paper.heading("2 Tillit")
    paper.paragraph(LAW.replace("Taushet", "Melde"))
    paper.page()
    read = read_here(Job(paper.bytes()))
    assert texts_of(read, "glossary") == ["BUP: Barne- og ungdomspsykiatrisk poliklinikk."]
    assert "poliklinikk" in read.pages[0].text
    assert "poliklinikk" not in " ".join(passage.text for passage in make_passages(read))


def test_headings_of_the_bodys_size_are_told_by_weight_and_number() -> None:
    paper = Paper()
    for heading, text in (
        ("1 Innledning", MEETING),
        ("1.1 Tillit mellom tjenester", TRUST),
        ("2 Lovverket", LAW),
    ):
        paper.line(heading, bold=True)
        paper.y -= 2
        paper.paragraph(text)
    paper.page()
    read = read_here(Job(paper.bytes()))
    assert [block.section for block in read.blocks if block.kind == "paragraph"] == [
        ("1 Innledning",),
        ("1 Innledning", "1.1 Tillit mellom tjenester"),
        ("2 Lovverket",),
    ]


@pytest.mark.parametrize(
    ("heading", "kind"),
    [
        ("Vedlegg 3 Forkortelser", "glossary"),
        ("Förkortningar och begrepp", "glossary"),
        ("Lyhenteet", "glossary"),
        ("Orðskýringar", "glossary"),
        ("Stikkordregister", "contents"),
        ("Begreper", None),
    ],
)
def test_what_headings_announce(heading: str, kind: str | None) -> None:
    assert announced_kind(heading) == kind


def test_a_short_page_of_sentences_is_no_cover() -> None:
    paper = Paper()
    paper.heading("1 Møtene")
    sentences = [
        "Møtene er korte, og de fleste mener at det er en god ordning for alle.",
        "Skolen leder dem det første året, og helsestasjonen leder dem det neste.",
    ]
    for text in sentences:
        paper.paragraph(text)
    paper.page()
    (passage,) = make_passages(read_here(Job(paper.bytes())))
    assert passage.text.split() == " ".join(sentences).split()


def test_words_of_imprints_in_sentences_make_no_colophon() -> None:
    paper = Paper()
    paper.heading("1 Planen")
    text = (
        "Kommunen fikk hjelp til layout og grafisk design av planen, og den ble delt ut med åpen"
        " lisens til alle skolene, som så kunne endre på den."
    )
    paper.paragraph(text)
    paper.paragraph(LAW)
    paper.page()
    assert texts_of(read_here(Job(paper.bytes()))) == [text, LAW]


def test_a_byline_does_not_go_on_over_the_cover() -> None:
    paper = Paper()
    paper.line("Møter som virker", size=28)
    paper.line("Kari Moe Dahl, Inger Lise Skog Hansen og Tone Fløtten", size=11)
    paper.page()
    paper.line("© Nordmarkforskning 2020")
    paper.line("ISBN 978-82-324-0551-0")
    paper.page()
    paper.heading("1 Funn")
    paper.paragraph(MEETING)
    paper.page()
    read = read_here(Job(paper.bytes()))
    families = [name["family"] for name in read.metadata["authors"].value]
    assert families == ["Moe Dahl", "Skog Hansen", "Fløtten"]
    assert not any("Fløtten ©" in block.text for block in read.blocks)
