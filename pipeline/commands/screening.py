"""Commands about screening: what waits for a person, deciding, the PRISMA flow and search log."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from corpora.codebook import Codebook
from kb.active_codebook import active_codebook
from kb.exports.prisma_picture import FLOW_LANGUAGES, render_flow_png, render_flow_svg
from kb.exports.prisma_table import flow_csv
from kb.library import list_publications, machine_screening
from kb.prisma import Flow, flow_of_run, list_searches
from kb.runs import show_run
from kb.screening import VERDICTS, decide, history, withdraw
from kb.settings import Settings, load_settings
from kb.store import Store, open_store
from pipeline.commands.output import (
    FormatOption,
    print_record,
    print_records,
    say,
    shows_table,
    write_output,
)
from pipeline.errors import InputError

group = typer.Typer(
    help="Screening: what waits for a person, verdicts, the PRISMA flow and the search log.\n\n"
    "Example: samvirke screening list",
    no_args_is_help=True,
)
ByOption = Annotated[str | None, typer.Option("--by", help="Your name; SAMVIRKE_USER unless said.")]
RunOption = Annotated[
    int | None, typer.Option("--run", help="The run's number; all of them (the flow: now) if not.")
]


def register(app: typer.Typer) -> None:
    """Give these commands to the program."""
    app.add_typer(group, name="screening")


@group.command("list")
def list_waiting(
    verdict: Annotated[
        str, typer.Option(help="include, exclude or undecided; `all` for every one.")
    ] = "undecided",
    form: FormatOption = None,
) -> None:
    """List publications by their verdict, those a person should look at unless said.

    Example: samvirke screening list --verdict exclude --format table
    """
    if verdict not in (*VERDICTS, "all"):
        raise typer.BadParameter(f"expected {', '.join(VERDICTS)} or all, found {verdict!r}")
    store = open_store(load_settings())
    in_table = shows_table(form)  # where what has no title is called by its author
    records = [
        {
            "publication_id": view.id,
            "title": view.csl.get("title") or (view.label if in_table else None),
            "label": view.label,
            "verdict": view.verdict,
            "reason": view.verdict_reason,
            "by": view.verdict_by,
            **_machine(store, view.id),
        }
        for view in list_publications(store)
        if verdict in ("all", view.verdict)
    ]
    columns = ("publication_id", "title", "verdict", "score", "by")
    print_records(records, form, columns, "No publication waits for a verdict.")


@group.command("show")
def show_history(
    publication: Annotated[str, typer.Argument(help="The publication's id.")],
    form: FormatOption = None,
) -> None:
    """Show every verdict on a publication, the machine's reasons and people's, oldest first.

    Example: samvirke screening show p0123456789ab
    """
    acts = [asdict(act) for act in history(open_store(load_settings()), publication)]
    columns = ("at", "by", "verdict", "reason", "counts", "reasons")
    print_records(acts, form, columns, fold=True)


@group.command("decide")
def decide_one(
    publication: Annotated[str, typer.Argument(help="The publication's id.")],
    verdict: Annotated[str, typer.Argument(help="include, exclude or undecided.")],
    reason: Annotated[
        str | None,
        typer.Option(
            help="Why it is excluded: an exclusion reason of the codebook, e.g. not_nordic; "
            "docs/screening.md lists them."
        ),
    ] = None,
    comment: Annotated[str | None, typer.Option(help="A remark that is kept with it.")] = None,
    by: ByOption = None,
    form: FormatOption = None,
) -> None:
    """Decide on a publication; a person's verdict outranks the machine's, also at every refresh.

    Example: samvirke screening decide p0123456789ab exclude --reason not_nordic --by Kari
    """
    settings, store, codebook = _open()
    present = decide(
        store, codebook, publication, verdict, by=_name(settings, by), reason=reason,
        comment=comment,
    )  # fmt: skip
    if verdict == "include":
        say("Kept; one newly included is found in search after `samvirke index`.")
    else:
        say("Kept.")
    print_record(asdict(history(store, present)[-1]), form)


@group.command("undo")
def undo_one(
    publication: Annotated[str, typer.Argument(help="The publication's id.")],
    by: ByOption = None,
) -> None:
    """Take back the newest verdict that you gave on a publication.

    Example: samvirke screening undo p0123456789ab --by Kari
    """
    settings, store, _ = _open()
    withdraw(store, publication, by=_name(settings, by))
    say("Taken back; what stood before counts again.")


@group.command("flow")
def show_flow(
    run: RunOption = None,
    output: Annotated[
        Path | None, typer.Option(help="A .svg, .png, .json or .csv file; else printed.")
    ] = None,
    language: Annotated[str, typer.Option(help="Language of the picture's words.")] = "en",
    form: FormatOption = None,
) -> None:
    """Count the PRISMA 2020 flow: identified, duplicates, screened, excluded by reason, included.

    Example: samvirke screening flow --output prisma.svg --language nb
    """
    if language not in FLOW_LANGUAGES:
        raise typer.BadParameter(
            f"expected one of {', '.join(FLOW_LANGUAGES)} as --language, found {language!r}"
        )
    _, store, codebook = _open()
    flow, before = flow_of_run(store, run)
    if output is None:
        print_record({**flow.to_json(), "found": flow.found}, form)
        return
    write_output(_rendered(flow, before, output, language, codebook), output)


@group.command("searches")
def show_searches(run: RunOption = None, form: FormatOption = None) -> None:
    """List what was asked of each source, when, and how much it gave, as PRISMA-S asks.

    Example: samvirke screening searches --run 3 --format jsonl
    """
    store = open_store(load_settings())
    if run is not None:
        show_run(store, run)  # a number that no run has is said, not answered with nothing
    found = list_searches(store, run)
    columns = ("run_id", "source_id", "hits", "new", "at", "rule")
    empty = "No source has been searched yet; `samvirke refresh` does."
    print_records([asdict(entry) for entry in found], form, columns, empty)


def _rendered(
    flow: Flow, before: Flow | None, output: Path, language: str, codebook: Codebook
) -> bytes:
    suffix = output.suffix.lower()
    if suffix == ".json":
        return (json.dumps(flow.to_json(), ensure_ascii=False, indent=2) + "\n").encode()
    if suffix == ".csv":
        return flow_csv(flow)
    if suffix not in (".svg", ".png"):
        raise InputError(
            f"Expected an --output that ends in .svg, .png, .json or .csv, found {output.name!r}; "
            "give the file one of these endings."
        )
    svg = render_flow_svg(
        flow,
        before,
        language=language,
        reason_label=lambda id_: codebook.label("exclusion_reasons", id_, language),
    )
    return svg if suffix == ".svg" else render_flow_png(svg)


def _machine(store: Store, publication_id: str) -> dict[str, Any]:
    found = machine_screening(store, publication_id) or {}
    return {"score": found.get("score"), "reasons": found.get("reasons", [])}


def _open() -> tuple[Settings, Store, Codebook]:
    settings = load_settings()
    store = open_store(settings)
    return settings, store, active_codebook(store)


def _name(settings: Settings, by: str | None) -> str:
    name = by or settings.user
    if not name:
        raise InputError(
            "Expected the name of the person who decides, found none; "
            "give it with --by or in SAMVIRKE_USER."
        )
    return name
