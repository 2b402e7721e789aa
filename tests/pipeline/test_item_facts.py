"""What an item is known by: facts folded for comparison, and keys under which others find it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from kb.files import AddressView, ItemFiles
from pipeline.item_facts import ItemFacts, body_addresses, item_facts, keys_of
from pipeline.records import Field
from tests.pipeline.grouped import TITLE, item, text

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def address(url: str, role: str, position: int = 0, **changes: Any) -> AddressView:
    values = {"version_of": None, "source_id": "no-x", **changes}
    return AddressView(
        url, "http://a.no/1", role, position, url, "text/html", None, None,
        values["version_of"], values["source_id"], NOW, NOW, None,
    )  # fmt: skip


def facts(*addresses: AddressView, **said: Any) -> ItemFacts:
    found = ItemFiles("http://a.no/1", addresses, None, None, {})
    return item_facts(found, {name: Field(value, "x", 0.9) for name, value in said.items()}, [], [])


def test_fields_become_facts_to_compare() -> None:
    found = facts(
        address("http://a.no/1", "landing", version_of="http://a.no/0"),
        title="Trøbbel i grenseflatene",
        subtitle="En studie",
        other_titles=["Trouble"],
        authors=[{"family": "Ødegård", "given": "Pål"}, {"literal": "Forskningsstiftelsen Fafo"}],
        year=2020,
        publisher="Fafo AIS",
        doi="https://doi.org/10.1234/ABC",
        isbn=["978-82-7808-061-0", "978-82-7808-061-0"],
        language="nn-NO",
        series="Fafo-rapport 2020:02",
    )
    assert found.titles == ("Trøbbel i grenseflatene: En studie", "Trouble")
    assert found.makers == (("odegard", "pal"),)
    assert found.authoring == ("fafo",) and found.publisher == ("fafo",)
    assert (found.year, found.language, found.source_id) == (2020, "no", "no-x")
    assert found.dois == ("10.1234/abc",) and found.isbns == ("9788278080610",)
    assert (found.series, found.number) == (("fafo",), (2020, 2))
    assert found.refers == ("http://a.no/0",) and found.is_version


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ({"series": "Rapport", "number": "2/2019"}, (2019, 2)),
        ({"series": "NOVA Rapport 2/19"}, (2, 19)),
        ({"series": "RiR 2011:17"}, (2011, 17)),
        ({"series": "Fafo-rapport", "number": "2020:02E"}, (2020, 2)),
        ({"series": "Skriftserie"}, ()),
        ({}, ()),
    ],
)
def test_series_numbers_are_their_digits(said: dict[str, str], number: tuple[int, ...]) -> None:
    assert facts(address("u", "landing"), **said).number == number


def test_a_word_that_every_series_has_names_none() -> None:
    assert facts(address("u", "landing"), series="Rapport", number="3").series == ()
    assert facts(address("u", "landing"), series="NOVA Rapport", number="3").series == ("nova",)


def test_what_is_unusable_is_left_out() -> None:
    found = facts(
        address("u", "landing"), year="snart", isbn="12", doi="x", authors=[{}], title="–"
    )
    assert (found.year, found.isbns, found.dois, found.makers, found.titles) == (
        None,
        (),
        (),
        (),
        (),
    )
    assert found.title.words == ()


def test_a_journal_makes_an_article() -> None:
    found = facts(address("u", "landing"), journal="Tidsskrift", volume="3", pages="1-9")
    assert found.article == ("tidsskrift", "3", "", "1 9")
    assert facts(address("u", "landing"), volume="3").article == ()


def test_documents_stand_for_an_item_before_chapters_and_pages() -> None:
    page, pdf = address("u", "landing"), address("u.pdf", "document", 1)
    first = address("v.pdf", "document", 0)
    chapter = address("u/1", "chapter")

    def roles(*addresses: AddressView) -> list[str]:
        found = ItemFiles("u", addresses, None, None, {})
        return [one.url for one in body_addresses(found)]

    assert roles(page, pdf, first, chapter) == ["v.pdf", "u.pdf"]
    assert roles(page, chapter) == ["u/1"]
    assert roles(page) == ["u"]
    assert roles() == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"dois": ("10.1/x",)}, {"title": None, "dois": ("10.1/x",)}),
        ({"isbns": ("1",)}, {"title": None, "isbns": ("1",)}),
        ({"files": ("f",)}, {"title": None, "files": ("f",)}),
        ({"refers": ("a",)}, {"title": None, "refers": ("a",)}),
        ({"number": (2020, 2), "publisher": ("fafo",)},
         {"title": None, "number": (2020, 2), "series": ("fafo",)}),
        ({}, {"title": "Samordnct innsats for utsatte bam og unge"}),
        ({}, {"title": "Samordnet innsats for utsatte barn i k…"}),
        ({"title": "Samordnet innsats: en studie"}, {"title": "Samordnet innsats"}),
        ({"makers": (("berg", "ida"),), "year": 2019},
         {"title": "Joint efforts", "makers": (("berg", "i"),), "year": 2019}),
        ({"makers": (("berg", "ida"), ("vik", "o"))},
         {"title": "Joint efforts", "year": 2011, "makers": (("berg", "i"), ("vik", "ole"))}),
        ({"title": None, "sketches": (text(1),)}, {"title": None, "sketches": (text(1),)}),
    ],
)  # fmt: skip
def test_items_that_may_be_one_share_a_key(one: dict[str, Any], other: dict[str, Any]) -> None:
    assert set(keys_of(item("a", **{"title": TITLE, **one}))) & set(
        keys_of(item("b", **{"title": TITLE, **other}))
    )


def test_items_with_nothing_in_common_share_none() -> None:
    one = item("a", makers=(("berg", "ida"),), year=2019, sketches=(text(1),))
    other = item("b", "Fiske i nord", makers=(("vik", "ole"),), year=2019, sketches=(text(2),))
    assert not set(keys_of(one)) & set(keys_of(other))
