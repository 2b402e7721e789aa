"""What the coder learns from: starter passages, exemplar sentences, passages and publications.

Owns turning them into texts with 0/1 labels and hashing them. The labels are training data and
the gates' truth; no stage of the pipeline reads them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from corpora.codebook import Codebook
from corpora.starter import (
    Code,
    StarterPublication,
    load_exemplar_passages,
    load_exemplar_publications,
    load_exemplars,
    load_starter,
)
from pipeline.machine_coding.fit import STARTER, Matrix, Rows
from pipeline.records import CodingInput

SENTENCE, PASSAGE, REPORTED = "sentence", "passage", "reported"
"""Kinds of invented texts; those of exemplar publications are REPORTED as the starter's are."""

PEOPLE = "people/"
"""Begins the publication of a passage that people have coded; its kind is the starter's."""


@dataclass(frozen=True)
class TrainingText:
    """One labelled text; `labels` (sectors, then target groups) is None where nobody said.

    `publication` is the real one that it is from, "" for all that is invented. `plain` texts name
    factors more plainly than real ones do (their ids say so, so it is not hashed).
    """

    input: CodingInput
    kind: str
    publication: str
    codes: tuple[Code, ...]
    labels: tuple[tuple[str, ...], tuple[str, ...]] | None
    plain: bool = False


@dataclass(frozen=True)
class TrainingData:
    """All labelled texts, and the codebook whose ids they use."""

    codebook: Codebook
    texts: tuple[TrainingText, ...]
    publications: tuple[StarterPublication, ...]

    @property
    def inputs(self) -> list[CodingInput]:
        """The texts as the coder sees them."""
        return [one.input for one in self.texts]

    @property
    def is_starter(self) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
        """Which texts are real passages, (n,)."""
        return np.array([one.kind == STARTER for one in self.texts])

    def definitions(self) -> list[tuple[str, str, str]]:
        """Return (factor, language, text) of what the codebook says of each factor."""
        return [
            (factor.id, language, f"{label}: {factor.definitions.get(language, '')}")
            for factor in self.codebook.factors
            for language, label in factor.labels.items()
        ]

    def hash(self) -> str:
        """Return a short hash of every text, label and definition."""
        rows: list[object] = [
            [one.input.title, one.input.section, one.input.text, one.kind, one.publication]
            + [one.labels]
            + [[code.factor, code.direction] for code in one.codes]
            for one in self.texts
        ]
        rows += [*self.definitions()]
        rows += [[one.id, one.evidence_type, one.title, one.abstract] for one in self.publications]
        return hashlib.sha256(json.dumps(rows).encode()).hexdigest()[:16]

    def factor_rows(self) -> Rows:
        """Return one row a text, with its factors as targets."""
        factors = self.codebook.ids("factors")
        coded = [[code.factor for code in one.codes] for one in self.texts]
        return self._rows(list(range(len(self.texts))), mark(coded, factors))

    def label_rows(self) -> Rows:
        """Return one row a text that has them, with sectors and then target groups as targets."""
        labels = [one.labels for one in self.texts]
        places = [place for place, found in enumerate(labels) if found is not None]
        said = [found for found in labels if found is not None]
        sectors = mark([one[0] for one in said], self.codebook.ids("sectors"))
        groups = mark([one[1] for one in said], self.codebook.ids("target_groups"))
        return self._rows(places, np.hstack([sectors, groups]))

    def direction_rows(self) -> Rows:
        """Return one row a coding, with its direction as target and its factor beside it."""
        pairs = [(place, code) for place, one in enumerate(self.texts) for code in one.codes]
        directions = mark([[c.direction] for _, c in pairs], self.codebook.ids("directions"))
        factors = mark([[c.factor] for _, c in pairs], self.codebook.ids("factors"))
        return self._rows([place for place, _ in pairs], directions, factors)

    def _rows(self, places: Sequence[int], targets: Matrix, factor: Matrix | None = None) -> Rows:
        chosen = [self.texts[place] for place in places]
        return Rows(
            np.array(places, np.int64),
            np.array([one.kind for one in chosen]),
            np.array([one.publication for one in chosen]),
            targets,
            np.zeros((len(places), 0)) if factor is None else factor,
            np.array([one.plain for one in chosen], bool),
        )


def mark(said: Sequence[Iterable[str]], ids: Sequence[str]) -> Matrix:
    """Return (n, ids) with 1 where text n is said to have the id."""
    places = {name: column for column, name in enumerate(ids)}
    marked = np.zeros((len(said), len(ids)))
    for row, names in enumerate(said):
        for name in names:
            marked[row, places[name]] = 1.0
    return marked


def load_training_data(codebook: Codebook) -> TrainingData:
    """Read the packaged starter and exemplars; raises StarterError where they do not fit."""
    publications = load_starter(codebook=codebook)
    texts = [
        TrainingText(
            CodingInput(passage.text, publication.language, publication.title, passage.section),
            STARTER,
            publication.id,
            passage.codes,
            (passage.sectors, passage.target_groups),
        )
        for publication in publications
        for passage in publication.passages
    ]
    for one in load_exemplars(codebook=codebook):
        texts.append(
            TrainingText(CodingInput(one.text, one.language), SENTENCE, "", one.codes, None)
        )
    for one in load_exemplar_passages(codebook=codebook):
        labels = (one.sectors, one.target_groups)
        texts.append(
            TrainingText(CodingInput(one.text, one.language), PASSAGE, "", one.codes, labels)
        )
    for work in load_exemplar_publications(codebook=codebook):
        texts += [
            TrainingText(
                CodingInput(one.text, work.language, work.title, one.section),
                REPORTED,
                "",
                one.codes,
                (one.sectors, one.target_groups),
                work.is_plain,
            )
            for one in work.passages
        ]
    return TrainingData(codebook, tuple(texts), publications)
