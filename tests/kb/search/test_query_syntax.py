from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kb.search.query_syntax import (
    Beside,
    Both,
    Clause,
    Either,
    Named,
    Not,
    Phrase,
    SyntaxMistake,
    Word,
    read_syntax,
)


def clauses(typed: str) -> tuple[Clause, ...]:
    return read_syntax(typed)[0].clauses


def mistake(typed: str) -> tuple[str, int | None]:
    with pytest.raises(SyntaxMistake) as caught:
        read_syntax(typed)
    return caught.value.notice.kind, caught.value.notice.place


def test_words_beside_one_another_are_words() -> None:
    assert clauses("barn og unge") == (Word("barn", 0), Word("og", 5), Word("unge", 8))


@pytest.mark.parametrize(
    "typed", ['"til barnets beste"', "«til barnets beste»", "“til barnets beste”"]
)
def test_quotes_of_every_country_make_a_phrase(typed: str) -> None:
    assert clauses(typed) == (Phrase("til barnets beste", 0),)


def test_operators_bind_not_before_and_before_or() -> None:
    assert clauses("a OR b AND NOT c") == (
        Either((Word("a", 0), Both((Word("b", 5), Not(Word("c", 15)))))),
    )


def test_brackets_hold_what_belongs_together() -> None:
    assert clauses("skole AND (barnevern OR politi)") == (
        Both((Word("skole", 0), Either((Word("barnevern", 11), Word("politi", 24))))),
    )
    assert clauses("(a b) c") == (Beside((Word("a", 1), Word("b", 3))), Word("c", 6))


def test_a_hyphen_excludes_only_at_the_beginning_of_a_word() -> None:
    assert clauses("a -b") == (Word("a", 0), Not(Word("b", 3)))
    assert clauses('-"to ord"') == (Not(Phrase("to ord", 1)),)
    assert clauses("0-24-samarbeidet") == (Word("0-24-samarbeidet", 0),)
    assert clauses("barne- og ungdomsarbeid")[0] == Word("barne-", 0)
    assert clauses("før - etter")[1] == Word("-", 4)
    assert clauses("NOT NOT a") == (Word("a", 8),)


def test_a_star_at_the_end_asks_for_the_beginning() -> None:
    assert clauses("samverk* a*b *") == (
        Word("samverk", 0, prefix=True),
        Word("a*b", 9),
        Word("*", 13),
    )


def test_fields_take_a_word_a_list_a_span_or_a_phrase() -> None:
    assert clauses('author:Åsa title:"God start" year:2015..2020 country:NO,SE') == (
        Named("author", "Åsa", 7),
        Named("title", "God start", 17, quoted=True),
        Named("year", "2015..2020", 34),
        Named("country", "NO,SE", 53),
    )
    assert clauses("Author:han*") == (Named("author", "han", 7, prefix=True),)
    assert clauses("title:barne-vern") == (Named("title", "barne-vern", 6),)


def test_a_colon_in_a_sentence_is_no_field() -> None:
    assert clauses("Samhandling: en studie")[0] == Word("Samhandling:", 0)
    assert clauses("https://example.org/a:b") == (Word("https://example.org/a:b", 0),)
    assert read_syntax("https://example.org")[1] == ()
    assert read_syntax("Kap:3")[1] == ()


def test_a_field_that_there_is_not_is_a_word_and_is_told() -> None:
    found, notices = read_syntax("barn autor:Hansen")
    assert found.clauses == (Word("barn", 0), Word("autor:Hansen", 5))
    assert [(n.kind, n.place, n.values["value"]) for n in notices] == [
        ("unknown_field", 6, "autor")
    ]
    assert "author, title, publisher, year" in str(notices[0])


def test_capitals_throughout_are_no_operators() -> None:
    assert clauses("BARN AND UNGE") == (Word("BARN", 0), Word("AND", 5), Word("UNGE", 9))


@pytest.mark.parametrize(
    ("typed", "kind", "place"),
    [
        ('samarbeid "uten slutt', "quote_open", 11),
        ('barn ""', "quote_empty", 6),
        ("barn «?»", "quote_empty", 6),
        ("(barn", "bracket_open", 1),
        ("barn) skole", "bracket_closed", 5),
        ("barn ()", "bracket_empty", 6),
        ("(" * 21 + "x", "bracket_deep", 21),
        ("AND barn", "nothing_before", 1),
        ("barn OR OR skole", "nothing_after", 6),
        ("barn AND", "nothing_after", 6),
        ("barn (skole OR)", "nothing_after", 13),
        ("barn NOT", "nothing_after", 6),
        ('barn year:"', "quote_open", 11),
    ],
)
def test_a_mistake_is_told_with_its_place(typed: str, kind: str, place: int) -> None:
    assert mistake(typed) == (kind, place)


@pytest.mark.parametrize("typed", ["NOT " * 2500 + "barn", "- " * 5000, "a AND " * 1500 + "b"])
def test_a_long_chain_is_read(typed: str) -> None:
    assert clauses(typed)


@given(
    st.lists(
        st.sampled_from(
            [
                "a",
                "å ",
                " AND ",
                " OR ",
                "NOT ",
                "-",
                "(",
                ")",
                '"',
                "»",
                "*",
                "year:",
                "x:",
                " ",
                "\0",
            ]
        ),
        max_size=14,
    ).map("".join)
)
@example("year:(a")
@example("-)")
@example('-"')
def test_whatever_is_typed_is_read_or_told(typed: str) -> None:
    try:
        found, notices = read_syntax(typed)
    except SyntaxMistake as told:
        assert 1 <= (told.notice.place or 0) <= len(typed)
        assert str(told).endswith("; the query was searched as plain words.")
    else:
        assert isinstance(found, Beside)
        assert all(str(notice) for notice in notices)
