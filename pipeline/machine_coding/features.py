"""Texts as numbers: the feature space that the coder is trained and used in.

Owns centring vectors by language, the small dense features (cue words, likeness to the
codebook's definitions, direction words) and the n-grams' weights. Everything here is fitted on
exemplars alone, so that cross-validation over the starter's publications leaks nothing. What a
feature is worth is left to the model.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.cue_words import normalise
from pipeline.machine_coding.cues import direction_cues, factor_cues
from pipeline.machine_coding.ngrams import BUCKETS, HashedText, hash_text, weigh
from pipeline.machine_coding.reading import own_heading
from pipeline.records import CodingInput

Floats = NDArray[np.float32]

OTHER = "*"
"""Key of the mean that serves languages without exemplars."""

DIRECTION_WORDS = ("barrier", "facilitator", "recommended")
FEWEST_FOR_A_MEAN = 20
"""A language with fewer exemplars than this is centred with the mean of all."""


@dataclass(frozen=True)
class Grams:
    """A text's n-gram buckets and their unit-length weights."""

    buckets: NDArray[np.int32]
    weights: Floats


@dataclass(frozen=True)
class Features:
    """n texts: `dense` (n, d) unit vectors, `small` (n, s), n-grams of text, section and title."""

    dense: Floats
    small: Floats
    text: tuple[Grams, ...]
    section: tuple[Grams, ...]
    title: tuple[Grams, ...]

    def __len__(self) -> int:
        return len(self.text)


@dataclass(frozen=True)
class FeatureSpace:
    """What turns texts into `Features`; made by `fit_space`, kept in the model's file.

    `means` (languages, d) are subtracted from vectors; `idf` has one weight a bucket;
    `definitions` (factors, d) are unit vectors of what the codebook says; `centre` and `spread`
    (s,) standardise the small features.
    """

    factors: tuple[str, ...]
    languages: tuple[str, ...]
    means: Floats
    idf: Floats
    definitions: Floats
    centre: Floats
    spread: Floats

    def read(self, inputs: Sequence[CodingInput], vectors: Floats) -> Features:
        """Return the features of `inputs`; `vectors` (n, d) are their passage vectors."""
        return self.read_centred(
            inputs, self.centre_vectors(vectors, [one.language for one in inputs])
        )

    def read_centred(self, inputs: Sequence[CodingInput], dense: Floats) -> Features:
        """Return the features of `inputs` whose vectors are centred already, (n, d)."""
        small = (self._measure(inputs, dense) - self.centre) / self.spread
        return Features(
            dense,
            small.astype(np.float32),
            tuple(self._weigh(hash_text(one.text)) for one in inputs),
            tuple(weigh_heading(own_heading(one.section)) for one in inputs),
            self._weigh_titles([one.title for one in inputs]),
        )

    def _weigh_titles(self, titles: Sequence[str]) -> tuple[Grams, ...]:
        known = {title: weigh_heading(title) for title in set(titles)}
        return tuple(known[title] for title in titles)

    def weigh_text(self, text: str) -> Grams:
        """Return the weighted n-grams of a text, a sentence for instance."""
        return self._weigh(hash_text(text))

    def centre_vectors(self, vectors: Floats, languages: Sequence[str]) -> Floats:
        """Return unit vectors with the mean of each one's language removed, (n, d)."""
        places = {language: row for row, language in enumerate(self.languages)}
        rows = [places.get(language, places[OTHER]) for language in languages]
        return unit_rows(vectors - self.means[rows])

    def _weigh(self, hashed: HashedText) -> Grams:
        return Grams(hashed.buckets, weigh(hashed, self.idf))

    def _measure(self, inputs: Sequence[CodingInput], dense: Floats) -> Floats:
        return np.hstack([count_cues(inputs, self.factors), dense @ self.definitions.T])


def count_cues(inputs: Sequence[CodingInput], factors: Sequence[str]) -> Floats:
    """Return (n, factors + 6): cue words by factor and direction words, on a log scale.

    The last three columns are each kind's share of the direction words.
    """
    places = {name: column for column, name in enumerate((*factors, *DIRECTION_WORDS))}
    counts = np.zeros((len(inputs), len(places)), np.float32)
    for row, one in enumerate(inputs):
        words = normalise(one.text).split()
        for cues in (factor_cues(one.language), direction_cues(one.language)):
            for match in cues.find(words):
                if match.category in places:
                    counts[row, places[match.category]] += 1
    directions = counts[:, len(factors) :]
    share = directions / np.maximum(directions.sum(axis=1, keepdims=True), 1)
    return np.hstack([np.log1p(counts), share])


def weigh_heading(heading: str) -> Grams:
    """Return the n-grams of a heading or a title, each as heavy as the other."""
    hashed = (
        hash_text(heading)
        if heading
        else HashedText(np.zeros(0, np.int32), np.zeros(0, np.float32))
    )
    size = len(hashed.buckets)
    return Grams(hashed.buckets, np.full(size, 1 / max(size, 1) ** 0.5, np.float32))


def unit_rows(vectors: Floats) -> Floats:
    """Return `vectors` (n, d) with each row of length one (a zero row stays zero)."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    found: Floats = (vectors / np.maximum(lengths, 1e-9)).astype(np.float32)
    return found


def fit_space(
    inputs: Sequence[CodingInput],
    vectors: Floats,
    definitions: Mapping[str, Mapping[str, Floats]],
) -> FeatureSpace:
    """Return the feature space of `inputs` (exemplars), with their passage `vectors` (n, d).

    `definitions` maps a factor to its definition's vector (d,) by language.
    """
    languages = np.array([one.language for one in inputs])
    counts = {str(name): int(np.sum(languages == name)) for name in np.unique(languages)}
    own = [name for name, count in counts.items() if count >= FEWEST_FOR_A_MEAN]
    means = [vectors[languages == name].mean(axis=0) for name in own]
    means.append(np.mean(means, axis=0) if means else vectors.mean(axis=0))
    idf = _fit_idf([hash_text(one.text) for one in inputs])
    factors = tuple(definitions)
    size = len(factors) * 2 + 2 * len(DIRECTION_WORDS)
    rough = FeatureSpace(
        factors,
        (*own, OTHER),
        np.array(means, np.float32),
        idf,
        _centre_definitions(definitions),
        np.zeros(size, np.float32),
        np.ones(size, np.float32),
    )
    measured = rough._measure(inputs, rough.centre_vectors(vectors, list(languages)))
    # Factor cues keep their zero, which says "not mentioned"; the rest is standardised.
    centre, spread = measured.mean(axis=0), measured.std(axis=0) + 1e-6
    centre[: len(factors)], spread[: len(factors)] = 0.0, 1.0
    return FeatureSpace(
        factors, rough.languages, rough.means, idf, rough.definitions, centre, spread
    )


def _fit_idf(texts: Sequence[HashedText]) -> Floats:
    seen = np.zeros(BUCKETS, np.float32)
    for text in texts:
        seen[text.buckets] += 1
    return (np.log((1 + len(texts)) / (1 + seen)) + 1).astype(np.float32)


def _centre_definitions(definitions: Mapping[str, Mapping[str, Floats]]) -> Floats:
    """Return one unit vector a factor: definitions less their language's mean, averaged."""
    languages = sorted({name for by_language in definitions.values() for name in by_language})
    total = np.zeros((len(definitions), _dimension(definitions)), np.float32)
    for language in languages:
        rows = [row for row, found in enumerate(definitions.values()) if language in found]
        vectors = np.array([found[language] for found in definitions.values() if language in found])
        total[rows] += unit_rows(vectors - vectors.mean(axis=0))
    return unit_rows(total)


def _dimension(definitions: Mapping[str, Mapping[str, Floats]]) -> int:
    return len(next(iter(next(iter(definitions.values())).values())))
