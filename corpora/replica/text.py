"""The words of the replica sites' own, by language: labels, page furniture, invented filler.

Owns reading `texts.yaml`. The publications' own words come from `corpora.starter`.
"""

from functools import cache
from pathlib import Path

from corpora.errors import ReplicaError
from corpora.validated import FrozenModel, parse_yaml

TEXTS_FILE = Path(__file__).with_name("texts.yaml")


class FillerTable(FrozenModel):
    """A table's caption and its column heads; the cells are counted, not written."""

    caption: str
    columns: tuple[str, str, str, str]


class Texts(FrozenModel):
    """One language's words: `words` are labels, the rest is filler that the truth marks."""

    words: dict[str, str]
    notice: str
    short_notice: str
    site_notice: str
    preface: tuple[str, ...]
    colophon: tuple[str, ...]
    footnotes: tuple[str, ...]
    table: FillerTable
    figure: str
    references: tuple[str, ...]

    def word(self, key: str) -> str:
        """Return one label; raises ReplicaError if the language lacks it."""
        if key not in self.words:
            raise ReplicaError(
                f"Expected the word {key!r} in {TEXTS_FILE.name}, found none: add it there."
            )
        return self.words[key]

    def notice_for(self, url: str) -> str:
        """Return the sentence that says what this is and where the real publication stands."""
        return self.notice.format(url=url)


class TextsFile(FrozenModel):
    """The whole file, one section a language."""

    nb: Texts
    nn: Texts
    sv: Texts
    da: Texts
    fi: Texts
    is_: Texts
    en: Texts


@cache
def load_texts() -> dict[str, Texts]:
    """Read the words of every language; raises ReplicaError with file and line."""
    read = parse_yaml(TEXTS_FILE, TextsFile, ReplicaError)
    return {name.rstrip("_"): getattr(read, name) for name in TextsFile.model_fields}


def texts_for(language: str) -> Texts:
    """Return the words of `language`, or the English ones where there are none (fo, kl, se)."""
    texts = load_texts()
    return texts.get(language, texts["en"])
