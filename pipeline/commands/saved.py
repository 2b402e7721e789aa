"""Commands about saved searches, and the change report in which they say what is new."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from kb.change_report import RunChanges, changes_of
from kb.errors import GenerationError
from kb.exports.atom_feed import render_feed
from kb.exports.change_pages import LISTS, render_changes
from kb.knowledge_base import KnowledgeBase, open_knowledge_base
from kb.runs import list_runs
from kb.saved_search_hits import keep_change, keep_search
from kb.saved_search_news import count_news, list_news
from kb.saved_searches import (
    SavedView,
    find_search,
    list_searches,
    mark_seen,
    remove_search,
    rename_search,
    write_filters,
)
from kb.search.rows import Filters
from kb.settings import load_settings
from kb.store import Store, open_store
from pipeline.commands.finding import (
    CountryOption,
    DirectionOption,
    FactorOption,
    FromOption,
    GroupOption,
    LanguageOption,
    SectorOption,
    ToOption,
    TypeOption,
    VerifiedOption,
    make_filters,
    with_codes,
)
from pipeline.commands.output import FormatOption, print_record, print_records, say, write_output
from pipeline.errors import InputError

group = typer.Typer(
    help="Saved searches: kept with their filters, asked again at each refresh.\n\n"
    "Example: samvirke saved list",
    no_args_is_help=True,
)
NameArgument = Annotated[str, typer.Argument(help="The saved search's name.")]
QueryOption = Annotated[str, typer.Option("--query", help="What to ask; else filters only.")]
_COLUMNS = ("name", "query", "filters", "owner", "new")


def register(app: typer.Typer) -> None:
    """Give these commands to the program."""
    app.add_typer(group, name="saved")
    app.command()(changes)


@group.command("list")
def list_saved(
    removed: Annotated[bool, typer.Option("--removed", help="Those that were deleted.")] = False,
    form: FormatOption = None,
) -> None:
    """List the saved searches, each with how many passages are new and not marked as seen.

    Example: samvirke saved list --format table
    """
    store = open_store(load_settings())
    found = [_record(store, view) for view in list_searches(store, removed=removed)]
    print_records(found, form, _COLUMNS, "No search is saved; `samvirke saved add` saves one.")


@group.command("add")
def add_saved(
    name: NameArgument,
    query: QueryOption = "",
    factor: FactorOption = None,
    direction: DirectionOption = None,
    country: CountryOption = None,
    language: LanguageOption = None,
    year_from: FromOption = None,
    year_to: ToOption = None,
    evidence_type: TypeOption = None,
    sector: SectorOption = None,
    target_group: GroupOption = None,
    verified: VerifiedOption = False,
    replace: Annotated[
        bool, typer.Option("--replace", help="Give a search there is another question.")
    ] = False,
    form: FormatOption = None,
) -> None:
    """Save a search; what it finds today is known, what later refreshes add is new.

    Example: samvirke saved add "Taushetsplikt" --query "taushetsplikt som hinder" --country NO
    """
    filters = make_filters(
        factor, direction, country, language, year_from, year_to, evidence_type, sector,
        target_group, verified,
    )  # fmt: skip
    print_record(_saved(name, query, filters, replace=replace), form)


def _saved(name: str, query: str, filters: Filters, *, replace: bool) -> dict[str, Any]:
    settings = load_settings()
    knowledge = open_knowledge_base(settings)
    filters = with_codes(knowledge, filters)
    if replace:
        keep_change(knowledge, find_search(knowledge.store, name).id, query, filters)
    else:
        keep_search(knowledge, name, query, filters, owner=settings.user)
    _tell_fit(knowledge, query, filters)
    return _record(knowledge.store, find_search(knowledge.store, name))


def _tell_fit(knowledge: KnowledgeBase, query: str, filters: Filters) -> None:
    """Say how the question was read where that is odd, and where nothing fits it today."""
    try:
        found = knowledge.answer(query, 1, filters) if query.strip() else None
        empty = not (found.records if found else knowledge.browse(filters, 1)[1])
    except GenerationError:
        return  # nothing is indexed yet; the first refresh asks
    for notice in found.notices if found else ():
        say(f"samvirke: {notice}")
    if empty:
        say("samvirke: It is saved, and no passage fits it today.")


@group.command("show")
def show_saved(
    name: NameArgument,
    run: Annotated[int | None, typer.Option(help="Only what this run found.")] = None,
    all_: Annotated[bool, typer.Option("--all", help="Also what was marked as seen.")] = False,
    seen: Annotated[bool, typer.Option("--seen", help="Mark it as seen afterwards.")] = False,
    form: FormatOption = None,
) -> None:
    """Show what is new to a saved search, newest first.

    Example: samvirke saved show "Taushetsplikt" --format jsonl
    """
    store = open_store(load_settings())
    view = find_search(store, name)
    since = None if all_ or run is not None else view.seen_at
    found = [
        {
            "passage_id": one.passage.id,
            "publication_id": one.publication.id,
            "title": one.publication.csl.get("title"),
            "page_label": one.passage.page_label,
            "language": one.passage.language,
            "run": one.hit.run_id,
            "rank": one.hit.rank,
            "found_at": one.hit.at,
            "text": one.passage.text,
        }
        for one in list_news(store, view, since=since, run_id=run)
    ]
    columns = ("run", "rank", "title", "page_label", "text")
    print_records(found, form, columns, "Nothing is new since it was saved or last seen.")
    if seen:
        mark_seen(store, view.id)


@group.command("rename")
def rename_saved(
    name: NameArgument, new_name: Annotated[str, typer.Argument(help="What to call it.")]
) -> None:
    """Give a saved search another name.

    Example: samvirke saved rename "Taushetsplikt" "Taushetsplikt, alle land"
    """
    store = open_store(load_settings())
    rename_search(store, find_search(store, name).id, new_name)
    say("Renamed.")


@group.command("delete")
def delete_saved(name: NameArgument) -> None:
    """Delete a saved search; `samvirke saved undo` brings it back with all it has found.

    Example: samvirke saved delete "Taushetsplikt"
    """
    store = open_store(load_settings())
    remove_search(store, find_search(store, name).id)
    say(f"Deleted; `samvirke saved undo {name!r}` brings it back.")


@group.command("undo")
def undo_saved(name: NameArgument) -> None:
    """Bring back a saved search that was deleted (the last one of that name).

    Example: samvirke saved undo "Taushetsplikt"
    """
    store = open_store(load_settings())
    remove_search(store, find_search(store, name, removed=True).id, restore=True)
    say("It is back.")


@group.command("feed")
def write_feed(
    name: NameArgument,
    output: Annotated[Path | None, typer.Option(help="FILE.atom; stdout unless said.")] = None,
) -> None:
    """Write what is new to a saved search as an Atom feed; each refresh publishes them too.

    Example: samvirke saved feed "Taushetsplikt" --output taushetsplikt.atom
    """
    settings = load_settings()
    store = open_store(settings)
    write_output(render_feed(settings, store, find_search(store, name)), output)


def changes(
    run: Annotated[int | None, typer.Option(help="The run's number; the last unless said.")] = None,
    output: Annotated[Path | None, typer.Option(help="FILE.html, .md or .json.")] = None,
    form: FormatOption = None,
) -> None:
    """Say what a run changed: publications, verdicts, lost work, problems, saved searches.

    Example: samvirke changes --run 3 --output changes.html
    """
    settings = load_settings()
    store = open_store(settings)
    last = list_runs(store, 1)
    if run is None and not last:
        raise InputError("There has been no run yet; `samvirke refresh` is one.")
    found = changes_of(settings, store, last[0].id if run is None else run)
    if output is not None:
        write_output(render_changes(found, output.suffix.lstrip(".").lower()), output)
    else:
        columns = ("what", "subject", "note")
        print_records(_changes(found), form, columns, "Nothing changed.", fold=True)


def _changes(found: RunChanges) -> Iterator[dict[str, Any]]:
    """A record for each thing that changed."""
    for name in LISTS:
        for one in getattr(found, name):
            record = {"id": one.publication_id, "label": one.label, "address": one.address}
            yield {"what": name, "subject": one.title, "note": one.note, **record}
    for problem in found.problems:
        yield {"what": "problem", "subject": problem.subject, "note": problem.message}
    for search in found.saved_searches:
        passages = [asdict(passage) for passage in search.passages]
        note = f"{search.new} new"
        yield {"what": "saved_search", "subject": search.name, "note": note, "passages": passages}


def _record(store: Store, view: SavedView) -> dict[str, Any]:
    return {
        "id": view.id,
        "name": view.name,
        "query": view.query,
        "filters": write_filters(view.filters),
        "owner": view.owner,
        "new": count_news(store, view, since=view.seen_at),
        "new_since_saved": count_news(store, view),
        "created_at": view.created_at,
        "baseline_at": view.baseline_at,
        "seen_at": view.seen_at,
    }
