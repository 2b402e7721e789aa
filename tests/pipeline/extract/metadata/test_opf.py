"""Package metadata of e-books in EPUB 2's and EPUB 3's forms."""

from __future__ import annotations

from typing import Any

import pytest

from pipeline.extract.metadata.opf import read_package
from pipeline.extract.office_zip import parse_xml


def _values(record: str) -> dict[str, Any]:
    package = parse_xml(
        (
            '<package xmlns="http://www.idpf.org/2007/opf"><metadata'
            ' xmlns:dc="http://purl.org/dc/elements/1.1/"'
            f' xmlns:opf="http://www.idpf.org/2007/opf">{record}</metadata></package>'
        ).encode()
    )
    return {key: field.value for key, field in read_package(package).items()}


def test_epub_2() -> None:
    values = _values(
        "<dc:title>Lapsen ympärillä</dc:title>"
        '<dc:creator opf:role="aut" opf:file-as="Heikkinen, Salla">Salla Heikkinen</dc:creator>'
        '<dc:creator opf:role="edt">Outi Laine</dc:creator>'
        '<dc:date opf:event="modification">2023-01-01</dc:date><dc:date>2019</dc:date>'
        '<dc:identifier opf:scheme="ISBN">978-952-00-4099-4</dc:identifier>'
        "<dc:identifier>https://doi.org/10.5555/ABC.1</dc:identifier>"
        "<dc:identifier>ISSN 2242-0037</dc:identifier>"
        "<dc:language>fi-FI</dc:language>"
        '<meta name="calibre:series" content="Selvityksiä"/>'
        "<dc:description>&lt;p&gt;Perhekeskusten yhteistyö.&lt;/p&gt;</dc:description>"
    )
    assert values == {
        "title": "Lapsen ympärillä",
        "authors": [{"family": "Heikkinen", "given": "Salla"}],
        "year": 2019,
        "isbn": "9789520040994",
        "doi": "10.5555/abc.1",
        "issn": "2242-0037",
        "language": "fi",
        "series": "Selvityksiä",
        "abstract": "Perhekeskusten yhteistyö.",
    }


def test_a_filing_form_that_is_another_name_is_not_believed() -> None:
    record = '<dc:creator opf:file-as="Ukjent, Forfatter">Anne Berg</dc:creator>'
    assert _values(record)["authors"] == [{"family": "Berg", "given": "Anne"}]


@pytest.mark.parametrize(
    "record",
    [
        "",
        "<dc:title>Untitled</dc:title>",
        "<dc:creator>Bruker</dc:creator>",
        "<dc:identifier>urn:uuid:1234</dc:identifier>",
        "<dc:date>ukjent</dc:date>",
        "<dc:language>xx</dc:language>",
    ],
)
def test_placeholders_are_no_values(record: str) -> None:
    assert _values(record) == {}
