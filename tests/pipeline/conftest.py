"""The stages' tests share one embedding model and one reading child, as one long run does."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kb.settings import Settings
from tests.pipeline.adder import Adder
from tests.warm_parts import warm_parts


@pytest.fixture(autouse=True)
def _warm_parts() -> Iterator[None]:
    with warm_parts():
        yield


@pytest.fixture
def empty(warm: Settings) -> Iterator[Adder]:
    """Adds to an empty data home."""
    adder = Adder(warm)
    yield adder
    adder.store.close()


@pytest.fixture
def ready(own_home: Settings) -> Iterator[Adder]:
    """Adds to a copy of the sample."""
    adder = Adder(own_home)
    yield adder
    adder.store.close()
