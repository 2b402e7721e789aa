"""One record from several items: who speaks first, and what versions may say."""

from __future__ import annotations

from typing import Any

from kb.files import ItemFiles
from pipeline.merging import Described, merge_items, order_items, title_of
from pipeline.records import Field
from tests.pipeline.test_item_facts import address


def described(key: str, sure: float = 0.9, version_of: str | None = None, **said: Any) -> Described:
    found = ItemFiles(key, (address(key, "landing", version_of=version_of),), None, None, {})
    return found, {name: Field(value, key, sure) for name, value in said.items()}


def keys(ordered: list[Described]) -> list[str]:
    return [item.key for item, _ in ordered]


def test_originals_and_newest_editions_speak_first() -> None:
    ordered = order_items(
        [
            described("a", title="Summary of trouble", language="en"),
            described("b", title="Trouble", language="en"),
            described("c", title="Trøbbel", language="nb", version_of="d"),
            described("d", title="Trøbbel", language="nb"),
            described("e", title="Trøbbel", subtitle="2. utgave", language="nb"),
        ]
    )
    assert keys(ordered) == ["e", "d", "b", "a", "c"]


def test_another_edition_keeps_its_year_and_numbers() -> None:
    newest = described("a", title="Trøbbel. 2. utgave", year=2021, sure=0.7)
    first = described("b", title="Trøbbel", year=2018, isbn="9788278080610", number="7", sure=0.9)
    merged = merge_items([newest, first])
    assert merged["title"].value == "Trøbbel. 2. utgave"
    assert merged["year"].value == 2021
    assert "isbn" not in merged
    assert merged["number"].value == "7"


def test_a_copy_fills_what_is_missing_and_says_where_from() -> None:
    merged = merge_items(
        [described("a", title="Trøbbel"), described("b", title="Trøbbel", year=2018)]
    )
    assert merged["year"] == Field(2018, "b", 0.9)
    assert merged["title"].origin == "a"


def test_the_surer_publisher_name_counts() -> None:
    merged = merge_items(
        [
            described("a", title="Trøbbel", publisher="Fafo", sure=0.6),
            described("b", title="Trøbbel", publisher="Forskningsstiftelsen Fafo"),
        ]
    )
    assert merged["publisher"] == Field("Forskningsstiftelsen Fafo", "b", 0.9)


def test_a_title_is_read_with_its_subtitle() -> None:
    _, fields = described("a", title="Trøbbel", subtitle="Del 2")
    assert title_of(fields).parts == {2}
    assert title_of({}).words == ()
