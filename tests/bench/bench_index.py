"""What one per cent more passages costs, against building the index of all from nothing.

python -m tests.bench.bench_index [passages ...]

In processor seconds, so that the figure is the same on a machine that others use.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from kb.search.rows import IndexRow
from kb.settings import Settings
from kb.store import open_store
from pipeline.index import IndexReport
from tests.bench.multiplied import PASSAGES_A_PUBLICATION, ManyRows
from tests.builders import passage
from tests.gates.search_figures import starter_rows
from tests.models import shared_search_embedder
from tests.pipeline.test_index import Bench

SIZES = (200, 1_500)  # with their sentences about a minute to embed on two cores
SHARE = 0.01


def put(base: Bench, rows: Sequence[int], made: Sequence[IndexRow]) -> None:
    """Take these rows into the record, some a publication."""
    for start in range(0, len(rows), PASSAGES_A_PUBLICATION):
        part = [made[number] for number in rows[start : start + PASSAGES_A_PUBLICATION]]
        name = base.put(f"{part[0].title} {part[0].passage_id}")
        base.write(
            name,
            *(
                passage(row.text, language=row.language, sentences=[list(r) for r in row.sentences])
                for row in part
            ),
        )


def timed(base: Bench) -> tuple[float, IndexReport]:
    """Build; return the processor seconds it took and its report."""
    begin = time.process_time()
    report = base.run()
    return time.process_time() - begin, report


def measure(size: int) -> None:
    """Print the seconds of both builds of one size, and their ratio."""
    more = max(1, round(size * SHARE))
    made = ManyRows(starter_rows(), size + more)
    with tempfile.TemporaryDirectory(prefix="samvirke-index-") as home:
        settings = Settings(home=Path(home))
        store = open_store(settings)
        base = Bench(settings, store)
        put(base, range(size), made)
        first, whole = timed(base)
        put(base, range(size, size + more), made)
        second, again = timed(base)
        store.close()
    print(
        f"index of {whole.passages:,} passages from nothing {first:.1f} s of processor time "
        f"({whole.embedded:,} texts embedded); {again.added} more {second:.2f} s "
        f"({again.embedded:,} embedded, {again.kept:,} passages kept); "
        f"{100 * second / first:.1f} % of the time for {100 * SHARE:.0f} % more"
    )


def main(arguments: Sequence[str] = ()) -> None:
    """Print the figures of each size."""
    shared_search_embedder().embed_queries(["warm"])
    for size in [int(argument) for argument in arguments] or SIZES:
        measure(size)


if __name__ == "__main__":
    main(sys.argv[1:])
