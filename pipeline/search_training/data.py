"""What search is trained on: invented publications and passages, with questions they answer.

Owns the passages and the questions. Nothing of the starter is among them: its known-item questions
are what search is measured on, so what ships is what was measured.
"""

from __future__ import annotations

import hashlib
import json
import random
import re
from dataclasses import dataclass

from corpora.questions import load_exemplar_questions, passage_key
from corpora.starter import load_exemplar_passages, load_exemplar_publications
from kb.search.rows import passage_context

# Of every publication one passage in so many is also asked for by words of its own.
KEYWORDS_EVERY = 3
# A question made of a passage's own words has at most so many, each of so many letters at least.
MOST_KEYWORDS, LEAST_LETTERS = 8, 4
_SENTENCE = re.compile(r"(?<=[.!?])\s+")
_WORD = re.compile(r"\w[\w–-]*")


@dataclass(frozen=True)
class TrainingPassage:
    """A passage as it is embedded; `titled` says whether title and section stand before it."""

    text: str
    language: str
    titled: bool


@dataclass(frozen=True)
class TrainingPair:
    """A question and the number of the passage that answers it."""

    question: str
    language: str
    passage: int


@dataclass(frozen=True)
class TrainingData:
    """Passages, and the questions they answer."""

    passages: tuple[TrainingPassage, ...]
    pairs: tuple[TrainingPair, ...]

    def hash(self) -> str:
        """Return a hash of all of it, 16 hexadecimal digits."""
        facts = [
            [[one.text, one.language, one.titled] for one in self.passages],
            [[one.question, one.language, one.passage] for one in self.pairs],
        ]
        return hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:16]


def load_training_data() -> TrainingData:
    """Return the exemplar publications' passages, and the exemplar passages with a question."""
    passages: list[TrainingPassage] = []
    pairs: list[TrainingPair] = []
    for work in load_exemplar_publications():
        places: dict[int, int] = {}
        for number, one in enumerate(work.passages):
            places[one.n] = len(passages)
            if number % KEYWORDS_EVERY == 0:
                pairs.append(TrainingPair(keywords(one.text), work.language, len(passages)))
            text = passage_context(work.title, one.section, one.text)
            passages.append(TrainingPassage(text, work.language, titled=True))
        pairs += [TrainingPair(asked.q, asked.lang, places[asked.n]) for asked in work.queries]
    exemplars = load_exemplar_passages()
    by_key = {passage_key(one.text): one for one in exemplars}
    at: dict[str, int] = {}
    for question in load_exemplar_questions(exemplars):
        exemplar = by_key[question.passage]
        if question.passage not in at:
            at[question.passage] = len(passages)
            passages.append(TrainingPassage(exemplar.text, exemplar.language, titled=False))
        pairs.append(TrainingPair(question.q, question.lang, at[question.passage]))
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
