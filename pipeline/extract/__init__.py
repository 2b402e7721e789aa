"""Files to records: text with its structure and pages, and bibliographic metadata.

Every file is read in a limited child process (`pool`, `child`); `choose` says what it is, one
module per format reads it, `metadata` knows what the values mean. Nothing is stored here.
"""

from pipeline.extract.job import Job, Limits
from pipeline.extract.pdf_ocr import MISSING as OCR_MISSING
from pipeline.extract.pdf_ocr import installed_languages
from pipeline.extract.pool import ExtractPool, extract_bytes

EXTRACT_VERSION = 3
"""Raised whenever the same bytes would give another record."""

__all__ = [
    "EXTRACT_VERSION",
    "OCR_MISSING",
    "ExtractPool",
    "Job",
    "Limits",
    "extract_bytes",
    "installed_languages",
]
