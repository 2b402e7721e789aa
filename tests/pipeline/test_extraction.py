"""The extract stage: each file read once by each version of the readers, faults told."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from kb.errors import NotFoundError
from kb.files import list_quarantined, record_extraction, store_upload
from kb.frontier import Sighting, record_sighting
from kb.runs import show_run, start_run
from kb.settings import Settings
from kb.store import Store
from pipeline import extraction
from pipeline.extract import EXTRACT_VERSION, OCR_MISSING
from pipeline.extraction import ExtractReport, load_extracted, run_extraction
from tests.pipeline.told import Told
from tests.sample import documents, pdf_bytes

TEXT = (
    "Samarbeid i praksis\n\nKommunen hadde faste møter mellom skole og barnevern, og lederne "
    "fulgte opp det som ble avtalt om hvert barn fra uke til uke gjennom hele året."
)


def upload(store: Store, name: str, data: str | bytes) -> str:
    """Keep a file; its SHA-256."""
    body = data.encode() if isinstance(data, str) else data
    return store_upload(store, body, filename=name, media_type=None).item.removeprefix("upload:")


def kept(settings: Settings) -> list[Path]:
    """The derived copies of what was read."""
    return sorted(settings.extracted_folder.rglob("*.json.gz"))


def test_every_file_is_read_and_kept(settings: Settings, store: Store) -> None:
    hashes = {upload(store, name, data) for name, data in documents().items()}
    assert run_extraction(settings, store) == ExtractReport(read=3)
    assert {path.name.partition("-")[0] for path in kept(settings)} == hashes
    types = {load_extracted(settings, store, sha256).media_type for sha256 in hashes}
    assert types == {"text/html", "text/plain", "application/pdf"}


def test_what_was_read_is_not_read_again(settings: Settings, store: Store) -> None:
    upload(store, "a.txt", TEXT)
    run_extraction(settings, store)
    upload(store, "b.pdf", pdf_bytes())
    assert run_extraction(settings, store) == ExtractReport(read=1, unchanged=1)
    assert run_extraction(settings, store) == ExtractReport(unchanged=2)


def test_newer_readers_read_everything_again(
    settings: Settings, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    sha256 = upload(store, "a.txt", TEXT)
    run_extraction(settings, store)
    monkeypatch.setattr(extraction, "EXTRACT_VERSION", EXTRACT_VERSION + 1)
    assert run_extraction(settings, store) == ExtractReport(read=1)
    assert len(kept(settings)) == 2
    assert load_extracted(settings, store, sha256).status == "read"


def test_only_the_files_named_are_read(settings: Settings, store: Store) -> None:
    first = upload(store, "a.txt", TEXT)
    upload(store, "b.txt", TEXT + " Mer.")
    assert run_extraction(settings, store, sha256s=[first]) == ExtractReport(read=1)
    assert run_extraction(settings, store, sha256s=[first]) == ExtractReport(unchanged=1)
    assert run_extraction(settings, store, sha256s=[]) == ExtractReport()


def test_a_file_that_cannot_be_read_is_a_problem_of_the_run_and_no_other(
    settings: Settings, store: Store
) -> None:
    run_id, _ = start_run(store, "refresh")
    upload(store, "skadet æ.pdf", b"%PDF-1.7 not really")
    upload(store, "a.txt", TEXT)
    report = run_extraction(settings, store, run_id=run_id)
    assert report == ExtractReport(read=1, quarantined=1)
    (problem,) = show_run(store, run_id).problems
    assert (problem.stage, problem.subject) == ("extract", "skadet æ.pdf")
    assert problem.message.startswith("quarantined: The PDF is damaged")
    (listed,) = list_quarantined(store)
    assert listed.filename == "skadet æ.pdf"


def test_a_file_whose_bytes_are_missing_or_altered_is_set_aside(
    settings: Settings, store: Store
) -> None:
    missing, altered = upload(store, "a.txt", TEXT), upload(store, "b.txt", TEXT + " b")
    sound = upload(store, "c.txt", TEXT + " c")
    store.blobs.path(missing).unlink()
    store.blobs.path(altered).chmod(0o644)
    store.blobs.path(altered).write_text("something else")
    assert run_extraction(settings, store) == ExtractReport(read=1, quarantined=2)
    reasons = {entry.sha256: entry.reason for entry in list_quarantined(store)}
    assert set(reasons) == {missing, altered}
    assert load_extracted(settings, store, sound).status == "read"


def test_a_file_whose_bytes_come_back_is_read_at_the_next_run(
    settings: Settings, store: Store
) -> None:
    sha256 = upload(store, "a.txt", TEXT)
    damaged = upload(store, "skadet.pdf", b"%PDF-1.7 not really")
    path = store.blobs.path(sha256)
    data = path.read_bytes()
    path.unlink()
    assert run_extraction(settings, store) == ExtractReport(quarantined=2)
    assert load_extracted(settings, store, sha256).retry
    assert not load_extracted(settings, store, damaged).retry
    path.write_bytes(data)
    assert run_extraction(settings, store) == ExtractReport(read=1, unchanged=1)
    assert not load_extracted(settings, store, sha256).retry
    assert run_extraction(settings, store) == ExtractReport(unchanged=2)


@pytest.mark.parametrize("damage", ["missing", "cut", "garbled", "other"])
def test_a_lost_or_damaged_copy_is_read_again(
    settings: Settings, store: Store, damage: str
) -> None:
    sha256 = upload(store, "a.txt", TEXT)
    run_extraction(settings, store)
    before = load_extracted(settings, store, sha256)
    (path,) = kept(settings)
    if damage == "missing":
        path.unlink()
    elif damage == "cut":
        path.write_bytes(path.read_bytes()[:40])
    elif damage == "garbled":
        path.write_bytes(path.read_bytes()[:20] + bytes(range(256)) + path.read_bytes()[276:])
    else:
        path.write_bytes(gzip.compress(b'{"status": "read"}'))
    assert load_extracted(settings, store, sha256) == before
    assert kept(settings) == [path]


def test_a_file_the_record_does_not_have_is_refused(settings: Settings, store: Store) -> None:
    with pytest.raises(NotFoundError, match=r"0000.*samvirke doctor"):
        load_extracted(settings, store, "0" * 64)


def test_what_the_server_said_reaches_the_reader(settings: Settings, store: Store) -> None:
    body = b'{"type": "report", "title": "Et notat om barn"}'
    sha256 = store.blobs.put(body)
    url = "https://example.org/notat"
    media_type = "application/vnd.citationstyles.csl+json"
    with store.write() as session:
        record_sighting(
            session, sha256, len(body), Sighting(url, "no-x", url, "record", media_type)
        )
    run_extraction(settings, store)
    assert load_extracted(settings, store, sha256).media_type == media_type


def test_progress_counts_the_files_that_are_read(settings: Settings, store: Store) -> None:
    upload(store, "a.txt", TEXT)
    upload(store, "b.txt", TEXT + " b")
    told = Told()
    run_extraction(settings, store, progress=told)
    run_extraction(settings, store, progress=told)
    assert told.stages == [("extract", 2, [1, 1])]


def test_a_scan_waits_for_tesseract_without_being_read_every_night(
    settings: Settings, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    sha256 = store_upload(
        store, b"a scan", filename="skannet.pdf", media_type="application/pdf"
    ).item.removeprefix("upload:")
    record_extraction(
        store,
        sha256,
        EXTRACT_VERSION,
        status="partial",
        reason=f"Page 1 is a picture. {OCR_MISSING}.",
        extractor="pdf",
        pages=1,
        retry=True,
    )
    monkeypatch.setattr("pipeline.extraction.installed_languages", frozenset)
    assert run_extraction(settings, store).unchanged == 1
    monkeypatch.setattr("pipeline.extraction.installed_languages", lambda: frozenset({"nor"}))
    assert run_extraction(settings, store).unchanged == 0
