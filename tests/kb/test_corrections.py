"""A person's word about a field outranks what was read, is kept with its history, can be undone."""

from __future__ import annotations

from typing import Any

import pytest

from kb.corrections import (
    FIELDS,
    check_value,
    correct,
    field_key,
    list_corrections,
    settle_given,
    undo_correction,
    written_value,
)
from kb.errors import CorrectionError, NotFoundError, RemovedError
from kb.grouping import join, split
from kb.library import publication_detail
from kb.publications import save_publication
from kb.removal import remove
from kb.store import Store
from kb.tables import Publication
from kb.work_stamp import work_stamp
from tests.builders import Shelf, publication
from tests.kb.curated import two_reports


def csl(shelf: Shelf) -> dict[str, Any]:
    return publication_detail(shelf.store, shelf.publication_id).view.csl


def say(shelf: Shelf, field: str, value: object, by: str = "Åsa") -> Any:
    return correct(shelf.store, shelf.publication_id, field, value, by).value


def test_a_correction_counts_at_once_and_after_a_new_reading(shelf: Shelf) -> None:
    before = work_stamp(shelf.store)
    act = correct(shelf.store, shelf.publication_id, "year", "2019", "Åsa", "står på omslaget")
    assert (act.field, act.before, act.stands) == ("issued", {"date-parts": [[2020]]}, True)
    assert csl(shelf)["issued"] == {"date-parts": [[2019]]}
    assert work_stamp(shelf.store) != before
    with shelf.store.write() as session:
        save_publication(session, shelf.publication_id, publication("Ny lesning"))
        settle_given(session, shelf.publication_id)
    assert csl(shelf)["issued"] == {"date-parts": [[2019]]}
    assert csl(shelf)["title"] == "Ny lesning"


def test_the_newest_word_counts_and_can_be_taken_back_one_by_one(shelf: Shelf) -> None:
    say(shelf, "publisher", "NOVA")
    say(shelf, "publisher", "Forskningsstiftelsen Fafo", "Kari")
    assert csl(shelf)["publisher"] == "Forskningsstiftelsen Fafo"
    undone = undo_correction(shelf.store, shelf.publication_id, "publisher", "Per")
    assert (undone.value, undone.before, undone.stands) == (
        None,
        "Forskningsstiftelsen Fafo",
        False,
    )
    assert csl(shelf)["publisher"] == "NOVA"
    undo_correction(shelf.store, shelf.publication_id, "publisher", "Per")
    assert csl(shelf)["publisher"] == "Fafo"
    with pytest.raises(CorrectionError, match="found none"):
        undo_correction(shelf.store, shelf.publication_id, "publisher", "Per")
    history = list_corrections(shelf.store, shelf.publication_id)
    assert [(act.by, act.value, act.stands) for act in history] == [
        ("Åsa", "NOVA", False),
        ("Kari", "Forskningsstiftelsen Fafo", False),
        ("Per", None, False),
        ("Per", None, False),
    ]


def test_a_field_can_be_said_to_be_missing(shelf: Shelf) -> None:
    assert say(shelf, "publisher", "") == ""
    assert "publisher" not in csl(shelf)
    assert say(shelf, "authors", "") == []
    assert "author" not in csl(shelf)
    undo_correction(shelf.store, shelf.publication_id, "authors", "Åsa")
    assert csl(shelf)["author"] == [{"family": "Ærøskøbing", "given": "Åse"}]


def test_what_was_said_when_a_file_was_added_comes_back(shelf: Shelf) -> None:
    with shelf.store.write() as session:
        session.get_one(Publication, shelf.publication_id).given = {"title": "Ved opplasting"}
    say(shelf, "title", "Rettet")
    say(shelf, "title", "Rettet igjen")
    undo_correction(shelf.store, shelf.publication_id, "title", "Åsa")
    assert csl(shelf)["title"] == "Rettet"


@pytest.mark.parametrize(
    ("field", "given", "kept"),
    [
        ("title", "  Þjónusta  við\nbörn ", "Þjónusta við börn"),
        ("year", 2019, {"date-parts": [[2019]]}),
        ("year", {"date-parts": [[2019]]}, {"date-parts": [[2019]]}),
        ("authors", "Berg, Ida; Fafo", [{"family": "Berg", "given": "Ida"}, {"literal": "Fafo"}]),
        ("authors", [{"family": "Ås", "given": ""}], [{"family": "Ås"}]),
        ("authors", "Moe Dahl, Siri\nStatens helsetilsyn",
         [{"family": "Moe Dahl", "given": "Siri"}, {"literal": "Statens helsetilsyn"}]),
        ("isbn", "82-7808-061-5", "9788278080610"),
        ("doi", "https://doi.org/10.7577/FB.123", "10.7577/fb.123"),
        ("issn", "15042553", "1504-2553"),
        ("pages", "12 – 20", "12-20"),
        ("language", "Swedish", "sv"),
        ("countries", "no, se", ["NO", "SE"]),
        ("url", "https://example.org/a b", "https://example.org/a%20b"),
        ("type", "thesis", "thesis"),
    ],
)  # fmt: skip
def test_values_are_kept_in_one_form(field: str, given: object, kept: object) -> None:
    assert check_value(field_key(field), given) == kept


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("year", "1066", "a year between 1500 and 2100"),
        ("year", "snart", "found 'snart'"),
        ("isbn", "978-82-7808-061-4", "check digit"),
        ("doi", "doi:hello", "such as 10.1234/abc"),
        ("issn", "1504-2551", "check digit"),
        ("type", "rapport", "report, article-journal"),
        ("url", "javascript:alert(1)", "begins with http"),
        ("countries", "NO XX", "countries among NO"),
        ("language", "klingonsk?", "a language"),
        ("title", "x" * 30_000, "shorten it"),
        ("title", "", "Expected a title, found none"),
        ("title", "  ", "Expected a title, found none"),
        ("color", "red", "a field among title, authors"),
    ],
)
def test_what_cannot_be_is_refused_in_one_sentence(
    shelf: Shelf, field: str, value: str, said: str
) -> None:
    with pytest.raises(CorrectionError, match=said):
        say(shelf, field, value)
    assert list_corrections(shelf.store, shelf.publication_id) == []


def test_nobody_corrects_without_a_name_or_a_publication(shelf: Shelf) -> None:
    with pytest.raises(CorrectionError, match="needs the name"):
        say(shelf, "year", 2019, by=" ")
    with pytest.raises(NotFoundError):
        correct(shelf.store, "p-none", "year", 2019, "Åsa")


def test_every_field_has_a_check(shelf: Shelf) -> None:
    for field in FIELDS:
        if field != "title":
            assert check_value(field_key(field), " ") in ("", [])


def test_corrections_survive_a_join_and_a_split(store: Store) -> None:
    _, first, second = two_reports(store)
    correct(store, second, "number", "2020:2", "Åsa")
    correct(store, first, "title", "Den første", "Åsa")
    join(store, first, second, "Kari")
    view = publication_detail(store, first).view
    assert (view.csl["title"], view.csl["number"]) == ("Den første", "2020:2")
    new = split(store, first, ["http://b.no/2"], "Kari")
    view = publication_detail(store, first).view
    assert (view.csl["title"], view.csl["number"]) == ("Den første", "2020:2")
    assert list_corrections(store, new) == []


def test_a_body_with_a_comma_stands_in_braces_and_is_written_so_again(shelf: Shelf) -> None:
    text = "{Ministry of Health, Norway}; Ærø, Åse; {A; B}; Fafo"
    names = say(shelf, "authors", text)
    assert names == [
        {"literal": "Ministry of Health, Norway"},
        {"family": "Ærø", "given": "Åse"},
        {"literal": "A; B"},
        {"literal": "Fafo"},
    ]
    assert written_value("author", names) == text


@pytest.mark.parametrize("text", ["{half, open; Fafo", "half, open}; Fafo", "{"])
def test_a_brace_that_is_not_closed_is_no_name(shelf: Shelf, text: str) -> None:
    with pytest.raises(CorrectionError, match=r"\{Ministry of Health, Norway\}"):
        say(shelf, "authors", text)


@pytest.mark.parametrize(
    ("field", "value", "text"),
    [
        ("issued", {"date-parts": [[2019]]}, "2019"),
        ("countries", ["NO", "AX"], "NO, AX"),
        ("title", "Þjónusta", "Þjónusta"),
        ("publisher", "", ""),
        ("author", [], ""),
        ("issued", None, ""),
    ],
)
def test_values_as_a_person_writes_them(field: str, value: object, text: str) -> None:
    assert written_value(field, value) == text


def test_taking_back_says_what_counts_again(shelf: Shelf) -> None:
    say(shelf, "publisher", "NOVA")
    say(shelf, "publisher", "OsloMet")
    undone = undo_correction(shelf.store, shelf.publication_id, "publisher", "Per")
    assert (undone.undo, undone.before, undone.restored) == (True, "OsloMet", "NOVA")
    undone = undo_correction(shelf.store, shelf.publication_id, "publisher", "Per")
    assert (undone.before, undone.restored) == ("NOVA", "Fafo")
    say(shelf, "doi", "10.5555/x")
    assert undo_correction(shelf.store, shelf.publication_id, "doi", "Per").restored is None
    acts = list_corrections(shelf.store, shelf.publication_id)
    assert [(act.undo, act.restored) for act in acts] == [
        (False, None),
        (False, None),
        (True, "NOVA"),
        (True, "Fafo"),
        (False, None),
        (True, None),
    ]


def test_a_removed_publication_is_not_corrected(shelf: Shelf) -> None:
    say(shelf, "year", "2019")
    remove(shelf.store.settings, shelf.store, shelf.publication_id, reason="feil fil", by="Åsa")
    with pytest.raises(RemovedError, match=rf"{shelf.publication_id} was removed \(feil fil\)"):
        say(shelf, "year", "2018")
    with pytest.raises(RemovedError, match="cannot be undone"):
        undo_correction(shelf.store, shelf.publication_id, "year", "Åsa")
