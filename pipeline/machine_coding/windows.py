"""The windows a long text is read by: parts about as long as the texts the coder learnt on.

Owns where a text is cut: between sentences, and in a sentence much longer than a window between
its clauses. How the windows' scores are put together is left to `model`.
"""

from __future__ import annotations

from pipeline.sentences import Range, split_sentences

WINDOW_WORDS = 45
"""The starter's passages have 40 to 58 words; 30 and 65 measured worse (coding-experiments.md)."""

LEAST_TO_CUT = 90
"""Texts of up to this many words are read whole: with 60, invented passages of one finding and 61
to 90 words were coded worse; those joined of several are longer."""

LONGEST_SENTENCE = 60
"""Words; a longer sentence is cut between its clauses, for it is no part of a window."""

CLAUSE_MARKS = ",;:"
OPENING, CLOSING = "([", ")]"


def cut_windows(text: str) -> tuple[Range, ...]:
    """Return the (start, end) of the text's windows, in order; none where it is read whole.

    Windows are whole sentences, or whole clauses of a sentence longer than LONGEST_SENTENCE words,
    of about WINDOW_WORDS words; together they hold the text.
    """
    words = len(text.split())
    if words <= LEAST_TO_CUT:
        return ()
    units = [unit for sentence in split_sentences(text) for unit in _cut_sentence(text, sentence)]
    goal = words / max(round(words / WINDOW_WORDS), 2)
    windows: list[Range] = []
    start, end, read = units[0][0], units[0][0], 0
    for unit in units:
        size = _count(text, unit)
        if start < end and read + size / 2 > goal * (len(windows) + 1):
            windows.append((start, end))
            start = unit[0]
        end, read = unit[1], read + size
    windows.append((start, end))
    return tuple(windows) if len(windows) > 1 else ()


def cut_clauses(text: str, sentence: Range) -> list[Range]:
    """Return the clauses of a sentence: what stands between , ; and : outside parentheses."""
    start, end = sentence
    clauses: list[Range] = []
    depth = 0
    for place in range(start, end):
        mark = text[place]
        depth = max(0, depth + (mark in OPENING) - (mark in CLOSING))
        ends_clause = mark in CLAUSE_MARKS and text[place + 1 : place + 2].isspace()
        if ends_clause and depth == 0:
            clauses.append((start, place + 1))
            start = place + 1
    clauses.append((start, end))
    stripped = [_strip(text, clause) for clause in clauses]
    return [clause for clause in stripped if clause[0] < clause[1]]


def _cut_sentence(text: str, sentence: Range) -> list[Range]:
    if _count(text, sentence) <= LONGEST_SENTENCE:
        return [sentence]
    return cut_clauses(text, sentence)


def _count(text: str, part: Range) -> int:
    return len(text[part[0] : part[1]].split())


def _strip(text: str, part: Range) -> Range:
    start, end = part
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end
