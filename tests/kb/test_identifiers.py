"""ISBN, ISSN, DOI and language tags: one written form, wrong check digits refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.identifiers import language_tag, normalise_doi, normalise_isbn, normalise_issn


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("978-87-7119-700-6", "9788771197006"),
        ("9788771197006", "9788771197006"),
        ("ISBN 978-87-993289-2-5", "9788799328925"),
        ("ISBN-13: 978 87 7119 726 6", "9788771197266"),
        ("978‑87‑7119‑726‑6", "9788771197266"),  # non-breaking hyphens, as in PDFs
        ("0-13-110362-8", "9780131103627"),
        ("ISBN-10: 0131103628", "9780131103627"),
        ("0-8044-2957-X", "9780804429573"),
        ("0-8044-2957-x", "9780804429573"),
        ("978-87-7119-700-7", None),  # check digit off by one
        ("0-13-110362-9", None),
        ("977-87-7119-700-6", None),  # no book prefix
        ("97887711970", None),
        ("", None),
        ("ISBN", None),
        ("X131103628", None),
        (None, None),
        (9788771197006, "9788771197006"),
    ],
)
def test_isbn_has_one_form_or_none(written: object, expected: str | None) -> None:
    assert normalise_isbn(written) == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("1356-7500", "1356-7500"),
        ("13567500", "1356-7500"),
        ("eISSN 1365-2206", "1365-2206"),
        ("ISSN: 0801-6143", "0801-6143"),
        ("pISSN 1356-7500", "1356-7500"),
        ("2434-561x", "2434-561X"),
        ("1356-7501", None),
        ("1356-750", None),
        ("", None),
        (None, None),
    ],
)
def test_issn_has_one_form_or_none(written: object, expected: str | None) -> None:
    assert normalise_issn(written) == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("10.1111/cfs.12469", "10.1111/cfs.12469"),
        ("https://doi.org/10.1111/CFS.12469", "10.1111/cfs.12469"),
        ("http://dx.doi.org/10.1111/cfs.12469", "10.1111/cfs.12469"),
        ("doi:10.1111/cfs.12469", "10.1111/cfs.12469"),
        ("DOI - 10.1111/cfs.12469.", "10.1111/cfs.12469"),
        ("(10.1111/cfs.12469)", "10.1111/cfs.12469"),
        ("10.1016/S0140-6736(05)67661-1", "10.1016/s0140-6736(05)67661-1"),
        ("10.1000.10/123456,", "10.1000.10/123456"),
        ("10.6027/NORD2022-006;", "10.6027/nord2022-006"),
        ("10.11/x", None),  # registrants have four digits or more
        ("10.1111/", None),
        ("www.fafo.no", None),
        ("", None),
        (None, None),
    ],
)
def test_doi_has_one_form_or_none(written: object, expected: str | None) -> None:
    assert normalise_doi(written) == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("nb", "nb"),
        ("nb-NO", "nb"),
        ("nb_NO", "nb"),
        ("nob", "nb"),
        ("Norsk bokmål", "nb"),
        ("nynorsk", "nn"),
        ("no", "no"),
        ("nor", "no"),
        ("Norwegian", "no"),
        ("sv-FI", "sv"),
        ("Swedish", "sv"),
        ("dan", "da"),
        ("Dansk", "da"),
        ("Finnish", "fi"),
        ("suomi", "fi"),
        ("ice", "is"),
        ("Íslenska", "is"),
        ("fao", "fo"),
        ("kal", "kl"),
        ("sme", "se"),
        ("en-GB", "en"),
        ("ENG", "en"),
        ("American", "en"),
        ("ngerman", "de"),
        ("pl", "pl"),
        ("xyz", None),
        ("", None),
        ("a language", None),
        (None, None),
    ],
)
def test_language_becomes_its_shortest_tag(written: object, expected: str | None) -> None:
    assert language_tag(written) == expected


@given(st.text(max_size=40))
def test_normalising_never_raises_and_is_stable(text: str) -> None:
    for normalise in (normalise_isbn, normalise_issn, normalise_doi, language_tag):
        once = normalise(text)
        assert once is None or normalise(once) == once


@given(st.from_regex(r"97[89][0-9]{9}", fullmatch=True))
def test_exactly_one_check_digit_is_right(body: str) -> None:
    right = [digit for digit in "0123456789" if normalise_isbn(body + digit)]
    assert len(right) == 1
