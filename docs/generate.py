"""Writes the generated pages of docs/: the command reference, the settings, the record's tables.

`make docs` runs it; a test fails when a page has drifted from the code. The codebook's page and the
model card are written by the modules that own them.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import typer
from typer.cli import get_docs_for_click
from typer.core import TyperGroup

import kb.codebook_tables
import kb.coding_tables
import kb.gathering_tables
import kb.queue_tables  # noqa: F401 - registers its tables
from corpora.codebook import load_codebook, render_codebook_page
from kb.settings import CHECKOUT, Settings
from kb.tables import Base
from pipeline.cli import app
from pipeline.command_table import read_commands

DOCS = Path(__file__).resolve().parent


def render_cli() -> str:
    """The reference of every command, as `--help` says it."""
    command = typer.main.get_group(app)
    context = typer.Context(command, info_name="samvirke")
    text = get_docs_for_click(obj=command, ctx=context, name="samvirke", title="Commands")
    commands = read_commands()
    groups = [found.commands for found in commands.values() if isinstance(found, TyperGroup)]
    for name, found in chain.from_iterable(part.items() for part in (commands, *groups)):
        whole = str(found.help).splitlines()[0]  # the library cuts it
        text = text.replace(f"* `{name}`: {found.get_short_help_str()}", f"* `{name}`: {whole}")
    return "\n".join(line.rstrip() for line in text.strip().splitlines()) + "\n"


def render_settings() -> str:
    """One table of settings: name, default, meaning."""
    lines = [
        "# Settings",
        "",
        "Read from the environment; `PORT` (8501) is the app's port in the Makefile.",
        "",
        "| variable | default | meaning |",
        "| --- | --- | --- |",
    ]
    for name, field in Settings.model_fields.items():
        default = field.default
        if isinstance(default, Path):
            default = default.relative_to(CHECKOUT)
        shown = f"`{default}`" if default is not None else "none"
        lines.append(f"| `SAMVIRKE_{name.upper()}` | {shown} | {field.description} |")
    return "\n".join(lines) + "\n"


def render_tables() -> str:
    """The record's tables with their columns."""
    lines = ["# The record's tables", "", "Made by Alembic migrations; times are UTC.", ""]
    for table in sorted(Base.metadata.tables.values(), key=lambda found: found.name):
        lines += [f"## {table.name}", "", "| column | type | |", "| --- | --- | --- |"]
        for column in table.columns:
            marks = [
                *(["key"] if column.primary_key else []),
                *(["may be empty"] if column.nullable else []),
                *(f"→ {key.column.table.name}" for key in column.foreign_keys),
            ]
            lines.append(f"| {column.name} | {column.type} | {', '.join(marks)} |")
        lines.append("")
    return "\n".join(lines)


def pages() -> Iterator[tuple[Path, str]]:
    """Every generated page with the text it should have."""
    yield DOCS / "cli.md", render_cli()
    yield DOCS / "settings.md", render_settings()
    yield DOCS / "tables.md", render_tables()
    yield DOCS / "codebook.md", render_codebook_page(load_codebook())


def main() -> None:
    """Write the pages that have drifted, and name them."""
    for path, text in pages():
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
            print(f"written: {path.name}", file=sys.stderr)


if __name__ == "__main__":
    main()
