"""The source registry: which publishers are harvested, one YAML file each.

Owns the shape of a source description and reading `sources/<country>/<id>.yaml`. How a source is
crawled is left to `pipeline.crawl`; what a check of a source found is kept in the data home.
"""

import re
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from corpora.crawl_window import require_window
from corpora.errors import RegistryError
from corpora.nordic import Language, SourceCountry
from corpora.validated import FrozenModel, parse_yaml

SOURCES_FOLDER = Path(__file__).with_name("sources")

SourceKind = Literal[
    "agency",
    "aggregator",
    "aggregator_repository",
    "audit",
    "catalogue",
    "directorate",
    "legal_database",
    "ministry",
    "municipal_association",
    "ngo",
    "nordic_body",
    "parliament",
    "repository",
    "repository_platform",
    "research_institute",
    "supervision",
    "university_repository",
]


def _compile_pattern(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as problem:
        raise ValueError(
            f"Expected a regular expression that compiles, found {pattern!r} ({problem}): "
            "correct it"
        ) from problem
    return pattern


def _require_web_address(address: str) -> str:
    if not re.match(r"https?://[^\s/]+", address):
        raise ValueError(
            f"Expected an address that begins with http:// or https://, found {address!r}: "
            "write it in full"
        )
    return address


Pattern = Annotated[str, AfterValidator(_compile_pattern)]
Address = Annotated[str, AfterValidator(_require_web_address)]


class OaiEndpoint(FrozenModel):
    """One repository of a platform that many share."""

    id: str
    name: str
    url: Address
    sets: tuple[str, ...] = ()
    set_forms: tuple[str, ...] = ()
    prefixes: tuple[str, ...] = ()
    rest: Address | None = None


class Oai(FrozenModel):
    """How a repository answers OAI-PMH; `<...>` in an address marks a placeholder."""

    url: Address
    sets: tuple[str, ...] = ()
    set_forms: tuple[str, ...] = ()
    prefixes: tuple[str, ...] = ("oai_dc",)
    endpoints: tuple[OaiEndpoint, ...] = ()
    candidate_url: Address | None = None
    legacy_url: Address | None = None
    repository_name: str | None = None
    granularity: str | None = None
    deleted_record: Literal["no", "transient", "persistent"] | None = None


class Api(FrozenModel):
    """How a publisher's own JSON interface answers, as its documentation says.

    With an `adapter` it is harvested, asked for the topic terms of the source's languages (in
    `terms.yaml`) where it can search; without one it is only described.
    """

    url: Address
    adapter: Literal["nva", "kudos", "openalex", "crossref", "finna"] | None = None
    """Which module of `pipeline/crawl/spiders/api` asks it."""
    query: dict[str, str | tuple[str, ...]] = Field(default_factory=dict)
    """Parameters that every question has, beside terms, dates and paging."""
    docs: Address | None = None
    auth: str | None = None
    method: str | None = None
    example: Address | None = None
    params: tuple[str, ...] = ()
    pagination: str | None = None
    limits: str | None = None
    fields: tuple[str, ...] = ()
    record: str | None = None
    record_types: tuple[str, ...] = ()
    file: str | None = None
    plain_text: str | None = None
    status: str | None = None
    libris: str | None = None
    institution_ids: dict[str, str] = Field(default_factory=dict)


class Crawl(FrozenModel):
    """What a publisher's server needs from a crawler; delays are seconds between two requests."""

    min_delay_s: Annotated[float, Field(ge=0)] | None = None
    max_delay_s: Annotated[float, Field(ge=0)] | None = None
    window: Annotated[str, AfterValidator(require_window)] | None = None
    """Hours in which its server may be asked, as 22:00-06:00, whatever the setting says."""
    render: str | None = None
    note: str | None = None

    @model_validator(mode="after")
    def _order_delays(self) -> "Crawl":
        low, high = self.min_delay_s, self.max_delay_s
        if low is not None and high is not None and low > high:
            raise ValueError(
                f"Expected min_delay_s to be at most max_delay_s, found {low} and {high}: swap them"
            )
        return self


class Expected(FrozenModel):
    """How many publications one full crawl gives.

    Fewer than `min_items` fails the refresh, more than `max_items` only warns.
    """

    min_items: Annotated[int, Field(ge=0)] | None = None
    max_items: Annotated[int, Field(ge=1)] | None = None

    @model_validator(mode="after")
    def _order_limits(self) -> "Expected":
        low, high = self.min_items, self.max_items
        if low is not None and high is not None and low > high:
            raise ValueError(
                f"Expected min_items to be at most max_items, found {low} and {high}: swap them"
            )
        return self


class Instance(FrozenModel):
    """One archive of a shared platform, and where its files lie."""

    id: str
    bitstream_base: Address


class Source(FrozenModel):
    """A publisher or repository that is harvested.

    Patterns are regular expressions for `re.match` on a full address; where they overlap, test
    `pdf_patterns` before `document_patterns` before `listing_patterns`.
    """

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)+$")]
    name: Annotated[str, Field(min_length=1)]
    country: SourceCountry
    kind: SourceKind
    priority: Annotated[int, Field(ge=1, le=3)]
    """1: start here, 2: next, 3: late or narrow."""
    homepage: Address
    start_urls: tuple[Address, ...] = ()
    listing_patterns: tuple[Pattern, ...] = ()
    document_patterns: tuple[Pattern, ...] = ()
    pdf_patterns: tuple[Pattern, ...] = ()
    document_form: str
    oai: Oai | None = None
    api: Api | None = None
    sitemap: Address | None = None
    instances: tuple[Instance, ...] = ()
    languages: Annotated[tuple[Language | Literal["no", "pl"], ...], Field(min_length=1)]
    """"no" is Norwegian of either form; the text decides which."""
    crawl: Crawl | None = None
    meta_tags: tuple[str, ...] = ()
    """Where the publisher's pages say title, author, series and number."""
    expected: Expected | None = None
    """Null until a first crawl has told how much there is."""
    contact_note: str | None = None
    """Whom to write to, or what was agreed, before or after harvesting."""
    notes: str = ""
    status: str = "not tested"
    """The last public test met, if any."""
    verified: bool = False
    """A pattern or interface of it was met outside memory; not that it answers today."""
    enabled: bool = False
    unverified: tuple[str, ...] = ()
    """Field paths that are memory or convention only: test before use."""
    seen_in: tuple[Address, ...] = ()

    @model_validator(mode="after")
    def _name_known_fields(self) -> "Source":
        for path in self.unverified:
            field = re.split(r"[.\[]", path, maxsplit=1)[0]
            if field not in type(self).model_fields:
                raise ValueError(
                    f"Expected `unverified` to name fields of a source, found {path!r}: "
                    "correct or remove it"
                )
        return self


def load_source(path: Path) -> Source:
    """Read one source description; raises RegistryError with file and line.

    Refused are unknown keys, patterns that do not compile and a file name that is not the id.
    """
    source = parse_yaml(path, Source, RegistryError)
    if path.stem != source.id:
        raise RegistryError(
            f"Expected the id {path.stem!r} in {path}, found {source.id!r}: "
            "a source's file is named by its id."
        )
    return source


def load_sources(folder: Path | None = None) -> dict[str, Source]:
    """Read every source under `folder`, or the packaged registry, by id in alphabetical order.

    Files lie in `<folder>/<country>/<id>.yaml`, or directly in `folder`. Raises RegistryError on a
    missing folder, a faulty description, a wrong country folder or an id used twice.
    """
    folder = folder or SOURCES_FOLDER
    if not folder.is_dir():
        raise RegistryError(
            f"Expected a folder of source descriptions at {folder}, found none: "
            "create it with one YAML file a source."
        )
    found: dict[str, tuple[Source, Path]] = {}
    for path in sorted(folder.rglob("*.yaml")):
        source = load_source(path)
        if path.parent != folder and path.parent.name != source.country.lower():
            raise RegistryError(
                f"Expected {path.name} under {folder / source.country.lower()}, found it under "
                f"{path.parent}: move it or correct its country."
            )
        if source.id in found:
            raise RegistryError(
                f"Expected each source once, found {source.id!r} at {path} and at "
                f"{found[source.id][1]}: remove one."
            )
        found[source.id] = (source, path)
    return {name: found[name][0] for name in sorted(found)}
