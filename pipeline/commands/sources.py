"""The command `sources` and what it can do: list, check, accept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated, Any

import typer

from corpora.registry import Source, load_sources
from corpora.source_faults import find_doubts, find_faults
from kb.library import REPLICA_SOURCE
from kb.settings import load_settings
from kb.source_checks import CheckView, last_checks
from kb.source_yields import Yield, accept_yield, list_yields, yield_record
from kb.store import open_store
from pipeline.commands.output import (
    FormatOption,
    in_words,
    print_record,
    print_records,
    say,
    shows_table,
)
from pipeline.gathering import choose_sources
from pipeline.progress import bar
from pipeline.source_check import SourceVerdict, check_sources, keep_verdicts

LIST_COLUMNS = ("id", "name", "country", "yield", "checked")
CHECK_COLUMNS = (
    "source", "fits", "reachable", "allowed", "links", "records", "metadata", "misfits", "seconds",
)  # fmt: skip
OFFLINE_COLUMNS = ("source", "fits", "faults", "doubts")

group = typer.Typer(context_settings={"help_option_names": ["-h", "--help"]})
DemoOption = Annotated[
    bool, typer.Option("--demo", help="The replica sites on this machine, and nothing else.")
]


def register(app: typer.Typer) -> None:
    """Give the command to the program."""
    app.add_typer(group, name="sources")


@group.callback(invoke_without_command=True)
def sources(context: typer.Context, form: FormatOption = None) -> None:
    """List the sources that are harvested, with their recorded yield and last check.

    Example: samvirke sources --format table
    """
    if context.invoked_subcommand is not None:
        return
    settings = load_settings()
    store = open_store(settings)
    yields, checks = list_yields(store), last_checks(store)
    listed = _listed_in_words if shows_table(form) else _listed
    print_records(
        [
            listed(source, yields.get(source.id), checks.get(source.id))
            for source in load_sources().values()
        ],
        form,
        LIST_COLUMNS,
    )


@group.command()
def check(
    source: Annotated[
        list[str] | None, typer.Argument(help="Ids of sources; all that are switched on if none.")
    ] = None,
    write: Annotated[
        bool, typer.Option("--write", help="Keep date and result in the data home.")
    ] = False,
    offline: Annotated[
        bool, typer.Option("--offline", help="Look at the descriptions only; ask nobody.")
    ] = False,
    demo: DemoOption = False,
    form: FormatOption = None,
) -> None:
    """Ask each source for robots.txt, a list, a publication and its file, and say what fits.

    Example: samvirke sources check no-fafo se-ivo --write
    """
    chosen = choose_sources(source or (), demo=demo)
    if offline:
        records = [_described(one) for one in chosen]
        print_records(records, form, OFFLINE_COLUMNS)
        _end([record["source"] for record in records if not record["fits"]], len(records))
        return
    settings = load_settings()
    store = open_store(settings)
    verdicts = check_sources(settings, chosen, demo=demo, progress=bar, say=say)
    if write:
        keep_verdicts(store, verdicts)
    shown = _in_words if shows_table(form) else asdict
    print_records([shown(verdict) for verdict in verdicts], form, CHECK_COLUMNS)
    for verdict in verdicts:
        _say_verdict(verdict)
    _end([verdict.source for verdict in verdicts if not verdict.fits], len(verdicts))


@group.command()
def accept(
    source: Annotated[str, typer.Argument(help="The id of a source.")], form: FormatOption = None
) -> None:
    """Take what the newest run found at a source as what it gives from now on.

    Example: samvirke sources accept no-fafo
    """
    choose_sources([source], demo=source.startswith(REPLICA_SOURCE))
    settings = load_settings()
    print_record(asdict(accept_yield(open_store(settings), source)), form)


def _listed(source: Source, recorded: Yield | None, checked: CheckView | None) -> dict[str, Any]:
    """A source with what is known of it in this data home."""
    return {
        **source.model_dump(mode="json"),
        "yield": yield_record(recorded) if recorded else None,
        "checked": {
            "at": checked.at,
            "fits": checked.fits,
            "misfits": checked.result.get("misfits", []),
        }
        if checked
        else None,
    }


def _listed_in_words(
    source: Source, recorded: Yield | None, checked: CheckView | None
) -> dict[str, Any]:
    """The same for a line of a table."""
    said = f"{'fits' if checked.fits else 'misfits'} {checked.at:%Y-%m-%d}" if checked else None
    limits = f"{recorded.items} ({recorded.minimum} to {recorded.maximum})" if recorded else None
    limits = limits if source.enabled else "switched off"
    return {**source.model_dump(mode="json"), "yield": limits, "checked": said}


def _in_words(verdict: SourceVerdict) -> dict[str, Any]:
    """A verdict for a line of a table: names and counts, no values."""
    return {
        **asdict(verdict),
        "fits": "yes" if verdict.fits else "NO",
        "reachable": "yes" if verdict.reachable else "NO",
        "allowed": "yes" if verdict.allowed else "NO",
        "links": in_words(verdict.links) if verdict.links else "none",
        "metadata": ", ".join(verdict.metadata) or "none",
        "misfits": ", ".join(dict.fromkeys(misfit.kind for misfit in verdict.misfits)),
    }


def _described(source: Source) -> dict[str, Any]:
    """What can be said of a source by its description alone."""
    faults = [f"{field}: {sentence}" for field, sentence in find_faults(source)]
    doubts = [f"{field}: {sentence}" for field, sentence in find_doubts(source)]
    return {"source": source.id, "fits": not faults, "faults": faults, "doubts": doubts}


def _say_verdict(verdict: SourceVerdict) -> None:
    for misfit in verdict.misfits:
        say(f"{verdict.source}: {misfit.kind}: {misfit.message} {misfit.advice}")


def _end(misfits: Sequence[str], checked: int) -> None:
    """Say how many fit, and end with status 1 where any does not."""
    if misfits:
        say(f"samvirke: {len(misfits)} of {checked} source(s) do not fit: {', '.join(misfits)}.")
        raise typer.Exit(1)
