"""The model card: what the shipped coder learnt from, how good it is, what it is bad at.

Owns the page docs/model-card.md, rendered from the facts kept with the model and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from pipeline.machine_coding.model_files import CoderFacts, version_of

CARD_FILE = Path(__file__).resolve().parents[2] / "docs" / "model-card.md"
SECOND_CODER_MACRO_F1 = 0.77
SECOND_CODER_DIRECTION = 0.82
"""What a second careful coder reached, blind, against the first (macro F1, direction)."""

WEAK_F1 = 0.4
WEAKEST = 4

HOW = """\
The encoder is the embedding model with its four upper layers adapted: low-rank changes of their
weights (LoRA), learnt from the invented texts alone, by telling factors with an attention of their
own each, directions, sectors and groups, and by bringing texts of like codings together across
languages. It reads a passage with its heading before it. The coder is kernel ridge regression over
three views of a passage: this encoder's vector with its language's mean removed, hashed character
n-grams (3-6 letters) of the text and of its heading, and cue words by factor together with the
likeness to the codebook's own definitions. A direction is told the same way, from the vector, the
n-grams and words of lack, hindrance, gain and duty, with the factor's own lean. Sectors and target
groups share one more such regression, which also sees the publication's title. A text of more than
90 words, longer than what it learnt from, is read by windows of about 45 words (whole sentences, or
clauses of a very long one) and as their mean: the surest piece decides whether a factor is there,
the whole and the windows that speak of it decide where it points. Two rules read what is said
outright, in seven languages: "promoted collaboration" leans to facilitator, and a list that calls
its clauses factors of collaboration has those that its clauses name. A confidence is a calibrated
probability (Platt scaling). Each factor has two thresholds: one for the best F1, and a higher one
from which a reader sees a coding; texts without a heading have thresholds of their own. Countries
and the evidence type follow rules over named places, institutions, laws and programmes, and over
cue words; nothing is learnt there, but the rules were written with the starter at hand, so expect
less on other publications."""

MEASURED = """\
Every figure is for publications the coder had not seen: the scores are exact
leave-one-publication-out scores, and calibration and thresholds were chosen on four fifths of the
publications and applied to the last fifth, averaged over six ways of dividing them. The encoder's
adaptation and the feature space (language means, n-gram weights, definitions) are made from
exemplars alone. How long the encoder learns, how much each view counts and how far thresholds lie
below the best were chosen by the same cross-validation, which flatters the figures a little. One
coder labelled everything: part of what counts as an error is a matter of opinion. Those who wrote
the invented publications had nine of the starter's before them as models of manner and coding, and
saw no other, but for a few turns of phrase from the rest, quoted to them to say how obliquely real
reports speak; figures over the rest stand beside those over all. "Without heading and title" are
the same passages read as bare texts.
Long texts are three consecutive passages of one publication joined (about 150 words), with the
codings of all three, scored the same way."""

BAD_AT = """\
- Passages that speak of collaboration as such, without a factor's own words: it misses more than
  half of the codings that a person makes there.
- What promotes: four in ten facilitators are taken for neutral or for barriers. Most are told
  without a word of promoting. Hardly any labelled text says it outright or lists factors, so what
  the two rules are worth on real texts is not measured.
- Icelandic: it finds what is said, but mostly not what a person codes.
- Texts without their heading: what stands in the heading is often what the text only implies.
- Factors that a long enumeration only touches, unless it calls them factors.
- "Mixed": it hardly ever says it, and takes one of the two sides instead.
- What only a whole report tells. It sees one passage and its heading at a time.
- Greenlandic and Northern Sami: there is no exemplar, so only the vectors speak.
- The publications of the starter themselves: it has learnt from their labels, so what it says of
  them looks better than it is. Compare with the cross-validated figures here, never with those."""


def render_card(facts: CoderFacts) -> str:
    """Return docs/model-card.md for the model that `facts` describes."""
    factors, direction = facts.figures["factors"], facts.figures["direction"]
    counts = facts.data_counts
    parts = [
        "# The machine coder's model card",
        "Made by `python -m pipeline.machine_coding.evaluate` from the shipped model; do not edit.",
        f"Version `{version_of(facts)}`, data `{facts.data_hash}`, vectors of "
        f"`{facts.embedding_model}` (`{facts.embedding_space}`).",
        "## What it is",
        HOW,
        "## What it learnt from",
        f"{counts['starter']} passages of {counts['publications']} real publications, reported in "
        f"our own words; {counts['sentence']} invented sentences, {counts['passage']} invented "
        f"passages and {counts['reported']} passages of invented publications, written in the "
        "manner of the real ones, half of them with the factors' usual words avoided.",
        "## How good it is",
        MEASURED,
        _table(("what", "figure", "beside it"), _summary(facts.figures)),
        "### By factor",
        _by_factor(factors["by_factor"]),
        "### By direction, the factor given",
        _by_direction(direction["by_direction"]),
        "### By language",
        _by_language(factors["by_language"]),
        "## What it is bad at",
        _weak_factors(factors["by_factor"]) + BAD_AT,
        "What was tried, and what it gave: [coding-experiments.md](coding-experiments.md).",
    ]
    return "\n\n".join(parts) + "\n"


def _summary(figures: dict[str, Any]) -> list[tuple[object, ...]]:
    factors, direction, countries = figures["factors"], figures["direction"], figures["countries"]
    long, shown = figures["long_texts"], factors["shown"]
    unshown, bare = figures["not_shown_to_writers"], figures["bare"]
    return [
        ("Factors, macro F1", factors["macro_f1"], _beside_macro(factors)),
        ("Factors, micro precision", factors["micro_precision"], ""),
        ("Factors, micro recall", factors["micro_recall"], ""),
        ("Factors as shown, micro precision", shown["micro_precision"], "threshold of its own"),
        ("Factors as shown, micro recall", shown["micro_recall"], ""),
        ("Factors as shown, macro F1", shown["macro_f1"], ""),
        ("Factors, mean average precision", factors["mean_average_precision"], ""),
        ("Calibration error of what is shown", factors["calibration_error"], "10 bins"),
        ("Direction, given the factor", direction["accuracy"], _beside_direction(direction)),
        ("Facilitator and barrier exchanged", direction["opposite"], "share of codings"),
        ("The same, of codings shown", direction["opposite_shown"], "where the factor is right"),
        ("Without heading and title: macro F1", bare["macro_f1"], "what a text alone tells"),
        ("Without heading and title: direction", bare["direction_accuracy"], ""),
        ("Not shown to writers: macro F1", unshown["macro_f1"], "the 67 other publications"),
        ("Not shown to writers: direction", unshown["direction_accuracy"], ""),
        ("Long texts: factors, macro F1", long["macro_f1"], _read_whole(long, "macro_f1")),
        ("Long texts: factors, micro F1", long["micro_f1"], _read_whole(long, "micro_f1")),
        (
            "Long texts: direction",
            long["direction_accuracy"],
            _read_whole(long, "direction_accuracy"),
        ),
        (
            "Long texts: facilitators seen",
            long["facilitator_recall"],
            _read_whole(long, "facilitator_recall"),
        ),
        ("Sectors, micro F1", figures["sectors"]["micro_f1"], ""),
        ("Target groups, micro F1", figures["target_groups"]["micro_f1"], ""),
        ("Evidence type, accuracy", figures["evidence_type"]["accuracy"], "by rule"),
        ("Countries, Jaccard, from the text", countries["jaccard_text"], "by rule"),
        ("Countries, Jaccard, publisher known", countries["jaccard_with_publisher"], "by rule"),
    ]


def _by_factor(factors: dict[str, Any]) -> str:
    return _table(
        ("factor", "codings", "F1", "precision", "recall"),
        [
            (f"`{name}`", one["codings"], one["f1"], one["precision"], one["recall"])
            for name, one in factors.items()
        ],
    )


def _by_direction(directions: dict[str, Any]) -> str:
    return _table(
        ("labelled", "codings", "right", *(f"said {name}" for name in directions)),
        [
            (f"`{name}`", one["codings"], one["recall"], *one["said"].values())
            for name, one in directions.items()
        ],
    )


def _by_language(languages: dict[str, Any]) -> str:
    return _table(
        ("language", "passages", "factors, micro F1"),
        [(f"`{name}`", one["passages"], one["micro_f1"]) for name, one in languages.items()],
    )


def _beside_macro(factors: dict[str, Any]) -> str:
    ratio = factors["macro_f1"] / factors["baseline_macro_f1"]
    return (
        f"{ratio:.1f} times cue words alone ({factors['baseline_macro_f1']:.2f}); "
        f"a second person: {SECOND_CODER_MACRO_F1}"
    )


def _read_whole(long: dict[str, Any], name: str) -> str:
    return f"read whole: {long[f'whole_{name}']:.2f}"


def _beside_direction(direction: dict[str, Any]) -> str:
    return (
        f"the commonest direction alone: {direction['baseline_accuracy']:.2f}; "
        f"a second person: {SECOND_CODER_DIRECTION}"
    )


def _weak_factors(by_factor: dict[str, dict[str, Any]]) -> str:
    ranked = sorted(by_factor, key=lambda name: float(by_factor[name]["f1"]))
    weak = [f"`{name}`" for name in ranked[:WEAKEST] if by_factor[name]["f1"] < WEAK_F1]
    return f"- Its weakest factors are {', '.join(weak)}.\n" if weak else ""


def _table(head: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join("| " + " | ".join(_cell(cell) for cell in line) + " |" for line in lines)


def _cell(value: object) -> str:
    return f"{value:.2f}" if isinstance(value, float) else str(value)
