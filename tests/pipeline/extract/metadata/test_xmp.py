from __future__ import annotations

from pipeline.extract.metadata.xmp import read_xmp

PACKET = """<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF
 xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description
 xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:prism="http://prismstandard.org/namespaces/basic/2.0/">
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">Møter</rdf:li></rdf:Alt></dc:title>
<dc:creator><rdf:Seq><rdf:li>Anne Berg</rdf:li><rdf:li>Nordmark kommune</rdf:li></rdf:Seq>
</dc:creator>
<dc:publisher><rdf:Bag><rdf:li>Nord</rdf:li></rdf:Bag></dc:publisher>
<dc:date><rdf:Seq><rdf:li>2020-02-01</rdf:li></rdf:Seq></dc:date>
<dc:language><rdf:Bag><rdf:li>nb</rdf:li></rdf:Bag></dc:language>
<dc:identifier>doi:10.9999/x.1</dc:identifier><dc:source>https://ekte.example/1</dc:source>
<prism:publicationName>Tidsskrift</prism:publicationName><prism:issn>0807-1721</prism:issn>
</rdf:Description></rdf:RDF></x:xmpmeta>"""


def test_a_packet_among_other_bytes() -> None:
    fields = read_xmp(b"%PDF-1.7 \x00\xff" + PACKET.encode() + b"\xfe trailer")
    assert {key: field.value for key, field in fields.items()} == {
        "title": "Møter",
        "authors": [{"family": "Berg", "given": "Anne"}, {"literal": "Nordmark kommune"}],
        "publisher": "Nord",
        "year": 2020,
        "language": "nb",
        "doi": "10.9999/x.1",
        "url": "https://ekte.example/1",
        "journal": "Tidsskrift",
        "issn": "0807-1721",
    }
    assert {field.origin for field in fields.values()} == {"xmp"}


def test_the_last_packet_counts() -> None:
    newer = PACKET.replace("Møter", "Nye møter")
    assert read_xmp((PACKET + newer).encode())["title"].value == "Nye møter"


def test_placeholders_broken_packets_and_none() -> None:
    assert "title" not in read_xmp(PACKET.replace("Møter", "Microsoft Word - utkast.docx").encode())
    assert read_xmp(b"<x:xmpmeta><broken></x:xmpmeta>") == {}
    assert read_xmp(b"%PDF-1.4") == {}
