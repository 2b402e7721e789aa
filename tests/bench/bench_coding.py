"""Machine coding and screening, each against a baseline in the same run.

    python -m tests.bench.bench_coding

Prints cross-validated figures beside cue words alone and the commonest direction, how the starter
is screened, and the time of coding against that of embedding the same passages.
"""

from __future__ import annotations

import time
from collections import Counter

from corpora.codebook import load_codebook
from corpora.starter import load_starter
from pipeline.machine_coding.evaluate import measure
from pipeline.machine_coding.model import Coder
from pipeline.machine_coding.model_files import SHIPPED, read_model
from pipeline.screening import ScreeningInput, screen
from tests.gates.coding_figures import bare, learnt, long_texts, training_data
from tests.models import shared_coding_embedder, shared_search_embedder

PASSAGES = 200


def print_quality() -> None:
    """Print the cross-validated figures."""
    start = time.perf_counter()
    fitted = learnt()
    learning_s = time.perf_counter() - start
    figures = measure(training_data(), fitted, long_texts(), bare())
    factors, direction = figures["factors"], figures["direction"]
    ratio = factors["macro_f1"] / factors["baseline_macro_f1"]
    print(
        f"factors, macro F1: {factors['macro_f1']:.3f}; cue words alone "
        f"{factors['baseline_macro_f1']:.3f} (ratio {ratio:.2f})"
    )
    print(
        f"factors, micro precision {factors['micro_precision']:.3f}, recall "
        f"{factors['micro_recall']:.3f}, mean average precision "
        f"{factors['mean_average_precision']:.3f}, calibration error "
        f"{factors['calibration_error']:.3f}"
    )
    ratio = direction["accuracy"] / direction["baseline_accuracy"]
    print(
        f"direction, accuracy given the factor: {direction['accuracy']:.3f}; the commonest alone "
        f"{direction['baseline_accuracy']:.3f} (ratio {ratio:.2f}); facilitator and barrier "
        f"exchanged {direction['opposite']:.3f}"
    )
    for part in ("long_texts", "sectors", "target_groups", "evidence_type", "countries"):
        print(f"{part}: {figures[part]}")
    for kind in ("by_language", "by_factor"):
        print(f"factors {kind}: {factors[kind]}")
    print(f"learning, vectors at hand or not: {learning_s:.1f} s")


def print_speed() -> None:
    """Print the coding stage's processor time against that of embedding the same for search.

    The passages are as short as the starter's and, joined, as long as a report's.
    """
    short = [one.input for one in training_data().texts if one.publication][:PASSAGES]
    joined = long_texts().pieces
    for name, inputs in (
        ("short", short),
        ("long", [joined.inputs[place] for place in joined.wholes]),
    ):
        search, coding = shared_search_embedder(), shared_coding_embedder()
        coder = Coder(read_model(SHIPPED), load_codebook())
        some = inputs[::10]  # of every language, whose cue words are read once
        coder.code(some, coding.embed_passages(coder.pieces(some)))
        search.embed_passages([one.text for one in some])
        start = time.process_time()
        search.embed_passages([one.text for one in inputs])
        embedding_s = time.process_time() - start
        start = time.process_time()
        coder.code(inputs, coding.embed_passages(coder.pieces(inputs)))
        coding_s = time.process_time() - start
        print(
            f"coding {len(inputs)} {name} passages: {coding_s:.2f} s; embedding them: "
            f"{embedding_s:.2f} s (ratio {coding_s / embedding_s:.2f})"
        )


def print_screening() -> None:
    """Print how the starter's publications are screened, from their text alone."""
    verdicts = Counter(
        screen(
            ScreeningInput(
                title=one.title,
                abstract=one.abstract,
                texts=tuple(passage.text for passage in one.passages),
                language=one.language,
                year=one.year,
            )
        ).verdict
        for one in load_starter()
    )
    print(f"screening the starter: {dict(verdicts)} of {verdicts.total()}")


def main() -> None:
    """Print everything."""
    print_quality()
    print_speed()
    print_screening()


if __name__ == "__main__":
    main()
