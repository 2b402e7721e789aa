"""Reading SQL dumps: MySQL's and PostgreSQL's ways of writing rows, in pieces of any size."""

from __future__ import annotations

import io
import random
import tracemalloc
from typing import Any

import pytest

from pipeline import kudos_dump_sql
from pipeline.errors import InputError
from pipeline.kudos_dump_sql import DumpReader

MARIADB = """-- MariaDB dump 10.19  Distrib 10.11
/*!40101 SET NAMES utf8mb4 */;
DROP TABLE IF EXISTS `files`;
CREATE TABLE `files` (
  `id` bigint(20) unsigned NOT NULL AUTO_INCREMENT,
  `document_id` bigint(20) unsigned NOT NULL COMMENT 'whose; it is',
  `filename` varchar(255) COLLATE utf8mb4_unicode_ci DEFAULT 'x',
  `plaintext` longblob DEFAULT NULL,
  PRIMARY KEY (`id`),
  KEY `by_document` (`document_id`),
  CONSTRAINT `c` FOREIGN KEY (`document_id`) REFERENCES `documents` (`id`)
) ENGINE=InnoDB AUTO_INCREMENT=3 DEFAULT CHARSET=utf8mb4;
LOCK TABLES `files` WRITE;
/*!40000 ALTER TABLE `files` DISABLE KEYS */;
INSERT INTO `files` VALUES (1,7,'it\\'s \\"a\\"; (b), c''d\\n.pdf',_binary 'x\\0\\\\\\Zy'),
(2,7,'æøå þð.pdf',0x6162),(3,8,NULL,NULL);
INSERT IGNORE INTO `files` (`filename`, `id`) VALUES ('later.pdf', 4);
/*!40000 ALTER TABLE `files` ENABLE KEYS */;
UNLOCK TABLES;
INSERT INTO `migrations` VALUES (1,'2014; it''s');
""".encode()

POSTGRES = """--
-- PostgreSQL database dump
--
SET standard_conforming_strings = on;
CREATE TABLE public.files (
    id integer NOT NULL,
    filename text,
    CONSTRAINT positive CHECK ((id > 0))
);
COPY public.files (id, filename) FROM stdin;
1\ttab\\there\\\\ and\\nline
2\t\\N
3\tæøå
\\.
INSERT INTO public.files (id, filename) VALUES (4, 'C:\\'), (5, E'x\\ny'), (6, 'a''b'::text);
INSERT INTO public.files VALUES (7, 'z') ON CONFLICT DO NOTHING;
""".encode()


class Dripping(io.BytesIO):
    """A stream that gives a few bytes at a time, however many are asked for."""

    def __init__(self, data: bytes, most: int) -> None:
        super().__init__(data)
        self.most = most

    def read(self, size: int | None = -1) -> bytes:
        return super().read(self.most)


def rows(data: bytes, table: str = "files", most: int = 1 << 20) -> list[dict[str, Any]]:
    reader = DumpReader(Dripping(data, most), lambda met: met.name == table)
    return [dict(zip(met.columns, values, strict=True)) for met, values in reader.rows()]


@pytest.mark.parametrize("most", [1 << 20, 4096, 97, 7, 1])
def test_mariadb_in_pieces_of_any_size(most: int) -> None:
    assert rows(MARIADB, most=most) == [
        {
            "id": b"1",
            "document_id": b"7",
            "filename": b"it's \"a\"; (b), c'd\n.pdf",
            "plaintext": b"x\x00\\\x1ay",
        },
        {
            "id": b"2",
            "document_id": b"7",
            "filename": "æøå þð.pdf".encode(),
            "plaintext": b"ab",
        },
        {"id": b"3", "document_id": b"8", "filename": None, "plaintext": None},
        {"id": b"4", "filename": b"later.pdf"},
    ]


@pytest.mark.parametrize("most", [1 << 20, 97, 7, 1])
def test_postgres_in_pieces_of_any_size(most: int) -> None:
    assert [row["filename"] for row in rows(POSTGRES, most=most)] == [
        b"tab\there\\ and\nline",
        None,
        "æøå".encode(),
        b"C:\\",
        b"x\ny",
        b"a'b",
        b"z",
    ]


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("NULL", None),
        ("null", None),
        ("-12.5e3", b"-12.5e3"),
        ("TRUE", b"TRUE"),
        ("CURRENT_TIMESTAMP()", b"CURRENT_TIMESTAMP()"),
        ("0xC3A6", "æ".encode()),
        ("0x", b""),
        ("X'c3a6'", "æ".encode()),
        ("x'zz'", b"zz"),
        ("N'x'", b"x"),
        ("_utf8mb4 'x'", b"x"),
        ("''", b""),
        ("''''", b"'"),
        (r"'\''", b"'"),
        (r"'a\\'", b"a\\"),
        (r"'a\tb\%\_c'", b"a\tb%_c"),
        ("'),('", b"),("),
        ("'-- no comment'", b"-- no comment"),
    ],
)
def test_every_way_of_writing_a_value(written: str, value: bytes | None) -> None:
    text = f"-- MySQL dump\nINSERT INTO `t` (`a`, `b`) VALUES ({written}, 1) ,( 2 , {written} );\n"
    found = rows(text.encode(), "t", most=5)
    assert found == [{"a": value, "b": b"1"}, {"a": b"2", "b": value}]


def test_statements_around_the_rows_do_not_matter() -> None:
    text = (
        "# a note; with 'quote\nSET NAMES 'utf8; x';\n/* a comment; */\n"
        "CREATE TABLE IF NOT EXISTS `db`.`t` (`a` int);\nCREATE TABLE u (b int)"
        " AS SELECT 1;\nREPLACE INTO t VALUES (1) ON DUPLICATE KEY UPDATE a = ';';\n"
        "CREATE VIEW v AS SELECT 1;\nINSERT INTO t SELECT 2;\ninsert into t values (3);"
    )
    assert [row["a"] for row in rows(text.encode(), "t")] == [b"1", b"3"]


def test_tables_that_nobody_wants_are_stepped_over() -> None:
    reader = DumpReader(io.BytesIO(MARIADB), lambda table: table.name == "migrations")
    assert [values for _, values in reader.rows()] == [(b"1", b"2014; it's")]
    assert reader.tables["files"].columns == ("id", "document_id", "filename", "plaintext")
    assert reader.read_bytes == len(MARIADB)


@pytest.mark.parametrize("end", [b"'cut", b"1,", b"1,2,'x',NULL", b"1 2)", b""])
def test_a_dump_that_breaks_off_says_where(end: bytes) -> None:
    whole = MARIADB[: MARIADB.index(b"INSERT INTO")] + b"INSERT INTO `files` VALUES ("
    with pytest.raises(InputError) as caught:
        rows(whole + end)
    assert "in the table files at byte" in str(caught.value)


def test_a_copy_that_breaks_off_says_so() -> None:
    with pytest.raises(InputError, match="table files"):
        rows(POSTGRES[: POSTGRES.index(b"\\.\n")])


@pytest.mark.parametrize(
    "data", [b"", b"hello", b"%PDF-1.7\n" + bytes(range(256)) * 20, b"SELECT 1;", b"'" * 1000]
)
def test_what_is_no_dump_is_said_to_be_none(data: bytes) -> None:
    with pytest.raises(InputError, match="Expected a SQL dump"):
        rows(data)


def test_memory_does_not_grow_with_the_dump() -> None:
    random.seed(4)
    blob = random.randbytes(40_000).replace(b"\\", b"\\\\").replace(b"'", b"\\'")
    statement = b"INSERT INTO `files` VALUES " + b",".join(
        [b"(1,2,'n',_binary '" + blob + b"')"] * 5
    )
    head = MARIADB[: MARIADB.index(b"INSERT INTO")]

    class Endless(io.RawIOBase):
        """Statements made as they are read."""

        def __init__(self, count: int) -> None:
            self.left, self.held = count, head

        def read(self, size: int = -1) -> bytes:
            while len(self.held) < size and self.left:
                self.left -= 1
                self.held += statement + b";\n"
            given, self.held = self.held[:size], self.held[size:]
            return given

    peaks = []
    for count in (40, 320):  # 8 and 64 MB
        reader = DumpReader(Endless(count), lambda table: True)  # type: ignore[arg-type]
        tracemalloc.start()
        found = sum(1 for _ in reader.rows())
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        assert found == count * 5
    assert peaks[1] < peaks[0] + 2 * kudos_dump_sql.PIECE_BYTES
