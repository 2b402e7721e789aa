"""Writing another program's codings into the record: where they belong, and which are new.

Owns the plan, made before anything is written, and the one transaction that carries it out.
Reading files is `kb.refi_import`'s, finding places `kb.refi_places`'.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from kb.anchors import make_anchor
from kb.codebook_changes import CurrentCodes, current_codes
from kb.codebook_tables import ImportedCoding
from kb.coding.acts import undone_rows
from kb.coding.chains import STATUS, chains
from kb.coding.names import clean_name
from kb.coding.round_entries import blind_seats
from kb.errors import CodingError
from kb.exports.refi_content import coding_guid
from kb.refi_codes import NO_DIRECTION, Matched, Meaning
from kb.refi_document import FileCoding, FileSelection, FileSource
from kb.refi_notes import FileNote
from kb.refi_places import Place, SelectionPlacer, SourceFinder
from kb.refi_project_file import OpenProject
from kb.refi_remarks import RemarkMerger, note_words
from kb.refi_report import (
    CODES_BLIND,
    NO_CODE,
    NO_PUBLICATION,
    NO_WORDS,
    ON_NO_WORDS,
    WORDS_NOT_FOUND,
    ImportReport,
    NotPlaced,
)
from kb.store import Store
from kb.tables import Coding, Passage, now

LONGEST_QUOTE = 2000  # characters of a quotation kept in the report or with a lost coding


@dataclass(frozen=True)
class PlannedSource:
    """A source with the publication that it is (None: none here), and where each selection is."""

    source: FileSource
    publication: str | None
    places: tuple[tuple[FileSelection, tuple[Place, ...]], ...]


def plan_project(
    store: Store,
    project: OpenProject,
    placed: Mapping[str, str],
    told: Callable[[int, int], None] = lambda done, of: None,
) -> list[PlannedSource]:
    """Say where everything of a project belongs, before anything is written: it may take long.

    `told` is called with how many of the sources are done, and of how many.
    """
    planned = []
    with store.read() as session:
        finder = SourceFinder(session)
        for number, source in enumerate(project.content.sources):
            told(number, len(project.content.sources))
            coded = [selection for selection in source.selections if selection.says]
            if not coded:
                continue
            publication = placed.get(source.guid)
            publication = publication or finder.find(source, project.hashes.get(source.guid))
            if publication is None:
                planned.append(PlannedSource(source, None, tuple((one, ()) for one in coded)))
                continue
            sizes = project.sizes.get(source.guid, tuple)
            placer = SelectionPlacer(session, publication, sizes)
            found = tuple((one, tuple(placer.places(one))) for one in coded)
            planned.append(PlannedSource(source, publication, found))
    return planned


class Merger:
    """Takes in one project's codings and remarks where they were planned to be.

    Nothing is written before `write`, so that what would be merged can be told.
    """

    def __init__(
        self,
        session: Session,
        project: OpenProject,
        report: ImportReport,
        matched: Matched,
        importer: str,
        add_codes: bool,
    ) -> None:
        self._session, self._report, self._importer = session, report, importer
        self._users = {user: _coder(name, importer) for user, name in project.content.users.items()}
        self._names = {code.guid: code.name for code in project.content.codes}
        new = set() if add_codes else {one.category.id for one in matched.new}
        self._meanings = {
            code: meaning for code, meaning in matched.meanings.items() if meaning.factor not in new
        }
        undone = undone_rows(session, "coding")
        self._known = _known_codings(session, undone)
        self._guids = _known_guids(session, undone)
        self._blind = blind_seats(session)
        self._rows: list[tuple[Coding, str]] = []  # with the GUID of the coding each is of
        self.coders: set[str] = set()
        self._remarks = RemarkMerger(session, report, self._users, importer, self._blind)

    def take(self, planned: Sequence[PlannedSource], loose: Sequence[FileNote] = ()) -> None:
        """Go through all sources; `loose` are notes that have no place in any."""
        gone = self._retired(planned)
        for one in planned:
            if one.publication is None:
                self._report.unknown_sources.append(one.source.name)
            for selection, places in one.places:
                still = [place for place in places if place.passage.id not in gone]
                for coding in selection.codings:
                    home = self._merge_one(one, selection, still, coding)
                    self._say(one, selection, still, coding.remarks, home)
                self._say(one, selection, still, selection.notes)
        for note in loose:
            self._remarks.leave(note, "", "", ON_NO_WORDS)
        self.coders |= self._remarks.writers

    def _say(
        self,
        planned: PlannedSource,
        selection: FileSelection,
        places: Sequence[Place],
        notes: Sequence[FileNote],
        home: Coding | int | None = None,
    ) -> None:
        """Take in what was said of words, or of the coding `home` of them."""
        for note in notes:
            if planned.publication is None:
                reason = NO_PUBLICATION
            elif not places:
                reason = WORDS_NOT_FOUND
            else:
                self._remarks.take(note, places[0].passage, home, planned.source.name)
                continue
            quote = selection.quote[:LONGEST_QUOTE]
            self._remarks.leave(note, planned.source.name, quote, reason)

    def _retired(self, planned: Sequence[PlannedSource]) -> set[str]:
        """Passages that a refresh has retired since it was planned."""
        wanted = sorted({p.passage.id for one in planned for _, found in one.places for p in found})
        gone: set[str] = set()
        for start in range(0, len(wanted), 500):  # below SQLite's limit on bound values
            part = Passage.id.in_(wanted[start : start + 500])
            gone |= set(
                self._session.scalars(
                    select(Passage.id).where(part, Passage.retired_at.is_not(None))
                )
            )
        return gone

    def _merge_one(
        self,
        planned: PlannedSource,
        selection: FileSelection,
        places: Sequence[Place],
        coding: FileCoding,
    ) -> Coding | int | None:
        """Take a coding in, or say in the report why it has no place.

        Returns the coding that it is here: a new one, or the number of one that was here.
        """
        meaning = self._meanings.get(coding.code)
        coder = self._users.get(coding.user, self._importer)
        if planned.publication is None:
            reason = NO_PUBLICATION
        elif meaning is None:
            reason = NO_CODE
        elif coding.guid in self._guids:
            self._report.unchanged += 1
            return self._guids[coding.guid]
        elif not places and not selection.quote.strip():
            reason = NO_WORDS
        elif any((coder, place.passage.id) in self._blind for place in places):
            reason = CODES_BLIND
        else:
            return self._add(planned.publication, selection, places, coding, meaning)
        code = self._names.get(coding.code, coding.code)
        quote = selection.quote[:LONGEST_QUOTE]
        self._report.not_placed.append(
            NotPlaced(planned.source.name, quote, code, coder, coding.note, reason)
        )
        return None

    def _add(
        self,
        publication: str,
        selection: FileSelection,
        places: Sequence[Place],
        coding: FileCoding,
        meaning: Meaning,
    ) -> Coding | None:
        """Make a coding at each of its places; without any it is kept as needing a look."""
        coder = self._users.get(coding.user, self._importer)
        rows = [
            self._row(publication, coding, meaning, coder, place=place)
            for place in places
            if self._key(place, meaning, coder) not in self._known
        ]
        if places and not rows:
            self._report.unchanged += 1
            return None
        if not places:
            anchor = {
                "exact": selection.quote[:LONGEST_QUOTE],
                "prefix": "",
                "suffix": "",
                "page": selection.page or 0,
            }
            rows = [self._row(publication, coding, meaning, coder, anchor=anchor)]
            self._report.needs_look += 1
        self._rows += [(row, coding.guid) for row in rows]
        self._known.update(self._key(place, meaning, coder) for place in places)
        if coding.guid:
            self._guids[coding.guid] = rows[0]
        self.coders.add(coder)
        self._report.added += 1
        return rows[0]

    def write(self) -> tuple[list[int], list[int]]:
        """Write all rows together: one by one, 100,000 would hold up everybody for minutes.

        Returns the numbers of the codings, and of the remarks.
        """
        self._session.add_all(row for row, _ in self._rows)
        self._session.flush()
        for row, guid in self._rows:
            row.root = row.id
            if guid:
                self._session.add(ImportedCoding(guid=guid, coding_id=row.id))
        self._session.flush()
        return [row.id for row, _ in self._rows], self._remarks.write()

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
            comment=note_words(coding.note),
            span=place.span if place else None,
            at=coding.at or now(),
        )

    def _key(self, place: Place, meaning: Meaning, coder: str) -> tuple[object, ...]:
        exact = place.span["exact"] if place.span else None
        direction = meaning.direction or NO_DIRECTION
        return place.passage.id, exact, meaning.factor, direction, meaning.rejected, coder


def _known_codings(session: Session, undone: frozenset[int]) -> set[tuple[object, ...]]:
    """What people's standing codings say, to know a coding that is here already."""
    codes: CurrentCodes = current_codes(session)
    found = chains(session.scalars(select(Coding)), undone)
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


def _known_guids(session: Session, undone: Collection[int]) -> dict[str, Coding | int]:
    """Codings by GUID, those that came from files before and those that went into one from here.

    What an import brought that was taken back since may come again; what a coder took back not.
    """
    first = select(Coding).where(or_(Coding.root.is_(None), Coding.root == Coding.id))
    known: dict[str, Coding | int] = {coding_guid(row): row.id for row in session.scalars(first)}
    for row in session.scalars(select(ImportedCoding).order_by(ImportedCoding.coding_id)):
        if row.coding_id not in undone:
            known.setdefault(row.guid, row.coding_id)  # of one over several passages, its first
    return known


def _coder(name: str, importer: str) -> str:
    """A user's name as a coder's; what cannot be kept as one is replaced by the importer's."""
    try:
        return clean_name(name)
    except CodingError:
        visible = "".join(letter for letter in name if letter.isprintable())[:100]
        return clean_name(visible) if visible.strip() else importer
