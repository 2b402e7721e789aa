"""A search from the shell: what it imports decides how long it takes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from kb.settings import CHECKOUT

HEAVY = {
    "faiss",
    "heliport",  # the question's language is told from its words
    "openvino.tools.ovc",
    "openvino_telemetry",
    "pandas",
    "scrapy",
    "sentence_transformers",
    "sklearn",
    "streamlit",
    "torch",
    "transformers",
}
CODE = """
import json, sys
from pipeline.cli import app
try:
    app(["search", "ledelse i skolen og barnevernet", "-k", "2", "--format", "json"])
finally:
    there = [name for name, found in sys.modules.items() if found is not None]
    print(json.dumps(there), file=sys.stderr)
"""


def test_a_search_from_the_shell_imports_no_pytorch(ready_home: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", CODE],
        capture_output=True,
        text=True,
        cwd=CHECKOUT,
        env={**os.environ, "SAMVIRKE_HOME": str(ready_home)},
        check=False,
    )
    assert len(json.loads(ran.stdout)) == 2
    imported = set(json.loads(ran.stderr.splitlines()[-1]))
    assert {"openvino", "tantivy"} <= imported
    assert not imported & HEAVY
