"""Projects out and in again: the same codings, in the same record and in a fresh one."""

from __future__ import annotations

import re
import shutil
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from corpora.categories import Category
from kb.active_codebook import active_codebook
from kb.citations.sets import add_item, create_set
from kb.codebook_editing import add_code, code_uses, merge_codes, rename_code
from kb.codebook_files import codebook_yaml, read_codebook_file
from kb.codebook_tables import ImportedCoding
from kb.coding.acts import undo
from kb.coding.codings import StoredCodings, record_coding
from kb.errors import BlobError, NotFoundError
from kb.exports.refi_codes import codebook_qdc
from kb.exports.refi_content import Wanted
from kb.exports.refi_project import ExportReport, export_project
from kb.frontier import Sighting, record_sighting
from kb.library import present_passages
from kb.publications import assign_item, replace_passages, save_publication
from kb.refi_import import import_codebook, import_project
from kb.refi_project_file import open_project
from kb.refi_report import ImportReport
from kb.settings import Settings
from kb.store import Store, open_store
from tests.builders import passage, publication
from tests.sample import pdf_bytes

LETTERS = "Åsa Þórðardóttir, Ærøskøbing & «Päivi» 😀"
SAID = (
    "Ledelsen 😀 forankret samarbeidet mellom skole og barnevern i en felles plan for kommunen.",
    "Þjónusta við börn á Íslandi: ráðgjafi fylgdi fjölskyldunni allan tímann, æ síðan.",
    "När chefen slutar stannar samverkan av, eftersom ingen har fått i uppdrag att leda den.",
)
GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
Q = "{urn:QDA-XML:project:1.0}"
ORDER = {  # of the elements in one another, as the standard's schema says
    "Project": ("Users", "CodeBook", "Sources", "Notes", "Sets"),
    "TextSource": ("Description", "PlainTextContent", "PlainTextSelection", "Coding", "NoteRef"),
    "Note": ("Description", "PlainTextContent", "PlainTextSelection", "Coding", "NoteRef"),
    "Representation": ("Description", "PlainTextContent", "PlainTextSelection"),
    "PDFSource": ("Description", "PDFSelection", "Representation"),
    "PDFSelection": ("Description", "Representation", "Coding", "NoteRef"),
    "PlainTextSelection": ("Description", "Coding", "NoteRef"),
    "Coding": ("CodeRef", "NoteRef"),
    "Code": ("Description", "NoteRef", "Code"),
    "CodeBook": ("Codes", "Sets"),
    "Set": ("Description", "MemberCode", "MemberSource", "MemberNote"),
    "Users": ("User",),
    "Codes": ("Code",),
    "Sources": ("TextSource", "PDFSource"),
    "Notes": ("Note",),
    "Sets": ("Set",),
}
REQUIRED = {
    "Project": {"name"},
    "User": {"guid"},
    "Code": {"guid", "name", "isCodable"},
    "TextSource": {"guid"},
    "PDFSource": {"guid"},
    "Representation": {"guid"},
    "Note": {"guid"},
    "PlainTextSelection": {"guid", "startPosition", "endPosition"},
    "PDFSelection": {"guid", "page", "firstX", "firstY", "secondX", "secondY"},
    "Coding": {"guid"},
    "CodeRef": {"targetGUID"},
    "NoteRef": {"targetGUID"},
    "Set": {"guid", "name"},
    "MemberSource": {"targetGUID"},
}
NUMBERS = {"startPosition", "endPosition", "page", "firstX", "firstY", "secondX", "secondY"}


@dataclass
class Base:
    """A record with one publication read from a real PDF."""

    store: Store
    publication_id: str
    passage_ids: list[str]

    def code(self, number: int, factor: str, direction: str, **more: Any) -> int:
        """Let a person code one of the passages."""
        facts = {"act": "add", "coder": LETTERS, **more}
        book = active_codebook(self.store)
        return record_coding(
            self.store, book, self.passage_ids[number], factor=factor, direction=direction, **facts
        )

    def said(self) -> set[tuple[object, ...]]:
        """What people's codings say, without ids, which differ from base to base."""
        texts = {one.id: one.text for one in present_passages(self.store, self.publication_id)}
        return {
            (texts[passage_id], one.factor, one.direction, one.status, one.coder)
            for passage_id, codings in StoredCodings(self.store).coded().items()
            for one in codings
        }

    def export(self, path: Path, **more: Any) -> ExportReport:
        """Write the project."""
        return export_project(self.store, active_codebook(self.store), path, **more)

    def take_in(self, path: Path, **more: Any) -> ImportReport:
        """Merge a project."""
        return import_project(self.store, open_project(path), by="Importør", **more)


def make_base(home: Path, *, title: str = "Samarbeid på små steder", pdf: bool = True) -> Base:
    """A fresh base; the same publication has another id in each."""
    home.mkdir(parents=True, exist_ok=True)
    store = open_store(Settings(home=home))
    data = pdf_bytes() if pdf else "Bare tekst æøå.".encode()
    sha256, key = store.blobs.put(data), "https://example.org/rapport"
    media = "application/pdf" if pdf else "text/plain"
    sighting = Sighting(key, "no-fafo", key, "document", media_type=media)
    with store.write() as session:
        record_sighting(session, sha256, len(data), sighting)
        found, _ = save_publication(session, None, publication(title))
        assign_item(session, key, found, "hash", "not known before")
        boxes = [[[0, [0.1, 0.1 * n + 0.05, 0.9, 0.1 * n + 0.1]]] for n in range(len(SAID))]
        drafts = [
            passage(text, sha256=sha256, page=0, page_end=0, boxes=box, sentences=[[0, len(text)]])
            for text, box in zip(SAID, boxes, strict=True)
        ]
        replace_passages(session, found, drafts)
    return Base(store, found, [one.id for one in present_passages(store, found)])


@pytest.fixture(scope="module")
def coded(tmp_path_factory: pytest.TempPathFactory) -> Base:
    """A base with five codings, to be copied."""
    made = make_base(tmp_path_factory.mktemp("kodet") / "hjem")
    made.code(0, "leadership", "facilitator", comment="Tydelig – ærlig talt 😀 <b>&")
    made.code(1, "user_participation", "mixed")
    made.code(1, "leadership", "barrier", coder='Pål "Påsan" O\'Hara 🙂', span=(13, 28))
    made.code(2, "continuity", "barrier", coder="Päivi")
    made.code(2, "leadership", "barrier", coder="Päivi", act="reject")
    made.store.close()
    return made


@pytest.fixture
def base(coded: Base, tmp_path: Path) -> Base:
    shutil.copytree(coded.store.settings.home, tmp_path / "hjem")
    store = open_store(Settings(home=tmp_path / "hjem"))
    return Base(store, coded.publication_id, list(coded.passage_ids))


def document_of(path: Path) -> Any:
    with zipfile.ZipFile(path) as package:
        return etree.fromstring(package.read("project.qde"))


def test_a_project_keeps_to_the_standards_schema(base: Base, tmp_path: Path) -> None:
    path = tmp_path / "ut.qdpx"
    number = create_set(base.store, "kapittel æ")
    add_item(base.store, number, base.publication_id)
    report = base.export(path)
    assert (report.publications, report.codings, report.coders, report.files) == (1, 5, 3, 1)
    root = document_of(path)
    assert root.tag == Q + "Project"
    seen = set()
    for element in root.iter():
        name = etree.QName(element).localname
        assert etree.QName(element).namespace == "urn:QDA-XML:project:1.0"
        children = [etree.QName(child).localname for child in element]
        order = ORDER.get(name, ())
        assert [order.index(child) for child in children] == sorted(map(order.index, children))
        assert REQUIRED.get(name, set()) <= set(element.attrib), name
        for key, value in element.attrib.items():
            if key in ("guid", "targetGUID", "creatingUser"):
                assert GUID.fullmatch(value), (name, key)
            if key in NUMBERS:
                assert re.fullmatch(r"-?\d+", value), (name, key)
            if key == "creationDateTime":
                assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", value)
        seen.add(name)
    assert {"PDFSelection", "PlainTextSelection", "Note", "Set", "User", "MemberSource"} <= seen
    guids = [one.get("guid") for one in root.iter(Q + "Coding")]
    assert len(guids) == len(set(guids))
    targets = {one.get("guid") for one in root.iter() if one.get("guid")}
    assert {one.get("targetGUID") for one in root.iter() if one.get("targetGUID")} <= targets


def test_positions_count_characters_and_pages_from_nought(base: Base, tmp_path: Path) -> None:
    path = tmp_path / "ut.qdpx"
    base.export(path)
    root = document_of(path)
    (beside,) = root.iter(Q + "Representation")
    with zipfile.ZipFile(path) as package:
        name = beside.get("plainTextPath").removeprefix("internal://")
        text = package.read(f"Sources/{name}").decode("utf-8")
        (pdf,) = root.iter(Q + "PDFSource")
        member = f"Sources/{pdf.get('path').removeprefix('internal://')}"
        assert package.read(member) == pdf_bytes()
    quotes = {
        text[int(one.get("startPosition")) : int(one.get("endPosition"))]
        for one in root.iter(Q + "PlainTextSelection")
    }
    assert quotes == {*SAID, SAID[1][13:28]}
    boxes = [
        tuple(int(one.get(key)) for key in ("page", "firstX", "firstY", "secondX", "secondY"))
        for one in root.iter(Q + "PDFSelection")
    ]
    # the page is 595 x 842 points; the first passage lies 5 to 10 % from its top
    assert boxes[0] == (0, 59, 800, 536, 757)
    in_text = {one.get("guid") for one in root.iter(Q + "PlainTextSelection")}
    assert {one.get("guid") for one in root.iter(Q + "PDFSelection")} == in_text


def test_a_fresh_base_has_the_same_codings(base: Base, tmp_path: Path) -> None:
    path = tmp_path / "ut.qdpx"
    base.export(path)
    other = make_base(tmp_path / "annet", title="Et annet navn")
    assert other.publication_id != base.publication_id
    report = other.take_in(path)
    assert (report.added, report.unchanged, report.needs_look) == (5, 0, 0)
    assert report.codes_added == [] and report.not_placed == []
    assert other.said() == base.said()
    assert {one[4] for one in other.said()} == {LETTERS, 'Pål "Påsan" O\'Hara 🙂', "Päivi"}
    again = other.take_in(path)
    assert (again.added, again.unchanged) == (0, 5)
    back = tmp_path / "tilbake.qdpx"
    other.export(back)
    assert base.take_in(back).added == 0
    first, second = document_of(path), document_of(back)
    codings = [{one.get("guid") for one in root.iter(Q + "Coding")} for root in (first, second)]
    assert codings[0] == codings[1]
    notes = [[one.text for one in root.iter(Q + "PlainTextContent")] for root in (first, second)]
    assert notes[0] == notes[1] == ["Tydelig – ærlig talt 😀 <b>&"]


def test_the_same_base_gains_nothing_also_after_an_undo(base: Base, tmp_path: Path) -> None:
    path = tmp_path / "ut.qdpx"
    base.export(path)
    before = base.said()
    undo(base.store, "Päivi")  # the rejection
    report = base.take_in(path)
    assert (report.added, report.unchanged) == (0, 5)
    assert base.said() == {one for one in before if one[3] != "rejected"}


def test_an_import_can_be_undone_as_one_act(base: Base, tmp_path: Path) -> None:
    path = tmp_path / "ut.qdpx"
    base.export(path)
    other = make_base(tmp_path / "annet")
    other.take_in(path)
    assert len(other.said()) == 5
    undo(other.store, "Importør")
    assert other.said() == set()
    assert other.take_in(path).added == 5  # what was taken back may come again
    assert other.take_in(path).added == 0
    assert len(other.said()) == 5


def test_without_files_the_publication_is_known_by_its_text(base: Base, tmp_path: Path) -> None:
    path = tmp_path / "ut.qdpx"
    assert base.export(path, files=False).files == 0
    root = document_of(path)
    assert not list(root.iter(Q + "PDFSource")) and len(list(root.iter(Q + "TextSource"))) == 1
    other = make_base(tmp_path / "annet", title="Noe helt annet", pdf=False)
    assert other.take_in(path).added == 5
    assert other.said() == base.said()


def test_a_merged_code_goes_out_and_comes_in_as_what_stands_for_it(
    base: Base, tmp_path: Path
) -> None:
    old = tmp_path / "før.qdpx"
    base.export(old)
    other = make_base(tmp_path / "annet")
    rename_code(other.store, "factors", "continuity", by="Kari", new_id="steadiness")
    merge_codes(other.store, "factors", "leadership", "organisation", by="Kari")
    assert other.take_in(old).codes_added == []
    assert {one[1] for one in other.said()} == {
        "organisation", "user_participation", "steadiness"
    }  # fmt: skip
    new = tmp_path / "etter.qdpx"
    other.export(new, language="nb")
    names = {one.get("name") for one in document_of(new).iter(Q + "Code")}
    assert "Organisering" in names and "Ledelse" not in names


def test_a_codebook_goes_out_and_in(base: Base, tmp_path: Path) -> None:
    entry = Category(id="trust", labels={"nb": "Tillit", "en": "Trust æøå"})
    add_code(base.store, "factors", entry, by="Kari")
    book = active_codebook(base.store)
    path = tmp_path / "kodebok.qdc"
    path.write_bytes(codebook_qdc(book, "nb"))
    root = etree.parse(path).getroot()
    assert root.tag == "{urn:QDA-XML:codebook:1.0}CodeBook"
    codes = list(root[0])
    assert len(codes) == 16 and all(len(code.findall("{*}Code")) == 4 for code in codes)
    assert codes[-1].get("name") == "Tillit"
    other = make_base(tmp_path / "annet")
    report = import_codebook(other.store, path, by="Ola", language="nb")
    assert report.codes_added == ["tillit"]
    assert import_codebook(other.store, path, by="Ola", language="nb").codes_added == []
    assert active_codebook(other.store).guid("factors", "tillit") == book.guid("factors", "trust")
    loaded, guids = read_codebook_file(path, book, "nb")
    assert loaded.ids("factors") == book.ids("factors") and guids == {}
    yaml = tmp_path / "kodebok.yaml"
    yaml.write_text(codebook_yaml(book), encoding="utf-8")
    same, _ = read_codebook_file(yaml, book)
    assert same.model_dump() == book.model_dump()


def test_uses_are_counted_for_people_only(base: Base) -> None:
    assert code_uses(base.store) == {"leadership": 3, "user_participation": 1, "continuity": 1}


def test_a_coding_over_several_passages_survives_two_journeys(base: Base, tmp_path: Path) -> None:
    """One coding of a file became several here, with one GUID: each goes out with its own."""
    path = tmp_path / "ut.qdpx"
    guid = "77777777-7777-4777-8777-777777777777"
    first, second = (base.code(at, "resources", "barrier", coder="Kari") for at in (1, 2))
    with base.store.write() as session:
        session.add_all(ImportedCoding(guid=guid, coding_id=one) for one in (first, second))
    base.export(path)
    guids = [one.get("guid") for one in document_of(path).iter(Q + "Coding")]
    assert len(guids) == len(set(guids)) and guid in guids
    other = make_base(tmp_path / "annet")
    assert (other.take_in(path).unchanged, other.said()) == (0, base.said())
    assert base.take_in(path).added == 0


def test_two_copies_of_a_record_number_alike_and_still_lose_nothing(
    base: Base, tmp_path: Path
) -> None:
    """A coder works on at home and at work: the same number, name and publication, other words."""
    base.store.close()
    copy = tmp_path / "kopi"
    shutil.copytree(base.store.settings.home, copy)
    home = Base(open_store(Settings(home=copy)), base.publication_id, base.passage_ids)
    assert base.code(0, "resources", "barrier") == home.code(2, "culture", "mixed")
    path = tmp_path / "hjemmefra.qdpx"
    home.export(path)
    report = base.take_in(path)
    assert (report.added, report.unchanged) == (1, 5)
    assert {one[1] for one in base.said()} >= {"resources", "culture"}


def test_a_publication_that_is_not_here_is_said_and_no_file_is_left(
    base: Base, tmp_path: Path
) -> None:
    path = tmp_path / "tom" / "ut.qdpx"
    path.parent.mkdir()
    with pytest.raises(NotFoundError, match="no publication"):
        base.export(path, wanted=Wanted(("p-feil",)))
    sha256 = next(iter(base.store.blobs))
    base.store.blobs.path(sha256).write_bytes(b"damaged")
    with pytest.raises(BlobError):
        base.export(path)
    assert list(path.parent.iterdir()) == []
