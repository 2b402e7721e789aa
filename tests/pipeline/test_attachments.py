"""Files that records name: every program's spelling, and nothing outside the folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.attachments import attached_file, named_files


@pytest.fixture
def library(tmp_path: Path) -> Path:
    folder = tmp_path / "bibliotek æøå"
    (folder / "files" / "12").mkdir(parents=True)
    (folder / "files" / "12" / "rapport å.pdf").write_bytes(b"%PDF-1.7")
    (tmp_path / "secret.pdf").write_bytes(b"%PDF-1.7 secret")
    (folder / "link.pdf").symlink_to(tmp_path / "secret.pdf")
    (folder / "files" / "13").symlink_to(tmp_path)
    (folder / "files" / "14").symlink_to(folder / "files" / "12")
    (folder / "script.exe").write_bytes(b"MZ")
    (folder / "empty.pdf").touch()
    return folder


@pytest.mark.parametrize(
    "name",
    [
        "files/12/rapport å.pdf",
        "./files/12/rapport å.pdf",
        " files/12/rapport å.pdf ",
        "files/12/rapport%20%C3%A5.pdf",
        "files\\12\\rapport å.pdf",
        "internal-pdf://files/12/rapport%20å.pdf",
        "<files/12/rapport å.pdf>",
    ],
)
def test_every_programs_spelling(library: Path, name: str) -> None:
    assert attached_file(library, name) == library / "files" / "12" / "rapport å.pdf"


def test_whole_paths_inside_the_folder(library: Path) -> None:
    path = library / "files" / "12" / "rapport å.pdf"
    assert attached_file(library, str(path)) == path
    assert attached_file(library, path.as_uri()) == path


@pytest.mark.parametrize(
    "name",
    [
        "../secret.pdf",
        "files/../../secret.pdf",
        "files/13/secret.pdf",
        "files/14/rapport å.pdf",
        "link.pdf",
        "/etc/passwd",
        "file:///etc/passwd",
        "internal-pdf://../secret.pdf",
        "..\\secret.pdf",
        "C:\\secret.pdf",
        "%2e%2e/secret.pdf",
        "script.exe",
        "empty.pdf",
        "files",
        "files/12",
        "",
        ".",
        "nul\x00.pdf",
        "x" * 5000 + ".pdf",
        "http://example.org/rapport.pdf",
        "http://[bad",
    ],
)
def test_nothing_else_is_attached(library: Path, name: str) -> None:
    assert attached_file(library, name) is None


def test_a_whole_path_elsewhere_is_not_attached(library: Path) -> None:
    assert attached_file(library, str(library.parent / "secret.pdf")) is None


def test_ris() -> None:
    text = (
        "TY  - RPRT\nTI  - A\nL1  - files/1/a.pdf\nL2  - files/1/b.pdf\nER  - \n"
        "TY  - RPRT\nTI  - B\nER  - \nTY  - RPRT\nL4  - c.pdf\n"
    )
    assert named_files(text, "ris") == [("files/1/a.pdf", "files/1/b.pdf"), (), ("c.pdf",)]


def test_bibtex() -> None:
    text = r"""
@string{x = "y"}
@comment{file = {no.pdf}}
@report{a, title = {A}, file = {Full Text:files/1/a.pdf:application/pdf;B:files/1/b.pdf:pdf}}
@report{b, title = {B}, file = {:files/2/with\: colon\; and more.pdf:PDF}}
@report{c, title = {C}, file = "plain.pdf"}
@report{d, title = {D}}
"""
    assert named_files(text, "bibtex") == [
        ("files/1/a.pdf", "files/1/b.pdf"),
        ("files/2/with: colon; and more.pdf",),
        ("plain.pdf",),
        (),
    ]


def test_csl_json_names_none() -> None:
    assert named_files('[{"title": "A"}]', "csl-json") == []
