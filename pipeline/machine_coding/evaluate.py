"""How good the coder is on publications it has not seen: cross-validation over the starter.

Owns the figures. Scores are exact leave-one-publication-out scores; calibration and thresholds are
chosen on four fifths of the publications and applied to the last fifth, over several ways of
dividing them. `python -m pipeline.machine_coding.evaluate` writes docs/model-card.md from the
figures kept with the shipped model.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corpora.codebook import Codebook
from corpora.starter import SHOWN_TO_WRITERS, StarterPublication
from pipeline.machine_coding.calibration import (
    Calibration,
    Counts,
    Flags,
    Matrix,
    calibrate,
    calibration_error,
    count,
)
from pipeline.machine_coding.country import decide_countries, jaccard, tally_texts
from pipeline.machine_coding.features import count_cues
from pipeline.machine_coding.fit import Rows
from pipeline.machine_coding.learn import Learnt
from pipeline.machine_coding.long_texts import LongTexts, measure_long_texts
from pipeline.machine_coding.model_card import CARD_FILE, render_card
from pipeline.machine_coding.model_files import SHIPPED, read_model
from pipeline.machine_coding.predictions import LeftOut, leave_out, left_out_of
from pipeline.machine_coding.publication import choose_evidence_type
from pipeline.machine_coding.training_data import TrainingData

FOLDS = 5
DIVISIONS = 6
"""Ways of dividing the publications: macro F1 of single ones spreads over 0.01."""

Figures = dict[str, Any]


@dataclass(frozen=True)
class Judged:
    """Decisions on left-out texts, each (divisions, n, t); `truth` is (n, t).

    `found` is what has the best F1, `shown` what a reader sees, `chance` how probable it is.
    """

    found: tuple[Flags, ...]
    shown: tuple[Flags, ...]
    chance: tuple[Matrix, ...]
    truth: Matrix

    def mean_counts(
        self, keep: NDArray[np.bool_] | None = None, *, only_shown: bool = False
    ) -> Counts:
        """Return the counts averaged over the divisions, of the texts in `keep` (n,)."""
        rows = np.ones(len(self.truth), bool) if keep is None else keep
        said = self.shown if only_shown else self.found
        found = [count(one[rows], self.truth[rows]) for one in said]
        parts = [
            np.array([getattr(c, name) for c in found]) for name in ("hits", "false", "missed")
        ]
        return Counts(*(part.mean(axis=0) for part in parts))

    def macro_f1(self, *, only_shown: bool = False) -> float:
        """Return F1 averaged over targets, then over divisions."""
        said = self.shown if only_shown else self.found
        return float(np.mean([count(one, self.truth).f1.mean() for one in said]))


def divide(groups: NDArray[np.str_]) -> list[dict[str, int]]:
    """Return the fold of each of `groups`, for every way of dividing them."""
    names = [str(name) for name in np.unique(groups)]
    return [
        dict(
            zip(
                names,
                (np.random.default_rng(seed).permutation(len(names)) % FOLDS).tolist(),
                strict=True,
            )
        )
        for seed in range(DIVISIONS)
    ]


def judge(
    scores: Matrix,
    truth: Matrix,
    groups: NDArray[np.str_],
    *,
    shared: bool,
) -> Judged:
    """Calibrate and choose thresholds on other publications, for every division."""
    found, shown, chances = [], [], []
    for fold_of in divide(groups):
        fold = np.array([fold_of[str(name)] for name in groups])
        chance = np.zeros_like(scores)
        decided, sure = np.zeros(scores.shape, bool), np.zeros(scores.shape, bool)
        for number in range(FOLDS):
            held = fold == number
            fitted = calibrate(scores[~held], truth[~held], shared_threshold=shared)
            chance[held] = fitted.probability(scores[held])
            decided[held] = chance[held] >= fitted.threshold
            sure[held] = chance[held] >= fitted.shown
        found.append(decided)
        shown.append(sure)
        chances.append(chance)
    return Judged(tuple(found), tuple(shown), tuple(chances), truth)


def measure(data: TrainingData, learnt: Learnt, long: LongTexts, bare: LeftOut) -> Figures:
    """Return all cross-validated figures, JSON-able, rounded to four decimals.

    `bare` are the scores of the same passages without heading and title.
    """
    found = left_out_of(learnt)
    folds = divide(found.factor_rows.group)
    figures = measure_passages(data, found)
    figures["not_shown_to_writers"] = measure_unshown(data, found)
    figures["bare"] = _chief(measure_passages(data, bare))
    figures["long_texts"] = _rounded(measure_long_texts(data, learnt, long, bare, folds))
    types = data.codebook.ids("evidence_types")
    figures |= _rounded(measure_publications(data.publications, types))
    return figures


def measure_passages(data: TrainingData, found: LeftOut) -> Figures:
    """Return the figures of single passages, from their left-out scores alone."""
    sectors = len(data.codebook.ids("sectors"))
    judged = judge(found.factor, found.factor_rows.targets, found.factor_rows.group, shared=False)
    figures: Figures = _rounded(
        {
            "factors": measure_factors(data, found, judged),
            "direction": measure_directions(found, judged, data.codebook),
            "sectors": _measure_labels(found, slice(0, sectors)),
            "target_groups": _measure_labels(found, slice(sectors, None)),
        }
    )
    return figures


def measure_unshown(data: TrainingData, found: LeftOut) -> Figures:
    """Return the chief figures over the publications that no writer of exemplars has seen."""
    return _chief(measure_passages(data, leave_out(found, SHOWN_TO_WRITERS)))


def _chief(figures: Figures) -> Figures:
    factors, direction = figures["factors"], figures["direction"]
    return {
        "macro_f1": factors["macro_f1"],
        "mean_average_precision": factors["mean_average_precision"],
        "shown": factors["shown"],
        "direction_accuracy": direction["accuracy"],
        "sectors_micro_f1": figures["sectors"]["micro_f1"],
        "target_groups_micro_f1": figures["target_groups"]["micro_f1"],
    }


def measure_factors(data: TrainingData, found: LeftOut, judged: Judged) -> Figures:
    """Return the factors' figures, with cue words alone as baseline."""
    rows, seen = found.factor_rows, found.factor
    truth = rows.targets
    counts, sure = judged.mean_counts(), judged.mean_counts(only_shown=True)
    precision, recall, micro = counts.micro
    names = data.codebook.ids("factors")
    languages = np.array([data.texts[place].input.language for place in rows.text])
    return {
        "macro_f1": judged.macro_f1(),
        "micro_precision": precision,
        "micro_recall": recall,
        "micro_f1": micro,
        "shown": {
            "macro_f1": judged.macro_f1(only_shown=True),
            **dict(zip(("micro_precision", "micro_recall", "micro_f1"), sure.micro, strict=True)),
            "codings": float((sure.hits + sure.false).sum()),
        },
        "mean_average_precision": mean_average_precision(seen, truth),
        "calibration_error": float(
            np.mean(
                [
                    calibration_error(chance[shown], truth[shown])
                    for chance, shown in zip(judged.chance, judged.shown, strict=True)
                ]
            )
        ),
        "baseline_macro_f1": baseline_macro_f1(data, rows),
        "by_factor": {
            name: {
                "codings": int(truth[:, column].sum()),
                "f1": counts.f1[column],
                "precision": counts.hits[column]
                / max(counts.hits[column] + counts.false[column], 1),
                "recall": counts.hits[column] / max(truth[:, column].sum(), 1),
            }
            for column, name in enumerate(names)
        },
        "by_language": {
            str(language): {
                "passages": int(np.sum(languages == language)),
                "micro_f1": judged.mean_counts(languages == language).micro[2],
            }
            for language in np.unique(languages)
        },
    }


def baseline_macro_f1(data: TrainingData, rows: Rows) -> float:
    """Return macro F1 of saying every factor that one of its cue words stands for."""
    names = data.codebook.ids("factors")
    cues = count_cues([data.texts[place].input for place in rows.text], names)[:, : len(names)]
    said = cues > 0
    return float(count(said, rows.targets).f1.mean())


def measure_directions(found: LeftOut, judged: Judged, codebook: Codebook) -> Figures:
    """Return how often the direction is right where the factor is given.

    `opposite_shown` is the share of facilitators and barriers taken for each other among the
    codings shown whose factor is right.
    """
    names = codebook.ids("directions")
    rows, scores = found.direction_rows, found.direction
    truth, said = rows.targets.argmax(axis=1), scores.argmax(axis=1)
    places = range(len(names))
    table = [[int(np.sum((truth == t) & (said == s))) for s in places] for t in places]
    good, bad = names.index("facilitator"), names.index("barrier")
    return {
        "accuracy": float(np.mean(truth == said)),
        "opposite": (table[good][bad] + table[bad][good]) / len(truth),
        "opposite_shown": _share_opposite(found, judged, {good, bad}),
        "baseline_accuracy": float(np.bincount(truth).max() / len(truth)),
        "by_direction": {
            name: {
                "codings": sum(table[t]),
                "recall": table[t][t] / max(sum(table[t]), 1),
                "said": dict(zip(names, table[t], strict=True)),
            }
            for t, name in enumerate(names)
        },
    }


def _share_opposite(found: LeftOut, judged: Judged, poles: set[int]) -> float:
    rows = found.direction_rows
    places = {int(text): row for row, text in enumerate(found.factor_rows.text)}
    text, factor = [places[int(one)] for one in rows.text], rows.factor.argmax(axis=1)
    truth, said = rows.targets.argmax(axis=1), found.direction.argmax(axis=1)
    turned = (truth != said) & np.isin(truth, list(poles)) & np.isin(said, list(poles))
    shares = [turned[shown[text, factor]].mean() for shown in judged.shown]
    return float(np.mean(shares))


def measure_publications(
    publications: Sequence[StarterPublication], types: Sequence[str]
) -> Figures:
    """Return country and evidence type figures; their rules are fixed, so nothing is left out."""
    alone, with_source, right = [], [], []
    for one in publications:
        texts = [passage.text for passage in one.passages]
        tally = tally_texts(one.title, [one.abstract, *texts], one.language)
        alone.append(jaccard(decide_countries(tally, one.language), one.countries))
        decided = decide_countries(tally, one.language, one.country)
        with_source.append(jaccard(decided, one.countries))
        said = choose_evidence_type(record_of(one), one.abstract, texts, types)
        right.append(said == one.evidence_type)
    return {
        "countries": {
            "jaccard_text": float(np.mean(alone)),
            "jaccard_with_publisher": float(np.mean(with_source)),
        },
        "evidence_type": {"accuracy": float(np.mean(right))},
    }


def record_of(one: StarterPublication) -> dict[str, Any]:
    """Return the publication's facts as CSL-JSON, as a source would give them."""
    record = {
        "type": "article-journal" if one.journal else "report",
        "title": one.title,
        "collection-title": one.series,
        "container-title": one.journal,
        "publisher": one.publisher,
        "language": one.language,
    }
    return {key: value for key, value in record.items() if value}


def mean_average_precision(scores: Matrix, truth: Matrix) -> float:
    """Return average precision (area under precision over recall) averaged over targets."""
    found = []
    for column in range(truth.shape[1]):
        ranked = truth[np.argsort(-scores[:, column], kind="stable"), column]
        precision = np.cumsum(ranked) / np.arange(1, len(ranked) + 1)
        found.append(float((precision * ranked).sum() / max(ranked.sum(), 1)))
    return float(np.mean(found))


def fit_calibrations(found: LeftOut) -> tuple[Calibration, Calibration]:
    """Return what is shipped: (factors, labels) calibrated on all left-out scores."""
    return (
        calibrate(found.factor, found.factor_rows.targets),
        calibrate(found.label, found.label_rows.targets, shared_threshold=True),
    )


def _measure_labels(found: LeftOut, part: slice) -> Figures:
    rows = found.label_rows
    judged = judge(found.label[:, part], rows.targets[:, part], rows.group, shared=True)
    return {"micro_f1": judged.mean_counts().micro[2], "macro_f1": judged.macro_f1()}


def _rounded(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _rounded(item) for key, item in value.items()}
    return round(float(value), 4) if isinstance(value, float | np.floating) else value


def main() -> None:
    """Write docs/model-card.md from the shipped model's own figures."""
    CARD_FILE.write_text(render_card(read_model(SHIPPED).facts), encoding="utf-8")


if __name__ == "__main__":
    main()
