"""Work of coding goes along: with changed texts, joins, splits, removals, backups."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from kb.backup import restore_archive, write_archive
from kb.coding.acts import list_acts, redo, undo
from kb.coding.appraisals import appraisal_history, appraise, standing_appraisals
from kb.coding.codings import change_coding, record_coding
from kb.coding.comments import edit_comment, passage_comments, write_comment
from kb.coding.comparison import compare_round, settle
from kb.coding.listing import CodingView, list_codings, passage_codings
from kb.coding.rounds import close_round, create_round, mark_done, round_entries, show_round
from kb.coding_tables import CodingComment
from kb.doctor import examine
from kb.grouping import join, split, undo_decision
from kb.library import present_passages
from kb.needs_look import lost_work
from kb.removal import remove
from kb.settings import Settings
from kb.store import Store, open_store
from kb.tables import Coding
from tests.builders import TEXTS, Shelf, passage
from tests.kb.coding.coded import CODEBOOK, KARI, ÅSA, ÞÓR, add, standing, words
from tests.kb.curated import ONE, THREE, TWO, Desk, two_reports

EDITED = TEXTS[1].replace("ofte ", "svært ofte ")


def marked(shelf: Shelf, phrase: str, at: int = 1) -> tuple[int, int]:
    start = TEXTS[at].index(phrase)
    return start, start + len(phrase)


def spanned(view: CodingView, text: str) -> str | None:
    assert view.span is not None
    return text[view.span.start : view.span.end] if view.span.start is not None else None


def test_spans_comments_and_rounds_follow_a_changed_text(shelf: Shelf) -> None:
    store = shelf.store
    old = shelf.passage_ids[1]
    number = create_round(store, "pilot", [old], [ÅSA, ÞÓR], by=KARI).id
    add(shelf, ÅSA, at=1, span=marked(shelf, "et hinder"), round_id=number)
    write_comment(store, old, "Se her", by=KARI)
    mark_done(store, "pilot", old, coder=ÅSA)
    shelf.put(passage(TEXTS[0]), passage("Et nytt avsnitt om noe annet."), passage(EDITED))
    new = shelf.passage_ids[2]
    assert new != old
    (view,) = passage_codings(store, new, ÅSA)
    assert (spanned(view, EDITED), view.needs_look) == ("et hinder", False)
    assert [one.text for one in passage_comments(store, new)] == ["Se her"]
    (entry,) = round_entries(store, "pilot", ÅSA)
    assert (entry.passage_id, entry.done_by, entry.needs_look) == (new, (ÅSA,), False)
    add(shelf, ÞÓR, at=2, round_id=number)  # the round goes on where its text is
    close_round(store, "pilot", by=KARI)
    assert [one[0] for one in words(shelf, 2)] == [ÅSA, ÞÓR]


def test_all_acts_on_a_coding_stay_together_when_their_texts_differ(shelf: Shelf) -> None:
    first = add(shelf, at=1)
    shelf.put(passage(TEXTS[0]), passage(EDITED))
    change_coding(shelf.store, CODEBOOK, first, coder=ÅSA, direction="mixed")
    add(shelf, at=1, direction="neutral")
    shelf.put(passage(TEXTS[0]), passage(EDITED.replace("svært", "meget")))
    with shelf.store.read() as session:
        places = set(session.scalars(select(Coding.passage_id)))
    assert places == {shelf.passage_ids[1]}
    for direction in ("mixed", "barrier"):
        undo(shelf.store, ÅSA)
        assert [one[2] for one in words(shelf, 1)] == [direction]


def test_a_passage_cut_in_two_keeps_a_coding_where_its_marked_words_are(shelf: Shelf) -> None:
    whole = " ".join(TEXTS)
    phrases = ("felles plan for kommunen", "også der loven åpnet", "hele forløpet og holdt")
    for at, phrase in enumerate(phrases):
        shelf.put(passage(whole))
        start = whole.index(phrase)
        add(shelf, f"Koder {at}", span=(start, start + len(phrase)))
        shelf.put(*(passage(text, page=page) for page, text in enumerate(TEXTS)))
    for at, phrase in enumerate(phrases):
        (view,) = passage_codings(shelf.store, shelf.passage_ids[at])
        assert (view.coder, spanned(view, TEXTS[at])) == (f"Koder {at}", phrase)


def test_a_marked_span_whose_words_are_gone_is_kept_and_said(shelf: Shelf) -> None:
    add(shelf, at=1, span=marked(shelf, "ofte oppfattet"))
    shelf.put(passage(TEXTS[0]), passage(TEXTS[1].replace("ofte oppfattet", "sett")))
    (view,) = passage_codings(shelf.store, shelf.passage_ids[1])
    assert view.span is not None
    assert (view.span.exact, view.span.start, view.span.end) == ("ofte oppfattet", None, None)


def test_what_finds_no_passage_is_told_and_comes_back_with_it(shelf: Shelf) -> None:
    store = shelf.store
    old = shelf.passage_ids[1]
    create_round(store, "pilot", [old], [ÅSA, ÞÓR], by=KARI)
    remark = write_comment(store, old, "Feil sted", by=KARI)
    edit_comment(store, remark, "Riktig sted?", by=KARI)
    add(shelf, KARI, at=1, span=marked(shelf, "et hinder"))
    shelf.put(passage(TEXTS[0]))
    lost = lost_work(store, shelf.publication_id)
    assert [(one.quote, one.text, one.by) for one in lost.comments] == [
        (TEXTS[1], "Riktig sted?", KARI)
    ]
    assert [one.quote for one in lost.codings] == ["et hinder"]
    assert len(lost) == 2
    said = [one.subject for one in examine(store.settings, store) if one.where == "work"]
    assert [subject.split()[0] for subject in said] == ["coding", "comment", "comment", "round"]
    assert round_entries(store, "pilot")[0].needs_look
    shelf.put(*(passage(text) for text in TEXTS))
    assert len(lost_work(store, shelf.publication_id)) == 0
    assert [one.text for one in passage_comments(store, old)] == ["Riktig sted?"]
    assert not round_entries(store, "pilot")[0].needs_look


Reports = tuple[Desk, str, str, str]


@pytest.fixture
def reports(store: Store) -> Reports:
    """Two publications; on the second one's passage a coding, a remark, a round, an appraisal."""
    desk, first, second = two_reports(store)
    (place,) = (view.id for view in present_passages(store, second))
    record_coding(
        store, CODEBOOK, place, factor="culture", direction="mixed", act="add", coder=ÅSA,
        span=(0, 14),
    )  # fmt: skip
    write_comment(store, place, "Fin passasje", by=ÞÓR)
    create_round(store, "pilot", [place], [KARI, ÞÓR], by=KARI)
    appraise(store, CODEBOOK, second, "study_quality", {}, "moderate", by=ÅSA)
    return desk, first, second, place


def owners(store: Store) -> set[str]:
    """The publications that the work of the reports is of."""
    with store.read() as session:
        found = set(session.scalars(select(CodingComment.publication_id)))
    found |= {view.publication_id for view in list_codings(store)}
    found |= {entry.publication_id for entry in round_entries(store, "pilot")}
    return found | {view.publication_id for view in standing_appraisals(store)}


def test_a_join_takes_all_work_along_and_taking_it_back_brings_it_home(reports: Reports) -> None:
    desk, first, second, place = reports
    join(desk.store, first, second, KARI)
    assert owners(desk.store) == {first}
    assert standing(desk.store) == {place: [(ÅSA, "culture", "mixed", "added")]}
    assert [view.overall for view in appraisal_history(desk.store, second)] == ["moderate"]
    undo(desk.store, ÅSA)
    redo(desk.store, ÅSA)
    undo_decision(desk.store, first, KARI)
    assert owners(desk.store) == {second}
    assert standing(desk.store) == {place: [(ÅSA, "culture", "mixed", "added")]}
    assert passage_comments(desk.store, place)[0].text == "Fin passasje"


def test_of_a_text_that_both_have_coding_goes_to_the_one_that_stays(reports: Reports) -> None:
    desk, first, second, place = reports
    url = "http://a.no/1.pdf"
    kept = desk.passages(first, (ONE, url), (TWO, url), (THREE, url))[2]
    record_coding(
        desk.store, CODEBOOK, kept, factor="culture", direction="mixed", act="add", coder=ÞÓR
    )
    join(desk.store, first, second, KARI)
    assert {one[0] for one in standing(desk.store)[kept]} == {ÅSA, ÞÓR}
    assert passage_comments(desk.store, kept)[0].text == "Fin passasje"
    assert [entry.passage_id for entry in round_entries(desk.store, "pilot")] == [kept]
    undo_decision(desk.store, first, KARI)
    assert {one[0] for one in standing(desk.store)[place]} == {ÅSA}
    assert [entry.passage_id for entry in round_entries(desk.store, "pilot")] == [place]


def test_a_split_takes_the_work_on_its_passages(reports: Reports) -> None:
    desk, first, second, place = reports
    join(desk.store, first, second, KARI)
    new = split(desk.store, first, ["http://b.no/2"], KARI)
    with desk.store.read() as session:
        assert set(session.scalars(select(CodingComment.publication_id))) == {new}
    assert {view.publication_id for view in list_codings(desk.store)} == {new}
    assert round_entries(desk.store, "pilot")[0].publication_id == new
    assert list(standing(desk.store)) == [place]


def test_a_removal_keeps_the_work_and_empties_the_text(reports: Reports) -> None:
    desk, _, second, place = reports
    remove(desk.store.settings, desk.store, second, reason="trukket", by=KARI)
    (view,) = list_codings(desk.store)
    assert view.span is not None
    assert (view.passage_id, view.span.start) == (place, None)
    assert passage_comments(desk.store, place)[0].text == "Fin passasje"
    assert show_round(desk.store, "pilot").passages == 1
    undo(desk.store, ÅSA)  # the appraisal
    assert standing_appraisals(desk.store) == []


def test_a_backup_brings_everything_back(shelf: Shelf, tmp_path: Path) -> None:
    store, place = shelf.store, shelf.passage_ids[0]
    number = create_round(store, "pilot", shelf.passage_ids, [ÅSA, ÞÓR], by=KARI).id
    taken = add(shelf, ÅSA, span=(0, 20), round_id=number)
    add(shelf, ÞÓR, round_id=number, direction="facilitator")
    mark_done(store, "pilot", place, coder=ÞÓR)
    close_round(store, "pilot", by=KARI)
    settle(store, CODEBOOK, "pilot", place, "leadership", by=KARI, coding_id=taken)
    first = write_comment(store, place, "Hvorfor? 🤔", by=ÅSA)
    write_comment(store, place, "Se over", by=ÞÓR, reply_to=first)
    appraise(store, CODEBOOK, shelf.publication_id, "study_quality", {}, "low", by=ÅSA)
    undo(store, KARI)
    report = write_archive(store, tmp_path / "b.tar")
    (tmp_path / "annet hjem").mkdir()
    other = open_store(Settings(home=tmp_path / "annet hjem"))
    assert restore_archive(other, tmp_path / "b.tar")["tables"] == report["tables"]
    assert standing(other) == standing(store)
    assert compare_round(other, "pilot") == compare_round(store, "pilot")
    assert passage_comments(other, place) == passage_comments(store, place)
    assert list_acts(other) == list_acts(store)
    assert show_round(other, "pilot") == show_round(store, "pilot")
    assert redo(other, KARI).id == len(list_acts(store)) + 1
    assert (KARI, "leadership", "barrier", "accepted") in standing(other)[place]
    other.close()
