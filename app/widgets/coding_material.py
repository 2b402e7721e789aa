"""One passage as it is coded: its text, the machine's suggestions, and what people said of it.

Owns what a coder may see: in a blind round only their own codings of that round, and the machine's
suggestions only where the round shows them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from app.widgets.coding_task import Task
from kb.coding.comments import CommentView, passage_comments
from kb.coding.listing import CodingView, passage_codings
from kb.errors import GenerationError
from kb.knowledge_base import KnowledgeBase
from kb.library import PassageView, PublicationView, find_passages, find_publications
from kb.search.rows import MachineCoding, Range


@dataclass(frozen=True)
class Material:
    """A passage with its codings: `own` are the coder's in this task, `others` other people's.

    `comments` are the threads on it and on its codings.
    """

    passage: PassageView
    publication: PublicationView
    suggestions: tuple[MachineCoding, ...]
    own: tuple[CodingView, ...]
    others: tuple[CodingView, ...]
    comments: tuple[CommentView, ...] = ()

    @property
    def sentences(self) -> tuple[Range, ...]:
        """The sentences of the text as (start, end); the whole text where none are known."""
        found = tuple((int(pair[0]), int(pair[1])) for pair in self.passage.sentences)
        return found or ((0, len(self.passage.text)),)

    @property
    def waiting(self) -> tuple[MachineCoding, ...]:
        """Suggestions that the coder has not judged, the surest first."""
        said = {coding.factor for coding in self.own}
        return tuple(one for one in self.suggestions if one.factor not in said)

    def remarks_on(self, coding: CodingView) -> int:
        """How many remarks are on a coding, answers among them."""
        found = (one for one in self.comments if one.coding_id == coding.root)
        return sum(1 + len(one.replies) for one in found)


def read_material(kb: KnowledgeBase, task: Task, passage_id: str) -> Material:
    """Read a passage with what this coder may see of it; raises NotFoundError."""
    passage = find_passages(kb.store, [passage_id])[passage_id]
    publication = find_publications(kb.store, [passage.publication_id])[passage.publication_id]
    codings = passage_codings(kb.store, passage_id, task.coder)
    own = tuple(
        coding
        for coding in codings
        if coding.coder == task.coder
        and coding.round_id == task.round_id
        and coding.act not in ("settle", "dismiss")
    )
    mine = {coding.id for coding in own}
    others = () if task.blind else tuple(one for one in codings if one.id not in mine)
    suggestions = _suggestions(kb, passage_id) if task.shows_machine else ()
    comments = tuple(passage_comments(kb.store, passage_id, task.coder))
    if task.blind:
        comments = tuple(_own_words(one, task.coder) for one in comments if one.by == task.coder)
    return Material(passage, publication, suggestions, own, others, comments)


def _own_words(comment: CommentView, coder: str) -> CommentView:
    """A coder's remark without what others answered: they code blind."""
    return replace(comment, replies=tuple(one for one in comment.replies if one.by == coder))


def _suggestions(kb: KnowledgeBase, passage_id: str) -> tuple[MachineCoding, ...]:
    """The machine's suggestions, the surest first; none where nothing is indexed."""
    try:
        hits = kb.searcher().of_passages([passage_id])
    except GenerationError:
        return ()
    found = [coding for hit in hits for coding in hit.row.codings if coding.factor]
    return tuple(sorted(found, key=lambda coding: (-coding.confidence, coding.factor)))
