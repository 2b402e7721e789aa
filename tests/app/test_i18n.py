"""Every message is translated, and what is compiled is what translators wrote."""

from __future__ import annotations

import gettext
import io
import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po

from app.catalogues import compiled, extract_messages, main, po_path, read_catalogue, update
from app.i18n import LANGUAGES, choose_language, translations
from kb.display_names import country_name, language_name

TRANSLATED = [language for language in LANGUAGES if language != "en"]
Message = str | tuple[str, ...] | list[str]


def parts(text: Message | None) -> list[str]:
    """A message's forms: one, or singular and plural."""
    if text is None:
        return []
    return [text] if isinstance(text, str) else list(text)


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_message_in_the_code_is_translated(language: str) -> None:
    catalogue = read_catalogue(language)
    wanted = {str(message.id) for message in extract_messages() if message.id}
    there = {str(message.id) for message in catalogue if message.id}
    assert wanted == there, "run `python -m app.catalogues`, then translate what is new"
    empty = [m.id for m in catalogue if m.id and not all(parts(m.string) or [""])]
    assert empty == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_translations_keep_the_places_to_be_filled(language: str) -> None:
    for message in read_catalogue(language):
        fields = set(re.findall(r"{(\w+)}", parts(message.id)[0])) if message.id else set()
        for form in parts(message.string) if message.id else []:
            assert set(re.findall(r"{(\w+)}", form)) == fields, message.id


@pytest.mark.parametrize("language", TRANSLATED)
def test_what_is_compiled_is_what_is_written(language: str) -> None:
    written = read_catalogue(language)
    stored = gettext.GNUTranslations(io.BytesIO(po_path(language).with_suffix(".mo").read_bytes()))
    for message in written:
        if isinstance(message.id, str) and message.id:
            assert stored.gettext(message.id) == message.string


def test_no_message_hides_inside_an_f_string() -> None:
    """The reader of messages does not look into f-strings, so one there would stay English."""
    code = Path(__file__).resolve().parents[2] / "app"
    for path in code.rglob("*.py"):
        for line in path.read_text(encoding="utf-8").splitlines():
            assert not re.search(r"""\bf["'].*{[^}"']*\b_n?\(""", line), f"{path.name}: {line}"


def test_counting_words_agree_with_the_count() -> None:
    norwegian = translations("nb")
    assert norwegian.ngettext("{n} publication", "{n} publications", 1) == "{n} publikasjon"
    assert norwegian.ngettext("{n} publication", "{n} publications", 4) == "{n} publikasjoner"
    assert translations("en").gettext("Search") == "Search"


@pytest.mark.parametrize(
    ("asked", "chosen"),
    [
        ("nb-NO", "nb"),
        ("nn", "nb"),
        ("no_NO", "nb"),
        ("SV-fi", "sv"),
        ("en-GB", "en"),
        ("da", "en"),
        ("", "en"),
        (None, "en"),
    ],
)
def test_the_browsers_language_is_met_as_nearly_as_possible(asked: str | None, chosen: str) -> None:
    assert choose_language(asked) == chosen


def test_countries_and_languages_are_named_in_the_readers_language() -> None:
    assert country_name("NO", "sv") == "Norge"
    assert country_name("FO", "nb") == "Færøyene"
    assert country_name("??", "nb") == "??"
    assert language_name("fi", "en") == "Finnish"
    assert language_name("sv", "nb") == "Svensk"
    assert language_name("zz", "en") == "zz"


def test_updating_twice_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("app.catalogues.LOCALE_FOLDER", tmp_path)
    main()
    assert "nb: " in capsys.readouterr().out
    first = {path: path.read_bytes() for path in tmp_path.rglob("samvirke.*")}
    assert len(first) == 2 * len(TRANSLATED)
    main()
    assert {path: path.read_bytes() for path in tmp_path.rglob("samvirke.*")} == first


def test_a_new_message_is_kept_untranslated_and_an_old_one_goes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.catalogues.LOCALE_FOLDER", tmp_path / "locale")
    code = tmp_path / "code"
    code.mkdir()
    (code / "page.py").write_text('_("Old")\n_n("{n} cat", "{n} cats", 2)\n', encoding="utf-8")
    update("nb", extract_messages(code))
    po = po_path("nb")
    po.write_text(po.read_text("utf-8").replace('"Old"\nmsgstr ""', '"Old"\nmsgstr "Gammel"'))
    (code / "page.py").write_text('_("Old")\n_("New")\n', encoding="utf-8")
    second = update("nb", extract_messages(code))
    assert second["Old"].string == "Gammel"
    assert not second["New"].string
    assert "{n} cat" not in {str(parts(message.id)[:1]) for message in second}
    assert b"Gammel" in compiled(second)


def test_a_message_that_turns_from_plural_to_single_loses_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its old forms do not fit any more and are dropped; all others stay."""
    monkeypatch.setattr("app.catalogues.po_path", lambda language: tmp_path / f"{language}.po")
    template = Catalog()
    template.add(("{n} code", "{n} codes"))
    template.add("Zebra")
    catalogue = update("nb", template)
    catalogue["{n} code"].string, catalogue["Zebra"].string = ("{n} kode", "{n} koder"), "Sebra"
    with (tmp_path / "nb.po").open("wb") as stream:
        write_po(stream, catalogue)
    single = Catalog()
    single.add("{n} code")
    single.add("Zebra")
    found = update("nb", single)
    assert not found["{n} code"].string
    assert found["Zebra"].string == "Sebra"
    assert "Sebra" in (tmp_path / "nb.po").read_text("utf-8")
