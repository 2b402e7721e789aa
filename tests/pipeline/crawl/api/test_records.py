"""Questions from the subject's own terms, and what is remembered of them."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import quote_plus

import pytest

from kb.frontier import Frontier
from kb.store import Store
from pipeline.crawl.spiders.api.records import (
    ASKED,
    any_of,
    last_asked,
    mail_of,
    note_asked,
    number,
    objects,
    on_same_host,
    subject_phrases,
    text,
    with_query,
)


def test_the_subjects_terms_are_plain_words() -> None:
    phrases = subject_phrases(["nb"])
    assert "tverrfaglig samarbeid" in phrases
    assert "Bedre tverrfaglig innsats BTI" in phrases
    assert "barn unge og deres familier" in phrases
    assert not [phrase for phrase in phrases if set(phrase) & set('",:;()|&[]{}*?')]
    assert len(set(phrases)) == len(phrases)


def test_plain_norwegian_is_both_and_finland_has_its_own_swedish() -> None:
    assert set(subject_phrases(["no"])) == set(subject_phrases(["nb", "nn"]))
    assert "sektorsövergripande samarbete" in subject_phrases(["sv"])
    assert subject_phrases(["pl"]) == ()


def test_letters_of_every_language_are_kept() -> None:
    for language, letters in {"is": "þð", "fo": "ð", "sv": "åäö", "da": "æø", "fi": "äö"}.items():
        together = " ".join(subject_phrases([language]))
        assert [letter for letter in letters if letter in together], language


def test_searches_for_any_phrase_are_parted_by_length() -> None:
    phrases = ["samverkan kring barn", "två ord", "å" * 10]
    assert list(any_of(phrases, 1000)) == [f'"{phrases[0]}" OR "{phrases[1]}" OR "{phrases[2]}"']
    parts = list(any_of(phrases, 45))
    assert " OR ".join(parts) == next(any_of(phrases, 1000))
    assert len(parts) == 3
    assert all(len(quote_plus(part)) <= 67 for part in parts)
    assert list(any_of([], 10)) == []


def test_addresses_leave_out_what_has_no_value() -> None:
    query = {"a": "å b", "none": "", "many": ("1", "2"), "nothing": ()}
    assert with_query("http://x.test/y", query) == "http://x.test/y?a=%C3%A5+b&many=1&many=2"


def test_when_a_question_was_answered(store: Store) -> None:
    frontier = Frontier(store, 1)
    assert last_asked(frontier, "http://x.test/?q=1") is None
    wanted, outcome = note_asked("test-x", "http://x.test/?q=1", "2024-03-01T10:00:00+00:00")
    assert wanted.kind == ASKED
    frontier.remember(wanted, outcome)
    assert last_asked(frontier, "http://x.test/?q=1") == date(2024, 3, 1)
    assert last_asked(frontier, "http://x.test/?q=2") is None


def test_an_unreadable_day_is_none(store: Store) -> None:
    frontier = Frontier(store, 1)
    frontier.remember(*note_asked("test-x", "k", "yesterday"))
    assert last_asked(frontier, "k") is None


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (" å ", "å"),
        (12, "12"),
        (True, ""),
        (None, ""),
        (1.5, ""),
        (["x"], ""),
        ("\ud800x", "?x"),
    ],
)
def test_texts(value: Any, said: str) -> None:
    assert text(value) == said


@pytest.mark.parametrize(
    ("value", "said"),
    [(3, 3), ("12", 12), (-1, 0), ("x", 0), (None, 0), ("٣", 0), ("9" * 50, 0), (2.5, 0)],
)
def test_numbers(value: Any, said: int) -> None:
    assert number(value) == said


def test_objects_of_a_list() -> None:
    assert objects([{"a": 1}, 3, None, [], {"b": 2}]) == ({"a": 1}, {"b": 2})
    assert objects({"a": 1}) == objects(None) == objects("x") == ()


def test_next_pages_stay_on_their_host() -> None:
    assert on_same_host("http://x.test/a?b", "http://x.test/c")
    assert not on_same_host("http://y.test/a", "http://x.test/a")
    assert not on_same_host("http://x.test:81/a", "http://x.test/a")
    assert not on_same_host("http://x.test@y.test/a", "http://x.test/a")
    assert not on_same_host("http://[bad", "http://x.test/a")
    assert not on_same_host("", "")


@pytest.mark.parametrize(
    ("contact", "mail"),
    [
        ("post@example.org", "post@example.org"),
        ("mailto:post@example.org", "post@example.org"),
        ("https://example.org/about", ""),
        ("Kari <kari@example.org>", ""),
        (None, ""),
    ],
)
def test_a_mail_address_is_told_only_where_it_is_one(contact: str | None, mail: str) -> None:
    assert mail_of(contact) == mail
