"""Closeness in meaning: a share of labelled passages, measured only where there are some."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from kb.settings import Settings
from kb.vector_runtime import unit
from pipeline.screening import ScreeningInput, screen
from pipeline.screening_closeness import Closeness
from tests.models import shared_embedder, shared_model_home

ON_SUBJECT = (
    "Barnevernet, helsestasjonen og skolen hadde faste møter om familien, og koordinatoren sørget "
    "for at avtalene mellom tjenestene ble fulgt opp.",
    "Lederne i kommunen ga ikke ansatte tid til samarbeid med barne- og ungdomspsykiatrien, og "
    "møtene i ansvarsgruppen ble avlyst.",
)
OFF_SUBJECT = (
    "Vindturbinene kobles til nettet med likestrømskabler, og omformeren står på land.",
    "Torskekvoten ble redusert, og drivstoffkostnadene for fartøyene steg.",
)


@pytest.fixture(scope="module")
def closeness() -> Closeness:
    return Closeness(Settings(home=shared_model_home()), shared_embedder)


def given(texts: tuple[str, ...], language: str = "nb", abstract: str = "") -> ScreeningInput:
    """A publication of these texts."""
    return ScreeningInput("En rapport", abstract, texts, language)


def test_what_is_on_the_subject_is_closer(closeness: Closeness) -> None:
    near, far = closeness.measure(given(ON_SUBJECT)), closeness.measure(given(OFF_SUBJECT))
    assert near is not None
    assert far is not None
    assert 0.0 <= far < 0.02 < near <= 1.0


def test_the_abstract_counts_where_there_is_no_body(closeness: Closeness) -> None:
    alone = closeness.measure(given((), abstract=ON_SUBJECT[0]))
    assert alone == closeness.measure(given((ON_SUBJECT[0],)))


def test_kin_languages_stand_in_and_others_have_no_measure(closeness: Closeness) -> None:
    assert closeness.measure(given(ON_SUBJECT, "kl")) is None
    faroese = given(("Barnaverndin og skúlin hava fastar fundir um familjuna.",), "fo")
    assert closeness.measure(faroese) is not None


def test_without_text_there_is_no_measure_and_no_model() -> None:
    def refuse() -> None:
        raise AssertionError("the model was opened")

    measured = Closeness(Settings(home=shared_model_home()), refuse)  # type: ignore[arg-type]
    empty = ScreeningInput("", "", ("", " "), "nb")
    assert measured.measure(empty) is None


def test_meaning_moves_verdicts_into_the_undecided_band_only() -> None:
    on = given((*ON_SUBJECT, *ON_SUBJECT))
    assert screen(on).verdict == "include"
    assert screen(on, closeness=0.5).verdict == "include"
    assert screen(on, closeness=0.0).verdict == "undecided"
    off = given((*OFF_SUBJECT, *OFF_SUBJECT))
    assert screen(off).verdict == "exclude"
    assert screen(off, closeness=0.3).verdict == "exclude"
    near = screen(off, closeness=0.9)
    assert (near.verdict, near.reason) == ("undecided", None)
    assert "closer to the subject than 90 of 100" in near.reasons[3]


def test_an_old_publication_stays_excluded_however_close() -> None:
    old = ScreeningInput("Samarbeid om barn", texts=ON_SUBJECT, language="nb", year=1990)
    found = screen(old, year_from=2010, closeness=1.0)
    assert (found.verdict, found.reason) == ("exclude", "too_old")


class FewPassages:
    """An embedder of a revision of its own, so that nothing is kept yet."""

    def __init__(self, revision: str) -> None:
        self.revision = self.space = revision
        self.dimension = 3

    def embed_passages(
        self, texts: Sequence[str], progress: Callable[[int, int], None] | None = None
    ) -> Any:
        if progress:
            progress(len(texts) // 2, len(texts))
            progress(len(texts), len(texts))
        return unit(np.ones((len(texts), 3), dtype=np.float32))


def test_the_first_time_shows_how_far_it_is_and_later_ones_nothing(tmp_path: Path) -> None:
    begun: list[tuple[str, int]] = []
    steps: list[int] = []

    @contextmanager
    def watched(stage: str, total: int) -> Iterator[Callable[[int], None]]:
        begun.append((stage, total))
        yield steps.append

    settings = Settings(home=tmp_path)
    for _ in range(2):
        opened: Any = FewPassages("rev")
        measured = Closeness(settings, lambda one=opened: one, watched)  # type: ignore[misc]
        assert measured.measure(given(ON_SUBJECT)) is not None
    ((stage, total),) = begun
    assert stage == "subject"
    assert total > 500
    assert len(steps) == 2
    assert sum(steps) == total
