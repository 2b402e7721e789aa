"""Comments on passages and on codings: threads whose every version is kept.

Owns the coding_comment table. A remark made by a coder of an open round on one of its passages is
shown to them alone until the round is closed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.anchors import make_anchor
from kb.coding.acts import lock_acts, log_act, undone_rows
from kb.coding.names import clean_name, clean_text
from kb.coding.round_entries import blind_round, visible
from kb.coding_tables import CodingComment
from kb.errors import CodingError, NotFoundError
from kb.reanchoring import place_work
from kb.store import Store
from kb.tables import Coding, Passage


@dataclass(frozen=True)
class CommentView:
    """A remark as it stands, with its replies, oldest first; `id` is its first version's number.

    A deleted one that has replies is shown with no text.
    """

    id: int
    passage_id: str
    coding_id: int | None
    text: str
    by: str
    at: datetime
    edited_at: datetime | None
    deleted: bool
    needs_look: bool
    replies: tuple[CommentView, ...] = ()


def write_comment(
    store: Store,
    passage_id: str,
    text: str,
    *,
    by: str,
    coding_id: int | None = None,
    reply_to: int | None = None,
) -> int:
    """Say something of a passage, of a coding of it, or of another remark; return its number.

    Raises CodingError for no words, too many, or a coding or remark of another passage;
    NotFoundError for a passage, coding or remark that the record lacks.
    """
    name, words = clean_name(by), _words(text)
    with store.write() as session:
        lock_acts(session)
        passage = session.get(Passage, passage_id, with_for_update=True)
        if passage is None:
            raise NotFoundError(f"There is no passage {passage_id!r} in the record; search again.")
        anchor = make_anchor(passage.text, passage.page)
        place, needs_look = place_work(session, passage, anchor)
        coding = _coding(session, coding_id, place, name)
        above = _first(session, reply_to, name) if reply_to is not None else None
        if above is not None and above.passage_id != place:
            raise CodingError(f"Remark {reply_to} is on another passage; answer it there.")
        blind = blind_round(session, name, place)
        row = CodingComment(
            publication_id=passage.publication_id,
            passage_id=place,
            anchor=anchor,
            needs_look=needs_look,
            coding_id=coding.root or coding.id if coding is not None else None,
            round_id=blind.id if blind is not None else None,
            reply_to=(above.reply_to or above.id) if above is not None else None,
            act="write",
            text=words,
            by=name,
        )
        return _append(session, row)


def edit_comment(store: Store, comment_id: int, text: str, *, by: str) -> int:
    """Say one's remark in other words; the earlier ones stay in the record.

    Raises CodingError for another's remark or no words, NotFoundError for an unknown number.
    """
    name, words = clean_name(by), _words(text)
    with store.write() as session:
        lock_acts(session)
        return _append(session, _version(session, comment_id, name, "edit", words))


def delete_comment(store: Store, comment_id: int, *, by: str) -> int:
    """Take one's remark away from view; undo brings it back. Raises what `edit_comment` raises."""
    name = clean_name(by)
    with store.write() as session:
        lock_acts(session)
        return _append(session, _version(session, comment_id, name, "delete", ""))


def passage_comments(store: Store, passage_id: str, viewer: str | None = None) -> list[CommentView]:
    """The threads on a passage and its codings, oldest first; open rounds' to their writer."""
    name = clean_name(viewer) if viewer is not None else None
    with store.read() as session:
        rows = session.scalars(
            select(CodingComment)
            .where(CodingComment.passage_id == passage_id, visible(CodingComment, name))
            .order_by(CodingComment.id)
        ).all()
        undone = undone_rows(session, "comment")
    return _threads([row for row in rows if row.id not in undone])


def live_comments(session: Session) -> list[tuple[CodingComment, CodingComment]]:
    """Every remark that stands, oldest first: its first version and its newest.

    Those made in open rounds are left out, and those that were taken away.
    """
    undone = undone_rows(session, "comment")
    rows = session.scalars(
        select(CodingComment).where(visible(CodingComment)).order_by(CodingComment.id)
    )
    live = [row for row in rows if row.id not in undone]
    newest = {row.of or row.id: row for row in live}
    written = (row for row in live if row.act == "write")
    return [(row, newest[row.id]) for row in written if newest[row.id].act != "delete"]


def _threads(live: Sequence[CodingComment]) -> list[CommentView]:
    newest = {row.of or row.id: row for row in live}
    answers: dict[int | None, list[CodingComment]] = defaultdict(list)
    for row in live:
        if row.act == "write":
            answers[row.reply_to].append(row)
    known = {row.id for row in live if row.act == "write"}
    for above in [key for key in answers if key is not None and key not in known]:
        answers[None] += answers.pop(above)  # what it answers was undone: it stands by itself
    views = []
    for first in sorted(answers[None], key=lambda row: row.id):
        replies = [_view(row, newest[row.id]) for row in answers.get(first.id, ())]
        standing = tuple(reply for reply in replies if not reply.deleted)
        view = _view(first, newest[first.id], standing)
        if standing or not view.deleted:
            views.append(view)
    return views


def _view(
    first: CodingComment, newest: CodingComment, replies: tuple[CommentView, ...] = ()
) -> CommentView:
    return CommentView(
        first.id,
        str(first.passage_id),
        first.coding_id,
        newest.text,
        first.by,
        first.at,
        newest.at if newest.act == "edit" else None,
        newest.act == "delete",
        first.needs_look,
        replies,
    )


def _words(text: str) -> str:
    words = clean_text(text)
    if words is None:
        raise CodingError("Expected words in the comment, found none; write something.")
    return words


def _coding(session: Session, coding_id: int | None, place: str, viewer: str) -> Coding | None:
    """The coding that is remarked on, where its writer may see it."""
    if coding_id is None:
        return None
    coding = session.scalars(
        select(Coding).where(Coding.id == coding_id, visible(Coding, viewer))
    ).first()
    if coding is None:
        raise NotFoundError(f"There is no coding {coding_id}; `samvirke coding list` shows them.")
    if coding.passage_id != place:
        raise CodingError(f"Coding {coding_id} is of another passage; comment on it there.")
    return coding


def _first(session: Session, comment_id: int, viewer: str) -> CodingComment:
    """A remark's first version, where the viewer may see it. Raises NotFoundError."""
    row = session.scalars(
        select(CodingComment).where(CodingComment.id == comment_id, visible(CodingComment, viewer))
    ).first()
    if row is None:
        raise NotFoundError(f"There is no remark {comment_id}; the passage's history lists them.")
    return session.get_one(CodingComment, row.of) if row.of else row


def _version(session: Session, comment_id: int, name: str, act: str, text: str) -> CodingComment:
    first = _first(session, comment_id, name)
    if first.by != name:
        raise CodingError(f"Remark {comment_id} is {first.by}'s, and only they can change it.")
    undone = undone_rows(session, "comment")
    versions = session.scalars(
        select(CodingComment)
        .where((CodingComment.id == first.id) | (CodingComment.of == first.id))
        .order_by(CodingComment.id)
    ).all()
    live = [row for row in versions if row.id not in undone]
    if first.id in undone or not live or live[-1].act == "delete":
        raise CodingError(f"Remark {comment_id} was deleted; undo that, or write it anew.")
    return CodingComment(
        publication_id=first.publication_id,
        passage_id=first.passage_id,
        anchor=dict(first.anchor),
        needs_look=first.needs_look,
        coding_id=first.coding_id,
        round_id=first.round_id,
        reply_to=first.reply_to,
        of=first.id,
        before=versions[-1].id,
        act=act,
        text=text,
        by=name,
    )


def _append(session: Session, row: CodingComment) -> int:
    session.add(row)
    session.flush()
    log_act(session, row.by, "comment", [row.id])
    return row.id
