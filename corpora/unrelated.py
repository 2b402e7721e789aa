"""Questions on other subjects, by which search learns how close a chance answer comes.

Owns `unrelated.jsonl`, written for this project. They are embedded when an index is built; nothing
of them is ever shown.
"""

from pathlib import Path
from typing import Annotated

from pydantic import Field

from corpora.errors import StarterError
from corpora.nordic import Language
from corpora.validated import FrozenModel, read_jsonl

UNRELATED_QUESTIONS = Path(__file__).with_name("unrelated.jsonl")


class UnrelatedQuestion(FrozenModel):
    """A question `q` in `lang` that no report on collaboration answers."""

    lang: Language
    q: Annotated[str, Field(min_length=1)]


def load_unrelated(path: Path = UNRELATED_QUESTIONS) -> tuple[UnrelatedQuestion, ...]:
    """Read the questions; raises StarterError with file and line where one cannot be read."""
    found = read_jsonl(path, UnrelatedQuestion, StarterError)
    return tuple(question for _, question in found)
