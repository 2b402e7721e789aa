"""The PDFs as a reader sees them: text in order, on the pages and labels the truth says."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pypdfium2 as pdfium
import pytest
from lxml import etree

from corpora.replica import Truth, TruthFile, TruthPublication
from corpora.replica.plan import Placement

BodyOf = Callable[[str], bytes]
TEXT_PDFS = {"pdf", "pdf2"}


def _squeeze(text: str) -> str:
    """Return letters only: hyphens at line ends, blanks and line breaks are layout."""
    return re.sub(r"[\x02\ufffe\s-]", "", text)


def _files(truth: Truth, forms: set[str]) -> Iterator[tuple[TruthPublication, TruthFile]]:
    for publication in truth.publications:
        for file in publication.files:
            if file.form in forms:
                yield publication, file


def _open(body_of: BodyOf, file: TruthFile) -> Any:
    return pdfium.PdfDocument(body_of(file.sha256))


def _texts(pdf: Any) -> list[str]:
    found = []
    for page in pdf:
        textpage = page.get_textpage()
        found.append(textpage.get_text_range())
        textpage.close()
        page.close()
    return found


def _file(truth: Truth, name: str) -> TruthFile:
    return next(f for f in truth.publication(name).files if f.form in {"pdf", "pdf2", "scan"})


def test_every_passage_stands_on_the_page_the_truth_names(truth: Truth, body_of: BodyOf) -> None:
    for publication, file in _files(truth, TEXT_PDFS):
        texts = _texts(_open(body_of, file))
        for place, gold in zip(file.places, publication.passages, strict=False):
            assert place.n == gold.n
            whole = _squeeze(gold.text)
            on_page = _squeeze("".join(texts[place.page : place.page_end + 1]))
            if whole not in on_page:  # a page or a column ends inside it
                assert whole[:15] in _squeeze(texts[place.page]), (publication.id, place.n)
                assert whole[-5:] in _squeeze(texts[place.page_end]), (publication.id, place.n)


def test_passages_and_headings_come_in_their_order(truth: Truth, body_of: BodyOf) -> None:
    for publication, file in _files(truth, TEXT_PDFS):
        whole = _squeeze("".join(_texts(_open(body_of, file))))
        at = 0
        for gold in publication.passages[: len(file.places)]:
            found = whole.find(_squeeze(gold.text)[:30], at)
            assert found > at, (publication.id, gold.n)
            assert _squeeze(gold.section) in whole[:found]
            at = found


def test_the_abstract_stands_before_the_first_passage(truth: Truth, body_of: BodyOf) -> None:
    for publication, file in _files(truth, TEXT_PDFS):
        whole = _squeeze("".join(_texts(_open(body_of, file))))
        abstract = whole.find(_squeeze(publication.abstract)[:60])
        assert 0 <= abstract < whole.find(_squeeze(publication.passages[0].text)[:30])


def test_some_passages_go_over_a_page_end(truth: Truth) -> None:
    spanning = [p for _, f in _files(truth, TEXT_PDFS) for p in f.places if p.page != p.page_end]
    assert len(spanning) >= 5


def test_page_labels_are_those_of_the_file(truth: Truth, body_of: BodyOf) -> None:
    labelled = 0
    for _, file in _files(truth, TEXT_PDFS):
        pdf = _open(body_of, file)
        assert file.pages == len(pdf)
        for place in file.places:
            label = pdf.get_page_label(place.page)
            labelled += bool(label)
            assert label in {"", place.page_label}
    assert labelled > 100


def test_the_label_is_printed_at_the_foot_of_the_page(truth: Truth, body_of: BodyOf) -> None:
    for _, file in _files(truth, TEXT_PDFS):
        pdf = _open(body_of, file)
        for place in file.places:
            page = pdf[place.page]
            width = page.get_width()
            strip = page.get_textpage().get_text_bounded(width / 2, 30, width, 55)
            assert strip.strip() == place.page_label


def test_front_matter_is_roman_and_the_body_arabic(truth: Truth, body_of: BodyOf) -> None:
    pdf = _open(body_of, _file(truth, "no-fafo-2020-02"))
    assert [pdf.get_page_label(n) for n in range(6)] == ["i", "ii", "iii", "iv", "1", "2"]


def test_some_sites_print_numbers_without_page_labels(truth: Truth, body_of: BodyOf) -> None:
    file = _file(truth, "se-riksrevisionen-2011-17")
    pdf = _open(body_of, file)
    assert {pdf.get_page_label(n) for n in range(len(pdf))} == {""}
    assert file.places[0].page_label == str(file.places[0].page + 1)


def test_an_article_begins_on_the_page_its_journal_says(truth: Truth, body_of: BodyOf) -> None:
    pdf = _open(body_of, _file(truth, "se-smt-2007-abrahamsson"))
    assert pdf.get_page_label(0) == "529"


def test_contents_have_dot_leaders_and_the_printed_pages(truth: Truth, body_of: BodyOf) -> None:
    file = _file(truth, "no-fafo-2020-02")
    contents = _texts(_open(body_of, file))[3]
    assert contents.count("....") > 20
    for gold, place in zip(truth.publication("no-fafo-2020-02").passages, file.places, strict=True):
        line = next(line for line in contents.splitlines() if gold.section in line)
        assert line.rstrip().endswith(str(place.page_label))


def test_every_page_says_that_it_is_a_replica(truth: Truth, body_of: BodyOf) -> None:
    short = {"nb": "Replika for demonstrasjon", "is": "Eftirmynd til sýnikennslu"}
    for publication, file in _files(truth, TEXT_PDFS):
        texts = _texts(_open(body_of, file))
        assert _squeeze(publication.original_url) in _squeeze("".join(texts[:2]))
        if publication.language in short:
            first = 0 if "tidsskrift" in file.host else 1
            assert all(short[publication.language] in text for text in texts[first:])


def test_the_real_address_can_be_read_by_a_program(truth: Truth, body_of: BodyOf) -> None:
    for publication, file in _files(truth, TEXT_PDFS | {"scan"}):
        about = _open(body_of, file).get_metadata_dict()
        assert publication.original_url in about["Subject"]


def test_the_notice_is_a_link(truth: Truth, body_of: BodyOf) -> None:
    publication = truth.publication("no-fafo-2020-02")
    assert f"/URI ({publication.original_url})".encode() in body_of(publication.files[0].sha256)


def test_some_pdfs_carry_an_xmp_packet(
    truth: Truth, body_of: BodyOf, plan: tuple[Placement, ...]
) -> None:
    with_xmp = {place.host.name for place in plan if place.host.xmp}
    for publication, file in _files(truth, TEXT_PDFS):
        packet = re.search(rb"<x:xmpmeta.*?</x:xmpmeta>", body_of(file.sha256), re.DOTALL)
        assert (packet is not None) == (file.host in with_xmp) or file.mirror
        if packet:
            tree = etree.fromstring(packet.group(), etree.XMLParser(resolve_entities=False))
            space = {"dc": "http://purl.org/dc/elements/1.1/"}
            assert tree.findtext(".//dc:source", namespaces=space) == publication.original_url


def test_metadata_holds_title_and_authors_and_nothing_unknown(
    truth: Truth, body_of: BodyOf
) -> None:
    about = _open(body_of, _file(truth, "no-fafo-2020-02")).get_metadata_dict()
    assert about["Title"] == truth.publication("no-fafo-2020-02").title
    assert about["Author"].startswith("Inger Lise Skog Hansen; ")
    unknown = _open(body_of, _file(truth, "is-hi-nd-37270")).get_metadata_dict()
    assert unknown["Author"] in {"", "anonymous"}


def test_the_outline_names_every_section(truth: Truth, body_of: BodyOf) -> None:
    pdf = _open(body_of, _file(truth, "no-fafo-2020-02"))
    titles = [bookmark.get_title() for bookmark in pdf.get_toc()]
    assert len(titles) == len(truth.publication("no-fafo-2020-02").passages) + 2
    assert titles[1] == "1 Bakgrunn"


def test_words_are_hyphenated_at_line_ends(truth: Truth, body_of: BodyOf) -> None:
    texts = _texts(_open(body_of, _file(truth, "no-fafo-2020-02")))
    assert sum(text.count("\ufffe") + text.count("\x02") for text in texts) > 5


def test_running_heads_stand_on_every_page_but_the_cover(truth: Truth, body_of: BodyOf) -> None:
    texts = _texts(_open(body_of, _file(truth, "no-fafo-2020-02")))
    assert all(text.startswith("Fafo-rapport 2020:02") for text in texts[1:])
    assert not texts[0].startswith("Fafo-rapport 2020:02")


@pytest.mark.parametrize("name", ["no-phs-2008-04"])
def test_the_scan_holds_pictures_and_no_text(truth: Truth, body_of: BodyOf, name: str) -> None:
    file = _file(truth, name)
    assert file.form == "scan"
    pdf = _open(body_of, file)
    assert len(pdf) == file.pages
    for page in pdf:
        assert page.get_textpage().count_chars() == 0
        (picture,) = page.get_objects()
        width, height = picture.get_px_size()
        assert round(width / page.get_width() * 72) == 200
        assert height > width


def test_the_scan_shows_ink_where_the_passages_stand(truth: Truth, body_of: BodyOf) -> None:
    file = _file(truth, "no-phs-2008-04")
    pdf = _open(body_of, file)
    for place in file.places:
        picture = pdf[place.page].render(scale=0.5).to_pil().convert("L")
        histogram = picture.histogram()
        assert sum(histogram[:128]) > 500
        assert sum(histogram[200:]) > sum(histogram[:128])


def test_the_first_edition_lacks_the_last_passage(truth: Truth, body_of: BodyOf) -> None:
    publication = truth.publication("no-barneombudet-hvem-skal-jeg-snakke-med-01")
    first, second = sorted(publication.files, key=lambda file: file.edition or 0)
    assert first.passages == second.passages[:-1]
    last = _squeeze(publication.passages[-1].text)
    assert last not in _squeeze("".join(_texts(_open(body_of, first))))
    assert last in _squeeze("".join(_texts(_open(body_of, second))))
    assert "1. utgave" in "".join(_texts(_open(body_of, first))[:2])
    assert "2. utgave" in "".join(_texts(_open(body_of, second))[:2])
