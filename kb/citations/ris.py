"""RIS files through rispy: RPRT for reports, quotations as notes, and records read back.

Owns which tag carries what. Tags are those that Zotero and EndNote read: for RPRT the report
number stands in SN, so identifiers that SN has no room for stand in M1 (`ISBN: …`). GEN is never
written, because Zotero takes it for a journal article.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from kb.bibliography import clean_text, issued_year, normalise_isbn, normalise_issn
from kb.citations.csljson import note_lines, tidy_csl
from kb.citations.entries import CitedEntry, CitedPublication, gather
from kb.citations.problems import ReadRecord
from kb.citations.ris_lines import RisBlock, split_records
from kb.csl_types import split_series
from kb.errors import CitationError

_WRITTEN_TYPES: Final = {
    "report": "RPRT",
    "article-journal": "JOUR",
    "chapter": "CHAP",
    "thesis": "THES",
    "webpage": "ELEC",
    "book": "BOOK",
    "paper-conference": "CONF",
    "article-newspaper": "NEWS",
    "article-magazine": "MGZN",
    "post-weblog": "BLOG",
    "speech": "SLIDE",
    "manuscript": "UNPB",
}
_OTHER_TYPE: Final = "RPRT"  # laws, hearings, datasets: a report loses none of their fields
_READ_TYPES: Final = {ris: csl for csl, ris in _WRITTEN_TYPES.items()} | {
    "GOVDOC": "report",
    "STAND": "report",
    "EJOUR": "article-journal",
    "JFULL": "article-journal",
    "INPR": "article-journal",
    "ECHAP": "chapter",
    "EBOOK": "book",
    "EDBOOK": "book",
    "CPAPER": "paper-conference",
    "WEB": "webpage",
}
_LISTS: Final = "A1 A2 A3 A4 AU KW N1 UR SN M1".split()
_TITLE_TAGS: Final = ("TI", "T1", "CT", "BT")
_YEAR_TAGS: Final = ("PY", "Y1", "DA")
_CONTAINER_TAGS: Final = ("T2", "JF", "JO", "JA", "BT")
_PLAIN: Final = {"VL": "volume", "PB": "publisher", "M3": "genre", "LA": "language"}
_BAD_ISBN: Final = re.compile(  # no report's number, though its check digit is wrong
    r"(?=(?:\D*\d){13}\D*$)97[89][\d -]{10,14}"
    r"|(?=(?:\D*\d){9}[\dXx -]{1,2}$)\d+(?:[ -]\d+){2}[ -][\dXx]"
)
_DOI_IN_M3: Final = re.compile(r"10\.\d{4,9}/\S+")


def write_ris(entries: Iterable[CitedEntry]) -> bytes:
    """Return a RIS file in UTF-8, one record for each publication, its quotations as N1 notes."""
    import rispy

    class Writer(rispy.RisWriter):  # type: ignore[misc]
        """rispy's writer without its numbered headings, which other programs do not expect."""

        def set_header(self, count: int) -> str:
            """Return no heading."""
            return ""

    names = rispy.TAG_KEY_MAPPING
    records = []
    for publication in gather(entries):
        tags = _tags(publication)
        records.append({names[tag]: value for tag, value in tags.items() if value})
    writer = Writer(list_tags=_LISTS, delimiter_tags_mapping={})
    return str(writer.formats(records)).encode() if records else b""


def read_ris(text: str) -> Iterator[ReadRecord]:
    """Yield the records of a RIS file.

    A record that is not ended by ER is kept, with a problem; text outside records is reported.
    Raises CitationError where the file holds no record at all.
    """
    import rispy

    blocks = list(split_records(text))
    if not any(block.is_record for block in blocks) and text.strip():
        raise CitationError(
            "Expected RIS records that begin with TY, found none in the file; "
            "export it again as RIS."
        )
    tags = {name: tag for tag, name in rispy.TAG_KEY_MAPPING.items()}
    for position, block in enumerate(blocks, start=1):
        read = []
        if block.is_record:
            read = rispy.loads(block.text, list_tags=_LISTS, delimiter_tags_mapping={})
        if len(read) != 1:
            yield ReadRecord(
                position,
                None,
                f"Record {position} on line {block.line} is no RIS record "
                f"(found {block.text[:40]!r}, expected TY); correct it and add it again.",
            )
            continue
        values = {tags[name]: value for name, value in read[0].items() if name in tags}
        yield ReadRecord(position, _from_tags(values), _unended(position, block))


def _unended(position: int, block: RisBlock) -> str | None:
    """Return the problem of a record that no ER line ends."""
    if block.ended:
        return None
    return f"Record {position} on line {block.line} has no ER line; it is kept as far as it goes."


def _tags(publication: CitedPublication) -> dict[str, Any]:
    """Return the RIS tags of a publication, in the order they are written."""
    csl = publication.csl
    kind = _WRITTEN_TYPES.get(str(csl.get("type")), _OTHER_TYPE)
    first, _, last = (clean_text(csl.get("page")) or "").partition("-")
    series, container = clean_text(csl.get("collection-title")), csl.get("container-title")
    publisher = clean_text(csl.get("publisher"))
    numbers, extra = _numbers(csl, kind)
    tags: dict[str, Any] = {
        "TY": kind,
        "AU": [_written_name(name) for name in csl.get("author") or ()],
        "A2": [_written_name(name) for name in csl.get("editor") or ()],
        "TI": csl.get("title"),
        "T2": series if kind == "RPRT" else container,
        "T3": None if kind == "RPRT" else series,
        "PY": issued_year(csl),
        "DA": _written_date(csl),
        "PB": publisher,
        "M3": csl.get("genre"),
        "VL": csl.get("volume"),
        "IS": csl.get("issue"),
        "SP": first,
        "EP": last,
        "SN": numbers,
        "DO": csl.get("DOI"),
        "UR": [csl["URL"]] if csl.get("URL") else [],
        "LA": csl.get("language"),
        "AB": csl.get("abstract"),
        "M1": extra,
        "N1": [*note_lines(csl.get("note")), *publication.notes],
        "ID": csl.get("id"),
    }
    if kind == "ELEC" and not container:  # Zotero's web pages have a site and no publisher
        tags["T2"], tags["PB"] = publisher, None
    return {tag: _one_line(value) for tag, value in tags.items()}


def _numbers(csl: Mapping[str, Any], kind: str) -> tuple[list[str], list[str]]:
    """Return (values of SN, values of M1) from number, ISBN and ISSN."""
    values = {key: clean_text(csl.get(key)) for key in ("number", "ISBN", "ISSN")}
    first = {"RPRT": "number", "JOUR": "ISSN", "NEWS": "ISSN", "MGZN": "ISSN"}.get(kind, "ISBN")
    if not values[first]:
        first = next((key for key in ("ISBN", "ISSN") if values[key]), first)
    extra = [
        f"{key}: {value}" if key != "number" else f"Number: {value}"
        for key, value in values.items()
        if value and key != first
    ]
    head = values[first]
    return ([head] if head else []), extra


def _from_tags(values: dict[str, Any]) -> dict[str, Any]:
    """Return a CSL record from RIS tags."""
    kind = str(values.get("TY", "")).upper()
    csl: dict[str, Any] = {"id": values.get("ID"), "type": _READ_TYPES.get(kind)}
    csl |= {key: values.get(tag) for tag, key in _PLAIN.items()}
    csl["title"] = _first(values, _TITLE_TAGS)
    csl["author"] = [_read_name(n) for n in values.get("AU") or values.get("A1") or ()]
    csl["editor"] = [_read_name(n) for n in values.get("A2") or ()]
    csl["issued"] = _read_date(values)
    csl["abstract"] = values.get("AB") or values.get("N2")
    csl["URL"] = next(iter(values.get("UR") or ()), None)
    csl["DOI"] = values.get("DO")
    if _DOI_IN_M3.fullmatch(str(csl["genre"])):  # some programs put the DOI there
        csl["DOI"], csl["genre"] = csl["DOI"] or csl["genre"], None
    csl["keyword"] = "; ".join(values.get("KW") or ())
    csl["page"] = "-".join(dict.fromkeys(p for p in (values.get("SP"), values.get("EP")) if p))
    container = _first(values, _CONTAINER_TAGS)
    if kind in ("RPRT", "GOVDOC"):
        csl["collection-title"] = container or values.get("T3")
        csl["number"] = values.get("IS") or values.get("CN")
    else:
        csl["collection-title"], csl["issue"] = values.get("T3"), values.get("IS")
        csl["container-title"] = container
    if csl["type"] == "webpage" and not csl["publisher"]:
        csl["publisher"] = csl.pop("container-title")
    _read_numbers(csl, [*values.get("SN", ()), *values.get("M1", ())])
    if csl.get("collection-title") and not csl.get("number"):
        csl["collection-title"], csl["number"] = split_series(str(csl["collection-title"]))
    csl["note"] = "\n".join(values.get("N1") or ())
    return tidy_csl(csl)


def _read_numbers(csl: dict[str, Any], numbers: list[str]) -> None:
    """Put each value of SN and M1 where it belongs by its form, in place."""
    for given in numbers:
        marked = re.match(r"(?i)(isbn|issn|number):\s*(.+)", given)
        text = marked.group(2) if marked else given
        name = marked.group(1).upper() if marked else ""
        if name == "ISBN" or (not name and (normalise_isbn(text) or _BAD_ISBN.fullmatch(text))):
            csl.setdefault("ISBN", text)
        elif name == "ISSN" or (not name and normalise_issn(text)):
            csl.setdefault("ISSN", text)
        elif not csl.get("number"):
            csl["number"] = text


def _written_name(name: Mapping[str, Any]) -> str:
    """Return `Family, Given`; a body of several words ends in a comma, so nothing parts it."""
    literal = clean_text(name.get("literal"))
    if literal:
        return f"{literal}," if " " in literal or "," in literal else literal
    parts = [clean_text(name.get(key)) for key in ("family", "given")]
    return ", ".join(part for part in parts if part)


def _read_name(text: str) -> dict[str, str]:
    """Return a CSL name: in two parts only where a comma parts them."""
    if text.endswith(",") or "," not in text:
        return {"literal": text.rstrip(", ")}
    family, _, given = text.partition(",")
    return {"family": family.strip(), "given": given.strip()}


def _written_date(csl: Mapping[str, Any]) -> str | None:
    """Return `2018/03/04` where month or day are known, else None (PY has the year)."""
    try:
        parts = [int(number) for number in csl["issued"]["date-parts"][0]]
    except (KeyError, IndexError, TypeError, ValueError):
        return None
    if len(parts) < 2:
        return None
    return "/".join([f"{parts[0]:04d}", *(f"{number:02d}" for number in parts[1:3])])


def _read_date(values: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the fullest date of PY, Y1 and DA that begins with a year."""
    best: list[int] = []
    for tag in _YEAR_TAGS:
        match = re.match(r"(\d{4})(?:[/-](\d{1,2}))?(?:[/-](\d{1,2}))?", str(values.get(tag, "")))
        numbers = [int(number) for number in match.groups() if number] if match else []
        if len(numbers) > len(best):
            best = numbers
    return {"date-parts": [best]} if best else None


def _first(values: Mapping[str, Any], tags: Iterable[str]) -> Any:
    return next((values[tag] for tag in tags if values.get(tag)), None)


def _one_line(value: Any) -> Any:
    """Return texts on one line, so that no text can begin a new tag or record."""
    if isinstance(value, list):
        return [text for text in map(clean_text, value) if text]
    return clean_text(value)
