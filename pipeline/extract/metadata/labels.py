"""Visible label lines: "Publication year - 2018", "Utgiver: RKBU Nord", "Author(s) -" + names.

Owns the label words of our languages and what each means. Values pass through `values` and
`names`; a label whose value is none is as if it were absent.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from pipeline.extract.metadata import Fields
from pipeline.extract.metadata.names import parse_name_list, parse_names
from pipeline.extract.metadata.values import clean, find_doi, find_isbn, find_issn, find_year
from pipeline.language import normalise
from pipeline.records import Field

LABELLED = 0.8
"""Confidence of a labelled value: plain words on the page, but no agreed vocabulary."""

_LABELS: dict[str, str] = {
    "title": "title|julkaisun nimi|publikationens titel|rapporttittel|tittel|titel|titill|otsikko"
    "|nimeke|nimi|heiti|heading",
    "subtitle": "subtitle|undertittel|undertitel|alaotsikko|undirtitill",
    "authors": "author|authors|author(s)|forfatter|forfattere|forfatter(e)|forfattar|forfattarar"
    "|författare|upphovsperson|tekijä|tekijät|kirjoittaja|kirjoittajat|tekijä(t)|höfundur|höfundar"
    "|høvundur|høvundar|written by|skrevet av|skrevet af|skriven av|by|av|af|rapportforfattere",
    "year": "publication year|year|year of publication|published|publication date|date"
    "|date published|published online|issued|utgivelsesår|utgjevingsår|utgitt|publisert|år|dato"
    "|utgivingsår|utgjeve"
    "|publiseringsdato|publiseringsår|utgivningsår|publicerad|publiceringsdatum|publiceringsår"
    "|datum|utgiven|udgivet|udgivelsesår|udgivelsesdato|publiceret|julkaisuvuosi|julkaistu"
    "|julkaisuaika|vuosi|päivämäärä|útgáfuár|útgefið|útgáfudagur|ár|dagsetning|útgáva|útgivið",
    "publisher": "publisher|utgjevar|utgjeve av|published by|institution|utgiver|utgivar|utgitt av"
    "|utgivare|utgiven av"
    "|udgiver|udgivet af|julkaisija|kustantaja|útgefandi|útgevari|forlag|förlag|issuing body"
    "|oppdragsutfører|oppdragsutførar",
    "series": "series|julkaisusarjan nimi ja numero|julkaisusarjan nimi|report series"
    "|serie|rapportserie|serietittel|serietitel|skriftserie|sarja"
    "|julkaisusarja|ritröð|publikationsserie|series title",
    "number": "report number|number|report no|rapportnummer|rapportnr|rapport nr|nummer|nr"
    "|serienummer|artikelnummer|julkaisunumero|numero|númer|number in series|nummer i serien",
    "journal": "publication title|journal|journal title|tidsskrift|tidskrift|lehti|aikakauslehti"
    "|tímarit|published in|publisert i|publicerad i|publiceret i|julkaisussa",
    "volume": "volume|vol|volym|årgang|årgång|band|bind|vuosikerta|árgangur",
    "issue": "issue|hefte|häfte|nummer/hefte|tölublað",
    "pages": "pages|page range|sider|sidor|sidetall|sivut|blaðsíður|pages (from-to)|sider (fra-til)"
    "|sidor (från-till)",
    "isbn": "isbn|isbn-13|isbn (pdf)|isbn pdf|isbn (trykt)|isbn (digital)|e-isbn|isbn nettutgave",
    "issn": "issn|pissn|p-issn|issn (print)|print issn|issn (trykt)",
    "eissn": "eissn|e-issn|issn (online)|online issn|issn (digital)|issn (pdf)",
    "doi": "doi|digital object identifier",
    "language": "language|languages|language(s)|språk|sprog|mål|kieli|tungumál|mál"
    "|original language|originalspråk|originalsprog",
    "commissioner": "commissioned by|client|oppdragsgiver|oppdragsgivar|på oppdrag av"
    "|uppdragsgivare"
    "|på uppdrag av|opdragsgiver|på opdrag af|rekvirent|bestiller|toimeksiantaja|tilaaja"
    "|beställare|oppdragsgjevar"
    "|unnið fyrir|verkkaupi|funded by|finansiert av",
    # Labels that are neither metadata of ours nor evidence.
    "": "subject|subjects|subject(s)|keyword|keywords|emne|emner|emneord|nøkkelord|stikkord|ämne"
    "|ämnesord|nyckelord|nøgleord|emneord|asiasanat|avainsanat|efnisorð|lykilorð|resource type"
    "|type|document type|dokumenttype|h-index|scimago journal rank|sjr score|sjr|impact factor"
    "|downloads|nedlastinger|views|license|licence|lisens|rights|format|file size|filstørrelse"
    "|access|tags|share|category|kategori|kategorier|cite as|collections|appears in collections"
    "|e-post|epost|email|e-mail|tel|telefon|phone|puhelin|sími|last updated|sist oppdatert",
}
_MEANING = {word: key for key, words in _LABELS.items() for word in words.split("|")}
_LINE = re.compile(r"^\s*(?:[•·*]\s*)?(?P<label>[^\W\d][^:|\n]{1,38}?)\s*(?::|\s[-–—](?=\s|$))\s*")
_AMBIGUOUS = frozenset({"by", "av", "af", "mål", "nr", "ár", "år", "type", "access", "nimi", "vol"})
_MAX_VALUE = 400  # characters; a longer value is prose that happens to begin with a label word
_IDENTIFIER = re.compile(r"\s*(?:e-|p-)?IS[BS]N\b[^.]{8,60}$", re.IGNORECASE)

_CLEANERS: dict[str, Callable[[str], Any]] = {
    "year": find_year,
    "doi": find_doi,
    "isbn": find_isbn,
    "issn": find_issn,
    "eissn": find_issn,
    "language": normalise,
}


def label_of(line: str) -> tuple[str, str] | None:
    """Return (meaning, value) of a label line; the meaning is "" for labels we do not keep.

    None where the line is no label line. The value may be empty: it stands on the next lines.
    """
    match = _LINE.match(line)
    if match is None:
        return None
    word = clean(match.group("label")).lower()
    if word not in _MEANING:
        return None
    value = clean(line[match.end() :])
    colon = ":" in line[match.start("label") : match.end()]
    if word in _AMBIGUOUS and not (colon and value):
        return None
    return _MEANING[word], value


def is_identifier_line(line: str) -> bool:
    """Return whether a line only gives an ISBN or ISSN ("ISBN 978-...", no colon)."""
    return bool(_IDENTIFIER.match(line))


def read_labels(lines: Sequence[str], origin: str) -> Fields:
    """Return the metadata that label lines give; the first of each meaning counts.

    A label without a value takes the lines after it up to the next label or blank line.
    """
    fields: Fields = {}
    for at, line in enumerate(lines):
        found = label_of(line)
        if found is None:
            continue
        meaning, value = found
        if not value and meaning:
            value = " ".join(lines[i].strip() for i in following_value(lines, at))
        if meaning and value and len(value) <= _MAX_VALUE:
            _put(fields, meaning, value, origin)
    if "eissn" in fields:
        electronic = fields.pop("eissn")
        fields.setdefault("issn", electronic)
    return fields


def following_value(lines: Sequence[str], label_at: int) -> range:
    """Return the indexes of the lines that hold the value of an empty label line."""
    end = label_at + 1
    while end < len(lines) and lines[end].strip() and label_of(lines[end]) is None:
        end += 1
        if end - label_at > 30 or not lines[end - 1].rstrip().endswith((",", ";")):
            break
    return range(label_at + 1, end)


def _put(fields: Fields, meaning: str, text: str, origin: str) -> None:
    if meaning in fields:
        return
    value: Any
    if meaning == "authors":
        parts = [part for part in re.split(r"\s*;\s*", text) if part]
        value = parse_name_list(parts) if len(parts) > 1 else parse_names(text)
    else:
        value = _CLEANERS.get(meaning, clean)(text)
    if value not in (None, "", []):
        fields[meaning] = Field(value, origin, LABELLED)
