"""A REFI-QDA codebook or project of another program, merged into the present project.

Owns what is written: codes into the codebook's history, codings under their coders' names, and what
could not be placed into a report, so that nothing is lost. Importing a file twice adds nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from corpora.nordic import LabelLanguage
from kb.active_codebook import active_codebook
from kb.codebook_editing import add_code, undo_change
from kb.coding.acts import lock_acts, log_act, undo
from kb.coding.names import clean_name
from kb.errors import ExchangeError
from kb.refi_codes import Matched, match_codes
from kb.refi_document import FileCoding, FileProject, FileSource, read_codes
from kb.refi_merging import Merger, plan_project
from kb.refi_places import SourceFinder
from kb.refi_project_file import OpenProject
from kb.refi_reading import parse_document
from kb.refi_report import ImportReport
from kb.store import Store


def import_codebook(
    store: Store, path: Path, *, by: str, language: LabelLanguage = "en", preview: bool = False
) -> ImportReport:
    """Add to the codebook the codes of a .qdc that it lacks; codes it has stay as they are.

    With `preview` nothing is written. Raises ExchangeError for a file that cannot be read.
    """
    try:
        root = parse_document(path.read_bytes(), path.name)
    except OSError as error:
        raise ExchangeError(
            f"The file {path} cannot be read ({error.strerror}); check the path."
        ) from error
    codes = read_codes(root, path.name)
    report = ImportReport(path.name, root.get("origin") or "")
    matched = match_codes(active_codebook(store), codes, language)
    _add_codes(store, report, matched, {one.guid for one in codes}, by, preview)
    report.unchanged = len(codes) - len(report.codes_added)
    return report


def import_project(
    store: Store,
    project: OpenProject,
    *,
    by: str,
    language: LabelLanguage = "en",
    add_codes: bool = True,
    placed: Mapping[str, str] | None = None,
    preview: bool = False,
    told: Callable[[int, int], None] = lambda done, of: None,
) -> ImportReport:
    """Merge a project's codings and notes into the record; with `preview`, tell and write nothing.

    `by` is who imports: codings without a coder are theirs, and undoing the import is. `placed`
    says of sources by GUID which publication they are, over what is found by itself. Codes that the
    codebook lacks are added to it, unless not `add_codes`. `told` hears how many sources are done,
    of how many.
    """
    importer, content = clean_name(by), project.content
    report = ImportReport(project.name, content.origin, skipped=dict(content.skipped))
    matched = match_codes(active_codebook(store), content.codes, language)
    planned = plan_project(store, project, placed or {}, told)
    if add_codes:
        used = {coding.code for coding in _all_codings(content)}
        _add_codes(store, report, matched, used, importer, preview)
    with store.read() if preview else store.write() as session:
        if not preview:
            lock_acts(session)
        merger = Merger(session, project, report, matched, importer, add_codes)
        merger.take(planned, content.loose)
        if not preview:
            codings, remarks = merger.write()
            if remarks:  # before the codings: the first undo takes those back
                report.acts.append(log_act(session, importer, "comment", remarks))
            if codings:
                report.acts.append(log_act(session, importer, "coding", codings))
    report.coders = sorted(merger.coders)
    return report


def undo_import(store: Store, report: ImportReport, *, by: str) -> None:
    """Take an import back: its codings, its remarks, then the codes that came with it.

    Raises what undoing raises, CodebookChangeError among it where a new code is in use by now; what
    was taken back before that stays so.
    """
    for act in reversed(report.acts):
        undo(store, by, act)
    for change in reversed(report.changes):
        undo_change(store, change, by=by)


def unknown_sources(store: Store, project: OpenProject) -> list[FileSource]:
    """The coded sources of a project that are no publication here."""
    with store.read() as session:
        finder = SourceFinder(session)
        return [
            source
            for source in project.content.sources
            if source.selections and finder.find(source, project.hashes.get(source.guid)) is None
        ]


def _all_codings(content: FileProject) -> Iterable[FileCoding]:
    for source in content.sources:
        for selection in source.selections:
            yield from selection.codings


def _add_codes(
    store: Store, report: ImportReport, matched: Matched, used: set[str], by: str, preview: bool
) -> None:
    for one in matched.used(used):
        if not preview:
            comment = f"from {report.input}"
            change = add_code(store, "factors", one.category, by=by, guid=one.guid, comment=comment)
            report.changes.append(change.id)
        report.codes_added.append(one.category.id)
        report.names[one.category.id] = next(iter(one.category.labels.values()))
