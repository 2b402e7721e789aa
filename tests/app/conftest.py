"""The app's tests share one small knowledge base and open its pages in Streamlit's own runner."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from tests.app.sample_base import Sample, build_sample

MAIN = Path(__file__).resolve().parents[2] / "app" / "main.py"
Opener = Callable[..., AppTest]
PATIENCE_S = 120  # of a first run, which opens the model, on a busy machine


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sample]:
    """The small knowledge base; tests leave it as they found it, or use names of their own."""
    built = build_sample(tmp_path_factory.mktemp("app") / "home")
    yield built
    built.store.close()


@pytest.fixture
def open_view(sample: Sample, monkeypatch: pytest.MonkeyPatch) -> Opener:
    """Opens a view by name with parameters in the address, under the name Kari."""
    monkeypatch.setenv("SAMVIRKE_HOME", str(sample.settings.home))
    monkeypatch.setenv("SAMVIRKE_USER", "Kari")

    def open_at(view: str = "search", **params: str | list[str]) -> AppTest:
        test = AppTest.from_file(str(MAIN), default_timeout=PATIENCE_S)
        if view != "search":
            test.switch_page(f"views/{view}.py")
        for name, value in params.items():
            test.query_params[name] = value
        return test.run()

    return open_at


def html_of(test: AppTest) -> str:
    """All HTML that a page sent, its style left out."""
    parts = (str(element.value) for element in test.get("html"))
    return "\n".join(part for part in parts if not part.startswith("<style>"))


def keys_of(elements: Iterable[Any], start: str) -> list[str]:
    """The keys of widgets that begin so."""
    return [str(element.key) for element in elements if str(element.key).startswith(start)]
