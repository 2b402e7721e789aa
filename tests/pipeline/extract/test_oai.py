from __future__ import annotations

import pytest

from pipeline.extract.job import Job
from pipeline.passages import make_passages
from tests.pipeline.extract.papers import MEETING, read_here

DC = f"""<?xml version="1.0" encoding="UTF-8"?>
<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><GetRecord><record><metadata>
<oai_dc:dc xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/"
 xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:title>Møter som virker</dc:title><dc:creator>Berg, Anne</dc:creator>
<dc:creator>Nordmarkdirektoratet</dc:creator><dc:publisher>Nordmarkforskning</dc:publisher>
<dc:date>2021-03-01</dc:date><dc:language>nob</dc:language>
<dc:description>kort</dc:description>
<dc:description>{MEETING}</dc:description>
<dc:identifier>https://doi.org/10.9999/abc.1</dc:identifier>

<dc:identifier>http://arkiv.test/handle/1</dc:identifier>
<dc:identifier>ISSN 0807-1721</dc:identifier>
</oai_dc:dc></metadata></record></GetRecord></OAI-PMH>"""

MODS = f"""<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><record><metadata>
<mods xmlns="http://www.loc.gov/mods/v3"><titleInfo><nonSort>The</nonSort><title>meeting</title>
<subTitle>A study</subTitle></titleInfo>
<name type="personal"><namePart type="family">Skog Dahl</namePart>
<namePart type="given">Siri</namePart><role><roleTerm>aut</roleTerm></role></name>
<name type="personal"><namePart>Ola Lund</namePart><role><roleTerm>ths</roleTerm></role></name>
<name type="corporate"><namePart>Nordmark kommune</namePart></name>
<originInfo><dateIssued>2019</dateIssued><publisher>Exempel press</publisher></originInfo>
<language><languageTerm>eng</languageTerm></language><abstract>{MEETING}</abstract>
<identifier type="doi">10.9999/XYZ.2</identifier>
<relatedItem type="host"><titleInfo><title>Journal of Imaginary Care</title></titleInfo>
<identifier type="issn">0807-1721</identifier>
<part><detail type="volume"><number>4</number></detail>
<detail type="issue"><number>2</number></detail><extent><start>11</start><end>19</end></extent>
</part></relatedItem></mods></metadata></record></OAI-PMH>"""


def _values(xml: str) -> dict[str, object]:
    return {key: field.value for key, field in read_here(Job(xml.encode())).metadata.items()}


def test_dublin_core() -> None:
    assert _values(DC) == {
        "title": "Møter som virker",
        "authors": [{"family": "Berg", "given": "Anne"}, {"literal": "Nordmarkdirektoratet"}],
        "publisher": "Nordmarkforskning",
        "year": 2021,
        "language": "nb",
        "abstract": MEETING,
        "doi": "10.9999/abc.1",
        "issn": "0807-1721",
        "url": "http://arkiv.test/handle/1",
    }


def test_what_a_record_points_at_is_no_name() -> None:
    pointing = DC.replace(
        "<dc:language>",
        "<dc:relation>http://arkiv.test/f/1.pdf</dc:relation>"
        "<dc:isPartOf>https://arkiv.test/serie/2</dc:isPartOf>"
        "<dc:source>https://ekte.example/7</dc:source>"
        "<dc:identifier>https://bok.test/978-82-7894-000-6</dc:identifier><dc:language>",
    )
    assert _values(pointing) == {**_values(DC), "url": "https://bok.test/978-82-7894-000-6"}
    url_as_series = MODS.replace(
        "</mods>",
        "<relatedItem type='series'><titleInfo><title>https://arkiv.test/s</title></titleInfo>"
        "</relatedItem></mods>",
    )
    assert _values(url_as_series) == _values(MODS)


def test_mods() -> None:
    values = _values(MODS)
    assert values["title"] == "The meeting" and values["subtitle"] == "A study"
    assert values["authors"] == [
        {"family": "Skog Dahl", "given": "Siri"},
        {"literal": "Nordmark kommune"},
    ]
    assert (values["journal"], values["volume"], values["issue"], values["pages"]) == (
        "Journal of Imaginary Care",
        "4",
        "2",
        "11–19",
    )
    assert (values["doi"], values["issn"], values["year"]) == ("10.9999/xyz.2", "0807-1721", 2019)


def test_the_abstract_is_the_only_text() -> None:
    (passage,) = make_passages(read_here(Job(DC.encode())))
    assert (passage.kind, passage.text) == ("abstract", MEETING)


def test_addresses_become_links() -> None:
    links = [link.url for link in read_here(Job(DC.encode())).links]
    assert links == ["https://doi.org/10.9999/abc.1", "http://arkiv.test/handle/1"]


@pytest.mark.parametrize(
    ("xml", "sentence"),
    [
        ("<OAI-PMH xmlns='x'><record>", "The record is no well-formed XML; harvest it again."),
        (
            "<OAI-PMH xmlns='x'><record><header status='deleted'/></record></OAI-PMH>",
            "The record holds no metadata; it was probably deleted.",
        ),
    ],
)
def test_bad_records_are_said(xml: str, sentence: str) -> None:
    read = read_here(Job(xml.encode()))
    assert (read.status, read.reason) == ("quarantined", sentence)


def test_entities_are_not_expanded() -> None:
    xml = "<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/hostname'>]>" + DC.split("?>\n", 1)[
        1
    ].replace("Møter som virker", "Møter &e;")
    read = read_here(Job(('<?xml version="1.0"?>' + xml).encode(), "text/xml"))
    title = read.metadata.get("title")
    assert title is not None and title.value == "Møter &e;"
