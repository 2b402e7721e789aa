from __future__ import annotations

import pytest

from pipeline.extract.html_page import read_html
from pipeline.extract.job import Job
from pipeline.passages import make_passages
from pipeline.records import Block, Extracted
from tests.pipeline.extract.papers import read_here

PROSE = (
    "Kommunene i undersøkelsen har valgt ulike måter å møtes på, og møtene varer sjelden mer enn"
    " en time. De fleste deltakerne sier at en fast møteleder gjør det lettere å holde tråden."
)

CHAPTER = f"""<!doctype html><html lang="nb"><head><title>Møter | Nordmark</title></head><body>
<div class="cookie-banner"><p>Vi bruker informasjonskapsler for å telle besøk.</p></div>
<header class="site-header"><a href="/">Nordmark</a><nav><ul><li><a href="/om">Om oss</a></li></ul>
</nav></header>
<main><nav class="breadcrumbs"><a href="/">Hjem</a> › <a href="/r">Rapporter</a></nav>
<h1>Møter som virker</h1>
<p class="byline">Anne Berg og Ola Lund</p>
<p>{PROSE}<sup><a href="#n1" role="doc-noteref">1</a></sup> Slik er det.</p>
<h2>1 Ledelse</h2>
<p>{PROSE}</p>
<ul><li>Fast leder</li><li>Referat samme dag</li></ul>
<h3>1.1 Økonomi</h3>
<div>{PROSE}<br>Etter linjeskiftet.</div>
<table><caption>Tabell 1 Møter</caption>
<thead><tr><th>Kommune</th><th>Møter</th></tr></thead>
<tbody><tr><td>Fjelldal</td><td>12</td></tr><tr><td>Vågen</td><td>4</td></tr></tbody></table>
<h2>Referanser</h2><ul><li>Dahl, P. (2009). <a href="http://x.test/">En håndbok</a>.</li></ul>
<section class="footnotes"><ol><li id="n1">Noten handler om tall.</li></ol></section>
<div class="share"><a href="#">Del på Facebook</a></div>
<p><a href="/r.pdf">Last ned rapporten (PDF)</a></p>
</main><aside><h2>Andre saker</h2><p>{PROSE.replace("Kommunene", "Fylkene")}</p></aside>
<footer><p>Telefon 55 55 55 55</p></footer></body></html>"""


@pytest.fixture(scope="module")
def chapter() -> Extracted:
    return read_html(CHAPTER.encode(), "http://nordmark.test/r/1.html")


def _of(read: Extracted, *kinds: str) -> list[Block]:
    return [block for block in read.blocks if block.kind in kinds]


def test_sections_leave_the_title_out(chapter: Extracted) -> None:
    assert chapter.metadata["title"].value == "Møter som virker"
    assert [(b.section, b.level) for b in _of(chapter, "heading")] == [
        ((), 0),
        (("1 Ledelse",), 2),
        (("1 Ledelse", "1.1 Økonomi"), 3),
        (("Referanser",), 2),
    ]


def test_body_is_whole_and_nothing_else(chapter: Extracted) -> None:
    assert [b.text for b in _of(chapter, "paragraph")] == [
        f"{PROSE} Slik er det.",
        PROSE,
        f"{PROSE} Etter linjeskiftet.",
    ]
    assert [b.text for b in _of(chapter, "list_item")] == ["Fast leder", "Referat samme dag"]
    assert [b.text for b in _of(chapter, "table_row")] == [
        "Kommune: Fjelldal; Møter: 12",
        "Kommune: Vågen; Møter: 4",
    ]


def test_what_is_no_evidence_keeps_its_kind(chapter: Extracted) -> None:
    assert [b.text for b in _of(chapter, "reference")] == ["Dahl, P. (2009). En håndbok."]
    assert [b.text for b in _of(chapter, "footnote")] == ["Noten handler om tall."]
    assert [b.text for b in _of(chapter, "caption")] == ["Tabell 1 Møter"]
    assert [b.text for b in _of(chapter, "colophon")] == ["Anne Berg og Ola Lund"]
    evidence = " ".join(p.text for p in make_passages(chapter))
    for text in ("Fylkene", "Facebook", "informasjonskapsler", "Telefon", "Hjem", "Last ned"):
        assert text not in evidence
        assert text not in chapter.pages[0].text


def test_page_links_are_absolute(chapter: Extracted) -> None:
    urls = {link.url: link.text for link in chapter.links}
    assert urls["http://nordmark.test/r.pdf"] == "Last ned rapporten (PDF)"
    assert not any(url.startswith("#") for url in urls)


def test_page_without_a_named_main_part_is_judged_by_its_prose() -> None:
    page = f"""<html><body><div class="top"><ul><li><a href="/a">Forside</a></li></ul></div>
    <div><h1>Møter</h1>{"".join(f"<p>{PROSE} Nummer {n}.</p>" for n in range(6))}</div>
    <div class="footer-area">Nordmark kommune</div></body></html>"""
    read = read_html(page.encode(), None)
    prose = [b.text for b in _of(read, "paragraph")]
    assert prose == [f"{PROSE} Nummer {n}." for n in range(6)]


def test_declared_and_undeclared_charsets() -> None:
    page = "<html><head><meta charset='iso-8859-1'></head><body><p>Blåbær på øya.</p></body></html>"
    assert "Blåbær på øya." in read_html(page.encode("latin-1"), None).pages[0].text
    bare = "<html><body><p>Blåbær på øya – «ja».</p></body></html>"
    assert "«ja»" in read_html(bare.encode("cp1252"), None).pages[0].text
    assert "«ja»" in read_html(b"\xef\xbb\xbf" + bare.encode(), None).pages[0].text


def test_bare_landing_page_gives_its_abstract() -> None:
    page = f"""<html lang="nb"><head><meta name="citation_title" content="Møter">
    <meta name="citation_abstract" content="{PROSE}"></head><body><main><h1>Møter</h1></main></body>
    </html>"""
    (passage,) = make_passages(read_html(page.encode(), None))
    assert (passage.kind, passage.text) == ("abstract", PROSE)


def test_abstract_section_is_an_abstract_once() -> None:
    page = f"""<html><head><meta name="DC.description" content="{PROSE}"></head><body><main>
    <h1>Møter</h1><section class="abstract"><h2>Sammendrag</h2><p>{PROSE}</p></section></main>
    </body></html>"""
    passages = make_passages(read_html(page.encode(), None))
    assert [(p.kind, p.section, p.text) for p in passages] == [("abstract", "Sammendrag", PROSE)]


def test_scripts_and_markup_never_become_text() -> None:
    page = f"""<html><body><main><h1>X</h1><script>alert('stjel')</script><style>p{{}}</style>
    <p onclick="stjel()">{PROSE} 1 &lt; 2 &amp; 3.</p><p hidden>skjult</p>
    <p style="display: none">også skjult</p><template><p>mal</p></template></main></body></html>"""
    read = read_html(page.encode(), None)
    assert [b.text for b in read.blocks] == ["X", f"{PROSE} 1 < 2 & 3."]


@pytest.mark.parametrize(
    "page",
    [
        b"<html><body>" + b"<div>" * 5000 + b"<p>dypt</p>",
        b"<html><body><p>uten slutt <b>og <i>feil </p> nesting </b>",
        b"<html><!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><body><p>&e; her</p>",
        b"<html>\x00\xff\xfe<body><p>rare tegn</p>",
        b"<html><body><table><tr><td colspan='999999999'>a</td><td>b</td></tr><tr><td>c</td></tr>",
        b"<html><body><a href='http://[bad'>lenke</a><p>Tekst om noe.</p>",
        b"<html><head><script type='application/ld+json'>" + b"[" * 50000 + b"</script>",
    ],
)
def test_hostile_pages_have_an_outcome(page: bytes) -> None:
    read = read_here(Job(page, url="http://a.test/"))
    assert read.status in ("read", "quarantined")
    assert "root:" not in " ".join(p.text for p in read.pages)
