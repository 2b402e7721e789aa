"""Settings: defaults, the environment, and errors a person understands."""

from __future__ import annotations

from pathlib import Path

import pytest

from kb.errors import SettingsError
from kb.settings import Settings, load_settings


def test_the_record_is_sqlite_in_the_home_unless_said(tmp_path: Path) -> None:
    assert Settings(home=tmp_path).record_url == f"sqlite:///{tmp_path / 'record.sqlite'}"


def test_a_postgres_address_gets_our_driver(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, database_url="postgresql://a:b@db/samvirke")
    assert settings.record_url == "postgresql+psycopg://a:b@db/samvirke"


def test_another_driver_is_left_alone(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, database_url="sqlite:////elsewhere/x.sqlite")
    assert settings.record_url == "sqlite:////elsewhere/x.sqlite"


def test_every_folder_lies_in_the_home(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    folders = [
        settings.blobs_folder,
        settings.generations_folder,
        settings.models_folder,
        settings.vectors_folder,
        settings.extracted_folder,
        settings.pages_folder,
        settings.publish_folder,
    ]
    assert len(set(folders)) == len(folders)
    assert all(folder.parent == tmp_path for folder in folders)


def test_the_environment_is_read_and_the_home_created(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SAMVIRKE_HOME", str(tmp_path / "ny" / "hjem"))
    monkeypatch.setenv("SAMVIRKE_USER", "Þóra")
    settings = load_settings()
    assert settings.home == tmp_path / "ny" / "hjem"
    assert settings.home.is_dir()
    assert settings.user == "Þóra"


def test_a_bad_value_is_named_with_what_was_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SAMVIRKE_HOME", str(tmp_path))
    monkeypatch.setenv("SAMVIRKE_YEAR_FROM", "last year")
    with pytest.raises(SettingsError, match=r"SAMVIRKE_YEAR_FROM .*'last year'.*correct it"):
        load_settings()


def test_a_home_that_cannot_be_made_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("SAMVIRKE_HOME", str(tmp_path / "file" / "home"))
    with pytest.raises(SettingsError, match="set SAMVIRKE_HOME"):
        load_settings()


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("CRAWL_WINDOW", "22-06", "such as 22:00-06:00"),
        ("CRAWL_WINDOW", "22:00-22:00", "such as 22:00-06:00"),
        ("TIME_ZONE", "Nordic/Everywhere", "Europe/Oslo"),
        ("TIME_ZONE", "../../etc/passwd", "Europe/Oslo"),
        ("PROXY", "socks5://proxy:1080", "http://host:port"),
        ("PROXY", "http://proxy", "http://host:port"),
    ],
)
def test_how_the_crawler_is_set_is_checked_at_once(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str, value: str, words: str
) -> None:
    monkeypatch.setenv("SAMVIRKE_HOME", str(tmp_path))
    monkeypatch.setenv(f"SAMVIRKE_{name}", value)
    with pytest.raises(SettingsError) as caught:
        load_settings()
    assert f"SAMVIRKE_{name}" in str(caught.value)
    assert words in str(caught.value)


def test_what_is_set_for_the_crawler_is_kept(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SAMVIRKE_HOME", str(tmp_path))
    monkeypatch.setenv("SAMVIRKE_CRAWL_WINDOW", " 22:00-06:00 ")
    monkeypatch.setenv("SAMVIRKE_PROXY", "http://kari:ord@proxy.example.org:3128")
    settings = load_settings()
    assert settings.crawl_window == "22:00-06:00"
    assert settings.proxy == "http://kari:ord@proxy.example.org:3128"
    assert settings.time_zone == "Europe/Oslo"
    monkeypatch.setenv("SAMVIRKE_CRAWL_WINDOW", "")
    monkeypatch.setenv("SAMVIRKE_PROXY", "")
    assert (load_settings().crawl_window, load_settings().proxy) == (None, None)
