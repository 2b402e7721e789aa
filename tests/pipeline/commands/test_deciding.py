"""join, split, correct and remove as commands: at once in the record, said what is still to do."""

from __future__ import annotations

from typing import Any

import pytest

from kb.library import list_publications, present_passages
from kb.settings import Settings
from kb.store import open_store
from tests.command_line import Ran, run_here
from tests.sample import REPORT


class Home:
    """A data home in which commands are run under a name."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    def run(self, *args: object, user: str = "Kari") -> Ran:
        """Run a command as somebody."""
        return run_here(self.settings.home, *args, SAMVIRKE_USER=user)

    @property
    def titles(self) -> dict[str, str]:
        """Publications' ids by their titles."""
        store = open_store(self.settings)
        found = {str(view.csl["title"]): view.id for view in list_publications(store)}
        store.close()
        return found

    def passages(self, publication_id: str) -> int:
        """How many passages a publication has."""
        store = open_store(self.settings)
        count = len(present_passages(store, publication_id))
        store.close()
        return count


@pytest.fixture
def home(own_home: Settings) -> Home:
    return Home(own_home)


@pytest.fixture
def two(home: Home) -> tuple[str, str]:
    titles = home.titles
    first = next(name for title, name in titles.items() if "små steder" in title)
    return first, next(name for name in titles.values() if name != first)


def test_two_publications_are_joined_listed_and_split_again(
    home: Home, two: tuple[str, str]
) -> None:
    first, second = two
    total = home.passages(first) + home.passages(second)
    joined = home.run("join", first, second, "--comment", "samme rapport")
    assert joined.status == 0
    assert joined.said == "Search shows it whole after `samvirke index`."
    assert (joined.json["publication_id"], joined.json["passages"]) == (first, total)
    assert second not in home.titles.values()
    listed = home.run("split", first).json
    assert {entry["reason"] for entry in listed} == {"put here by Kari"}
    key = listed[1]["item"]
    split = home.run("split", first, "--item", key, "--by", "Per").json
    assert [entry["items"][0]["item"] for entry in split] == [key, listed[0]["item"]]
    assert sum(entry["passages"] for entry in split) == total
    assert len(home.titles) == 3
    back = home.run("split", first, "--undo").json
    assert back[0]["passages"] == total
    other = next(name for name in home.titles.values() if name != first)
    wrong = home.run("join", first, other, "--undo")
    assert wrong.status == 1 and f"of {first} and {other} to take back" in wrong.said
    again = home.run("join", first, second, "--undo")
    assert again.status == 0 and len(home.titles) == 3
    assert home.passages(second) + home.passages(first) == total


def test_a_field_is_corrected_shown_and_taken_back(home: Home, two: tuple[str, str]) -> None:
    first, _ = two
    done = home.run("correct", first, "--field", "year", "--value", "2018", "--comment", "omslag")
    assert done.json["value"] == {"date-parts": [[2018]]}
    assert "after `samvirke index`" in done.said
    (hit, *_) = home.run("search", "ledelse og samarbeid", "-k", "3").json
    assert hit["citation"]["issued"] == {"date-parts": [[2018]]}
    (act,) = home.run("correct", first).json
    assert (act["field"], act["by"], act["comment"], act["stands"]) == (
        "issued",
        "Kari",
        "omslag",
        True,
    )
    home.run("correct", first, "--field", "year", "--undo")
    (hit, *_) = home.run("search", "ledelse og samarbeid", "-k", "3").json
    assert hit["citation"]["issued"] == {"date-parts": [[2019]]}


def test_a_correction_must_name_its_field(home: Home, two: tuple[str, str]) -> None:
    for given in (("--value", "2018"), ("--undo",)):
        ran = home.run("correct", two[0], *given)
        assert (ran.status, ran.data) == (1, b"")
        assert f"Expected --field with {given[0]}, found none" in ran.said
    assert home.run("correct", two[0]).json == []


def test_a_removed_publication_is_hidden_at_once_and_stays_out(
    home: Home, two: tuple[str, str]
) -> None:
    first, _ = two
    assert any(hit["publication_id"] == first for hit in search(home))
    gone = home.run("remove", first, "--reason", "trukket tilbake", "--yes")
    assert gone.status == 0
    assert (gone.json["publication_id"], gone.json["files"]) == (first, 1)
    assert "run `samvirke index`" in gone.said
    assert not any(hit["publication_id"] == first for hit in search(home))
    given = home.settings.home / "given" / REPORT
    (added,) = home.run("add", given).json
    assert (added["status"], added["publication_id"]) == ("failed", None)
    assert "which Kari removed on" in added["reason"]
    assert first not in home.titles.values()
    assert home.run("index").status == 0
    assert home.run("doctor").json == []
    assert home.run("remove", first, "--reason", "igjen", "--yes").status == 1


def search(home: Home) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = home.run("search", "ledelse og samarbeid", "-k", "10").json
    return found


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("correct", "FIRST", "--field", "year"), "Expected --value with --field year"),
        (("correct", "FIRST", "--field", "isbn", "--value", "1"), "check digit is right"),
        (("correct", "p-none", "--field", "year", "--value", "2019"), "no publication 'p-none'"),
        (("split", "FIRST", "--item", "http://nowhere/"), "its items are: upload:"),
        (("join", "FIRST", "FIRST"), "one publication already"),
        (("remove", "FIRST", "--reason", "feil"), "Expected --yes where nobody can be asked"),
        (("remove", "FIRST", "--reason", " ", "--yes"), "needs a reason"),
    ],
)
def test_what_cannot_be_is_one_sentence(
    home: Home, two: tuple[str, str], args: tuple[str, ...], said: str
) -> None:
    ran = home.run(*(two[0] if arg == "FIRST" else arg for arg in args))
    assert ran.status == 1
    assert said in ran.said


def test_who_decides_must_say_who(home: Home, two: tuple[str, str]) -> None:
    ran = home.run("join", *two, user="")
    assert ran.status == 1
    assert "Expected your name" in ran.said
    assert len(home.titles) == 3


def test_a_join_says_whose_record_is_kept_and_what_came(home: Home, two: tuple[str, str]) -> None:
    first, second = two
    home.run("correct", second, "--field", "doi", "--value", "10.5555/other")
    joined = home.run("join", first, second)
    assert joined.json["title"] == "Samarbeid på små steder: ledelse og taushetsplikt"
    assert joined.json["joined"] == second
    assert "DOI" in joined.json["fields_from_other"]
    assert "title" not in joined.json["fields_from_other"]
    told = [line for line in joined.err.splitlines() if "is kept" in line]
    assert told[0].startswith(f"The record of {first} is kept; from the other came: ")
    assert "DOI" in told[0]


def test_files_are_shown_and_split_off_by_their_names(home: Home, two: tuple[str, str]) -> None:
    first, second = two
    home.run("join", first, second)
    listed = home.run("split", first).json
    names = [entry["files"] for entry in listed]
    assert [REPORT] in names
    assert all(len(files) == 1 and "upload:" not in files[0] for files in names)
    new = home.run("split", first, "--item", names[1][0]).json[0]
    assert [item["files"] for item in new["items"]] == [names[1]]
    wrong = home.run("split", first, "--item", "nothing.pdf")
    assert wrong.status == 1
    assert "nothing.pdf" in wrong.said


def test_a_removed_publication_is_neither_cited_corrected_nor_split(
    home: Home, two: tuple[str, str]
) -> None:
    first, second = two
    assert home.run("remove", first, "--reason", "trukket", "--yes").status == 0
    for args in (
        ("cite", "--publication", second, "--publication", first, "--to", "ris"),
        ("correct", first, "--field", "year", "--value", "2019"),
        ("split", first),
        ("split", first, "--item", "x"),
        ("join", second, first),
    ):
        ran = home.run(*args)
        assert (ran.status, ran.data) == (1, b"")
        assert ran.said == (
            f"samvirke: Publication {first} was removed (trukket), which cannot be undone; "
            "leave it out."
        )


def test_the_history_says_what_an_undo_restored(home: Home, two: tuple[str, str]) -> None:
    first, _ = two
    home.run("correct", first, "--field", "authors", "--value", "{Ministry of Health, Norway}")
    home.run("correct", first, "--field", "authors", "--undo")
    acts = home.run("correct", first).json
    assert acts[1]["undo"]
    assert acts[1]["restored"] == [{"family": "Ærøskøbing", "given": "Åse"}]
    table = home.run("correct", first, "--format", "table").out
    assert "taken back" in table
    assert "{Ministry" in table
