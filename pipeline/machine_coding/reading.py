"""What the encoder is given of a text: its heading, then its words.

Owns the same form for training and for coding. A heading is part of what a passage says: "under
one roof" tells of sharing premises where the text itself goes about it in a roundabout way.
"""

from __future__ import annotations

import re

from pipeline.records import CodingInput

PATH_MARK = "›"
"""Stands between the headings that a passage lies under, outermost first."""

LONGEST_HEADING = 12
"""Words of a heading that are read; the labelled ones have up to seven."""

_NUMBER = re.compile(r"^\s*(?:kap(?:ittel|itel)?\.?\s+)?[\d.]*\d[.)]?\s+(?=\S)", re.IGNORECASE)


def own_heading(section: str) -> str:
    """Return the innermost heading of a path of headings, without its number, cut if too long."""
    innermost = section.split(PATH_MARK)[-1]
    return " ".join(_NUMBER.sub("", innermost).split()[:LONGEST_HEADING])


def reading_text(one: CodingInput) -> str:
    """Return what stands for a text where it is embedded: "Heading. Text"."""
    heading = own_heading(one.section).rstrip(".:")
    return f"{heading}. {one.text}" if heading else one.text
