from __future__ import annotations

import pytest

from pipeline.extract.line_joins import append_line, join_lines, plain_letters


@pytest.mark.parametrize(
    ("lines", "joined"),
    [
        (("samarbei-", "det går bra"), "samarbeidet går bra"),
        (("barne-", "og ungdomsvernet"), "barne- og ungdomsvernet"),
        (("för- ", "och efterskola"), "för- och efterskola"),
        (("lasten-", "ja nuorten"), "lasten- ja nuorten"),
        (("0-24-", "samarbeidet"), "0-24-samarbeidet"),
        (("NAV-", "kontoret"), "NAV-kontoret"),
        (("helse- og Nord-", "Norge"), "helse- og Nord-Norge"),
        (("inter-\u00ad"[:6] + "\u00ad", "national"), "inter-national"),
        (("arbeids\u00ad", "gruppe"), "arbeidsgruppe"),
        (("to ord", "til"), "to ord til"),
        (("", "først", ""), "først"),
        (("tall 12-", "14 er"), "tall 12-14 er"),
        (("en strek -", "slik"), "en strek - slik"),
        (("e-", "helse og tv-", "program"), "e-helse og tv-program"),
        (("linja-", "autolla"), "linja-autolla"),
        (("lasten-", "suojelulaki"), "lastensuojelulaki"),
        (("barn-", "respektive ungdomsvård"), "barn- respektive ungdomsvård"),
        (("skóla-", "og frístundasvið"), "skóla- og frístundasvið"),
        (("barna-", "ella ungdómsdeild"), "barna- ella ungdómsdeild"),
        (("børne-", "og ungdomspsyki-", "atrien"), "børne- og ungdomspsykiatrien"),
        (("sosiaali-", "ja terveyspalvelut"), "sosiaali- ja terveyspalvelut"),
    ],
)
def test_line_ends(lines: tuple[str, ...], joined: str) -> None:
    assert join_lines(lines) == joined


def test_the_document_itself_knows_its_hyphenated_words() -> None:
    assert join_lines(("co-", "operation"), {"co-operation"}) == "co-operation"
    assert join_lines(("co-", "operation"), {"co-operation", "cooperation"}) == "cooperation"


def test_where_the_line_begins() -> None:
    assert append_line("samarbei-", "det") == ("samarbeidet", 8)
    assert append_line("et", "ord") == ("et ord", 3)
    assert append_line("", "ord") == ("ord", 0)


def test_letters_are_made_plain() -> None:
    assert (
        plain_letters("eﬀekt ﬁnne ﬂere oﬃsiell\u00a0her\u200b")
        == "effekt finne flere offisiell her"
    )
