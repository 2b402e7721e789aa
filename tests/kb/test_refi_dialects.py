"""Projects of other programs, and hostile ones: what comes in, what is passed over, and refused."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import select

from kb import refi_reading
from kb.active_codebook import active_codebook
from kb.code_ids import make_id
from kb.codebook_editing import changes_of, undo_change
from kb.coding.codings import StoredCodings
from kb.coding.rounds import close_round, create_round
from kb.errors import ExchangeError
from kb.needs_look import lost_work
from kb.refi_codes import match_codes
from kb.refi_import import import_codebook, import_project
from kb.refi_merging import Merger, plan_project
from kb.refi_project_file import open_project
from kb.refi_quotes import CodedText
from kb.refi_reading import MOST_MEMBERS, Package, parse_document
from kb.refi_report import ImportReport
from kb.tables import Coding
from tests.builders import TEXTS, Shelf, passage
from tests.kb.refi_files import CODE, OWN, TEXT, document, package, text_selection, where

TITLE = "Samarbeid om utsatte barn"
QUOTE = TEXTS[0]
BOMB = '<!DOCTYPE p [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;&a;">]>'


def take_in(shelf: Shelf, tmp_path: Path, data: bytes, add_codes: bool = True) -> ImportReport:
    path = tmp_path / "annet program.qdpx"
    path.write_bytes(data)
    return import_project(shelf.store, open_project(path), by="Ida", add_codes=add_codes)


def present(shelf: Shelf) -> list[tuple[str, str, str, str]]:
    """What counts now: passage, factor, direction, coder."""
    coded = StoredCodings(shelf.store).coded()
    return sorted(
        (passage, one.factor, one.direction, one.coder)
        for passage, found in coded.items()
        for one in found
    )


def counted(text: str, way: str) -> tuple[bytes, int, int]:
    """A text as a program keeps it and the positions of QUOTE as it counts them."""
    if way == "characters":
        kept, (start, end) = text.encode(), where(QUOTE, text)
    elif way == "byte order mark":
        kept = b"\xef\xbb\xbf" + text.encode()
        start, end = where(QUOTE, "\ufeff" + text)
    elif way == "lines as one":
        kept, (start, end) = text.encode(), where(QUOTE, text.replace("\r\n", "\n"))
    elif way == "UTF-16 units":
        kept, (start, end) = text.encode(), where(QUOTE, text)
        start, end = start + 1, end + 1  # the emoji before it is two
    else:
        kept = b"\xff\xfe" + text.encode("utf-16-le")
        start, end = where(QUOTE, "\ufeff" + text)
    return kept, start, end


@pytest.mark.parametrize(
    ("program", "way", "folder"),
    [
        ("NVivo 14", "characters", "Sources/A1.txt"),
        ("MAXQDA 2022", "byte order mark", "sources/a1.TXT"),
        ("ATLAS.ti 24", "lines as one", "Sources\\A1.txt"),
        ("QualCoder 3.5", "UTF-16 units", "Sources/A1.txt"),
        ("f4analyse", "UTF-16 text", "./Sources/A1.txt"),
    ],
)
def test_each_programs_way_of_counting_is_understood(
    shelf: Shelf, tmp_path: Path, program: str, way: str, folder: str
) -> None:
    kept, start, end = counted(TEXT, way)
    selection = text_selection(start, end, name=QUOTE[:40])
    data = package(document(f"{TITLE}.txt", selection, origin=program), {folder: kept})
    report = take_in(shelf, tmp_path, data)
    assert (report.added, report.needs_look, report.origin) == (1, 0, program)
    expected = (shelf.passage_ids[0], "leadership", "neutral", "Bjørk Þórðardóttir")
    assert present(shelf) == [expected]
    with shelf.store.read() as session:
        row = session.query(Coding).one()
        assert (row.span, row.act, row.at.year) == (None, "add", 2024)
    assert take_in(shelf, tmp_path, data).added == 0


@pytest.mark.parametrize("space", ["urn:QDA-XML:project:1.0", "urn:QDA-XML:project:1:0", "x"])
def test_any_namespace_and_a_byte_order_mark_are_read(
    shelf: Shelf, tmp_path: Path, space: str
) -> None:
    start, end = where(QUOTE, TEXT)
    text = document(TITLE, text_selection(start, end), space=space)
    data = package(b"\xef\xbb\xbf" + text.encode(), {"Sources/A1.txt": TEXT.encode()})
    assert take_in(shelf, tmp_path, data).added == 1


def test_unknown_codes_become_codes_with_a_history(shelf: Shelf, tmp_path: Path) -> None:
    start, end = where(QUOTE[10:40], TEXT)
    data = package(
        document(TITLE, text_selection(start, end, CODE, OWN)), {"Sources/A1.txt": TEXT.encode()}
    )
    left = take_in(shelf, tmp_path, data, add_codes=False)
    assert left.added == 1 and left.codes_added == []
    assert [one.reason for one in left.not_placed] == ["its code is not in the codebook"]
    report = take_in(shelf, tmp_path, data)
    assert (report.codes_added, report.added, report.unchanged) == (["tillit_pa_tvers"], 1, 1)
    book = active_codebook(shelf.store)
    assert book.label("factors", "tillit_pa_tvers", "nb") == "Tillit på tvers"
    assert book.guid("factors", "tillit_pa_tvers") == OWN
    ((change, stands),) = changes_of(shelf.store)
    assert (change.act, change.by, stands) == ("add", "Ida", True)
    assert change.comment == "from annet program.qdpx"
    with pytest.raises(Exception, match="merge or retire it instead"):
        undo_change(shelf.store, by="Ida")
    with shelf.store.read() as session:
        spans = {row.span["exact"] for row in session.query(Coding) if row.span}
    assert spans == {QUOTE[10:40].strip()}


def test_what_is_not_found_any_more_needs_a_look(shelf: Shelf, tmp_path: Path) -> None:
    start, end = where("Þjónusta við börn á Íslandi", TEXT)
    data = package(document(TITLE, text_selection(start, end)), {"Sources/A1.txt": TEXT.encode()})
    report = take_in(shelf, tmp_path, data)
    assert (report.added, report.needs_look) == (1, 1)
    (lost,) = lost_work(shelf.store, shelf.publication_id).codings
    assert (lost.quote, lost.coder) == ("Þjónusta við börn á Íslandi", "Bjørk Þórðardóttir")
    assert take_in(shelf, tmp_path, data).added == 0


def test_an_unknown_publication_is_listed_with_its_codings(shelf: Shelf, tmp_path: Path) -> None:
    words = "Et intervju som ingen har her, om noe helt annet enn samarbeid."
    data = package(
        document("Intervju 7", text_selection(0, 12)), {"Sources/A1.txt": words.encode()}
    )
    report = take_in(shelf, tmp_path, data)
    assert report.unknown_sources == ["Intervju 7"] and report.added == 0
    (left,) = report.not_placed
    assert (left.quote, left.code, left.coder) == ("Et intervju ", "Ledelse", "Bjørk Þórðardóttir")
    assert json.dumps(left.__dict__, ensure_ascii=False)


def test_unknown_parts_are_counted_in_one_sentence(shelf: Shelf, tmp_path: Path) -> None:
    start, end = where(QUOTE, TEXT)
    more = '<Variables><Variable guid="x" name="Kjønn"/></Variables><Cases><Case guid="y"/></Cases>'
    text = document(TITLE, text_selection(start, end), more=more).replace(
        "</Sources>",
        '<VideoSource guid="v"/><AudioSource guid="a"/><PictureSource guid="p"/></Sources>'
        '<Links><Link guid="l"/></Links><Graphs><Graph guid="g"/></Graphs><Other>?</Other>',
    )
    report = take_in(shelf, tmp_path, package(text, {"Sources/A1.txt": TEXT.encode()}))
    assert report.added == 1
    assert report.sentence == (
        "Passed over, since there is no place for them here: 1 cases, 1 drawings, 1 films, "
        "1 links, 1 pictures, 1 sound recordings, 1 variables."
    )


def test_a_coders_name_that_cannot_be_kept_is_cleaned(shelf: Shelf, tmp_path: Path) -> None:
    start, end = where(QUOTE, TEXT)
    text = document(TITLE, text_selection(start, end)).replace(
        "Bjørk Þórðardóttir", "&quot;Øy\u202evind&quot; 🙂"
    )
    take_in(shelf, tmp_path, package(text, {"Sources/A1.txt": TEXT.encode()}))
    assert [one[3] for one in present(shelf)] == ['"Øyvind" 🙂']


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"no zip at all", "is no REFI-QDA project"),
        (package("<Project"), "is no well-formed XML"),
        (package(BOMB + "<Project/>"), "has a document type"),
        (package("<x>" * 300 + "</x>" * 300), "more than 200 deep"),
        (package("<Notes/>"), "found a document of 'Notes'"),
    ],
)
def test_hostile_and_broken_files_end_in_a_sentence(
    shelf: Shelf, tmp_path: Path, data: bytes, sentence: str
) -> None:
    with pytest.raises(ExchangeError, match=sentence):
        take_in(shelf, tmp_path, data)
    assert present(shelf) == []


def test_bombs_are_refused_before_they_unpack() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("project.qde", b"\0" * 30_000_000)
    with (
        Package(stream.getvalue(), "bombe.qdpx") as opened,
        pytest.raises(ExchangeError, match="looks like a bomb"),
    ):
        opened.project()
    with zipfile.ZipFile(stream, "w") as made:
        for number in range(MOST_MEMBERS + 1):
            made.writestr(str(number), b"")
    with pytest.raises(ExchangeError, match="more than the 20000 files"):
        Package(stream.getvalue(), "mange.qdpx")


def test_no_name_in_a_file_leads_out_of_it(tmp_path: Path) -> None:
    secret = tmp_path / "hemmelig.txt"
    secret.write_text("hemmelig")
    data = package("<Project/>", {"../../etc/passwd": b"inside", "Sources/a.txt": b"a"})
    with Package(data, "p") as opened:
        assert opened.read(str(secret)) is None
        assert opened.read(f"absolute://{secret}") is None
        assert opened.read("internal://../../../passwd") == b"inside"
        assert opened.read("A.TXT") == b"a"
    root = parse_document(b"<?xml version='1.0'?><a><?pi x?><!-- c --><b>t</b></a>", "d")
    assert [child.tag for child in root] == ["b"]


@pytest.mark.parametrize("space", ["codebook:1.0", "codebook:1:0", "codebook:0:4"])
def test_codebooks_of_other_programs(shelf: Shelf, tmp_path: Path, space: str) -> None:
    path = tmp_path / "kodebok.qdc"
    path.write_text(
        f'\ufeff<?xml version="1.0" encoding="UTF-8" standalone="no" ?><CodeBook '
        f'origin="NVivo" xmlns="urn:QDA-XML:{space}"><Codes><Code guid="{{{CODE.upper()}}}" '
        'name="Mappe" isCodable="false"><Code guid="g1" name="Ledarskap æ" isCodable="true"/>'
        '<Code guid="g2" name="LEDNING" isCodable="true"/></Code></Codes></CodeBook>',
        encoding="utf-8",
    )
    report = import_codebook(shelf.store, path, by="Ida", language="sv")
    assert report.codes_added == ["ledarskap_ae"]  # "Ledning" is leadership in Swedish


def test_ids_are_made_of_names() -> None:
    assert make_id("Tillit på tvers!", ()) == "tillit_pa_tvers"
    assert make_id("Tillit", ("tillit",)) == "tillit_2"
    assert make_id("2. Þjónusta", ()) == "code_2_thjonusta"
    assert make_id("日本", ()) == "code"
    assert len(make_id("x" * 80, ("x" * 32,))) == 32


def test_positions_beyond_a_text_are_no_words() -> None:
    assert CodedText("kort").quoted(90, 99) == ""
    assert CodedText("én to tre").quoted(3, 5) == "to"


def project_of(quote: str, text: str = TEXT) -> bytes:
    """A project with one coding, of these words of the text."""
    start, end = where(quote, text)
    selection = text_selection(start, end)
    return package(document(TITLE, selection), {"Sources/A1.txt": text.encode()})


def test_what_a_coder_codes_blind_waits_until_the_round_is_closed(
    shelf: Shelf, tmp_path: Path
) -> None:
    bjørk, data = "Bjørk Þórðardóttir", project_of(QUOTE)
    create_round(shelf.store, "pilot", shelf.passage_ids[:1], [bjørk, "Kari"], by="Kari")
    report = take_in(shelf, tmp_path, data)
    assert (report.added, present(shelf)) == (0, [])
    (left,) = report.not_placed
    assert left.quote == QUOTE
    assert "blind in an open round" in left.reason
    close_round(shelf.store, "pilot", by="Kari")
    assert take_in(shelf, tmp_path, data).added == 1
    assert [one[3] for one in present(shelf)] == [bjørk]


def test_a_passage_that_a_refresh_retires_meanwhile_loses_no_coding(
    shelf: Shelf, tmp_path: Path
) -> None:
    path = tmp_path / "annet.qdpx"
    path.write_bytes(project_of(QUOTE))
    project = open_project(path)
    book = active_codebook(shelf.store)
    planned = plan_project(shelf.store, project, {})
    shelf.put(passage("Noe helt annet, som ingen har sagt noe om."))
    report = ImportReport("annet.qdpx")
    matched = match_codes(book, project.content.codes)
    with shelf.store.write() as session:
        merger = Merger(session, project, report, matched, "Ida", add_codes=True)
        merger.take(planned)
        codings, remarks = merger.write()
        assert (len(codings), remarks) == (1, [])
    assert (report.added, report.needs_look) == (1, 1)
    shelf.put(passage(QUOTE))  # the text comes back
    assert len(present(shelf)) == 1


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("2024-03-02T10:20:00+02:00", "2024-03-02T08:20:00+00:00"),
        ("2024-03-02T10:20:00", "2024-03-02T10:20:00+00:00"),
        ("0001-01-01T00:00:00+14:00", None),
        ("9999-12-31T23:59:59-12:00", None),
        ("i går", None),
    ],
)
def test_moments_are_kept_in_utc_whatever_their_zone(
    shelf: Shelf, tmp_path: Path, said: str, kept: str | None
) -> None:
    before = datetime.now(UTC)
    start, end = where(QUOTE, TEXT)
    text = document(TITLE, text_selection(start, end)).replace("2024-03-02T10:20:00Z", said)
    assert take_in(shelf, tmp_path, package(text, {"Sources/A1.txt": TEXT.encode()})).added == 1
    with shelf.store.read() as session:
        (at,) = session.scalars(select(Coding.at))
    assert at.isoformat() == kept if kept else before <= at <= datetime.now(UTC)


def test_no_file_makes_the_reader_hold_more_text_than_it_may(
    shelf: Shelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One text that a thousand sources point to is small in the file and large in memory."""
    source = f'<TextSource guid="g" name="{TITLE}" plainTextPath="internal://A1.txt"/>'
    many = document(TITLE, "").replace("</Sources>", source * 1000 + "</Sources>")
    data = package(many, {"Sources/A1.txt": TEXT.encode()})
    monkeypatch.setattr(refi_reading, "MOST_TEXTS", 100 * len(TEXT.encode()))
    with pytest.raises(ExchangeError, match="found more; export less"):
        take_in(shelf, tmp_path, data)
    monkeypatch.setattr(refi_reading, "MOST_UNPACKED", 200_000)
    with Package(data, "p") as opened, pytest.raises(ExchangeError, match="GiB of sources"):
        for _ in range(2000):
            opened.read("A1.txt")
