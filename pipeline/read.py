"""One file to text, pages and passages, nothing stored: what `samvirke read` prints.

Owns the JSON of CONTRACT.md's `read`. Extraction itself runs in a limited child.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pipeline.extract import extract_bytes
from pipeline.passages import make_passages
from pipeline.records import Extracted, PassageDraft


def read_record(source: Path | tuple[str, bytes]) -> dict[str, Any]:
    """Return the `read` record of a file, or of (name, bytes).

    Never raises for bad input: a file that is missing or cannot be read is "quarantined" with its
    reason. `metadata` holds plain values; `sources` says where each was read and how sure it is.
    """
    if isinstance(source, tuple):
        name, data = source
    else:
        name = str(source)
        try:
            data = source.read_bytes()
        except OSError as error:
            why = error.strerror or type(error).__name__
            return _record(name, Extracted("quarantined", _unreadable(name, why), "", None), ())
    extracted = extract_bytes(data, filename=Path(name).name)
    return _record(name, extracted, make_passages(extracted))


def _unreadable(name: str, why: str) -> str:
    return f"The file {name} cannot be opened ({why}); check the path and its permissions."


def _record(name: str, extracted: Extracted, passages: tuple[PassageDraft, ...]) -> dict[str, Any]:
    return {
        "input": name,
        "status": extracted.status,
        "reason": extracted.reason,
        "media_type": extracted.media_type,
        "metadata": {key: field.value for key, field in extracted.metadata.items()},
        "sources": {
            key: {"origin": field.origin, "confidence": field.confidence}
            for key, field in extracted.metadata.items()
        },
        "language": extracted.language,
        "pages": [
            {
                "index": page.index,
                "label": page.label,
                "text": page.text,
                "ocr": page.ocr,
                "ocr_confidence": page.ocr_confidence,
            }
            for page in extracted.pages
        ],
        "passages": [
            {
                "text": passage.text,
                "section": passage.section,
                "kind": passage.kind,
                "page": passage.page,
                "page_label": passage.page_label,
                "page_end": passage.page_end,
                "page_label_end": passage.page_label_end,
                "language": passage.language,
                "ocr": passage.ocr,
                "ocr_confidence": passage.ocr_confidence,
            }
            for passage in passages
        ],
    }
