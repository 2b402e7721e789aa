"""Whether the current generation was made with the model that search uses now.

Owns the comparison and the sentence. Vectors of two models cannot be compared, so search refuses;
`samvirke status` and `samvirke doctor` say it before anybody searches.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kb.embedding import BUNDLED, Embedder, open_search_embedder, prepared_search_space
from kb.errors import GenerationError
from kb.generation import Generation
from kb.settings import Settings


def model_misfit(
    settings: Settings, number: int, manifest: Mapping[str, Any], *, prepare: bool = False
) -> str | None:
    """Return what to say of a generation made with another model; None where it fits.

    A model that was not used in this data home yet is prepared only with `prepare`, which may take
    a minute; without it nothing can be said of it. Raises ModelError where it cannot be prepared.
    """
    made = manifest.get("space")
    if made is None:
        return None
    present = prepared_search_space(settings)
    if present is None and prepare:
        present = open_search_embedder(settings).space
    if present is None or present == made:
        return None
    return misfit_sentence(number, manifest, settings.model)


def misfit_sentence(number: int, manifest: Mapping[str, Any], model: str) -> str:
    """Say that a generation was made with another model than `model`, and what to do."""
    made = manifest.get("model")
    anew = "run `samvirke index` (a refresh does it too), which makes it anew with the present one"
    if made == model:
        whose = "the bundled model" if model == BUNDLED else f"the model {model!r}"
        return f"Generation {number} was made with another version of {whose}; {anew}."
    return (
        f"Generation {number} was made with the model {made!r}, and SAMVIRKE_MODEL is now "
        f"{model!r}; {anew}, or set SAMVIRKE_MODEL back."
    )


def require_same_space(generation: Generation, embedder: Embedder) -> None:
    """Refuse vectors of another model: of the same width too, distances to them mean nothing.

    Raises GenerationError.
    """
    made = generation.manifest
    if made.get("space", embedder.space) != embedder.space:
        raise GenerationError(misfit_sentence(generation.number, made, embedder.model))
