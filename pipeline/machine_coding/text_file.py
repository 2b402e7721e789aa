"""Coding texts that are not in the knowledge base: `samvirke code --text-file`.

Owns the records that come in and go out, and cutting a long text into what the coder reads at a
time. Reading the file and printing are the command's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

from kb.embedding import Embedder
from kb.settings import Settings
from pipeline.errors import InputError
from pipeline.language import detect
from pipeline.machine_coding.coding_encoder import open_coding_embedder
from pipeline.machine_coding.country import decide_countries, tally_texts
from pipeline.machine_coding.model import Coder, load_coder
from pipeline.records import Coded, CodedText, CodingInput
from pipeline.sentences import split_sentences

AT_ONCE = 64
"""Texts coded together: enough to fill the embedder's batches, few enough to keep output coming."""

MOST_WORDS = 180
"""The length of the longest passage: what the coder has learnt on and the embedder reads whole."""


def code_lines(lines: Iterable[Mapping[str, Any]], settings: Settings) -> Iterator[dict[str, Any]]:
    """Yield one record for each of `lines` ({"id", "text", "language"?}), in order.

    A record has "id", "language", "codings" (factor, direction, confidence, and "sure": whether
    it would be shown unasked in the knowledge base, or only as a possible one), "countries",
    "sectors" and "target_groups". A text longer than a passage
    is coded in parts, and the surest coding of each factor is kept. Raises InputError for a
    record without a text, CoderError or ModelError where no coder or embedder can be used.
    """
    coder, embedder = load_coder(settings), open_coding_embedder(settings)
    numbered = enumerate(lines, start=1)
    while batch := list(islice(numbered, AT_ONCE)):
        inputs = [_read(number, line) for number, line in batch]
        yield from _code(coder, embedder, [line for _, line in batch], inputs)


def _read(number: int, line: Mapping[str, Any]) -> CodingInput:
    text, language = line.get("text"), line.get("language")
    if not isinstance(text, str) or not (language is None or isinstance(language, str)):
        raise InputError(
            'Expected a record with a "text" (and perhaps a "language") in words, found '
            f"{type(text).__name__} and {type(language).__name__} in record {number}: correct it."
        )
    return CodingInput(text, language or detect(text))


def _code(
    coder: Coder,
    embedder: Embedder,
    lines: Sequence[Mapping[str, Any]],
    inputs: Sequence[CodingInput],
) -> Iterator[dict[str, Any]]:
    parts = [
        (place, CodingInput(part, one.language))
        for place, one in enumerate(inputs)
        for part in cut_text(one.text)
    ]
    cut = [part for _, part in parts]
    coded = coder.code(cut, embedder.embed_passages(coder.pieces(cut)), unsure=True)
    by_text: list[list[CodedText]] = [[] for _ in inputs]
    for (place, _), found in zip(parts, coded, strict=True):
        by_text[place].append(found)
    for line, one, found_parts in zip(lines, inputs, by_text, strict=True):
        yield _render(coder, line, one, found_parts)


def _render(
    coder: Coder, line: Mapping[str, Any], one: CodingInput, parts: Sequence[CodedText]
) -> dict[str, Any]:
    surest: dict[str, Coded] = {}
    for coding in (coding for part in parts for coding in part.codings):
        known = surest.get(coding.factor)
        if known is None or coding.confidence > known.confidence:
            surest[coding.factor] = coding
    ranked = sorted(surest.values(), key=lambda coding: -coding.confidence)
    countries = decide_countries(tally_texts("", [one.text], one.language), one.language)
    return {
        "id": line.get("id"),
        "language": one.language,
        "codings": [
            {
                "factor": c.factor,
                "direction": c.direction,
                "confidence": c.confidence,
                "sure": coder.is_sure(one, c),
            }
            for c in ranked
        ],
        "countries": list(countries) if one.text.strip() else [],
        "sectors": list(dict.fromkeys(name for part in parts for name in part.sectors)),
        "target_groups": list(dict.fromkeys(name for part in parts for name in part.target_groups)),
    }


def cut_text(text: str) -> list[str]:
    """Return `text` in parts of whole sentences, each of at most MOST_WORDS if it can be."""
    parts: list[str] = []
    start, end, words = 0, 0, 0
    for first, last in split_sentences(text):
        count = len(text[first:last].split())
        if words and words + count > MOST_WORDS:
            parts.append(text[start:end])
            start, words = first, 0
        start = start if words else first
        end, words = last, words + count
    return [*parts, text[start:end]] if words else parts
