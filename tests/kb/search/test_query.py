from __future__ import annotations

import pytest

from kb.errors import QueryError
from kb.search.query import MOST_CHARACTERS, PARAGRAPH_WORDS, Query, read_query
from kb.search.query_syntax import Word

KNOWN = {"country": {"no": "NO", "norge": "NO", "se": "SE"}, "factor": {"leadership": "leadership"}}


def kinds(query: Query) -> list[str]:
    return [notice.kind for notice in query.notices]


@pytest.mark.parametrize(
    "typed", ["", "   ", "?!", "🙂🙂", "\0", '""', "…", "\n\t", "-", "()", "*"]
)
def test_what_holds_no_word_is_refused_in_one_sentence(typed: str) -> None:
    with pytest.raises(QueryError, match="needs at least one word or number"):
        read_query(typed)


@pytest.mark.parametrize(
    "typed",
    [
        '"ubalanserte anførselstegn',
        "author: OR AND NOT (",
        "tittel:[2015 TO",
        "a\0b",
        "*:x && ~",
        "\ud800 halv",
    ],
)
def test_odd_syntax_is_plain_words(typed: str) -> None:
    query = read_query(typed)
    assert query.text
    assert query.clauses is None
    assert "\0" not in query.text


def test_a_plain_question_is_left_as_it_is() -> None:
    typed = "hva fremmer samarbeid (mellom skole og barnevern)?"
    query = read_query(typed)
    assert (query.text, query.clauses, query.notices) == (typed, None, ())
    assert (query.phrases, query.prefixes, query.paragraph) == ((), frozenset(), False)


def test_a_mistake_is_told_and_everything_searched_as_words() -> None:
    query = read_query('samarbeid AND "individuell plan')
    assert query.text == 'samarbeid AND "individuell plan'
    assert [str(notice) for notice in query.notices] == [
        "The quotation mark at character 15 is not closed; the query was searched as plain words."
    ]


def test_the_meaning_is_searched_by_what_is_asked_for_only() -> None:
    query = read_query('samarbeid "individuell plan" -skole NOT politi year:2015 barnevern*')
    assert query.text == "samarbeid individuell plan barnevern"
    assert query.phrases == (("individuell", "plan"),)
    assert query.exact == {"individuell", "plan"}
    assert query.prefixes == {"barnevern"}
    assert query.clauses is not None
    assert query.clauses.clauses[0] == Word("samarbeid", 0)


def test_a_title_stands_for_the_meaning_where_nothing_else_is_asked() -> None:
    assert read_query("title:samhandling author:Berg").text == "samhandling"
    only = read_query("author:Berg -skole")
    assert only.text == ""
    assert only.clauses is not None


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("barn country:XX", "“XX” at character 14 is no country that there is (NO, SE); it was"),
        ("barn factor:housing", "“housing” at character 13 is no factor that there is"),
        ("barn year:tolv", "“tolv” at character 11 is no year or span of years"),
        ("barn language:klingon", "“klingon” at character 15 is no language that there is"),
    ],
)
def test_a_value_that_there_is_not_is_left_out_and_told(typed: str, said: str) -> None:
    query = read_query(typed, known=KNOWN)
    assert query.text == "barn"
    assert query.clauses is None
    assert said in str(query.notices[0])


def test_values_may_be_names() -> None:
    query = read_query("barn country:Norge", known=KNOWN)
    assert query.notices == ()
    assert query.clauses is not None


def test_a_long_text_is_a_paragraph_without_operators() -> None:
    typed = 'Samarbeidet "gikk godt" AND (' + "barnevernet og skolen møttes " * 10
    assert len(typed.split()) > PARAGRAPH_WORDS
    query = read_query(typed)
    assert query.paragraph
    assert query.clauses is None
    assert kinds(query) == ["paragraph"]
    assert not read_query("barn " * PARAGRAPH_WORDS).paragraph


def test_a_long_expression_is_no_paragraph() -> None:
    services = " OR ".join(f'"tjeneste {at}"' for at in range(PARAGRAPH_WORDS))
    query = read_query(f"samarbeid ({services}) -skole year:2015..2020")
    assert not query.paragraph
    assert query.clauses is not None
    assert len(query.phrases) == PARAGRAPH_WORDS
    plain = "barnevernet og skolen møttes ofte " * 10
    for typed in (f'{plain} OR 2.4 "gikk godt" -og', f'"{plain}"', f"({plain})"):
        assert read_query(typed).paragraph


def test_line_breaks_become_spaces_and_letters_are_composed() -> None:
    assert read_query("pa\u030a\n tvers  av").text == "på tvers av"


def test_a_very_long_query_is_cut_and_it_is_said() -> None:
    query = read_query("samarbeid " * 5000)
    assert len(query.text) <= MOST_CHARACTERS
    assert str(query.notices[0]) == "Only the first 10,000 characters were searched."


def test_the_language_can_be_given() -> None:
    assert read_query("samarbeid", "da").language == "da"
    assert read_query("hvilken betydning har ledelsen").language == "nb"
