"""What a queue may choose from: the passages of the current generation, or the publications.

Owns gathering ids, vectors and the machine's word from generation and record. Passages that were
retired, removed or left out since the generation was built are not offered.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from kb.active_codebook import active_codebook
from kb.coding.queue_learner import Floats
from kb.coding.queue_order import Pool
from kb.errors import GenerationError
from kb.generation import Generation, current_generation
from kb.publications import MACHINE
from kb.screening import excluded_by_people
from kb.search.build import TABLE_FILE
from kb.search.dense import VECTORS_FILE
from kb.search.table import PassageTable
from kb.settings import Settings
from kb.store import Store
from kb.tables import Passage, Publication, Screening

SCREENED = "include"  # stands where a coding queue has its factor


def coding_pool(settings: Settings, store: Store, factors: Sequence[str]) -> tuple[Pool, int]:
    """The passages there are to code, with the machine's confidences, and the generation's number.

    Raises GenerationError where nothing is indexed yet.
    """
    generation = current_generation(settings.generations_folder)
    with store.read() as session:
        present = _present_passages(session)
    table = PassageTable(generation.path / TABLE_FILE, active_codebook(store))
    stored = list(table.numbers)
    ids = sorted(name for name in stored if name in present)
    places = {name: row for row, name in enumerate(ids)}
    rows = np.array([places.get(name, -1) for name in stored], dtype=np.int64)
    numbers = np.argsort(rows, kind="stable")[len(stored) - len(ids) :]
    vectors = _vectors(generation)[numbers].astype(np.float64)
    return Pool(tuple(ids), tuple(factors), vectors, _prior(table, rows, factors)), (
        generation.number
    )


def _prior(
    table: PassageTable, rows: np.ndarray[Any, np.dtype[np.int64]], factors: Sequence[str]
) -> Floats:
    """The machine's confidence in each factor, 0 where it suggests none; `rows` are the pool's."""
    columns = {name: column for column, name in enumerate(factors)}
    prior = np.zeros((int((rows >= 0).sum()), len(factors)))
    owners, (said, sure) = table.lists("codings", "factor", "confidence")
    for owner, factor, degree in zip(owners, said.codes, sure.codes, strict=True):
        column = columns.get(str(said.values[factor]))
        if column is not None and rows[owner] >= 0:
            at = (rows[owner], column)
            prior[at] = max(prior[at], float(sure.values[degree] or 0.0))
    return prior


def screening_pool(settings: Settings, store: Store) -> tuple[Pool, int]:
    """Publications there are to screen, with the machine's score; vectors are their passages' mean.

    Those the machine left out are in no generation: they have no vector, and the score decides.
    """
    with store.read() as session:
        rows = session.scalars(select(Publication.id).where(Publication.removed_reason.is_(None)))
        ids = sorted(rows)
        said = session.execute(
            select(Screening.publication_id, Screening.score)
            .where(Screening.by == MACHINE)
            .order_by(Screening.id)
        ).all()
    places = {name: row for row, name in enumerate(ids)}
    prior = np.zeros((len(ids), 1))
    for name, value in said:
        if name in places:
            prior[places[name], 0] = value or 0.0
    vectors, number = _publication_vectors(settings, places)
    return Pool(tuple(ids), (SCREENED,), vectors, prior), number


def _publication_vectors(settings: Settings, places: dict[str, int]) -> tuple[Floats, int]:
    try:
        generation = current_generation(settings.generations_folder)
    except GenerationError:
        return np.zeros((len(places), 0)), 0
    stored = _vectors(generation)
    owners = PassageTable(generation.path / TABLE_FILE).column("publication_id")
    sums = np.zeros((len(places), stored.shape[1]))
    for number, code in enumerate(owners.codes):
        row = places.get(str(owners.values[code]))
        if row is not None:
            sums[row] += stored[number]
    lengths = np.linalg.norm(sums, axis=1, keepdims=True)
    return sums / np.maximum(lengths, 1e-9), generation.number


def _vectors(generation: Generation) -> np.ndarray[Any, Any]:
    path = generation.path / VECTORS_FILE
    try:
        found: np.ndarray[Any, Any] = np.load(path, mmap_mode="r", allow_pickle=False)
    except (OSError, ValueError, EOFError) as error:
        raise GenerationError(
            f"The vectors of the index in {path} cannot be read ({error}); "
            "run `samvirke index` to build a new one."
        ) from error
    return found


def _present_passages(session: Session) -> set[str]:
    left_out = excluded_by_people(session)
    rows = session.execute(
        select(Passage.id, Passage.publication_id)
        .join(Publication, Publication.id == Passage.publication_id)
        .where(Passage.retired_at.is_(None), Publication.removed_reason.is_(None))
    )
    return {row.id for row in rows if row.publication_id not in left_out}
