"""What the crawl's tests share besides the data home: a small web."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.pipeline.crawl.web import Web, served


@pytest.fixture
def web() -> Iterator[Web]:
    """An empty web on a loopback port."""
    with served(Web()) as running:
        yield running
