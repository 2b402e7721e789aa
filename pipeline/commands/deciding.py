"""Commands by which a person decides about publications: join, split, correct, remove."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated, Any

import typer

from kb import grouping
from kb.corrections import (
    CorrectionView,
    correct,
    list_corrections,
    undo_correction,
    written_value,
)
from kb.files import AddressView, is_upload, items_of
from kb.library import publication_detail
from kb.removal import refuse_removed, remove
from kb.settings import Settings, load_settings
from kb.store import Store, open_store
from pipeline.commands.output import FormatOption, print_record, print_records, say, shows_table
from pipeline.errors import InputError
from pipeline.refresh import ChangeReport, read_publications, refresh_lock

ByOption = Annotated[str | None, typer.Option("--by", help="Your name; SAMVIRKE_USER unless said.")]
CommentOption = Annotated[str, typer.Option(help="Why, for those who come after you.")]
PublicationArgument = Annotated[str, typer.Argument(help="The publication's id.")]
STALE = "Search shows it whole after `samvirke index`."


def register(app: typer.Typer) -> None:
    """Give these commands to the program."""
    app.command()(join)
    app.command()(split)
    app.command(name="correct")(correct_field)
    app.command(name="remove")(remove_publication)


def join(
    one: Annotated[str, typer.Argument(help="The publication whose id stays.")],
    other: Annotated[str, typer.Argument(help="The publication that is the same.")],
    by: ByOption = None,
    comment: CommentOption = "",
    undo: Annotated[
        bool, typer.Option("--undo", help="Take the newest join or split of both back instead.")
    ] = False,
    form: FormatOption = None,
) -> None:
    """Say that two publications are one; people's work on both is kept.

    The record of the first is kept field by field: the other's fills what it lacks, and what a
    person corrected in either stands.

    Example: samvirke join p1f0c2a9b77d3 p90d1e54c2ab1 --by Kari
    """
    settings = load_settings()
    store = open_store(settings)
    name = _name(settings, by)
    with refresh_lock(settings, wait=True, say=say):
        if undo:
            kept = grouping.undo_decision(store, one, name, other).publication_ids[0]
            _read_anew(settings, store, (kept, one, other))
            print_record(_shown(store, kept), form)
        else:
            before = publication_detail(store, one).view.csl
            kept = grouping.join(store, one, other, name, comment)
            _read_anew(settings, store, (kept,))
            after = publication_detail(store, kept).view.csl
            came = [key for key in after if key != "id" and after[key] != before.get(key)]
            print_record({**_shown(store, kept), "joined": other, "fields_from_other": came}, form)
            say(f"The record of {kept} is kept; {_told(came)}")
    say(STALE)


def split(
    publication: PublicationArgument,
    item: Annotated[
        list[str] | None,
        typer.Option(
            "--item",
            help="What is another publication: a file's name, an item's key or a document's "
            "address; more than once for several. Without it, the items there are are listed.",
        ),
    ] = None,
    by: ByOption = None,
    comment: CommentOption = "",
    undo: Annotated[
        bool, typer.Option("--undo", help="Take the newest join or split of it back instead.")
    ] = False,
    form: FormatOption = None,
) -> None:
    """Say that some of a publication's files are another publication.

    Example: samvirke split p1f0c2a9b77d3 --item https://example.org/rapport-2 --by Kari
    """
    settings = load_settings()
    store = open_store(settings)
    if not item and not undo:
        refuse_removed(store, [publication])
        print_records(_items(store, publication), form, ("files", "reason", "item"))
        return
    name = _name(settings, by)
    with refresh_lock(settings, wait=True, say=say):
        if undo:
            places = grouping.undo_decision(store, publication, name).publication_ids
        else:
            wanted = _named_items(store, publication, item or ())
            new_id = grouping.split(store, publication, wanted, name, comment)
            places = (new_id, publication)
        _read_anew(settings, store, places)
    print_records([_shown(store, place) for place in dict.fromkeys(places)], form)
    say(STALE)


def correct_field(
    publication: PublicationArgument,
    field: Annotated[
        str | None,
        typer.Option(help="title, authors, year, publisher, doi, ...; without it, the history."),
    ] = None,
    value: Annotated[
        str | None,
        typer.Option(
            help="What it is; '' says that there is none. Authors: 'Berg, Ida; Fafo', a body with "
            "a comma in its name in braces: '{Ministry of Health, Norway}; Berg, Ida'."
        ),
    ] = None,
    by: ByOption = None,
    comment: CommentOption = "",
    undo: Annotated[
        bool, typer.Option("--undo", help="Take the newest correction of the field back instead.")
    ] = False,
    form: FormatOption = None,
) -> None:
    """Say what a field of a publication is, over all that was read; or show what was said.

    Example: samvirke correct p1f0c2a9b77d3 --field year --value 2019 --by Kari
    """
    settings = load_settings()
    store = open_store(settings)
    if field is None:
        if value is not None or undo:
            given = "--undo" if undo else "--value"
            raise InputError(f"Expected --field with {given}, found none; say which field.")
        acts = list_corrections(store, publication)
        told = _said if shows_table(form) else asdict
        columns = ("field", "said", "before", "by", "at", "stands")
        print_records([told(act) for act in acts], form, columns, "Nobody corrected it yet.")
        return
    name = _name(settings, by)
    if undo:
        act = undo_correction(store, publication, field, name)
    elif value is None:
        raise InputError(f"Expected --value with --field {field}, found none; '' says it has none.")
    else:
        act = correct(store, publication, field, value, name, comment)
    print_record(asdict(act), form)
    say("Citations have it at once; filters and the map after `samvirke index`.")


def remove_publication(
    publication: PublicationArgument,
    reason: Annotated[str, typer.Option(help="Why; it is kept and shown.")],
    by: ByOption = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask first.")] = False,
    form: FormatOption = None,
) -> None:
    """Take a publication and its files out for good, and keep the crawler from fetching it again.

    People's work on it stays in the record. Example: samvirke remove p1f0c2a9b77d3 --reason
    "withdrawn by its publisher" --yes
    """
    settings = load_settings()
    store = open_store(settings)
    name = _name(settings, by)
    title = publication_detail(store, publication).view.csl.get("title") or publication
    if not yes:
        if not sys.stdin.isatty():
            raise InputError("Expected --yes where nobody can be asked, found none; add it.")
        typer.confirm(f"Take out {title!r} and all its files? This cannot be undone.", abort=True)
    with refresh_lock(settings, wait=True, say=say):
        done = remove(settings, store, publication, reason=reason, by=name)
    print_record(asdict(done), form)
    say(
        "Search leaves it out from now on; run `samvirke index` to take it out of the index's "
        "files too. Backups made before still hold it."
    )


def _told(fields: Sequence[str]) -> str:
    """Which fields of a record came from the other one, in a sentence."""
    return (
        f"from the other came: {', '.join(fields)}." if fields else "nothing came from the other."
    )


def _said(act: CorrectionView) -> dict[str, Any]:
    """An act for a line of a table, values as a person writes them."""
    before, said = written_value(act.field, act.before), written_value(act.field, act.value)
    if act.undo:
        said = f"taken back; again {written_value(act.field, act.restored) or 'none'}"
    when = f"{act.at:%Y-%m-%d %H:%M}"
    return {**asdict(act), "said": said or "none", "before": before, "at": when}


def _name(settings: Settings, by: str | None) -> str:
    name = (by or settings.user or "").strip()
    if not name:
        raise InputError("Expected your name, found none; give --by, or set SAMVIRKE_USER.")
    return name


def _read_anew(settings: Settings, store: Store, publications: Sequence[str]) -> None:
    """Write the records and passages of publications whose items have changed."""
    found = [item.key for place in dict.fromkeys(publications) for item in items_of(store, place)]
    if found:
        read_publications(settings, store, ChangeReport(), keys=found)


def _items(store: Store, publication_id: str) -> list[dict[str, Any]]:
    detail = publication_detail(store, publication_id)
    return [
        {
            "item": item.key,
            "files": list(dict.fromkeys(_file_name(address) for address in item.addresses)),
            "reason": item.reason,
            "addresses": [address.url for address in item.addresses],
        }
        for item in detail.items
    ]


def _named_items(store: Store, publication_id: str, names: Sequence[str]) -> list[str]:
    """Names as `split` takes them: an item's key for the name of a file that only it has.

    Raises InputError for a file's name that several items have.
    """
    items = _items(store, publication_id)
    found = []
    for name in names:
        keys = [item["item"] for item in items if name in item["files"]]
        if len(keys) > 1 and name not in keys:
            raise InputError(
                f"Expected --item to name one item, found {name!r} in {len(keys)}; give the "
                f"item's key instead: {', '.join(keys)}."
            )
        found.append(keys[0] if len(keys) == 1 and name not in _addresses(items) else name)
    return found


def _addresses(items: Sequence[dict[str, Any]]) -> set[str]:
    return {address for item in items for address in (item["item"], *item["addresses"])}


def _file_name(address: AddressView) -> str:
    """What a person knows a file by: its name where it was handed in, else where it was found."""
    return address.filename or address.url if is_upload(address.url) else address.url


def _shown(store: Store, publication_id: str) -> dict[str, Any]:
    detail = publication_detail(store, publication_id)
    return {
        "publication_id": detail.view.id,
        "title": detail.view.csl.get("title"),
        "passages": detail.view.passages,
        "items": _items(store, detail.view.id),
    }
