"""A search from the shell, at the demo's size, against the libraries it needs opened plainly.

    python -m tests.bench.bench_cold [runs]

Plainly: OpenVINO imported as it comes and the model compiled, the whole tokenizer read, the
language identifier loaded, nothing searched. Wall and processor seconds, medians, the two in turn.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage

from kb.search.word_scores import keep_word_languages
from kb.settings import CHECKOUT, Settings
from kb.store import open_store
from tests.bench.bench_index import put
from tests.gates.search_figures import starter_rows
from tests.models import shared_search_embedder
from tests.pipeline.test_index import Bench
from tests.sample import warm_home

RUNS = 5
# Of the second the words do not tell the language, so the identifier is loaded beside.
QUESTIONS = ("how do services share information", "zusammenarbeit mellom tjenester")
PLAINLY = """
import sys
import heliport, openvino
from tokenizers import Tokenizer
heliport.Identifier()
Tokenizer.from_file(sys.argv[1] + "/tokenizer.json")
openvino.Core().compile_model(sys.argv[1] + "/model.xml", "CPU")
"""


def timed(arguments: Sequence[str], home: Path) -> tuple[float, float]:
    """Run Python with these arguments; return its wall and processor seconds."""
    environment = {**os.environ, "SAMVIRKE_HOME": str(home)}
    before, begin = getrusage(RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(
        [sys.executable, *arguments],
        env=environment,
        cwd=CHECKOUT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=True,
    )
    wall, after = time.perf_counter() - begin, getrusage(RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return wall, spent


def build(home: Path) -> Path:
    """Make a base of the starter's passages; return the folder of its model."""
    settings = Settings(home=warm_home(home))
    shared_search_embedder()
    keep_word_languages(settings.models_folder)
    store = open_store(settings)
    rows = starter_rows()
    base = Bench(settings, store)
    put(base, range(len(rows)), rows)
    base.run()
    store.close()
    return next((settings.models_folder / "runtime").glob("*-search-*/model.xml")).parent


def main(arguments: Sequence[str] = ()) -> None:
    """Print the figures of each question."""
    runs = int(arguments[0]) if arguments else RUNS
    with tempfile.TemporaryDirectory(prefix="samvirke-cold-") as folder:
        home = Path(folder) / "home"
        model = build(home)
        for question in QUESTIONS:
            search = ["-m", "pipeline", "search", question]
            timed(search, home)  # what is read from the disk is in memory for all
            pairs = [
                (timed(search, home), timed(["-c", PLAINLY, str(model)], home)) for _ in range(runs)
            ]
            (wall, spent), (plain_wall, plain_spent) = (
                [statistics.median(one[part] for one in side) for part in (0, 1)]
                for side in zip(*pairs, strict=True)
            )
            print(
                f"cold search for “{question}”: {wall:.2f} s, {spent:.2f} s of processor time; "
                f"its libraries opened plainly {plain_wall:.2f} s, {plain_spent:.2f} s; "
                f"ratio {wall / plain_wall:.2f}, {spent / plain_spent:.2f}"
            )


if __name__ == "__main__":
    main(sys.argv[1:])
