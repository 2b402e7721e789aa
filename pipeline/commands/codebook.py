"""Commands about the codebook: show it, change it, its history, undo, load another, export."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from corpora.categories import Category
from corpora.codebook import Kind
from corpora.nordic import LABEL_LANGUAGES, LabelLanguage
from kb import codebook_editing as editing
from kb.active_codebook import active_codebook
from kb.codebook_files import codebook_yaml, read_codebook_file
from kb.codebook_state import EDITABLE, Change
from kb.exports.refi_codes import codebook_qdc
from kb.settings import load_settings
from kb.store import Store, open_store
from pipeline.commands.output import FormatOption, print_record, print_records, say, write_output
from pipeline.errors import InputError

group = typer.Typer(
    help="The codebook: show and change it, its history, undo, load another, export.\n\n"
    "Example: samvirke codebook show --format table",
    no_args_is_help=True,
)
CodeArgument = Annotated[str, typer.Argument(help="The code's id.")]
ByOption = Annotated[str | None, typer.Option("--by", help="Your name; SAMVIRKE_USER unless said.")]
CommentOption = Annotated[str | None, typer.Option(help="Why; it is kept in the history.")]
KindOption = Annotated[str, typer.Option("--kind", help=f"{', '.join(EDITABLE)}.")]
LabelOption = Annotated[
    list[str] | None,
    typer.Option("--label", help="A label with its language, as nb=Ledelse; repeatable."),
]
DefinitionOption = Annotated[
    list[str] | None,
    typer.Option("--definition", help="A meaning with its language, as en=...; repeatable."),
]
LanguageOption = Annotated[str, typer.Option(help="Language of names in a .qdc.")]


def register(app: typer.Typer) -> None:
    """Give these commands to the program."""
    app.add_typer(group, name="codebook")


@group.command("show")
def show(
    kind: KindOption = "factors",
    language: Annotated[str, typer.Option(help="Language of the labels.")] = "en",
    form: FormatOption = None,
) -> None:
    """Show the codes in use and retired, with how many of people's codings each has.

    Example: samvirke codebook show --kind sectors --format table
    """
    store = _store()
    book, uses = active_codebook(store), editing.code_uses(store)
    known = _kind(kind)
    states = [(entry, "in use") for entry in book.categories(known)]
    states += [(entry, "retired") for entry in book.retired(known)]
    records: list[dict[str, Any]] = [
        {
            "id": entry.id,
            "label": book.label(known, entry.id, language),
            "state": state,
            "codings": uses[entry.id] if kind == "factors" else None,
            "definition": book.definition(known, entry.id, language),
            "labels": entry.labels,
        }
        for entry, state in states
    ]
    if kind == "factors":
        records += [
            {"id": one.code, "label": one.code, "state": "lost", "codings": one.codings}
            for one in book.lost
        ]
    for problem in book.problems:
        say(f"samvirke: {problem}")
    print_records(records, form, ("id", "label", "state", "codings", "definition"))


@group.command("rename")
def rename(
    code: CodeArgument,
    label: LabelOption = None,
    new_id: Annotated[str | None, typer.Option("--id", help="Another id.")] = None,
    definition: DefinitionOption = None,
    kind: KindOption = "factors",
    by: ByOption = None,
    comment: CommentOption = None,
    form: FormatOption = None,
) -> None:
    """Give a code other labels, another id or another meaning; its codings go with it.

    Example: samvirke codebook rename leadership --label en=Management --by Kari
    """
    store, name = _store(), _name(by)
    changes = []
    if definition:
        texts = _texts(definition, "--definition")
        changes.append(editing.define_code(store, kind, code, texts, by=name, comment=comment))
    if label or new_id or not definition:
        labels = _texts(label, "--label")
        changes.append(
            editing.rename_code(
                store, kind, code, by=name, labels=labels, new_id=new_id, comment=comment
            )
        )
    print_records([_shown(change) for change in changes], form)


@group.command("merge")
def merge(
    code: CodeArgument,
    into: Annotated[str, typer.Argument(help="The code that its codings count under from now on.")],
    kind: KindOption = "factors",
    by: ByOption = None,
    comment: CommentOption = None,
    form: FormatOption = None,
) -> None:
    """Merge a code into another one; all its codings count under that.

    Example: samvirke codebook merge coordination routines --by Kari --comment "told apart by none"
    """
    change = editing.merge_codes(_store(), kind, code, into, by=_name(by), comment=comment)
    print_record(_shown(change), form)


@group.command("split")
def split(
    code: CodeArgument,
    into: Annotated[
        list[str],
        typer.Option("--into", help="A part: its id and label, as money=Money; twice or more."),
    ],
    default: Annotated[
        str, typer.Option(help="The part that codings count under until a person moves them.")
    ],
    language: Annotated[str, typer.Option(help="Language of the labels.")] = "en",
    kind: KindOption = "factors",
    by: ByOption = None,
    comment: CommentOption = None,
    form: FormatOption = None,
) -> None:
    """Split a code into two or more; its codings wait to be moved, see `codebook decide`.

    Example: samvirke codebook split resources --into money=Money --into time=Time --default money
    """
    parts = [
        Category.model_construct(id=id_, labels={_language(language): label}, definitions={})
        for id_, label in (_pair(one, "--into") for one in into)
    ]
    change = editing.split_code(_store(), kind, code, parts, default, by=_name(by), comment=comment)
    print_record(_shown(change), form)


@group.command("decide")
def decide(
    coding: Annotated[int | None, typer.Argument(help="The coding's number.")] = None,
    code: Annotated[str | None, typer.Argument(help="The part of the split code.")] = None,
    back: Annotated[bool, typer.Option("--back", help="Let it wait again instead.")] = False,
    by: ByOption = None,
    form: FormatOption = None,
) -> None:
    """List the codings of split codes that wait for a person, or move one of them.

    Example: samvirke codebook decide 17 time --by Kari
    """
    store = _store()
    if coding is not None:
        if code is None and not back:
            raise InputError("Expected the part that the coding belongs to, found none; name it.")
        editing.move_coding(store, coding, None if back else code, by=_name(by))
    waiting = [asdict(one) for one in editing.undecided_codings(store)]
    columns = ("coding_id", "code", "counts_as", "coder", "quote")
    print_records(waiting, form, columns, "No coding waits to be moved.")


@group.command("retire")
def retire(
    code: CodeArgument,
    kind: KindOption = "factors",
    by: ByOption = None,
    comment: CommentOption = None,
    form: FormatOption = None,
) -> None:
    """Take a code out of use: people's codings of it stay, the machine's suggestions vanish.

    Example: samvirke codebook retire culture --by Kari
    """
    print_record(
        _shown(editing.retire_code(_store(), kind, code, by=_name(by), comment=comment)), form
    )


@group.command("add")
def add(
    code: CodeArgument,
    label: LabelOption = None,
    definition: DefinitionOption = None,
    kind: KindOption = "factors",
    by: ByOption = None,
    comment: CommentOption = None,
    form: FormatOption = None,
) -> None:
    """Add a code; the machine suggests it once it has been trained on codings of it.

    Example: samvirke codebook add trust --label en=Trust --label nb=Tillit --by Kari
    """
    labels = _texts(label, "--label")
    if not labels:
        raise InputError("Expected a label of the new code, found none; give --label en=Name.")
    entry = Category.model_construct(
        id=code, labels=labels, definitions=_texts(definition, "--definition")
    )
    change = editing.add_code(_store(), kind, entry, by=_name(by), comment=comment)
    print_record(_shown(change), form)


@group.command("load")
def load(
    file: Annotated[Path, typer.Argument(help="A codebook: .yaml or .qdc.")],
    mapping: Annotated[
        list[str] | None,
        typer.Option("--map", help="What stands for a factor in use: old=new; repeatable."),
    ] = None,
    language: LanguageOption = "en",
    by: ByOption = None,
    comment: CommentOption = None,
    form: FormatOption = None,
) -> None:
    """Load another codebook in the present one's place, for another review.

    Example: samvirke codebook load ours.yaml --map leadership=management --by Kari
    """
    store = _store()
    book, guids = read_codebook_file(file, active_codebook(store), _language(language))
    pairs = dict(_pair(one, "--map") for one in mapping or ())
    change = editing.load_codebook_into(
        store, book, by=_name(by), mapping=pairs, guids=guids, comment=comment or file.name
    )
    print_record(_shown(change), form)


@group.command("history")
def history(form: FormatOption = None) -> None:
    """List every change of the codebook, newest first, with who made it and whether it stands.

    Example: samvirke codebook history --format table
    """
    changes = editing.changes_of(_store())
    records = [_shown(change) | {"stands": stands} for change, stands in changes]
    columns = ("id", "at", "by", "act", "kind", "code", "stands", "comment")
    print_records(records, form, columns, "The codebook is as it was given.")


@group.command("undo")
def undo(
    change: Annotated[
        int | None, typer.Argument(help="The change's number; the newest unless said.")
    ] = None,
    by: ByOption = None,
    comment: CommentOption = None,
    form: FormatOption = None,
) -> None:
    """Take a change of the codebook back; its codings go back with it.

    Example: samvirke codebook undo 4 --by Kari
    """
    print_record(_shown(editing.undo_change(_store(), change, by=_name(by), comment=comment)), form)


@group.command("export")
def export(
    output: Annotated[Path, typer.Option(help="A .yaml or .qdc file.")],
    language: LanguageOption = "en",
) -> None:
    """Write the codebook to a file: .yaml with everything, .qdc for other programs.

    Example: samvirke codebook export --output codebook.qdc --language nb
    """
    book, suffix = active_codebook(_store()), output.suffix.lower()
    if suffix in (".yaml", ".yml"):
        write_output(codebook_yaml(book).encode(), output)
    elif suffix == ".qdc":
        write_output(codebook_qdc(book, _language(language)), output)
    else:
        raise InputError(
            f"Expected an --output that ends in .yaml or .qdc, found {output.name!r}; give the "
            "file one of these endings."
        )


def _store() -> Store:
    return open_store(load_settings())


def _name(by: str | None) -> str:
    name = (by or load_settings().user or "").strip()
    if not name:
        raise InputError("Expected your name, found none; give --by, or set SAMVIRKE_USER.")
    return name


def _kind(kind: str) -> Kind:
    if kind not in EDITABLE:
        raise InputError(f"Expected --kind {', '.join(EDITABLE)}, found {kind!r}.")
    return kind


def _pair(given: str, option: str) -> tuple[str, str]:
    before, equals, after = given.partition("=")
    if not (equals and before.strip() and after.strip()):
        raise InputError(f"Expected {option} as name=value, found {given!r}.")
    return before.strip(), after.strip()


def _texts(given: list[str] | None, option: str) -> dict[LabelLanguage, str]:
    pairs = (_pair(one, option) for one in given or ())
    return {_language(language): text for language, text in pairs}


def _language(language: str) -> LabelLanguage:
    if language not in LABEL_LANGUAGES:
        raise InputError(
            f"Expected a language among {', '.join(LABEL_LANGUAGES)}, found {language!r}."
        )
    return language


def _shown(change: Change) -> dict[str, Any]:
    """A change as printed; a codebook that was loaded is too long for that."""
    record = asdict(change)
    record["value"] = {key: value for key, value in change.value.items() if key != "codebook"}
    return record
