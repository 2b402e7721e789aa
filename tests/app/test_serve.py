"""How the application is served, and rules that its code keeps everywhere."""

from __future__ import annotations

import ast
import os
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from streamlit import config
from streamlit.web import cli

from app import serve

APP = Path(__file__).resolve().parents[2] / "app"
CODE = sorted(APP.rglob("*.py"))


def flat(table: dict[str, Any], above: str = "") -> dict[str, Any]:
    """Nested settings as dotted names."""
    found: dict[str, Any] = {}
    for name, value in table.items():
        whole = f"{above}{name}"
        found |= flat(value, f"{whole}.") if isinstance(value, dict) else {whole: value}
    return found


def configured() -> dict[str, Any]:
    """What the configuration file says, by dotted name."""
    return flat(tomllib.loads((APP / ".streamlit" / "config.toml").read_text(encoding="utf-8")))


@pytest.mark.parametrize(("given", "found"), [(None, "http://127.0.0.1:8777"), ("x", "x")])
def test_lasting_links_lead_to_the_port_that_is_served(
    monkeypatch: pytest.MonkeyPatch, given: str | None, found: str
) -> None:
    monkeypatch.setenv("SAMVIRKE_BASE_URL", given or "")
    if given is None:
        monkeypatch.delenv("SAMVIRKE_BASE_URL")
    monkeypatch.setattr(cli, "main", lambda *_, **__: None)
    serve.main(["--port", "8777"])
    assert os.environ["SAMVIRKE_BASE_URL"] == found


def test_it_listens_on_this_machine_only_and_reports_to_nobody() -> None:
    for options in (serve.options(8501), configured()):
        assert options["server.address"] == "127.0.0.1"
        assert options["server.headless"] is True
        assert options["browser.gatherUsageStats"] is False
        assert options["client.showErrorDetails"] == "none"
    assert serve.options(9000)["server.port"] == 9000


@pytest.mark.parametrize("name", sorted({*serve.options(1), *configured()}))
def test_streamlit_knows_every_setting(name: str) -> None:
    assert name in config.get_config_options()


def test_the_command_runs_the_entry_with_its_options(monkeypatch: pytest.MonkeyPatch) -> None:
    from streamlit.web import cli

    called: list[list[str]] = []
    monkeypatch.setattr(cli, "main", lambda args, prog_name: called.append(args))
    serve.main(["--port", "8765"])
    (arguments,) = called
    assert arguments[:2] == ["run", str(APP / "main.py")]
    assert "--server.port=8765" in arguments
    assert "--server.address=127.0.0.1" in arguments
    assert "--browser.gatherUsageStats=false" in arguments


def test_a_wrong_port_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        serve.main(["--port", "many"])
    assert caught.value.code == 2
    assert "--port" in capsys.readouterr().err


def test_nothing_is_fetched_from_elsewhere() -> None:
    for path in (APP / "style.css", APP / ".streamlit" / "config.toml"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"https?://|@import|url\(", text), path.name
    assert "fontFaces" not in configured()


def luminance(colour: str) -> float:
    """The relative luminance of a colour such as #0b5563 (WCAG 2)."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """The contrast of two colours, 1 to 21."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_text_can_be_read_by_everyone() -> None:
    theme = configured()
    for text in ("theme.textColor", "theme.linkColor", "theme.primaryColor"):
        for ground in ("theme.backgroundColor", "theme.secondaryBackgroundColor"):
            assert contrast(theme[text], theme[ground]) >= 4.5, (text, ground)
    style = (APP / "style.css").read_text(encoding="utf-8")
    pairs = re.findall(r"background: (#\w{6});[^}]*?[; ]color: (#\w{6});", style)
    assert len(pairs) >= 6
    for ground, text in pairs:
        assert contrast(text, ground) >= 4.5, (text, ground)


SCRIPTED = {"coding_script.py": {"components"}}  # listens to keys; sets no HTML


@pytest.mark.parametrize("path", CODE, ids=lambda path: str(path.relative_to(APP)))
def test_pages_only_ask_and_draw(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    imported = {
        name.split(".")[0]
        for node in ast.walk(tree)
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    assert not imported & {"sqlalchemy", "pipeline", "torch", "faiss", "tantivy", "scrapy"}
    calls = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    drawing = {"markdown", "write", "latex", "components", "toast"} - {"write_bytes"}
    assert not calls & (drawing - SCRIPTED.get(path.name, set()))
    words = {node.arg for node in ast.walk(tree) if isinstance(node, ast.keyword)}
    assert not words & {"unsafe_allow_html", "unsafe_allow_javascript"}


def test_the_scripts_of_a_page_put_no_html_into_it() -> None:
    for name in SCRIPTED:
        text = (APP / "widgets" / name).read_text(encoding="utf-8")
        assert not re.search(
            r"innerHTML|outerHTML|insertAdjacent|document.write|eval\(|fetch\(", text
        )
