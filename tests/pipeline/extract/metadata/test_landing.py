from __future__ import annotations

from pipeline.extract.html_tree import parse
from pipeline.extract.metadata import Fields
from pipeline.extract.metadata.landing import read_landing

URL = "http://nordmark.test/r/7"


def _read(head: str = "", body: str = "<h1>Møter</h1>") -> Fields:
    tree = parse(f"<html><head>{head}</head><body><main>{body}</main></body></html>")
    assert tree is not None
    return read_landing(tree, URL)


def _values(fields: Fields) -> dict[str, object]:
    return {key: field.value for key, field in fields.items()}


def test_citation_meta() -> None:
    fields = _read(
        """<meta name="citation_title" content="Møter som virker">
        <meta name="citation_author" content="Berg, Anne">
        <meta name="citation_author" content="Ola Lie">
        <meta name="citation_publication_date" content="2021/03/01">
        <meta name="citation_journal_title" content="Tidsskrift">
        <meta name="citation_volume" content="4"><meta name="citation_issue" content="2">
        <meta name="citation_firstpage" content="11"><meta name="citation_lastpage" content="19">
        <meta name="citation_doi" content="doi:10.9999/A.1">
        <meta name="citation_issn" content="0807-1721"><meta name="citation_language" content="no">
        <meta name="citation_public_url" content="https://ekte.example/7">"""
    )
    assert _values(fields) == {
        "title": "Møter som virker",
        "authors": [{"family": "Berg", "given": "Anne"}, {"family": "Lie", "given": "Ola"}],
        "year": 2021,
        "journal": "Tidsskrift",
        "volume": "4",
        "issue": "2",
        "pages": "11–19",
        "doi": "10.9999/a.1",
        "issn": "0807-1721",
        "language": "nb",
        "url": "https://ekte.example/7",
    }
    assert fields["title"].origin == "citation_title" and fields["title"].confidence > 0.9


def test_dublin_core() -> None:
    values = _values(
        _read(
            """<meta name="DC.Title" content="Møter"><meta name="DC.Creator" content="Berg, Anne">
            <meta name="DCTERMS.issued" content="2020"><meta name="DC.Publisher" content="Nord">
            <meta name="DC.relation.ispartofseries" content="Notat;14/2020">
            <meta name="DC.identifier" content="ISSN 0807-1721">
            <meta name="DC.identifier" content="https://doi.org/10.9999/b">
            <meta name="DC.identifier" content="9788278940006">"""
        )
    )
    assert values["series"] == "Notat" and values["number"] == "14/2020"
    assert (values["issn"], values["doi"], values["isbn"]) == (
        "0807-1721",
        "10.9999/b",
        "9788278940006",
    )
    assert (values["year"], values["publisher"]) == (2020, "Nord")


def test_what_a_relation_points_at_is_no_series() -> None:
    values = _values(
        _read(
            """<meta name="DC.title" content="Møter"><meta name="DC.title.alternative" content="M">
            <meta name="DCTERMS.source" content="https://ekte.example/7">
            <meta name="DC.relation.ispartof" content="http://nordmark.test/serie/4">
            <meta name="DC.publisher" content="www.nordmark.test">
            <meta name="DC.identifier" content="doi:10.9999/978-82-7894-000-6_1">
            <script type="application/ld+json">{"@type": "Report", "name": "Møter",
            "isPartOf": {"@id": "https://nordmark.test/serie/4"}}</script>"""
        )
    )
    assert values == {"title": "Møter", "doi": "10.9999/978-82-7894-000-6_1"}


def test_a_report_number_that_names_its_series() -> None:
    values = _values(_read('<meta name="citation_technical_report_number" content="Dal 2020:2">'))
    assert (values["series"], "number" in values) == ("Dal 2020:2", False)


def test_json_ld_in_a_graph() -> None:
    values = _values(
        _read(
            """<script type="application/ld+json">{"@graph": [{"@type": "BreadcrumbList"},
            {"@type": ["Report"], "name": "Møter", "datePublished": "2019-05-01",
             "author": [{"@type": "Person", "familyName": "Skog", "givenName": "Anne"},
                        {"@type": "Organization", "name": "Nordmark kommune"}],
             "publisher": {"name": "Nord"}, "inLanguage": "sv-SE",
             "isPartOf": {"@type": "Periodical", "name": "Tidskrift", "issn": "0807-1721"}}]}
            </script><script type="application/ld+json">{broken</script>"""
        )
    )
    assert values["authors"] == [
        {"family": "Skog", "given": "Anne"},
        {"literal": "Nordmark kommune"},
    ]
    assert (values["journal"], values["issn"]) == ("Tidskrift", "0807-1721")
    assert (values["publisher"], values["language"], values["year"]) == ("Nord", "sv", 2019)


def test_open_graph_is_trusted_least() -> None:
    fields = _read(
        """<meta property="og:title" content="Møter | Nettsted">
        <meta property="article:published_time" content="2018-01-01">
        <meta property="article:author" content="Statens helsetilsyn">
        <meta property="article:author" content="https://facebook.test/x">
        <meta name="DC.title" content="Møter">"""
    )
    assert fields["title"].value == "Møter" and fields["title"].origin == "dc"
    assert fields["authors"].value == [{"literal": "Statens helsetilsyn"}]
    assert fields["year"].value == 2018


def test_visible_labels_and_byline() -> None:
    fields = _read(
        body="""<h1>Møter som virker</h1><p class="byline">Emmi Xyz</p>
        <dl><dt>Utgiver</dt><dd>Nordmark</dd><dt>Utgitt</dt><dd>2017</dd></dl>
        <table><tr><td>ISBN</td><td>978-82-7894-000-6</td></tr></table>
        <p>Rapport 3/2017 fra Nordmark på oppdrag av Dalrådet</p>
        <aside><p>Utgitt: 1999</p><p>Rapport 1/1999</p></aside>"""
    )
    assert _values(fields) == {
        "title": "Møter som virker",
        "authors": [{"family": "Xyz", "given": "Emmi"}],
        "publisher": "Nordmark",
        "year": 2017,
        "isbn": "9788278940006",
        "series": "Rapport",
        "number": "3/2017",
        "commissioner": "Dalrådet",
    }


def test_the_original_address_goes_before_all_others() -> None:
    canonical = '<link rel="canonical" href="/kanonisk">'
    assert _read(canonical)["url"].value == "http://nordmark.test/kanonisk"
    original = canonical + '<meta name="samvirke:original" content="https://ekte.example/r">'
    field = _read(original)["url"]
    assert (field.value, field.origin) == ("https://ekte.example/r", "samvirke:original")


def test_nothing_is_invented() -> None:
    assert _values(_read(body="<p>Bare tekst om 2014 og andre ting.</p>")) == {}
    assert _values(_read('<meta name="citation_doi" content="ukjent">')) == {"title": "Møter"}


def test_hostile_addresses_are_no_addresses() -> None:
    head = '<link rel="canonical" href="javascript:alert(1)">'
    assert "url" not in _read(head)
