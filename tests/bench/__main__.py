"""`make bench`: every benchmark of this folder, each printed as a ratio against its baseline."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path


def main() -> None:
    """Run every `bench_*.py` (or those named), in order."""
    names = sys.argv[1:] or sorted(path.stem for path in Path(__file__).parent.glob("bench_*.py"))
    for name in names:
        print(f"== {name}", flush=True)
        importlib.import_module(f"tests.bench.{name}").main()


if __name__ == "__main__":
    main()
