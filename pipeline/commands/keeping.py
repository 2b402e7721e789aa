"""Commands that keep the record safe: backup and restore."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kb.backup import default_archive, restore_archive, write_archive
from kb.settings import load_settings
from kb.store import open_store
from pipeline.commands.output import FormatOption, print_record, say
from pipeline.progress import bar
from pipeline.refresh import refresh_lock


def register(app: typer.Typer) -> None:
    """Give these commands to the program."""
    app.command()(backup)
    app.command()(restore)


def backup(
    output: Annotated[
        Path | None, typer.Option(help="The archive; in the data home's backups unless said.")
    ] = None,
    form: FormatOption = None,
) -> None:
    """Write the record and all files into one archive.

    Example: samvirke backup --output samvirke-friday.tar
    """
    settings = load_settings()
    store = open_store(settings)
    with refresh_lock(settings, wait=True, say=say):
        report = write_archive(store, output or default_archive(settings), progress=bar)
    print_record(report, form)


def restore(
    archive: Annotated[Path, typer.Argument(help="An archive that `samvirke backup` wrote.")],
    form: FormatOption = None,
) -> None:
    """Put an archive back into an empty data home; then run `samvirke index`.

    Example: samvirke restore samvirke-friday.tar
    """
    settings = load_settings()
    with refresh_lock(settings, wait=True, say=say):
        report = restore_archive(open_store(settings), archive, progress=bar)
    print_record(report, form)
    say("The record is back; `samvirke index` builds search from it.")
