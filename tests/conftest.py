"""Fixtures every package's tests share: an empty data home, and a record with one publication."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from filelock import FileLock

from kb.settings import Settings
from kb.store import Store, open_store
from tests.builders import Shelf
from tests.sample import build_ready, copy_home, warm_home


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests never use the data home or the name of the person who runs them."""
    names = "HOME DATABASE_URL MODEL USER BASE_URL CONTACT YEAR_FROM CRAWL_WINDOW TIME_ZONE PROXY"
    for name in names.split():
        monkeypatch.delenv(f"SAMVIRKE_{name}", raising=False)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings of an empty data home."""
    home = tmp_path / "hjem æøå"
    home.mkdir()
    return Settings(home=home)


@pytest.fixture(scope="session")
def empty_record(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of an empty record with its schema, to be copied; made once a run."""
    made = Settings(home=tmp_path_factory.mktemp("empty"))
    open_store(made).close()
    return made.home / "record.sqlite"


@pytest.fixture
def store(settings: Settings, empty_record: Path) -> Iterator[Store]:
    """An empty record."""
    shutil.copyfile(empty_record, settings.home / empty_record.name)
    opened = open_store(settings)
    yield opened
    opened.close()


@pytest.fixture
def shelf(store: Store) -> Shelf:
    """A record with one publication of three passages on it."""
    return Shelf.with_one_publication(store)


@pytest.fixture(scope="session")
def ready_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data home with the sample's three publications, for reading only; made once a run."""
    base = tmp_path_factory.getbasetemp()
    parallel = "PYTEST_XDIST_WORKER" in os.environ
    folder = (base.parent if parallel else base) / "ready æøå"
    with FileLock(folder.with_suffix(".lock")):
        if not (folder / "made").exists():
            build_ready(folder)
            (folder / "made").touch()
    return folder


@pytest.fixture
def own_home(ready_home: Path, tmp_path: Path) -> Settings:
    """A copy of the sample that a test may change."""
    return copy_home(ready_home, tmp_path / "egen kopi þð")


@pytest.fixture
def warm(tmp_path: Path) -> Settings:
    """Settings of an empty data home in which the embedding model is ready."""
    return Settings(home=warm_home(tmp_path / "hjem æøå"))


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Name bytes by their number: archives hold the time they were made, and ids must be stable."""
    return f"{argname}-{len(val)}-bytes" if isinstance(val, bytes) and len(val) > 32 else None
