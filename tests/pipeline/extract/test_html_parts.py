"""Parts of web pages that come in many forms: charsets, terms, folded text, consent boxes."""

from __future__ import annotations

import pytest

from pipeline.extract.html_page import read_html
from pipeline.extract.html_tree import MAX_BYTES, beginning, decode
from pipeline.extract.job import Job
from pipeline.passages import make_passages
from pipeline.records import Extracted
from tests.gates.title_pages import BODY
from tests.pipeline.extract.papers import LAW, MEETING, TRUST, read_here

LETTERS = "Møte på Åland, þjónusta, ðað, häst – «sitat»"


def _page(body: str, head: str = "", lang: str = "nb") -> bytes:
    return f'<html lang="{lang}"><head>{head}</head><body>{body}</body></html>'.encode()


def _texts(read: Extracted, *kinds: str) -> list[str]:
    return [block.text for block in read.blocks if block.kind in kinds]


def _evidence(read: Extracted) -> str:
    return " ".join(passage.text for passage in make_passages(read))


@pytest.mark.parametrize(
    ("charset", "head", "said"),
    [
        ("utf-8", b"", None),
        ("utf-8", b'<meta charset="utf-8">', "text/html; charset=iso-8859-1"),
        ("cp1252", b'<meta charset="windows-1252">', None),
        ("cp1252", b'<meta http-equiv="x" content="text/html; charset=ISO-8859-1">', None),
        ("cp1252", b'<?xml version="1.0" encoding="iso-8859-1"?>', None),
        ("cp1252", b"", "text/html; charset=ISO-8859-1"),
        ("cp1252", b"", None),
        ("utf-8-sig", b'<meta charset="iso-8859-1">', None),
        ("utf-16", b"", None),
        ("cp1252", b'<meta charset="no-such-charset">', None),
        ("cp1252", b'<meta charset="utf-8">', None),
    ],
)
def test_our_letters_survive_every_charset(charset: str, head: bytes, said: str | None) -> None:
    text = LETTERS.replace("þ", "th") if charset == "x" else LETTERS
    data = text.encode(charset)
    if charset not in ("utf-16", "utf-8-sig"):
        data = head + data
    assert decode(data, said).endswith(text)


def test_an_enormous_page_is_cut_between_words() -> None:
    data = "blåbær ".encode() * (MAX_BYTES // 8 + 999)
    cut = beginning(data)
    assert len(cut) <= MAX_BYTES and cut.endswith(b" ")
    assert "\ufffd" not in decode(cut) and decode(cut).startswith("blåbær")
    assert beginning(b"kort") == b"kort"
    assert len(beginning(b"x" * (MAX_BYTES + 5))) == MAX_BYTES


def test_terms_stand_with_what_they_mean() -> None:
    read = read_here(
        Job(
            _page(
                f"<h1>Ord</h1><p>{MEETING}</p><dl><dt>BTI</dt><dd>Bedre tverrfaglig innsats</dd>"
                "<dt>SLT:</dt><dd>Samordning av lokale tiltak</dd><dd>også om rus</dd></dl>"
                "<dl><dt>Råd</dt><dd><p>Møt hverandre.</p><p>Skriv referat.</p></dd></dl>"
            )
        )
    )
    assert _texts(read, "list_item") == [
        "BTI: Bedre tverrfaglig innsats",
        "SLT: Samordning av lokale tiltak",
        "SLT: også om rus",
        "Råd",
        "Møt hverandre.",
        "Skriv referat.",
    ]


def test_folded_text_is_a_section_of_its_own() -> None:
    read = read_here(
        Job(
            _page(
                f"<h1>Spørsmål</h1><h2>Svar</h2><p>{MEETING}</p>"
                f"<details><summary>Hva sier loven?</summary><p>{LAW}</p></details>"
            )
        )
    )
    assert [(p.section, p.text) for p in make_passages(read)] == [
        ("Svar", MEETING),
        ("Svar › Hva sier loven?", LAW),
    ]


@pytest.mark.parametrize(
    "box",
    [
        '<div id="CybotCookiebotDialog"><p>{}</p></div>',
        '<div class="onetrust-consent-sdk"><p>{}</p></div>',
        '<div class="cookie-consent"><p>{}</p></div>',
        '<section class="samtykkeboks samtykke"><p>{}</p></section>',
        '<div role="dialog"><p>{}</p></div>',
        "<dialog open><p>{}</p></dialog>",
        '<div class="sidefot"><p>{}</p></div>',
        '<ul class="hovedmeny"><li>{}</li></ul>',
        "<div hidden><p>{}</p></div>",
        '<div style="display: none"><p>{}</p></div>',
        '<iframe src="http://x.test/"><p>{}</p></iframe>',
        "<noscript><p>{}</p></noscript>",
        "<template><p>{}</p></template>",
    ],
)
def test_boxes_that_are_not_the_page(box: str) -> None:
    other = TRUST.replace("Tillit", "Samtykke")
    read = read_here(Job(_page(f"{box.format(other)}<h1>Møter</h1><p>{MEETING}</p><p>{LAW}</p>")))
    assert MEETING in _evidence(read) and "Samtykke" not in _evidence(read)


def test_frames_give_no_text_and_say_so() -> None:
    page = b'<html><frameset><frame src="meny.html"><frame src="tekst.html"></frameset></html>'
    read = read_here(Job(page))
    assert read.status == "quarantined"
    assert read.reason == "The page holds no text that could be read."


def test_figures_and_notes_are_kept_apart() -> None:
    read = read_here(
        Job(
            _page(
                f"<h1>Funn</h1><p>{MEETING}<sup><a href='#f1'>1</a></sup></p>"
                "<figure><img src='a.png' alt='kart'><figcaption>Figur 1 Kommunene</figcaption>"
                f"</figure><p>{LAW}</p><aside role='doc-footnote' id='f1'>Se vedlegget.</aside>"
            )
        )
    )
    assert _texts(read, "caption") == ["Figur 1 Kommunene"]
    assert _texts(read, "footnote") == ["Se vedlegget."]
    assert MEETING in _evidence(read) and "Se vedlegget" not in _evidence(read)


def test_a_page_in_two_languages_gives_passages_in_both() -> None:
    body = f"<h1>Møter</h1><p>{BODY['nb'] * 2}</p><div lang='fi'><p>{BODY['fi'] * 2}</p></div>"
    passages = make_passages(read_here(Job(_page(body))))
    assert [(p.language, p.text[:6]) for p in passages] == [("nb", "Kommun"), ("fi", "Kunnat")]


def test_versions_in_other_languages_are_links_with_their_language() -> None:
    head = (
        '<link rel="alternate" hreflang="en" href="/en/report">'
        '<link rel="canonical" href="/no/rapport"><link rel="stylesheet" href="/x.css">'
    )
    read = read_html(
        _page(f"<p>{MEETING}</p><a href='/sv' hreflang='sv'>Svenska</a>", head), "http://x.test/"
    )
    found = {(link.url, link.rel) for link in read.links}
    assert found == {
        ("http://x.test/en/report", "alternate en"),
        ("http://x.test/no/rapport", "canonical"),
        ("http://x.test/sv", "sv"),
    }


@pytest.mark.parametrize("tag", ["div", "span", "font"])
def test_boxes_nested_deeper_than_parsers_follow(tag: str) -> None:
    deep = f"<{tag}>" * 3000 + f"<p>{MEETING}</p>"
    read = read_html(b"<html><body>" + deep.encode(), None)
    assert MEETING in " ".join(block.text for block in read.blocks)


def test_a_heading_that_is_not_closed_ends_where_the_next_begins() -> None:
    read = read_html(_page(f"<h1>Samarbeid<h2>Møtene</h2><p>{MEETING}<h2>Loven<p>{LAW}"), None)
    assert [(block.text, block.section) for block in read.blocks if block.kind == "paragraph"] == [
        (MEETING, ("Møtene",)),
        (LAW, ("Loven",)),
    ]


def test_an_element_with_most_of_the_text_is_no_furniture_whatever_its_class() -> None:
    body = f'<div class="department social"><p>{MEETING}</p><p>{LAW}</p></div>'
    aside = '<div class="social"><p>Del denne siden med andre</p></div>'
    assert _texts(read_html(_page(body + aside), None), "paragraph") == [MEETING, LAW]
    other = f'<div class="related"><p>{TRUST}</p></div>'
    read = read_html(_page(f"<div><p>{MEETING}</p></div>{other}"), None)
    assert TRUST not in _evidence(read)
