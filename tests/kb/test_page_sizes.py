"""Sizes of PDF pages from the child, boxes in points and back, and rectangles of other programs."""

from __future__ import annotations

from pathlib import Path

import pytest

from kb.coding.codings import StoredCodings
from kb.page_sizes import PageSize, page_sizes
from tests.kb.refi_files import CODE, USER, package
from tests.kb.test_refi_round_trip import SAID, make_base
from tests.sample import pdf_bytes


def test_pages_are_measured_in_a_child() -> None:
    assert page_sizes(pdf_bytes()) == [PageSize(0, 0, 595, 842)] * 2


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7 cut", b"\0" * 1000])
def test_what_is_no_pdf_has_no_pages(data: bytes) -> None:
    assert page_sizes(data) == []


@pytest.mark.parametrize("box", [(0.1, 0.2, 0.9, 0.3), (0.0, 0.0, 1.0, 1.0)])
def test_a_box_goes_to_points_and_back(box: tuple[float, float, float, float]) -> None:
    size = PageSize(10, 20, 595, 842)
    points = size.to_points(box)
    assert points[0] < points[2] and points[1] > points[3]  # the upper left corner first
    for corners in (points, (points[2], points[3], points[0], points[1])):
        assert size.to_fractions(corners) == pytest.approx(box, abs=0.01)


def test_a_rectangle_without_words_goes_to_the_passage_it_covers(tmp_path: Path) -> None:
    base = make_base(tmp_path / "hjem")
    x0, y0, x1, y1 = PageSize(0, 0, 595, 842).to_points((0.05, 0.14, 0.95, 0.21))
    corners = f'firstX="{x0}" firstY="{y0}" secondX="{x1}" secondY="{y1}"'
    place = (
        f'<PDFSelection guid="s1" page="{{page}}" {corners}><Coding guid="c{{page}}" '
        f'creatingUser="{USER}"><CodeRef targetGUID="{CODE}"/></Coding></PDFSelection>'
    )
    text = (
        f'<Project xmlns="urn:QDA-XML:project:1.0" name="p"><Users><User guid="{USER}" '
        f'name="Åsa"/></Users><CodeBook><Codes><Code guid="{CODE}" name="Johtaminen" '
        'isCodable="true"/></Codes></CodeBook><Sources><PDFSource guid="d" name="ukjent.pdf" '
        f'path="internal://d.pdf">{place.format(page=0)}{place.format(page=9)}</PDFSource>'
        "</Sources></Project>"
    )
    path = tmp_path / "rektangel.qdpx"
    path.write_bytes(package(text, {"sources/d.pdf": pdf_bytes()}))
    report = base.take_in(path)
    assert (report.added, len(report.not_placed)) == (1, 1)
    assert "a page without words" in report.not_placed[0].reason
    (found,) = StoredCodings(base.store).coded()
    assert base.passage_ids.index(found) == 1 and len(SAID) == 3
