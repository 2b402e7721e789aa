"""Project files as other programs write them, in our own words: their namespaces and quirks."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

TEXT = (
    "Intervju nr. 1 😀\r\n\r\n"
    "Ledelsen forankret samarbeidet mellom skole og barnevern i en felles plan for kommunen."
    "\r\n\r\n"
    "Þjónusta við börn á Íslandi: ráðgjafi fylgdi fjölskyldunni allan tímann."
)
USER = "11111111-1111-4111-8111-111111111111"
CODE = "22222222-2222-4222-8222-222222222222"
OWN = "33333333-3333-4333-8333-333333333333"


def package(document: str | bytes, files: Mapping[str, bytes] | None = None) -> bytes:
    """A project file with this document and these files."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("project.qde", document)
        for name, data in (files or {}).items():
            made.writestr(name, data)
    return stream.getvalue()


def where(quote: str, text: str) -> tuple[int, int]:
    """The positions of a quotation, as a program counts them that has this text."""
    start = text.index(quote)
    return start, start + len(quote)


def document(
    name: str,
    selection: str,
    *,
    origin: str = "NVivo 14",
    code: str = "Ledelse",
    guid: str = CODE,
    more: str = "",
    path: str = "internal://A1.txt",
    space: str = "urn:QDA-XML:project:1.0",
) -> str:
    """A project of one coder, two codes and one text with one selection."""
    return (
        f'<?xml version="1.0" encoding="utf-8"?><Project xmlns="{space}" name="Prosjekt" '
        f'origin="{origin}"><Users><User guid="{USER}" name="Bjørk Þórðardóttir"/></Users>'
        f'<CodeBook><Codes><Code guid="{{{guid.upper()}}}" name="{code}" isCodable="true">'
        "<Description>Om ledelse</Description></Code>"
        f'<Code guid="{OWN}" name="Tillit på tvers" isCodable="true" color="#FF0000"/>'
        f"</Codes></CodeBook>{more}<Sources>"
        f'<TextSource guid="44444444-4444-4444-8444-444444444444" name="{name}" '
        f'plainTextPath="{path}">{selection}</TextSource></Sources></Project>'
    )


def text_selection(start: int, end: int, *codes: str, name: str = "") -> str:
    """A coded stretch of a text."""
    codings = "".join(
        f'<Coding guid="5555555{number}-5555-4555-8555-555555555555" creatingUser="{USER}" '
        f'creationDateTime="2024-03-02T10:20:00Z"><CodeRef targetGUID="{code}"/></Coding>'
        for number, code in enumerate(codes or (CODE,))
    )
    return (
        f'<PlainTextSelection guid="66666666-6666-4666-8666-666666666666" name="{name}" '
        f'startPosition="{start}" endPosition="{end}">{codings}</PlainTextSelection>'
    )
