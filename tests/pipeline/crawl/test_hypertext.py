"""What pages say about addresses, however badly they are written."""

import pytest

from pipeline.crawl.hypertext import language_code, read_hypertext

URL = "http://x.test/report/a/"
PAGE = """<!doctype html>
<html lang="nb-NO"><head>
<base href="/report/a/">
<link rel="canonical" href="http://x.test/report/a/">
<link rel="alternate" hreflang="en" href="/en/report/a/">
<link rel="alternate" hreflang="nb-NO" href="/report/a/">
<link rel="alternate" hreflang="x-default" href="/report/a/">
<link rel="stylesheet" href="/style.css">
<link rel="next" href="2-neste/">
<meta name="citation_pdf_url" content="/files/a.pdf">
</head><body>
<nav><a href="/Vilkaar.PDF?v=2">Om oss</a><a href="/om-oss">Om oss</a></nav>
<main><a href="1-innledning/">1</a> <a href="/files/b.pdf" hreflang="en" type="application/pdf">b
</a> <a href="mailto:post@x.test">post</a> <a href="javascript:go()">go</a> <a href="#top">top</a>
<a>no address</a> <a href="http://[broken/">broken</a></main>
</body></html>"""


def test_a_page_is_read_in_order() -> None:
    page = read_hypertext(PAGE.encode(), URL, "text/html; charset=utf-8")
    assert [anchor.url for anchor in page.anchors] == [
        "http://x.test/report/a/2-neste/",
        "http://x.test/Vilkaar.PDF?v=2",
        "http://x.test/om-oss",
        "http://x.test/report/a/1-innledning/",
        "http://x.test/files/b.pdf",
        "http://x.test/report/a/",
    ]
    assert page.anchors[0].rel == {"next"}
    assert [anchor.chrome for anchor in page.anchors] == [False, True, False, False, False, False]
    assert page.anchors[4].language == "en"
    assert page.anchors[4].media_type == "application/pdf"
    assert page.canonical == URL
    assert page.file == "http://x.test/files/a.pdf"
    assert page.language == "nb"
    assert page.versions == (
        ("en", "http://x.test/en/report/a/"),
        ("nb", URL),
        ("x-default", URL),
    )
    assert page.reserved is None


def test_a_text_and_data_mining_reservation_is_seen() -> None:
    body = b'<html><head><meta name="TDM-Reservation" content="1"></head><body>x</body></html>'
    assert read_hypertext(body, URL, None).reserved
    assert read_hypertext(body.replace(b'"1"', b'"0"'), URL, None).reserved is False


@pytest.mark.parametrize("body", [b"", b"   ", b"\x00\x01\x02", b"<", b"<!-- only -->"])
def test_what_is_no_page_has_no_links(body: bytes) -> None:
    assert read_hypertext(body, URL, "text/html").anchors == ()


def test_a_page_in_latin_1_keeps_its_letters() -> None:
    body = '<html><body><a href="/rapport/søk">s</a></body></html>'.encode("latin-1")
    page = read_hypertext(body, URL, "text/html; charset=iso-8859-1")
    assert page.anchors[0].url == "http://x.test/rapport/s%C3%B8k"


@pytest.mark.parametrize(
    ("tag", "code"),
    [("nb-NO", "nb"), ("SV_se", "sv"), ("en", "en"), ("x-default", "x-default"), ("", None)],
)
def test_language_codes(tag: str, code: str | None) -> None:
    assert language_code(tag) == code
    assert language_code(None) is None
    assert language_code("not a language") is None
