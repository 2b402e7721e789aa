"""OpenDocument and RTF through pandoc: structure, properties, damage, and no way out of it."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pypandoc
import pytest

from pipeline.extract import choose
from pipeline.extract.job import Job
from pipeline.passages import make_passages
from pipeline.records import Extracted
from tests.pipeline.extract.papers import LAW, MEETING, read_here

PAGE = f"""<html><head><title>Møter som virker</title></head><body>
<p>Utgiver: Nordmarkforskning</p><p>Utgitt: 2021</p>
<h1>1 Møtene</h1><p>{MEETING}</p>
<h2>1.1 Loven</h2><p>{LAW}</p>
<table><thead><tr><th>Sted</th><th>Møter</th></tr></thead>
<tbody><tr><td>Vågen</td><td>4</td></tr></tbody></table>
<ul><li>Fast leder</li></ul></body></html>"""


def _made(form: str, folder: Path) -> bytes:
    path = folder / f"notat.{form}"
    pypandoc.convert_text(PAGE, form, format="html", outputfile=str(path), extra_args=["-s"])
    return path.read_bytes()


@pytest.fixture(scope="module", params=["odt", "rtf"])
def read(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Extracted:
    return read_here(Job(_made(request.param, tmp_path_factory.mktemp("notat"))))


def test_sections_and_tables(read: Extracted) -> None:
    assert read.status == "read"
    passages = {p.section: p.text for p in make_passages(read) if p.kind == "body"}
    assert passages["1 Møtene"] == MEETING
    law, _, item = passages["1 Møtene › 1.1 Loven"].partition("\n")
    assert law == LAW and item.endswith("Fast leder")
    rows = [block.text for block in read.blocks if block.kind == "table_row"]
    assert "Vågen" in rows[-1] and "4" in rows[-1]


def test_lines_about_the_publication_are_no_evidence(read: Extracted) -> None:
    assert read.metadata["publisher"].value == "Nordmarkforskning"
    assert read.metadata["year"].value == 2021
    assert all("Utgiver" not in passage.text for passage in make_passages(read))


def test_an_odt_says_its_own_title(tmp_path: Path) -> None:
    read = read_here(Job(_made("odt", tmp_path)))
    assert read.media_type == choose.ODT
    assert read.metadata["title"].value == "Møter som virker"
    assert read.blocks[0].kind == "heading" and read.blocks[0].level == 0


@pytest.mark.parametrize("form", ["odt", "rtf"])
def test_damaged_files_are_said(form: str, tmp_path: Path) -> None:
    data = _made(form, tmp_path)
    broken = data[:40] if form == "rtf" else _without_content(data)
    read = read_here(Job(broken, filename=f"a.{form}"))
    assert read.status == "quarantined"
    assert read.reason is not None and read.reason.endswith(".")


def _without_content(data: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w") as new:
        for name in old.namelist():
            new.writestr(name, b"<x" if name == "content.xml" else old.read(name))
    return buffer.getvalue()


def test_an_rtf_reaches_no_file(tmp_path: Path) -> None:
    secret = tmp_path / "hemmelig.txt"
    secret.write_text("HEMMELIG", "utf-8")
    field = r'{\field{\*\fldinst INCLUDETEXT "' + str(secret) + r'"}{\fldrslt }}'
    text = r"{\rtf1\ansi " + field + r" Kommunene m\'f8tes hver uke om barna.\par}"
    read = read_here(Job(text.encode()))
    assert "Kommunene møtes hver uke" in read.pages[0].text
    assert "HEMMELIG" not in read.pages[0].text


@pytest.mark.parametrize("counted", [b"", b"\\uc1"])
def test_letters_by_their_number_take_no_letter_with_them(counted: bytes) -> None:
    text = rb"{\rtf1\ansi\ansicpg1252" + counted + rb" M\u248?ter p\u229? \u254?riggja \'e5r\par}"
    (passage,) = make_passages(read_here(Job(text)))
    assert passage.text == "Møter på þriggja år"
