"""Colophons: the lines as they were set, and the phrases that name publisher, edition and ISBN."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

from pipeline.extract.metadata.pdf_colophon import is_reprint, read_colophon, set_lines


@dataclass
class Row:
    """A printed line: its text and how far it reaches in a column 100 points wide."""

    text: str
    x1: float = 50.0
    left: float = 0.0
    right: float = 100.0


@dataclass
class Draft:
    """A block made of printed lines."""

    lines: list[Row]
    text: str = field(init=False)

    def __post_init__(self) -> None:
        self.text = " ".join(row.text for row in self.lines)


def _values(*lines: str) -> dict[str, Any]:
    return {key: found.value for key, found in read_colophon(lines).items()}


def test_lines_end_where_their_writer_ended_them() -> None:
    draft = Draft(
        [
            Row("Utgiver: Nordmark senter for"),
            Row("oppvekst"),
            Row("ISBN 978-82-8126-350-5", 60),
            Row("Denne rapporten er laget etter et oppdrag", 97),
            Row("Fra departementet som ville vite mer.", 60),
            Row("Oslo 2019"),
        ]
    )
    assert set_lines([draft]) == [
        "Utgiver: Nordmark senter for oppvekst",
        "ISBN 978-82-8126-350-5",
        "Denne rapporten er laget etter et oppdrag Fra departementet som ville vite mer.",
        "Oslo 2019",
    ]


def test_a_name_on_the_next_line_belongs_to_its_phrase() -> None:
    blocks = [Draft([Row("Rapporten er utgitt av")]), Draft([Row("Barneinstituttet")])]
    assert set_lines(blocks) == ["Rapporten er utgitt av Barneinstituttet"]


@pytest.mark.parametrize(
    ("line", "publisher"),
    [
        ("Udgivet af Center for Børneliv, 2013", "Center for Børneliv"),
        ("Utgitt av Barneinstituttet", "Barneinstituttet"),
        ("Published by Lakeside University", "Lakeside University"),
        (
            "© Instituttet for Velfærdsanalyse og forfatterne, 2022",
            "Instituttet for Velfærdsanalyse",
        ),
        ("© Kirjoittajat ja Perhetutkimuslaitos", "Perhetutkimuslaitos"),
        ("Copyright 2016 Regionsenteret for oppvekst", "Regionsenteret for oppvekst"),
        ("© Nordic Centre for Family Studies 2016", "Nordic Centre for Family Studies"),
    ],
)
def test_publishers_in_phrases(line: str, publisher: str) -> None:
    assert _values(line)["publisher"] == publisher


@pytest.mark.parametrize(
    "line",
    [
        "© Forfatterne 2020",
        "© Anne Berg 2020",
        "Copyright: the authors",
        "Boken ble utgitt av og til",
        "Artikkelen er publisert i et tidsskrift",
        "Foto: Nordmark kommune",
    ],
)
def test_no_publisher_is_made_up(line: str) -> None:
    assert "publisher" not in _values(line)


@pytest.mark.parametrize(
    ("lines", "year"),
    [
        (["© Barneinstituttet 2016"], 2016),
        (["Udgivet af Center for Børneliv, 2013"], 2013),
        (["Utgjeve første gong 2009", "2. opplag 2012", "3. reviderte utgåve 2015"], 2015),
        (["Første udgave 2008", "2. udgave, 2011", "3. oplag 2014"], 2011),
        (["© Barneinstituttet 2016", "Revidert 2018"], 2018),
        (["2. opplag 2012"], None),
        (["Undersøkelsen ble gjort i 2009"], None),
    ],
)
def test_the_year_is_this_editions(lines: list[str], year: int | None) -> None:
    assert _values(*lines).get("year") == year


def test_reprints() -> None:
    assert is_reprint("2. opplag 2012") and is_reprint("Optryk 2011")
    assert not is_reprint("2. utgave 2012")


@pytest.mark.parametrize(
    ("lines", "isbn"),
    [
        (["ISBN 978-952-7009-34-5 (häftad)", "ISBN 978-952-7009-35-2 (PDF)"], "9789527009352"),
        (["ISBN trykt: 978-82-90919-34-9", "e-ISBN: 978-82-90919-35-6"], "9788290919356"),
        (["ISBN 978-82-90919-34-9", "ISBN 978-82-90919-35-6"], "9788290919349"),
        (["ISBN 978-82-90919-34-8"], None),
        (["978-82-90919-34-9"], None),
    ],
)
def test_the_files_own_isbn(lines: list[str], isbn: str | None) -> None:
    assert _values(*lines).get("isbn") == isbn
