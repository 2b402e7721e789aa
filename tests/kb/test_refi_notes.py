"""People's comments as notes of a project file, out and in again; other programs' memos."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from lxml import etree

from kb.coding.acts import undo
from kb.coding.comments import CommentView, delete_comment, passage_comments, write_comment
from kb.coding.rounds import close_round, create_round
from kb.exports.refi_content import Wanted
from kb.refi_import import import_project, undo_import
from kb.refi_project_file import open_project
from kb.refi_report import ImportReport, keep_not_placed
from kb.store import Store
from tests.builders import TEXTS, Shelf
from tests.kb.refi_files import CODE, OWN, TEXT, USER, document, package, text_selection, where
from tests.kb.test_refi_round_trip import (
    LETTERS,
    ORDER,
    REQUIRED,
    Base,
    Q,
    document_of,
    make_base,
)

Said = list[tuple[str, str, list[tuple[str, str]]]]
MEMO = "Her trengs det mer. «Þetta vantar» – sjá síðu 3 😀"
NOTE = "77777777-7777-4777-8777-77777777777"
OTHER = "88888888-8888-4888-8888-888888888888"


@pytest.fixture
def base(tmp_path: Path) -> Base:
    """A base with a coding and a thread on it, and one on a passage that nobody coded."""
    made = make_base(tmp_path / "hjem")
    coding = made.code(0, "leadership", "barrier", comment="Min egen merknad.")
    first = write_comment(
        made.store, made.passage_ids[0], "Er dette ledelse?", by="Päivi", coding_id=coding
    )
    write_comment(made.store, made.passage_ids[0], "Ja, ærlig talt.", by=LETTERS, reply_to=first)
    write_comment(made.store, made.passage_ids[2], MEMO, by="Þór")
    return made


def threads(store: Store, passage_id: str) -> Said:
    """The comments of a passage: words, writer, and the answers to them."""

    def said(one: CommentView) -> tuple[str, str]:
        return one.text, one.by

    found = passage_comments(store, passage_id)
    return [(*said(one), [said(answer) for answer in one.replies]) for one in found]


def test_comments_go_out_as_notes_in_the_order_of_the_schema(base: Base, tmp_path: Path) -> None:
    report = base.export(tmp_path / "ut.qdpx")
    assert (report.codings, report.remarks, report.coders, report.left) == (1, 3, 3, 0)
    root = document_of(tmp_path / "ut.qdpx")
    for element in root.iter():
        name = etree.QName(element).localname
        children = [ORDER[name].index(etree.QName(child).localname) for child in element]
        assert children == sorted(children), name
        assert REQUIRED.get(name, set()) <= set(element.attrib), name
    notes = {one.get("guid"): one for one in root.iter(Q + "Note")}
    assert len(notes) == 4
    assert all(one.get("creatingUser") and one.get("creationDateTime") for one in notes.values())
    (coding,) = next(root.iter(Q + "Representation")).iter(Q + "Coding")
    own, thread = [notes[ref.get("targetGUID")] for ref in coding.iter(Q + "NoteRef")]
    assert own.findtext(Q + "PlainTextContent") == "Min egen merknad."
    assert thread.findtext(Q + "PlainTextContent") == "Er dette ledelse?"
    (answer,) = [notes[ref.get("targetGUID")] for ref in thread.iter(Q + "NoteRef")]
    assert answer.findtext(Q + "PlainTextContent") == "Ja, ærlig talt."
    bare = [one for one in root.iter(Q + "PlainTextSelection") if not one.findall(Q + "Coding")]
    (ref,) = bare[0].findall(Q + "NoteRef")
    assert len(bare) == 1
    assert notes[ref.get("targetGUID")].findtext(Q + "PlainTextContent") == MEMO


def test_comments_come_in_again_as_they_were(base: Base, tmp_path: Path) -> None:
    base.export(tmp_path / "ut.qdpx")
    other = make_base(tmp_path / "annet")
    report = other.take_in(tmp_path / "ut.qdpx")
    assert (report.added, report.remarks, report.remarks_unchanged) == (1, 3, 0)
    assert report.not_placed == []
    assert set(report.coders) == {LETTERS, "Päivi", "Þór"}
    for at in range(3):
        mine, theirs = (threads(one.store, one.passage_ids[at]) for one in (base, other))
        assert mine == theirs
    on, free = (passage_comments(other.store, other.passage_ids[at])[0] for at in (0, 2))
    assert on.coding_id is not None and free.coding_id is None
    assert on.at == passage_comments(base.store, base.passage_ids[0])[0].at.replace(microsecond=0)
    again = other.take_in(tmp_path / "ut.qdpx")
    assert (again.added, again.remarks, again.remarks_unchanged) == (0, 0, 3)
    assert base.take_in(tmp_path / "ut.qdpx").remarks == 0


def test_what_was_taken_away_here_does_not_come_back(base: Base, tmp_path: Path) -> None:
    base.export(tmp_path / "ut.qdpx")
    (free,) = passage_comments(base.store, base.passage_ids[2])
    delete_comment(base.store, free.id, by="Þór")
    assert base.take_in(tmp_path / "ut.qdpx").remarks == 0
    assert threads(base.store, base.passage_ids[2]) == []


def test_comments_of_an_open_round_stay_here(base: Base, tmp_path: Path) -> None:
    opened = create_round(base.store, "prøve", base.passage_ids[1:2], ["Þór", "Päivi"], by="Kari")
    write_comment(base.store, base.passage_ids[1], "Blindt sagt", by="Þór")
    assert base.export(tmp_path / "ut.qdpx").remarks == 3
    close_round(base.store, opened.id, by="Kari")
    assert base.export(tmp_path / "ut.qdpx").remarks == 4


def test_what_was_asked_for_goes_out_and_nothing_else(base: Base, tmp_path: Path) -> None:
    base.code(2, "culture", "mixed", coder="Kari")
    path = tmp_path / "ut.qdpx"
    some = base.export(path, wanted=Wanted(factors=("leadership",)))
    assert (some.codings, some.remarks) == (1, 2)
    some = base.export(path, wanted=Wanted(factors=("culture",)))
    assert (some.codings, some.remarks) == (1, 1)
    some = base.export(path, wanted=Wanted(passages=frozenset(base.passage_ids[:1])))
    assert (some.codings, some.remarks) == (1, 2)
    some = base.export(path, wanted=Wanted((base.publication_id,), ("resources",)))
    assert (some.publications, some.codings, some.remarks) == (1, 0, 0)


def test_an_import_is_previewed_and_undone_with_its_comments(base: Base, tmp_path: Path) -> None:
    base.export(tmp_path / "ut.qdpx")
    other = make_base(tmp_path / "annet")
    before = other.take_in(tmp_path / "ut.qdpx", preview=True)
    assert (before.added, before.remarks, before.acts) == (1, 3, [])
    assert other.said() == set() and threads(other.store, other.passage_ids[2]) == []
    report = other.take_in(tmp_path / "ut.qdpx")
    assert (report.added, report.remarks, len(report.acts)) == (1, 3, 2)
    undo(other.store, "Importør")  # the codings; comments stand by themselves
    assert other.said() == set()
    assert len(threads(other.store, other.passage_ids[2])) == 1
    other = make_base(tmp_path / "tredje")
    undo_import(other.store, other.take_in(tmp_path / "ut.qdpx"), by="Importør")
    assert other.said() == set()
    assert not any(threads(other.store, one) for one in other.passage_ids)
    again = other.take_in(tmp_path / "ut.qdpx")
    assert (again.added, again.remarks) == (1, 3)


def theirs(shelf: Shelf, tmp_path: Path, selection: str, notes: str, **more: str) -> ImportReport:
    """Merge a project of another program with these notes."""
    text = document("Samarbeid om utsatte barn", selection, **more)
    text = text.replace("</Sources>", f"</Sources><Notes>{notes}</Notes>")
    path = tmp_path / "annet.qdpx"
    path.write_bytes(package(text, {"Sources/A1.txt": TEXT.encode()}))
    told: list[tuple[int, int]] = []
    report = import_project(
        shelf.store, open_project(path), by="Ida", told=lambda done, of: told.append((done, of))
    )
    assert told == [(0, 1)]
    return report


def note(number: int, words: str, user: str = USER, more: str = "") -> str:
    return (
        f'<Note guid="{{{NOTE}{number}}}" name="Memo" creatingUser="{user}">'
        f"<PlainTextContent>{words}</PlainTextContent>{more}</Note>"
    )


def refer(*numbers: int) -> str:
    return "".join(f'<NoteRef targetGUID="{NOTE}{number}"/>' for number in numbers)


def test_memos_of_another_program_are_comments(shelf: Shelf, tmp_path: Path) -> None:
    """The coder's note on a coding is its comment; others, and notes on words, are remarks."""
    selection = text_selection(*where(TEXTS[0], TEXT))
    selection = selection.replace("</Coding>", refer(1, 2) + "</Coding>")
    selection = selection.replace("</PlainTextSelection>", refer(3) + "</PlainTextSelection>")
    circle = note(3, "Om ordene", more=refer(4)) + note(4, "Et svar", OTHER, refer(3, 4))
    report = theirs(
        shelf, tmp_path, selection, note(1, "Min") + note(2, "En annens", OTHER) + circle
    )
    assert (report.added, report.remarks, report.not_placed) == (1, 3, [])
    first, second = passage_comments(shelf.store, shelf.passage_ids[0])
    assert (first.text, first.by, first.coding_id is not None) == ("En annens", "Ida", True)
    assert (second.text, second.by, second.coding_id) == ("Om ordene", "Bjørk Þórðardóttir", None)
    assert [one.text for one in second.replies] == ["Et svar"]


def test_memos_without_a_place_are_listed_with_their_words(shelf: Shelf, tmp_path: Path) -> None:
    selection = text_selection(*where("Þjónusta við börn á Íslandi", TEXT), OWN)
    selection = selection.replace("</PlainTextSelection>", refer(1) + "</PlainTextSelection>")
    notes = note(1, "Om noe som ikke er her") + note(2, "Om hele prosjektet", OTHER)
    report = theirs(shelf, tmp_path, selection + refer(3), notes + note(3, "Om hele teksten"))
    left = {one.note: (one.coder, one.reason) for one in report.not_placed}
    assert set(left) == {"Om noe som ikke er her", "Om hele prosjektet", "Om hele teksten"}
    assert left["Om hele prosjektet"] == ("Ida", "it is a memo on no marked words")
    kept = keep_not_placed(tmp_path, report)
    assert kept is not None and re.fullmatch(r"not-placed-\d{8}T\d+Z\.json", kept.name)
    assert len(json.loads(kept.read_text("utf-8"))["not_placed"]) == 3
    assert keep_not_placed(tmp_path, ImportReport("tomt")) is None


def test_memos_of_somebody_who_codes_blind_wait(shelf: Shelf, tmp_path: Path) -> None:
    people = ["Bjørk Þórðardóttir", "Kari"]
    opened = create_round(shelf.store, "r", shelf.passage_ids[:1], people, by="Kari")
    selection = text_selection(*where(TEXTS[0], TEXT), CODE)
    selection = selection.replace("</PlainTextSelection>", refer(1) + "</PlainTextSelection>")
    report = theirs(shelf, tmp_path, selection, note(1, "Om ordene"))
    assert (report.added, report.remarks, len(report.not_placed)) == (0, 0, 2)
    close_round(shelf.store, opened.id, by="Kari")
    report = theirs(shelf, tmp_path, selection, note(1, "Om ordene"))
    assert (report.added, report.remarks, len(report.not_placed)) == (1, 1, 0)
