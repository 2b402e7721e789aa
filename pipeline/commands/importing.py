"""Commands that take many publications in at once: import, import-dump."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from kb.settings import load_settings
from kb.store import open_store
from pipeline.bulk_import import import_inputs
from pipeline.commands.output import FormatOption, in_words, print_record, print_records, say
from pipeline.kudos_dump_run import import_kudos_dump
from pipeline.progress import bar

DUMPS = ("kudos",)


def register(app: typer.Typer) -> None:
    """Give these commands to the program."""
    app.command("import")(import_files)
    app.command("import-dump")(import_dump)


def import_files(
    inputs: Annotated[
        list[str], typer.Argument(help="Bibliographies (.ris, .bib, .json), documents, folders.")
    ],
    include: Annotated[
        bool, typer.Option("--include", help="Include all of it, whatever screening says.")
    ] = False,
    form: FormatOption = None,
) -> None:
    """Import bibliographies with their files, or a folder of documents; screening decides on them.

    Example: samvirke import references.ris reports/ --format table
    """
    settings = load_settings()
    results = import_inputs(
        settings, open_store(settings), inputs, include=include, progress=bar, say=say
    )
    columns = ("input", "status", "records", "added", "updated", "unchanged", "lost", "reason")
    print_records([asdict(result) for result in results], form, columns)
    lost = [result for result in results if result.status in ("failed", "quarantined")]
    if lost:
        more = f" ({len(lost)} of {len(results)} files)" if len(results) > 1 else ""
        say(f"samvirke: {lost[0].input}: {lost[0].reason}{more}")
        raise typer.Exit(1)


def import_dump(
    name: Annotated[str, typer.Argument(help="Whose dump it is: kudos.")],
    dump: Annotated[Path, typer.Argument(help="The SQL dump; .gz, .bz2 and .xz are unpacked.")],
    files: Annotated[
        Path | None,
        typer.Option(help="The folder of files beside it; without it, the texts in the dump."),
    ] = None,
    kind: Annotated[
        list[str] | None,
        typer.Option("--type", help="Only this kind of document, e.g. Evaluering; repeatable."),
    ] = None,
    mapping: Annotated[
        Path | None, typer.Option(help="Which tables and columns mean what, as YAML.")
    ] = None,
    only_store: Annotated[
        bool, typer.Option("--only-store", help="Leave reading and indexing to the next refresh.")
    ] = False,
    form: FormatOption = None,
) -> None:
    """Load a catalogue's own SQL dump with the files that belong to it.

    Example: samvirke import-dump kudos kudos.sql.gz --files kudos-pdf --type Evaluering
    """
    if name not in DUMPS:
        raise typer.BadParameter(f"expected one of {', '.join(DUMPS)}, found {name!r}")
    settings = load_settings()
    loaded = import_kudos_dump(
        settings,
        open_store(settings),
        dump,
        files=files,
        types=kind or (),
        mapping=mapping,
        only_store=only_store,
        progress=bar,
        say=say,
    )
    record = {"input": str(dump), "documents": loaded.documents, "counts": dict(loaded.counts)}
    print_record({**record, "problems": loaded.problems}, form)
    say(f"samvirke: {loaded.documents} documents; {in_words(dict(loaded.counts))}.")
