"""Commands that build the knowledge base: add, read, refresh and its stages."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from kb.active_codebook import active_codebook
from kb.settings import load_settings
from kb.store import open_store
from pipeline.add import add_inputs, given_fields
from pipeline.commands.json_lines import read_json_lines, refuse_line
from pipeline.commands.output import (
    Format,
    FormatOption,
    dump,
    in_words,
    print_record,
    print_records,
    say,
    shows_table,
)
from pipeline.crawl_display import watch_crawl
from pipeline.machine_coding.peoples_codings import judged_passages
from pipeline.machine_coding.retraining import retrain as retrain_coder
from pipeline.machine_coding.text_file import code_lines
from pipeline.progress import bar
from pipeline.read import read_record
from pipeline.refresh import ChangeReport, refresh_lock
from pipeline.refresh import refresh as run_refresh

LOST = ("failed", "quarantined")  # outcomes of an input from which there is nothing to search
SourceOption = Annotated[
    list[str] | None,
    typer.Option("--source", help="Only this source (its id); may be given several times."),
]


def register(app: typer.Typer) -> None:
    """Give these commands to the program."""
    for command in (add, read, refresh, crawl, extract, code, index):
        app.command()(command)


def add(
    inputs: Annotated[list[str], typer.Argument(help="Files, addresses, or - for standard input.")],
    country: Annotated[
        list[str] | None, typer.Option(help="Where its evidence is from, e.g. NO; repeatable.")
    ] = None,
    year: Annotated[int | None, typer.Option(help="Year of publication.")] = None,
    publisher: Annotated[str | None, typer.Option(help="Who published it.")] = None,
    title: Annotated[str | None, typer.Option(help="Its title.")] = None,
    form: FormatOption = None,
) -> None:
    """Take files and addresses straight into the knowledge base, through all stages.

    Example: samvirke add report.pdf --country NO --year 2020 --publisher Fafo
    """
    settings = load_settings()
    said = given_fields(country=country or (), year=year, publisher=publisher, title=title)
    results = add_inputs(settings, open_store(settings), inputs, given=said, progress=bar, say=say)
    columns = ("input", "status", "publication_id", "passages", "reason")
    print_records([asdict(result) for result in results], form, columns)
    _say_lost([(r.input, r.status, r.reason) for r in results], "were not taken in")


def read(
    inputs: Annotated[list[Path], typer.Argument(help="Files to read; nothing is stored.")],
    form: FormatOption = None,
) -> None:
    """Read files and show their text, metadata and passages; nothing is stored.

    Example: samvirke read report.pdf --format jsonl
    """
    records = [read_record(path) for path in inputs]
    print_records(records, form, ("input", "status", "language", "reason"))
    _say_lost([(r["input"], r["status"], r["reason"]) for r in records], "could not be read")


def refresh(
    source: SourceOption = None,
    demo: Annotated[
        bool, typer.Option("--demo", help="Crawl the replica sites on this machine instead.")
    ] = False,
    form: FormatOption = None,
) -> None:
    """Gather, read, code and index what is new: one nightly run over the sources.

    Example: samvirke refresh --source no-fafo --source se-ivo
    """
    _run(source, demo, ("crawl", "extract", "code", "index"), form)


def crawl(source: SourceOption = None, form: FormatOption = None) -> None:
    """Only gather what is new.

    Example: samvirke crawl --source no-fafo
    """
    _run(source, False, ("crawl",), form)


def extract(form: FormatOption = None) -> None:
    """Only read files that have not been read, and bring publications and passages up to date.

    Example: samvirke extract
    """
    _run(None, False, ("extract",), form)


def code(
    text_file: Annotated[
        Path | None,
        typer.Option(
            help='Code texts that are not in the knowledge base: lines {"id","text","language"?}.'
        ),
    ] = None,
    retrain: Annotated[
        bool,
        typer.Option(
            "--retrain",
            help="Train the coder again on people's codings and keep the better one; no passage "
            "is coded. It needs an index and people's codings, takes about 10 to 15 minutes on "
            "two cores, and shows how far it is.",
        ),
    ] = False,
    form: FormatOption = None,
) -> None:
    """Code passages by machine; with --text-file, texts of your own, as JSON lines.

    Example: samvirke code --text-file texts.jsonl > coded.jsonl
    """
    if retrain:
        _retrain(form)
        return
    if text_file is None:
        _run(None, False, ("code",), form)
        return
    for record in code_lines(_lines(text_file), load_settings()):
        print(dump(record))


def _retrain(form: Format | None) -> None:
    settings = load_settings()
    store = open_store(settings)
    with refresh_lock(settings, wait=True, say=say):
        found = retrain_coder(
            settings, active_codebook(store), judged_passages(store), progress=bar
        )
    print_record(asdict(found), form)


def index(
    full: Annotated[
        bool, typer.Option("--full", help="Build it whole, even where nothing has changed.")
    ] = False,
    form: FormatOption = None,
) -> None:
    """Only build the index anew where something has changed.

    Example: samvirke index
    """
    _run(None, False, ("index",), form, full=full)


def _run(
    source: list[str] | None,
    demo: bool,
    stages: tuple[str, ...],
    form: Format | None,
    *,
    full: bool = False,
) -> None:
    settings = load_settings()
    report = run_refresh(
        settings,
        open_store(settings),
        source_ids=source or (),
        demo=demo,
        stages=stages,
        full=full,
        progress=bar,
        watch=watch_crawl,
        say=say,
    )
    print_report(report, form)
    if report.failed_sources:
        say(
            f"samvirke: {len(report.failed_sources)} source(s) gave problems "
            f"({', '.join(report.failed_sources)}); `samvirke runs show` says which."
        )
        sys.exit(1)


def print_report(report: ChangeReport, form: Format | None) -> None:
    """Print a run's report: JSON whole, a table with a line for each stage and source."""
    if not shows_table(form):
        print_record(asdict(report), form)
        return
    rows = []
    for stage, counts in report.stages.items():
        seconds = report.seconds.get(stage)
        if stage == "crawl":
            rows += [
                {"stage": "crawl", "what": source, "seconds": None, "counts": in_words(found)}
                for source, found in counts.items()
            ]
        else:
            rows.append(
                {"stage": stage, "what": "", "seconds": seconds, "counts": in_words(counts)}
            )
    print_records(rows, Format.table, ("stage", "what", "seconds", "counts"))


def _say_lost(outcomes: Sequence[tuple[str, str, str | None]], what: str) -> None:
    """Say which inputs came to nothing, and end with status 1 where any did.

    `outcomes` are (input, status, reason).
    """
    lost = [(name, reason) for name, status, reason in outcomes if status in LOST]
    if not lost:
        return
    name, reason = lost[0]
    more = f" ({len(lost)} of {len(outcomes)} inputs {what})" if len(outcomes) > 1 else ""
    say(f"samvirke: {name}: {reason}{more}")
    raise typer.Exit(1)


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    """The records of a JSON-lines file.

    Raises InputError for a line that is not an object with a text.
    """
    wanted = 'an object {"id", "text"}'
    for record, where in read_json_lines(path, wanted):
        if not isinstance(record.get("text"), str):
            raise refuse_line(where, wanted, record)
        yield record
