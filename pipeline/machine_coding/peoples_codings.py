"""What people have coded, as texts to learn from.

Owns what a person's work says of a passage: a coding accepted or added is there, one rejected is
not. Of factors that nobody judged, the machine's own suggestions are taken to stand, unless the
passage was coded through: then what nobody gave it is not there.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from corpora.starter import Code
from kb.coding.codings import StoredCodings
from kb.coding.queue_labels import answered_rows
from kb.coding.queue_order import Pool
from kb.coding.rounds import list_rounds, round_entries
from kb.library import find_passages
from kb.search.rows import PersonCoding
from kb.store import Store
from pipeline.machine_coding.fit import STARTER
from pipeline.machine_coding.training_data import PEOPLE, TrainingText
from pipeline.records import Coded, CodingInput

PEOPLE_FILE = "people.jsonl"


@dataclass(frozen=True)
class JudgedPassage:
    """A passage, its publication, what people say of it, and whether it was coded through."""

    input: CodingInput
    publication: str
    codings: tuple[PersonCoding, ...]
    complete: bool = False


def judged_passages(store: Store) -> list[JudgedPassage]:
    """Return every passage that people have coded or coded through, by its id's order.

    Coded through are those answered in a queue for all factors, or done in a closed round.
    """
    codings = StoredCodings(store).coded()
    rounds = [one for one in list_rounds(store) if one.closed_at is not None]
    done = {
        entry.passage_id
        for one in rounds
        for entry in round_entries(store, one.id)
        if entry.done_by and not entry.needs_look
    }
    ids = tuple(sorted({*codings, *done}))
    nothing = np.zeros((len(ids), 0))
    answered = answered_rows(store, Pool(ids, (), nothing, nothing), "")
    views = find_passages(store, ids)
    return [
        JudgedPassage(
            CodingInput(views[name].text, views[name].language, "", views[name].section),
            views[name].publication_id,
            codings.get(name, ()),
            bool(there) or name in done,
        )
        for name, there in zip(ids, answered, strict=True)
    ]


def count_codings(passages: Iterable[JudgedPassage]) -> int:
    """Return how many codings people have made on these passages."""
    return sum(len(one.codings) for one in passages)


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
            if coded.factor not in rejected:
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
