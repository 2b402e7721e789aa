"""Commands of people's coding: what stands on a passage, undo and redo, agreement, appraisal."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from corpora.codebook import Codebook
from kb.active_codebook import active_codebook
from kb.coding import acts
from kb.coding.agreement import measure_agreement
from kb.coding.agreement_report import FORMATS
from kb.coding.appraisals import (
    appraisal_history,
    appraisal_table,
    appraise,
    standing_appraisals,
)
from kb.coding.comments import passage_comments
from kb.coding.listing import list_codings, passage_codings, passage_history
from kb.coding.rounds import list_rounds
from kb.library import find_passages
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

coding = typer.Typer(
    help="People's codings: what stands, its history, undo and redo.\n\n"
    "Example: samvirke coding list --coder Kari",
    no_args_is_help=True,
)
appraisals = typer.Typer(
    help="Study quality and strength of evidence, judged by people.\n\n"
    "Example: samvirke appraise show p0123456789ab",
    no_args_is_help=True,
)
ByOption = Annotated[str | None, typer.Option("--by", help="Your name; SAMVIRKE_USER unless said.")]
LanguageOption = Annotated[str, typer.Option(help="Language of the codes' labels.")]
ACT_COLUMNS = ("id", "by", "kind", "what", "of", "at", "undone")


def register(app: typer.Typer) -> None:
    """Give these commands to the program."""
    app.add_typer(coding, name="coding")
    app.add_typer(appraisals, name="appraise")
    app.command(name="agreement")(show_agreement)


@coding.command("show")
def show_passage(
    passage: Annotated[str, typer.Argument(help="The passage's id.")],
    by: ByOption = None,
    form: FormatOption = None,
) -> None:
    """Show what people coded a passage with, every act before that, and their comments.

    What was coded in an open round is shown to its coder alone.
    Example: samvirke coding show 22feffd019f9073817ec --by Kari
    """
    settings, store, _ = open_home()
    viewer = by or settings.user or None
    found = find_passages(store, [passage])[passage]
    record = {
        "passage_id": passage,
        "publication_id": found.publication_id,
        "text": found.text,
        "codings": [asdict(view) for view in passage_codings(store, passage, viewer)],
        "history": [asdict(act) for act in passage_history(store, passage, viewer)],
        "comments": [asdict(view) for view in passage_comments(store, passage, viewer)],
    }
    if shows_table(form):
        columns = ("id", "at", "coder", "act", "factor", "direction", "quote", "stands", "comment")
        print_records(record["history"], form, columns, "Nobody has coded this passage.")  # type: ignore[arg-type]
    else:
        print_record(record, form)


@coding.command("list")
def list_standing(
    coder: Annotated[str | None, typer.Option(help="Only this coder's.")] = None,
    publication: Annotated[str | None, typer.Option(help="Only of this publication.")] = None,
    round_name: Annotated[str | None, typer.Option("--round", help="Only of this round.")] = None,
    by: ByOption = None,
    form: FormatOption = None,
) -> None:
    """List the codings that stand, oldest first.

    Example: samvirke coding list --coder Kari --format table
    """
    settings, store, _ = open_home()
    views = list_codings(
        store,
        coder=coder,
        publication_id=publication,
        round_name=round_name,
        viewer=by or settings.user or None,
    )
    columns = ("id", "passage_id", "factor", "direction", "status", "coder", "at", "needs_look")
    empty = (
        "No coding stands here that you may see; what is coded blind in an open round is shown to "
        "its coder alone (--by)."
        if any(one.closed_at is None for one in list_rounds(store))
        else "No coding stands here."
    )
    print_records([asdict(view) for view in views], form, columns, empty)


@coding.command("acts")
def list_acts(
    by: Annotated[str | None, typer.Option("--by", help="Only this person's acts.")] = None,
    limit: Annotated[int, typer.Option(help="How many, the newest first.", min=1)] = 100,
    form: FormatOption = None,
) -> None:
    """List the acts of the whole project, the newest first: what can be undone, by its number.

    Example: samvirke coding acts --by Kari --limit 10
    """
    _, store, _ = open_home()
    found = [asdict(act) for act in acts.list_acts(store, by, limit)]
    print_records(found, form, ACT_COLUMNS, "Nobody has done anything yet.")


@coding.command("undo")
def undo_act(
    act: Annotated[
        int | None, typer.Argument(help="The act's number; your last one if not.")
    ] = None,
    by: ByOption = None,
    form: FormatOption = None,
) -> None:
    """Take back your last act (a coding, comment, settlement or appraisal), or the one named.

    What was coded blind in a round that is closed stays and is passed over.
    Example: samvirke coding undo --by Kari
    """
    settings, store, _ = open_home()
    name = person(settings, by)
    passed = acts.passed_over(store, name) if act is None else ()
    print_record(asdict(acts.undo(store, name, act)), form)
    if passed:
        say(f"Passed over, since it stays: what was coded in the closed round {', '.join(passed)}.")
    say("Undone; `samvirke coding redo` brings it back.")


@coding.command("redo")
def redo_act(
    act: Annotated[
        int | None, typer.Argument(help="The act's number; the last undone if not.")
    ] = None,
    by: ByOption = None,
    form: FormatOption = None,
) -> None:
    """Let what you undid last count again.

    Example: samvirke coding redo --by Kari
    """
    settings, store, _ = open_home()
    print_record(asdict(acts.redo(store, person(settings, by), act)), form)


def show_agreement(
    coder: Annotated[
        list[str] | None,
        typer.Option("--coder", help="A coder to compare, given twice or more; all if not."),
    ] = None,
    round_name: Annotated[
        str | None, typer.Option("--round", help="A closed round; everything if not.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option(help="A .html, .csv or .docx file; else printed.")
    ] = None,
    language: LanguageOption = "en",
    form: FormatOption = None,
) -> None:
    """Measure how far coders agree: alpha, kappa, AC1 per factor, per direction and overall.

    Example: samvirke agreement --coder Kari --coder Ola --round pilot --output agreement.html
    """
    _, store, codebook = open_home()
    if output is not None and output.suffix.lower() not in FORMATS:
        raise InputError(
            f"Expected an --output that ends in {', '.join(FORMATS)}, found {output.name!r}; give "
            "the file one of these endings."
        )
    report = measure_agreement(store, codebook, coder or (), round_name)
    if output is not None:
        write_output(FORMATS[output.suffix.lower()](report, codebook, language), output)
    elif shows_table(form):
        columns = ("scope", "code", "units", "said", "percent", "alpha", "kappa", "ac1")
        rows = [row.record() for row in report.rows]
        print_records([_rounded(row) for row in rows], form, columns)
    else:
        print_record(report.record(), form)


@appraisals.command("show")
def show_appraisals(
    publication: Annotated[
        str | None, typer.Argument(help="The publication's id; all that stand if not.")
    ] = None,
    table: Annotated[
        bool, typer.Option("--table", help="One column a question, in words, to be exported.")
    ] = False,
    language: LanguageOption = "en",
    form: FormatOption = None,
) -> None:
    """Show judgements on a publication, also earlier ones, or all that stand.

    Example: samvirke appraise show p0123456789ab --format table
    """
    _, store, codebook = open_home()
    if table:
        records = appraisal_table(store, codebook, language)
        records = [row for row in records if publication in (None, row["publication_id"])]
        print_records(records, form, (), "Nobody has judged a publication.")
        return
    views = appraisal_history(store, publication) if publication else standing_appraisals(store)
    columns = ("publication_id", "form", "overall", "by", "at", "stands", "comment")
    print_records([asdict(view) for view in views], form, columns, "Nobody has judged this.")


@appraisals.command("set")
def set_appraisal(
    publication: Annotated[str, typer.Argument(help="The publication's id.")],
    name: Annotated[str, typer.Argument(help="The form: study_quality or evidence_strength.")],
    overall: Annotated[str, typer.Argument(help="low, moderate, high or unclear.")],
    answer: Annotated[
        list[str] | None,
        typer.Option("--answer", help="QUESTION=ANSWER, more than once for several."),
    ] = None,
    comment: Annotated[str | None, typer.Option(help="A remark that is kept with it.")] = None,
    by: ByOption = None,
    form: FormatOption = None,
) -> None:
    """Judge a publication by one of the codebook's forms; the overall judgement is yours.

    Example: samvirke appraise set p0123456789ab study_quality moderate --answer fitting_method=yes
    """
    settings, store, codebook = open_home()
    answers: dict[str, str] = {}
    for given in answer or ():
        question, sign, value = given.partition("=")
        if not sign:
            raise InputError(f"Expected --answer QUESTION=ANSWER, found {given!r}.")
        answers[question.strip()] = value.strip()
    view = appraise(
        store, codebook, publication, name, answers, overall, by=person(settings, by),
        comment=comment,
    )  # fmt: skip
    print_record(asdict(view), form)


def open_home() -> tuple[Settings, Store, Codebook]:
    """The settings, the record, and the codebook as it stands."""
    settings = load_settings()
    store = open_store(settings)
    return settings, store, active_codebook(store)


def person(settings: Settings, by: str | None) -> str:
    """The name given, or the settings'. Raises InputError where there is none."""
    name = by or settings.user
    if not name:
        raise InputError("Expected your name, found none; give --by, or set SAMVIRKE_USER.")
    return name


def _rounded(row: dict[str, object]) -> dict[str, object]:
    return {
        name: round(value, 3) if isinstance(value, float) else value for name, value in row.items()
    }
