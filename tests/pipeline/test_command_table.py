"""The table of commands says what the modules have, and only the called one is imported."""

from __future__ import annotations

import json
import pkgutil
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest
import typer
from typer.main import get_group

from kb.settings import CHECKOUT
from pipeline import commands
from pipeline.command_table import MODULES, Commands
from tests.command_line import run_here

OUTPUT_ONLY = {"json_lines", "output"}  # what the others share


@pytest.mark.parametrize("module", MODULES)
def test_a_module_has_the_commands_that_the_table_says(module: str) -> None:
    part = typer.Typer()
    import_module(f"pipeline.commands.{module}").register(part)
    assert tuple(get_group(part).commands) == MODULES[module]


def test_every_module_is_in_the_table() -> None:
    found = {module.name for module in pkgutil.iter_modules(commands.__path__)}
    assert found - OUTPUT_ONLY == set(MODULES)


def test_every_command_is_told_and_an_unknown_one_is_none() -> None:
    group = Commands(name="samvirke")
    assert group.list_commands(None) == [name for names in MODULES.values() for name in names]
    assert group.get_command(None, "status").name == "status"
    assert set(group.commands) == set(MODULES["describing"])
    assert group.get_command(None, "stats") is None


def test_a_mistyped_command_names_the_like_one(tmp_path: Path) -> None:
    ran = run_here(tmp_path, "serch", "ledelse")
    assert ran.status == 2
    assert "Did you mean 'search'?" in ran.err


def test_only_the_called_command_is_imported() -> None:
    script = (
        "import json, sys\n"
        "from pipeline.command_table import Commands\n"
        "Commands(name='samvirke').get_command(None, 'search')\n"
        "print(json.dumps([m for m in sys.modules if m.startswith('pipeline.')]))\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", script], cwd=CHECKOUT, capture_output=True, text=True, check=True
    )
    imported = {name for name in json.loads(ran.stdout) if name.startswith("pipeline.commands.")}
    shared = {f"pipeline.commands.{name}" for name in OUTPUT_ONLY}
    assert imported - shared == {"pipeline.commands.finding"}
