"""The crawl's memory on a large site: the child's peak at 20,000 pages against that at 5,000.

Called by `large`, which writes what comes of it to docs/benchmarks/. Peaks are read from /proc, so
this part runs on Linux only.
"""

from __future__ import annotations

import os
import tempfile
import time
from datetime import date
from pathlib import Path

from kb.settings import Settings
from pipeline.crawl import CrawlEvent, crawl
from tests.bench.crawl_replica import bench_source, served_site

SIZES = (5_000, 20_000)  # pages
MOST_MORE_MB = 50  # the largest may take so much more than the smallest
LOOK_EVERY = 100  # events


def child_peak_mb() -> float:
    """The peak resident memory so far of the crawl's process, in MB; 0 where there is none."""
    for task in Path("/proc/self/task").iterdir():
        for pid in (task / "children").read_text().split():
            process = Path("/proc") / pid
            if b"pipeline.crawl.child" in (process / "cmdline").read_bytes():
                lines = (process / "status").read_text().splitlines()
                peak = next((line for line in lines if line.startswith("VmHWM")), "VmHWM: 0 kB")
                return int(peak.split()[1]) / 1024
    return 0.0


def measure(pages: int) -> tuple[int, float, float]:
    """Crawl about so many pages; (pages asked, the child's peak in MB, pages a second)."""
    peak = 0.0
    told = 0

    def look(_: CrawlEvent) -> None:
        nonlocal peak, told
        told += 1
        if told % LOOK_EVERY == 0:
            peak = max(peak, child_peak_mb())

    with tempfile.TemporaryDirectory(prefix="samvirke-large-") as home, served_site(pages) as site:
        begin = time.perf_counter()
        settings = Settings(home=Path(home), database_url=None)
        report = crawl(settings, [bench_source()], run_id=1, replica_port=site.port, on_event=look)
        took = time.perf_counter() - begin
        assert report.problems == ()
        assert report.total("stored") + report.total("unchanged") > 0.9 * site.pages
        return site.measured().pages, peak, site.pages / took


def main(output: Path) -> None:
    """Print and write the table."""
    lines = [
        f"# Crawl by size, {date.today().isoformat()}",
        "",
        f"{os.cpu_count()} cores; a generated site on loopback, politeness off, a new data home.",
        "",
        "| pages | peak memory of the crawl's process, MB | more than the smallest, MB | pages/s |",
        "| --- | --- | --- | --- |",
    ]
    smallest: float | None = None
    for size in SIZES:
        pages, peak, speed = measure(size)
        smallest = smallest if smallest is not None else peak
        lines.append(f"| {pages:,} | {peak:.0f} | {peak - smallest:.0f} | {speed:.0f} |")
        print(lines[-1], flush=True)
    lines += ["", f"At most {MOST_MORE_MB} MB more are allowed."]
    output.mkdir(exist_ok=True)
    (output / "crawl-by-size.md").write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(__file__).parents[2] / "docs" / "benchmarks")
