"""Scanned pages: turned, askew, coarse, in columns, in other languages, half scanned, too many.

Needs Tesseract with our languages. Words are counted in order against what stands in the picture.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import Any

import pytest
from PIL import Image

from pipeline.extract import OCR_MISSING, Limits, pdf_ocr
from pipeline.extract.job import Job
from pipeline.extract.ocr_words import parse_tsv
from pipeline.extract.pdf_ocr import is_poor
from pipeline.language import guess_by_common_words
from pipeline.passages import make_passages
from pipeline.records import Extracted
from tests.gates.title_pages import BODY
from tests.pipeline.extract.papers import LAW, MEETING, TRUST, read_here
from tests.pipeline.extract.scans import picture, scanned
from tests.programs import require_program

TEXT = (MEETING, TRUST)


@pytest.fixture(autouse=True)
def _tesseract(request: pytest.FixtureRequest) -> None:
    if "without" not in request.node.name:
        require_program("tesseract")


def _share(read: Extracted, texts: Sequence[str]) -> float:
    """Return the share of the words of `texts` that were read, in order."""
    wanted = " ".join(texts).split()
    found = " ".join(block.text for block in read.blocks).split()
    blocks = SequenceMatcher(None, wanted, found, autojunk=False).get_matching_blocks()
    return sum(block.size for block in blocks) / len(wanted)


def _read(*pictures: Any, **more: Any) -> Extracted:
    return read_here(Job(scanned(pictures, **more)))


@pytest.mark.parametrize(
    "how",
    [{}, {"dpi": 90}, {"slant": 2.0}, {"slant": -1.2}, {"columns": 2}],
    ids=lambda how: str(how) if how else "plain",
)
def test_words_in_order(how: dict[str, Any]) -> None:
    read = _read(picture(TEXT, heading="2 Funn", **how))
    assert read.status == "read"
    assert _share(read, TEXT) >= 0.97
    (page,) = read.pages
    assert page.ocr and page.ocr_confidence is not None and page.ocr_confidence > 0.8


@pytest.mark.parametrize("turned", [90, 180, 270])
def test_a_page_that_lies_turned_is_read_and_its_boxes_stand_where_it_lies(turned: int) -> None:
    read = _read(picture(TEXT, heading="2 Funn", turned=turned))
    assert _share(read, TEXT) >= 0.97
    boxes = [line.box for block in read.blocks for line in block.lines if line.box]
    high = [box[3] - box[1] > box[2] - box[0] for box in boxes]
    assert all(high) if turned % 180 else not any(high)
    x, y = boxes[0][0], boxes[0][1]
    assert {90: x > 0.5, 180: y > 0.5, 270: x < 0.5}[turned], "the first line is the page's top"


def test_passages_of_scans_say_so() -> None:
    read = _read(picture(TEXT), texts=[LAW * 2])
    first = make_passages(read)[0]
    assert (first.page, first.ocr) == (0, True)
    assert [page.ocr for page in read.pages] == [True, False]


@pytest.mark.parametrize(("language", "letters"), [("fi", "äö"), ("is", "ðÞ"), ("sv", "åä")])
def test_the_language_is_learnt_from_the_pages_before(language: str, letters: str) -> None:
    texts = [BODY[language]] * 3
    read = _read(picture(texts), texts=[" ".join(texts)])
    assert read.language == language
    assert _share(read, texts * 2) >= 0.97
    assert set(letters) <= set(read.pages[0].text)


SHORT = {
    "is": "Samstarf barnaverndar, skóla og heilsugæslu styrktist með reglulegum fundum. Starfsfólk"
    " bendir á að þagnarskylda hafi verið skilin á ólíkan hátt og að foreldrar þurfi að"
    " endurtaka sögu sína.",
    "fo": "Samstarvið millum barnavernd, skúla og heilsusystur varð styrkt við føstum fundum."
    " Starvsfólk vísa á, at tagnarskyldan varð fatað ymiskt, og at foreldur máttu endurtaka"
    " søgu sína.",
    "fi": "Lastensuojelun, koulun ja neuvolan yhteistyö vahvistui säännöllisten tapaamisten"
    " ansiosta. Työntekijät kertovat, että salassapitoa tulkittiin eri tavoin ja vanhemmat"
    " joutuivat toistamaan tarinansa.",
    "sv": "Samverkan mellan socialtjänsten, skolan och barnhälsovården stärktes genom regelbundna"
    " möten. Personalen påpekar att sekretessen tolkades olika och att föräldrar fick upprepa"
    " sin historia.",
}


@pytest.mark.parametrize(("language", "slant"), [("is", 0), ("fo", 0), ("fi", 0), ("sv", -3.0)])
def test_a_single_scanned_page_in_any_language_is_evidence(language: str, slant: float) -> None:
    """Nothing before it tells the language, and a page of few words is no cover."""
    text = SHORT[language]
    read = _read(picture([text] * 3, heading="1 Funn", slant=slant))
    assert read.language == language
    (passage,) = make_passages(read)
    assert passage.section == "1 Funn"
    assert passage.text == "\n".join([text] * 3)
    assert passage.ocr_confidence == pytest.approx(read.pages[0].ocr_confidence, abs=0.001)


def test_a_scanners_poor_text_layer_is_read_again_and_a_good_one_kept() -> None:
    poor = "Krnn lr vndr skls hr vlgt xlke mtr zz mts p g mtn vrr sjldn mr nn n tm " * 6
    again = _read(picture(TEXT), layer=poor)
    assert _share(again, TEXT) >= 0.97 and "vndr" not in again.pages[0].text
    kept = _read(picture([LAW]), layer=" ".join(TEXT))
    assert _share(kept, TEXT) >= 0.97 and kept.pages[0].ocr
    assert kept.pages[0].ocr_confidence is None


def test_a_pasted_picture_of_text_with_a_heading_beside_it() -> None:
    read = _read(picture(TEXT), notes="Vedlegg 2")
    assert _share(read, TEXT) >= 0.97
    noise = Image.effect_noise((600, 800), 80)
    photo = _read(noise, notes="Barn leker ute")
    assert (photo.pages[0].text, photo.pages[0].ocr) == ("Barn leker ute", False)


def test_only_so_many_pages_of_a_file_are_read_so() -> None:
    data = scanned([picture([text]) for text in (MEETING, TRUST, LAW)])
    read = read_here(Job(data, limits=Limits(ocr_pages=2)))
    assert (read.status, read.retry) == ("partial", False)
    assert read.reason is not None and read.reason.startswith("Page 3 is only pictures")
    assert TRUST.split()[0] in read.pages[1].text and not read.pages[2].text


def test_without_tesseract_the_page_is_marked_and_the_rest_is_read(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    pdf_ocr.installed_languages.cache_clear()
    try:
        read = _read(picture(TEXT), texts=[LAW * 2])
    finally:
        monkeypatch.undo()
        pdf_ocr.installed_languages.cache_clear()
    assert (read.status, read.retry) == ("partial", True)
    assert read.reason == f"Page 1 is only pictures and {OCR_MISSING}."
    assert LAW.split()[0] in read.pages[1].text and not read.pages[0].ocr


def test_what_a_poor_text_layer_is() -> None:
    assert is_poor("Krnn lr vndr skls hr vlgt xlke mtr zz " * 8)
    assert not is_poor(" ".join(TEXT))
    assert not is_poor("Kort linje"), "a few words prove nothing"


def test_tesseracts_table() -> None:
    names = "level page_num block_num par_num line_num word_num left top width height conf text"
    head = names.replace(" ", "\t")
    rows = [
        "4\t1\t1\t1\t1\t0\t100\t100\t400\t30\t-1\t",
        "5\t1\t1\t1\t1\t1\t100\t100\t90\t30\t96.5\tHjelp",
        "5\t1\t1\t1\t1\t2\t200\t105\t90\t20\t12.0\tflekk",
        "5\t1\t1\t1\t1\t3\t300\t100\tbred\t30\t90\tfeil",
        "5\t1\t1\t1\t1\t4\t300\t104\t90\t26\t88\tnår",
    ]
    words = parse_tsv("\n".join([head, *rows]), 2.0)
    assert [word.text for word in words] == ["Hjelp", "når"]
    assert words[0].confidence == pytest.approx(0.965)
    assert (words[0].x0, words[0].top, words[0].bottom) == (50.0, 50.0, 65.0)
    assert words[0].size == words[1].size
    assert parse_tsv("", 2.0) == []


@pytest.mark.parametrize("slant", [-5.0, -1.0, 0.0, 2.0])
def test_how_far_a_page_lies_askew_is_seen_without_reading_it(slant: float) -> None:
    seen = pdf_ocr._slant_at_a_glance(picture(TEXT, columns=2, slant=slant))
    assert math.degrees(math.atan(seen)) == pytest.approx(-slant, abs=0.5)


def test_a_language_is_told_through_another_dictionarys_misreadings() -> None:
    misread = "Starfsfolk bendir å ad bagnarskylda hafi verid skilin å ölikan hått og ad foreldrar"
    assert guess_by_common_words(misread) == "nb"
    assert guess_by_common_words(misread, misread=True) == "is"
    assert (
        guess_by_common_words("og det er for de som ikke har en plan å gå etter", misread=True)
        == "nb"
    )
