"""What people do to the codebook: rename, define, merge, split, retire, add, load, move, undo.

Owns writing the history and refusing what would lose a coding. What an act means is
`kb.codebook_state`'s. Nothing is overwritten: an undo is a further row.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from corpora.categories import Category
from corpora.codebook import Codebook
from corpora.nordic import LabelLanguage
from kb.active_codebook import seed_codebook, standing_codings, uses
from kb.codebook_changes import CurrentCodes, current_codes, list_changes
from kb.codebook_state import Change, CodebookState, fold, undone_changes
from kb.codebook_tables import CodebookChange, CodingMove
from kb.coding.acts import lock_acts
from kb.coding.names import clean_name, clean_text
from kb.coding.round_entries import open_rounds, visible
from kb.errors import CodebookChangeError, NotFoundError
from kb.store import Store
from kb.tables import Coding, now

Texts = Mapping[LabelLanguage, str]


@dataclass(frozen=True)
class UndecidedCoding:
    """A coding of a split code that waits for a person; it counts under `counts_as` until then."""

    coding_id: int
    code: str
    parts: tuple[str, ...]
    counts_as: str
    publication_id: str
    passage_id: str | None
    quote: str
    direction: str
    coder: str
    at: datetime


def rename_code(
    store: Store,
    kind: str,
    code: str,
    *,
    by: str,
    labels: Texts | None = None,
    new_id: str | None = None,
    comment: str | None = None,
) -> Change:
    """Give a code other labels (by language), another id, or both; its codings go with it."""
    if not labels and not new_id:
        raise CodebookChangeError(
            f"Expected a label or an id to rename {code!r} to, found neither."
        )
    value: dict[str, Any] = {"labels": dict(labels or {})}
    return _act(
        store, "rename", kind, code, value | ({"id": new_id} if new_id else {}), by, comment
    )


def define_code(
    store: Store,
    kind: str,
    code: str,
    definitions: Texts,
    *,
    by: str,
    comment: str | None = None,
) -> Change:
    """Say what a code means, by language; an empty text takes a definition away."""
    return _act(store, "define", kind, code, {"definitions": dict(definitions)}, by, comment)


def merge_codes(
    store: Store, kind: str, code: str, into: str, *, by: str, comment: str | None = None
) -> Change:
    """Let a code's codings count under another one, and take the code out of use."""
    return _act(store, "merge", kind, code, {"into": into}, by, comment)


def split_code(
    store: Store,
    kind: str,
    code: str,
    parts: Sequence[Category],
    default: str,
    *,
    by: str,
    comment: str | None = None,
) -> Change:
    """Put new codes in a code's place; its codings count under `default` until each is moved."""
    value = {"into": [part.model_dump(mode="json") for part in parts], "default": default}
    return _act(store, "split", kind, code, value, by, comment)


def retire_code(
    store: Store, kind: str, code: str, *, by: str, comment: str | None = None
) -> Change:
    """Take a code out of use; people's codings of it stay, the machine's suggestions vanish."""
    return _act(store, "retire", kind, code, {}, by, comment)


def add_code(
    store: Store,
    kind: str,
    category: Category,
    *,
    by: str,
    guid: str | None = None,
    comment: str | None = None,
) -> Change:
    """Put a new code at the end of its list; `guid` is what another program knows it by."""
    value = {"category": category.model_dump(mode="json")} | ({"guid": guid} if guid else {})
    return _act(store, "add", kind, category.id, value, by, comment)


def load_codebook_into(
    store: Store,
    codebook: Codebook,
    *,
    by: str,
    mapping: Mapping[str, str] | None = None,
    guids: Mapping[str, str] | None = None,
    comment: str | None = None,
) -> Change:
    """Put another codebook in the present one's place.

    Raises CodebookChangeError where codings use factors that it lacks and `mapping` (old factor ->
    new factor) does not name, saying which and how many; retired factors stay retired.
    """
    mapped = dict(mapping or {})
    with store.write() as session:
        lock_acts(session)
        state = _state(store, session)
        factors = state.shelf("factors")
        ids = set(codebook.ids("factors"))
        _require_sensible(mapped, ids, factors.present)
        lacking = {
            code: count
            for code, count in sorted(uses(session).items())
            if code not in ids and code not in mapped and code not in factors.retired
        }
        if lacking:
            told = ", ".join(f"{code} ({count})" for code, count in lacking.items())
            first = next(iter(lacking))
            raise CodebookChangeError(
                f"Expected the new codebook to hold every factor that codings use, found none for "
                f"{told}, the number of codings in brackets; say what stands for each with "
                f"--map {first}=NEW, or retire it first. Nothing was changed."
            )
        value: dict[str, Any] = {"codebook": codebook.model_dump(mode="json")}
        if mapped:
            value["map"] = {"factors": mapped}
        if guids:
            value["guids"] = {"factors": dict(guids)}
        return _append(session, state, "load", "", "", value, by, comment)


def undo_change(
    store: Store, change_id: int | None = None, *, by: str, comment: str | None = None
) -> Change:
    """Take a change back, the newest that stands unless said; its codings go back with it.

    Raises CodebookChangeError where a later change builds on it, or where codings would be left
    without a code; NotFoundError for an unknown number.
    """
    with store.write() as session:
        lock_acts(session)
        changes = list_changes(session)
        undone = undone_changes(changes)
        standing = [one for one in changes if one.act != "undo" and one.id not in undone]
        target = _target(changes, standing, change_id)
        row = Change(0, "undo", target.kind, target.code, {}, {}, target.id, by, comment, now())
        seed = seed_codebook(store.settings)
        before, after = fold(seed, changes), fold(seed, [*changes, row])
        _require_fitting(target, before, after)
        _require_no_loss(session, target, before, after)
        return _write(session, replace(row, by=clean_name(by), comment=clean_text(comment)))


def move_coding(store: Store, coding_id: int, code: str | None, *, by: str) -> None:
    """Say which part of a split code a coding belongs to; None lets it wait again.

    Raises NotFoundError for an unknown coding, CodebookChangeError for one that is of no split
    code, or a code that is no part of it.
    """
    name = clean_name(by)
    with store.write() as session:
        row = session.scalars(
            select(Coding).where(Coding.id == coding_id, visible(Coding, name))
        ).first()
        if row is None:
            raise NotFoundError(f"There is no coding {coding_id}; list them anew.")
        codes = current_codes(session)
        split = _split_of(codes, row)
        if split is None:
            raise CodebookChangeError(
                f"Expected a coding of a code that was split, found coding {coding_id} of "
                f"{codes.of_coding(row.id, row.factor)!r}, which was not."
            )
        if code is not None and code not in codes.parts(split):
            raise CodebookChangeError(
                f"Expected one of {', '.join(codes.parts(split))}, into which {split!r} was "
                f"split, found {code!r}."
            )
        session.add(CodingMove(coding_id=coding_id, code=code, by=name))


def undecided_codings(store: Store) -> list[UndecidedCoding]:
    """Return the codings of split codes that wait for a person to move them, oldest first."""
    with store.read() as session:
        codes, hidden = current_codes(session), open_rounds(session)
        found = []
        for row in standing_codings(session):
            split = codes.undecided(row.id, row.factor)
            if split is None or row.round_id in hidden:
                continue
            quote = str((row.span or row.anchor)["exact"])
            counts_as = codes.of_coding(row.id, row.factor)
            found.append(
                UndecidedCoding(
                    row.id, split, codes.parts(split), counts_as, row.publication_id,
                    row.passage_id, quote, row.direction, row.coder, row.at,
                )
            )  # fmt: skip
        return found


def code_uses(store: Store) -> Counter[str]:
    """Return how many of people's codings count under each factor now, without open rounds'."""
    with store.read() as session:
        return uses(session, open_rounds(session))


def changes_of(store: Store) -> list[tuple[Change, bool]]:
    """Return every change with whether it stands, newest first."""
    with store.read() as session:
        changes = list_changes(session)
    undone = undone_changes(changes)
    return [(change, change.id not in undone) for change in reversed(changes)]


def _act(
    store: Store,
    act: str,
    kind: str,
    code: str,
    value: Mapping[str, Any],
    by: str,
    comment: str | None,
) -> Change:
    with store.write() as session:
        lock_acts(session)
        state = _state(store, session)
        return _append(session, state, act, kind, code, value, by, comment)


def _state(store: Store, session: Session) -> CodebookState:
    return fold(seed_codebook(store.settings), list_changes(session))


def _append(
    session: Session,
    state: CodebookState,
    act: str,
    kind: str,
    code: str,
    value: Mapping[str, Any],
    by: str,
    comment: str | None,
) -> Change:
    """Do a change in memory, which refuses what cannot be done, then write it."""
    before = state.shelf(kind).present.get(code) if kind else None
    shown = before.model_dump(mode="json") if before else {}
    change = Change(
        0, act, kind, code, dict(value), shown, None, clean_name(by), clean_text(comment), now()
    )
    state.apply(change)
    return _write(session, change)


def _write(session: Session, change: Change) -> Change:
    row = CodebookChange(
        act=change.act,
        kind=change.kind,
        code=change.code,
        value=dict(change.value),
        before=dict(change.before),
        undoes=change.undoes,
        by=change.by,
        comment=change.comment,
        at=change.at,
    )
    session.add(row)
    session.flush()
    return replace(change, id=row.id)


def _require_sensible(
    mapped: Mapping[str, str], ids: set[str], present: Mapping[str, Category]
) -> None:
    for old, new in mapped.items():
        if old in ids:
            raise CodebookChangeError(
                f"Expected --map to name factors that the new codebook lacks, found {old!r}, which "
                "it has; leave it out."
            )
        if new not in ids:
            raise CodebookChangeError(
                f"Expected --map to lead to a factor of the new codebook "
                f"({', '.join(sorted(ids))}), found {new!r}."
            )
        if not old or old == new:
            raise CodebookChangeError(f"Expected --map old=new, found {old}={new}.")


def _target(changes: Sequence[Change], standing: Sequence[Change], change_id: int | None) -> Change:
    if change_id is None:
        if not standing:
            raise CodebookChangeError("Expected a change of the codebook to undo, found none.")
        return standing[-1]
    found = next((one for one in changes if one.id == change_id), None)
    if found is None:
        raise NotFoundError(
            f"There is no change {change_id} of the codebook; `samvirke codebook history` lists "
            "them."
        )
    if found not in standing:
        raise CodebookChangeError(
            f"Expected a change that stands, found change {change_id}, which "
            f"{'is an undo' if found.act == 'undo' else 'was taken back'} already."
        )
    return found


def _require_fitting(target: Change, before: CodebookState, after: CodebookState) -> None:
    """Refuse an undo that a later change builds on."""
    broken = [number for number in after.problems if number not in before.problems]
    if broken:
        raise CodebookChangeError(
            f"Change {target.id} cannot be undone while change {broken[0]} builds on it; undo that "
            "one first."
        )


def _require_no_loss(
    session: Session, target: Change, before: CodebookState, after: CodebookState
) -> None:
    """Refuse an undo that would leave codings without a code: of an added code that is in use."""
    codes = current_codes(session)
    chosen = [codes.chosen(row.id, row.factor) for row in standing_codings(session)]
    known_before, lost = _lost(before, chosen), _lost(after, chosen)
    for code, count in sorted(lost.items()):
        if code not in known_before:
            raise CodebookChangeError(
                f"Change {target.id} cannot be undone, since {count} "
                f"{'coding uses' if count == 1 else 'codings use'} {code!r}, which would be no "
                "code any more; merge or retire it instead."
            )


def _lost(state: CodebookState, chosen: Sequence[str]) -> Counter[str]:
    factors = state.shelf("factors")
    counted = Counter(map(factors.succession.resolve, chosen))
    known = {*factors.present, *factors.retired}
    return Counter({code: count for code, count in counted.items() if code not in known})


def _split_of(codes: CurrentCodes, row: Coding) -> str | None:
    """The split code that a coding waits under, or waited under before it was moved."""
    return codes.undecided(row.id, row.factor) or codes.undecided(0, row.factor)
