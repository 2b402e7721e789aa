"""What every list of the codebook is made of: an id, and texts by language."""

from typing import Annotated

from pydantic import Field

from corpora.nordic import LabelLanguage
from corpora.validated import FrozenModel

CategoryId = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
Texts = dict[LabelLanguage, Annotated[str, Field(min_length=1)]]


class Category(FrozenModel):
    """One code: `id`, and what it is called and means by language."""

    id: CategoryId
    labels: Texts
    definitions: Texts = Field(default_factory=dict)


def in_language(texts: Texts, language: str, fallback: str) -> str:
    """Return the text in `language`, else in English, else the fallback."""
    by_name = {str(code): text for code, text in texts.items()}
    return by_name.get(language) or by_name.get("en") or fallback
