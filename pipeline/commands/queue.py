"""Commands of the learning queue: what to look at next, passing over, answering, when to stop."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

import typer

from corpora.codebook import Codebook
from kb.active_codebook import active_codebook
from kb.coding.queue import Place, Queue, answer, next_places, open_queue, pass_over
from kb.coding.queue_labels import CODING, SCREENING
from kb.coding.queue_order import SHARE
from kb.coding.queue_reading import estimate, queue_status
from kb.coding.stopping import CONFIDENCE, TARGET
from kb.library import find_passages, find_publications
from kb.settings import Settings, load_settings
from kb.store import Store, open_store
from pipeline.commands.output import FormatOption, print_record, print_records, say, shows_table
from pipeline.errors import InputError

queue_app = typer.Typer(
    help="What to code or screen next, in an order that learns, and when one may stop.\n\n"
    "Example: samvirke queue next --factor continuity -n 5 --by Kari",
    no_args_is_help=True,
)

FactorOption = Annotated[
    str | None, typer.Option("--factor", "-f", help="One factor of the codebook; all unless said.")
]
SeedOption = Annotated[
    int | None, typer.Option(help="The random order's seed; the newest queue's unless said.")
]
ScreeningOption = Annotated[
    bool, typer.Option("--screening", help="Publications to screen, not passages to code.")
]
ByOption = Annotated[str | None, typer.Option("--by", help="Your name; SAMVIRKE_USER unless said.")]
SubjectArgument = Annotated[str, typer.Argument(help="The passage's or publication's id.")]


def register(app: typer.Typer) -> None:
    """Give these commands to the program."""
    queue_app.command("next")(show_next)
    queue_app.command("status")(show_status)
    queue_app.command("pass")(pass_place)
    queue_app.command("answer")(answer_place)
    queue_app.command("estimate")(show_estimate)
    app.add_typer(queue_app, name="queue")


def show_next(
    factor: FactorOption = None,
    seed: SeedOption = None,
    screening: ScreeningOption = False,
    count: Annotated[int, typer.Option("-n", min=1, help="How many places.")] = 1,
    share: Annotated[
        float, typer.Option(min=0, max=1, help="Part of a new batch that is drawn at random.")
    ] = SHARE,
    by: ByOption = None,
    form: FormatOption = None,
) -> None:
    """Show what to look at next; the same until it is answered or passed over.

    Example: samvirke queue next --factor continuity -n 5 --by Kari
    """
    settings, store, codebook = _opened()
    queue = open_queue(store, codebook, _kind(screening), factor, seed)
    places = next_places(settings, store, codebook, queue, _name(settings, by), count, share=share)
    records = [_record(store, queue, place) for place in places]
    print_records(
        records, form, ("id", "why", "factor", "title", "text"), "Nothing is left to look at."
    )


def show_status(
    factor: FactorOption = None,
    seed: SeedOption = None,
    screening: ScreeningOption = False,
    form: FormatOption = None,
) -> None:
    """Show how far a queue is. Example: samvirke queue status --factor continuity."""
    settings, store, codebook = _opened()
    queue = open_queue(store, codebook, _kind(screening), factor, seed)
    print_record({**asdict(queue), **asdict(queue_status(settings, store, codebook, queue))}, form)


def pass_place(
    subject: SubjectArgument,
    factor: FactorOption = None,
    seed: SeedOption = None,
    screening: ScreeningOption = False,
    by: ByOption = None,
    form: FormatOption = None,
) -> None:
    """Pass over a place: you are not shown it again, others are.

    Example: samvirke queue pass 4f0c2a9b77d3e1a05b6c --factor continuity --by Kari
    """
    settings, store, codebook = _opened()
    queue, name = open_queue(store, codebook, _kind(screening), factor, seed), _name(settings, by)
    pass_over(store, queue, subject, name)
    print_record({"queue": queue.id, "id": subject, "act": "pass", "by": name}, form)


def answer_place(
    subject: SubjectArgument,
    factor: FactorOption = None,
    seed: SeedOption = None,
    by: ByOption = None,
    form: FormatOption = None,
) -> None:
    """Say that a passage was looked at and all there is in it is coded, if only nothing.

    Example: samvirke queue answer 4f0c2a9b77d3e1a05b6c --factor continuity --by Kari
    """
    settings, store, codebook = _opened()
    queue, name = open_queue(store, codebook, CODING, factor, seed), _name(settings, by)
    answer(store, queue, subject, name)
    print_record({"queue": queue.id, "id": subject, "act": "answer", "by": name}, form)


def show_estimate(
    factor: FactorOption = None,
    seed: SeedOption = None,
    screening: ScreeningOption = False,
    target: Annotated[
        float, typer.Option(min=0.01, max=0.99, help="Share of the relevant ones to be found.")
    ] = TARGET,
    confidence: Annotated[
        float, typer.Option(min=0.5, max=0.999, help="How sure the answer is to be.")
    ] = CONFIDENCE,
    form: FormatOption = None,
) -> None:
    """Say how much there is, how good the machine is, and whether you may stop.

    Example: samvirke queue estimate --factor continuity --target 0.9
    """
    settings, store, codebook = _opened()
    queue = open_queue(store, codebook, _kind(screening), factor, seed)
    found = estimate(settings, store, codebook, queue, target, confidence)
    record: dict[str, Any] = {
        **asdict(queue),
        **asdict(found.verdict),
        "prevalence": found.prevalence._asdict(),
        "machine_right": found.machine_right._asdict() if found.machine_right else None,
        "machine_finds": found.machine_finds._asdict() if found.machine_finds else None,
        "sentence": found.sentence,
    }
    if not shows_table(form):
        record["chart"] = [asdict(point) for point in found.chart]
    print_record(record, form)
    say(found.sentence)


def _opened() -> tuple[Settings, Store, Codebook]:
    settings = load_settings()
    store = open_store(settings)
    return settings, store, active_codebook(store)


def _kind(screening: bool) -> str:
    return SCREENING if screening else CODING


def _name(settings: Settings, by: str | None) -> str:
    name = (by or settings.user or "").strip()
    if not name:
        raise InputError("Expected your name, found none; give --by, or set SAMVIRKE_USER.")
    return name


def _record(store: Store, queue: Queue, place: Place) -> dict[str, Any]:
    """A place as it is printed: with the text to code, or the title to screen."""
    record: dict[str, Any] = {
        "id": place.subject,
        "queue": queue.id,
        "seed": queue.seed,
        "batch": place.batch,
        "position": place.position,
        "why": place.why,
        "factor": place.factor,
    }
    owner = place.subject
    if queue.kind == CODING:
        passage = find_passages(store, [place.subject])[place.subject]
        owner = passage.publication_id
        record |= {"text": passage.text, "section": passage.section, "page": passage.page}
    view = find_publications(store, [owner])[owner]
    return record | {"publication_id": view.id, "title": view.csl.get("title")}
