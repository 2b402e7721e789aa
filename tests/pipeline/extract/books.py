"""E-books written for the tests, part by part."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence

CONTAINER = (
    '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container" version="1.0"><rootfiles>'
    '<rootfile full-path="OEBPS/pakke.opf" media-type="application/oebps-package+xml"/>'
    "</rootfiles></container>"
)
RECORD = (
    '<dc:title id="t1">Møter som virker</dc:title>'
    '<meta refines="#t1" property="title-type">main</meta>'
    '<dc:title id="t2">En studie av tre byer</dc:title>'
    '<meta refines="#t2" property="title-type">subtitle</meta>'
    '<dc:creator id="c1">Anne Berg</dc:creator><meta refines="#c1" property="role">aut</meta>'
    '<dc:creator id="c2">Ola van der Lund</dc:creator>'
    '<meta refines="#c2" property="file-as">van der Lund, Ola</meta>'
    '<dc:creator id="c3">Kari Tegner</dc:creator><meta refines="#c3" property="role">ill</meta>'
    "<dc:publisher>Nordmarkforskning</dc:publisher><dc:date>2021-05-04</dc:date>"
    "<dc:language>nb</dc:language><dc:identifier>urn:isbn:9788281263505</dc:identifier>"
    '<meta property="belongs-to-collection" id="s1">Fagrapporter</meta>'
    '<meta refines="#s1" property="group-position">7</meta>'
)


def book(
    chapters: Mapping[str, str],
    *,
    record: str = RECORD,
    order: Sequence[str] | None = None,
    properties: Mapping[str, str] | None = None,
    more: Mapping[str, str] | None = None,
    left_out: str = "",
) -> bytes:
    """Return an e-book; `chapters` maps names to what stands in their body.

    The chapter `left_out` is in the spine but not in the archive.
    """
    items = "".join(
        f'<item id="{name}" href="tekst/{name}.xhtml" media-type="application/xhtml+xml"'
        f' properties="{(properties or {}).get(name, "")}"/>'
        for name in chapters
    )
    spine = "".join(f'<itemref idref="{name}"/>' for name in order or chapters)
    package = (
        '<package xmlns="http://www.idpf.org/2007/opf" version="3.0">'
        f'<metadata xmlns:dc="http://purl.org/dc/elements/1.1/">{record}</metadata>'
        f"<manifest>{items}</manifest><spine>{spine}</spine></package>"
    )
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("mimetype", "application/epub+zip")
        archive.writestr("META-INF/container.xml", CONTAINER)
        archive.writestr("OEBPS/pakke.opf", package)
        for name, body in chapters.items():
            if name == left_out:
                continue
            page = (
                '<?xml version="1.0" encoding="utf-8"?><html xmlns="http://www.w3.org/1999/xhtml"'
                f' xmlns:epub="http://www.idpf.org/2007/ops"><body>{body}</body></html>'
            )
            archive.writestr(f"OEBPS/tekst/{name}.xhtml", page)
        for name, text in (more or {}).items():
            archive.writestr(name, text)
    return buffer.getvalue()
