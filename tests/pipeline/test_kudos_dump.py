"""Loading Kudos' dump: documents, actors, files by hash, going on, and what is not as expected."""

from __future__ import annotations

import errno
import gzip
import zlib
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from corpora.registry import Source
from kb.bulk_store import store_files
from kb.gathering_tables import Tombstone
from kb.settings import Settings
from kb.store import Store
from kb.tables import Address
from pipeline import kudos_dump
from pipeline.catalogue_record import unwrap_record
from pipeline.errors import InputError
from pipeline.extract.api_record_kudos import read_kudos
from pipeline.kudos_dump import DumpReport, find_file, load_dump
from pipeline.kudos_dump_run import kudos_source
from pipeline.kudos_dump_staging import PACKAGED_MAPPING, load_mapping
from tests.pipeline.kudos_samples import (
    ITEM,
    ONE,
    PDF_ONE,
    PDF_TWO,
    TWO,
    dump_text,
    sha,
)


@pytest.fixture
def dump(tmp_path: Path) -> Path:
    path = tmp_path / "kudos.sql"
    path.write_text(dump_text(), encoding="utf-8")
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The files as Kudos packs them: three digits, the hash, the name."""
    base = tmp_path / "pdf"
    for data, name in ((PDF_ONE, "evaluering æ.pdf"), (PDF_TWO, "aarsrapport.pdf")):
        path = base / sha(data)[:3] / sha(data) / name
        path.parent.mkdir(parents=True)
        path.write_bytes(data)
    return base


@pytest.fixture
def source() -> Source:
    return kudos_source()


def addresses(store: Store) -> dict[str, Address]:
    with store.read() as session:
        return {row.url: row for row in session.scalars(select(Address))}


def load(
    settings: Settings, store: Store, source: Source, dump: Path, **options: Any
) -> DumpReport:
    return load_dump(settings, store, source, dump, **options)


def test_documents_and_files_lie_where_the_crawl_would_put_them(
    settings: Settings, store: Store, source: Source, dump: Path, folder: Path
) -> None:
    report = load(settings, store, source, dump, files=folder)
    seen = addresses(store)
    record = seen[f"https://kudos.dfo.no/api/v0/documents/{ONE}"]
    assert (record.item, record.role, record.source_id) == (ITEM + ONE, "record", "no-kudos")
    file = seen[f"{ITEM}{ONE}/filer/{ONE}.pdf"]
    assert (file.item, file.role, file.sha256) == (ITEM + ONE, "document", sha(PDF_ONE))
    assert file.filename == "evaluering æ.pdf"
    assert len(seen) == 4
    assert report.documents == 2
    assert report.counts["records_stored"] == report.counts["documents_stored"] == 2
    assert report.counts["without_id"] == report.counts["missing"] == 1
    assert report.keys == [ITEM + ONE, ITEM + TWO]


def test_the_record_is_read_like_one_of_the_api(
    settings: Settings, store: Store, source: Source, dump: Path, folder: Path
) -> None:
    load(settings, store, source, dump, files=folder)
    sha256 = addresses(store)[f"https://kudos.dfo.no/api/v0/documents/{ONE}"].sha256
    origin, _, record = unwrap_record(store.blobs.get(sha256))
    assert origin == "kudos"
    said = {key: value for key, value in read_kudos(record).items() if value}
    assert said == {
        "title": "Evaluering av samarbeid; 'ett' løft",
        "authors": [{"family": "Åsen", "given": "Kari"}, {"family": "Nordmann", "given": "Ola"}],
        "year": 2021,
        "publisher": "Nordisk Evaluering AS",
        "commissioner": "Barne- og familiedepartementet",
        "language": "nb",
        "abstract": "Felles mål virker.",
        "genre": "Evaluering",
        "type": "report",
    }
    assert record["files"][0]["sha256"] == sha(PDF_ONE)
    assert "plaintext" not in record["files"][0]


def test_what_is_not_read_is_told_once(
    settings: Settings, store: Store, source: Source, dump: Path, folder: Path
) -> None:
    problems = load(settings, store, source, dump, files=folder).problems
    assert sum("columns that are not read (views)" in problem for problem in problems) == 1
    assert sum("columns that are not read (org_number)" in problem for problem in problems) == 1
    assert sum("'juggler'" in problem for problem in problems) == 1
    assert sum(sha(b"gone") in problem for problem in problems) == 1


def test_a_second_load_stores_nothing(
    settings: Settings, store: Store, source: Source, dump: Path, folder: Path
) -> None:
    load(settings, store, source, dump, files=folder)
    again = load(settings, store, source, dump, files=folder)
    assert again.keys == []
    assert again.counts["records_unchanged"] == again.counts["documents_unchanged"] == 2
    assert list((settings.home / "imports").iterdir()) == []


def test_a_load_that_was_killed_goes_on(
    settings: Settings,
    store: Store,
    source: Source,
    dump: Path,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(kudos_dump, "DOCUMENTS_AT_ONCE", 1)
    real, calls = store_files, 0

    def die(*args: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == 2:
            raise KeyboardInterrupt
        return real(*args)

    monkeypatch.setattr(kudos_dump, "store_files", die)
    with pytest.raises(KeyboardInterrupt):
        load(settings, store, source, dump, files=folder)
    (staged,) = (settings.home / "imports").iterdir()
    monkeypatch.setattr(kudos_dump, "store_files", real)
    laid_out = staged.stat().st_mtime_ns
    monkeypatch.setattr("pipeline.kudos_dump_staging._Stage.fill", None)  # not laid out anew
    again = load(settings, store, source, dump, files=folder)
    assert laid_out
    assert again.counts["records_unchanged"] == 1
    assert again.keys == [ITEM + TWO]
    assert any("(views)" in problem for problem in again.problems)


def test_without_files_the_texts_are_taken(
    settings: Settings, store: Store, source: Source, dump: Path
) -> None:
    report = load(settings, store, source, dump)
    seen = addresses(store)
    text = seen[f"{ITEM}{ONE}/filer/{ONE}.pdf"]
    assert store.blobs.get(text.sha256).startswith(b"Teksten i evalueringen av")
    assert report.counts["documents_stored"] == 1
    assert report.counts["missing"] == 0


def test_a_packed_text_is_unpacked_within_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kudos_dump, "MAX_TEXT_BYTES", 1000)
    bomb = zlib.compress(b"a" * 10_000_000)
    assert kudos_dump._unpack(bomb) == b"a" * 1000
    assert kudos_dump._unpack(b"\x00\xff") is None
    assert kudos_dump._unpack(None) is None


def test_only_the_kinds_that_are_asked_for(
    settings: Settings, store: Store, source: Source, dump: Path, folder: Path
) -> None:
    report = load(settings, store, source, dump, files=folder, types=["Evaluering"])
    assert report.documents == 1
    assert report.counts["other_types"] == 1


def test_what_kudos_has_deleted_is_gone_and_stays(
    settings: Settings, store: Store, source: Source, dump: Path, folder: Path
) -> None:
    load(settings, store, source, dump, files=folder)
    said = dump.read_text("utf-8").replace(
        "'2020-01-01','nb',NULL,5)", "'2020-01-01','nb','2023',5)"
    )
    dump.write_text(said, encoding="utf-8")
    report = load(settings, store, source, dump, files=folder)
    assert report.counts["gone"] == 1
    row = addresses(store)[f"https://kudos.dfo.no/api/v0/documents/{TWO}"]
    assert row.gone_at is not None
    assert row.sha256


def test_what_a_person_removed_stays_out(
    settings: Settings, store: Store, source: Source, dump: Path, folder: Path
) -> None:
    stone = Tombstone(
        scheme="item", value=ITEM + ONE, publication_id="p1", reason="twice", by="kari"
    )
    with store.write() as session:
        session.add(stone)
    report = load(settings, store, source, dump, files=folder)
    assert {row.item for row in addresses(store).values()} == {ITEM + TWO}
    assert any("kari removed" in problem for problem in report.problems)


def test_a_file_with_other_bytes_is_left_out(
    settings: Settings, store: Store, source: Source, dump: Path, folder: Path
) -> None:
    next(folder.rglob("evaluering*.pdf")).write_bytes(b"%PDF-1.7 altered")
    report = load(settings, store, source, dump, files=folder)
    assert report.counts["wrong_hash"] == 1
    assert f"{ITEM}{ONE}/filer/{ONE}.pdf" not in addresses(store)


def test_no_name_and_no_link_leads_out_of_the_folder(tmp_path: Path, folder: Path) -> None:
    outside = tmp_path / "outside.pdf"
    outside.write_bytes(PDF_ONE)
    hashed = sha(PDF_ONE)
    place = folder / hashed[:3] / hashed / "evaluering æ.pdf"
    assert find_file(folder, hashed) == place
    place.unlink()
    place.symlink_to(outside)
    assert find_file(folder, hashed) is None
    (folder / f"{hashed}.pdf").write_bytes(PDF_ONE)
    assert find_file(folder, hashed) == folder / f"{hashed}.pdf"


def test_packed_dumps(
    settings: Settings, store: Store, source: Source, dump: Path, folder: Path
) -> None:
    packed = dump.with_suffix(".sql.gz")
    packed.write_bytes(gzip.compress(dump.read_bytes()))
    assert load(settings, store, source, packed, files=folder).documents == 2
    packed.write_bytes(packed.read_bytes()[:200])
    with pytest.raises(InputError, match="cannot be read"):
        load(settings, store, source, packed, files=folder)
    packed.write_bytes(b"\x28\xb5\x2f\xfd rest")
    with pytest.raises(InputError, match="zstd -d"):
        load(settings, store, source, packed, files=folder)


def test_other_names_go_into_a_mapping(
    settings: Settings, store: Store, source: Source, dump: Path, folder: Path, tmp_path: Path
) -> None:
    said = (
        dump.read_text("utf-8")
        .replace("`documents`", "`dokumenter`")
        .replace("`title`", "`tittel`")
    )
    dump.write_text(said, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        load(settings, store, source, dump, files=folder)
    assert "Expected rows of a table documents" in str(caught.value)
    assert "dokumenter" in str(caught.value)
    mapping = tmp_path / "mapping.yaml"
    packaged = PACKAGED_MAPPING.read_text("utf-8")
    mapping.write_text(
        packaged.replace("[documents]", "[dokumenter]").replace(
            "title: [title,", "title: [tittel,"
        ),
        encoding="utf-8",
    )
    report = load(settings, store, source, dump, files=folder, mapping=mapping)
    assert report.documents == 2


def test_a_faulty_mapping_is_refused_with_its_line(tmp_path: Path) -> None:
    mapping = tmp_path / "mapping.yaml"
    text = PACKAGED_MAPPING.read_text("utf-8")
    mapping.write_text(text.replace("eier: owners", "eier: bosses"), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        load_mapping(mapping)
    assert f"{mapping}, line " in str(caught.value)
    assert load_mapping().logical("files") == "files"
    assert load_mapping().logical("migrations") is None


def test_what_is_not_there_is_said(
    settings: Settings, store: Store, source: Source, dump: Path, tmp_path: Path
) -> None:
    with pytest.raises(InputError, match="There is no dump"):
        load(settings, store, source, tmp_path / "none.sql")
    with pytest.raises(InputError, match="There is no folder"):
        load(settings, store, source, dump, files=tmp_path / "none")


@pytest.mark.parametrize("unread", ["iterdir", "read_bytes"])
def test_what_cannot_be_read_costs_one_file(
    settings: Settings,
    store: Store,
    source: Source,
    dump: Path,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    unread: str,
) -> None:
    """A folder without leave, and a file on a bad sector; a superuser could read both otherwise."""
    real = getattr(Path, unread)

    def broken(path: Path) -> Any:
        if sha(PDF_ONE) in str(path):
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return real(path)

    monkeypatch.setattr(Path, unread, broken)
    report = load(settings, store, source, dump, files=folder)
    seen = addresses(store)
    assert f"{ITEM}{ONE}/filer/{ONE}.pdf" not in seen
    assert sha(PDF_TWO) in {address.sha256 for address in seen.values()}
    assert report.counts["records_stored"] == 2
    assert report.counts["missing"] == 2
    assert any(
        sha(PDF_ONE) in problem and "cannot be read (Permission denied)" in problem
        for problem in report.problems
    )
