"""The coder: what it suggests for passages and for publications.

Owns `Coder` and finding the model that fits settings and codebook. The files are `model_files`',
learning is left to `learn`, measuring to `evaluate`.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from corpora.codebook import Codebook, Kind, load_codebook
from kb.settings import Settings
from pipeline.errors import CoderError
from pipeline.machine_coding.calibration import Calibration, Matrix
from pipeline.machine_coding.carrying_sentence import SentenceFinder
from pipeline.machine_coding.country import decide_countries, name_countries, tally_texts
from pipeline.machine_coding.features import Floats
from pipeline.machine_coding.model_files import (
    RETRAIN,
    CoderParts,
    coder_folder,
    read_model,
    version_of,
)
from pipeline.machine_coding.pieces import Pieces, cut_pieces, join_chances, join_leans
from pipeline.machine_coding.publication import choose_evidence_type, name_method
from pipeline.machine_coding.reading import own_heading
from pipeline.machine_coding.statements import name_factors, states_gain
from pipeline.records import (
    Coded,
    CodedPublication,
    CodedText,
    CodingInput,
    PublicationInput,
)

log = logging.getLogger(__name__)

STATED_GAIN = 0.4
"""What "promoted collaboration" adds to a piece's lean to facilitator; a strong barrier (0.8 and
more) still outweighs it. Set by hand: the labelled texts hardly ever say it so plainly."""

NAMED_CHANCE = 0.5
"""Confidence of a factor that a list of factors names, where the model was less sure. Set by hand:
no labelled text has such a list."""

LEARNT_KINDS: tuple[Kind, ...] = ("factors", "directions", "sectors", "target_groups")


class Coder:
    """Suggests codings. `version` is a short hash of the model; it stands on every coding.

    `embedding_space` names the vectors it was trained on (`Embedder.space`).
    """

    def __init__(self, parts: CoderParts, codebook: Codebook) -> None:
        """Raises CoderError where the codebook lacks what the model was trained for.

        What the codebook has and the model has not learnt is left to people, with a warning.
        """
        _check_codebook(parts, codebook)
        self.version = version_of(parts.facts)
        self.embedding_space = parts.facts.embedding_space
        self._parts = parts
        self._facts = parts.facts
        kind: Kind = "evidence_types"
        self._evidence_types = (*codebook.ids(kind), *codebook.former(kind))

    def pieces(self, inputs: Sequence[CodingInput]) -> list[str]:
        """Return the texts whose passage vectors `code` needs: the inputs, long ones in windows."""
        return cut_pieces(inputs).embedded

    def code(
        self, inputs: Sequence[CodingInput], vectors: Floats, *, unsure: bool = False
    ) -> list[CodedText]:
        """Return what each text is about, in order: what the coder is sure of (`is_sure`).

        With `unsure` also what is likelier than not to help (the threshold of the best F1).
        `vectors` (m, d) are the passage vectors of `pieces(inputs)`. Raises CoderError where their
        number or width does not fit.
        """
        pieces = cut_pieces(inputs)
        wanted = len(pieces.embedded)
        width = self._parts.scorer.support.shape[1]
        if inputs and vectors.shape != (wanted, width):
            raise CoderError(
                f"Expected {wanted} vectors of {width} numbers, found an array of "
                f"shape {vectors.shape}: embed the coder's pieces of the texts with the model that "
                f"it was trained on ({self._facts.embedding_model}), or {RETRAIN} for yours."
            )
        if not inputs:
            return []
        scores = self._parts.scorer.score(
            self._parts.space.read(pieces.inputs, pieces.complete(vectors.astype(np.float32)))
        )
        edges = np.cumsum([len(self._facts.factors), len(self._facts.directions)])
        factors, lean, labels = np.split(scores, edges, axis=1)
        lean = lean + self._read_statements(pieces)
        found: list[CodedText] = []
        for one, part in zip(inputs, pieces.parts(), strict=True):
            chance = self._factors_of(one).probability(factors[part])
            said = self._say_codings(one, chance, lean[part], unsure=unsure)
            services = self._say_labels(one, labels[part.start])
            found.append(CodedText(said, *services, name_countries(one.text, one.language)))
        return found

    def is_sure(self, one: CodingInput, coded: Coded) -> bool:
        """Whether a coding of a text is sure enough to be shown in the knowledge base unasked."""
        place = self._facts.factors.index(coded.factor)
        return coded.confidence >= round(float(self._factors_of(one).shown[place]), 4)

    def _factors_of(self, one: CodingInput) -> Calibration:
        return self._parts.factors if own_heading(one.section) else self._parts.bare_factors

    def code_publication(self, publication: PublicationInput) -> CodedPublication:
        """Return the publication's evidence type, method and countries."""
        csl, abstract, texts = publication.csl, publication.abstract, publication.texts
        language = str(csl.get("language") or "en").split("-")[0]
        tally = tally_texts(str(csl.get("title") or ""), (abstract, *texts), language)
        return CodedPublication(
            choose_evidence_type(csl, abstract, texts, self._evidence_types),
            name_method(abstract, texts),
            decide_countries(tally, language, publication.source_country),
        )

    def _read_statements(self, pieces: Pieces) -> Floats:
        """Return (m, directions): how far outright statements turn each piece.

        In a text with windows they turn the window that makes them, not the whole.
        """
        turned = np.zeros((len(pieces.inputs), len(self._facts.directions)), np.float32)
        if "facilitator" in self._facts.directions:
            gains = np.array([states_gain(one.text, one.language) for one in pieces.inputs])
            for part in pieces.parts():
                gains[part.start] &= part.stop - part.start == 1
            turned[gains, self._facts.directions.index("facilitator")] = STATED_GAIN
        return turned

    def _say_codings(
        self, one: CodingInput, chance: Matrix, lean: Floats, *, unsure: bool
    ) -> tuple[Coded, ...]:
        calibration = self._factors_of(one)
        limits = calibration.threshold if unsure else calibration.shown
        named = {found.factor: found for found in name_factors(one.text, one.language)}
        likely = join_chances(chance)
        for column, factor in enumerate(self._facts.factors):
            if factor in named:
                likely[column] = max(likely[column], NAMED_CHANCE)
        leans = join_leans(lean.astype(np.float64), chance) + self._parts.factor_offsets
        finder = SentenceFinder(one.text, one.language, self._parts.space, self._parts.scorer)
        said: list[Coded] = []
        for column in np.argsort(-likely, kind="stable"):
            factor = self._facts.factors[column]
            if factor in named:
                start, end = named[factor].start, named[factor].end
                direction = named[factor].direction
            elif likely[column] >= limits[column]:
                start, end = finder.find(factor, int(column))
                direction = ""
            else:
                continue
            if direction not in self._facts.directions:
                direction = self._facts.directions[int(np.argmax(leans[column]))]
            said.append(Coded(factor, direction, round(float(likely[column]), 4), start, end))
        return tuple(said)

    def _say_labels(
        self, one: CodingInput, scores: Floats
    ) -> tuple[tuple[str, ...], tuple[str, ...]]:
        headed = bool(own_heading(one.section))
        calibration = self._parts.labels if headed else self._parts.bare_labels
        shown = calibration.probability(scores[None])[0] >= calibration.threshold
        edge = len(self._facts.sectors)
        pairs = (
            (self._facts.sectors, shown[:edge]),
            (self._facts.target_groups, shown[edge:]),
        )
        sectors, groups = (
            tuple(name for name, there in zip(names, said, strict=True) if there)
            for names, said in pairs
        )
        return sectors, groups


def load_coder(settings: Settings, codebook: Codebook | None = None) -> Coder:
    """Return the coder: the one trained into the data home if there is one, else the shipped one.

    Raises CoderError where the model is missing or damaged, was trained on another embedding
    model than `settings.model`, or for codes that `codebook` (the packaged one if not given) lacks.
    """
    parts = read_model(coder_folder(settings))
    if parts.facts.embedding_model != settings.model:
        raise CoderError(
            f"Expected a machine coder trained on the embedding model {settings.model!r}, found "
            f"one trained on {parts.facts.embedding_model!r}: {RETRAIN}, which trains one into "
            "the data home."
        )
    return Coder(parts, codebook or load_codebook())


def _check_codebook(parts: CoderParts, codebook: Codebook) -> None:
    for kind in LEARNT_KINDS:
        known, wanted = set(getattr(parts.facts, kind)), set(codebook.ids(kind))
        if known - wanted - set(codebook.former(kind)):
            raise CoderError(
                f"Expected a codebook with the {kind} that the machine coder was trained for, "
                f"found no {', '.join(sorted(known - wanted))}: put it back into the codebook, or "
                f"{RETRAIN} if no labelled text uses it."
            )
        if wanted - known:
            _warn_of_unlearnt(kind, ", ".join(sorted(wanted - known)))


@lru_cache(maxsize=64)
def _warn_of_unlearnt(kind: str, names: str) -> None:
    """Say once in a process what the codebook has and the coder does not suggest."""
    log.warning(
        "The machine coder has not learnt the %s %s of this codebook and leaves them to people.",
        kind.replace("_", " "),
        names,
    )
