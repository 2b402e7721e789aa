"""Taking in another program's codebook or project: merged, with what was unknown asked for.

Owns what `samvirke import` does with .qdc and .qdpx: bringing in unknown publications where a
person wants that, and the report of what found no place. The merging is `kb.refi_import`'s.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from corpora.nordic import LabelLanguage
from kb.refi_document import FileSource
from kb.refi_import import import_codebook, import_project, unknown_sources
from kb.refi_project_file import OpenProject, open_project
from kb.refi_report import ImportReport, keep_not_placed, reasons
from kb.settings import Settings
from kb.store import Store
from pipeline.add import add_inputs, given_fields

SUFFIXES = (".qdc", ".qdpx")


def import_exchange(
    settings: Settings,
    store: Store,
    path: Path,
    *,
    by: str,
    language: LabelLanguage = "en",
    add_codes: bool = True,
    add_sources: bool = False,
    preview: bool = False,
    say: Callable[[str], None] = lambda _: None,
) -> dict[str, Any]:
    """Merge a file into the project; return what became of it.

    With `add_sources`, coded texts that are no publication here become ones. What could not be
    placed is written into a report in the data home. With `preview`, what would become of it is
    told and nothing is written. Raises ExchangeError for a file that cannot be read.
    """
    if path.suffix.lower() == ".qdc":
        report = import_codebook(store, path, by=by, language=language, preview=preview)
    else:
        project = open_project(path)
        bring = add_sources and not preview
        report = import_project(
            store,
            project,
            by=by,
            language=language,
            add_codes=add_codes,
            placed=_bring_in(settings, store, project, say) if bring else {},
            preview=preview,
        )
    return _told(settings, report, "preview" if preview else "read")


def _bring_in(
    settings: Settings, store: Store, project: OpenProject, say: Callable[[str], None]
) -> Mapping[str, str]:
    """Add the unknown texts as publications; return which source became which."""
    placed: dict[str, str] = {}
    with tempfile.TemporaryDirectory() as folder:
        for number, source in enumerate(unknown_sources(store, project)):
            if not source.text.strip():
                continue
            file = Path(folder, f"source-{number}.txt")  # never the name in the project
            file.write_text(source.text, encoding="utf-8")
            found = _add_text(settings, store, file, source, say)
            if found is not None:
                placed[source.guid] = found
    return placed


def _add_text(
    settings: Settings,
    store: Store,
    file: Path,
    source: FileSource,
    say: Callable[[str], None],
) -> str | None:
    given = given_fields(title=source.name or "Untitled")
    (result,) = add_inputs(settings, store, [str(file)], given=given, say=say)
    if result.publication_id is None:
        say(f"samvirke: the text {source.name!r} could not be added: {result.reason}")
    return result.publication_id


def _told(settings: Settings, report: ImportReport, status: str) -> dict[str, Any]:
    """The report as printed; the codings without a place go into a file of their own."""
    record = asdict(report)
    left = record.pop("not_placed")
    record |= {"status": status, "not_placed": len(left), "reasons": dict(reasons(report))}
    kept = keep_not_placed(settings.home, report) if status == "read" else None
    record |= {"passed_over": report.sentence, "report": str(kept) if kept else None}
    return record


def sentences(record: Mapping[str, Any]) -> list[str]:
    """What a person should know of an import, a sentence each."""
    told = []
    if record["status"] == "preview":
        told.append("Nothing was written: this is what the file would bring.")
    if record["codes_added"]:
        told.append(
            f"New in the codebook: {', '.join(record['codes_added'])}; `samvirke codebook undo` "
            "takes them out again, `codebook merge` puts them to others."
        )
    if record["needs_look"]:
        told.append(
            f"{record['needs_look']} codings were not found in their publication's text and need "
            "a look."
        )
    for reason, count in record["reasons"].items():
        where = f"; see {record['report']}" if record["report"] else ""
        told.append(f"{count} codings or memos have no place here, since {reason}{where}.")
    if record["passed_over"]:
        told.append(str(record["passed_over"]))
    return told
