"""What Word documents and slide decks share: document properties and archives with fixed dates.

Owns making an OOXML file the same from run to run. The texts are put in by `word` and `slides`.
"""

import io
import zipfile
from datetime import datetime
from typing import Any

from corpora.replica.document import Document, author_names

CREATED = datetime(2025, 6, 1)
"""Invented, and the same in every file; OOXML properties carry no zone."""
ZIP_DATE = (2025, 6, 1, 0, 0, 0)


def describe_file(properties: Any, document: Document) -> None:
    """Fill the document properties; the real address is the identifier."""
    publication = document.publication
    properties.title = publication.title
    properties.author = "; ".join(author_names(publication))
    properties.comments = document.notice
    properties.identifier = publication.url
    properties.language = publication.language
    properties.last_modified_by = "Samvirke replica"
    properties.revision = 1
    properties.created = properties.modified = CREATED


def fix_archive(data: bytes) -> bytes:
    """Return the archive with one date on every member, so that its bytes never change."""
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as source,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for member in source.infolist():
            info = zipfile.ZipInfo(member.filename, ZIP_DATE)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o600 << 16
            target.writestr(info, source.read(member.filename))
    return buffer.getvalue()
