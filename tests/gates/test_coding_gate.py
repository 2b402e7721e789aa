"""Machine coding may not get worse: cross-validation over publications against floors.

`coding_floors.json` holds the floors and the hash of the data they were measured on. When starter
or exemplars change, train again (`python -m pipeline.machine_coding.train`) and measure
(`python -m tests.bench.bench_coding`), then write the floors anew.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pipeline.machine_coding.evaluate import measure
from pipeline.machine_coding.fit import fold_in
from pipeline.machine_coding.model import SHIPPED
from pipeline.machine_coding.model_card import CARD_FILE, render_card
from pipeline.machine_coding.model_files import ARRAYS_FILE, read_model
from tests.gates.coding_figures import learnt, long_texts, training_data

FLOORS: dict[str, Any] = json.loads(
    Path(__file__).with_name("coding_floors.json").read_text("utf-8")
)
# The floors as first written: nobody lowers them below these without editing this test too.
LOWEST = {
    ("factors", "macro_f1"): 0.40,
    ("factors", "micro_precision"): 0.42,
    ("direction", "accuracy"): 0.68,
    ("countries", "jaccard_text"): 0.95,
    ("long_texts", "macro_f1"): 0.48,
    ("long_texts", "direction_accuracy"): 0.60,
}
SAME_WITHIN = 0.03  # processors without bfloat16 give slightly other vectors
MOST_BYTES = 3_000_000


@pytest.fixture(scope="module")
def figures() -> dict[str, Any]:
    return measure(training_data(), learnt(), long_texts())


def test_the_floors_and_the_shipped_model_are_of_this_data() -> None:
    assert FLOORS["data"] == training_data().hash(), "the data has changed: train, measure again"
    assert read_model(SHIPPED).facts.data_hash == training_data().hash(), "train again"


def test_the_floors_have_not_been_lowered() -> None:
    for (part, name), lowest in LOWEST.items():
        assert FLOORS[part][name] >= lowest


@pytest.mark.parametrize(
    ("part", "name"),
    [
        (part, name)
        for part, floors in FLOORS.items()
        if part not in ("data", "ceilings")
        for name in floors
    ],
)
def test_figure_reaches_its_floor(figures: dict[str, Any], part: str, name: str) -> None:
    assert figures[part][name] >= FLOORS[part][name]


def test_errors_a_reader_does_not_forgive_stay_rare(figures: dict[str, Any]) -> None:
    assert figures["factors"]["calibration_error"] <= FLOORS["ceilings"]["calibration_error"]
    assert figures["direction"]["opposite"] <= FLOORS["ceilings"]["opposite"]


def test_it_beats_its_baselines(figures: dict[str, Any]) -> None:
    assert figures["factors"]["macro_f1"] > 1.7 * figures["factors"]["baseline_macro_f1"]
    assert figures["direction"]["accuracy"] > 1.5 * figures["direction"]["baseline_accuracy"]


def test_windows_beat_reading_long_texts_whole(figures: dict[str, Any]) -> None:
    long = figures["long_texts"]
    for name, gain in (("macro_f1", 0.08), ("micro_f1", 0.08), ("direction_accuracy", 0.02)):
        assert long[name] > long[f"whole_{name}"] + gain


def test_the_figures_shown_to_people_are_these(figures: dict[str, Any]) -> None:
    shown = read_model(SHIPPED).facts.figures
    for part, name in (*LOWEST, ("sectors", "micro_f1"), ("evidence_type", "accuracy")):
        assert figures[part][name] == pytest.approx(shown[part][name], abs=SAME_WITHIN)


def test_the_shipped_model_is_what_training_gives() -> None:
    fitted = learnt()
    fresh = fold_in(fitted.features, (fitted.factor, fitted.direction, fitted.label))
    shipped = read_model(SHIPPED)
    mine, theirs = fresh.score(fitted.features), shipped.scorer.score(fitted.features)
    assert np.abs(mine - theirs).mean() < SAME_WITHIN
    assert (SHIPPED / ARRAYS_FILE).stat().st_size < MOST_BYTES


def test_the_model_card_is_of_the_shipped_model() -> None:
    assert CARD_FILE.read_text("utf-8") == render_card(read_model(SHIPPED).facts)
