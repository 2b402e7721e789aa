"""Where each publication stands, and under which addresses."""

from collections import Counter
from pathlib import Path

import pytest

from corpora.errors import ReplicaError
from corpora.replica.hosts import HOSTS
from corpora.replica.plan import (
    MIRROR_HOST,
    MIRRORED,
    ONLY_IN_OAI,
    ONLY_IN_SITEMAP,
    SUFFIXES,
    TWO_EDITIONS,
    Placement,
    load_placement,
    make_plan,
    slugify,
    stable_number,
)
from corpora.starter import StarterPublication


def test_every_starter_publication_has_a_place(
    starter: tuple[StarterPublication, ...], plan: tuple[Placement, ...]
) -> None:
    assert {place.publication.id for place in plan} == {p.id for p in starter}


def test_the_placement_file_names_only_starter_publications(
    starter: tuple[StarterPublication, ...],
) -> None:
    assert set(load_placement()) <= {publication.id for publication in starter}


def test_every_form_is_used_and_exactly_one_pdf_is_a_scan(plan: tuple[Placement, ...]) -> None:
    forms = Counter(form for place in plan for form in place.forms)
    assert set(forms) == {"pdf", "pdf2", "scan", "chapters", "article", "docx", "pptx"}
    assert forms["scan"] == 1
    assert forms["pdf"] + forms["pdf2"] > 40


def test_at_least_eight_hosts_are_used(plan: tuple[Placement, ...]) -> None:
    assert len({place.host.name for place in plan}) == len(HOSTS) >= 8


def test_chapters_stand_only_on_hosts_that_have_an_address_for_them(
    plan: tuple[Placement, ...],
) -> None:
    assert all(place.host.chapter for place in plan if "chapters" in place.forms)


def test_reports_at_two_addresses_stand_on_the_archive_too(plan: tuple[Placement, ...]) -> None:
    mirrors = [place for place in plan if place.mirror]
    assert {place.publication.id for place in mirrors} == set(MIRRORED)
    assert {place.host.name for place in mirrors} == {MIRROR_HOST}


def test_one_report_is_in_two_editions_with_addresses_of_their_own(
    plan: tuple[Placement, ...],
) -> None:
    editions = [place for place in plan if place.edition]
    assert {place.publication.id for place in editions} == TWO_EDITIONS
    assert [place.edition for place in editions] == [1, 2]
    assert len({place.landing for place in editions}) == 2
    assert len({place.file_path("pdf") for place in editions}) == 2


def test_landing_pages_and_files_have_different_addresses(plan: tuple[Placement, ...]) -> None:
    addresses = [place.host.base + place.landing for place in plan]
    addresses += [
        place.host.base + place.file_path(form) for place in plan for form in place.file_forms
    ]
    assert [url for url, times in Counter(addresses).items() if times > 1] == []


def test_what_is_hidden_from_listings_stands_where_it_can_be_found(
    plan: tuple[Placement, ...],
) -> None:
    hosts = {place.publication.id: place.host for place in plan}
    assert all(hosts[name].sitemap != "none" for name in ONLY_IN_SITEMAP)
    assert all(hosts[name].oai for name in ONLY_IN_OAI)


def test_a_publication_that_is_not_placed_goes_to_its_country(
    starter: tuple[StarterPublication, ...],
) -> None:
    stranger = starter[0].model_copy(update={"id": "is-new-2030-01", "country": "IS"})
    (place,) = make_plan((stranger,))
    assert place.host.name == "skemman-replica.test"
    assert place.forms == ("pdf",)


def test_a_publication_of_no_country_goes_to_the_nordic_site(
    starter: tuple[StarterPublication, ...],
) -> None:
    stranger = starter[0].model_copy(update={"id": "x-new-2030-01", "country": "GLOBAL"})
    assert make_plan((stranger,))[0].host.name == "norden-replica.test"


@pytest.mark.parametrize(
    ("text", "slug"),
    [
        ("Trøbbel i grenseflatene", "trobbel-i-grenseflatene"),
        ("Þjónusta við börn – áform", "thjonusta-vid-born-aform"),
        ("Lasten ja nuorten hyvinvointi (THL)", "lasten-ja-nuorten-hyvinvointi-thl"),
        ("Æ, ø og å", "ae-o-og-a"),
        ("???", ""),
    ],
)
def test_addresses_are_plain_letters(text: str, slug: str) -> None:
    assert slugify(text) == slug


def test_numbers_stay_the_same_from_run_to_run() -> None:
    assert stable_number("no-fafo-2020-02:") == stable_number("no-fafo-2020-02:")
    assert 10000 <= stable_number("a") <= 99999
    assert stable_number("a") != stable_number("b")


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("fafo-replica.test:\n  a: [parchment]\n", "'a' once with forms"),
        ("fafo-replica.test:\n  a: []\n", "'a' once with forms"),
        ("fafo-replica.test:\n  a: [pdf]\nvive-replica.test:\n  a: [pdf]\n", "under vive-replica"),
        ("nowhere.test:\n  a: [pdf]\n", "found 'nowhere.test'"),
    ],
)
def test_a_faulty_placement_is_refused_in_one_sentence(
    tmp_path: Path, text: str, part: str
) -> None:
    path = tmp_path / "placement.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ReplicaError) as refused:
        load_placement(path)
    assert part in str(refused.value)
    assert str(refused.value).startswith("Expected")


def test_file_forms_are_those_with_a_suffix(plan: tuple[Placement, ...]) -> None:
    for place in plan:
        assert set(place.file_forms) == set(place.forms) & set(SUFFIXES)
        for form in place.file_forms:
            assert f".{SUFFIXES[form]}" in place.file_path(form) or "/pdf" in place.file_path(form)
