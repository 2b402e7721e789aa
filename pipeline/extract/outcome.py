"""What every reader hands back: a finished record, or a file set aside with its reason.

Owns the last steps that are the same for all formats: pages of unpaged formats, the status, the
language as detected.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from pipeline.extract import choose
from pipeline.extract.headings import is_preface
from pipeline.extract.metadata import Fields
from pipeline.language import UNDETERMINED, detect
from pipeline.records import EVIDENCE_KINDS, Block, Extracted, Field, LinkFound, Page

_LANGUAGE_SAMPLE = 6000  # characters of evidence the language is told from
_CATALOGUES = frozenset({choose.OAI, choose.CSL, choose.API})
_COURTESY_WORDS = 60  # words; a shorter foreword that thanks does little else
_GREETING_WORDS = 20  # words; a foreword shorter than this only greets
_THANKS = re.compile(
    r"\b(?:takk|tak|tack|kiitos|kiitokset|kiitämme|thanks?|þakkir|þökkum|gratitude|tøkk)\b",
    re.IGNORECASE,
)
_SHOWN = EVIDENCE_KINDS | {
    *("heading", "footnote", "reference", "caption", "contents", "colophon", "glossary"),
}


def quarantined(
    media_type: str, reason: str, metadata: Fields | None = None, *, retry: bool = False
) -> Extracted:
    """Return the record of a file of which nothing could be read; `retry` as in `Extracted`."""
    return Extracted("quarantined", reason, media_type, None, metadata or {}, retry=retry)


def without_courtesies(blocks: Sequence[Block]) -> list[Block]:
    """Call the few lines of a foreword without substance (thanks, greetings) colophon.

    A foreword as long as a passage may say something and stays.
    """
    found = list(blocks)
    start = 0
    while start < len(found):
        end = start + 1
        block = found[start]
        if block.kind == "heading" and is_preface(block.text):
            while end < len(found) and found[end].kind != "heading":
                end += 1
            own = range(start + 1, end)
            text = " ".join(found[at].text for at in own)
            words = len(text.split())
            if words < _GREETING_WORDS or (words < _COURTESY_WORDS and _THANKS.search(text)):
                for at in own:
                    if found[at].kind in EVIDENCE_KINDS:
                        found[at] = replace(found[at], kind="colophon")
        start = end
    return found


def page_text(blocks: Sequence[Block]) -> str:
    """Return the cleaned reading order of blocks: everything but the chrome."""
    return "\n\n".join(block.text for block in blocks if block.kind in _SHOWN)


def finish(
    media_type: str,
    extractor: str,
    blocks: Sequence[Block],
    metadata: Fields,
    *,
    pages: Sequence[Page] | None = None,
    links: Sequence[LinkFound] = (),
    language_hint: str | None = None,
    problem: str | None = None,
    retry: bool = False,
) -> Extracted:
    """Return the record a reader found; `problem` says what could not be read (partial).

    `retry` as in `Extracted`.

    `language` is what the file says of itself; `settle_language` decides.
    """
    blocks = without_courtesies(blocks)
    said = metadata["language"].value if "language" in metadata else language_hint
    if pages is None:
        pages = (Page(0, None, page_text(blocks)),)
    return Extracted(
        "partial" if problem else "read",
        problem,
        media_type,
        said,
        metadata,
        tuple(pages),
        tuple(blocks),
        extractor,
        tuple(links),
        retry,
    )


def settle_language(found: Extracted) -> Extracted:
    """Return the record with its language told from the evidence.

    What the file says of itself decides near ties, and stays where there is no text to tell by;
    a catalogue's record keeps what it says of the publication, whatever its abstract is in. Done
    in the process that asked for the file, so that the children need no language models.
    """
    if found.status == "quarantined":
        return found
    evidence = [block.text for block in found.blocks if block.kind in EVIDENCE_KINDS]
    sample = "\n".join(evidence)[:_LANGUAGE_SAMPLE]
    sample = sample or page_text(found.blocks)[:_LANGUAGE_SAMPLE]
    language: str | None = detect(sample, found.language)
    if language == UNDETERMINED:
        language = found.language
    metadata = dict(found.metadata)
    if language and not (found.media_type in _CATALOGUES and "language" in metadata):
        metadata["language"] = Field(language, "detected", 0.9 if sample else 0.5)
    return replace(found, language=language, metadata=metadata)
