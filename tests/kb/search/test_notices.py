from __future__ import annotations

import re

import pytest

from kb.search.notices import TEXTS, Notice

VALUES = {"value": "NOT", "options": "a, b", "field": "country"}


@pytest.mark.parametrize("kind", TEXTS)
def test_a_notice_is_one_sentence(kind: str) -> None:
    said = str(Notice(kind, 12, VALUES))
    assert said.endswith(".")
    assert ". " not in said
    assert re.match(r"[A-Z“]", said)
    assert ("character 12" in said) == ("{place}" in TEXTS[kind])


def test_a_notice_can_be_said_in_other_words() -> None:
    notice = Notice("nothing_after", 3, {"value": "AND"})
    assert notice.said("{value} ved tegn {place} mangler noe.") == "AND ved tegn 3 mangler noe."


def test_what_was_typed_is_not_read_as_a_pattern() -> None:
    notice = Notice("unknown_value", 3, {**VALUES, "value": "{place} {0} {x!r} %s"})
    assert "“{place} {0} {x!r} %s” at character 3" in str(notice)
