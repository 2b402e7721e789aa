"""Where a project file's sources and selections belong in the record.

Owns finding the publication of a source and the passages of a selection. People's codings are
written by `kb.refi_import`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.anchors import Candidate, best_match, normalise, text_hash
from kb.coding.spans import make_span, place_span
from kb.exports.refi_content import source_guid
from kb.identifiers import normalise_doi
from kb.page_sizes import PageSize
from kb.publications import effective_csl, title_key
from kb.refi_document import FileSelection, FileSource
from kb.tables import Passage, Publication, Redirect

LEAST_SHARE = 0.5  # of a passage's part of a page that a rectangle must cover to mean it
SAME_TEXT = 0.5  # more of a text's paragraphs are a publication's passages: it is that one
PARTS_HASHED = 400  # paragraphs of a text that are looked up, below SQLite's limit
_DOI = re.compile(r"\b10\.\d{4,9}/\S+")
_ENDING = re.compile(r"\.(pdf|docx?|txt|html?|rtf|md)$", re.IGNORECASE)


@dataclass(frozen=True)
class Place:
    """A passage that a selection is of, and what of it was marked (None: all of it)."""

    passage: Passage
    span: dict[str, Any] | None


class SourceFinder:
    """Finds the publication of a source: by its GUID, file, DOI, title, and last by its text."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def find(self, source: FileSource, sha256: str | None = None) -> str | None:
        """Return the publication's id; None where none is known, or several are as likely."""
        if source.guid in self._guids:
            return self._guids[source.guid]
        if sha256 is not None:
            owners = self._session.scalars(
                select(Passage.publication_id).where(Passage.sha256 == sha256).distinct()
            ).all()
            present = [owner for owner in owners if owner in self._present]
            if len(present) == 1:
                return present[0]
        doi = _DOI.search(f"{source.description} {source.name}")
        wanted = normalise_doi(doi.group()) if doi else None
        if wanted and len(self._dois.get(wanted, ())) == 1:
            return self._dois[wanted][0]
        titled = self._titles.get(title_key(_ENDING.sub("", source.name)), ())
        if len(titled) == 1:
            return titled[0]
        return self._by_text(source.text, titled)

    def _by_text(self, text: str, among: Sequence[str]) -> str | None:
        """The publication most of whose passages are paragraphs of the text."""
        parts = [part for part in re.split(r"\n\s*\n", text) if part.strip()][:PARTS_HASHED]
        if not parts:
            return None
        query = select(Passage.publication_id).where(
            Passage.text_hash.in_({text_hash(part) for part in parts})
        )
        counts = Counter(
            owner
            for owner in self._session.scalars(query)
            if owner in self._present and (not among or owner in among)
        )
        best = counts.most_common(2)
        enough = 0 if among else SAME_TEXT * len(parts)
        if not best or best[0][1] <= enough or (len(best) == 2 and best[0][1] == best[1][1]):
            return None
        return best[0][0]

    @cached_property
    def _present(self) -> dict[str, Publication]:
        rows = self._session.scalars(select(Publication)).all()
        return {row.id: row for row in rows if row.removed_reason is None}

    @cached_property
    def _guids(self) -> dict[str, str]:
        moved = {row.old_id: row.new_id for row in self._session.scalars(select(Redirect))}
        found = {source_guid(one): one for one in self._present}
        for old in moved:
            now, steps = old, 0
            while now in moved and steps < len(moved):
                now, steps = moved[now], steps + 1
            if now in self._present:
                found.setdefault(source_guid(old), now)
        return found

    @cached_property
    def _titles(self) -> dict[str, list[str]]:
        return self._grouped(lambda csl: title_key(str(csl.get("title") or "")))

    @cached_property
    def _dois(self) -> dict[str, list[str]]:
        return self._grouped(lambda csl: normalise_doi(csl.get("DOI")) or "")

    def _grouped(self, key: Callable[[dict[str, Any]], str]) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for one, row in self._present.items():
            if value := key(effective_csl(row)):
                found.setdefault(value, []).append(one)
        return found


class SelectionPlacer:
    """Finds the passages of selections in one publication; `sizes` are its PDF's pages."""

    def __init__(
        self, session: Session, publication_id: str, sizes: Callable[[], Sequence[PageSize]]
    ) -> None:
        self._passages = session.scalars(
            select(Passage)
            .where(Passage.publication_id == publication_id, Passage.retired_at.is_(None))
            .order_by(Passage.position)
        ).all()
        self._by_id = {passage.id: passage for passage in self._passages}
        self._plain = {
            passage.id: Candidate(passage.id, passage.text, passage.page)
            for passage in self._passages
        }
        self._sizes = sizes

    def places(self, selection: FileSelection) -> list[Place]:
        """Return the passages that a selection is of; none where it cannot be found any more."""
        exact = normalise(selection.quote)
        if exact:
            found = list(self._quoted(selection, exact))
            if found:
                return found
        return [Place(passage, None) for passage in self._covered(selection)]

    def _quoted(self, selection: FileSelection, exact: str) -> Iterator[Place]:
        anchor = {"exact": selection.quote, "page": selection.page or 0}
        name = best_match(anchor, list(self._plain.values()))
        if name is not None:
            passage = self._by_id[name]
            yield Place(passage, _span(passage.text, selection.quote, exact))
            return
        for passage in self._passages:  # marked over the edge of passages: each that is whole in it
            if self._plain[passage.id].plain in exact:
                yield Place(passage, None)

    def _covered(self, selection: FileSelection) -> list[Passage]:
        """Passages that a rectangle covers at least half of, on its page."""
        sizes = self._sizes() if selection.box is not None and selection.page is not None else ()
        page, box = selection.page, selection.box
        if page is None or box is None or not 0 <= page < len(sizes):
            return []
        area = sizes[page].to_fractions(box)
        return [
            passage for passage in self._passages if _covers(area, passage, page) >= LEAST_SHARE
        ]


def _span(text: str, quote: str, exact: str) -> dict[str, Any] | None:
    """What was marked of a passage; None where that is all of it."""
    if exact == normalise(text):
        return None
    place = place_span(text, {"exact": quote.strip()})
    if place is None or place == (0, len(text)):
        return None
    return make_span(text, *place)


def _covers(area: tuple[float, float, float, float], passage: Passage, page: int) -> float:
    """The share of a passage's boxes on a page that a rectangle holds."""
    boxes = [box for at, box in passage.boxes if at == page]
    whole = sum((box[2] - box[0]) * (box[3] - box[1]) for box in boxes)
    held = sum(
        max(0.0, min(area[2], box[2]) - max(area[0], box[0]))
        * max(0.0, min(area[3], box[3]) - max(area[1], box[1]))
        for box in boxes
    )
    return held / whole if whole > 0 else 0.0
