"""The demo: building it, refreshing it unchanged, and a warm search over it.

Run by `make bench`. The model is prepared anew, as on a fresh machine. Peak memory is that of the
largest of the processes (Linux and macOS count it for children that have ended).
"""

from __future__ import annotations

import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from kb.knowledge_base import open_knowledge_base
from kb.settings import Settings
from kb.vector_runtime import Vectors
from tests.gates.search_figures import starter_questions

BUDGET_BUILD_S = 180  # the figure for building the demo on two cores
BUDGET_SHARE = 0.05  # a refresh with nothing changed, against the first
BUDGET_SEARCH_MS = 60


def refresh(home: Path) -> tuple[float, dict[str, Any]]:
    """Run `samvirke refresh --demo`; (seconds, its report)."""
    begin = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "pipeline", "refresh", "--demo", "--format", "jsonl"],
        env={**os.environ, "SAMVIRKE_HOME": str(home)},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        check=True,
    )
    return time.perf_counter() - begin, json.loads(done.stdout)


def search_times(home: Path) -> tuple[float, float]:
    """Median milliseconds of a whole search over the demo, and of embedding its question alone."""
    knowledge = open_knowledge_base(Settings(home=home))
    questions = [question.text for question in starter_questions()[:60]]
    knowledge.search(questions[0])
    whole, bare = [], []
    searcher = knowledge.searcher()
    for question in questions:
        begin = time.perf_counter()
        knowledge.search(question)
        whole.append(time.perf_counter() - begin)
        begin = time.perf_counter()
        vectors: Vectors = searcher._embedder.embed_queries([question])
        bare.append(time.perf_counter() - begin)
        assert len(vectors) == 1
    return 1000 * statistics.median(whole), 1000 * statistics.median(bare)


def main() -> None:
    """Print the figures with the ratios to their budgets and baselines."""
    with tempfile.TemporaryDirectory(prefix="samvirke-bench-") as folder:
        home = Path(folder)
        first, report = refresh(home)
        second, _ = refresh(home)
        largest = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 2**20
        whole, bare = search_times(home)
    passages = report["stages"]["index"]["passages"]
    print(
        f"first demo refresh, model prepared: {first:.1f} s, {first / BUDGET_BUILD_S:.2f} of 180 s"
    )
    print(f"  stages: {report['seconds']}; {passages} passages")
    print(f"  largest process: {largest:.2f} GiB")
    print(
        f"second, nothing changed: {second:.1f} s, {second / first:.3f} of the first (at most 0.05)"
    )
    print(
        f"warm search: {whole:.1f} ms median ({whole / BUDGET_SEARCH_MS:.2f} of 60 ms), "
        f"{whole / bare:.2f} times embedding the question alone"
    )


if __name__ == "__main__":
    main()
