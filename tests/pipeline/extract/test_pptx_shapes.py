"""What stands on slides besides text boxes: charts, SmartArt, newer shapes; hidden slides."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pptx
import pytest
from lxml import etree
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.util import Inches

from pipeline.extract.job import Job
from pipeline.extract.pptx_file import HIDDEN
from pipeline.extract.pptx_shapes import plain
from pipeline.passages import make_passages
from pipeline.records import Block, Extracted
from tests.pipeline.extract.papers import LAW, MEETING, TRUST, read_here

A = "http://schemas.openxmlformats.org/drawingml/2006/main"
P = "http://schemas.openxmlformats.org/presentationml/2006/main"
MC = "http://schemas.openxmlformats.org/markup-compatibility/2006"
DGM = "http://schemas.openxmlformats.org/drawingml/2006/diagram"
REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
BOX = (Inches(1), Inches(2), Inches(6), Inches(3))


def _bytes(deck: Any) -> bytes:
    buffer = io.BytesIO()
    deck.save(buffer)
    return buffer.getvalue()


def _titled(deck: Any, title: str) -> Any:
    slide = deck.slides.add_slide(deck.slide_layouts[5])
    slide.shapes.title.text = title
    return slide


def _texts(read: Extracted, kind: str) -> list[str]:
    return [block.text for block in read.blocks if block.kind == kind]


def _smartart(data: bytes, texts: list[str]) -> bytes:
    """Add a diagram part to the first slide, as python-pptx writes none."""
    points = "".join(
        f"<dgm:pt><dgm:t><a:p><a:r><a:t>{t}</a:t></a:r></a:p></dgm:t></dgm:pt>" for t in texts
    )
    part = (
        f'<dgm:dataModel xmlns:dgm="{DGM}" xmlns:a="{A}"><dgm:ptLst>{points}</dgm:ptLst>'
        "</dgm:dataModel>"
    )
    frame = (
        f'<p:graphicFrame xmlns:p="{P}" xmlns:a="{A}" xmlns:r="{REL}"><p:nvGraphicFramePr>'
        '<p:cNvPr id="99" name="D"/><p:cNvGraphicFramePr/><p:nvPr/></p:nvGraphicFramePr><p:xfrm>'
        '<a:off x="0" y="900000"/><a:ext cx="9000" cy="9000"/></p:xfrm><a:graphic><a:graphicData'
        f' uri="{DGM}"><dgm:relIds xmlns:dgm="{DGM}" r:dm="rIdD" r:lo="x" r:qs="x" r:cs="x"/>'
        "</a:graphicData></a:graphic></p:graphicFrame>"
    )
    link = f'<Relationship Id="rIdD" Type="{REL}/diagramData" Target="../diagrams/data1.xml"/>'
    kind = (
        '<Override PartName="/ppt/diagrams/data1.xml" ContentType="application/vnd.openxml'
        'formats-officedocument.drawingml.diagramData+xml"/>'
    )
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w") as new:
        for name in old.namelist():
            text = old.read(name)
            if name == "ppt/slides/slide1.xml":
                text = text.replace(b"</p:spTree>", frame.encode() + b"</p:spTree>")
            if name == "ppt/slides/_rels/slide1.xml.rels":
                text = text.replace(b"</Relationships>", link.encode() + b"</Relationships>")
            if name == "[Content_Types].xml":
                text = text.replace(b"</Types>", kind.encode() + b"</Types>")
            new.writestr(name, text)
        new.writestr("ppt/diagrams/data1.xml", part)
    return buffer.getvalue()


def test_smartart_is_read() -> None:
    deck = pptx.Presentation()
    _titled(deck, "Stegene")
    read = read_here(Job(_smartart(_bytes(deck), ["Møte", "Avtale", "Oppfølging"])))
    assert _texts(read, "list_item") == ["Møte", "Avtale", "Oppfølging"]
    assert read.pages[0].text == "Stegene\n\nMøte\n\nAvtale\n\nOppfølging"


def test_a_charts_title_is_a_caption_and_its_figures_are_not_text() -> None:
    deck = pptx.Presentation()
    _titled(deck, "Innledning").shapes.add_textbox(*BOX).text_frame.text = MEETING
    slide = _titled(deck, "Tall")
    data = CategoryChartData()
    data.categories = ["2019", "2020"]
    data.add_series("Møter", (3, 4))
    chart = slide.shapes.add_chart(XL_CHART_TYPE.COLUMN_CLUSTERED, *BOX, data).chart
    chart.has_title = True
    chart.chart_title.text_frame.text = "Møter i året"
    slide.shapes.add_textbox(*BOX).text_frame.text = LAW
    read = read_here(Job(_bytes(deck)))
    assert _texts(read, "caption") == ["Møter i året"]
    assert [p.text for p in make_passages(read)] == [MEETING, LAW]


def test_shapes_in_alternate_content_are_read() -> None:
    deck = pptx.Presentation()
    slide = _titled(deck, "Nytt")
    shape = slide.shapes.add_textbox(*BOX)
    shape.text_frame.text = TRUST
    element = shape._element
    wrapped = etree.fromstring(
        f'<mc:AlternateContent xmlns:mc="{MC}"><mc:Choice Requires="x"/></mc:AlternateContent>'
    )
    element.getparent().append(wrapped)
    wrapped[0].append(element)
    read = read_here(Job(_bytes(deck)))
    assert _texts(read, "paragraph") == [TRUST]


@pytest.mark.parametrize("hidden", [True, False])
def test_hidden_slides_say_so_in_their_section(hidden: bool) -> None:
    deck = pptx.Presentation()
    for title, text in (("Åpent", MEETING), ("Reserve", LAW)):
        slide = _titled(deck, title)
        slide.shapes.add_textbox(*BOX).text_frame.text = text
        if hidden and title == "Reserve":
            slide._element.set("show", "0")
            slide.notes_slide.notes_text_frame.text = TRUST
    read = read_here(Job(_bytes(deck)))
    sections = [p.section for p in make_passages(read)]
    reserve = f"Reserve › {HIDDEN}"
    assert sections == (["Åpent", reserve, reserve] if hidden else ["Åpent", "Reserve"])
    assert [page.label for page in read.pages] == ["1", "2"]


def test_tables_keep_their_headings_on_every_row() -> None:
    deck = pptx.Presentation()
    table = _titled(deck, "Tall").shapes.add_table(3, 2, *BOX).table
    for cell, text in zip(
        table.iter_cells(), ["Sted", "Møter", "Vågen", "4", "Åsen", "7"], strict=True
    ):
        cell.text = text
    read = read_here(Job(_bytes(deck)))
    assert _texts(read, "table_row") == ["Sted: Vågen; Møter: 4", "Sted: Åsen; Møter: 7"]
    boxes = {line.box for block in read.blocks if block.kind == "table_row" for line in block.lines}
    assert len(boxes) == 1 and None not in boxes


def test_links_out_of_a_deck_are_never_followed() -> None:
    deck = pptx.Presentation()
    slide = _titled(deck, "Lenker")
    run = slide.shapes.add_textbox(*BOX).text_frame.paragraphs[0].add_run()
    run.text = MEETING
    run.hyperlink.address = "file:///etc/passwd"
    read = read_here(Job(_bytes(deck)))
    assert [b for b in read.blocks if b.kind == "paragraph"] == [
        Block("paragraph", MEETING, ("Lenker",), None, read.blocks[-1].lines)
    ]


def test_plain_text() -> None:
    assert plain("ﬁre\x0bpå \u00adrad\n her") == "fire på rad her"
