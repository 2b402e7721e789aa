"""Commands of blind rounds: opening one, what is left in it, closing it, settling differences."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from kb.coding.comparison import compare_round, settle
from kb.coding.queue import next_places, open_queue
from kb.coding.round_choice import sample_passages
from kb.coding.rounds import (
    RoundView,
    close_round,
    create_round,
    list_rounds,
    mark_done,
    may_close,
    round_entries,
    show_round,
    unfinished,
)
from kb.knowledge_base import open_knowledge_base
from kb.store import Store
from pipeline.commands.coding import ByOption, open_home, person
from pipeline.commands.output import FormatOption, print_record, print_records, say, shows_table
from pipeline.errors import InputError

group = typer.Typer(
    help="Rounds in which several people code the same passages blind.\n\n"
    "Example: samvirke round create pilot --coder Kari --coder Ola --sample 50 --seed 1",
    no_args_is_help=True,
)
NameArgument = Annotated[str, typer.Argument(help="The round's name.")]


def register(app: typer.Typer) -> None:
    """Give these commands to the program."""
    app.add_typer(group, name="round")


@group.command("create")
def create_one(
    name: NameArgument,
    coder: Annotated[list[str], typer.Option("--coder", help="A coder, given twice or more.")],
    passage: Annotated[
        list[str] | None, typer.Option("--passage", help="A passage's id, as often as needed.")
    ] = None,
    passages: Annotated[
        Path | None, typer.Option("--passages", help="A file with one passage id a line.")
    ] = None,
    query: Annotated[
        str | None, typer.Option("--query", help="The best hits of this search, -k of them.")
    ] = None,
    k: Annotated[int, typer.Option("-k", help="How many hits of the search.", min=1)] = 50,
    sample: Annotated[
        int | None, typer.Option("--sample", help="So many passages by chance.", min=1)
    ] = None,
    seed: Annotated[int, typer.Option(help="The sample's seed; the same gives the same.")] = 1,
    publication: Annotated[
        list[str] | None, typer.Option("--publication", help="Sample from this one only.")
    ] = None,
    queue: Annotated[
        int | None, typer.Option("--queue", help="The next so many of the learning queue.", min=1)
    ] = None,
    machine: Annotated[
        bool, typer.Option("--machine", help="Coders see the machine's suggestions.")
    ] = False,
    note: Annotated[str | None, typer.Option(help="What the round is for.")] = None,
    by: ByOption = None,
    form: FormatOption = None,
) -> None:
    """Open a round over passages named, found, drawn by chance, or next in the queue.

    Example: samvirke round create pilot --coder Kari --coder Ola --sample 50 --seed 1
    """
    settings, store, codebook = open_home()
    maker = person(settings, by)
    named = [*(passage or ()), *(_lines(passages) if passages else ())]
    ways = [bool(named), query is not None, sample is not None, queue is not None]
    if sum(ways) != 1:
        raise InputError(
            "Expected one of --passage (or --passages), --query, --sample and --queue, found "
            f"{sum(ways)}; choose one."
        )
    chosen: dict[str, Any] = {"by": "ids"}
    if query is not None:
        named = [str(hit["passage_id"]) for hit in open_knowledge_base(settings).search(query, k)]
        chosen = {"by": "query", "query": query, "k": k}
    elif queue is not None:
        ahead = open_queue(store, codebook)
        places = next_places(settings, store, codebook, ahead, maker, queue)
        named = [place.subject for place in places]
        chosen = {"by": "queue", "seed": ahead.seed, "size": queue}
    elif sample is not None:
        named = sample_passages(store, sample, seed, publication or ())
        chosen = {"by": "sample", "seed": seed, "size": sample}
        chosen |= {"publications": publication} if publication else {}
    view = create_round(
        store, name, named, coder, by=maker, shows_machine=machine, chosen=chosen, note=note
    )
    print_record(asdict(view), form)


@group.command("list")
def list_all(
    coder: Annotated[str | None, typer.Option(help="Only those of this coder.")] = None,
    form: FormatOption = None,
) -> None:
    """List the rounds, the newest first, with how far each coder is.

    Example: samvirke round list --format table
    """
    _, store, _ = open_home()
    columns = ("name", "passages", "done", "created_at", "closed_at")
    rounds = [asdict(view) for view in list_rounds(store, coder)]
    print_records(rounds, form, columns, "There is no round yet.")


@group.command("show")
def show_one(name: NameArgument, by: ByOption = None, form: FormatOption = None) -> None:
    """Show a round with its passages, and which of them you are done with.

    Example: samvirke round show pilot --by Kari
    """
    settings, store, _ = open_home()
    entries = [asdict(entry) for entry in round_entries(store, name, by or settings.user or None)]
    if shows_table(form):
        print_records(entries, form, ("position", "passage_id", "publication_id", "done_by"))
    else:
        print_record({**asdict(show_round(store, name)), "entries": entries}, form)


@group.command("done")
def done_one(
    name: NameArgument,
    passage: Annotated[str, typer.Argument(help="The passage's id.")],
    again: Annotated[
        bool, typer.Option("--not", help="Say that you are not done after all.")
    ] = False,
    by: ByOption = None,
) -> None:
    """Say that you are done with a passage of a round, also where nothing is in it.

    Example: samvirke round done pilot 22feffd019f9073817ec --by Kari
    """
    settings, store, _ = open_home()
    mark_done(store, name, passage, coder=person(settings, by), done=not again)
    say("Kept.")


@group.command("close")
def close_one(
    name: NameArgument,
    yes: Annotated[bool, typer.Option("--yes", help="Close it without being asked.")] = False,
    by: ByOption = None,
    form: FormatOption = None,
) -> None:
    """Close a round for good: its codings count from now on, and coders see each other's.

    Who made the round closes it; once all its coders are done, each of them may. It cannot be
    opened again.
    Example: samvirke round close pilot --by Kari --yes
    """
    settings, store, _ = open_home()
    closer, view = person(settings, by), show_round(store, name)
    if view.closed_at is None and may_close(view, closer) and not yes:
        _confirm(view)
    print_record(asdict(close_round(store, name, by=closer)), form)


def _confirm(view: RoundView) -> None:
    """Ask before a round is closed. Raises InputError where nobody can be asked, or says no."""
    waiting = ", ".join(unfinished(view))
    left = f" Not done yet: {waiting}." if waiting else ""
    if not sys.stdin.isatty():
        raise InputError(
            f"Closing the round {view.name!r} cannot be undone.{left} Give --yes to close it."
        )
    say(f"Closing the round {view.name!r} cannot be undone.{left}")
    if not typer.confirm("Close it?", err=True):
        raise InputError(f"The round {view.name!r} stays open.")


@group.command("compare")
def compare_one(
    name: NameArgument,
    everything: Annotated[
        bool, typer.Option("--all", help="Also what coders agree on, and what is settled.")
    ] = False,
    form: FormatOption = None,
) -> None:
    """Show a closed round's codings side by side, where they differ unless said.

    Example: samvirke round compare pilot --all --format table
    """
    _, store, _ = open_home()
    found = [
        asdict(one)
        for one in compare_round(store, name)
        if everything or (one.difference in ("direction", "only") and one.settled is None)
    ]
    columns = ("passage_id", "factor", "said", "difference", "settled")
    print_records(found, form, columns, "Nothing differs that is not settled.")


@group.command("settle")
def settle_one(
    name: NameArgument,
    passage: Annotated[str, typer.Argument(help="The passage's id.")],
    factor: Annotated[str, typer.Argument(help="The factor that is settled.")],
    take: Annotated[int | None, typer.Option(help="The number of the coding to take.")] = None,
    direction: Annotated[str | None, typer.Option(help="A direction of your own.")] = None,
    dismiss: Annotated[bool, typer.Option("--dismiss", help="The factor is not there.")] = False,
    comment: Annotated[str | None, typer.Option(help="Why; it is kept with it.")] = None,
    by: ByOption = None,
    form: FormatOption = None,
) -> None:
    """Settle a difference of a closed round: take a coding, say another direction, or neither.

    Example: samvirke round settle pilot 22feffd019f9073817ec leadership --take 17 --by Kari
    """
    settings, store, codebook = open_home()
    if dismiss == (take is not None or direction is not None):
        raise InputError("Expected --take or --direction, or --dismiss alone; choose one.")
    settle(
        store, codebook, name, passage, factor, by=person(settings, by), coding_id=take,
        direction=direction, comment=comment,
    )  # fmt: skip
    print_records([_settled(store, name, passage, factor)], form)


def _settled(store: Store, name: str, passage: str, factor: str) -> dict[str, Any]:
    return next(
        asdict(one)
        for one in compare_round(store, name)
        if (one.passage_id, one.factor) == (passage, factor)
    )


def _lines(path: Path) -> list[str]:
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"The file {path} cannot be read ({error}); give another.") from error
    return [line.strip() for line in text.splitlines() if line.strip()]
