"""`make bench-large`: search over 100,000 passages, and the coder's full cross-validation.

Writes what it finds, with the date and the data's hash, to docs/benchmarks/. The passages are the
starter's, repeated with a little noise on their vectors and a number in their texts.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np

from kb.search.build import build_index
from kb.search.fitting import fitting_of
from kb.search.rows import Filters, IndexRow, row_context
from kb.search.searcher import Searcher
from kb.vector_runtime import Vectors, unit
from tests.bench import bench_coding, large_crawl
from tests.gates.search_figures import data_hash, starter_questions, starter_rows
from tests.models import shared_embedder, shared_vector_cache

SIZES = (1_000, 10_000, 100_000)  # passages
NOISE = 0.02  # of each vector's components: neighbours, not copies
QUESTIONS = 60
OUTPUT = Path(__file__).parents[2] / "docs" / "benchmarks"


def enlarged(rows: list[IndexRow], vectors: Vectors, size: int) -> tuple[list[IndexRow], Vectors]:
    """`size` rows and vectors made of the starter's."""
    random = np.random.default_rng(0)
    source = np.arange(size) % len(rows)
    noise = random.normal(0, NOISE, (size, vectors.shape[1])).astype(np.float32)
    many = [
        replace(
            rows[at],
            passage_id=f"{rows[at].passage_id}-{n}",
            publication_id=f"{rows[at].publication_id}-{n // len(rows)}",
            text=f"{rows[at].text} {n}",
        )
        for n, at in enumerate(source)
    ]
    return many, unit(np.asarray(vectors[source] + noise, dtype=np.float32))


def measure(size: int) -> dict[str, float]:
    """Seconds to build an index of this size; median and 95th percentile of a search, in ms."""
    embedder, cache = shared_embedder(), shared_vector_cache()
    rows = list(starter_rows())
    vectors = cache.embed(embedder, [row_context(row) for row in rows])
    many, more = enlarged(rows, vectors, size)
    filters = Filters(countries=("SE", "FI"))
    with tempfile.TemporaryDirectory(prefix="samvirke-large-") as folder:
        begin = time.perf_counter()
        fitting = fitting_of(embedder, cache)
        build_index(Path(folder), many, more, fitting.means, fitting.weights)
        built = time.perf_counter() - begin
        searcher = Searcher(Path(folder), embedder)
        searcher.search("samarbeid", filters=filters)
        seconds = []
        for question in starter_questions()[:QUESTIONS]:
            begin = time.perf_counter()
            searcher.search(question.text, filters=filters)
            seconds.append(1000 * (time.perf_counter() - begin))
    return {
        "build_s": built,
        "search_p50_ms": statistics.median(seconds),
        "search_p95_ms": float(np.percentile(seconds, 95)),
    }


def main() -> None:
    """Print the table, write it, and print the coder's cross-validated figures."""
    lines = [
        f"# Search by size, {date.today().isoformat()}, data {data_hash()}",
        "",
        "Two cores; search with a filter on, the question embedded each time.",
        "",
        "| passages | build, s | search p50, ms | p95, ms | p50 against the smallest |",
        "| --- | --- | --- | --- | --- |",
    ]
    first: float | None = None
    for size in SIZES:
        found = measure(size)
        first = first or found["search_p50_ms"]
        lines.append(
            f"| {size:,} | {found['build_s']:.1f} | {found['search_p50_ms']:.1f} "
            f"| {found['search_p95_ms']:.1f} | {found['search_p50_ms'] / first:.2f} |"
        )
        print(lines[-1], flush=True)
    OUTPUT.mkdir(exist_ok=True)
    (OUTPUT / "search-by-size.md").write_text("\n".join(lines) + "\n", encoding="utf-8")
    bench_coding.main()
    large_crawl.main(OUTPUT)


if __name__ == "__main__":
    main()
