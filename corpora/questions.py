"""Questions that search is trained on: which passage each one is answered by.

Owns `questions/*.jsonl`, written for this project about exemplar passages and about starter
passages that no known-item question (`StarterPublication.queries`) asks for. They train and are
never measured on; the known-item questions are.
"""

import hashlib
from pathlib import Path
from typing import Annotated

from pydantic import Field

from corpora.errors import StarterError
from corpora.nordic import Language
from corpora.starter import Exemplar, StarterPublication
from corpora.validated import FrozenModel, read_jsonl

QUESTIONS_FOLDER = Path(__file__).with_name("questions")
EXEMPLAR_QUESTIONS = "exemplars.jsonl"
STARTER_QUESTIONS = "starter.jsonl"
KEY_LENGTH = 16  # hexadecimal digits of a text's SHA-256 that name an exemplar passage


class ExemplarQuestion(FrozenModel):
    """A question `q` in `lang` that the exemplar passage named `passage` answers."""

    passage: Annotated[str, Field(pattern=r"^[0-9a-f]{16}$")]
    lang: Language
    q: Annotated[str, Field(min_length=1)]


class StarterQuestion(FrozenModel):
    """A question `q` in `lang` that passage `n` of the starter's `publication` answers."""

    publication: str
    n: Annotated[int, Field(ge=1)]
    lang: Language
    q: Annotated[str, Field(min_length=1)]


def passage_key(text: str) -> str:
    """Return the name of an exemplar passage: the beginning of its text's SHA-256."""
    return hashlib.sha256(text.encode()).hexdigest()[:KEY_LENGTH]


def load_exemplar_questions(
    passages: tuple[Exemplar, ...], folder: Path = QUESTIONS_FOLDER
) -> tuple[ExemplarQuestion, ...]:
    """Read the questions about exemplar passages.

    Raises StarterError with file and line where a question's passage is not among `passages`.
    """
    known = {passage_key(passage.text) for passage in passages}
    path = folder / EXEMPLAR_QUESTIONS
    questions = []
    for number, question in read_jsonl(path, ExemplarQuestion, StarterError):
        if question.passage not in known:
            raise StarterError(
                f"Expected the name of an exemplar passage at {path}, line {number}, found "
                f"{question.passage!r}: the passage was edited; name it anew or remove the line."
            )
        questions.append(question)
    return tuple(questions)


def load_starter_questions(
    publications: tuple[StarterPublication, ...], folder: Path = QUESTIONS_FOLDER
) -> tuple[StarterQuestion, ...]:
    """Read the questions about starter passages.

    Raises StarterError with file and line where a passage does not exist, or is the answer to one
    of the known-item questions that figures are measured on.
    """
    known = {work.id: work for work in publications}
    path = folder / STARTER_QUESTIONS
    questions = []
    for number, question in read_jsonl(path, StarterQuestion, StarterError):
        work = known.get(question.publication)
        if work is None or question.n not in {passage.n for passage in work.passages}:
            raise StarterError(
                f"Expected a passage of the starter at {path}, line {number}, found "
                f"{question.publication!r} number {question.n}: correct the line or remove it."
            )
        if question.n in {query.n for query in work.queries}:
            raise StarterError(
                f"Expected a passage without a known-item question at {path}, line {number}, "
                f"found {question.publication!r} number {question.n}: remove the line, figures "
                "are measured on that passage."
            )
        questions.append(question)
    return tuple(questions)
