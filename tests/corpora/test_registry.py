"""The source registry: the packaged one is sound, a faulty file is refused with its line."""

import re
from pathlib import Path

import pytest

from corpora.errors import RegistryError
from corpora.nordic import EVIDENCE_COUNTRIES
from corpora.registry import SOURCES_FOLDER, Source, load_source, load_sources

MINIMAL = """\
id: no-prove
name: Prøve
country: NO
kind: agency
priority: 2
homepage: https://prove.test
document_form: html_page
languages: [nb, no]
"""


@pytest.fixture(scope="module")
def sources() -> dict[str, Source]:
    return load_sources()


def write(folder: Path, text: str, name: str = "no-prove", country: str = "no") -> Path:
    path = folder / country / f"{name}.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def refusal(path: Path) -> str:
    with pytest.raises(RegistryError) as caught:
        load_source(path)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_has_a_source_for_every_country(sources: dict[str, Source]) -> None:
    assert len(sources) >= 70
    countries = {source.country for source in sources.values()}
    assert countries == {*EVIDENCE_COUNTRIES, "NORDIC", "GLOBAL"}
    assert list(sources) == sorted(sources)


def test_every_file_is_read(sources: dict[str, Source]) -> None:
    assert {path.stem for path in SOURCES_FOLDER.rglob("*.yaml")} == set(sources)


def test_a_verified_source_names_addresses_or_an_interface(sources: dict[str, Source]) -> None:
    for source in sources.values():
        patterns = source.listing_patterns + source.document_patterns + source.pdf_patterns
        assert patterns or source.oai or source.api, source.id
        if source.enabled:
            assert source.verified, source.id


def test_patterns_match_addresses_that_were_seen(sources: dict[str, Source]) -> None:
    """Patterns are for re.match on the full address: most sources' own examples fit them."""
    fitting = checked = 0
    for source in sources.values():
        patterns = source.listing_patterns + source.document_patterns + source.pdf_patterns
        if source.verified and patterns and source.seen_in:
            checked += 1
            fitting += any(re.match(p, seen) for p in patterns for seen in source.seen_in)
    assert checked >= 40
    assert fitting / checked >= 0.9


def test_known_sources_keep_their_facts(sources: dict[str, Source]) -> None:
    fafo = sources["no-fafo"]
    assert (fafo.country, fafo.priority, fafo.enabled) == ("NO", 1, True)
    assert fafo.languages == ("no", "en")
    assert any(
        re.match(p, "https://www.fafo.no/images/pub/2020/20750.pdf") for p in fafo.pdf_patterns
    )
    skemman = sources["is-skemman"]
    assert skemman.oai is not None
    assert skemman.oai.url.endswith("/oai/request")
    diva = sources["se-diva"].oai
    assert diva is not None
    assert len(diva.endpoints) > 20
    delayed = [s for s in sources.values() if s.crawl and s.crawl.min_delay_s]
    assert delayed


def test_registry_says_nothing_of_a_machine(sources: dict[str, Source]) -> None:
    for path in SOURCES_FOLDER.rglob("*.yaml"):
        text = path.read_text(encoding="utf-8")
        assert "localhost" not in text
        assert "127.0.0.1" not in text


def test_minimal_source_has_defaults(tmp_path: Path) -> None:
    source = load_source(write(tmp_path, MINIMAL))
    assert source.start_urls == source.pdf_patterns == ()
    assert source.oai is None
    assert source.api is None
    assert source.expected is None
    assert source.contact_note is None
    assert not source.enabled
    assert source.languages == ("nb", "no")


@pytest.mark.parametrize(
    ("extra", "words"),
    [
        ("homepages: x", "line 9, found 'homepages': did you mean 'homepage'"),
        ("zebra: x", "use one of id, name"),
        ("pdf_patterns:\n  - ok\n  - '(unclosed'", "line 11"),
        ("pdf_patterns: ['*']", "regular expression that compiles, found '*'"),
        ("oai:\n  url: https://a.test\n  setz: []", "line 11, found 'setz': did you mean 'sets'"),
        ("oai:\n  sets: []", "'oai.url'"),
        ("oai:\n  url: https://a.test\n  endpoints:\n    - {id: a, name: A, link: b}", "line 12"),
        ("start_urls: [www.prove.test]", "http:// or https://"),
        ("start_urls: ['file:///etc/passwd']", "http:// or https://"),
        ("expected: {min_items: 9, max_items: 3}", "min_items to be at most max_items"),
        ("expected: {min_items: -1}", "found -1"),
        ("crawl: {min_delay_s: 5, max_delay_s: 1}", "min_delay_s to be at most"),
        ("crawl: {delay: 5}", "did you mean 'min_delay_s'"),
        ("unverified: [homepage, pages]", "found 'pages'"),
        ("enabled: maybe", "found 'maybe'"),
        ("enabled: yes please", "found 'yes please'"),
        ("id: no-prove", "'id' a second time"),
    ],
)
def test_refuses_a_faulty_key(tmp_path: Path, extra: str, words: str) -> None:
    assert words in refusal(write(tmp_path, MINIMAL + extra + "\n"))


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("country: NO", "country: XX", "line 3"),
        ("kind: agency", "kind: shop", "'municipal_association'"),
        ("priority: 2", "priority: 7", "line 5"),
        ("languages: [nb, no]", "languages: []", "line 8"),
        ("languages: [nb, no]", "languages: [de]", "line 8"),
        ("name: Prøve\n", "", "found no such key"),
        ("id: no-prove", "id: NO Prove", "line 1"),
        ("id: no-prove", "id: no-annen", "named by its id"),
    ],
)
def test_refuses_a_faulty_value(tmp_path: Path, old: str, new: str, words: str) -> None:
    assert words in refusal(write(tmp_path, MINIMAL.replace(old, new)))


def test_unverified_may_point_into_a_field(tmp_path: Path) -> None:
    text = MINIMAL + "unverified: ['listing_patterns[0]', oai.url, document_form.pdf]\n"
    assert len(load_source(write(tmp_path, text)).unverified) == 3


def test_refuses_the_wrong_country_folder(tmp_path: Path) -> None:
    write(tmp_path, MINIMAL, country="se")
    with pytest.raises(RegistryError, match="move it or correct its country"):
        load_sources(tmp_path)


def test_a_flat_folder_is_read_too(tmp_path: Path) -> None:
    (tmp_path / "no-prove.yaml").write_text(MINIMAL, encoding="utf-8")
    assert list(load_sources(tmp_path)) == ["no-prove"]


def test_refuses_an_id_used_twice(tmp_path: Path) -> None:
    write(tmp_path, MINIMAL)
    (tmp_path / "no-prove.yaml").write_text(MINIMAL, encoding="utf-8")
    with pytest.raises(RegistryError, match="Expected each source once, found 'no-prove'"):
        load_sources(tmp_path)


def test_refuses_a_missing_folder(tmp_path: Path) -> None:
    with pytest.raises(RegistryError, match="create it with one YAML file a source"):
        load_sources(tmp_path / "nowhere")


def test_every_field_is_documented() -> None:
    readme = (SOURCES_FOLDER / "README.md").read_text(encoding="utf-8")
    documented = set(re.findall(r"^\| `(\w+)` \|", readme, flags=re.MULTILINE))
    assert documented == set(Source.model_fields)
