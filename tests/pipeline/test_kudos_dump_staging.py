"""Laying a dump out: which tables mean what, what is missing, and packed files."""

from __future__ import annotations

import bz2
import gzip
import lzma
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from pipeline.errors import InputError
from pipeline.kudos_dump_staging import (
    LOGICAL,
    PACKAGED_MAPPING,
    Staged,
    load_mapping,
    open_dump,
    stage_dump,
)
from pipeline.progress import Step, silent
from tests.pipeline.kudos_samples import dump_text

POSTGRES = """--
-- PostgreSQL database dump
--
CREATE TABLE public.documents (
    id bigint NOT NULL,
    uuid uuid,
    title text,
    published_at timestamp
);
COPY public.documents (id, uuid, title, published_at) FROM stdin;
1\t00000000-0000-4000-8000-000000000001\tSamarbeid\\tog ledelse æøå\t2020-01-01
\\.
CREATE TABLE public.files (
    id bigint,
    document_id bigint,
    sha256 text
);
COPY public.files (id, document_id, sha256) FROM stdin;
1\t1\tabc
2\t1\t\\N
\\.
"""


def write(folder: Path, text: str, name: str = "kudos.sql") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def stage(dump: Path, **options: bool) -> Staged:
    with_text = options.get("with_text", False)
    return stage_dump(
        dump, dump.parent / "imports", load_mapping(), with_text=with_text, progress=silent
    )


def table(staged: Staged, name: str) -> list[dict[str, object]]:
    with closing(sqlite3.connect(staged.path)) as connection:
        connection.row_factory = sqlite3.Row
        return [dict(row) for row in connection.execute(f"SELECT * FROM {name}")]


def test_rows_stand_under_our_names(tmp_path: Path) -> None:
    staged = stage(write(tmp_path, dump_text()))
    first = table(staged, "documents")[0]
    assert first["title"] == "Evaluering av samarbeid; 'ett' løft"
    assert (first["type"], first["type_id"], first["language"]) == (None, "1", "nb")
    assert [row["name"] for row in table(staged, "actors")] == [
        "Barne- og familiedepartementet",
        "Nordisk Evaluering AS",
    ]
    assert len(table(staged, "actor_links")) == 4
    assert len(table(staged, "author_links")) == 2
    assert table(staged, "authors") == []


def test_texts_are_kept_only_where_they_are_wanted(tmp_path: Path) -> None:
    dump = write(tmp_path, dump_text())
    assert "plaintext" not in table(stage(dump), "files")[0]
    packed = table(stage(dump, with_text=True), "files")[0]["plaintext"]
    assert isinstance(packed, bytes)
    assert packed[:1] == b"\x78"


def test_a_postgres_dump_is_laid_out_alike(tmp_path: Path) -> None:
    staged = stage(write(tmp_path, POSTGRES))
    (document,) = table(staged, "documents")
    assert document["title"] == "Samarbeid\tog ledelse æøå"
    assert document["publish_date"] == "2020-01-01"
    assert [row["sha256"] for row in table(staged, "files")] == ["abc", None]
    assert staged.problems == []


def test_a_dump_is_laid_out_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    dump = write(tmp_path, dump_text())
    first = stage(dump)
    at = first.path.stat().st_mtime_ns
    second = stage(dump)
    assert (second.path, second.path.stat().st_mtime_ns) == (first.path, at)
    assert second.problems == first.problems != []
    os.utime(dump, (1, 1))
    assert stage(dump).path != first.path


def test_one_that_was_cut_short_is_laid_out_anew(tmp_path: Path) -> None:
    dump = write(tmp_path, dump_text())
    staged = stage(dump)
    with closing(sqlite3.connect(staged.path)) as connection:
        connection.execute("PRAGMA user_version=0")
        connection.execute("DELETE FROM documents")
        connection.commit()
    assert len(table(stage(dump), "documents")) == 4


def test_rows_that_do_not_fit_their_columns_are_counted(tmp_path: Path) -> None:
    text = dump_text() + "INSERT INTO `actors` VALUES (3,'x'),(4,'y',1,2);\n"
    staged = stage(write(tmp_path, text))
    assert any("2 rows of the dump's table actors" in problem for problem in staged.problems)
    assert len(table(staged, "actors")) == 2


def test_rows_before_their_columns_are_known_are_counted(tmp_path: Path) -> None:
    text = dump_text().replace("CREATE TABLE `document_types`", "CREATE TABLE `something_else`")
    staged = stage(write(tmp_path, text))
    assert any("table document_types" in problem for problem in staged.problems)


@pytest.mark.parametrize("missing", ["documents", "files"])
def test_a_dump_without_what_is_needed_names_what_it_has(tmp_path: Path, missing: str) -> None:
    with pytest.raises(InputError) as caught:
        stage(write(tmp_path, dump_text().replace(f"`{missing}`", "`other`")))
    assert f"Expected rows of a table {missing}" in str(caught.value)
    assert "actors" in str(caught.value)
    assert "--mapping" in str(caught.value)


@pytest.mark.parametrize(
    "pack",
    [lambda data: data, gzip.compress, bz2.compress, lzma.compress],
    ids=["plain", "gz", "bz2", "xz"],
)
def test_dumps_are_unpacked_on_the_way(tmp_path: Path, pack: object) -> None:
    path = tmp_path / "kudos.sql.packed"
    path.write_bytes(pack(dump_text().encode()))  # type: ignore[operator]
    assert len(table(stage(path), "documents")) == 4
    with open_dump(path) as (stream, position):
        assert stream.read(10) == b"-- MariaDB"
        assert 0 < position() <= path.stat().st_size


@pytest.mark.parametrize(
    "pack", [gzip.compress, bz2.compress, lzma.compress], ids=["gz", "bz2", "xz"]
)
def test_packed_dumps_that_are_cut_off_say_so(tmp_path: Path, pack: object) -> None:
    path = tmp_path / "kudos.sql.packed"
    data = pack(dump_text().encode())  # type: ignore[operator]
    path.write_bytes(data[: len(data) // 2])
    with pytest.raises(InputError) as caught:
        stage(path)
    assert "cannot be read" in str(caught.value) or "breaks off" in str(caught.value)


def test_a_damaged_packed_dump_says_so(tmp_path: Path) -> None:
    path = tmp_path / "kudos.sql.gz"
    packed = gzip.compress(dump_text().encode())
    path.write_bytes(packed[:10] + b"\xff" * 20 + packed[30:])
    with pytest.raises(InputError, match="cannot be read"):
        stage(path)


def test_a_folder_is_no_dump(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        stage(tmp_path)


def test_progress_is_told_in_bytes_of_the_file(tmp_path: Path) -> None:
    rows = ",".join(f"({n},'{n}',0)" for n in range(2000))
    dump = write(tmp_path, dump_text() + f"INSERT INTO `actors` VALUES {rows};\n")
    told: list[int] = []

    @contextmanager
    def progress(stage_name: str, total: int) -> Iterator[Step]:
        assert (stage_name, total) == ("dump", dump.stat().st_size)
        yield told.append

    stage_dump(dump, tmp_path / "imports", load_mapping(), with_text=False, progress=progress)
    assert 0 < sum(told) <= dump.stat().st_size


def test_the_packaged_mapping_names_every_table() -> None:
    mapping = load_mapping()
    assert {mapping.logical(name) for n in LOGICAL for name in mapping.names(n).tables} == set(
        LOGICAL
    )
    assert set(mapping.roles.values()) == {
        "owners", "publishers", "authoring_actors", "recipients",
    }  # fmt: skip


def test_a_mapping_may_leave_columns_out(tmp_path: Path) -> None:
    packaged = PACKAGED_MAPPING.read_text("utf-8")
    short = packaged.replace("    subtitle: [subtitle, sub_title]\n", "")
    assert short != packaged
    path = write(tmp_path, short, "mapping.yaml")
    assert load_mapping(path).documents.columns["subtitle"] == ()
    dump = write(tmp_path, dump_text())
    staged = stage_dump(
        dump, tmp_path / "imports", load_mapping(path), with_text=False, progress=silent
    )
    assert table(staged, "documents")[0]["subtitle"] is None


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("tables: [documents]", "table: [documents]", "table"),
        ("    id: [id]\n    uuid", "    'id; DROP': [id]\n    uuid", "id; DROP"),
        ("eier: owners", "eier: kings", "kings"),
        ("documents:\n", "papers:\n", "documents"),
    ],
)
def test_a_faulty_mapping_is_refused(tmp_path: Path, old: str, new: str, said: str) -> None:
    packaged = PACKAGED_MAPPING.read_text("utf-8")
    assert old in packaged
    with pytest.raises(InputError) as caught:
        load_mapping(write(tmp_path, packaged.replace(old, new, 1), "mapping.yaml"))
    assert said in str(caught.value)
    assert "mapping.yaml" in str(caught.value)
    assert "\n" not in str(caught.value)
