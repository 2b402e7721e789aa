"""What the codebook comes to: a seed, and every change that people made, one after the other.

Owns what each act does and when it cannot be done; pure, over records. Reading the changes is
`kb.codebook_changes`', making one `kb.codebook_editing`'s.

No coding is ever rewritten. A code that was renamed, merged or split has a successor, and a coding
of it counts under that when it is read; undoing the change takes the successor away again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pydantic import ValidationError

from corpora.categories import Category
from corpora.codebook import DIRECTIONS, Codebook, Kind
from kb.code_ids import LONGEST_ID, make_id
from kb.errors import CodebookChangeError
from kb.exchange_ids import code_guid

EDITABLE: tuple[Kind, ...] = (
    "factors",
    "directions",
    "sectors",
    "target_groups",
    "evidence_types",
    "exclusion_reasons",
)
ACTS = ("rename", "define", "merge", "split", "retire", "add", "load", "undo")


@dataclass(frozen=True)
class Change:
    """One act of the history. `value` by act:

    rename `labels` and perhaps `id`, define `definitions`, merge `into`, split `into` (categories)
    and `default`, retire nothing, add `category` and perhaps `guid`, load `codebook` and `map`
    (kind -> code -> code), undo nothing.
    """

    id: int
    act: str
    kind: str
    code: str
    value: Mapping[str, Any]
    before: Mapping[str, Any]
    undoes: int | None
    by: str
    comment: str | None
    at: datetime


@dataclass
class Succession:
    """What stands for each code that is no more: its successor, and the parts of a split one."""

    next: dict[str, str] = field(default_factory=dict)
    parts: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def steps(self, code: str) -> Iterator[str]:
        """Yield the code, what replaced it, what replaced that, and so on to the present one."""
        seen = set()
        while code not in seen:
            seen.add(code)
            yield code
            code = self.next.get(code, code)

    def resolve(self, code: str) -> str:
        """Return the code that stands for this one now; one that nothing replaced is itself."""
        *_, last = self.steps(code)
        return last

    def free(self, code: str) -> None:
        """A code stands for itself from now on."""
        self.next.pop(code, None)
        self.parts.pop(code, None)

    def follow(self, change: Change) -> None:
        """Take in a change that stands."""
        value, code = change.value, change.code
        if change.act == "rename" and value.get("id"):
            self.free(value["id"])
            self.next[code] = value["id"]
        elif change.act == "merge":
            self.next[code] = value["into"]
        elif change.act == "split":
            parts = tuple(str(part["id"]) for part in value["into"])
            for part in parts:
                self.free(part)
            self.next[code], self.parts[code] = value["default"], parts
        elif change.act == "add":
            self.free(code)

    def follow_load(self, kind: str, value: Mapping[str, Any]) -> None:
        """Take in another codebook: its codes stand for themselves, mapped ones for others."""
        for entry in value["codebook"].get(kind, ()):
            self.free(entry["id"])
        self.next.update(value.get("map", {}).get(kind, {}))

    def follow_undone(self, change: Change) -> None:
        """Codings made under the names that an undone change gave go back with it."""
        if change.act == "rename" and change.value.get("id"):
            self.next[change.value["id"]] = change.code
        elif change.act == "split":
            self.next.update({str(part["id"]): change.code for part in change.value["into"]})


@dataclass
class Shelf:
    """The codes of one kind: those in use, those retired, and what stands for the others."""

    kind: Kind
    present: dict[str, Category]
    retired: dict[str, Category] = field(default_factory=dict)
    succession: Succession = field(default_factory=Succession)
    guids: dict[str, str] = field(default_factory=dict)
    gone: dict[str, Category] = field(default_factory=dict)  # as they were when last in use

    def guid(self, code: str) -> str:
        """The GUID by which other programs know a code: it outlives a change of its id."""
        return self.guids.get(code) or code_guid(self.kind, code)

    def require(self, code: str) -> Category:
        """Return a code in use; raises CodebookChangeError saying what became of it."""
        if code in self.present:
            return self.present[code]
        raise CodebookChangeError(
            f"Expected a code in use among the {self.kind} ({', '.join(self.present)}), found "
            f"{code!r}{self.fate(code)}; `samvirke codebook history` shows what was changed."
        )

    def fate(self, code: str) -> str:
        """Return what became of a code, as the end of a clause; empty for one never known."""
        if code in self.retired:
            return ", which was retired"
        if code in self.succession.parts:
            parts = " and ".join(self.succession.parts[code])
            return f", which was split into {parts}"
        now = self.succession.resolve(code)
        return f", for which {now} stands now" if now != code else ""

    def require_free(self, code: str, freed: str | None = None) -> None:
        """Refuse an id that is or was another code's, so that no coding changes its meaning."""
        taken = code in self.present or code in self.retired
        if not taken and code in self.succession.next:
            taken = freed is None or self.succession.resolve(code) != freed
        if taken:
            fate = self.fate(code) or ", which is in use"
            raise CodebookChangeError(
                f"Expected a new id among the {self.kind}, found {code!r}{fate}; choose another "
                "id, or undo that change."
            )

    def replace(self, code: str, entries: Sequence[Category]) -> None:
        """Put entries in the place of a code, in order."""
        self.gone[code] = self.present[code]
        self.present = {
            entry.id: entry
            for id_, old in self.present.items()
            for entry in (entries if id_ == code else (old,))
        }


class CodebookState:
    """The codes after a number of changes; begins with a seed."""

    def __init__(self, seed: Codebook) -> None:
        self.base = seed
        self.shelves = {
            kind: Shelf(kind, {entry.id: entry for entry in seed.categories(kind)})
            for kind in EDITABLE
        }
        self.had = {kind: set(shelf.present) for kind, shelf in self.shelves.items()}  # ever in use
        self.problems: dict[int, str] = {}  # changes that no longer fit, by their number

    def shelf(self, kind: str) -> Shelf:
        """Return the codes of a kind; raises CodebookChangeError naming those that can change."""
        for name, shelf in self.shelves.items():
            if name == kind:
                return shelf
        raise CodebookChangeError(
            f"Expected a kind of code among {', '.join(EDITABLE)}, found {kind!r}."
        )

    def apply(self, change: Change) -> None:
        """Do a change; raises CodebookChangeError where it cannot be done, with nothing changed."""
        if change.act == "load":
            self._load(change)
            return
        shelf = self.shelf(change.kind)
        _PERFORM[change.act](shelf, change)
        shelf.succession.follow(change)
        self.had[shelf.kind].update(shelf.present)

    def _load(self, change: Change) -> None:
        loaded = loaded_codebook(change.value)
        mapped = change.value.get("map", {})
        for kind in self.shelves:
            ids = loaded.ids(kind)
            for target in mapped.get(kind, {}).values():
                if target not in ids:
                    raise CodebookChangeError(
                        f"Expected --map to lead to one of the {kind} of the codebook loaded "
                        f"({', '.join(ids)}), found {target!r}."
                    )
        self.base = loaded
        for kind, shelf in self.shelves.items():
            entries = {entry.id: entry for entry in loaded.categories(kind)}
            shelf.present = entries
            shelf.retired = {id_: one for id_, one in shelf.retired.items() if id_ not in entries}
            shelf.guids |= change.value.get("guids", {}).get(kind, {})
            shelf.succession.follow_load(kind, change.value)
            self.had[kind].update(entries)


def _rename(shelf: Shelf, change: Change) -> None:
    code = shelf.require(change.code)
    new_id = change.value.get("id") or code.id
    if new_id != code.id:
        _require_changeable(shelf, code.id, "another id")
        check_id(new_id)
        shelf.require_free(new_id, freed=code.id)
        shelf.guids[new_id] = shelf.guid(code.id)
    labels = {**code.labels, **change.value.get("labels", {})}
    shelf.replace(code.id, [_category({**_plain(code), "id": new_id, "labels": labels})])


def _define(shelf: Shelf, change: Change) -> None:
    code = shelf.require(change.code)
    given = {**code.definitions, **change.value["definitions"]}
    texts = {language: text for language, text in given.items() if text}
    shelf.replace(code.id, [_category({**_plain(code), "definitions": texts})])


def _merge(shelf: Shelf, change: Change) -> None:
    code, into = shelf.require(change.code), shelf.require(change.value["into"])
    if code.id == into.id:
        raise CodebookChangeError(f"Expected two codes to merge, found {code.id!r} twice.")
    _require_changeable(shelf, code.id, "to be merged away")
    shelf.replace(code.id, ())


def _split(shelf: Shelf, change: Change) -> None:
    code = shelf.require(change.code)
    _require_changeable(shelf, code.id, "to be split")
    parts = [_category(part) for part in change.value["into"]]
    ids = [part.id for part in parts]
    if len(ids) < 2 or len(set(ids)) < len(ids) or code.id in ids:
        raise CodebookChangeError(
            f"Expected two or more new ids to split {code.id!r} into, found {', '.join(ids)}."
        )
    if change.value["default"] not in ids:
        raise CodebookChangeError(
            f"Expected the part that codings of {code.id!r} count under until they are decided "
            f"({', '.join(ids)}), found {change.value['default']!r}."
        )
    for part in parts:
        check_id(part.id)
        shelf.require_free(part.id, freed=code.id)
    shelf.replace(code.id, parts)


def _retire(shelf: Shelf, change: Change) -> None:
    code = shelf.require(change.code)
    _require_changeable(shelf, code.id, "to be retired")
    if len(shelf.present) == 1 and shelf.kind == "factors":
        raise CodebookChangeError(
            f"Expected a codebook to keep one factor, found {code.id!r} to be the last one."
        )
    shelf.replace(code.id, ())
    shelf.retired[code.id] = code


def _add(shelf: Shelf, change: Change) -> None:
    entry = _category(change.value["category"])
    if shelf.kind == "directions":
        raise CodebookChangeError(
            f"The directions are {', '.join(DIRECTIONS)} in every codebook, since maps count them "
            "by name; a direction can be renamed but not added."
        )
    check_id(entry.id)
    shelf.require_free(entry.id)
    shelf.present[entry.id] = entry
    if change.value.get("guid"):
        shelf.guids[entry.id] = str(change.value["guid"])


_PERFORM = {
    "rename": _rename,
    "define": _define,
    "merge": _merge,
    "split": _split,
    "retire": _retire,
    "add": _add,
}


def fold(seed: Codebook, changes: Iterable[Change]) -> CodebookState:
    """Return the codes after all changes that stand.

    One that does not fit any more (the seed was edited by hand) is left out, and said in
    `problems`.
    """
    every = list(changes)
    undone = undone_changes(every)
    state = CodebookState(seed)
    for change in every:
        if change.act == "undo":
            continue
        if change.id in undone:
            if change.act != "load":
                state.shelf(change.kind).succession.follow_undone(change)
            continue
        try:
            state.apply(change)
        except CodebookChangeError as error:
            state.problems[change.id] = str(error)
    return state


def undone_changes(changes: Iterable[Change]) -> set[int]:
    """Return the numbers of changes that were taken back."""
    return {change.undoes for change in changes if change.undoes is not None}


def successions(changes: Sequence[Change], kind: str) -> Succession:
    """Return what stands for each code of a kind that is no more; needs no seed."""
    found, undone = Succession(), undone_changes(changes)
    for change in changes:
        if change.act == "load" and change.id not in undone:
            found.follow_load(kind, change.value)
        elif change.kind == kind and change.id in undone:
            found.follow_undone(change)
        elif change.kind == kind and change.act != "undo":
            found.follow(change)
    return found


def loaded_codebook(value: Mapping[str, Any]) -> Codebook:
    """Return the codebook that a load put in; raises CodebookChangeError for a damaged one."""
    try:
        return Codebook.model_validate(value["codebook"])
    except (ValidationError, KeyError) as error:
        raise CodebookChangeError(
            f"The codebook kept with a change cannot be read ({str(error).splitlines()[0]}); "
            "load its file again."
        ) from error


def check_id(code: str) -> None:
    """Refuse an id longer than the record keeps; its letters are the category's to check."""
    if len(code) > LONGEST_ID:
        raise CodebookChangeError(
            f"Expected an id of at most {LONGEST_ID} characters, found {code!r}; shorten it."
        )


def _require_changeable(shelf: Shelf, code: str, wish: str) -> None:
    if shelf.kind == "directions" and code in DIRECTIONS:
        raise CodebookChangeError(
            f"Expected the direction {code!r} to stay, found a wish for it {wish}: maps count the "
            "four directions by name; give it another label instead."
        )


def _plain(category: Category) -> dict[str, Any]:
    return category.model_dump(mode="json")


def _category(value: Mapping[str, Any]) -> Category:
    try:
        return Category.model_validate(dict(value))
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        if place == "id":
            given = str(value.get("id") or "")[:60]
            raise CodebookChangeError(
                f"Expected an id of the letters a to z (small), digits and _, found {given!r}; "
                f"take {make_id(given, ())!r}."
            ) from error
        raise CodebookChangeError(
            f"Expected a code with an id of small letters, digits and _ and a label in one "
            f"language or more, found {str(first['input'])[:60]!r} at {place}: {first['msg']}."
        ) from error
