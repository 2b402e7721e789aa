"""What people have coded, as texts to learn from.

Owns what a person's work says of a passage: a coding accepted or added is there, one rejected is
not, nor is a factor that somebody looked for in a queue and did not code. Of factors that nobody
judged, the machine's own suggestions are taken to stand, unless the passage was coded through: then
what nobody gave it is not there.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from corpora.starter import Code
from kb.coding.answered import Answered, answered_passages
from kb.coding.codings import StoredCodings
from kb.coding.rounds import list_rounds, round_entries
from kb.library import find_passages
from kb.search.rows import PersonCoding
from kb.store import Store
from pipeline.machine_coding.fit import STARTER
from pipeline.machine_coding.training_data import PEOPLE, TrainingText
from pipeline.records import Coded, CodingInput

PEOPLE_FILE = "people.jsonl"
NOT_ANSWERED = Answered(False, frozenset())


@dataclass(frozen=True)
class JudgedPassage:
    """A passage, its publication, what people say of it, and whether it was coded through.

    `looked_for` are the factors that somebody looked for in it: those nobody coded are not there.
    """

    input: CodingInput
    publication: str
    codings: tuple[PersonCoding, ...]
    complete: bool = False
    looked_for: frozenset[str] = frozenset()


def judged_passages(store: Store) -> list[JudgedPassage]:
    """Return every passage that people have coded or looked at, by its id's order.

    Coded through are those answered in a queue for all factors, or done in a closed round; one
    answered in a queue for a factor was looked at for that. Passing over says nothing.
    """
    codings, answers = StoredCodings(store).coded(), answered_passages(store)
    rounds = [one for one in list_rounds(store) if one.closed_at is not None]
    done = {
        entry.passage_id
        for one in rounds
        for entry in round_entries(store, one.id)
        if entry.done_by and not entry.needs_look
    }
    ids = sorted({*codings, *answers, *done})
    views = find_passages(store, ids)
    found = []
    for name in ids:
        view, answer = views[name], answers.get(name, NOT_ANSWERED)
        found.append(
            JudgedPassage(
                CodingInput(view.text, view.language, "", view.section),
                view.publication_id,
                codings.get(name, ()),
                answer.through or name in done,
                answer.factors,
            )
        )
    return found


def count_codings(passages: Iterable[JudgedPassage]) -> int:
    """Return how much people have said of these: codings, and each passage without any as one."""
    return sum(max(len(one.codings), 1) for one in passages)


def learn_from_people(
    passages: Sequence[JudgedPassage],
    suggested: Sequence[Sequence[Coded]],
    factors: Collection[str],
    directions: Collection[str],
) -> list[TrainingText]:
    """Return the passages as labelled texts.

    `suggested` are the machine's codings of each. Codings of a code that the codebook no longer
    has (`factors`, `directions`) are left out.
    """
    return [
        TrainingText(
            one.input,
            STARTER,
            PEOPLE + one.publication,
            tuple(
                Code(factor=factor, direction=direction)
                for factor, direction in sorted(_codes(one, machine).items())
                if factor in factors and direction in directions
            ),
            None,
        )
        for one, machine in zip(passages, suggested, strict=True)
    ]


def _codes(one: JudgedPassage, machine: Sequence[Coded]) -> Mapping[str, str]:
    """Return the direction of each factor that is there; the last word of a person counts."""
    said: dict[str, str] = {}
    rejected: set[str] = set()
    for coding in one.codings:
        if coding.status == "rejected":
            rejected.add(coding.factor)
        else:
            said[coding.factor] = coding.direction
    if not one.complete:
        for coded in machine:
            if coded.factor not in rejected | one.looked_for:
                said.setdefault(coded.factor, coded.direction)
    return said


def save_people(folder: Path, texts: Sequence[TrainingText]) -> None:
    """Write what a coder learnt from people beside it, so that the next one can be compared."""
    lines = [json.dumps(_as_record(one), ensure_ascii=False) + "\n" for one in texts]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / PEOPLE_FILE).write_text("".join(lines), encoding="utf-8")


def load_people(folder: Path) -> list[TrainingText]:
    """Read what the coder in `folder` learnt from people; a line that is damaged is left out."""
    path = folder / PEOPLE_FILE
    if not path.is_file():
        return []
    texts = []
    for line in path.read_text("utf-8", errors="replace").splitlines():
        try:
            record = json.loads(line)
            codes = tuple(Code.model_validate(code) for code in record["codes"])
            given = CodingInput(**record["input"])
            texts.append(TrainingText(given, STARTER, str(record["publication"]), codes, None))
        except (ValueError, TypeError, KeyError):
            continue
    return texts


def _as_record(one: TrainingText) -> dict[str, Any]:
    return {
        "input": asdict(one.input),
        "publication": one.publication,
        "codes": [code.model_dump() for code in one.codes],
    }
