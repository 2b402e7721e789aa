"""Commands that say how things stand: status, runs, doctor."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from kb.doctor import examine
from kb.runs import list_runs, show_run
from kb.settings import load_settings
from kb.status import describe_status
from kb.store import open_store
from pipeline.commands.output import (
    FormatOption,
    print_record,
    print_records,
    say,
    shows_table,
)
from pipeline.errors import InputError


def register(app: typer.Typer) -> None:
    """Give these commands to the program."""
    for command in (status, runs, doctor):
        app.command()(command)


def status(form: FormatOption = None) -> None:
    """Say what the knowledge base holds, which generation is current, and how the last run went.

    Example: samvirke status
    """
    settings = load_settings()
    found = describe_status(settings, open_store(settings))
    print_record(found, form)
    misfit = (found["generation"] or {}).get("misfit")
    if misfit:
        say(f"samvirke: {misfit}")


def runs(
    action: Annotated[str, typer.Argument(help="list, or show with a run's number.")] = "list",
    number: Annotated[int | None, typer.Argument(help="The run to show; the last unless said.")] = (
        None
    ),
    form: FormatOption = None,
) -> None:
    """List the runs, or show one with its change report and problems.

    Example: samvirke runs show 3
    """
    settings = load_settings()
    store = open_store(settings)
    if action == "list":
        columns = ("id", "kind", "status", "started_at", "ended_at")
        found = [asdict(run) for run in list_runs(store)]
        print_records(found, form, columns, "There has been no run yet; `samvirke refresh` is one.")
        return
    if action != "show":
        meant = f"; `samvirke runs show {action}` shows that run" if action.isdecimal() else ""
        raise typer.BadParameter(f"expected list or show, found {action!r}{meant}")
    last = list_runs(store, 1)
    if number is None and not last:
        raise InputError("There has been no run yet; `samvirke refresh` is one.")
    run = asdict(show_run(store, last[0].id if number is None else number))
    if not shows_table(form):
        print_record(run, form)
        return
    problems = run.pop("problems")
    print_record(run, form)
    told = [{**one, "message": f"{one['message']} {one['advice'] or ''}"} for one in problems]
    shown = ("source_id", "kind", "subject", "message")
    print_records(told, form, shown, "No problems.", fold=True)


def doctor(form: FormatOption = None) -> None:
    """Check record, files and generation against each other.

    Example: samvirke doctor
    """
    settings = load_settings()
    findings = examine(settings, open_store(settings))
    print_records(
        [asdict(finding) for finding in findings],
        form,
        ("where", "subject", "message"),
        "All is well: record, files and generation agree.",
    )
    if findings:
        say(f"samvirke: {len(findings)} finding(s); nothing was changed.")
        raise typer.Exit(1)
