"""The coding stage: each passage coded once by each coder, and a torn file does no harm."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from kb.settings import Settings
from pipeline.machine_coding.stage import CachedCoder
from pipeline.records import Coded, CodedPublication, CodedText, CodingInput, PublicationInput
from tests.models import shared_coding_embedder
from tests.pipeline.told import Told

ONE = CodingInput("Lederne møttes hver uke.", "nb", "Ledelse", "Funn")
TWO = CodingInput("Taushetsplikten var et hinder.", "nb", "Ledelse", "Funn")


class Counting:
    """A coder that says how long a text is, and counts what it is asked."""

    def __init__(self, version: str = "counting-1") -> None:
        self.version = version
        self.asked: list[CodingInput] = []

    def pieces(self, inputs: Sequence[CodingInput]) -> list[str]:
        """Each text whole."""
        return [one.text for one in inputs]

    def code(self, inputs: Sequence[CodingInput], vectors: Any) -> list[CodedText]:
        """Code each as one suggestion over the whole text."""
        assert vectors.shape == (len(inputs), shared_coding_embedder().dimension)
        self.asked += inputs
        return [
            CodedText((Coded("leadership", "barrier", 0.5, 0, len(one.text)),), ("school",))
            for one in inputs
        ]

    def code_publication(self, publication: PublicationInput) -> CodedPublication:
        """Say a guideline."""
        return CodedPublication("policy_guideline", None, ("NO",))


def make(settings: Settings, coder: Counting, **options: Any) -> CachedCoder:
    """A cached coder over this home."""
    return CachedCoder(settings, shared_coding_embedder(), coder, **options)


def files(settings: Settings) -> list[Path]:
    """The files of codings."""
    return sorted((settings.home / "codings").glob("*.jsonl"))


@pytest.fixture
def coder() -> Counting:
    return Counting()


def test_passages_are_coded_in_order(warm: Settings, coder: Counting) -> None:
    found = make(warm, coder).code([TWO, ONE, TWO])
    assert [text.codings[0].end for text in found] == [len(TWO.text), len(ONE.text), len(TWO.text)]
    assert found[0].sectors == ("school",)
    assert coder.asked == [TWO, ONE]


def test_nothing_is_coded_twice_not_in_another_process_either(
    warm: Settings, coder: Counting
) -> None:
    first = make(warm, coder)
    expected = first.code([ONE, TWO])
    assert first.newly_coded == 2
    again = make(warm, coder)
    assert again.code([ONE, TWO]) == expected
    assert again.newly_coded == 0
    assert len(coder.asked) == 2


@pytest.mark.parametrize("change", ["text", "language", "title", "section"])
def test_anything_the_coder_sees_makes_another_passage(
    warm: Settings, coder: Counting, change: str
) -> None:
    made = make(warm, coder)
    made.code([ONE])
    made.code([CodingInput(**{**vars(ONE), change: "annet"})])
    assert made.newly_coded == 2


def test_another_version_codes_again_and_leaves_the_old_ones(
    warm: Settings, coder: Counting
) -> None:
    make(warm, coder).code([ONE])
    newer = Counting("counting-2")
    assert make(warm, newer).version == "counting-2"
    make(warm, newer).code([ONE])
    assert newer.asked == [ONE]
    assert len(files(warm)) == 2


def test_a_line_cut_off_by_a_crash_is_coded_again(warm: Settings, coder: Counting) -> None:
    make(warm, coder).code([ONE, TWO])
    (path,) = files(warm)
    whole = path.read_text(encoding="utf-8")
    path.write_text(whole[:-20], encoding="utf-8")
    again = make(warm, coder)
    again.code([ONE, TWO])
    assert again.newly_coded == 1
    assert make(warm, coder).code([ONE]) == again.code([ONE])


def test_lines_that_are_none_are_passed_over(warm: Settings, coder: Counting) -> None:
    make(warm, coder).code([ONE])
    (path,) = files(warm)
    odd = ['"text"', "[]", "{}", '{"key": "x"}', '{"key": "y", "coded": {"codings": 3}}']
    path.write_text("\n".join(odd) + "\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    again = make(warm, coder)
    again.code([ONE])
    assert again.newly_coded == 0


def test_after_a_torn_line_new_ones_are_kept_too(warm: Settings, coder: Counting) -> None:
    make(warm, coder).code([ONE])
    (path,) = files(warm)
    path.write_text(path.read_text(encoding="utf-8") + '{"key": "torn', encoding="utf-8")
    make(warm, coder).code([TWO])
    last = make(warm, coder)
    last.code([ONE, TWO])
    assert last.newly_coded == 0


def test_nothing_to_code_writes_nothing(warm: Settings, coder: Counting) -> None:
    assert make(warm, coder).code([]) == []
    assert files(warm) == []


def test_progress_is_told_of_new_passages_only(warm: Settings, coder: Counting) -> None:
    told = Told()
    make(warm, coder).code([ONE])
    made = make(warm, coder, progress=told)
    made.code([ONE, TWO])
    made.code([ONE, TWO])
    assert [(stage, total) for stage, total, _ in told.stages] == [("code", 1)]


def test_publications_are_the_coders_own_business(warm: Settings, coder: Counting) -> None:
    asked = PublicationInput({}, "", (), ())
    assert make(warm, coder).code_publication(asked) == coder.code_publication(asked)
