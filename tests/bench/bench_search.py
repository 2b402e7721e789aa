"""Search and embedding, each against its baseline in the same run.

    python -m tests.bench.bench_search [passages to embed]

Prints the figures on the starter's questions, a warm search against the bare parts it is made
of, and embedding against sentence-transformers in float32.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from kb.bundled_model import prepare_bundled_model
from kb.embedding import open_search_embedder
from kb.model_conversion import load_source
from kb.search.dense import DenseIndex
from kb.search.lexical import LexicalIndex
from kb.search.rows import Filters, row_context
from kb.search.searcher import Searcher
from kb.settings import Settings
from pipeline.search_training.report import Report, figures_by_group
from tests.gates.search_figures import (
    data_hash,
    plain_search,
    rank_by,
    starter_questions,
    starter_rows,
    starter_searcher,
)
from tests.models import shared_embedder, shared_model_home, shared_vector_cache

REPORT = Report.load(Path(__file__).parents[1] / "gates" / "search_ranks.json")
PASSAGES = 200  # embedded by both sides: a minute on two cores


def print_quality() -> None:
    """Print MRR@10 and recall@10: the plain model's, measured now, and ours, cross-validated."""
    plain = rank_by(plain_search(shared_embedder(), shared_vector_cache()), starter_questions())
    ours = figures_by_group(REPORT.ranked, "trained")
    print(f"known-item questions of the starter, data {data_hash()}; ours by five folds over")
    print(f"publications, kept with data {REPORT.data} (one fold is measured again by the gate)")
    print(f"{'':34}{'n':>5}  plain MRR  recall    our MRR  recall   ratio")
    for name, figure in ours.items():
        before = plain[name]
        ratio = f"{figure.mrr / before.mrr:7.2f}" if before.mrr else "      –"
        print(
            f"{name:34}{figure.questions:5}{before.mrr:11.3f}{before.recall:8.3f}"
            f"{figure.mrr:11.3f}{figure.recall:8.3f} {ratio}"
        )


def print_latency(folder: Path, searcher: Searcher) -> None:
    """Print a warm filtered search against embedding plus both bare index searches."""
    embedder = shared_embedder()
    dense, words = DenseIndex(folder), LexicalIndex(folder)
    queries = [question.text for question in starter_questions()]
    filters = Filters(countries=("NO", "SE", "DK", "FI", "IS"))

    def bare(query: str) -> None:
        dense.nearest(embedder.embed_queries([query])[0], 10)
        words.search(query, "nb", 10)

    whole = _milliseconds(lambda query: searcher.search(query, filters=filters), queries)
    parts = _milliseconds(bare, queries)
    print(
        f"warm search, filters on: p50 {np.percentile(whole, 50):.1f} ms, p95 "
        f"{np.percentile(whole, 95):.1f} ms; bare parts p50 {np.percentile(parts, 50):.1f} ms; "
        f"ratio {statistics.median(whole) / statistics.median(parts):.2f}"
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


def _milliseconds(act: Callable[[str], object], queries: list[str]) -> list[float]:
    act(queries[0])
    taken = []
    for query in queries:
        start = time.perf_counter()
        act(query)
        taken.append(1000 * (time.perf_counter() - start))
    return taken


def main(arguments: list[str]) -> None:
    """Print every figure."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        embedder = open_search_embedder(Settings(home=shared_model_home()))
        searcher = starter_searcher(folder, embedder, shared_vector_cache())
        print_quality()
        print_latency(folder, searcher)
    print_throughput(int(arguments[0]) if arguments else PASSAGES)


if __name__ == "__main__":
    main(sys.argv[1:])
