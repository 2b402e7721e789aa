"""The codebook as it stands now: the seed with every change that people made to it.

Owns `ActiveCodebook`, which answers for codes that are no more as well, and reading it. The seed is
`codebook.yaml` in the data home where a team has put one there, else the project's; what was
changed since is in the record (`kb.codebook_changes`), which is why this needs the store.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from pydantic import PrivateAttr
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from corpora.categories import Category
from corpora.codebook import Area, AreaRule, Codebook, Kind, load_codebook
from corpora.errors import CodebookError
from kb.codebook_changes import current_codes, list_changes
from kb.codebook_state import EDITABLE, CodebookState, Shelf, fold
from kb.codebook_tables import CodebookChange, CodingMove
from kb.coding.acts import undone_rows
from kb.coding.chains import chains
from kb.settings import Settings
from kb.store import Store
from kb.tables import Coding

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class LostCode:
    """A code that codings use and the codebook lacks, with the number of those codings."""

    code: str
    codings: int

    def __str__(self) -> str:
        uses = "1 coding uses" if self.codings == 1 else f"{self.codings} codings use"
        return (
            f"The codebook has no factor {self.code!r}, which {uses}; nothing is lost: put the "
            "code back into codebook.yaml, or say what stands for it with `samvirke codebook add "
            f"{self.code}` or by loading a codebook with --map {self.code}=OTHER."
        )


class ActiveCodebook(Codebook):
    """A codebook that also knows its former codes: replaced, split, retired or lost ones."""

    _state: CodebookState = PrivateAttr()
    _lost: dict[str, LostCode] = PrivateAttr(default_factory=dict)

    def require(self, kind: Kind, code: str) -> Category:
        """Return the code in use whose id is `code`.

        Raises CodebookError saying what became of a former one, or naming the options.
        """
        fate = self.fate(kind, code)
        if fate and code not in self.ids(kind):
            options = ", ".join(self.ids(kind))
            raise CodebookError(
                f"Expected one of {options} from the {kind} of the codebook, found {code!r}{fate}; "
                "`samvirke codebook history` shows who changed it."
            )
        return super().require(kind, code)

    def label(self, kind: Kind, code: str, language: str) -> str:
        """Return the label of the code that stands for `code` now, or of a retired one."""
        now = self.now(kind, code)
        entry = self._retired(kind).get(now)
        if entry is None and now in self.ids(kind):
            entry = super().require(kind, now)
        return _name(entry, language) if entry is not None else now

    def former_label(self, kind: Kind, code: str, language: str) -> str:
        """Return what a code that was replaced or split was called itself."""
        shelf = self._state.shelves.get(kind)
        entry = shelf.gone.get(code) if shelf else None
        return _name(entry, language) if entry else self.label(kind, code, language)

    def now(self, kind: Kind, code: str) -> str:
        """Return the code that stands for `code` now; itself where nothing replaced it."""
        shelf = self._state.shelves.get(kind)
        return shelf.succession.resolve(code) if shelf else code

    def suggested(self, kind: Kind, code: str) -> str | None:
        """Return the code in use that a machine's suggestion of `code` counts under, if any."""
        now = self.now(kind, code)
        return now if now in self.ids(kind) else None

    def fate(self, kind: Kind, code: str) -> str:
        """Return what became of a former code, as the end of a clause; empty for others."""
        shelf = self._state.shelves.get(kind)
        return shelf.fate(code) if shelf else ""

    def retired(self, kind: Kind) -> tuple[Category, ...]:
        """Return the codes that were retired, in the order of that."""
        return tuple(self._retired(kind).values())

    def former(self, kind: Kind) -> tuple[str, ...]:
        """Return the ids that were in use once and are not now, in alphabetical order."""
        return tuple(sorted(self._state.had.get(kind, set()).difference(self.ids(kind))))

    def guid(self, kind: Kind, code: str) -> str:
        """Return the GUID by which other programs know a code."""
        return self._state.shelf(kind).guid(code)

    @property
    def lost(self) -> tuple[LostCode, ...]:
        """Codes that people's codings use and the codebook lacks."""
        return tuple(self._lost.values())

    @property
    def problems(self) -> tuple[str, ...]:
        """What is wrong with the codebook, a sentence each: lost codes, changes that do not fit."""
        unfit = (
            f"Change {number} of the codebook no longer fits it and is left out: {reason}"
            for number, reason in self._state.problems.items()
        )
        return (*map(str, self.lost), *unfit)

    def _retired(self, kind: str) -> dict[str, Category]:
        shelf = self._state.shelves.get(kind)  # type: ignore[call-overload]
        return shelf.retired if shelf else {}


def seed_codebook(settings: Settings) -> Codebook:
    """Return the data home's own codebook file where there is one, else the project's.

    Raises CodebookError where the file cannot be used.
    """
    own = seed_path(settings)
    return load_codebook(own if own.is_file() else None)


def seed_path(settings: Settings) -> Path:
    """Where a team may put a codebook of its own into a data home."""
    return settings.home / "codebook.yaml"


def active_codebook(store: Store) -> ActiveCodebook:
    """Return the codebook as it stands now.

    A code that codings use and that is gone from the seed is said (`problems`, and in the log) and
    keeps its codings. Raises CodebookError where the seed's file cannot be used.
    """
    seed = seed_codebook(store.settings)
    with store.read() as session:
        found = read_active(session, seed)
    for problem in found.problems:
        _say_once(problem)
    return found


def read_active(session: Session, seed: Codebook) -> ActiveCodebook:
    """Return the codebook that a seed comes to with the changes in the record."""
    state = fold(seed, list_changes(session))
    book = _built(state)
    book._lost = {lost.code: lost for lost in lost_codes(session, state.shelf("factors"))}
    return book


def codebook_stamp(store: Store) -> str:
    """Return a text that differs as soon as the codebook or where a coding belongs has changed."""
    own = seed_path(store.settings)
    edited = own.stat().st_mtime_ns if own.is_file() else 0
    with store.read() as session:
        change = session.scalar(select(func.max(CodebookChange.id)))
        move = session.scalar(select(func.max(CodingMove.id)))
    return f"{edited} {change or 0} {move or 0}"


def uses(session: Session, hidden: Collection[int] = ()) -> Counter[str]:
    """Return how many of people's standing codings count under each code now.

    Codings made in the `hidden` rounds are left out: of two blind coders, each could tell the
    other's from a number.
    """
    codes = current_codes(session)
    return Counter(
        codes.of_coding(row.id, row.factor)
        for row in standing_codings(session)
        if row.round_id is None or row.round_id not in hidden
    )


def standing_codings(session: Session) -> list[Coding]:
    """Return the acts of people that stand, rejections among them, in order."""
    found = chains(session.scalars(select(Coding)), undone_rows(session, "coding"))
    standing = [chain.standing for chain in found if chain.standing is not None]
    return sorted(standing, key=lambda row: row.id)


def lost_codes(session: Session, shelf: Shelf) -> list[LostCode]:
    """Return the codes that codings count under and that are neither in use nor retired."""
    written = session.scalars(select(Coding.factor).distinct())
    known = {*shelf.present, *shelf.retired}
    if all(shelf.succession.resolve(code) in known for code in written):
        return []
    return [
        LostCode(code, count)
        for code, count in sorted(uses(session).items())
        if code not in shelf.present and code not in shelf.retired
    ]


def _built(state: CodebookState) -> ActiveCodebook:
    base, factors = state.base, state.shelf("factors")
    parts: dict[str, object] = {name: getattr(base, name) for name in type(base).model_fields}
    parts |= {str(kind): tuple(state.shelf(kind).present.values()) for kind in EDITABLE}
    areas = tuple(area for one in base.areas if (area := _area_now(one, factors)) is not None)
    book = ActiveCodebook.model_validate({**parts, "areas": areas})
    book._state = state
    return book


def _area_now(area: Area, factors: Shelf) -> Area | None:
    """An area with its rule's factors as they are now; None where none of them is left."""
    named = area.rule.factors
    now: dict[str, None] = {}
    for code in named:
        parts = factors.succession.parts.get(code, ())
        now |= dict.fromkeys(map(factors.succession.resolve, parts or (code,)))
    left = tuple(code for code in now if code in factors.present)
    if named and not left:
        return None
    rule = AreaRule(factors=left, directions=area.rule.directions)
    return area.model_copy(update={"rule": rule})


def _name(entry: Category, language: str) -> str:
    """A code's label in a language, else in English, else in any: people write but one of them."""
    labels = {str(spoken): text for spoken, text in entry.labels.items()}
    return labels.get(language) or labels.get("en") or next(iter(labels.values()), entry.id)


_said: set[str] = set()


def _say_once(problem: str) -> None:
    """Log a problem once in a process: the codebook is read at every command and page."""
    if problem not in _said:
        _said.add(problem)
        log.warning(problem)
