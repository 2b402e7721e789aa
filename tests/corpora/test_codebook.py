"""The codebook: complete in seven languages, refused with one sentence, and its page up to date."""

import io
import re
from pathlib import Path

import pytest
import yaml
from pydantic import ValidationError

from corpora.codebook import (
    DIRECTIONS,
    KINDS,
    PACKAGED_CODEBOOK,
    Codebook,
    Kind,
    load_codebook,
    main,
    render_codebook_page,
)
from corpora.errors import CodebookError, CorporaError
from corpora.nordic import LABEL_LANGUAGES

ROOT = Path(__file__).parents[2]

IDS: dict[Kind, str] = {
    "factors": "leadership organisation resources colocation coordination routines role_knowledge "
    "competence culture continuity information_sharing regulation user_participation "
    "shared_goals evaluation",
    "directions": "facilitator barrier mixed neutral",
    "sectors": "school kindergarten child_welfare health_services maternal_child_health "
    "mental_health social_services employment police_justice educational_psychology "
    "family_centre voluntary specialist_health municipality state",
    "target_groups": "infants_0_2 preschool_3_5 children_6_12 youth_13_18 young_adults_18_24 "
    "parents_families vulnerable_children disabled_children refugees_minorities professionals",
    "evidence_types": "research_article research_report evaluation supervision_audit "
    "literature_review survey policy_guideline practice_description thesis",
    "exclusion_reasons": "not_collaboration not_children_families not_nordic too_old "
    "no_readable_text duplicate",
    "areas": "cross_sector_collaboration well_functioning not_functioning legislation "
    "user_participation",
}


@pytest.fixture(scope="module")
def codebook() -> Codebook:
    return load_codebook()


def write_changed(folder: Path, old: str, new: str) -> Path:
    """Write the packaged codebook with its first `old` replaced."""
    text = PACKAGED_CODEBOOK.read_text(encoding="utf-8")
    assert old in text
    path = folder / "kodebok.yaml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return path


def refusal(path: Path) -> str:
    """Return the one sentence with which the codebook at `path` is refused."""
    with pytest.raises(CodebookError) as caught:
        load_codebook(path)
    sentence = str(caught.value)
    assert sentence.startswith("Expected ")
    assert "\n" not in sentence
    assert str(path) in sentence
    return sentence


@pytest.mark.parametrize("kind", KINDS)
def test_holds_the_agreed_ids_in_order(codebook: Codebook, kind: Kind) -> None:
    assert codebook.ids(kind) == tuple(IDS[kind].split())


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", LABEL_LANGUAGES)
def test_speaks_every_language(codebook: Codebook, kind: Kind, language: str) -> None:
    labels = [codebook.label(kind, code, language) for code in codebook.ids(kind)]
    assert len(set(labels)) == len(labels), "two codes of a list share a label"
    for category in codebook.categories(kind):
        assert set(category.labels) == set(category.definitions) == set(LABEL_LANGUAGES)
        assert not re.search(r"\s{2}|^\s|\s$", codebook.definition(kind, category.id, language))


def test_definitions_of_related_languages_are_not_copies(codebook: Codebook) -> None:
    for kind in ("factors", "sectors"):
        texts = {
            language: [codebook.definition(kind, code, language) for code in codebook.ids(kind)]
            for language in LABEL_LANGUAGES
        }
        for language in ("sv", "da", "fi", "is", "nb"):
            shared = sum(a == b for a, b in zip(texts["en"], texts[language], strict=True))
            assert shared == 0
        assert sum(a != b for a, b in zip(texts["nb"], texts["nn"], strict=True)) >= 12


def test_label_falls_back_to_english_then_id(tmp_path: Path) -> None:
    path = write_changed(tmp_path, "      fi: Johtaminen\n", "")
    codebook = load_codebook(path)
    assert codebook.label("factors", "leadership", "nb") == "Ledelse"
    assert codebook.label("factors", "leadership", "fi") == "Leadership"
    assert codebook.label("factors", "leadership", "kl") == "Leadership"
    assert codebook.label("factors", "weather", "nb") == "weather"
    assert codebook.definition("factors", "weather", "nb") == ""


def test_label_without_english_is_the_id(tmp_path: Path) -> None:
    path = write_changed(tmp_path, "      en: Leadership\n", "")
    assert load_codebook(path).label("factors", "leadership", "fo") == "leadership"


def test_require_names_the_options(codebook: Codebook) -> None:
    assert codebook.require("sectors", "school").labels["sv"] == "Skola"
    with pytest.raises(
        CodebookError, match="found 'leadershp': did you mean 'leadership'"
    ) as caught:
        codebook.require("factors", "leadershp")
    assert all(code in str(caught.value) for code in codebook.ids("factors"))
    with pytest.raises(CodebookError, match="found 'zzz'"):
        codebook.require("factors", "zzz")


def test_unknown_list_names_the_lists(codebook: Codebook) -> None:
    with pytest.raises(CodebookError, match="did you mean 'factors'"):
        codebook.ids("factor")  # type: ignore[arg-type]


def test_is_frozen(codebook: Codebook) -> None:
    with pytest.raises(ValidationError):
        codebook.factors[0].id = "other"


@pytest.mark.parametrize(
    ("factor", "direction", "areas"),
    [
        ("leadership", "facilitator", ("cross_sector_collaboration", "well_functioning")),
        ("resources", "barrier", ("cross_sector_collaboration", "not_functioning")),
        ("culture", "mixed", ("cross_sector_collaboration",)),
        ("regulation", "neutral", ("cross_sector_collaboration", "legislation")),
        (
            "information_sharing",
            "barrier",
            ("cross_sector_collaboration", "not_functioning", "legislation"),
        ),
        (
            "user_participation",
            "facilitator",
            ("cross_sector_collaboration", "well_functioning", "user_participation"),
        ),
    ],
)
def test_areas_follow_from_factor_and_direction(
    codebook: Codebook, factor: str, direction: str, areas: tuple[str, ...]
) -> None:
    assert codebook.areas_of(factor, direction) == areas


def test_another_teams_codebook_loads(tmp_path: Path) -> None:
    """Another team's factors need no code, only the four directions."""

    def entries(*codes: str) -> list[dict[str, object]]:
        return [{"id": code, "labels": {"en": code.title()}} for code in codes]

    own = {
        "title": {"en": "Elder care"},
        "version": "3",
        "factors": entries("dignity", "night_staff"),
        "directions": entries(*DIRECTIONS),
        "sectors": entries("home_care"),
        "target_groups": [],
        "evidence_types": entries("report"),
        "exclusion_reasons": [],
    }
    path = tmp_path / "codebook.yaml"
    path.write_text(yaml.safe_dump(own), encoding="utf-8")
    codebook = load_codebook(path)
    assert codebook.ids("factors") == ("dignity", "night_staff")
    assert codebook.ids("areas") == codebook.areas_of("dignity", "mixed") == ()


def test_refuses_an_unknown_key_with_its_line(tmp_path: Path) -> None:
    path = write_changed(tmp_path, "    definitions:", "    definition:")
    line = path.read_text(encoding="utf-8").splitlines().index("    definition:") + 1
    sentence = refusal(path)
    assert f"line {line}, found 'definition': did you mean 'definitions'?" in sentence


def test_refuses_an_unknown_key_at_the_top(tmp_path: Path) -> None:
    path = write_changed(tmp_path, "version:", "colour: blue\nversion:")
    assert "found 'colour'" in refusal(path)
    assert "evidence_types" in refusal(path)


def test_refuses_an_unknown_language(tmp_path: Path) -> None:
    path = write_changed(tmp_path, "      nb: Ledelse", "      no: Ledelse")
    line = path.read_text(encoding="utf-8").splitlines().index("      no: Ledelse") + 1
    assert f"line {line}" in refusal(path)


def test_refuses_a_doubled_id_naming_both_lines(tmp_path: Path) -> None:
    sentence = refusal(write_changed(tmp_path, "- id: organisation", "- id: leadership"))
    assert "found 'leadership' at" in sentence
    assert sentence.count(", line ") == 2


def test_refuses_a_doubled_key(tmp_path: Path) -> None:
    sentence = refusal(write_changed(tmp_path, "      nn: Leiing", "      nb: Leiing"))
    assert "'nb' a second time" in sentence


def test_refuses_an_id_that_is_no_name(tmp_path: Path) -> None:
    assert "found 'Shared goals'" in refusal(
        write_changed(tmp_path, "- id: shared_goals", "- id: Shared goals")
    )


def test_refuses_a_missing_list(tmp_path: Path) -> None:
    text = PACKAGED_CODEBOOK.read_text(encoding="utf-8")
    path = tmp_path / "codebook.yaml"
    path.write_text(text.replace("\nsectors:", "\nservices:"), encoding="utf-8")
    assert "Expected 'sectors' at" in refusal(path)
    assert "found no such key: add it." in refusal(path)


@pytest.mark.parametrize("direction", DIRECTIONS)
def test_refuses_a_missing_direction(tmp_path: Path, direction: str) -> None:
    changed = write_changed(tmp_path, f"- id: {direction}", "- id: sideways")
    assert f"Expected the direction {direction!r}" in refusal(changed)


def test_refuses_an_area_of_an_unknown_factor(tmp_path: Path) -> None:
    path = write_changed(tmp_path, "[regulation, information_sharing]", "[regulation, taxes]")
    assert "'legislation' to name factors of the codebook, found 'taxes'" in refusal(path)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty file"),
        (b"factors: [", "well-formed YAML"),
        (b"factors: *everything", "alias"),
        (b"\xff\xfe\x00", "UTF-8"),
        (b"title: !!python/object:os.system x", "the tag"),
        (b"title: \x07", "characters that YAML does not allow"),
        (b"- one\n- two\n", "to be valid"),
    ],
)
def test_refuses_what_is_no_codebook(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / "codebook.yaml"
    path.write_bytes(content)
    assert words in refusal(path)


def test_refuses_a_missing_file(tmp_path: Path) -> None:
    path = tmp_path / "nowhere.yaml"
    assert "found none" in refusal(path)
    assert issubclass(CodebookError, CorporaError)


def test_refuses_a_huge_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("corpora.validated.MAX_FILE_BYTES", 10)
    path = write_changed(tmp_path, "version:", "version:")
    assert "at most 10 bytes" in refusal(path)


def test_page_has_not_drifted(codebook: Codebook) -> None:
    page = (ROOT / "docs" / "codebook.md").read_text(encoding="utf-8")
    assert page == render_codebook_page(codebook), (
        "run python -m corpora.codebook > docs/codebook.md"
    )


def test_page_documents_every_code(codebook: Codebook) -> None:
    stream = io.StringIO()
    main(stream)
    page = stream.getvalue()
    for kind in KINDS:
        for category in codebook.categories(kind):
            row = next(
                line for line in page.splitlines() if line.startswith(f"| `{category.id}` |")
            )
            assert row.count(" | ") == 8
            assert category.labels["fi"] in page
            assert category.definitions["en"] in page
