from __future__ import annotations

import xml.etree.ElementTree as ElementTree

import pytest

from kb.control_characters import without_controls


def test_letters_and_line_breaks_stay() -> None:
    text = "Þagnarskylda,\tåæøäö ŋŧđ\r\n🙂 «nei» – ja\u200d\u00ad"
    assert without_controls(text) == text


@pytest.mark.parametrize("mark", ["\0", "\x0b", "\x1b", "\x7f", "\x9b", "\u202e", "\u2067"])
def test_what_is_no_text_goes(mark: str) -> None:
    assert without_controls(f"a{mark}b") == "ab"
    assert without_controls(f"a{mark}b", " ") == "a b"


def test_all_that_stays_can_be_written_as_xml() -> None:
    every = "".join(map(chr, range(0x11000)))
    kept = without_controls(every)
    kept.encode("utf-8")
    element = ElementTree.Element("a")
    element.text = kept
    assert ElementTree.fromstring(ElementTree.tostring(element)).text == kept.replace("\r", "\n")
