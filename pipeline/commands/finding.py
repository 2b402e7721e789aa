"""Commands that find and take away: search, map, cite."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperCommand

from corpora.nordic import LABEL_LANGUAGES
from kb.citations.formats import render
from kb.errors import QueryError
from kb.exports.map_formats import MAP_FORMATS, render_map
from kb.knowledge_base import KnowledgeBase, open_knowledge_base
from kb.removal import refuse_removed
from kb.search.notices import Notice
from kb.search.query import read_query
from kb.search.query_fields import known_languages, read_filter
from kb.search.query_syntax import Named
from kb.search.rows import Filters
from kb.settings import load_settings
from pipeline.commands.json_lines import read_json_lines, refuse_line
from pipeline.commands.output import FormatOption, dump, print_records, say, write_output

Many = list[str] | None
_CODED = {
    "factors": "factor",
    "directions": "direction",
    "countries": "country",
    "evidence_types": "evidence_type",
    "sectors": "sector",
    "target_groups": "target_group",
}
FactorOption = Annotated[Many, typer.Option("--factor", help="Only this factor; repeatable.")]
DirectionOption = Annotated[Many, typer.Option("--direction", help="Only this direction.")]
CountryOption = Annotated[Many, typer.Option("--country", help="Evidence from here, e.g. NO.")]
LanguageOption = Annotated[Many, typer.Option("--language", help="Passages in it, e.g. fi.")]
FromOption = Annotated[int | None, typer.Option("--year-from", help="Printed this year or later.")]
ToOption = Annotated[int | None, typer.Option("--year-to", help="Printed this year or earlier.")]
TypeOption = Annotated[Many, typer.Option("--evidence-type", help="Only this kind of evidence.")]
SectorOption = Annotated[Many, typer.Option("--sector", help="About this service.")]
GroupOption = Annotated[Many, typer.Option("--target-group", help="About these people.")]
VerifiedOption = Annotated[bool, typer.Option("--verified", help="Checked by a person.")]


# What begins with one hyphen and is neither -k, -k5 nor -h: no option of a command has that form.
_EXCLUSION = re.compile(r"-(?!-|h$|k\d*$).+", re.DOTALL)


class QueryCommand(TyperCommand):
    """A command whose query may begin with an exclusion: "-year:2010..2014 skole"."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read the arguments, such a query as what it is."""
        ends = args.index("--") if "--" in args else len(args)
        queries = [
            word
            for before, word in zip(["", *args], args[:ends], strict=False)
            if _EXCLUSION.fullmatch(word) and not before.startswith("-")
        ]
        kept = [word for word in args[:ends] if word not in queries]
        rest = [*queries, *args[ends + 1 :]]
        return super().parse_args(ctx, [*kept, "--", *rest] if rest else kept)


def register(app: typer.Typer) -> None:
    """Give these commands to the program."""
    app.command(cls=QueryCommand)(search)
    app.command("map")(map_evidence)
    app.command()(cite)


def search(
    query: Annotated[str | None, typer.Argument(help="What to look for, in any language.")] = None,
    k: Annotated[int, typer.Option("-k", min=1, max=1000, help="How many results.")] = 10,
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
    group: Annotated[str, typer.Option(help="passage or publication.")] = "passage",
    like: Annotated[
        str | None, typer.Option(help="A passage's id: what means the same as it.")
    ] = None,
    queries: Annotated[
        Path | None, typer.Option(help='Many queries at once: lines {"id","q"}; prints lines.')
    ] = None,
    form: FormatOption = None,
) -> None:
    """Find the passages that answer a question, whichever language they stand in.

    How a query can be written: docs/searching.md.

    Example: samvirke search "confidentiality as an obstacle" --country SE --factor regulation
    """
    filters = make_filters(
        factor, direction, country, language, year_from, year_to, evidence_type, sector,
        target_group, verified,
    )  # fmt: skip
    if sum(given is not None for given in (query, like, queries)) != 1:
        raise typer.BadParameter("give a QUERY, --like PASSAGE, or many with --queries FILE.jsonl")
    knowledge = open_knowledge_base(load_settings())
    filters = with_codes(knowledge, filters)
    if queries is not None:
        _answer_all(knowledge, queries, k, filters, group)
        return
    columns = ("rank", "title", "year", "countries", "page_label", "text")
    if like is not None:
        found = knowledge.similar(like, k, filters, group)
    else:
        answer = knowledge.answer(str(query), k, filters, group)
        found = answer.records
        for notice in answer.notices:
            say(f"samvirke: {notice}")
    print_records(found, form, columns, "No passage fits; try fewer filters or other words.")


def map_evidence(
    output: Annotated[Path, typer.Option(help="FILE.html, .json, .csv, .png or .svg.")],
    rows: Annotated[str, typer.Option(help="Dimension of the rows.")] = "factor",
    cols: Annotated[str, typer.Option(help="Dimension of the columns.")] = "country",
    query: Annotated[str | None, typer.Option(help="Only passages that this finds.")] = None,
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
) -> None:
    """Draw the evidence map: what is known of what, and where the gaps are.

    Example: samvirke map --rows factor --cols country --output map.html
    """
    suffix = output.suffix.lstrip(".").lower()
    if suffix not in MAP_FORMATS:
        raise typer.BadParameter(f"--output should end in .{', .'.join(MAP_FORMATS)}")
    filters = make_filters(
        factor, direction, country, language, year_from, year_to, evidence_type, sector,
        target_group, verified,
    )  # fmt: skip
    knowledge = open_knowledge_base(load_settings())
    found = knowledge.evidence_map(rows, cols, with_codes(knowledge, filters), query)
    write_output(render_map(found, knowledge.map_labels(rows, cols), suffix), output)


def cite(
    to: Annotated[str, typer.Option(help="ris, bibtex or csl-json.")],
    set_name: Annotated[str | None, typer.Option("--set", help="A citation set's name.")] = None,
    query: Annotated[str | None, typer.Option(help="The passages this finds.")] = None,
    publication: Annotated[Many, typer.Option(help="A publication's id; repeatable.")] = None,
    k: Annotated[int, typer.Option("-k", min=1, max=1000, help="Results of --query.")] = 10,
    output: Annotated[Path | None, typer.Option(help="Where to write; stdout unless said.")] = None,
) -> None:
    """Write citations, each quotation with its page.

    Example: samvirke cite --set "Chapter 3" --to ris --output chapter3.ris
    """
    if sum(bool(given) for given in (set_name, query, publication)) != 1:
        raise typer.BadParameter("give exactly one of --set, --query and --publication")
    knowledge = open_knowledge_base(load_settings())
    refuse_removed(knowledge.store, publication or ())
    found = [hit["passage_id"] for hit in knowledge.search(query, k)] if query else ()
    entries = knowledge.cited_entries(
        set_name=set_name, publication_ids=publication or (), passage_ids=found
    )
    write_output(render(entries, to), output)


def make_filters(
    factor: Many,
    direction: Many,
    country: Many,
    language: Many,
    year_from: int | None,
    year_to: int | None,
    evidence_type: Many,
    sector: Many,
    target_group: Many,
    verified: bool,
) -> Filters:
    """The filters that the options of a command say; languages also by name, as in a query.

    Raises QueryError for a language that there is not and for years that are turned round.
    """
    if year_from is not None and year_to is not None and year_from > year_to:
        raise QueryError(
            f"Expected years that are not turned round, found from {year_from} to {year_to}, "
            "which no publication fits; change one of them."
        )
    return Filters(
        factors=tuple(factor or ()),
        directions=tuple(direction or ()),
        countries=tuple(country or ()),
        languages=tuple(_languages(language or ())),
        year_from=year_from,
        year_to=year_to,
        evidence_types=tuple(evidence_type or ()),
        sectors=tuple(sector or ()),
        target_groups=tuple(target_group or ()),
        verified=verified,
    )


def with_codes(knowledge: KnowledgeBase, filters: Filters) -> Filters:
    """Return filters with labels of the codebook, in any language, read as the codes they name."""
    found: dict[str, Any] = {
        name: _codes(knowledge, dimension, getattr(filters, name))
        for name, dimension in _CODED.items()
        if getattr(filters, name)
    }
    return replace(filters, **found)


def _codes(knowledge: KnowledgeBase, dimension: str, given: Sequence[str]) -> tuple[str, ...]:
    told = [knowledge.labels(dimension, language) for language in LABEL_LANGUAGES]
    codes = {_plain(label): code for names in reversed(told) for code, label in names.items()}
    return tuple(value if value in told[0] else codes.get(_plain(value), value) for value in given)


def _plain(label: str) -> str:
    return " ".join(label.lower().replace("_", " ").split())


def _languages(given: Sequence[str]) -> Iterator[str]:
    for value in given:
        read = read_filter(Named("language", value, 0), {"language": known_languages()})
        if isinstance(read, Notice):
            raise QueryError(
                f"Expected a --language among {read.values['options']}, found {value!r}; "
                "give its code or its name."
            )
        yield from read.languages


def _answer_all(knowledge: KnowledgeBase, path: Path, k: int, filters: Filters, group: str) -> None:
    """Print a line for each query; one that cannot be asked has an `error`, and the status is 1."""
    wanted = 'an object {"id", "q"}'
    asked = failed = 0
    for record, where in read_json_lines(path, wanted):
        if "id" not in record or not isinstance(record.get("q"), str):
            raise refuse_line(where, wanted, record)
        asked += 1
        query = record["q"]
        try:
            read_query(query, "en")  # only whether it can be asked: filters hold for every line
        except QueryError as error:
            print(dump({"id": record["id"], "results": [], "error": str(error)}))
            failed += 1
            continue
        answer = knowledge.answer(query, k, filters, group)
        told = [str(notice) for notice in answer.notices]
        notices = {"notices": told} if told else {}
        print(dump({"id": record["id"], "results": answer.records, **notices}))
    if failed:
        say(f"samvirke: {failed} of {asked} queries could not be asked; their lines say why.")
        raise typer.Exit(1)
