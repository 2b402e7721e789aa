from __future__ import annotations

import pytest

from kb.errors import QueryError
from kb.search.query import MOST_CHARACTERS, read_query


@pytest.mark.parametrize("typed", ["", "   ", "?!", "🙂🙂", "\0", '""', "…", "\n\t"])
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
    assert "\0" not in query.text


def test_line_breaks_become_spaces_and_letters_are_composed() -> None:
    assert read_query("pa\u030a\n tvers  av").text == "på tvers av"


def test_a_very_long_query_is_cut() -> None:
    assert len(read_query("samarbeid " * 5000).text) <= MOST_CHARACTERS


def test_the_language_can_be_given() -> None:
    assert read_query("samarbeid", "da").language == "da"
    assert read_query("hvilken betydning har ledelsen").language == "nb"
