"""The documentation keeps to the code: generated pages, examples, settings, links, targets."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import kb.codebook_tables
import kb.coding_tables
import kb.gathering_tables
import kb.queue_tables  # noqa: F401 - registers its tables
from docs import generate
from kb.settings import CHECKOUT, Settings
from kb.tables import Base
from pipeline.command_table import read_commands

COMMANDS = read_commands()
PAGES = [*sorted((CHECKOUT / "docs").glob("*.md")), CHECKOUT / "README.md"]
DRIFTED = "has drifted from the code: run `make docs`"


@pytest.mark.parametrize("page", list(generate.pages()), ids=lambda page: page[0].name)
def test_generated_pages_have_not_drifted(page: tuple[Path, str]) -> None:
    path, text = page
    assert path.read_text(encoding="utf-8") == text, f"{path.name} {DRIFTED}"


def test_generating_writes_only_what_has_drifted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(generate, "DOCS", tmp_path)
    generate.main()
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "cli.md",
        "codebook.md",
        "settings.md",
        "tables.md",
    ]
    assert capsys.readouterr().err.count("written: ") == 4
    (tmp_path / "cli.md").write_text("old", encoding="utf-8")
    generate.main()
    assert capsys.readouterr().err == "written: cli.md\n"


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_an_example_and_is_in_the_reference(name: str) -> None:
    words = str(COMMANDS[name].help)
    assert f"Example: samvirke {name}" in words
    reference = generate.render_cli()
    assert f"## `samvirke {name}`" in reference
    assert f"* `{name}`: {words.splitlines()[0]}\n" in reference


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_says_what_it_does(name: str) -> None:
    for parameter in COMMANDS[name].params:
        assert getattr(parameter, "help", None), f"{name}: {parameter.name} has no help"


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_is_described(name: str) -> None:
    assert Settings.model_fields[name].description
    assert f"| `SAMVIRKE_{name.upper()}` |" in generate.render_settings()


def test_every_table_and_column_is_described() -> None:
    text = generate.render_tables()
    for table in Base.metadata.tables.values():
        assert f"## {table.name}\n" in text
        for column in table.columns:
            assert f"| {column.name} | " in text
    assert "→ publication" in text


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if target.startswith(("http://", "https://", "mailto:", "#")):
            continue
        path, _, heading = target.partition("#")
        found = page.parent / path
        assert found.exists(), f"{page.name} points to {target}"
        if heading:
            anchors = {
                re.sub(r"[^\w\- ]", "", line.lstrip("# ")).strip().lower().replace(" ", "-")
                for line in found.read_text(encoding="utf-8").splitlines()
                if line.startswith("#")
            }
            assert heading in anchors, f"{page.name} points to {target}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_commands_and_targets_that_are_named_exist(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+(?: [a-z-]+)*):(?!=)", _makefile(), re.MULTILINE))
    known = {name for line in targets for name in line.split()}
    for name in re.findall(r"`(?:[A-Z_]+=\S+ )*make ([a-z-]+)", text):
        assert name in known, f"{page.name} names `make {name}`"
    for name in re.findall(r"`samvirke ([a-z-]+)", text):
        assert name in COMMANDS, f"{page.name} names `samvirke {name}`"


def _makefile() -> str:
    return (CHECKOUT / "Makefile").read_text(encoding="utf-8")
