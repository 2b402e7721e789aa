"""BibTeX files through pandoc: CSL-JSON in, entries with stable keys out, and back.

Owns the naming of entries and fields and the citation keys. pandoc owns the escaping of text; it
is asked for BibLaTeX, which loses no field, and the names are then those of classic BibTeX.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from kb.bibliography import family_name, issued_year
from kb.citations.bibtex_syntax import RawEntry, add_field, split_entries, split_fields
from kb.citations.csljson import tidy_csl
from kb.citations.entries import CitedEntry, CitedPublication, gather
from kb.citations.pandoc import convert
from kb.citations.problems import ReadRecord
from kb.errors import CitationError

_ENTRY_TYPES: Final = {"report": "techreport", "online": "misc", "inbook": "incollection"}
_CLASSIC: Final = frozenset(
    "article book incollection inproceedings mastersthesis misc phdthesis techreport "
    "unpublished proceedings manual booklet".split()
)
_PUBLISHER_FIELD: Final = {"techreport": "institution", "phdthesis": "school"}
_MONTHS: Final = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_ORDER: Final = (
    "author editor title booktitle journal series type number volume pages institution school "
    "publisher howpublished year month date url doi isbn issn language abstract note annote"
).split()
_SHIELD: Final = {"<": "\ue000", ">": "\ue001", "'": "\ue002"}
_QUOTES: Final = dict(zip("'“”‘’„", "\ue002\ue004\ue005\ue006\ue007\ue008", strict=True))
_UNSHIELD: Final = {"\ue000": r"\textless{}", "\ue001": r"\textgreater{}", "\ue002": "'"}
_DOCTORAL: Final = re.compile(r"(?i)dokto|ph\.?\s?d|väit|lisensiat|licentiat|dissertation")
_SPECIAL: Final = str.maketrans(
    {char: f"\\{char}" for char in "&%$#_{}"} | {"\\": r"\textbackslash{}"}
)
_SMALL_WORDS: Final = frozenset(
    "with from that this their when what hvordan hvorfor hvilke mellom fra med till från".split()
)
_TRANSLITERATION: Final = str.maketrans(
    {"æ": "ae", "ø": "o", "å": "a", "ä": "a", "ö": "o", "ð": "d", "þ": "th", "ß": "ss", "đ": "d"}
)
_MOST_REFUSALS: Final = 1000  # starts of pandoc, about 20 ms each; a broken file has more
_HASH_DIGITS: Final = 5  # hex digits: keeps two reports of one author, year and title word apart


def write_bibtex(entries: Iterable[CitedEntry]) -> bytes:
    """Return a BibTeX file in UTF-8, one entry for each publication, quotations in `annote`."""
    publications = gather(entries)
    keys = citation_keys([publication.csl for publication in publications])
    items = [_to_pandoc(p, key) for p, key in zip(publications, keys, strict=True)]
    if not items:
        return b""
    converted = list(split_entries(convert(json.dumps(items), "csljson", "biblatex")))
    written = [
        _entry(raw, publication.csl)
        for raw, publication in zip(converted, publications, strict=True)
    ]
    return ("\n\n".join(written) + "\n").encode()


def citation_keys(records: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return a key for each record: `hansen2020trobbel-3f2a1`, unique among them.

    A key is made from the record alone (author, year, title word, digest of the id), so the same
    publication has the same key in every set. A record's own `citation-key` comes first.
    """
    keys: dict[str, None] = {}  # in order, and quick to look up
    for csl in records:
        digest = hashlib.sha256(str(csl.get("id") or json.dumps(csl, sort_keys=True)).encode())
        own = re.sub(r"[^\w.:/+-]", "", str(csl.get("citation-key") or ""), flags=re.ASCII)
        stem = own or f"{_key_stem(csl)}-{digest.hexdigest()[:_HASH_DIGITS]}"
        key, count = stem, 1
        while key in keys:
            count += 1
            key = f"{stem}-{count}"
        keys[key] = None
    return list(keys)


def read_bibtex(text: str) -> Iterator[ReadRecord]:
    """Yield the records of a BibTeX or BibLaTeX file.

    Entries that pandoc refuses are found by halving and reported with line and key; @string and
    @preamble lines apply to every entry. Titles keep their capitals.
    """
    raw = [entry for entry in split_entries(text) if entry.kind != "comment"]
    shared = "\n".join(e.text for e in raw if not e.is_record and e.closed)
    records = [entry for entry in raw if entry.is_record]
    if not records and text.strip():
        raise CitationError(
            "Expected BibTeX entries such as @techreport{key, …}, found none in the file; "
            "export it again as BibTeX."
        )
    places = [(place, entry) for place, entry in enumerate(records, start=1) if entry.closed]
    read = _read_some(places, shared, [_MOST_REFUSALS])
    for place, entry in enumerate(records, start=1):
        if place in read:
            yield read[place]
            continue
        name = f" ({entry.key})" if entry.key else ""
        why = "is not BibTeX that can be read" if entry.closed else "has no closing brace"
        yield ReadRecord(
            place,
            None,
            f"Record {place}{name} on line {entry.line} {why}; correct it and add it again.",
        )


def _read_some(
    places: list[tuple[int, RawEntry]], shared: str, refusals_left: list[int]
) -> dict[int, ReadRecord]:
    """Return the records that pandoc reads by place, halving where it refuses."""
    if not places or refusals_left[0] <= 0:
        return {}
    # the number as key finds each record again, also where two have one key or none
    prepared = [_prepared(entry, place) for place, entry in places]
    try:
        items = json.loads(convert("\n".join([shared, *prepared]), "bibtex", "csljson"))
    except CitationError:
        refusals_left[0] -= 1
        if len(places) == 1:
            return {}
        middle = len(places) // 2
        halves = (places[:middle], places[middle:])
        first, second = (_read_some(half, shared, refusals_left) for half in halves)
        return first | second
    found = {str(item.get("id")): item for item in items}
    return {
        place: ReadRecord(place, _from_pandoc(found[f"record{place}"], entry))
        for place, entry in places
        if f"record{place}" in found
    }


def _prepared(entry: RawEntry, place: int) -> str:
    """Return an entry under a known key, with its quotation marks and capitals kept."""
    body = entry.text.rstrip()[:-1] + "}"  # pandoc knows no @article( … )
    text = re.sub(
        r"^(@\s*[A-Za-z]+)\s*[{(]\s*(?:[^\s,{}()=]*\s*,)?",
        lambda head: f"{head.group(1)}{{record{place},",
        body,
        count=1,
    )
    text = re.sub(r"(?<=\w)'(?=\w)|[“”‘’„]", lambda found: _QUOTES[found.group(0)], text)
    return add_field(text, "langid", "norwegian")  # pandoc lower-cases titles it takes for English


def _from_pandoc(item: dict[str, Any], entry: RawEntry) -> dict[str, Any]:
    """Return pandoc's CSL item as our record, under the file's own key and language."""
    given = dict(split_fields(entry.text))
    said = json.dumps(item, ensure_ascii=False)
    for quote, private in _QUOTES.items():
        said = said.replace(private, quote)
    plain = json.loads(said)
    plain["id"] = entry.key
    if entry.key:
        plain["citation-key"] = entry.key
    plain["language"] = given.get("language", given.get("langid", "")).strip('{}" ')
    if "shorttitle" not in given:
        plain.pop("title-short", None)
    if str(plain.get("publisher", "")).startswith("http"):  # \url in howpublished
        plain.setdefault("URL", plain.pop("publisher"))
    genre = given.get("type", "").strip('{}"')
    if plain.get("type") == "thesis" and not genre:
        plain["genre"] = {"mastersthesis": "Master's thesis"}.get(entry.kind, "PhD thesis")
    annote = plain.pop("annote", None)
    if annote:
        plain["note"] = "\n".join(text for text in (plain.get("note"), annote) if text)
    return tidy_csl(plain)


def _to_pandoc(publication: CitedPublication, key: str) -> dict[str, Any]:
    """Return a record as pandoc takes it: text only, nothing in it read as markup."""
    csl = publication.csl
    dropped = ("custom", "label", "locator", "citation-key", "categories")
    item = {name: _shield(value) for name, value in csl.items() if name not in dropped}
    item |= {"id": key, "language": "nb"}  # a language whose titles pandoc leaves as they are
    item["author"] = [_shield(_bibtex_name(name)) for name in csl.get("author") or ()]
    if csl.get("URL"):
        item["URL"] = re.sub(r"[{}\\\s]", lambda m: f"%{ord(m.group(0)):02X}", str(csl["URL"]))
    if csl.get("DOI"):
        item["DOI"] = re.sub(r"[{}\\\s]", "", str(csl["DOI"]))
    if publication.notes:
        item["annote"] = _shield(" · ".join(publication.notes))
    return {name: value for name, value in item.items() if value not in (None, "", [])}


def _entry(raw: RawEntry, csl: Mapping[str, Any]) -> str:
    """Return pandoc's BibLaTeX entry with the names and fields of classic BibTeX."""
    kind = _ENTRY_TYPES.get(raw.kind, raw.kind if raw.kind in _CLASSIC else "misc")
    fields = dict(split_fields(raw.text))
    genre = str(csl.get("genre") or "")
    if kind == "phdthesis" and genre and not _DOCTORAL.search(genre):
        kind = "mastersthesis"
    fields.pop("langid", None)
    if csl.get("language"):
        fields["language"] = f"{{{_escaped(csl['language'])}}}"
    if genre and kind != "article":
        fields["type"] = f"{{{_escaped(genre)}}}"
    publisher = fields.pop("publisher", None) or (
        f"{{{_escaped(csl['publisher'])}}}" if csl.get("publisher") else None
    )
    if publisher:
        where = "howpublished" if kind == "misc" else _PUBLISHER_FIELD.get(kind, "publisher")
        fields["school" if kind == "mastersthesis" else where] = publisher
    _split_date(fields)
    if "title" in fields:
        fields["title"] = f"{{{fields['title']}}}"  # styles must not touch its capitals
    known = [name for name in _ORDER if name in fields]
    names = known + [name for name in fields if name not in _ORDER]
    lines = "".join(f",\n  {name} = {fields[name]}" for name in names) or ","
    return _unshield(f"@{kind}{{{raw.key}{lines}\n}}")


def _split_date(fields: dict[str, str]) -> None:
    """Turn BibLaTeX's `date = {2018-03-04}` into year and month, in place."""
    match = re.fullmatch(r"\{(\d{4})(?:-(\d{2}))?(?:-\d{2})?\}", fields.get("date", ""))
    if match is None:
        return
    del fields["date"]
    fields["year"] = f"{{{match.group(1)}}}"
    if match.group(2) and 1 <= int(match.group(2)) <= 12:
        fields["month"] = _MONTHS[int(match.group(2)) - 1]


def _bibtex_name(name: Mapping[str, Any]) -> dict[str, Any]:
    """Return a name as pandoc needs it: one with a comma in the family name stays whole."""
    if "," in str(name.get("family", "")):
        return {"literal": ", ".join(str(name[k]) for k in ("family", "given") if name.get(k))}
    return dict(name)


def _shield(value: Any) -> Any:
    """Return texts with markup characters and straight quotes replaced by private ones."""
    if isinstance(value, str):
        for char, private in _SHIELD.items():
            value = value.replace(char, private)
        return " ".join(value.split())
    if isinstance(value, Mapping):
        return {key: _shield(inner) for key, inner in value.items()}
    return [_shield(inner) for inner in value] if isinstance(value, list) else value


def _unshield(text: str) -> str:
    for private, written in _UNSHIELD.items():
        text = text.replace(private, written)
    return text


def _escaped(value: Any) -> str:
    """Return a plain value with LaTeX's special characters escaped."""
    return str(value).translate(_SPECIAL)


def _key_stem(csl: Mapping[str, Any]) -> str:
    """Return author, year and first telling title word in plain ASCII."""
    first = next(iter(csl.get("author") or ()), {"literal": csl.get("publisher") or ""})
    named = family_name(first)
    if first.get("literal"):
        named = named.partition(" ")[0]  # of a body's name the first word
    who = _ascii(named) or "anon"
    words = [_ascii(word) for word in re.findall(r"\w+", str(csl.get("title") or ""))]
    word = next((word for word in words if len(word) > 3 and word not in _SMALL_WORDS), "")
    return f"{who[:20]}{issued_year(csl) or 'nd'}{word[:15]}"


def _ascii(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.lower().translate(_TRANSLITERATION))
    return re.sub(r"[^a-z0-9]", "", plain)
