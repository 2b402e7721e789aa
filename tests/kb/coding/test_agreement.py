"""Agreement from the record: who judged what, the questions asked, and the report to download."""

from __future__ import annotations

import csv
import io
import random
import re

import pytest

from corpora.codebook import load_codebook
from kb.coding.agreement import COEFFICIENTS, AgreementReport, AgreementRow, measure_agreement
from kb.coding.agreement_report import figure, report_csv, report_docx, report_html
from kb.coding.agreement_units import masi_distances, read_judgements
from kb.coding.agreement_words import LANGUAGES, agreement_words
from kb.coding.coefficients import (
    ALL_SAME,
    BY_DISTANCE,
    FEW_PUBLICATIONS,
    NOBODY,
    NOT_SAID,
    SAMPLES_SAME,
    Estimate,
)
from kb.coding.comparison import settle
from kb.coding.rounds import close_round, create_round, mark_done
from kb.errors import CodingError, NotFoundError
from tests.builders import Shelf
from tests.kb.coding.coded import CODEBOOK, KARI, ÅSA, ÞÓR, add, fill

HOSTILE = '=cmd|"/c calc"!A1 <img src=x onerror=alert(1)>'

REASONS = {NOBODY, NOT_SAID, ALL_SAME, FEW_PUBLICATIONS, SAMPLES_SAME, BY_DISTANCE}


def row(report: AgreementReport, scope: str, code: str | None = None) -> AgreementRow:
    return next(one for one in report.rows if (one.scope, one.code) == (scope, code))


def played(shelf: Shelf, second: str = ÞÓR) -> None:
    """A closed round of 20 passages: leadership agreed on in 16, directions in 5 of 6."""
    fill(shelf, 20)
    places = shelf.passage_ids
    number = create_round(shelf.store, "pilot", places, [ÅSA, second], by=KARI).id
    for at in range(8):
        add(shelf, ÅSA, "leadership", "barrier", at, round_id=number)
    for at in range(2, 10):
        way = "facilitator" if at == 2 else "barrier"
        add(shelf, second, "leadership", way, at, round_id=number)
    for place in places:
        mark_done(shelf.store, "pilot", place, coder=ÅSA)
        mark_done(shelf.store, "pilot", place, coder=second)
    close_round(shelf.store, "pilot", by=KARI)


def test_a_rounds_agreement_by_hand(shelf: Shelf) -> None:
    """Both said 8 of 20 and 6 of them alike: 16 of 20 agree, chance 0.52, kappa (0.8-0.52)/0.48."""
    played(shelf)
    report = measure_agreement(shelf.store, CODEBOOK, round_name="pilot")
    leadership = row(report, "factor", "leadership").agreement
    assert (leadership.units, leadership.percent.value) == (20, 0.8)
    assert leadership.kappa.value == pytest.approx(0.28 / 0.48)
    # 16 of 40 judgements say it: 2 * 16 * 24 / (40 * 39) expected, 8 / 40 found to differ.
    assert leadership.alpha.value == pytest.approx(1 - 0.2 / (2 * 16 * 24 / (40 * 39)))
    assert leadership.ac1.value == pytest.approx((0.8 - 0.48) / 0.52)
    directions = row(report, "directions").agreement
    assert directions.units == 6
    assert directions.percent.value == pytest.approx(5 / 6)
    overall = row(report, "overall").agreement
    assert overall.units == 20 * 15
    assert overall.percent.value == pytest.approx(1 - 5 / 300)
    assert row(report, "factors").agreement.percent.value == pytest.approx(1 - 4 / 300)
    assert row(report, "sets").agreement.percent.value == 0.8
    assert (report.passages, report.shared, report.publications) == (20, 20, 1)
    assert row(report, "direction", "facilitator").said == 1


def test_what_nobody_said_has_no_alpha_and_says_why(shelf: Shelf) -> None:
    played(shelf)
    found = row(measure_agreement(shelf.store, CODEBOOK, round_name="pilot"), "factor", "culture")
    values = [getattr(found.agreement, name).value for name in COEFFICIENTS]
    assert values == [None] * 4  # agreeing on nothing is no agreement of 1.00
    assert set(found.record()["reasons"].values()) == {NOT_SAID}
    assert found.record()["alpha"] is None
    assert found.agreement.units == 20


@pytest.mark.parametrize(
    ("value", "shown"),
    [(0.905, "0,91"), (0.895, "0,90"), (-0.125, "−0,13"), (-0.001, "0,00"), (0.7549999, "0,75")],
)
def test_a_half_is_rounded_one_way_everywhere(value: float, shown: str) -> None:
    assert agreement_words("nb").number(value) == shown
    assert figure(Estimate(value, value, value), agreement_words("nb")).startswith(f"{shown} (")


def test_different_subsets_are_missing_and_not_absent(shelf: Shelf) -> None:
    fill(shelf, 6)
    number = create_round(shelf.store, "delt", shelf.passage_ids, [ÅSA, ÞÓR, KARI], by=KARI).id
    for at, coders in enumerate(([ÅSA, ÞÓR], [ÅSA, KARI], [ÞÓR, KARI], [ÅSA], [], [ÅSA, ÞÓR])):
        for coder in coders:
            mark_done(shelf.store, "delt", shelf.passage_ids[at], coder=coder)
    add(shelf, ÅSA, at=0, round_id=number)
    add(shelf, ÞÓR, at=0, round_id=number)
    add(shelf, ÅSA, at=3, round_id=number)  # nobody else judged it
    close_round(shelf.store, "delt", by=KARI)
    report = measure_agreement(shelf.store, CODEBOOK, round_name="delt")
    assert report.judged == {ÅSA: 4, ÞÓR: 3, KARI: 2}
    assert (report.passages, report.shared) == (5, 4)
    assert row(report, "factor", "leadership").agreement.units == 4
    assert row(report, "factor", "leadership").agreement.percent.value == 1.0
    pair = measure_agreement(shelf.store, CODEBOOK, [ÅSA, ÞÓR], "delt")
    assert (pair.coders, pair.shared) == ((ÅSA, ÞÓR), 2)


def test_outside_rounds_those_who_acted_on_a_passage_judged_it(shelf: Shelf) -> None:
    add(shelf, ÅSA, at=0)
    add(shelf, ÞÓR, at=0, act="reject")
    add(shelf, ÞÓR, at=1)
    judged = read_judgements(shelf.store)
    first, second, _ = shelf.passage_ids
    assert judged.said == {
        (first, ÅSA): {"leadership": "barrier"},
        (first, ÞÓR): {},
        (second, ÞÓR): {"leadership": "barrier"},
    }
    assert (
        row(measure_agreement(shelf.store, CODEBOOK), "factor", "leadership").agreement.units == 1
    )


def test_settlements_are_no_judgements(shelf: Shelf) -> None:
    played(shelf)
    before = measure_agreement(shelf.store, CODEBOOK, round_name="pilot")
    settle(
        shelf.store, CODEBOOK, "pilot", shelf.passage_ids[2], "leadership", by=ÅSA,
        direction="mixed",
    )  # fmt: skip
    assert measure_agreement(shelf.store, CODEBOOK, round_name="pilot") == before
    assert measure_agreement(shelf.store, CODEBOOK).rows == before.rows


def test_nobody_one_coder_and_no_overlap_give_null_with_a_reason(shelf: Shelf) -> None:
    for coder, at in ((None, 0), (ÅSA, 0), (ÞÓR, 1)):
        if coder:
            add(shelf, coder, at=at)
        report = measure_agreement(shelf.store, CODEBOOK)
        assert report.shared == 0
        for one in report.rows:
            record = one.record()
            assert {record[name] for name in ("percent", "alpha", "kappa", "ac1")} == {None}
            assert record["reasons"]["percent"] == NOBODY
        assert b"NaN" not in report_csv(report, CODEBOOK)


def test_names_and_rounds_that_are_not_there_are_said(shelf: Shelf) -> None:
    create_round(shelf.store, "åpen", shelf.passage_ids, [ÅSA, ÞÓR], by=KARI)
    for coders, round_name, said in (
        ([ÅSA], None, "two coders to compare, found one"),
        ([ÅSA, ÞÓR], None, "those who coded .nobody yet., found 'Åsa'"),
        ([], "åpen", "is open, and its coders are blind"),
    ):
        with pytest.raises(CodingError, match=said):
            measure_agreement(shelf.store, CODEBOOK, coders, round_name)
    with pytest.raises(NotFoundError, match="no round 'x'"):
        measure_agreement(shelf.store, CODEBOOK, (), "x")


def test_masi_is_as_passonneau_defines_it() -> None:
    sets = [frozenset("ab"), frozenset("abc"), frozenset("bd"), frozenset("e"), frozenset()]
    found = masi_distances(sets)
    assert found[0, 0] == 0.0
    assert found[0, 1] == pytest.approx(1 - 2 / 3 * 2 / 3)  # one holds the other
    assert found[0, 2] == pytest.approx(1 - 1 / 3 * 1 / 3)  # they overlap
    assert found[0, 3] == found[3, 4] == 1.0
    assert found[4, 4] == 0.0
    assert (found == found.T).all()


def test_an_independent_count_gives_the_same_share(shelf: Shelf) -> None:
    """The share of agreeing passage-factor pairs, counted one by one from what was coded."""
    fill(shelf, 12)
    dice = random.Random(11)
    number = create_round(shelf.store, "tilf", shelf.passage_ids, [ÅSA, ÞÓR], by=KARI).id
    said: dict[str, set[tuple[int, str]]] = {ÅSA: set(), ÞÓR: set()}
    for coder, marks in said.items():
        for at, place in enumerate(shelf.passage_ids):
            mark_done(shelf.store, "tilf", place, coder=coder)
            for factor in dice.sample(CODEBOOK.ids("factors"), 2):
                add(shelf, coder, factor, "mixed", at, round_id=number)
                marks.add((at, factor))
    close_round(shelf.store, "tilf", by=KARI)
    report = measure_agreement(shelf.store, CODEBOOK, round_name="tilf")
    differing = len(said[ÅSA] ^ said[ÞÓR])
    share = row(report, "factors").agreement.percent.value
    assert share == pytest.approx(1 - differing / (12 * 15))


def test_the_report_is_escaped_and_safe_in_a_spreadsheet(shelf: Shelf) -> None:
    played(shelf, second=HOSTILE)
    report = measure_agreement(shelf.store, CODEBOOK, round_name="pilot")
    page = report_html(report, CODEBOOK, "nb").decode()
    assert "<img" not in page
    assert "&lt;img" in page
    assert "default-src &#x27;none&#x27;" in page or "default-src 'none'" in page
    assert "Samlokalisering" in page
    assert all(name in page for name in agreement_words("nb").columns)
    assert '<html lang="nb">' in page and "Samsvar mellom kodere" in page and "0,80" in page
    rows = list(csv.reader(io.StringIO(report_csv(report, CODEBOOK, "fi").decode("utf-8-sig"))))
    assert len(rows) == len(report.rows) + 1
    assert not any(cell.startswith(("=", "+", "@")) for cells in rows for cell in cells)
    leadership = next(cells for cells in rows if cells[1] == "leadership")
    assert float(leadership[rows[0].index("percent")]) == 0.8
    assert leadership[2] == load_codebook().label("factors", "leadership", "fi")


def test_the_word_document_holds_every_row(shelf: Shelf) -> None:
    from docx import Document

    played(shelf)
    report = measure_agreement(shelf.store, CODEBOOK, round_name="pilot")
    document = Document(io.BytesIO(report_docx(report, CODEBOOK)))
    (table,) = document.tables
    assert len(table.rows) == len(report.rows) + 1
    assert [cell.text for cell in table.rows[0].cells] == list(agreement_words("en").columns)
    assert any("Åsa (20 passages)" in paragraph.text for paragraph in document.paragraphs)


def test_the_report_speaks_three_languages_whole(shelf: Shelf) -> None:
    """Each language has every text, with the same parts to fill in; reasons are translated too."""
    from docx import Document

    english = agreement_words("en")
    braces = re.compile(r"{\w+}")
    for words in LANGUAGES.values():
        for name, text in vars(english).items():
            other = getattr(words, name)
            if isinstance(text, str):
                assert other and sorted(braces.findall(other)) == sorted(braces.findall(text)), name
        assert set(words.remarks) in (set(), REASONS)
    assert agreement_words("da") is agreement_words("nb")
    assert agreement_words("fi") is english
    played(shelf)
    report = measure_agreement(shelf.store, CODEBOOK, round_name="pilot")
    for language, said in (("nb", "ingen intervall"), ("sv", "inget intervall")):
        assert said in report_html(report, CODEBOOK, language).decode()
        rows = report_csv(report, CODEBOOK, language).decode("utf-8-sig")
        assert said in rows and "no interval" not in rows and rows.startswith("scope,code,label")
        document = Document(io.BytesIO(report_docx(report, CODEBOOK, language)))
        (table,) = document.tables
        assert any(said in cell.text for cell in table.columns[-1].cells)
        assert document.core_properties.language == language


def test_a_coders_emoji_and_odd_signs_survive_in_word(shelf: Shelf) -> None:
    from docx import Document

    played(shelf, second='Pål "Påsan" 🙂 <Ð&þ>')
    report = measure_agreement(shelf.store, CODEBOOK, round_name="pilot")
    document = Document(io.BytesIO(report_docx(report, CODEBOOK, "sv")))
    assert any('Pål "Påsan" 🙂 <Ð&þ> (20 avsnitt)' in one.text for one in document.paragraphs)
