"""The hours of crawling: read, refused, and over midnight."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from corpora.crawl_window import read_window, require_window

OSLO = "Europe/Oslo"


@pytest.mark.parametrize(
    ("text", "utc", "is_open"),
    [
        ("22:00-06:00", "2024-01-10T20:59", False),
        ("22:00-06:00", "2024-01-10T21:00", True),  # 22:00 in Oslo, in winter
        ("22:00-06:00", "2024-01-11T04:59", True),
        ("22:00-06:00", "2024-01-11T05:00", False),
        ("22:00-06:00", "2024-07-10T20:00", True),  # and in summer
        ("01:30-05:00", "2024-01-10T00:30", True),
        ("01:30-05:00", "2024-01-10T04:00", False),
        ("01:30-05:00", "2024-01-10T12:00", False),
    ],
)
def test_a_window_is_open_by_the_clocks_of_its_zone(text: str, utc: str, is_open: bool) -> None:
    at = datetime.fromisoformat(utc).replace(tzinfo=UTC)
    assert read_window(text, OSLO).is_open(at) is is_open


def test_a_window_says_what_it_is() -> None:
    assert str(read_window(" 22:00-06:00 ", OSLO)) == "22:00 to 06:00 (Europe/Oslo)"


@pytest.mark.parametrize("text", ["", "22-06", "24:00-06:00", "22:00-22:00", "22:00", "a-b"])
def test_what_is_no_window_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="such as 22:00-06:00"):
        require_window(text)
