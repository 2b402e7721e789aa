"""The crawl's speed: our crawler with everything on, against a bare Scrapy spider.

Both ask the same pages of the same site from the same server in the same run, in turns and in both
orders; politeness is off, everything else is on (guard, robots.txt, frontier, blobs, hashes,
counts). Speed is pages between the first and the last request, as the server saw them, so that
nobody's start counts.
"""

from __future__ import annotations

import resource
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from kb.settings import Settings
from pipeline.crawl import crawl
from tests.bench.crawl_replica import Served, bench_source, served_site

PAGES = 2_000
ROUNDS = 3  # each in both orders
LEAST_RATIO = 0.85
LEAST_SERVER = 3.0


def run_baseline(server: Served, kind: str) -> tuple[float, float]:
    """(pages a second, milliseconds of processor time a page) of `scrapy` or `raw`."""
    spent = _children_s()
    subprocess.run(
        [sys.executable, "-m", "tests.bench.bare_spider", kind, str(server.port), str(PAGES)],
        cwd=Path(__file__).parents[2],
        check=True,
    )
    return _rate(server, spent)


def run_ours(server: Served) -> tuple[float, float]:
    """(pages a second, milliseconds of processor time a page) of our crawler, into a new home."""
    spent = _children_s()
    with tempfile.TemporaryDirectory(prefix="samvirke-bench-") as home:
        settings = Settings(home=Path(home), database_url=None)
        report = crawl(settings, [bench_source()], run_id=1, replica_port=server.port)
        assert report.problems == ()
    return _rate(server, spent)


def _rate(server: Served, spent: float) -> tuple[float, float]:
    counts = server.measured()
    assert counts.pages == server.pages, (counts, server.pages)
    return counts.pages / (counts.last - counts.first), 1000 * (
        _children_s() - spent
    ) / counts.pages


def _children_s() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main() -> None:
    """Print the medians and their ratios."""
    figures: dict[str, list[tuple[float, float]]] = {"bare": [], "ours": [], "raw": []}
    with served_site(PAGES) as server:
        for number in range(2 * ROUNDS):
            for name in ("bare", "ours") if number % 2 else ("ours", "bare"):
                run = run_ours(server) if name == "ours" else run_baseline(server, "scrapy")
                figures[name].append(run)
        figures["raw"].append(run_baseline(server, "raw"))
    speed = {name: statistics.median(rate for rate, _ in runs) for name, runs in figures.items()}
    cost = {name: statistics.median(ms for _, ms in runs) for name, runs in figures.items()}
    pairs = zip(figures["ours"], figures["bare"], strict=True)
    ratios = sorted(ours / bare for (ours, _), (bare, _) in pairs)
    print(
        f"bare Scrapy {speed['bare']:.0f} pages/s ({cost['bare']:.2f} ms of processor a page), "
        f"ours {speed['ours']:.0f} ({cost['ours']:.2f} ms)"
    )
    print(
        f"ours against bare: {speed['ours'] / speed['bare']:.2f} (at least {LEAST_RATIO}); "
        f"pairs {', '.join(f'{ratio:.2f}' for ratio in ratios)}"
    )
    print(
        f"the server against bare: {speed['raw'] / speed['bare']:.1f} or more "
        f"(at least {LEAST_SERVER:.0f})"
    )


if __name__ == "__main__":
    main()
