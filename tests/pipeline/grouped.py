"""Items as recognition compares them, made by hand."""

from __future__ import annotations

from random import Random
from typing import Any

from pipeline.item_facts import ItemFacts
from pipeline.near_duplicates import Sketch, sketch_text

TITLE = "Samordnet innsats for utsatte barn og unge"


def item(key: str = "a", title: str | None = TITLE, **facts: Any) -> ItemFacts:
    """An item with a title and what else is said of it."""
    titles = tuple(facts.pop("titles", (title,) if title else ()))
    return ItemFacts(key=key, titles=titles, **facts)


def text(seed: int, words: int = 500, language: str = "no", about: str = "") -> Sketch:
    """The sketch of a text of its own, or about a place."""
    random = Random(seed)
    body = " ".join(f"ord{random.randrange(900)}" for _ in range(words))
    said = [body, *([f"Vi besøkte {about} og så {about} en gang til."] * 5 if about else [])]
    return sketch_text(said, language)
