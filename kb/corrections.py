"""A person's word about a field of a publication, which outranks everything that was read.

Owns the correction table: appended only, taken back by a row without a value. What stands is also
written into the publication's `given`, from where everything that shows or cites it has it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from corpora.nordic import EVIDENCE_COUNTRIES
from kb.bibliography import csl_names, csl_pages, csl_year, issued_year, web_address
from kb.csl_check import CSL_TYPES
from kb.csl_types import EARLIEST_YEAR, LATEST_YEAR
from kb.errors import CorrectionError
from kb.gathering_tables import Correction
from kb.identifiers import language_tag, normalise_doi, normalise_isbn, normalise_issn
from kb.publications import require_present, resolve_id
from kb.store import Store
from kb.tables import Item, Publication, now

FIELDS = {  # what a person calls a field -> its key in CSL-JSON (and countries)
    "title": "title",
    "authors": "author",
    "year": "issued",
    "type": "type",
    "publisher": "publisher",
    "series": "collection-title",
    "number": "number",
    "journal": "container-title",
    "volume": "volume",
    "issue": "issue",
    "pages": "page",
    "isbn": "ISBN",
    "issn": "ISSN",
    "doi": "DOI",
    "url": "URL",
    "language": "language",
    "abstract": "abstract",
    "countries": "countries",
}
NOTHING = ""  # the value of a field that a person says the publication does not have
MOST_CHARACTERS = 20_000  # of one value: the longest abstract has some thousand
_AUTHOR = re.compile(r"\s*\{([^{}]*)\}\s*(?:;|$)|([^;]+)")  # a body in braces, or up to a semicolon
_PLAIN = frozenset(
    "title publisher collection-title number container-title volume issue abstract".split()
)


@dataclass(frozen=True)
class CorrectionView:
    """One act on a field; `before` is what counted until then, `stands` that it counts now.

    One that took the correction before it back (`undo`) has no `value`; what counted again by it is
    `restored`, None where the field had nothing then.
    """

    id: int
    field: str
    value: Any
    before: Any
    undo: bool
    restored: Any
    by: str
    comment: str | None
    at: datetime
    stands: bool


def correct(
    store: Store, publication_id: str, field: str, value: object, by: str, comment: str = ""
) -> CorrectionView:
    """Say what a field of a publication is; an empty value says that it has none.

    `field` is a name of FIELDS or its CSL key. Authors are CSL names, or text as "Berg, Ida; Fafo".
    A body whose name has a comma or semicolon stands in braces: "{Ministry of Health, Norway}".
    Raises CorrectionError for a field or value that cannot be, RemovedError for a publication that
    was removed, NotFoundError for one that the record never had.
    """
    key = field_key(field)
    checked = check_value(key, value)
    name = _named(by)
    with store.write() as session:
        row = require_present(session, publication_id)
        act = Correction(
            publication_id=row.id,
            field=key,
            value={"value": checked},
            before={"value": _present(row, key)},
            by=name,
            comment=comment.strip() or None,
        )
        session.add(act)
        session.flush()
        settle_given(session, row.id)
        row.screening_key, row.updated_at = None, now()
        return _view(act, stands=True)


def undo_correction(store: Store, publication_id: str, field: str, by: str) -> CorrectionView:
    """Take back the newest standing word about a field; what stood before counts again.

    Raises CorrectionError where there is none, RemovedError where the publication was removed.
    """
    key, name = field_key(field), _named(by)
    with store.write() as session:
        row = require_present(session, publication_id)
        standing = [act for act in _standing(session, row.id) if act.field == key]
        if not standing:
            raise CorrectionError(
                f"Expected a correction of {field!r} to take back in {row.id}, found none; "
                "its history stands on the publication's page."
            )
        act = Correction(
            publication_id=row.id,
            field=key,
            value={"value": None},
            before={"value": standing[-1].value["value"]},
            by=name,
            comment=None,
        )
        session.add(act)
        session.flush()
        settle_given(session, row.id, taken_back=key)
        act.value = {"value": None, "restored": _present(row, key)}
        row.screening_key, row.updated_at = None, now()
        return _view(act, stands=False)


def list_corrections(store: Store, publication_id: str) -> list[CorrectionView]:
    """Every act on a publication's fields, oldest first."""
    with store.read() as session:
        publication_id = resolve_id(session, publication_id)
        standing = {act.id for act in _standing(session, publication_id)}
        newest = {act.field: act.id for act in _standing(session, publication_id)}
        acts = session.scalars(
            select(Correction)
            .where(Correction.publication_id == publication_id)
            .order_by(Correction.id)
        )
        return [
            _view(act, stands=act.id in standing and newest[act.field] == act.id) for act in acts
        ]


def settle_given(
    session: Session, publication_id: str, *, anew: bool = False, taken_back: str | None = None
) -> None:
    """Write into a publication's `given` what people say of it now.

    Corrections lie over what was said when its files were added; `anew` begins with that alone,
    and so does the field of a correction that was `taken_back`.
    """
    row = session.get_one(Publication, publication_id)
    said: dict[str, Any] = {}
    for item in session.scalars(
        select(Item).where(Item.publication_id == publication_id).order_by(Item.key.desc())
    ):
        said |= item.given
    given = dict(said) if anew else dict(row.given)
    if taken_back is not None:
        given.pop(taken_back, None)
        given |= {taken_back: said[taken_back]} if taken_back in said else {}
    for act in _standing(session, publication_id):
        given[act.field] = act.value["value"]
    if given != row.given:
        row.given = given


def field_key(field: str) -> str:
    """The key of a field by its name or itself; raises CorrectionError naming those there are."""
    key = FIELDS.get(field.strip().lower(), field.strip())
    if key not in FIELDS.values():
        options = ", ".join(FIELDS)
        raise CorrectionError(f"Expected a field among {options}, found {field!r}.")
    return key


def check_value(key: str, value: object) -> Any:
    """A value in the form the record keeps it; raises CorrectionError for one that cannot be."""
    is_blank = not value.strip() if isinstance(value, str) else value is None or value == []
    if is_blank and key == "title":
        raise CorrectionError("Expected a title, found none; every publication has one.")
    if is_blank:
        return [] if key in ("author", "countries") else NOTHING
    if len(str(value)) > MOST_CHARACTERS:
        raise CorrectionError(
            f"Expected at most {MOST_CHARACTERS} characters, found {len(str(value))}; shorten it."
        )
    if key in _PLAIN:
        text = " ".join(str(value).split())
        return text or NOTHING
    found = _FORMS[key](value)
    if not found:
        raise CorrectionError(f"Expected {_WANTED[key]}, found {str(value)[:80]!r}.")
    return found


def _authors(value: object) -> list[dict[str, str]]:
    if not isinstance(value, str):
        return csl_names(value)
    if value.count("{") != value.count("}"):
        return []  # an open brace would make a body's name two people's
    names: list[object] = []
    for match in _AUTHOR.finditer(value.replace("\n", ";")):
        body, part = match.group(1), match.group(2) or ""
        family, comma, given = part.partition(",")
        if body is None and comma and family.strip():
            names.append({"family": family, "given": given})
        elif (body or part).strip():
            names.append({"literal": body or part})
    return csl_names(names)


def written_value(field: str, value: Any) -> str:
    """A field's value as a person writes it: authors as "Berg, Ida; Fafo", a year as a number."""
    if value in (None, "", [], {}):
        return ""
    if field == "author":
        return "; ".join(written_name(name) for name in value if isinstance(name, Mapping))
    if field == "issued":
        return str(issued_year({"issued": value}) or "")
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def written_name(name: Mapping[str, Any]) -> str:
    """A CSL name as `correct` reads it: "Berg, Ida"; a body in braces where a comma is in it."""
    literal = str(name.get("literal") or "")
    if literal:
        return f"{{{literal}}}" if {",", ";"} & set(literal) else literal
    return ", ".join(str(name[part]) for part in ("family", "given") if name.get(part))


def _countries(value: object) -> list[str] | None:
    parts = value.replace(",", " ").split() if isinstance(value, str) else list(value)  # type: ignore[call-overload]
    codes = [str(part).upper() for part in parts]
    return list(dict.fromkeys(codes)) if set(codes) <= set(EVIDENCE_COUNTRIES) else None


def _year(value: object) -> Any:
    return csl_year(value["date-parts"][0][0] if isinstance(value, Mapping) else value)


_FORMS: dict[str, Callable[[object], Any]] = {
    "author": _authors,
    "issued": _year,
    "type": lambda value: value if value in CSL_TYPES else None,
    "page": csl_pages,
    "ISBN": normalise_isbn,
    "ISSN": normalise_issn,
    "DOI": normalise_doi,
    "URL": web_address,
    "language": language_tag,
    "countries": _countries,
}
_WANTED = {
    "author": "authors as 'Berg, Ida; Fafo; {Ministry of Health, Norway}'",
    "issued": f"a year between {EARLIEST_YEAR} and {LATEST_YEAR}",
    "type": "a type of CSL such as report, article-journal, book, thesis or webpage",
    "page": "pages as '12-20'",
    "ISBN": "an ISBN whose check digit is right",
    "ISSN": "an ISSN whose check digit is right",
    "DOI": "a DOI such as 10.1234/abc",
    "URL": "an address that begins with http:// or https://",
    "language": "a language such as nb, sv or English",
    "countries": f"countries among {', '.join(EVIDENCE_COUNTRIES)}",
}


def _named(by: str) -> str:
    if not by.strip():
        raise CorrectionError(
            "A correction needs the name of who makes it; set SAMVIRKE_USER or choose a name."
        )
    return by.strip()


def _standing(session: Session, publication_id: str) -> list[Correction]:
    """Acts that were not taken back, oldest first; the last one of a field counts."""
    standing: list[Correction] = []
    rows = session.scalars(
        select(Correction)
        .where(Correction.publication_id == publication_id)
        .order_by(Correction.id)
    )
    for act in rows:
        if act.value["value"] is not None:
            standing.append(act)
            continue
        last = next((one for one in reversed(standing) if one.field == act.field), None)
        if last is not None:
            standing.remove(last)
    return standing


def _present(row: Publication, key: str) -> Any:
    return {**row.csl, **row.given}.get(key)


def _view(act: Correction, *, stands: bool) -> CorrectionView:
    return CorrectionView(
        act.id,
        act.field,
        act.value["value"],
        act.before["value"],
        act.value["value"] is None,
        act.value.get("restored"),
        act.by,
        act.comment,
        act.at,
        stands,
    )
