"""Commands that take many publications in at once: import, import-dump."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from corpora.nordic import LABEL_LANGUAGES
from kb.settings import Settings, load_settings
from kb.store import open_store
from pipeline.bulk_import import import_inputs
from pipeline.commands.output import (
    Format,
    FormatOption,
    in_words,
    print_record,
    print_records,
    say,
)
from pipeline.errors import InputError
from pipeline.exchange_import import SUFFIXES, import_exchange, sentences
from pipeline.kudos_dump_run import import_kudos_dump
from pipeline.progress import bar

DUMPS = ("kudos",)


def register(app: typer.Typer) -> None:
    """Give these commands to the program."""
    app.command("import")(import_files)
    app.command("import-dump")(import_dump)


def import_files(
    inputs: Annotated[
        list[str],
        typer.Argument(
            help="Bibliographies (.ris, .bib, .json), documents, folders; REFI-QDA codebooks and "
            "projects (.qdc, .qdpx)."
        ),
    ],
    include: Annotated[
        bool, typer.Option("--include", help="Include all of it, whatever screening says.")
    ] = False,
    add_sources: Annotated[
        bool, typer.Option("--add-sources", help="Of a .qdpx: add coded texts that are not here.")
    ] = False,
    add_codes: Annotated[
        bool, typer.Option(help="Of a .qdpx: add codes that the codebook lacks.")
    ] = True,
    language: Annotated[str, typer.Option(help="Language of a .qdc's or .qdpx's names.")] = "en",
    by: Annotated[
        str | None, typer.Option("--by", help="Your name; SAMVIRKE_USER unless said.")
    ] = None,
    form: FormatOption = None,
) -> None:
    """Import bibliographies with their files, documents, or another program's coded project.

    Screening decides on publications. Example: samvirke import references.ris --format table
    """
    settings = load_settings()
    exchanged = [name for name in inputs if Path(name).suffix.lower() in SUFFIXES]
    if exchanged:
        _import_exchange(settings, exchanged, by, language, add_codes, add_sources, form)
        inputs = [name for name in inputs if name not in exchanged]
        if not inputs:
            return
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


def _import_exchange(
    settings: Settings,
    names: Sequence[str],
    by: str | None,
    language: str,
    add_codes: bool,
    add_sources: bool,
    form: Format | None,
) -> None:
    """Merge REFI-QDA files, one after the other."""
    name = (by or settings.user or "").strip()
    if not name:
        raise InputError("Expected your name, found none; give --by, or set SAMVIRKE_USER.")
    if language not in LABEL_LANGUAGES:
        raise typer.BadParameter(f"expected {', '.join(LABEL_LANGUAGES)}, found {language!r}")
    store, records = open_store(settings), []
    for given in dict.fromkeys(names):
        record = import_exchange(
            settings,
            store,
            Path(given),
            by=name,
            language=language,
            add_codes=add_codes,
            add_sources=add_sources,
            say=say,
        )
        records.append(record)
        for sentence in sentences(record):
            say(f"samvirke: {sentence}")
    columns = ("input", "status", "added", "unchanged", "needs_look", "not_placed", "codes_added")
    print_records(records, form, columns)


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
