"""The starter passages as a searchable index, built once a test process."""

from __future__ import annotations

from pathlib import Path

import pytest

from kb.search.searcher import Searcher
from tests.gates.search_figures import starter_searcher
from tests.models import shared_embedder, shared_vector_cache, starter_lock


@pytest.fixture(scope="session")
def index_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("generation")
    with starter_lock():
        starter_searcher(folder, shared_embedder(), shared_vector_cache())
    return folder


@pytest.fixture(scope="session")
def searcher(index_folder: Path) -> Searcher:
    return Searcher(index_folder, shared_embedder())
