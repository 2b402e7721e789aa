"""`make bench-large`: search over up to a million passages, and the coder's cross-validation.

Writes what it finds, with the date and the data's hash, to docs/benchmarks/. The passages are the
starter's, multiplied (`tests.bench.multiplied`).
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from tests.bench import bench_coding, large_crawl
from tests.bench.search_by_size import measured
from tests.gates.search_figures import data_hash

SIZES = (1_000, 10_000, 100_000, 1_000_000)  # passages
OUTPUT = Path(__file__).parents[2] / "docs" / "benchmarks"


def main() -> None:
    """Print the table, write it, and print the coder's cross-validated figures."""
    lines = [
        f"# Search by size, {date.today().isoformat()}, data {data_hash()}",
        "",
        "Two cores; a warm search with a filter on, the question embedded each time, against the",
        "sum of embedding it, a bare FAISS search and a bare Tantivy search of the same words.",
        "`make bench-large` writes this page.",
        "",
        "| passages | build, s | search p50, ms | p95, ms | no filter p95, ms | narrow p95, ms "
        "| bare p50, ms | ratio | recall@10 | memory, GB |",
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for size in SIZES:
        seconds, found = measured(size)
        lines.append(
            f"| {size:,} | {seconds:.1f} | {found.search_p50:.1f} | {found.search_p95:.1f} "
            f"| {found.plain_p95:.1f} | {found.narrow_p95:.1f} | {found.bare_p50:.1f} "
            f"| {found.ratio_p50:.2f} | {found.recall:.3f} "
            f"| {found.memory_gb:.2f} |"
        )
        print(lines[-1], flush=True)
    OUTPUT.mkdir(exist_ok=True)
    (OUTPUT / "search-by-size.md").write_text("\n".join(lines) + "\n", encoding="utf-8")
    bench_coding.main()
    large_crawl.main(OUTPUT)


if __name__ == "__main__":
    main()
