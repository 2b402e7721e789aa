"""A knowledge base whose codings are known, as the app's tests use it, and copies to change."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kb.knowledge_base import KnowledgeBase, open_knowledge_base
from kb.settings import Settings
from tests.app.sample_base import Sample, build_sample
from tests.models import shared_embedder
from tests.sample import copy_home


@pytest.fixture(scope="session")
def sample_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample's data home, for reading only."""
    built = build_sample(tmp_path_factory.mktemp("kb") / "hjem")
    built.store.close()
    return built.settings.home


@pytest.fixture
def sample(
    sample_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[KnowledgeBase, Sample]]:
    """An open copy of the sample, and the sample's own way of naming what is in it."""
    monkeypatch.setattr("kb.knowledge_base.open_search_embedder", lambda _: shared_embedder())
    settings = copy_home(sample_home, tmp_path / "kopi")
    opened = open_knowledge_base(Settings(home=settings.home, base_url="https://kb.example/"))
    yield opened, Sample(settings, opened.store)
    opened.store.close()
