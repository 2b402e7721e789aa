"""A warm search over an index of some size, against the bare parts that it is made of.

    python -m tests.bench.search_by_size FOLDER

measures the index in FOLDER and prints one line of JSON: a process of its own, whose memory is a
reader's. `measured` builds an index of the size asked for and does the same with it.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path

import numpy as np

from kb.search.build import build_index
from kb.search.dense import DenseIndex, exact_nearest, read_faiss
from kb.search.fit import unrelated_texts
from kb.search.fitting import fitting_of
from kb.search.lexical import LexicalIndex
from kb.search.means import LanguageMeans
from kb.search.rows import Filters, row_context
from kb.search.searcher import Searcher
from kb.settings import CHECKOUT
from tests.bench.multiplied import ManyRows, many_vectors
from tests.gates.search_figures import starter_questions, starter_rows
from tests.models import shared_search_embedder, shared_vector_cache

QUESTIONS = 60  # of the starter's known-item questions, none of which is a passage
WARM = 5  # searches before those that are timed
FILTERS = Filters(countries=("NO", "SE", "DK", "FI", "IS"))
NARROW = Filters(countries=("IS", "FO", "GL"))  # leaves few enough to be compared one by one
NEAREST = 10


@dataclass(frozen=True)
class Measured:
    """Milliseconds of a search and of its bare parts together, and what else was found.

    `plain` is without a filter, `narrow` with one that leaves `narrow_rows`; `ratio` is of the
    medians, `recall` that of the ten nearest, `memory_gb` the searching reader's highest.
    """

    passages: int
    search_p50: float
    search_p95: float
    bare_p50: float
    bare_p95: float
    plain_p50: float
    plain_p95: float
    narrow_p50: float
    narrow_p95: float
    narrow_rows: int
    ratio_p50: float
    ratio_p95: float
    recall: float
    memory_gb: float
    opened_s: float


def measure(folder: Path) -> Measured:
    """Measure an index; each question is searched whole and by its parts, one after the other."""
    embedder = shared_search_embedder()
    begin = time.perf_counter()
    searcher = Searcher(folder, embedder)
    opened = time.perf_counter() - begin
    dense, words = DenseIndex(folder), LexicalIndex(folder)
    means = LanguageMeans.load(folder / "means.safetensors")
    index = read_faiss(folder / "dense.faiss")
    whole, bare = [], []
    questions = list(islice(starter_questions(), QUESTIONS))
    for number, question in enumerate(questions[:WARM] + questions):
        text, language = question.text, question.language
        asked = words.asked(text, language)
        begin = time.perf_counter()
        vectors = embedder.embed_queries([text])
        index.search(vectors, NEAREST)
        words.search_words(asked, language, NEAREST)
        middle = time.perf_counter()
        searcher.search(text, k=NEAREST, filters=FILTERS)
        if number >= WARM:
            bare.append(1000 * (middle - begin))
            whole.append(1000 * (time.perf_counter() - middle))
    plain = timed_searches(searcher, [question.text for question in questions], Filters())
    narrow = timed_searches(searcher, [question.text for question in questions], NARROW)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6  # kB on Linux
    queries = embedder.embed_queries([question.text for question in questions])
    queries = means.centre(queries, [question.language for question in questions])
    wanted = exact_nearest(dense.vectors, queries)
    found = [dense.nearest(query, NEAREST) for query in queries]
    shares = [np.isin(one, two).mean() for one, two in zip(wanted, found, strict=True)]
    p50, p95 = (float(np.percentile(whole, part)) for part in (50, 95))
    bare50, bare95 = (float(np.percentile(bare, part)) for part in (50, 95))
    return Measured(
        len(dense),
        p50,
        p95,
        bare50,
        bare95,
        *plain,
        *narrow,
        searcher.count(NARROW),
        p50 / bare50,
        p95 / bare95,
        float(np.mean(shares)),
        memory,
        opened,
    )


def timed_searches(
    searcher: Searcher, questions: Sequence[str], filters: Filters
) -> tuple[float, float]:
    """Return the milliseconds of a search under a filter, p50 and p95."""
    took = []
    for number, text in enumerate([*questions[:WARM], *questions]):
        begin = time.perf_counter()
        searcher.search(text, k=NEAREST, filters=filters)
        if number >= WARM:
            took.append(1000 * (time.perf_counter() - begin))
    return float(np.percentile(took, 50)), float(np.percentile(took, 95))


def build(folder: Path, size: int) -> float:
    """Build an index of `size` passages in the empty folder; return the seconds it took."""
    rows, embedder, cache = list(starter_rows()), shared_search_embedder(), shared_vector_cache()
    vectors = cache.embed(embedder, [row_context(row) for row in rows])
    fitting = fitting_of(embedder, cache)
    languages = [row.language for row in rows]
    centred = fitting.means.centre(vectors, languages)
    with tempfile.TemporaryDirectory(dir=folder.parent) as beside:
        many = many_vectors(Path(beside) / "raw.npy", centred, languages, fitting.means, size)
        unrelated = embedder.embed_queries(unrelated_texts())
        begin = time.perf_counter()
        build_index(
            folder,
            ManyRows(rows, size),
            many,
            fitting.means,
            fitting.weights,
            unrelated=unrelated,
        )
        return time.perf_counter() - begin


def measured(size: int) -> tuple[float, Measured]:
    """Build and measure an index; return the seconds of the build too."""
    with tempfile.TemporaryDirectory(prefix="samvirke-size-") as name:
        folder = Path(name) / "index"
        folder.mkdir()
        seconds = build(folder, size)
        ran = subprocess.run(
            [sys.executable, "-m", "tests.bench.search_by_size", str(folder)],
            check=True,
            capture_output=True,
            text=True,
            cwd=CHECKOUT,
        )
        return seconds, Measured(**json.loads(ran.stdout.splitlines()[-1]))


def in_words(found: Measured) -> str:
    """Return what was measured, in a line."""
    return (
        f"{found.passages:,} passages, filters on: search p50 {found.search_p50:.1f} ms, "
        f"p95 {found.search_p95:.1f} ms; bare parts p50 {found.bare_p50:.1f} ms, "
        f"p95 {found.bare_p95:.1f} ms; "
        f"no filter {found.plain_p50:.1f} and {found.plain_p95:.1f} ms; "
        f"{found.narrow_rows:,} rows allowed {found.narrow_p50:.1f} and {found.narrow_p95:.1f} ms; "
        f"ratio {found.ratio_p50:.2f} (p95 {found.ratio_p95:.2f}); "
        f"recall@10 {found.recall:.3f}; memory {found.memory_gb:.2f} GB"
    )


if __name__ == "__main__":
    print(json.dumps(asdict(measure(Path(sys.argv[1])))))
