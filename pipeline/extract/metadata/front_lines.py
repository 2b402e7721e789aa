"""Metadata of a document's first lines: title, byline, labels and imprint before the text begins.

Owns what DOCX and PPTX have in common: a title in its own style, then short lines about the
publication, and the file's own properties.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.extract.metadata import Fields, merge
from pipeline.extract.metadata.imprint import (
    is_contact_line,
    is_date_line,
    is_imprint_line,
    is_sender_line,
    read_byline,
    read_imprint,
)
from pipeline.extract.metadata.labels import label_of, read_labels
from pipeline.extract.metadata.names import is_body, parse_names
from pipeline.extract.metadata.pdf_front import is_worthless
from pipeline.extract.metadata.values import clean
from pipeline.records import Field

TITLE, LINES, PROPERTIES = 0.8, 0.75, 0.55
_ADDRESS = re.compile(r"\bhttps?://\S|\bwww\.\w")
_BODY_LINE = re.compile(r"^[^\d:?!|]+$")
_BODY_WORDS = 10  # words; an organisation's name is shorter
_LINE_WORDS = 40  # words; longer lines are prose


def is_front_line(text: str) -> bool:
    """Return whether a line speaks of the publication: label, imprint, date, byline, contact."""
    if len(text.split()) > _LINE_WORDS:
        return False
    return bool(
        label_of(text)
        or is_imprint_line(text)
        or is_date_line(text)
        or is_contact_line(text)
        or read_byline(text)
        or _ADDRESS.search(text)
    )


def read_front_lines(
    title: str | None, subtitle: str | None, lines: Sequence[str], properties: dict[str, str]
) -> Fields:
    """Return what title, first lines and file properties say.

    `properties` holds "title" and "author" as the program that wrote the file kept them.
    """
    fields: Fields = {}
    if title:
        fields["title"] = Field(clean(title), "title style", TITLE)
    names = read_byline(subtitle) if subtitle else []
    plain = subtitle and not is_front_line(subtitle) and not is_sender_line(subtitle)
    if subtitle and plain and not names:
        fields["subtitle"] = Field(clean(subtitle), "title style", TITLE - 0.1)
    for line in [subtitle or "", *lines]:
        names = read_byline(line)
        if names:
            fields["authors"] = Field(names, "byline", LINES)
            break
    own: Fields = {}
    said_author = properties.get("author", "")
    bodies = [
        line
        for line in lines
        if is_body(line) and _BODY_LINE.match(line) and clean(line) not in said_author
    ]
    if bodies and len(bodies[0].split()) <= _BODY_WORDS and not read_byline(bodies[0]):
        own["publisher"] = Field(clean(bodies[0]), "front lines", PROPERTIES - 0.05)
    name = clean(properties.get("title", ""))
    if name and not is_worthless(name):
        own["title"] = Field(name, "file properties", PROPERTIES)
    author = clean(properties.get("author", ""))
    if author and not is_worthless(author):
        names = parse_names(author)
        near = " ".join([subtitle or "", *lines])
        printed = all(part.strip() in near for part in author.split(";") if part.strip())
        if printed or any("family" in person for person in names):
            sure = LINES if printed else PROPERTIES - 0.1
            own["authors"] = Field(names, "file properties", sure)
    labels = read_labels([line for line in lines if len(line) < 400], origin="visible")
    return merge([fields, labels, read_imprint(list(lines), "visible"), own])
