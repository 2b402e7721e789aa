"""The library: the list, one publication, its record and files, a passage on its page."""

from __future__ import annotations

from app.widgets.page_view import boxes_on
from app.widgets.record import record_table
from kb.anchors import passage_id
from tests.app.conftest import Opener, html_of
from tests.app.sample_base import Sample


def test_the_list_has_every_publication_with_its_facts(open_view: Opener) -> None:
    test = open_view("library")
    assert not test.exception
    titles = [link.proto.label for link in test.get("page_link")]
    assert "Ledelse og samarbeid i kommunene" in titles
    html = html_of(test)
    assert "6 publications" in html
    assert "3 passages" in html
    assert "no year" in html
    assert "sv-exclude" in html


def test_the_list_is_narrowed_by_text_and_screening(open_view: Opener) -> None:
    test = open_view("library")
    test.text_input(key="library-text").set_value("samverkan").run()
    assert "1 publication<" in html_of(test)
    assert test.query_params["text"] in ("samverkan", ["samverkan"])
    left_out = open_view("library", verdict="exclude")
    assert [link.proto.label for link in left_out.get("page_link")] == ["Installing a printer"]
    nothing = open_view("library", text="no such title")
    assert "No publication fits" in html_of(nothing)
    assert "samvirke add" not in html_of(nothing)


def test_a_publication_shows_record_origins_files_and_passages(
    open_view: Opener, sample: Sample
) -> None:
    view = sample.publication("Ledelse")
    test = open_view("library", publication=view.id)
    assert not test.exception
    html = html_of(test)
    assert '<h1 class="sv-h1">Ledelse og samarbeid i kommunene</h1>' in html
    assert "Ida Berg" in html
    assert "read from the page&#x27;s citation tags, 95 %" in html
    assert 'href="https://example.org/0/report.pdf"' in html
    assert "application/pdf" in html
    assert html.count("sv-passage") == 3
    assert "Når lederne møtes fast" in html


def test_a_passage_is_opened_on_its_page(open_view: Opener, sample: Sample) -> None:
    passage = sample.passage("Ledelse", 1)
    test = open_view("library", passage=passage.id)
    assert not test.exception
    html = html_of(test)
    assert "sv-problem" not in html
    assert "sv-opened" in html
    assert "machine suggestion" in html
    images = test.get("image") or test.get("imgs")
    assert len(images) == 1
    assert "p. 12" in html
    assert list(sample.settings.pages_folder.glob(f"*/{passage.sha256}-*.png"))


def test_a_permalink_at_the_root_leads_to_the_passage(open_view: Opener, sample: Sample) -> None:
    passage = sample.passage("Samverkan", 1)
    test = open_view(passage=passage.id)
    assert not test.exception
    html = html_of(test)
    assert '<h1 class="sv-h1">Samverkan på familjecentralen</h1>' in html
    assert "sv-opened" in html


def test_links_that_lead_nowhere_are_explained(open_view: Opener, sample: Sample) -> None:
    for params in ({"publication": "p000"}, {"passage": "nothing"}):
        test = open_view("library", **params)
        assert not test.exception
        assert "sv-problem" in html_of(test)
    view = sample.publication("Ledelse")
    other = passage_id(view.id, "0" * 64, 0)
    test = open_view("library", publication=view.id, passage=other)
    assert "not in this publication any more" in html_of(test)


def test_a_publication_left_out_can_still_be_read(open_view: Opener, sample: Sample) -> None:
    passage = sample.passage("Installing")
    test = open_view("library", passage=passage.id)
    assert not test.exception
    html = html_of(test)
    assert "Connect the cable" in html
    assert "Left out" in html


def test_a_missing_file_is_one_sentence(open_view: Opener, sample: Sample) -> None:
    passage = sample.passage("Yhteinen")
    blob = sample.store.blobs.path(passage.sha256)
    hidden = blob.with_suffix(".hidden")
    blob.rename(hidden)
    try:
        test = open_view("library", passage=passage.id)
        assert not test.exception
        assert "restore it from a backup" in html_of(test)
        assert "Yhteinen johtaja" in html_of(test)
    finally:
        hidden.rename(blob)


def test_boxes_of_other_pages_and_broken_ones_are_left_out(sample: Sample) -> None:
    passage = sample.passage("Ledelse", 1)
    assert boxes_on(passage, 1) == [(0.1, 0.14, 0.9, 0.26)]
    assert boxes_on(passage, 0) == []
    passage.boxes.append(["x"])
    passage.boxes.append([1, [0.1, 0.2]])
    assert boxes_on(passage, 1) == [(0.1, 0.14, 0.9, 0.26)]


def test_a_record_shows_each_field_there_is_and_nothing_else() -> None:
    csl = {
        "type": "article-journal",
        "title": "A title",
        "author": [{"literal": "An institute"}, {"family": "Ås", "given": "Bo"}, "broken"],
        "DOI": "10.1000/x",
        "URL": "javascript:alert(1)",
        "issued": {"date-parts": [[2018]]},
        "number": None,
        "volume": "",
    }
    origins = {"title": {"origin": "somewhere-new", "confidence": 0.5}, "DOI": "broken"}
    html = record_table(csl, origins, {"issued": 1})
    assert "Journal article" in html
    assert "An institute<br>Bo Ås" in html
    assert 'href="https://doi.org/10.1000/x"' in html
    assert 'href="javascript' not in html
    assert "read from somewhere-new, 50 %" in html
    assert "given by a person" in html
    assert "<dt>Number</dt>" not in html
    assert "<dt>Volume</dt>" not in html


def test_a_record_without_a_title_says_so() -> None:
    assert "not found" in record_table({"type": "report"}, {}, {})
