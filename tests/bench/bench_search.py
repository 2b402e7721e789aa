"""Search and embedding, each against its baseline in the same run.

    python -m tests.bench.bench_search [passages to embed]

Prints the figures on the starter's questions, a warm search over 100,000 passages against the bare
parts it is made of, and embedding against sentence-transformers in float32.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from pathlib import Path

from kb.bundled_model import prepare_bundled_model
from kb.model_conversion import load_source
from kb.search.rows import row_context
from pipeline.search_training.report import Report, figures_by_group
from tests.bench.search_by_size import in_words, measured
from tests.gates.search_figures import (
    data_hash,
    plain_search,
    rank_by,
    starter_questions,
    starter_rows,
)
from tests.models import shared_embedder, shared_model_home, shared_vector_cache

REPORT = Report.load(Path(__file__).parents[1] / "gates" / "search_ranks.json")
PASSAGES = 500  # embedded by both sides: two minutes on two cores
SIZE = 100_000  # passages searched


def print_quality() -> None:
    """Print MRR@10 and recall@10: the plain model's, measured now, and ours as kept."""
    plain = rank_by(plain_search(shared_embedder(), shared_vector_cache()), starter_questions())
    ours = figures_by_group(REPORT.ranked, "trained")
    print(f"known-item questions of the starter, data {data_hash()}, of which nothing was learned;")
    print(f"ours kept with data {REPORT.data} (a fifth of them is measured again by the gate)")
    print(f"{'':34}{'n':>5}  plain MRR  recall    our MRR  recall   ratio")
    for name, figure in ours.items():
        before = plain[name]
        ratio = f"{figure.mrr / before.mrr:7.2f}" if before.mrr else "      –"
        print(
            f"{name:34}{figure.questions:5}{before.mrr:11.3f}{before.recall:8.3f}"
            f"{figure.mrr:11.3f}{figure.recall:8.3f} {ratio}"
        )


def print_throughput(count: int) -> None:
    """Print passages a second, ours against sentence-transformers' default, and the agreement."""
    texts = [row_context(row) for row in starter_rows()][:count]
    embedder = shared_embedder()
    embedder.embed_passages(texts[:20])
    start = time.perf_counter()
    found = embedder.embed_passages(texts)
    ours = len(texts) / (time.perf_counter() - start)
    model = load_source(str(prepare_bundled_model(shared_model_home() / "models")))
    model.encode(texts[:20], show_progress_bar=False)
    start = time.perf_counter()
    wanted = model.encode(texts, prompt_name="passage", show_progress_bar=False)
    theirs = len(texts) / (time.perf_counter() - start)
    print(
        f"embedding {len(texts)} passages: {ours:.1f}/s in {embedder.precision}, "
        f"sentence-transformers {theirs:.1f}/s in float32; ratio {ours / theirs:.2f}; "
        f"least cosine {float((found * wanted).sum(axis=1).min()):.5f}"
    )


def main(arguments: Sequence[str] = ()) -> None:
    """Print every figure."""
    print_quality()
    seconds, found = measured(SIZE)
    print(in_words(found), f"(built in {seconds:.0f} s)")
    print_throughput(int(arguments[0]) if arguments else PASSAGES)


if __name__ == "__main__":
    main(sys.argv[1:])
