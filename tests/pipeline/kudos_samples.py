"""A small dump as Kudos' would be, in MariaDB's way with Laravel's tables."""

from __future__ import annotations

import hashlib
import zlib

from tests.pipeline.adder import NOTE
from tests.pipeline.crawl.api.samples import UUID

ONE, TWO, THREE = (UUID.format(number) for number in (1, 2, 3))
PDF_ONE, PDF_TWO = b"%PDF-1.7 one", b"%PDF-1.7 two"
ITEM = "https://kudos.dfo.no/dokument/"
TEXT = f"Teksten i evalueringen av samarbeid mellom barnevern og skole.\n\n{NOTE}\n\n{NOTE}"


def sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def hexed(text: str) -> str:
    return "0x" + zlib.compress(text.encode()).hex()


def dump_text() -> str:
    """A dump in MariaDB's way with Laravel's tables."""
    return f"""-- MariaDB dump 10.19
CREATE TABLE `actors` (
  `id` int,
  `name` varchar(255),
  `org_number` int
);
INSERT INTO `actors` VALUES (1,'Barne- og familiedepartementet',1),(2,'Nordisk Evaluering AS',2);
CREATE TABLE `documents` (
  `id` int,
  `uuid` char(36),
  `title` text,
  `abstract` text,
  `type_id` int,
  `publish_date` date,
  `language` char(2),
  `deleted_at` timestamp NULL,
  `views` int
);
INSERT INTO `documents` VALUES
(10,'{ONE}','Evaluering av samarbeid; \\'ett\\' løft','Felles mål virker.',
1,'2021-03-04','nb',NULL,5),
(11,'{TWO}','Årsrapport 2020',NULL,2,'2020-01-01','nb',NULL,5),
(12,'{THREE}','Slettet evaluering',NULL,1,'2020-01-01','nb','2022-01-01 00:00:00',5),
(13,'../../etc','Uten gyldig id',NULL,1,NULL,NULL,NULL,0);
CREATE TABLE `document_types` (
  `id` int,
  `name` varchar(50)
);
INSERT INTO `document_types` VALUES (1,'Evaluering'),(2,'Årsrapport');
CREATE TABLE `actor_document` (
  `actor_id` int,
  `document_id` int,
  `role` varchar(20)
);
INSERT INTO `actor_document` VALUES (1,10,'owner'),(2,10,'author'),(2,11,'juggler'),
(1,11,'juggler');
CREATE TABLE `document_authors` (
  `document_id` int,
  `name` varchar(90)
);
INSERT INTO `document_authors` VALUES (10,'Kari Åsen'),(10,'Ola Nordmann');
CREATE TABLE `files` (
  `id` int,
  `document_id` int,
  `uuid` char(36),
  `sha256` char(64),
  `filename` varchar(255),
  `plaintext` longblob
);
INSERT INTO `files` VALUES
(1,10,'{ONE}','{sha(PDF_ONE)}','../../evaluering æ.pdf',{hexed(TEXT)}),
(2,11,'{TWO}','{sha(PDF_TWO)}','aarsrapport.pdf',NULL),
(3,11,NULL,'{sha(b"gone")}','borte.pdf',0x00ff);
"""
