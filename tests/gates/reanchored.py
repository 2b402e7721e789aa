"""People's work on 200 publications before and after their texts changed: what became of it.

Owns coding, citing and refreshing with the real record, and judging each outcome by a measure of
its own: letters and digits alone, so that no rule of `kb.anchors` judges itself.
"""

from __future__ import annotations

import functools
import random
import re
import unicodedata
from collections import Counter
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from corpora.codebook import Codebook, load_codebook
from kb.citations.sets import add_item, create_set
from kb.coding.codings import record_coding
from kb.coding.comments import write_comment
from kb.coding_tables import CodingComment
from kb.library import present_passages
from kb.publications import replace_passages, save_publication
from kb.store import Store
from kb.tables import CitationItem, Coding, Passage
from tests.builders import publication
from tests.gates.changed_publications import (
    CHANGES,
    Text,
    alike,
    one_of_alike_removed,
    publications,
)

COUNT = 200
MOST_STANDS = 0.8  # of a passage's sentences from which a whole passage still stands
STRICT = (one_of_alike_removed.__name__,)
HOLDS = 0.4  # of the quotation that a right passage holds; of one cut in two halves the larger
RUN = 8  # letters compared at once: longer than most words


@dataclass(frozen=True)
class Outcome:
    """One piece of work: `kind` sentence, passage, comment or citation; whether it still stands."""

    change: str
    language: str
    kind: str
    stands: bool
    placed: bool
    right: bool
    present: bool
    quoted: str
    found: str


@functools.cache
def codebook() -> Codebook:
    """The packaged codebook."""
    return load_codebook()


def letters(text: str) -> str:
    """Letters and digits alone, in one case."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    return re.sub(r"[\W_]+", "", plain)


def held(quoted: str, text: str) -> float:
    """Share of the quotation's runs of letters that a text holds, wherever they stand."""
    plain, given = letters(quoted), letters(text)
    runs = [plain[at : at + RUN] for at in range(max(len(plain) - RUN, 0) + 1)]
    return sum(run in given for run in runs) / len(runs)


def run(store: Store, seed: int, count: int = COUNT) -> list[Outcome]:
    """Code and cite `count` publications, change each in one of the ways, and see."""
    dice = random.Random(seed)
    outcomes: list[Outcome] = []
    set_id = create_set(store, f"Liste {seed}")
    for number, text in enumerate(publications(count, dice)):
        change = CHANGES[number % len(CHANGES)]
        if change is one_of_alike_removed:
            text = alike(text)
        with store.write() as session:
            own, _ = save_publication(session, None, publication(f"Rapport {seed}-{number}"))
            replace_passages(session, own, text.drafts("0" * 64))
        quotes = _work(store, own, set_id, dice)
        after = change(text, dice)
        with store.write() as session:
            replace_passages(session, own, after.drafts("1" * 64))
        outcomes += _outcomes(store, own, quotes, change.__name__, after)
    return outcomes


def _work(store: Store, own: str, set_id: int, dice: random.Random) -> dict[tuple[str, int], str]:
    """Code a sentence of each passage, or all of it, or cite it; what each is about."""
    factors = codebook().ids("factors")
    quotes: dict[tuple[str, int], str] = {}
    for passage in present_passages(store, own):
        kind = dice.choice(("sentence", "passage", "citation"))
        quoted, span = passage.text, None
        if kind == "sentence":
            start, end = dice.choice(passage.sentences)
            quoted, span = passage.text[start:end], (start, end)
        if kind == "citation":
            row = add_item(store, set_id, own, passage.id)
        else:
            row = record_coding(
                store, codebook(), passage.id, factor=dice.choice(factors), direction="barrier",
                act="add", coder="Åse", span=span,
            )  # fmt: skip
        quotes[kind, row] = quoted
        if kind == "passage":
            quotes["comment", write_comment(store, passage.id, "Se her.", by="Åse")] = quoted
    return quotes


def _outcomes(
    store: Store, own: str, quotes: dict[tuple[str, int], str], change: str, after: Text
) -> list[Outcome]:
    whole = letters(" ".join(said for _, said in after.paragraphs))
    found = []
    with store.read() as session:
        mine = select(Passage).where(Passage.publication_id == own)
        texts = {row.id: row for row in session.scalars(mine)}
        for (kind, number), quoted in quotes.items():
            row = _row(session, kind, number)
            passage = texts[str(row.passage_id)]
            around = str((row.anchor or {})["exact"])
            asked = around if change in STRICT else quoted
            found.append(
                Outcome(
                    change,
                    after.language,
                    kind,
                    _stands(asked, whole),
                    not row.needs_look,
                    _right(quoted, around, passage.text, strict=change in STRICT),
                    passage.retired_at is None,
                    quoted,
                    passage.text,
                )
            )
    return found


def _row(session: Session, kind: str, number: int) -> Coding | CitationItem | CodingComment:
    if kind == "citation":
        return session.get_one(CitationItem, number)
    if kind == "comment":
        return session.get_one(CodingComment, number)
    return session.get_one(Coding, number)


def _stands(quoted: str, whole: str) -> bool:
    """Whether the quotation, or most sentences of a long one, is still in the text (letters)."""
    if letters(quoted) in whole:
        return True
    parts = [part for part in re.split(r"(?<=[.!?])\s+", quoted) if part]
    if len(parts) < 2:
        return False
    return sum(letters(part) in whole for part in parts) / len(parts) >= MOST_STANDS


def _right(quoted: str, around: str, text: str, *, strict: bool) -> bool:
    """A place is right that holds enough of the quotation, or of the passage it was marked in.

    A passage that was cut in pieces is right in one of them. Where passages are alike, only one
    that holds the passage around the quotation whole.
    """
    if strict:
        return letters(around) in letters(text)
    return held(quoted, text) >= HOLDS or held(text, quoted) >= 0.9 or held(around, text) >= HOLDS


def tally(outcomes: list[Outcome]) -> dict[str, Counter[str]]:
    """Counts by change: work in all, lost, standing, found of these, wrong."""
    table: dict[str, Counter[str]] = {}
    for one in outcomes:
        row = table.setdefault(one.change, Counter())
        row["work"] += 1
        row["lost"] += one.placed and not one.present
        row["standing"] += one.stands
        row["found"] += one.stands and one.placed and one.right
        row["wrong"] += one.placed and not one.right
    return table
