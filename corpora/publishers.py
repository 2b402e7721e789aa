"""Publishers under all their names, read from `publishers.yaml`.

Owns which names mean the same body. Names are compared only; a record keeps the name it was given.
"""

import re
from functools import lru_cache
from pathlib import Path
from typing import Annotated

from pydantic import Field, RootModel, model_validator

from corpora.errors import RegistryError
from corpora.folding import fold
from corpora.nordic import SourceCountry
from corpora.validated import parse_yaml

PACKAGED_PUBLISHERS = Path(__file__).with_name("publishers.yaml")

Name = Annotated[str, Field(min_length=2)]

_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_LEGAL_FORMS = re.compile(r"\b(?:as|asa|ab|aps|oy|oyj|hf|ehf|ltd|inc|publishing|forlag)$")
_BESIDE = re.compile(r"\s*[/;|]\s*")  # always between two bodies
_JOINED = re.compile(r"\s*,\s*|\s+(?:og|och|and|ja|samt|&)\s+")  # or within one body's name


class PublisherNames(RootModel[dict[SourceCountry, tuple[tuple[Name, ...], ...]]]):
    """The file: for each country lists of names, the usual one first."""

    @model_validator(mode="after")
    def _each_name_once(self) -> "PublisherNames":
        seen: dict[str, str] = {}
        for names in (names for lists in self.root.values() for names in lists):
            for name in names:
                other = seen.setdefault(_key(name), names[0])
                if other != names[0]:
                    raise ValueError(f"{name!r} stands under {other!r} and under {names[0]!r}")
        return self


class Publishers:
    """Looks up which bodies a publisher's name means."""

    def __init__(self, names: PublisherNames) -> None:
        self._usual = {
            _key(name): _key(group[0])
            for groups in names.root.values()
            for group in groups
            for name in group
        }

    def bodies(self, name: str) -> frozenset[str]:
        """Return the bodies that a name means, as keys to compare; several where it joins several.

        "Forskningsstiftelsen Fafo" and "Fafo" give the same; a name that is not in the file stands
        for itself.
        """
        parts = [part for part in _BESIDE.split(name) if fold(part)]
        return frozenset(body for part in parts for body in self._of_part(part))

    def _of_part(self, name: str) -> set[str]:
        whole = self._known(name)
        if whole is not None:
            return {whole}
        pieces = _JOINED.split(_BRACKETS.sub(" ", name))
        return {found for piece in pieces if (found := self._known(piece))} or {_key(name)}

    def _known(self, name: str) -> str | None:
        in_brackets = (found.group(0)[1:-1] for found in _BRACKETS.finditer(name))
        for form in (name, *in_brackets):
            if (usual := self._usual.get(_key(form))) is not None:
                return usual
        return None


@lru_cache(maxsize=4)
def load_publishers(path: Path = PACKAGED_PUBLISHERS) -> Publishers:
    """Read the publishers at `path`, or the packaged ones.

    Raises RegistryError with file and line on a fault, or where a name means two publishers.
    """
    return Publishers(parse_yaml(path, PublisherNames, RegistryError))


def _key(name: str) -> str:
    plain = fold(_BRACKETS.sub(" ", name)) or fold(name)
    return _LEGAL_FORMS.sub("", plain).strip() or plain
