"""A REFI-QDA codebook or project of another program, merged into the present project.

Owns what is written: codes into the codebook's history, codings under their coders' names, and what
could not be placed into a report, so that nothing is lost. Importing a file twice adds nothing.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from corpora.nordic import LabelLanguage
from kb.active_codebook import active_codebook
from kb.anchors import make_anchor
from kb.codebook_changes import CurrentCodes, current_codes
from kb.codebook_editing import add_code
from kb.codebook_tables import ImportedCoding
from kb.coding.acts import lock_acts, log_act, undone_rows
from kb.coding.chains import STATUS, chains
from kb.coding.names import clean_name, clean_text
from kb.errors import CodingError, ExchangeError
from kb.exports.refi_content import coding_guid
from kb.page_sizes import PageSize, page_sizes
from kb.refi_codes import NO_DIRECTION, Matched, Meaning, match_codes
from kb.refi_document import FileCoding, FileProject, FileSource, read_codes, read_project
from kb.refi_places import Place, SelectionPlacer, SourceFinder
from kb.refi_reading import Package, parse_document
from kb.store import Store
from kb.tables import Coding, now

LONGEST_QUOTE = 2000  # characters of a quotation kept in the report or with a lost coding


@dataclass(frozen=True)
class NotPlaced:
    """A coding of a file that has no place here, with why."""

    source: str
    quote: str
    code: str
    coder: str
    note: str
    reason: str


@dataclass
class ImportReport:
    """What became of a file: codings by number, new codes by id, what was passed over by kind."""

    input: str
    origin: str = ""
    coders: list[str] = field(default_factory=list)
    codes_added: list[str] = field(default_factory=list)
    added: int = 0
    unchanged: int = 0
    needs_look: int = 0
    unknown_sources: list[str] = field(default_factory=list)
    not_placed: list[NotPlaced] = field(default_factory=list)
    skipped: dict[str, int] = field(default_factory=dict)

    @property
    def sentence(self) -> str:
        """What was passed over, in one sentence; empty where nothing was."""
        if not self.skipped:
            return ""
        kinds = ", ".join(f"{count} {kind}" for kind, count in sorted(self.skipped.items()))
        return f"Passed over, since there is no place for them here: {kinds}."


@dataclass(frozen=True)
class OpenProject:
    """A project file that was read: what it says, and its PDFs' hashes and pages by source."""

    name: str
    content: FileProject
    hashes: Mapping[str, str]
    sizes: Mapping[str, Callable[[], Sequence[PageSize]]]

    def texts(self) -> dict[str, FileSource]:
        """The sources by GUID."""
        return {source.guid: source for source in self.content.sources}


def open_project(path: Path) -> OpenProject:
    """Read a project file. Raises ExchangeError where it cannot be read or is beyond the limits."""
    try:
        with Package(path, path.name) as package:
            root = parse_document(package.project(), f"The project in {path.name}")
            content = read_project(package, root)
            hashes, sizes = {}, {}
            for source in content.sources:
                data = package.read(source.pdf) if source.pdf else None
                if data is not None:
                    hashes[source.guid] = hashlib.sha256(data).hexdigest()
                    sizes[source.guid] = _measured(data)
    except OSError as error:
        raise ExchangeError(
            f"The file {path} cannot be read ({error.strerror}); check the path."
        ) from error
    return OpenProject(path.name, content, hashes, sizes)


def _measured(data: bytes) -> Callable[[], Sequence[PageSize]]:
    """Pages of a PDF, measured when they are first asked for."""
    found: list[list[PageSize]] = []

    def measure() -> Sequence[PageSize]:
        if not found:
            found.append(page_sizes(data))
        return found[0]

    return measure


def import_codebook(
    store: Store, path: Path, *, by: str, language: LabelLanguage = "en"
) -> ImportReport:
    """Add to the codebook the codes of a .qdc that it lacks; codes it has stay as they are."""
    try:
        root = parse_document(path.read_bytes(), path.name)
    except OSError as error:
        raise ExchangeError(
            f"The file {path} cannot be read ({error.strerror}); check the path."
        ) from error
    codes = read_codes(root, path.name)
    report = ImportReport(path.name, root.get("origin") or "")
    matched = match_codes(active_codebook(store), codes, language)
    _add_codes(store, report, matched, {one.guid for one in codes}, by)
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
) -> ImportReport:
    """Merge a project's codings into the record.

    `by` is who imports: codings without a coder are theirs, and undoing the import is. `placed`
    says of sources by GUID which publication they are, over what is found by itself. Codes that the
    codebook lacks are added to it, unless not `add_codes`.
    """
    importer, content = clean_name(by), project.content
    report = ImportReport(project.name, content.origin, skipped=dict(content.skipped))
    matched = match_codes(active_codebook(store), content.codes, language)
    if add_codes:
        used = {coding.code for coding in _all_codings(content)}
        _add_codes(store, report, matched, used, importer)
    with store.write() as session:
        lock_acts(session)
        merger = _Merger(session, project, report, matched, importer, add_codes)
        merger.merge(placed or {})
        if merger.written:
            log_act(session, importer, "coding", merger.written)
    report.coders = sorted(merger.coders)
    return report


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
    store: Store, report: ImportReport, matched: Matched, used: set[str], by: str
) -> None:
    for one in matched.used(used):
        comment = f"from {report.input}"
        add_code(store, "factors", one.category, by=by, guid=one.guid, comment=comment)
        report.codes_added.append(one.category.id)


class _Merger:
    """Writes one project's codings in one transaction."""

    def __init__(
        self,
        session: Session,
        project: OpenProject,
        report: ImportReport,
        matched: Matched,
        importer: str,
        add_codes: bool,
    ) -> None:
        self._session, self._project, self._report = session, project, report
        self._importer = importer
        self._users = {user: _coder(name, importer) for user, name in project.content.users.items()}
        self._names = {code.guid: code.name for code in project.content.codes}
        new = set() if add_codes else {one.category.id for one in matched.new}
        self._meanings = {
            code: meaning for code, meaning in matched.meanings.items() if meaning.factor not in new
        }
        self._known = _known_codings(session)
        self._guids = _known_guids(session)
        self.written: list[int] = []
        self.coders: set[str] = set()

    def merge(self, placed: Mapping[str, str]) -> None:
        """Go through all sources."""
        finder = SourceFinder(self._session)
        for source in self._project.content.sources:
            if not any(selection.codings for selection in source.selections):
                continue
            sha256 = self._project.hashes.get(source.guid)
            publication = placed.get(source.guid) or finder.find(source, sha256)
            if publication is None:
                self._report.unknown_sources.append(source.name)
                self._leave(source, "the publication is not in this knowledge base")
            else:
                self._merge_source(source, publication)

    def _leave(self, source: FileSource, reason: str) -> None:
        for selection in source.selections:
            for coding in selection.codings:
                self._not_placed(source, selection.quote, coding, reason)

    def _not_placed(self, source: FileSource, quote: str, coding: FileCoding, reason: str) -> None:
        code = self._names.get(coding.code, coding.code)
        coder = self._users.get(coding.user, self._importer)
        self._report.not_placed.append(
            NotPlaced(source.name, quote[:LONGEST_QUOTE], code, coder, coding.note, reason)
        )

    def _merge_source(self, source: FileSource, publication: str) -> None:
        sizes = self._project.sizes.get(source.guid, tuple)
        placer = SelectionPlacer(self._session, publication, sizes)
        for selection in source.selections:
            places = placer.places(selection) if selection.codings else []
            for coding in selection.codings:
                meaning = self._meanings.get(coding.code)
                if meaning is None:
                    reason = "its code is not in the codebook"
                    self._not_placed(source, selection.quote, coding, reason)
                elif coding.guid in self._guids:
                    self._report.unchanged += 1
                elif not places and not selection.quote.strip():
                    reason = "it is of the whole document or of a page without words"
                    self._not_placed(source, selection.quote, coding, reason)
                else:
                    self._add(publication, selection.quote, selection.page, places, coding, meaning)

    def _add(
        self,
        publication: str,
        quote: str,
        page: int | None,
        places: Sequence[Place],
        coding: FileCoding,
        meaning: Meaning,
    ) -> None:
        """Write a coding at each of its places; without any it is kept as needing a look."""
        coder = self._users.get(coding.user, self._importer)
        rows = [
            self._row(publication, coding, meaning, coder, place=place)
            for place in places
            if self._key(place, meaning, coder) not in self._known
        ]
        if places and not rows:
            self._report.unchanged += 1
            return
        if not places:
            anchor = {"exact": quote[:LONGEST_QUOTE], "prefix": "", "suffix": "", "page": page or 0}
            rows = [self._row(publication, coding, meaning, coder, anchor=anchor)]
            self._report.needs_look += 1
        self._session.add_all(rows)
        self._session.flush()
        for row in rows:
            row.root = row.id
            self.written.append(row.id)
            if coding.guid:
                self._session.add(ImportedCoding(guid=coding.guid, coding_id=row.id))
        self._known.update(self._key(place, meaning, coder) for place in places)
        self._guids.add(coding.guid)
        self.coders.add(coder)
        self._report.added += 1

    def _row(
        self,
        publication: str,
        coding: FileCoding,
        meaning: Meaning,
        coder: str,
        *,
        place: Place | None = None,
        anchor: dict[str, object] | None = None,
    ) -> Coding:
        passage = place.passage if place else None
        return Coding(
            publication_id=publication,
            passage_id=passage.id if passage else None,
            anchor=anchor or (make_anchor(passage.text, passage.page) if passage else {}),
            needs_look=passage is None,
            factor=meaning.factor,
            direction=meaning.direction or NO_DIRECTION,
            act="reject" if meaning.rejected else "add",
            coder=coder,
            comment=_note(coding.note),
            span=place.span if place else None,
            at=coding.at or now(),
        )

    def _key(self, place: Place, meaning: Meaning, coder: str) -> tuple[object, ...]:
        exact = place.span["exact"] if place.span else None
        direction = meaning.direction or NO_DIRECTION
        return place.passage.id, exact, meaning.factor, direction, meaning.rejected, coder


def _known_codings(session: Session) -> set[tuple[object, ...]]:
    """What people's standing codings say, to know a coding that is here already."""
    codes: CurrentCodes = current_codes(session)
    found = chains(session.scalars(select(Coding)), undone_rows(session, "coding"))
    return {
        (
            row.passage_id,
            row.span["exact"] if row.span else None,
            codes.of_coding(row.id, row.factor),
            row.direction,
            STATUS[row.act] == "rejected",
            row.coder,
        )
        for chain in found
        if (row := chain.standing) is not None
    }


def _known_guids(session: Session) -> set[str]:
    """GUIDs of codings that came from files before, or went into one from here."""
    imported = set(session.scalars(select(ImportedCoding.guid)))
    return imported | {coding_guid(row) for row in session.scalars(select(Coding))}


def _coder(name: str, importer: str) -> str:
    """A user's name as a coder's; what cannot be kept as one is replaced by the importer's."""
    try:
        return clean_name(name)
    except CodingError:
        visible = "".join(letter for letter in name if letter.isprintable())[:100]
        return clean_name(visible) if visible.strip() else importer


def _note(text: str) -> str | None:
    try:
        return clean_text(text)
    except CodingError:
        return clean_text(text[:LONGEST_QUOTE] + " …")


def reasons(report: ImportReport) -> Counter[str]:
    """Why codings were not placed, with how many each."""
    return Counter(one.reason for one in report.not_placed)
