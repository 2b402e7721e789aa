from __future__ import annotations

import pytest

from kb.search.fit import Background
from kb.search.named_factors import factor_names, named_factors
from kb.search.query import read_query
from kb.search.rows import Filters, Hit, ShownCoding
from kb.search.why import asked_factors, reasons
from tests.kb.search.sample_rows import make_row

LABELS = {
    "leadership": "Ledelse",
    "information_sharing": "Deling av informasjon",
    "regulation": "Lovverk",
}
KNOWN = {"factor": {**{name: name for name in LABELS}, "ledelse": "leadership"}}


def asked(typed: str, filters: Filters | None = None) -> tuple[str, ...]:
    query = read_query(typed, "nb", KNOWN)
    named = named_factors(query.text, "nb", factor_names(LABELS, {}, "nb"))
    return asked_factors(query, filters or Filters(), named, LABELS, KNOWN)


@pytest.mark.parametrize(
    ("typed", "factors"),
    [
        ("ledelsens betydning", ("leadership",)),
        ("hvordan deles informasjonen", ()),  # dele and deling have other stems
        ("deling av informasjonen", ("information_sharing",)),
        ("informasjon", ()),
        ("samarbeid factor:regulation", ("regulation",)),
        ("samarbeid (factor:ledelse OR factor:regulation)", ("leadership", "regulation")),
        ("samarbeid -factor:regulation", ()),
        ("samarbeid -ledelse", ()),
    ],
)
def test_factors_are_asked_for_by_their_names(typed: str, factors: tuple[str, ...]) -> None:
    assert asked(typed) == factors


def test_filters_ask_first_and_each_factor_counts_once() -> None:
    filters = Filters(factors=("regulation", "leadership", "gone"))
    assert asked("ledelse", filters) == ("regulation", "leadership")


def shown(factor: str, status: str = "suggested") -> ShownCoding:
    return ShownCoding(factor, "barrier", 0.9, status)  # type: ignore[arg-type]


def test_a_hits_reasons() -> None:
    hit = Hit(
        make_row("a"),
        0.5,
        0.41234567,
        0.2,
        shown=(shown("culture"), shown("regulation")),
        met=("ledelse", "planen"),
        phrase=True,
    )
    assert reasons(hit, ("leadership", "regulation")) == {
        "words": ["ledelse", "planen"],
        "closeness": 0.4123,
        "level": None,
        "factor": "regulation",
        "phrase": True,
    }


def test_a_rejected_coding_is_no_reason_and_closeness_is_a_share() -> None:
    rejected = (shown("regulation", "rejected"),)
    told = reasons(Hit(make_row("a"), 0.0, -0.3, 0.0, shown=rejected), ("regulation",))
    assert told == {
        "words": [],
        "closeness": 0.0,
        "level": None,
        "factor": None,
        "phrase": False,
    }
    background = Background(0.2, 0.05)
    close = reasons(Hit(make_row("a"), 0.0, 0.3, 0.0), (), background)
    assert close["level"] == "close"
    assert reasons(Hit(make_row("a"), 0.0, 1.0000001, 0.0), ())["closeness"] == 1.0
