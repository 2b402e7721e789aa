"""What the import contracts cannot see: hidden imports, and how light answering a search is."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from kb.settings import CHECKOUT

PACKAGES = ("corpora", "kb", "pipeline", "app", "docs")
MODULES = sorted(path for name in PACKAGES for path in (CHECKOUT / name).rglob("*.py"))
HEAVY = ("torch", "transformers", "sentence_transformers", "scrapy", "twisted", "streamlit")
FORBIDDEN_NAMES = {"utils", "util", "helpers", "common", "misc"}


def own_imports(node: ast.AST) -> Iterator[str]:
    """Our own modules that an import statement names."""
    if isinstance(node, ast.Import):
        names = [alias.name for alias in node.names]
    elif isinstance(node, ast.ImportFrom):
        names = ["." * node.level + (node.module or "")]
    else:
        return
    yield from (name for name in names if name.startswith(".") or name.split(".")[0] in PACKAGES)


def test_no_function_imports_our_own_code() -> None:
    hidden = [
        f"{path.relative_to(CHECKOUT)}: {name}"
        for path in MODULES
        for outer in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(outer, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        for inner in ast.walk(outer)
        for name in own_imports(inner)
    ]
    assert hidden == []


def test_no_module_is_a_dump() -> None:
    assert not [path for path in MODULES if path.stem in FORBIDDEN_NAMES]


def test_every_module_opens_with_what_it_owns() -> None:
    silent = [
        path.relative_to(CHECKOUT)
        for path in MODULES
        if not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert silent == []


def loaded_by(home: Path, *args: str) -> set[str]:
    """The heavy packages that a command has imported when it ends."""
    script = (
        "import json, sys\n"
        "from pipeline.cli import main\n"
        f"sys.argv = {['samvirke', *args]!r}\n"
        "try:\n    main()\n"
        "except SystemExit as ending:\n    assert not ending.code, ending.code\n"
        f"print(json.dumps([name for name in {HEAVY!r} if name in sys.modules]), file=sys.stderr)\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", script],
        cwd=CHECKOUT,
        env={**os.environ, "SAMVIRKE_HOME": str(home), "PYTHONPATH": str(CHECKOUT)},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert ran.returncode == 0, ran.stderr
    return set(json.loads(ran.stderr.splitlines()[-1]))


def test_answering_a_search_needs_none_of_the_heavy_packages(ready_home: Path) -> None:
    assert loaded_by(ready_home, "search", "ledelse og samarbeid", "-k", "1") == set()


def test_adding_a_file_needs_none_of_them_either(ready_home: Path) -> None:
    given = str(next((ready_home / "given").glob("*.txt")))
    assert loaded_by(ready_home, "read", given) == set()
