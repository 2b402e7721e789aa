"""Adds to one data home, as `samvirke add` does, for tests of what comes of it."""

from __future__ import annotations

from pathlib import Path

from kb.knowledge_base import KnowledgeBase, open_knowledge_base
from kb.settings import Settings
from kb.store import open_store
from pipeline.add import AddResult, add_inputs

MANUAL = (
    "Connect the printer to the mains and press the green button until the lamp blinks. Load the "
    "paper tray with plain paper and slide the guides until they touch the sheets. When the lamp "
    "is red, open the cover, take out the toner and put it back until it clicks into place."
)
NOTE = (
    "Kommunen samlet barnevern, skole og helsestasjon til faste møter om barn som trengte hjelp "
    "fra flere, og ledelsen fulgte opp samarbeidet med felles mål for tjenestene og for familiene."
)


class Adder:
    """Adds to one data home and shows what is in it."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.store = open_store(settings)
        self.said: list[str] = []

    def add(self, *inputs: object, **options: object) -> list[AddResult]:
        """Run `samvirke add`'s function over these inputs."""
        names = [str(name) for name in inputs]
        return add_inputs(
            self.settings,
            self.store,
            names,
            say=self.said.append,
            **options,  # type: ignore[arg-type]
        )

    def file(self, name: str, data: str | bytes) -> Path:
        """A file beside the data home."""
        path = self.settings.home.parent / name
        path.write_bytes(data.encode() if isinstance(data, str) else data)
        return path

    def open(self) -> KnowledgeBase:
        """The knowledge base, to search in."""
        return open_knowledge_base(self.settings)
