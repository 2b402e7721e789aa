"""The command export: people's work in the forms that other programs read."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from corpora.nordic import LABEL_LANGUAGES
from kb.active_codebook import active_codebook
from kb.exports.refi_choice import choose_content
from kb.exports.refi_codes import codebook_qdc
from kb.exports.refi_project import export_project
from kb.knowledge_base import open_knowledge_base
from kb.settings import load_settings
from kb.store import open_store
from pipeline.commands.output import FormatOption, print_record, say, write_output
from pipeline.errors import InputError

FORMS = ("refi-qda",)


def register(app: typer.Typer) -> None:
    """Give these commands to the program."""
    app.command("export")(export)


def export(
    to: Annotated[str, typer.Option("--to", help="refi-qda.")],
    output: Annotated[Path, typer.Option(help="A .qdpx file, or .qdc for the codebook alone.")],
    publication: Annotated[
        list[str] | None,
        typer.Option("--publication", help="Only this one, coded or not; repeatable."),
    ] = None,
    country: Annotated[
        list[str] | None,
        typer.Option("--country", help="Only passages with evidence from there; repeatable."),
    ] = None,
    factor: Annotated[
        list[str] | None,
        typer.Option("--factor", help="Only codings of this factor; repeatable."),
    ] = None,
    set_name: Annotated[
        str | None,
        typer.Option("--set", help="Only publications of this citation set, coded or not."),
    ] = None,
    language: Annotated[str, typer.Option(help="Language of the codes' names.")] = "en",
    files: Annotated[bool, typer.Option(help="Put the PDFs into the project file.")] = True,
    form: FormatOption = None,
) -> None:
    """Export people's codings and comments for NVivo, MAXQDA, ATLAS.ti, QualCoder (REFI-QDA).

    Example: samvirke export --to refi-qda --output review.qdpx --country NO --factor leadership
    """
    if to not in FORMS:
        raise typer.BadParameter(f"expected one of {', '.join(FORMS)}, found {to!r}")
    if language not in LABEL_LANGUAGES:
        raise typer.BadParameter(f"expected {', '.join(LABEL_LANGUAGES)}, found {language!r}")
    settings = load_settings()
    store = open_store(settings)
    book, suffix = active_codebook(store), output.suffix.lower()
    if suffix == ".qdc":
        write_output(codebook_qdc(book, language), output)
        return
    if suffix != ".qdpx":
        raise InputError(
            f"Expected an --output that ends in .qdpx or .qdc, found {output.name!r}; give the "
            "file one of these endings."
        )
    wanted = choose_content(
        open_knowledge_base(settings),
        publication_ids=publication or (),
        set_name=set_name,
        countries=country or (),
        factors=factor or (),
    )
    report = export_project(store, book, output, language=language, wanted=wanted, files=files)
    print_record(asdict(report), form)
    if report.left:
        say(
            f"samvirke: {report.left} codings and comments stand on no present passage and are not "
            "in the file; `samvirke doctor` lists them."
        )
