"""Bad files given to `samvirke add`: one clear sentence each, and everything else goes on."""

from __future__ import annotations

import json
import zipfile
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from kb.library import list_publications
from kb.settings import Settings
from kb.store import open_store
from tests.command_line import Ran, run_here
from tests.sample import copy_home, pdf_bytes

GOOD = (
    "Lederne i barnevern, skole og helsestasjon møttes hver uke, og samarbeidet om familiene ble "
    "lettere fordi hver tjeneste visste hva de andre hadde ansvar for."
)


PDF = pdf_bytes(
    (
        (
            "Routines for referral between services",
            "Clear routines for referral between school and child protection saved families much",
            "time, and the municipality followed up collaboration once a year with all services.",
        ),
    )
)


def zipped(**members: str) -> bytes:
    """A zip file with these members."""
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, text in members.items():
            archive.writestr(name.replace("__", "/").replace("_dot_", "."), text)
    return stream.getvalue()


BAD: dict[str, tuple[str, bytes, str]] = {
    "corrupt PDF": ("skadet.pdf", b"%PDF-1.7\nnothing of a PDF", "The PDF is damaged"),
    "cut PDF": ("avkuttet.pdf", pdf_bytes()[:300], "The PDF is damaged"),
    "empty file": ("tom.pdf", b"", "The file is empty; fetch or save it again."),
    "blank file": ("blank.txt", b" \r\n\t\n", "The file is empty; fetch or save it again."),
    "PDF without text": ("uten tekst.pdf", pdf_bytes((("",),)), "text"),
    "page without text": (
        "tom side.html",
        b"<html><head><title></title></head><body><nav></nav></body></html>",
        "text",
    ),
    "picture": ("bilde.pdf", b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8, "none of PDF, HTML"),
    "program": ("prog.docx", b"\x7fELF" + bytes(4000), "none of PDF, HTML"),
    "zip that is no document": ("arkiv.docx", zipped(readme_dot_txt="hei"), "an archive"),
    "broken document": (
        "rot.docx",
        zipped(word__document_dot_xml="<w:document", _rels="x"),
        "damaged",
    ),
    "broken bibliography": ("rot.json", b"{", "Expected a CSL-JSON file"),
}


@dataclass(frozen=True)
class Taken:
    """One `samvirke add` of every bad file between two good ones."""

    home: Path
    ran: Ran
    results: dict[str, Any]

    def of(self, kind: str) -> Any:
        """What was said of a bad file."""
        return self.results[BAD[kind][0]]


@pytest.fixture(scope="module")
def taken(ready_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Taken:
    folder = tmp_path_factory.mktemp("dårlig")
    home = copy_home(ready_home, folder / "hjem").home
    names = ["først.txt", *(name for name, _, _ in BAD.values()), "sist.txt"]
    (folder / names[0]).write_text(GOOD, encoding="utf-8")
    (folder / names[-1]).write_text(GOOD.replace("uke", "måned"), encoding="utf-8")
    for name, data, _ in BAD.values():
        (folder / name).write_bytes(data)
    ran = run_here(home, "add", *(folder / name for name in names))
    return Taken(home, ran, {Path(result["input"]).name: result for result in ran.json})


@pytest.mark.parametrize("kind", BAD)
def test_a_bad_file_says_one_clear_sentence(taken: Taken, kind: str) -> None:
    result = taken.of(kind)
    assert result["status"] in ("quarantined", "failed")
    assert BAD[kind][2] in result["reason"]
    assert result["reason"].endswith(".")
    assert ". " not in result["reason"]
    assert (result["publication_id"], result["passages"]) == (None, 0)


def test_bad_files_are_told_on_standard_error_and_in_the_status(taken: Taken) -> None:
    assert taken.ran.status == 1
    assert "Traceback" not in taken.ran.err
    assert taken.of("corrupt PDF")["reason"] in taken.ran.said
    assert f"({len(BAD)} of {len(BAD) + 2} inputs were not taken in)" in taken.ran.said


def test_nothing_but_the_bad_files_is_lost(taken: Taken) -> None:
    assert taken.results["først.txt"]["status"] == taken.results["sist.txt"]["status"] == "added"
    status = run_here(taken.home, "status").json
    assert status["record"]["publications"] == status["generation"]["publications"] == 5
    assert status["record"]["passages"] == status["generation"]["passages"] == 7
    assert status["record"]["quarantined_files"] == len({data for _, data, _ in BAD.values()}) - 1
    assert len(run_here(taken.home, "search", "samarbeid", "-k", 20).json) >= 6
    assert run_here(taken.home, "doctor").json == []


def test_the_run_keeps_each_problem(taken: Taken) -> None:
    problems = run_here(taken.home, "runs", "show").json["problems"]
    subjects = {problem["subject"] for problem in problems}
    assert {"skadet.pdf", "bilde.pdf", "rot.docx"} <= subjects


@pytest.mark.parametrize(
    ("name", "data"),
    [("rapport.html", PDF), ("rapport.txt", PDF), ("side.pdf", b"")],
)
def test_a_wrong_suffix_does_not_matter_where_the_bytes_are_sound(
    own_home: Settings, tmp_path: Path, name: str, data: bytes
) -> None:
    page = f"<html><head><title>Et notat</title></head><body><p>{GOOD}</p></body></html>"
    path = tmp_path / name
    path.write_bytes(data or page.encode())
    ran = run_here(own_home.home, "add", path)
    assert ran.status == 0
    assert ran.json[0]["status"] in ("added", "updated")
    assert ran.json[0]["passages"] > 0


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        ({"abstract": GOOD, "issued": {"date-parts": [[2020]]}}, "no title"),
        ({"abstract": GOOD, "title": "Ledelse"}, "no year"),
        ({"abstract": GOOD}, "no title and no year"),
    ],
)
def test_a_record_without_title_or_year_is_kept_and_given_neither(
    own_home: Settings, tmp_path: Path, record: dict[str, object], reason: str
) -> None:
    path = tmp_path / "uten.json"
    path.write_text(json.dumps([record]), encoding="utf-8")
    ran = run_here(own_home.home, "add", path)
    assert ran.status == 0
    (result,) = ran.json
    assert (result["status"], result["passages"]) == ("added", 1)
    assert reason in result["reason"]
    found = run_here(own_home.home, "search", GOOD, "-k", 1).json[0]
    assert found["publication_id"] == result["publication_id"]
    assert (found["title"] is None) == ("title" not in record)
    assert (found["year"] is None) == ("issued" not in record)
    cited = run_here(
        own_home.home, "cite", "--publication", result["publication_id"], "--to", "ris"
    )
    assert cited.status == 0
    assert ("TI  - " in cited.out) == ("title" in record)
    assert ("PY  - " in cited.out) == ("issued" in record)


def test_a_text_without_title_or_year_says_how_to_give_them(
    own_home: Settings, tmp_path: Path
) -> None:
    path = tmp_path / "uten.txt"
    path.write_text(GOOD, encoding="utf-8")
    (result,) = run_here(own_home.home, "add", path).json
    assert result["reason"] == (
        "No title and no year was found in it; give it with --title and --year if you know it."
    )
    ran = run_here(own_home.home, "add", path, "--title", "Ledelse", "--year", 2020)
    assert (ran.json[0]["status"], ran.json[0]["reason"]) == ("updated", None)


NASTY = ("=HYPERLINK(1)", "+47 900", "@SUM(A1)", "-2+3", "=cmd|' /C calc'!A0")


def test_cells_that_begin_like_formulas_are_harmless_in_tables(
    own_home: Settings, tmp_path: Path
) -> None:
    records = [
        {"type": "report", "title": f"Notat {n} om barn", "publisher": name, "abstract": GOOD}
        for n, name in enumerate(NASTY)
    ]
    path = tmp_path / "formler.json"
    path.write_text(json.dumps(records), encoding="utf-8")
    assert run_here(own_home.home, "add", path).status == 0
    output = tmp_path / "kart.csv"
    run_here(own_home.home, "map", "--rows", "publisher", "--cols", "language", "--output", output)
    text = output.read_text(encoding="utf-8-sig")
    for name in NASTY:
        assert name in text
    cells = [line.split(",")[0].strip('"') for line in text.splitlines()]
    assert not [cell for cell in cells if cell[:1] in "=+@-" and cell]


def test_nordic_file_names_and_letters_come_through_every_command(
    own_home: Settings, tmp_path: Path
) -> None:
    path = tmp_path / "Ærlig – ØKT åpenhet þð äö.txt"
    text = "Börnin á Þórshöfn fengu aðstoð þegar skólinn og barnaverndin unnu saman að áætlun."
    path.write_text(f"Þjónusta við börn á Þórshöfn\n\n{text}\n", encoding="utf-8")
    added = run_here(own_home.home, "add", path, "--publisher", "Sveitarfélagið Ölfus")
    assert added.json[0]["input"] == str(path)
    assert "Ærlig – ØKT åpenhet þð äö.txt" in added.out
    found = run_here(own_home.home, "search", "Þórshöfn barnavernd", "-k", 1).json[0]
    assert (found["text"], found["publisher"]) == (text, "Sveitarfélagið Ölfus")
    store = open_store(own_home)
    assert "Sveitarfélagið Ölfus" in {
        view.csl.get("publisher") for view in list_publications(store)
    }
    store.close()
    cited = run_here(
        own_home.home, "cite", "--publication", found["publication_id"], "--to", "bibtex"
    )
    assert "Ölfus" in cited.out or "{\\" in cited.out
