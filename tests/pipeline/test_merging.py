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


def given(key: str, files: dict[str, str], **said: Any) -> Described:
    """An item of `files` (hash and role); what is said of it is as sure as its reader was."""
    sure = said.pop("sure", 0.7)
    addresses = tuple(address(sha256, role) for sha256, role in files.items())
    return ItemFiles(key, addresses, None, None, {}), {
        name: Field(value, key, sure) for name, value in said.items()
    }


def test_a_file_given_again_without_its_record_says_nothing_more() -> None:
    record = given(
        "z", {"r": "record", "f": "document"}, title="Samþætting", language="is", sure=0.95
    )
    bare = given("a", {"f": "document"}, title="Scan_0001", publisher="Adobe", sure=0.99)
    ordered = order_items([bare, record])
    assert keys(ordered) == ["z", "a"]
    merged = merge_items(ordered)
    assert {name: field.value for name, field in merged.items()} == {
        "title": "Samþætting",
        "language": "is",
    }
    assert keys(order_items([bare])) == ["a"]
    assert merge_items([bare])["title"].value == "Scan_0001"


def test_what_a_person_joined_only_fills_what_is_missing() -> None:
    kept = described("z", title="Trøbbel", publisher="Fafo", sure=0.5, language="nb")
    came = described("a", title="Annet", subtitle="Del 2", publisher="NOVA", doi="10.5555/a")
    last = described("b", doi="10.5555/b", pages="12", title="Tredje")
    came_in = {"a": 1, "b": 2}
    ordered = order_items([last, came, kept], came_in)
    assert keys(ordered) == ["z", "a", "b"]
    merged = merge_items(ordered, came_in)
    assert {name: field.value for name, field in merged.items()} == {
        "title": "Trøbbel",
        "publisher": "Fafo",
        "language": "nb",
        "doi": "10.5555/a",
        "pages": "12",
    }
