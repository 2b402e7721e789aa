"""The starter evidence base and the labelled texts that the machine coder learns from.

Owns reading and checking `starter/*.jsonl` (real publications, reported in our own words) and
`exemplars/` (invented texts: they train and illustrate, and are never indexed, counted or cited):
sentences, passages, and whole publications in the manner of the starter's. Rendering the
publications as sites is left to `corpora.replica`; labels never reach the pipeline's input.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Literal, TypeVar

from pydantic import Field, model_validator

from corpora.codebook import Codebook, Kind, load_codebook
from corpora.errors import StarterError
from corpora.nordic import EvidenceCountry, Language, SourceCountry
from corpora.validated import FrozenModel, name_options, read_jsonl

STARTER_FOLDER = Path(__file__).with_name("starter")
EXEMPLARS_FOLDER = Path(__file__).with_name("exemplars")

SHOWN_TO_WRITERS = (
    "no-hiof-nd-bti",
    "no-tfo-nd-koordinator",
    "no-ijic-nd-5710",
    "se-ijic-2011-widmark",
    "ax-landskapsregeringen-nd-01",
    "se-riksrevisionen-2011-17",
    "nordic-nvc-2012-familiecentre",
    "is-rikisendurskodun-2016-02",
    "fi-saurama-2015-01",
)
"""Starter publications that those who wrote the exemplar publications had before them, as models of
manner, length and coding. Of the others they knew three short turns of phrase, quoted to show how
obliquely real reports speak; so figures are also told without these nine."""

Text = Annotated[str, Field(min_length=1)]


class Code(FrozenModel):
    """A factor, and whether it promotes or hinders."""

    factor: str
    direction: str


class Exemplar(FrozenModel):
    """An invented, labelled text: one sentence, or a report-like passage with its services."""

    language: Language
    text: Text
    codes: tuple[Code, ...]
    sectors: tuple[str, ...] = ()
    target_groups: tuple[str, ...] = ()


class StarterAuthor(FrozenModel):
    """A person (family and given name) or a body (literal), as in CSL-JSON."""

    family: str | None = None
    given: str | None = None
    literal: str | None = None

    @model_validator(mode="after")
    def _be_named_once(self) -> "StarterAuthor":
        if (self.family is None) == (self.literal is None):
            raise ValueError("Expected an author with either `family` or `literal`, found not one")
        return self


class StarterPassage(FrozenModel):
    """One passage: `n` is its number in the publication, beginning at 1."""

    n: Annotated[int, Field(ge=1)]
    section: Text
    text: Text
    codes: tuple[Code, ...]
    sectors: tuple[str, ...]
    target_groups: tuple[str, ...]


class StarterQuery(FrozenModel):
    """A researcher's question `q` in `lang` that passage `n` answers."""

    q: Text
    lang: Language
    n: Annotated[int, Field(ge=1)]


class StarterPublication(FrozenModel):
    """A real publication: its facts as published (null is not known) and passages in our words.

    `country` is where it was printed, `countries` where its evidence is from.
    """

    id: Text
    title: Text
    title_en: str
    authors: tuple[StarterAuthor, ...] | None
    year: Annotated[int, Field(ge=1900, le=2100)] | None
    publisher: str | None
    series: str | None
    journal: str | None
    volume: str | None
    issue: str | None
    pages: str | None
    doi: str | None
    isbn: str | None
    issn: str | None
    url: Annotated[str, Field(pattern=r"^https?://")]
    country: SourceCountry
    countries: tuple[EvidenceCountry, ...]
    language: Language
    evidence_type: str
    method: str | None
    abstract: Text
    passages: Annotated[tuple[StarterPassage, ...], Field(min_length=1)]
    queries: tuple[StarterQuery, ...]
    seen_in: tuple[str, ...]

    @model_validator(mode="after")
    def _number_passages(self) -> "StarterPublication":
        _check_numbers(self)
        return self

    def passage(self, n: int) -> StarterPassage:
        """Return passage number `n`; raises StarterError if there is none."""
        for passage in self.passages:
            if passage.n == n:
                return passage
        raise StarterError(
            f"Expected a passage of {self.id!r}, found the number {n}: "
            f"use one from 1 to {len(self.passages)}."
        )


class ExemplarPublication(FrozenModel):
    """An invented publication, reported and coded as the starter's are; it cites nothing real."""

    id: Annotated[str, Field(pattern=r"^[xy]-")]
    language: Language
    title: Text
    evidence_type: str
    countries: tuple[Literal[EvidenceCountry, "NORDIC"], ...]
    abstract: Text
    passages: Annotated[tuple[StarterPassage, ...], Field(min_length=1)]
    queries: tuple[StarterQuery, ...]

    @model_validator(mode="after")
    def _number_passages(self) -> "ExemplarPublication":
        _check_numbers(self)
        return self

    @property
    def is_plain(self) -> bool:
        """Whether it names factors in their usual words; real reports mostly avoid them."""
        return self.id.startswith("x-")


Publication = TypeVar("Publication", StarterPublication, ExemplarPublication)


def _check_numbers(publication: StarterPublication | ExemplarPublication) -> None:
    """Raise ValueError where a passage number is there twice or a query names none of them."""
    numbers = [passage.n for passage in publication.passages]
    if len(set(numbers)) != len(numbers):
        raise ValueError(
            f"Expected each passage number once in {publication.id!r}, found {numbers}"
        )
    for query in publication.queries:
        if query.n not in numbers:
            raise ValueError(
                f"Expected the query {query.q!r} of {publication.id!r} to name one of its "
                f"passages, found {query.n}"
            )


def load_starter(
    folder: Path | None = None, codebook: Codebook | None = None
) -> tuple[StarterPublication, ...]:
    """Read every publication of `folder`, or the packaged ones, in file and line order.

    Raises StarterError with file and line on unknown keys, codes that are not in `codebook` (the
    packaged one if not given) or an id used twice.
    """
    return _load_publications(folder or STARTER_FOLDER, StarterPublication, codebook)


def load_exemplar_publications(
    folder: Path | None = None, codebook: Codebook | None = None
) -> tuple[ExemplarPublication, ...]:
    """Read the invented publications of `folder`, or the packaged ones; raises StarterError."""
    folder = folder or EXEMPLARS_FOLDER / "publications"
    return _load_publications(folder, ExemplarPublication, codebook)


def _load_publications(
    folder: Path, kind: type[Publication], codebook: Codebook | None
) -> tuple[Publication, ...]:
    codebook = codebook or load_codebook()
    publications: list[Publication] = []
    first_at: dict[str, str] = {}
    for path in _files(folder):
        for number, publication in read_jsonl(path, kind, StarterError):
            place = f"{path}, line {number}"
            if publication.id in first_at:
                raise StarterError(
                    f"Expected each publication once, found {publication.id!r} at {place} and at "
                    f"{first_at[publication.id]}: remove one."
                )
            first_at[publication.id] = place
            _require(codebook, "evidence_types", [publication.evidence_type], place)
            for passage in publication.passages:
                _check_labels(codebook, passage, place)
            publications.append(publication)
    return tuple(publications)


def load_exemplars(
    folder: Path | None = None, codebook: Codebook | None = None
) -> tuple[Exemplar, ...]:
    """Read the labelled sentences of `folder`, or the packaged ones; raises StarterError."""
    return _load_labelled(folder or EXEMPLARS_FOLDER, codebook)


def load_exemplar_passages(
    folder: Path | None = None, codebook: Codebook | None = None
) -> tuple[Exemplar, ...]:
    """Read the labelled passages, with sectors and target groups; raises StarterError."""
    return _load_labelled(folder or EXEMPLARS_FOLDER / "passages", codebook)


def _load_labelled(folder: Path, codebook: Codebook | None) -> tuple[Exemplar, ...]:
    codebook = codebook or load_codebook()
    exemplars: list[Exemplar] = []
    for path in _files(folder):
        for number, exemplar in read_jsonl(path, Exemplar, StarterError):
            _check_labels(codebook, exemplar, f"{path}, line {number}")
            exemplars.append(exemplar)
    return tuple(exemplars)


def _files(folder: Path) -> list[Path]:
    """Return the JSON Lines files directly in `folder`; raises StarterError if there are none."""
    paths = sorted(folder.glob("*.jsonl"))
    if not paths:
        raise StarterError(
            f"Expected .jsonl files in {folder}, found none: put them there or correct the path."
        )
    return paths


def _check_labels(codebook: Codebook, record: Exemplar | StarterPassage, place: str) -> None:
    _require(codebook, "factors", (code.factor for code in record.codes), place)
    _require(codebook, "directions", (code.direction for code in record.codes), place)
    _require(codebook, "sectors", record.sectors, place)
    _require(codebook, "target_groups", record.target_groups, place)


def _require(codebook: Codebook, kind: Kind, used: Iterable[str], place: str) -> None:
    options = codebook.ids(kind)
    for code in used:
        if code not in options:
            raise StarterError(
                f"Expected {kind} of the codebook at {place}, found {code!r}: "
                f"{name_options(code, options)}"
            )
