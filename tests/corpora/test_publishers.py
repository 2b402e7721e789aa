"""Publishers under all their names."""

from __future__ import annotations

from pathlib import Path

import pytest

from corpora.errors import RegistryError
from corpora.publishers import PublisherNames, load_publishers
from corpora.registry import load_sources
from corpora.starter import load_starter

PUBLISHERS = load_publishers()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Fafo", "Forskningsstiftelsen Fafo"),
        ("Barne-, ungdoms- og familiedirektoratet (Bufdir)", "Bufdir"),
        ("Danmarks Evalueringsinstitut (EVA)", "EVA"),
        ("THL", "Institutet för hälsa och välfärd"),
        ("Nordisk ministerråd", "Nordic Council of Ministers"),
        ("BERGEN  Kommune", "Bergen kommune"),
        ("Møreforsking Molde AS", "Møreforsking"),
        ("Socialstyrelsen og Skolverket", "Statens skolverk"),
        ("Fylkesmannen i Vestland / Statens helsetilsyn", "Helsetilsynet"),
    ],
)
def test_names_of_one_body_agree(one: str, other: str) -> None:
    assert PUBLISHERS.bodies(one) & PUBLISHERS.bodies(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Bergen kommune", "Tromsø kommune"),
        ("Fafo", "NOVA"),
        ("Riksrevisjonen", "Riksrevisionen"),
        ("Institutt for helse og samfunn", "Institutt for samfunn"),
        ("", "Fafo"),
    ],
)
def test_other_bodies_do_not(one: str, other: str) -> None:
    assert not PUBLISHERS.bodies(one) & PUBLISHERS.bodies(other)


def test_several_bodies_are_all_kept() -> None:
    assert len(PUBLISHERS.bodies("Statsforvalteren i Vestland / Statens helsetilsyn")) == 2
    assert len(PUBLISHERS.bodies("Socialstyrelsen, Skolverket och Skolinspektionen")) == 3


def test_every_publisher_of_the_registry_and_the_starter_means_something() -> None:
    names = {source.name for source in load_sources().values()}
    names |= {entry.publisher for entry in load_starter() if entry.publisher}
    assert [name for name in sorted(names) if not PUBLISHERS.bodies(name)] == []


def test_a_name_under_two_publishers_is_refused() -> None:
    with pytest.raises(ValueError, match="'FAFO' stands under 'Fafo' and under 'NOVA'"):
        PublisherNames.model_validate({"NO": [["Fafo", "Fafo AIS"], ["NOVA", "FAFO"]]})


def test_a_fault_names_the_file(tmp_path: Path) -> None:
    path = tmp_path / "utgivere.yaml"
    path.write_text("NO:\n  - [Fafo]\nXX:\n  - [Ingen]\n", encoding="utf-8")
    with pytest.raises(RegistryError, match=r"utgivere\.yaml"):
        load_publishers(path)
