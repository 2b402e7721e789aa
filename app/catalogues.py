"""Keeps the interface's translations: `python -m app.catalogues` reads the code and compiles.

Owns `locale/<language>/LC_MESSAGES/samvirke.po` (what translators edit) and the `.mo` made from it.
A new message stands in the `.po` untranslated, and is shown in English, until it is translated.
"""

from __future__ import annotations

import io
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from app.i18n import DOMAIN, LANGUAGES, LOCALE_FOLDER

KEYWORDS = {"_": None, "_n": (1, 2)}
SOURCE = "en"
_DATED = datetime(2026, 1, 1, tzinfo=UTC)  # fixed, so that the same messages give the same files


def extract_messages(folder: Path | None = None) -> Catalog:
    """Every message in the code of `folder` (the app's), with where it stands."""
    root = folder or Path(__file__).parent
    template = Catalog(project="Samvirke", charset="utf-8")
    for name, line, message, comments, _context in extract_from_dir(
        str(root), [("**.py", "python")], keywords=KEYWORDS, options_map={}
    ):
        template.add(message, locations=[(name, line)], auto_comments=comments)
    return template


def po_path(language: str) -> Path:
    """Where a language's messages stand."""
    return LOCALE_FOLDER / language / "LC_MESSAGES" / f"{DOMAIN}.po"


def read_catalogue(language: str) -> Catalog:
    """A language's messages; empty where there are none yet."""
    path = po_path(language)
    if not path.exists():
        return Catalog(locale=language, project="Samvirke", charset="utf-8")
    with path.open("rb") as stream:
        return read_po(stream, locale=language)


def compiled(catalogue: Catalog) -> bytes:
    """The catalogue as gettext reads it; the same messages always give the same bytes."""
    stream = io.BytesIO()
    write_mo(stream, catalogue)
    return stream.getvalue()


def update(language: str, template: Catalog) -> Catalog:
    """Bring a language's `.po` and `.mo` up to date with the code; return its catalogue."""
    known = read_catalogue(language)
    catalogue = Catalog(
        locale=language,
        project="Samvirke",
        version="",
        header_comment=f"# Samvirke's interface in {LANGUAGES[language]}.",
        msgid_bugs_address="-",
        last_translator="-",
        language_team="-",
        charset="utf-8",
        creation_date=_DATED,
        revision_date=_DATED,
        fuzzy=False,
    )
    for message in template:
        if message.id:
            before = known.get(message.id)
            same = before is not None and before.pluralizable == message.pluralizable
            catalogue.add(message.id, before.string if before and same else None)
    path = po_path(language)
    path.parent.mkdir(parents=True, exist_ok=True)
    written = io.BytesIO()  # whole before it takes the old one's place: translations are work
    write_po(written, catalogue, no_location=True, omit_header=False, sort_output=True, width=100)
    path.write_bytes(written.getvalue())
    path.with_suffix(".mo").write_bytes(compiled(catalogue))
    return catalogue


def main() -> None:
    """Update every language and say what is still to be translated."""
    template = extract_messages()
    for language in LANGUAGES:
        if language != SOURCE:
            catalogue = update(language, template)
            missing = sum(not _translated(message.string) for message in catalogue if message.id)
            print(f"{language}: {len(catalogue)} messages, {missing} to translate")


def _translated(string: str | tuple[str, ...]) -> bool:
    return all(string) if isinstance(string, tuple) else bool(string)


if __name__ == "__main__":
    main()
