"""What search is trained on, and how it is split so that no figure is measured on what it saw.

Owns the passages, the questions and the folds. Known-item questions of the starter are both
learned from and measured on, never in the same fold: a fold leaves out whole publications, with
their passages, their known-item questions and the questions written for training.
"""

from __future__ import annotations

import hashlib
import json
import random
import re
from dataclasses import dataclass, replace

import numpy as np

from corpora.questions import load_exemplar_questions, load_starter_questions, passage_key
from corpora.starter import load_exemplar_passages, load_starter
from kb.search.rows import passage_context

FOLDS = 5
FOLD_SEED = 0
# How often the known-item questions are seen in an epoch: they are the real thing, and few.
KNOWN_ITEM_REPEATS = 2
# A question made of a passage's own words has at most so many, each of so many letters at least.
MOST_KEYWORDS, LEAST_LETTERS = 8, 4
_SENTENCE = re.compile(r"(?<=[.!?])\s+")
_WORD = re.compile(r"\w[\w–-]*")


@dataclass(frozen=True)
class TrainingPassage:
    """A passage as it is embedded; exemplars have no publication."""

    text: str
    language: str
    publication: str | None


@dataclass(frozen=True)
class TrainingPair:
    """A question and the number of the passage that answers it."""

    question: str
    language: str
    passage: int
    known_item: bool = False


@dataclass(frozen=True)
class TrainingData:
    """Passages, and the questions they answer."""

    passages: tuple[TrainingPassage, ...]
    pairs: tuple[TrainingPair, ...]

    def without(self, publications: frozenset[str]) -> TrainingData:
        """Return the data less everything of these publications."""
        kept = [n for n, one in enumerate(self.passages) if one.publication not in publications]
        place = {number: at for at, number in enumerate(kept)}
        return TrainingData(
            tuple(self.passages[number] for number in kept),
            tuple(
                replace(pair, passage=place[pair.passage])
                for pair in self.pairs
                if pair.passage in place
            ),
        )

    def hash(self) -> str:
        """Return a hash of all of it, 16 hexadecimal digits."""
        facts = [
            [[one.text, one.language, one.publication] for one in self.passages],
            [[one.question, one.language, one.passage, one.known_item] for one in self.pairs],
        ]
        return hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:16]


def load_training_data() -> TrainingData:
    """Return the starter's passages and the exemplars that a question asks for, with questions."""
    works, exemplars = load_starter(), load_exemplar_passages()
    passages: list[TrainingPassage] = []
    pairs: list[TrainingPair] = []
    numbers: dict[tuple[str, int], int] = {}
    for work in works:
        for one in work.passages:
            numbers[work.id, one.n] = len(passages)
            text = passage_context(work.title, one.section, one.text)
            passages.append(TrainingPassage(text, work.language, work.id))
            pairs.append(TrainingPair(keywords(one.text), work.language, numbers[work.id, one.n]))
        for query in work.queries:
            pairs.append(TrainingPair(query.q, query.lang, numbers[work.id, query.n], True))
    for asked in load_starter_questions(works):
        pairs.append(TrainingPair(asked.q, asked.lang, numbers[asked.publication, asked.n]))
    by_key = {passage_key(one.text): one for one in exemplars}
    places: dict[str, int] = {}
    for question in load_exemplar_questions(exemplars):
        exemplar = by_key[question.passage]
        if question.passage not in places:
            places[question.passage] = len(passages)
            passages.append(TrainingPassage(exemplar.text, exemplar.language, None))
        pairs.append(TrainingPair(question.q, question.lang, places[question.passage]))
    return TrainingData(tuple(passages), tuple(pairs))


def keywords(text: str) -> str:
    """Return some words of one of the text's sentences, as a question in its own language.

    The written questions all cross a language border. Without these beside them the model learns
    that a passage in the question's language is never the answer (MRR@10 within a language fell by
    0.14). The choice is the same for the same text.
    """
    chance = random.Random(text)  # noqa: S311 - a repeatable choice, no secret
    sentences = [_WORD.findall(one) for one in _SENTENCE.split(text)]
    words = [word for word in chance.choice(sentences) if len(word) >= LEAST_LETTERS]
    if not words:
        return text
    chosen = sorted(chance.sample(range(len(words)), min(MOST_KEYWORDS, -(-2 * len(words) // 3))))
    return " ".join(words[number] for number in chosen)


def split_publications() -> tuple[frozenset[str], ...]:
    """Return the publications of each fold; the same every time."""
    ids = sorted(work.id for work in load_starter())
    fold = np.random.default_rng(FOLD_SEED).permutation(len(ids)) % FOLDS
    return tuple(
        frozenset(name for name, at in zip(ids, fold, strict=True) if at == number)
        for number in range(FOLDS)
    )
