"""Fixtures every package's tests share: an empty data home, and a record with one publication."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kb.settings import Settings
from kb.store import Store, open_store
from tests.builders import Shelf


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests never use the data home or the name of the person who runs them."""
    for name in ("HOME", "DATABASE_URL", "MODEL", "USER", "BASE_URL", "CONTACT", "YEAR_FROM"):
        monkeypatch.delenv(f"SAMVIRKE_{name}", raising=False)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings of an empty data home."""
    home = tmp_path / "hjem æøå"
    home.mkdir()
    return Settings(home=home)


@pytest.fixture
def store(settings: Settings) -> Iterator[Store]:
    """An empty record."""
    opened = open_store(settings)
    yield opened
    opened.close()


@pytest.fixture
def shelf(store: Store) -> Shelf:
    """A record with one publication of three passages on it."""
    return Shelf.with_one_publication(store)
