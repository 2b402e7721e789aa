"""Search and cue terms by language, read from `terms.yaml`.

Owns reading and checking the terms. How a stem or a cue is matched in a text is left to screening
and machine coding.
"""

from pathlib import Path
from typing import Annotated

from pydantic import Field

from corpora.codebook import Codebook, load_codebook
from corpora.errors import StarterError
from corpora.nordic import SourceCountry
from corpora.validated import FrozenModel, name_options, read_yaml, validate

PACKAGED_TERMS = Path(__file__).with_name("terms.yaml")

Term = Annotated[str, Field(min_length=2)]


class LanguageTerms(FrozenModel):
    """One language's terms; `stems` are word beginnings, `factors` maps a factor to its cues."""

    name: str
    country: tuple[SourceCountry, ...]
    confidence: str
    topic: tuple[Term, ...]
    services: tuple[Term, ...]
    stems: tuple[Term, ...]
    factors: dict[str, tuple[Term, ...]]


def load_terms(
    path: Path | None = None, codebook: Codebook | None = None
) -> dict[str, LanguageTerms]:
    """Read the terms at `path`, or the packaged ones, by language code.

    `sv_FI` supplements `sv` with Finland's and Åland's own words. Raises StarterError with file
    and line on an unknown key, an unknown factor or a term given twice in one list.
    """
    document = read_yaml(path or PACKAGED_TERMS, StarterError)
    if not isinstance(document.value, dict):
        raise StarterError(
            f"Expected a mapping from language to terms at {document.where(())}, found a "
            f"{type(document.value).__name__}: begin each language with its code."
        )
    factors = (codebook or load_codebook()).ids("factors")
    terms: dict[str, LanguageTerms] = {}
    for language, value in document.value.items():
        found = validate(document, value, LanguageTerms, StarterError, (language,))
        for factor, cues in found.factors.items():
            if factor not in factors:
                raise StarterError(
                    f"Expected a factor of the codebook at "
                    f"{document.where((language, 'factors', factor))}, found {factor!r}: "
                    f"{name_options(factor, factors)}"
                )
            for index, cue in enumerate(cues):
                if cue in cues[:index]:
                    raise StarterError(
                        f"Expected each cue once, found {cue!r} again at "
                        f"{document.where((language, 'factors', factor, index))}: remove it."
                    )
        terms[language] = found
    return terms
