from __future__ import annotations

from pathlib import Path

from pipeline.read import read_record
from tests.pipeline.extract.papers import TRUST, report


def test_record_of_a_report(tmp_path: Path) -> None:
    path = tmp_path / "møter å lese.pdf"
    path.write_bytes(report())
    record = read_record(path)
    assert record["input"] == str(path)
    assert record["status"] == "read" and record["reason"] is None
    assert record["language"] == "nb"
    assert record["metadata"]["year"] == 2021
    assert "doi" not in record["metadata"]
    assert record["sources"]["isbn"]["origin"]
    assert [page["label"] for page in record["pages"]] == ["i", "ii", "iii", "1", "2", "3"]
    assert record["pages"][4]["index"] == 4 and record["pages"][4]["ocr"] is False
    assert all((p["ocr"], p["ocr_confidence"]) == (False, None) for p in record["passages"])
    trust = next(
        p for p in record["passages"] if p["section"] == "2 Tillit" and p["kind"] == "body"
    )
    assert trust["text"] == TRUST
    assert (trust["page"], trust["page_label"]) == (4, "2")
    assert (trust["page_end"], trust["page_label_end"]) == (4, "2")
    assert trust["language"] == "nb"


def test_bytes_are_read_under_their_name() -> None:
    record = read_record(("notat.txt", "Notat om møter\n\nMøtene er korte. De virker.".encode()))
    assert record["input"] == "notat.txt"
    assert record["media_type"] == "text/plain"
    assert record["metadata"]["title"] == "Notat om møter"
    assert [p["text"] for p in record["passages"]] == ["Møtene er korte. De virker."]


def test_missing_and_empty_files_are_said(tmp_path: Path) -> None:
    missing = read_record(tmp_path / "nei.pdf")
    assert missing["status"] == "quarantined"
    assert "cannot be opened (No such file or directory)" in missing["reason"]
    empty = tmp_path / "tom.pdf"
    empty.touch()
    record = read_record(empty)
    assert record["status"] == "quarantined"
    assert record["reason"] == "The file is empty; fetch or save it again."
    assert record["pages"] == [] and record["passages"] == []
