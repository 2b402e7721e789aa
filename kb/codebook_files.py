"""Codebooks as files that people hand around: YAML as in this project, REFI-QDA as elsewhere.

Owns reading one that is to be loaded and writing the present one. What loading does is
`kb.codebook_editing`'s.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import yaml

from corpora.codebook import Codebook, load_codebook
from corpora.nordic import LabelLanguage
from kb.active_codebook import ActiveCodebook
from kb.errors import ExchangeError
from kb.refi_codes import codebook_of
from kb.refi_document import read_codes
from kb.refi_reading import parse_document

SUFFIXES = (".yaml", ".yml", ".qdc")


def read_codebook_file(
    path: Path, present: ActiveCodebook, language: LabelLanguage = "en"
) -> tuple[Codebook, Mapping[str, str]]:
    """Return the codebook in a file, and the GUIDs of its new factors.

    A .qdc has factors alone: everything else is the present codebook's, and `language` is that of
    its names. Raises CodebookError or ExchangeError naming what is wrong with the file.
    """
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise ExchangeError(
            f"Expected a codebook that ends in {', '.join(SUFFIXES)}, found {path.name!r}; save it "
            "as one of these."
        )
    if suffix != ".qdc":
        return load_codebook(path), {}
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ExchangeError(
            f"The file {path} cannot be read ({error.strerror}); check the path."
        ) from error
    root = parse_document(data, path.name)
    codes = read_codes(root, path.name)
    if not any(code.codable for code in codes):
        raise ExchangeError(
            f"{path.name} holds no code that passages can be coded with; export it again."
        )
    return codebook_of(present, codes, path.stem, language)


def codebook_yaml(book: ActiveCodebook) -> str:
    """Return a codebook as YAML, as `load` and the data home's `codebook.yaml` take it."""
    plain = book.model_dump(mode="json", exclude_defaults=True)
    return str(yaml.safe_dump(plain, allow_unicode=True, sort_keys=False, width=1000))
