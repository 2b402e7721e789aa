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
    shows_table,
)
from pipeline.errors import InputError
from pipeline.exchange_import import SUFFIXES, import_exchange, sentences
from pipeline.import_inputs import ImportResult
from pipeline.kudos_dump_run import import_kudos_dump
from pipeline.progress import bar

DUMPS = ("kudos",)
UNREAD = ("failed", "quarantined")  # of files: they make the command end with status 1
PROBLEMS_TOLD = 5  # sentences for one file beside a table; a large bibliography may have hundreds


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
    preview: Annotated[
        bool,
        typer.Option("--preview", help="Of a .qdc or .qdpx: say what it would bring, no more."),
    ] = False,
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
        wishes = {"add_codes": add_codes, "add_sources": add_sources, "preview": preview}
        _import_exchange(settings, exchanged, by, language, wishes, form)
        inputs = [name for name in inputs if name not in exchanged]
        if not inputs:
            return
    results = import_inputs(
        settings, open_store(settings), inputs, include=include, progress=bar, say=say
    )
    counted = ("records", "added", "updated", "unchanged", "quarantined", "lost")
    shown = [name for name in counted if any(getattr(result, name) for result in results)]
    print_records([asdict(result) for result in results], form, ("input", "status", *shown))
    _tell(results, whole=shows_table(form))
    if any(result.status in UNREAD for result in results):
        raise typer.Exit(1)


def _tell(results: Sequence[ImportResult], *, whole: bool) -> None:
    """Say why files were not read, or not all of them; `whole` names every one and its records."""
    told = [result for result in results if result.reason and result.status != "unchanged"]
    told = told if whole else [result for result in told if result.status in UNREAD][:1]
    lost = sum(result.status in UNREAD for result in results)
    more = f" ({lost} of {len(results)} files)" if len(results) > 1 and not whole else ""
    for result in results if whole else ():
        for sentence in result.problems[:PROBLEMS_TOLD]:
            say(f"  {result.input}: {sentence}")
        if (left := len(result.problems) - PROBLEMS_TOLD) > 0:
            say(f"  {result.input}: and {left} more; `samvirke runs show` lists them.")
    for result in told:
        say(f"samvirke: {result.input}: {result.reason}{more}")


def _import_exchange(
    settings: Settings,
    names: Sequence[str],
    by: str | None,
    language: str,
    wishes: dict[str, bool],
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
            say=say,
            **wishes,
        )
        records.append(record)
        for sentence in sentences(record):
            say(f"samvirke: {sentence}")
    counted = ("added", "unchanged", "needs_look", "remarks", "not_placed", "codes_added")
    columns = ("input", "status", *counted)
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
