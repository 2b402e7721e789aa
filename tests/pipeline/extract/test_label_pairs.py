"""Labels and values that stand in two elements: read as metadata, never as text."""

from __future__ import annotations

from pipeline.extract.html_page import read_html
from pipeline.extract.html_tree import label_line, parse
from pipeline.records import EVIDENCE_KINDS, Extracted

PROSE = "<p>Vi har sett på hvordan tjenestene samarbeider om barn og unge i tolv kommuner.</p>"
DRUPAL = """<div class="field field--name-field-tekija field--label-inline">
<div class="field__label">Tekijät</div><div class="field__item">Jukka Hämäläinen, Sari Pöyhönen
</div></div><div class="field"><div class="field__label">Julkaisuvuosi</div>
<div class="field__item">2021</div></div>"""
SPANS = """<ul><li><span class="metadata-list__label">Utgivare</span>
<span class="metadata-list__value">Skolverket</span></li></ul>"""


def page(body: str) -> Extracted:
    return read_html(f"<html><body><main><h1>A</h1>{body}</main></body></html>".encode(), None)


def evidence(read: Extracted) -> list[str]:
    return [block.text for block in read.blocks if block.kind in EVIDENCE_KINDS]


def test_drupals_fields_are_metadata_and_no_text() -> None:
    read = page(PROSE + DRUPAL)
    names = [(name["given"], name["family"]) for name in read.metadata["authors"].value]
    assert names == [("Jukka", "Hämäläinen"), ("Sari", "Pöyhönen")]
    assert read.metadata["year"].value == 2021
    assert len(evidence(read)) == 1


def test_spans_of_a_list_are_a_pair() -> None:
    assert page(PROSE + SPANS).metadata["publisher"].value == "Skolverket"


def test_definition_lists_without_a_class_are_no_text() -> None:
    read = page(PROSE + "<dl><dt>Utgiver</dt><dd>Bufdir</dd></dl>")
    assert read.metadata["publisher"].value == "Bufdir"
    assert len(evidence(read)) == 1


def test_a_field_of_prose_is_text_whatever_its_label() -> None:
    body = f'<div class="field__label">Konklusjon</div><div class="field__item">{PROSE}</div>'
    assert any("tolv kommuner" in text for text in evidence(page(body)))


def test_rows_of_two_cells_and_identifiers_are_no_text() -> None:
    rows = "<tr><th>Originalspråk</th><td>Svenska</td></tr><tr><th>Volym</th><td>84</td></tr>"
    read = page(f"{PROSE}<table><tbody>{rows}</tbody></table><p>ISBN 978-91-7086-255-7</p>")
    assert read.metadata["isbn"].value == "9789170862557"
    assert read.metadata["language"].value == "sv"
    assert read.metadata["volume"].value == "84"
    assert len(evidence(read)) == 1


def test_a_repositorys_abstract_among_its_metadata_is_text() -> None:
    """DSpace 6 puts the abstract into the table of metadata."""
    abstract = " ".join(["Foreldre forteller at de må gjenta historien sin i hver tjeneste."] * 4)
    head = f'<meta name="DCTERMS.abstract" content="{abstract}">'
    body = f'<div class="item-summary-view-metadata"><div>{abstract}</div></div>'
    read = read_html(f"<html><head>{head}</head><body>{body}</body></html>".encode(), None)
    assert evidence(read) == [abstract]


def test_only_halves_of_pairs_have_a_line() -> None:
    tree = parse(f"<html><body>{DRUPAL}<dl><dt>Alene:</dt></dl><p>Tekst</p></body></html>")
    assert tree is not None
    lines = [line for element in tree.iter() if (line := label_line(element))]
    assert lines == ["Tekijät: Jukka Hämäläinen, Sari Pöyhönen"] * 2 + ["Julkaisuvuosi: 2021"] * 2
