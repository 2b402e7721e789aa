"""People's codings: append-only acts on a passage's factors, and the view that counts now.

Owns writing the coding table. A coding begins with accept or reject (of a machine's suggestion) or
add, on the whole passage or a marked span; it is changed, and taken back, by further acts. Machine
codings live in the generation, not here. What stands is said by `kb.coding.chains`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

from sqlalchemy import select
from sqlalchemy.orm import Session

from corpora.codebook import Codebook
from kb.anchors import make_anchor
from kb.codebook_changes import current_codes
from kb.coding.acts import lock_acts, log_act, undone_rows
from kb.coding.chains import STATUS, Chain, chains, counting
from kb.coding.names import clean_name, clean_text
from kb.coding.round_entries import refuse_outside, require_open, visible
from kb.coding.spans import make_span
from kb.errors import CodingError, NotFoundError
from kb.reanchoring import place_work
from kb.search.rows import PersonCoding
from kb.store import Store
from kb.tables import Coding, Passage

ACTS = ("accept", "reject", "add", "withdraw")
_COUNTED = (
    Coding.id,
    Coding.passage_id,
    Coding.factor,
    Coding.direction,
    Coding.act,
    Coding.coder,
    Coding.before,
    Coding.root,
    Coding.span,
    Coding.round_id,
)
"""What of an act decides whether and how it counts."""
_PART = 500  # values in one query, below SQLite's limit on bound values


def record_coding(
    store: Store,
    codebook: Codebook,
    passage_id: str,
    *,
    factor: str,
    direction: str,
    act: str,
    coder: str,
    comment: str | None = None,
    machine: dict[str, Any] | None = None,
    span: tuple[int, int] | None = None,
    round_id: int | None = None,
) -> int:
    """Append one act on a passage's factor and return its number.

    `span` are the characters of the passage's text that were marked; without it the coding is of
    the whole passage. A second word on the same factor and span takes the first one's place. A
    withdrawal takes back the coder's last act that still stands. `machine` is the suggestion acted
    on, frozen with its model's version; `round_id` the blind round that it is coded in. Where a
    refresh has retired the passage since it was shown, the act goes to where its text is now.

    Raises CodebookError for a factor or direction that the codebook lacks, NotFoundError for a
    passage the record lacks, CodingError for an unknown act, a name that cannot be kept, a span
    outside the text, or a passage that the coder codes blind in an open round.
    """
    codebook.require("factors", factor)
    codebook.require("directions", direction)
    if act not in ACTS:
        raise CodingError(f"Expected an act among {', '.join(ACTS)}, found {act!r}.")
    name, remark = clean_name(coder), clean_text(comment)
    with store.write() as session:
        lock_acts(session)
        passage = _passage(session, passage_id)
        marked = make_span(passage.text, *span) if span is not None else None
        anchor = make_anchor(passage.text, passage.page)
        place, needs_look = place_work(session, passage, anchor)
        if round_id is not None:
            require_open(session, round_id, name, place)
        else:
            refuse_outside(session, name, place)
        row = Coding(
            publication_id=passage.publication_id,
            passage_id=place,
            anchor=anchor,
            needs_look=needs_look,
            factor=factor,
            direction=direction,
            act=act,
            coder=name,
            comment=remark,
            machine=machine,
            span=marked,
            round_id=round_id,
        )
        own = _own_chains(session, row)
        found = _withdrawn(own, marked) if act == "withdraw" else _same(own, marked)
        return append(session, row, found)


def change_coding(
    store: Store,
    codebook: Codebook,
    coding_id: int,
    *,
    coder: str,
    factor: str | None = None,
    direction: str | None = None,
    comment: str | None = None,
) -> int:
    """Say that one's own coding is of another factor or direction; return the act's number.

    `coding_id` is any act of the coding; the change comes after its newest one. Raises what
    `record_coding` raises, and CodingError where nothing would change or the coding is another's.
    """
    name, remark = clean_name(coder), clean_text(comment)
    with store.write() as session:
        lock_acts(session)
        chain = own_chain(session, coding_id, name)
        now = chain.standing
        if now is None:
            raise CodingError(f"Coding {coding_id} was taken back; add it again, or undo that.")
        codes = current_codes(session)
        wanted = (factor or codes.of_coding(now.id, now.factor), direction or now.direction)
        codebook.require("factors", wanted[0])
        codebook.require("directions", wanted[1])
        if wanted == (now.factor, now.direction) and now.act != "reject":
            raise CodingError(
                f"Expected another factor or direction for coding {coding_id}, found the same."
            )
        row = _next(now, "change", name)
        row.factor, row.direction, row.comment = *wanted, remark
        return append(session, row, chain)


def remove_coding(store: Store, coding_id: int, *, coder: str, comment: str | None = None) -> int:
    """Take one's own coding away as a whole, whatever acts it went through; undo brings it back.

    Raises NotFoundError for an unknown number, CodingError where nothing of it stands, it is
    another's, or its round is closed.
    """
    name, remark = clean_name(coder), clean_text(comment)
    with store.write() as session:
        lock_acts(session)
        chain = own_chain(session, coding_id, name)
        if chain.standing is None:
            raise CodingError(f"Coding {coding_id} was taken back already.")
        row = _next(chain.standing, "remove", name)
        row.comment = remark
        return append(session, row, chain)


def append(session: Session, row: Coding, chain: Chain | None) -> int:
    """Write an act behind the others on its coding, and into the log; return its number.

    `before` is the newest act before it, of a withdrawal the one that it takes back.
    """
    if chain is not None:
        standing = chain.standing
        taken_back = standing.id if standing is not None else _last_word(chain)
        row.before = taken_back if row.act == "withdraw" else chain.last.id
        row.root = chain.root
    session.add(row)
    session.flush()
    if row.root is None:
        row.root = row.id
    log_act(session, row.coder, "coding", [row.id])
    session.flush()
    return row.id


def _last_word(chain: Chain) -> int | None:
    """Of a coding that was removed, the removal: withdrawing that brings the coding back."""
    return chain.last.id if chain.last.act == "remove" else None


def own_chain(session: Session, coding_id: int, name: str) -> Chain:
    """The coding that an act is of, where it is this person's and may still be worked on.

    Raises NotFoundError or CodingError.
    """
    row = session.get(Coding, coding_id)
    if row is None:
        raise NotFoundError(f"There is no coding {coding_id}; `samvirke coding list` shows them.")
    if row.coder != name:
        raise CodingError(
            f"Coding {coding_id} is {row.coder}'s, and only they can change it; add a coding of "
            "your own instead."
        )
    if row.passage_id is not None and row.round_id is not None:
        require_open(session, row.round_id, name, row.passage_id)
    same = Coding.root == row.root
    if row.root is None:
        same = (Coding.passage_id == row.passage_id) & (Coding.coder == name)
    elif row.root == row.id or session.get_one(Coding, row.root).root is None:
        same = same | ((Coding.passage_id == row.passage_id) & (Coding.coder == name))
    rows = session.scalars(select(Coding).where(same))
    found = chains(rows, undone_rows(session, "coding"))
    return next(chain for chain in found if any(act.id == coding_id for act in chain.acts))


def _passage(session: Session, passage_id: str) -> Passage:
    """A passage, locked so that no refresh on PostgreSQL retires it before the act is written."""
    passage = session.get(Passage, passage_id, with_for_update=True)
    if passage is None:
        raise NotFoundError(f"There is no passage {passage_id!r} in the record; search again.")
    return passage


def _own_chains(session: Session, new: Coding) -> list[Chain]:
    """The coder's codings of a new act's passage and factor, in its round or outside any."""
    rows = session.scalars(
        select(Coding).where(
            Coding.passage_id == new.passage_id,
            Coding.coder == new.coder,
            Coding.act.not_in(("settle", "dismiss")),
            Coding.round_id.is_(None) if new.round_id is None else Coding.round_id == new.round_id,
        )
    )
    codes = current_codes(session)
    return [
        chain
        for chain in chains(rows, undone_rows(session, "coding"))
        if codes.of_coding(chain.face.id, chain.face.factor) == new.factor
    ]


def _same(own: list[Chain], marked: dict[str, Any] | None) -> Chain | None:
    """The coding of the very same span, the one that stands before one that does not."""
    same = [chain for chain in own if chain.face.span == marked]
    return max(same, key=lambda chain: (chain.standing is not None, chain.last.id), default=None)


def _withdrawn(own: list[Chain], marked: dict[str, Any] | None) -> Chain | None:
    """The coding that a withdrawal is about: of that span, else the newest that stands."""
    same = _same(own, marked)
    if same is not None and (same.standing is not None or marked is not None):
        return same
    standing = [chain for chain in own if chain.standing is not None]
    return max(standing, key=lambda chain: chain.last.id, default=same)


def _next(standing: Coding, act: str, coder: str) -> Coding:
    """A further act on a coding, where that is now."""
    return Coding(
        publication_id=standing.publication_id,
        passage_id=standing.passage_id,
        anchor=dict(standing.anchor),
        needs_look=standing.needs_look,
        factor=standing.factor,
        direction=standing.direction,
        act=act,
        coder=coder,
        machine=standing.machine,
        span=standing.span,
        round_id=standing.round_id,
    )


class StoredCodings:
    """The present view of people's codings, read from the record at every call.

    Codings of an open round count nowhere; factors are those of the codebook as it is now.
    """

    def __init__(self, store: Store) -> None:
        self.store = store

    def for_passages(self, passage_ids: Iterable[str]) -> dict[str, tuple[PersonCoding, ...]]:
        """Present codings of these passages, by passage id."""
        wanted = list(passage_ids)
        found: dict[str, tuple[PersonCoding, ...]] = {}
        for start in range(0, len(wanted), _PART):
            found |= self._read(Coding.passage_id.in_(wanted[start : start + _PART]))
        return found

    def coded(self) -> dict[str, tuple[PersonCoding, ...]]:
        """Present codings of every passage a person has acted on, by passage id."""
        return self._read(Coding.passage_id.is_not(None))

    def _read(self, where: Any) -> dict[str, tuple[PersonCoding, ...]]:
        with self.store.read() as session:
            found = session.execute(select(*_COUNTED).where(where, visible(Coding))).all()
            if not found:
                return {}
            rows = cast("list[Coding]", found)  # the same names; objects take three times as long
            undone, codes = undone_rows(session, "coding"), current_codes(session)
        view: dict[str, dict[PersonCoding, None]] = {}
        for row in counting(chains(rows, undone), codes):
            coding = PersonCoding(
                codes.of_coding(row.id, row.factor), row.direction, STATUS[row.act], row.coder
            )
            view.setdefault(str(row.passage_id), {})[coding] = None
        return {passage_id: tuple(codings) for passage_id, codings in view.items()}
