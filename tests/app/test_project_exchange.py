"""Projects of other programs on the Codebook page: looked at, merged, taken back, taken along."""

from __future__ import annotations

import html
import io
import json
import zipfile
from collections.abc import Iterator

import pytest
from streamlit.testing.v1 import AppTest

from app.widgets.project_import import MERGED, PREVIEWED
from kb.active_codebook import active_codebook
from kb.codebook_editing import changes_of, undo_change
from kb.coding.acts import list_acts, undo
from kb.coding.codings import StoredCodings, record_coding
from kb.coding.comments import passage_comments
from kb.library import present_passages
from tests.app.conftest import Opener, html_of
from tests.app.sample_base import Sample
from tests.kb.refi_files import CODE, OWN, USER, document, package, text_selection, where

NOTE = "77777777-7777-4777-8777-777777777771"
SCRIPT = "<script>alert(1)</script>"


@pytest.fixture(autouse=True)
def _unchanged(sample: Sample) -> Iterator[None]:
    """The sample is shared: what a test does is taken back."""
    before = {act.id for act in list_acts(sample.store)}
    yield
    for act in list_acts(sample.store):
        if act.id not in before and act.kind == "do" and not act.undone:
            undo(sample.store, act.by, act.id)
    while any(stands and one.act != "undo" for one, stands in changes_of(sample.store)):
        undo_change(sample.store, by="test")


def project(sample: Sample) -> bytes:
    """Another program's project: a coding of a known code with a note, one of a new code, and more
    that has no place here."""
    known = sample.publication("Samverkan")
    text = "\n\n".join(one.text for one in present_passages(sample.store, known.id))
    first = text_selection(*where(sample.passage("Samverkan").text, text))
    first = first.replace("</Coding>", f'<NoteRef targetGUID="{NOTE}"/></Coding>')
    second = text_selection(*where(sample.passage("Samverkan", 1).text, text), OWN)
    made = document(
        html.escape(str(known.csl["title"]), quote=True),
        first + second.replace("6666", "6667").replace("5555555", "5555556"),
        origin=html.escape(SCRIPT),
    )
    strange = (
        '<TextSource guid="44444444-4444-4444-8444-444444444445" name="Åse på Ærø">'
        "<PlainTextContent>Et intervju om noe annet.</PlainTextContent>"
        + text_selection(0, 11, CODE).replace("6666", "6668").replace("5555555", "5555557")
        + '</TextSource><PictureSource guid="44444444-4444-4444-8444-444444444446" name="k"/>'
    )
    notes = (
        f'<Notes><Note guid="{NOTE}" creatingUser="{USER}" name="m"><PlainTextContent>Tydelig «ð»'
        "</PlainTextContent></Note></Notes>"
    )
    made = made.replace("</Sources>", f"{strange}</Sources>{notes}")
    return package(made, {"Sources/A1.txt": text.encode()})


def upload(test: AppTest, data: bytes, name: str = "fra «NVivo» åäö.qdpx") -> str:
    """Give the page a file; returns what it shows."""
    test.file_uploader(key="project-file").set_value((name, data, "application/zip")).run()
    assert not test.exception
    return html_of(test)


def theirs(sample: Sample) -> set[tuple[str, str]]:
    """What the file's coder says: factors with their directions."""
    found = StoredCodings(sample.store).coded().values()
    return {
        (one.factor, one.direction)
        for codings in found
        for one in codings
        if one.coder == "Bjørk Þórðardóttir"
    }


def test_a_file_is_looked_at_merged_and_taken_back(open_view: Opener, sample: Sample) -> None:
    test = open_view("codebook")
    test.session_state["state-coder"] = "Kari"
    shown = upload(test, project(sample))
    for said in ("Bjørk Þórðardóttir", "Tillit på tvers", "pictures: 1", "Åse på Ærø"):
        assert said in shown
    assert html.escape(SCRIPT) in shown and SCRIPT not in shown
    assert "the publication is not in this knowledge base: 1" in shown
    assert theirs(sample) == set()
    assert "tillit_pa_tvers" not in active_codebook(sample.store).ids("factors")

    test.button(key="project-merge").click().run()
    assert not test.exception
    shown = html_of(test)
    assert "Merged: fra «NVivo» åäö.qdpx" in shown
    assert "Everything in it that has a place here is here already." in shown
    assert theirs(sample) == {("leadership", "neutral"), ("tillit_pa_tvers", "neutral")}
    (act, *_more) = list_acts(sample.store, "Kari")
    assert (act.what, len(act.rows)) == ("coding", 2)
    (kept,) = (sample.settings.home / "imports").iterdir()
    assert json.loads(kept.read_text("utf-8"))["not_placed"][0]["source"] == "Åse på Ærø"
    kept.unlink()

    test.button(key="project-undo").click().run()
    assert not test.exception
    assert theirs(sample) == set()
    assert "tillit_pa_tvers" not in active_codebook(sample.store).ids("factors")


def test_codes_are_added_only_where_it_is_wished(open_view: Opener, sample: Sample) -> None:
    test = open_view("codebook")
    test.session_state["state-coder"] = "Kari"
    test.toggle(key="project-add-codes").set_value(False).run()
    assert "its code is not in the codebook: 1" in upload(test, project(sample))
    test.button(key="project-merge").click().run()
    assert theirs(sample) == {("leadership", "neutral")}
    for kept in (sample.settings.home / "imports").iterdir():
        kept.unlink()


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("å.qdpx", b"no zip", "å.qdpx is no REFI-QDA project"),
        ("å.qdpx", package("<Notes/>"), "found a document of"),
        ("å.qdc", b"<!DOCTYPE a [<!ENTITY b 'c'>]><CodeBook>&b;</CodeBook>", "document type"),
        ("tom.qdpx", b"", "tom.qdpx is no REFI-QDA project"),
    ],
)
def test_what_cannot_be_read_is_said_and_changes_nothing(
    open_view: Opener, sample: Sample, name: str, data: bytes, said: str
) -> None:
    before = len(list_acts(sample.store)), len(changes_of(sample.store))
    test = open_view("codebook")
    shown = upload(test, data, name)
    assert "sv-problem" in shown and said in html.unescape(shown)
    assert "/tmp" not in shown
    assert MERGED not in test.session_state and PREVIEWED in test.session_state
    assert (len(list_acts(sample.store)), len(changes_of(sample.store))) == before


def test_a_codebook_brings_the_codes_that_are_lacking(open_view: Opener, sample: Sample) -> None:
    made = (
        '<CodeBook xmlns="urn:QDA-XML:codebook:1.0" origin="MAXQDA"><Codes>'
        f'<Code guid="{CODE}" name="Leadership" isCodable="true"/>'
        f'<Code guid="{OWN}" name="Tillit på «tvers» 🙂" isCodable="true"/></Codes></CodeBook>'
    )
    test = open_view("codebook")
    test.session_state["state-coder"] = "Kari"
    assert "Tillit på «tvers» 🙂" in upload(test, made.encode(), "kode.qdc")
    test.button(key="project-merge").click().run()
    (change, *_rest) = changes_of(sample.store)
    assert (change[0].act, change[0].by) == ("add", "Kari")
    test.button(key="project-undo").click().run()
    assert changes_of(sample.store)[0][0].act == "undo"


def test_what_was_chosen_is_taken_along(open_view: Opener, sample: Sample) -> None:
    book, passage = active_codebook(sample.store), sample.passage("Samverkan")
    for factor in ("leadership", "culture"):
        record_coding(
            sample.store, book, passage.id, factor=factor, direction="barrier", act="add",
            coder="Åse",
        )  # fmt: skip
    test = open_view("codebook")
    test.multiselect(key="project-factors").set_value(["culture"])
    test.button(key="project-make").click().run()
    assert not test.exception
    shown = html_of(test)
    assert "1 publication · 1 coding" in shown
    test.multiselect(key="project-factors").set_value(["continuity"])
    test.button(key="project-make").click().run()
    assert "Expected codings or comments by people that fit" in html_of(test)
    assert not passage_comments(sample.store, passage.id, "Kari")


def test_the_file_is_a_project(sample: Sample) -> None:
    with zipfile.ZipFile(io.BytesIO(project(sample))) as made:
        assert {"project.qde", "Sources/A1.txt"} == set(made.namelist())
