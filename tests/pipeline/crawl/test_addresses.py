"""One spelling for each page, parts of a page, and file names that cannot do harm."""

import pytest

from pipeline.crawl.addresses import clean_address, ends_in, file_name, given_name, is_beneath


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("HTTP://WWW.FHI.no:80/Publ#part", "http://www.fhi.no/Publ"),
        ("https://fhi.no:443", "https://fhi.no/"),
        ("https://fhi.no:8443/a", "https://fhi.no:8443/a"),
        ("http://x.test/a;jsessionid=9A?b=2&a=1", "http://x.test/a?b=2&a=1"),
        ("http://x.test/a?utm_source=x&id=4&PHPSESSID=1", "http://x.test/a?id=4"),
        ("http://x.test/vis?sid=123", "http://x.test/vis?sid=123"),
        ("http://x.test/vis?sid=9f86d081884c7d659a2f&id=4", "http://x.test/vis?id=4"),
        ("http://x.test/vis;sid=9f86d081884c7d659a2f?id=4", "http://x.test/vis?id=4"),
        ("http://x.test/vis;sid=12?id=4", "http://x.test/vis;sid=12?id=4"),
        ("http://x.test/åpen rapport.pdf", "http://x.test/%C3%A5pen%20rapport.pdf"),
        ("  http://x.test/a?b=%C3%A5 ", "http://x.test/a?b=%C3%A5"),
        ("http://user:pw@x.test/a", "http://user:pw@x.test/a"),
        ("http://[2A02::1]/a", "http://[2a02::1]/a"),
    ],
)
def test_clean_address(given: str, expected: str) -> None:
    cleaned = clean_address(given)
    assert cleaned == expected
    assert clean_address(expected) == expected


@pytest.mark.parametrize(
    "given", ["", "mailto:a@b.no", "javascript:void(0)", "/relative", "http://", "http://[::1/x"]
)
def test_what_is_no_address(given: str) -> None:
    assert clean_address(given) is None


@pytest.mark.parametrize(
    ("page", "landing", "expected"),
    [
        ("http://x.test/pub/a/2-next/", "http://x.test/pub/a/", True),
        ("http://x.test/pub/a/part.html", "http://x.test/pub/a.html", True),
        ("http://x.test/pub/a/part.html", "http://x.test/pub/a/index.html", True),
        ("http://x.test/pub/a/?ch=3", "http://x.test/pub/a/", True),
        ("http://x.test/pub/a/?kapittel=3", "http://x.test/pub/a/", True),
        ("http://x.test/pub/a/?print=1", "http://x.test/pub/a/", False),
        ("http://x.test/pub/a/?ch=2&print=1", "http://x.test/pub/a/", False),
        ("http://x.test/pub/ab/", "http://x.test/pub/a/", False),
        ("http://x.test/pub/a/", "http://x.test/pub/a/", False),
        ("http://y.test/pub/a/2/", "http://x.test/pub/a/", False),
        ("http://x.test/pub/a/", "http://x.test/", False),
    ],
)
def test_is_beneath(page: str, landing: str, expected: bool) -> None:
    assert is_beneath(page, landing) is expected


@pytest.mark.parametrize(
    ("url", "disposition", "expected"),
    [
        ("http://x.test/files/Rapport%201.pdf?x=1", None, "Rapport 1.pdf"),
        ("http://x.test/get?id=1", 'attachment; filename="nou 2009.pdf"', "nou 2009.pdf"),
        ("http://x.test/get", "attachment; filename*=UTF-8''n%C3%B8kkel.pdf", "nøkkel.pdf"),
        ("http://x.test/get", 'attachment; filename="../../etc/x"', "x"),
        ("http://x.test/get", 'attachment; filename="..\\\\..\\\\x.pdf"', "x.pdf"),
        ("http://x.test/a/..%2F..%2Fx", None, "x"),
        ("http://x.test/dir/", None, None),
    ],
)
def test_file_names_are_for_showing_only(
    url: str, disposition: str | None, expected: str | None
) -> None:
    assert file_name(url, disposition) == expected


def test_long_and_invisible_file_names_are_cut() -> None:
    name = file_name("http://x.test/", 'attachment; filename="' + "a" * 300 + '\u202efdp.exe"')
    assert name is not None
    assert len(name) == 200
    assert name.isprintable()


@pytest.mark.parametrize(
    ("url", "clean"),
    [
        ("http://x.test/(S(lit3py55t21z5v55vlm25s55))/report.aspx", "http://x.test/report.aspx"),
        ("http://x.test/report/(a)/", "http://x.test/report/(a)/"),
        ("http://x.test/already/clean_1.html", "http://x.test/already/clean_1.html"),
        ("http://x.test:80/a", "http://x.test/a"),
        ("http://x.test", "http://x.test/"),
        ("HTTP://X.test/Å", "http://x.test/%C3%85"),
    ],
)
def test_spellings_that_need_no_and_much_cleaning(url: str, clean: str) -> None:
    assert clean_address(url) == clean


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://x.test/a.pdf", True),
        ("http://x.test/a.PDF?v=1", True),
        ("http://x.test/a.docx", False),
        ("http://x.test/pdf", False),
        ("http://x.test/?file=a.pdf", False),
    ],
)
def test_what_an_address_ends_in(url: str, expected: bool) -> None:
    assert ends_in(url, (".pdf",)) is expected


def test_a_given_name_is_told_as_it_stands() -> None:
    assert given_name('attachment; filename="../../x"') == "../../x"
    assert given_name("inline") is None
    assert given_name(None) is None
