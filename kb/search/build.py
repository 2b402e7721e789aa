"""Fills a generation's folder with everything a search reads, and checks such a folder.

Owns which files there are. Numbering, hashing and switching generations is `kb.generation`'s.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import numpy as np

from kb.errors import GenerationError
from kb.search.cognates import COGNATES_FOLDER, write_cognates
from kb.search.dense import (
    AT_ONCE,
    FAISS_FILE,
    VECTORS_FILE,
    DenseFacts,
    DenseIndex,
    read_faiss,
    write_dense,
)
from kb.search.fit import Background, measure_background
from kb.search.fusion import DEFAULT_WEIGHTS, FUSION_FILE, FusionWeights
from kb.search.lexical import FULLTEXT_FOLDER, LexicalIndex, write_fulltext
from kb.search.lexicon import WORDS_FILE
from kb.search.means import LanguageMeans
from kb.search.narrowed import NarrowedCognates
from kb.search.rows import IndexRow
from kb.search.sentence_vectors import SentenceVectors, write_sentences
from kb.search.table import PassageTable, write_table
from kb.vector_runtime import Vectors

TABLE_FILE = "passages.arrow"
MEANS_FILE = "means.safetensors"
UNIT_TOLERANCE = 1e-3
_FILES = (
    TABLE_FILE,
    VECTORS_FILE,
    FAISS_FILE,
    FULLTEXT_FOLDER,
    WORDS_FILE,
    COGNATES_FOLDER,
    MEANS_FILE,
    FUSION_FILE,
)


def build_index(
    folder: Path,
    rows: Sequence[IndexRow],
    vectors: Vectors,
    means: LanguageMeans,
    weights: FusionWeights = DEFAULT_WEIGHTS,
    sentences: Vectors | None = None,
    unrelated: Vectors | None = None,
) -> DenseFacts:
    """Write the index of `rows` into the existing, empty `folder`; return how vectors are found.

    `vectors` (n, d) are the embedder's for `row_context(row)`, in the rows' order; `means` and
    `weights` come from `kb.search.fitting`, `sentences` are the vectors of `sentence_texts(rows)`
    (without them no hit names the sentence that means the query), `unrelated` the query vectors of
    `unrelated_texts()` (without them a search never says that nothing fits). Raises
    GenerationError where rows and vectors do not fit or an id is repeated.
    """
    if len(rows) != len(vectors):
        raise GenerationError(
            f"The index needs one vector for each passage, and got {len(vectors)} for "
            f"{len(rows)}; run `samvirke index` again."
        )
    languages = {row.passage_id: row.language for row in rows}
    if len(languages) != len(rows):
        raise GenerationError(
            "The index needs each passage once, and an id is repeated; run `samvirke doctor`."
        )
    centred = write_centred(folder, vectors, list(languages.values()), means)
    del languages
    write_table(folder / TABLE_FILE, rows)
    facts = write_dense(folder, centred)
    write_fulltext(folder, rows)
    write_cognates(folder, rows)
    means.save(folder / MEANS_FILE)
    weights.save(folder)
    if sentences is not None:
        write_sentences(folder, rows, sentences, means)
    if unrelated is not None:
        measure_background(centred, unrelated, means).save(folder)
    return facts


def write_centred(
    folder: Path, vectors: Vectors, languages: Sequence[str], means: LanguageMeans
) -> Vectors:
    """Write the vectors less their languages' means, some at a time, and return them mapped."""
    if not len(vectors):
        return np.asarray(vectors, dtype=np.float32)
    kept: Vectors = np.lib.format.open_memmap(
        folder / VECTORS_FILE, "w+", np.float32, vectors.shape
    )
    for start in range(0, len(vectors), AT_ONCE):
        part = slice(start, start + AT_ONCE)
        kept[part] = means.centre(np.asarray(vectors[part], dtype=np.float32), languages[part])
    return kept


def check_index(folder: Path) -> list[str]:
    """Return what is wrong with an index folder, one sentence each; empty where it is sound."""
    missing = [name for name in _FILES if not (folder / name).exists()]
    if missing:
        return [f"the index lacks {name}" for name in missing]
    try:
        table = PassageTable(folder / TABLE_FILE)
        table.check()
        passages = len(table)
        dense = DenseIndex(folder)
        words = len(LexicalIndex(folder))
        alike = len(NarrowedCognates(folder))
        SentenceVectors(folder)
        Background.load(folder)
        LanguageMeans.load(folder / MEANS_FILE)
        load_weights(folder)
        near = _count_faiss(folder)
    except GenerationError as error:
        return [str(error)]
    problems = [
        f"the index has {count} {what} for {passages} passages"
        for what, count in (
            ("vectors", len(dense)),
            ("entries in its FAISS index", near),
            ("texts in its full text", words),
            ("texts in its common spellings", alike),
        )
        if count != passages
    ]
    for start in range(0, len(dense), AT_ONCE):
        part = np.asarray(dense.vectors[start : start + AT_ONCE], np.float32)
        lengths = np.linalg.norm(part, axis=1)
        if not np.all(np.abs(lengths - 1.0) < UNIT_TOLERANCE):
            return [*problems, "the index has vectors that are not of unit length"]
    return problems


def load_weights(folder: Path) -> FusionWeights:
    """Read a generation's weights; raises GenerationError where missing, damaged or not finite."""
    found = FusionWeights.load(folder)
    if not all(map(math.isfinite, asdict(found).values())):
        raise GenerationError(
            f"The weights of the search in {folder / FUSION_FILE} are no numbers to calculate "
            "with; run `samvirke index` to build a new index."
        )
    return found


def _count_faiss(folder: Path) -> int:
    path = folder / FAISS_FILE
    try:
        return int(read_faiss(path).ntotal)
    except RuntimeError as error:
        raise GenerationError(
            f"The FAISS index in {path} cannot be read; run `samvirke index` to build a new one."
        ) from error
