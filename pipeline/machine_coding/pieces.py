"""A long text's whole and windows read together: the pieces, and what they say as one.

Owns which pieces of a text are embedded and scored, and how their probabilities and leanings are
joined. Where windows are cut is `windows`'. Only windows are embedded: the whole's vector is made
of theirs, so that reading a long text twice costs the encoder no more than reading it once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from pipeline.machine_coding.calibration import Matrix
from pipeline.machine_coding.features import Floats, unit_rows
from pipeline.machine_coding.reading import reading_text
from pipeline.machine_coding.windows import cut_windows
from pipeline.records import CodingInput


@dataclass(frozen=True)
class Pieces:
    """The pieces of n texts in order, each text's whole first, then its windows if it has any.

    `inputs` has m pieces; text i's are `inputs[starts[i]:starts[i + 1]]`.
    """

    inputs: tuple[CodingInput, ...]
    starts: tuple[int, ...]

    @property
    def wholes(self) -> list[int]:
        """The place of each text's whole, (n,)."""
        return list(self.starts[:-1])

    def parts(self) -> Iterator[slice]:
        """Yield each text's pieces, in order."""
        for start, end in zip(self.starts, self.starts[1:], strict=False):
            yield slice(start, end)

    @property
    def embedded(self) -> list[str]:
        """What is to be embedded, (e,): windows, and wholes that have none, with their heading."""
        return [reading_text(self.inputs[place]) for place in np.flatnonzero(self._is_embedded())]

    def complete(self, vectors: Floats) -> Floats:
        """Return the vectors of all pieces (m, d) from those of the `embedded` ones (e, d).

        A whole's is the mean of its windows', each as much as it has words, of unit length.
        """
        found = np.zeros((len(self.inputs), vectors.shape[1]), np.float32)
        found[self._is_embedded()] = vectors
        for part in self.parts():
            if part.stop - part.start > 1:
                windows = range(part.start + 1, part.stop)
                words = [len(self.inputs[place].text.split()) for place in windows]
                found[part.start] = np.average(found[part.start + 1 : part.stop], 0, words)
        return unit_rows(found)

    def _is_embedded(self) -> NDArray[np.bool_]:
        kept = np.ones(len(self.inputs), bool)
        for part in self.parts():
            kept[part.start] = part.stop - part.start == 1
        return kept


def cut_pieces(inputs: Sequence[CodingInput]) -> Pieces:
    """Return the pieces that `inputs` are coded by."""
    pieces: list[CodingInput] = []
    starts = [0]
    for one in inputs:
        pieces.append(one)
        pieces += [replace(one, text=one.text[slice(*part)]) for part in cut_windows(one.text)]
        starts.append(len(pieces))
    return Pieces(tuple(pieces), tuple(starts))


def join_chances(chance: Matrix) -> Matrix:
    """Return (t,) probabilities of one text from those of its pieces, (pieces, t).

    The surest piece counts: as good as 1 - (1 - p)... over windows, and steadier.
    """
    found: Matrix = chance.max(axis=0)
    return found


def join_leans(lean: Matrix, chance: Matrix) -> Matrix:
    """Return (t, directions): how one text leans for each target, from (pieces, directions).

    Half is the whole's; the other half the windows', which count by how probable, `chance`
    (pieces, t), the target is in each.
    """
    whole = np.repeat(lean[:1], chance.shape[1], axis=0)
    if len(lean) == 1:
        return whole
    weights = chance[1:] / np.maximum(chance[1:].sum(axis=0), 1e-9)
    found: Matrix = (whole + weights.T @ lean[1:]) / 2
    return found
