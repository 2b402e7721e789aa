"""A served application over the small knowledge base, and a real headless Chromium to look at it.

The tests skip where Chromium is missing; under SAMVIRKE_TEST_ALL=1 they fail instead.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Request, expect, sync_playwright

from tests.app.sample_base import Sample, build_sample
from tests.programs import require_program

CHECKOUT = Path(__file__).resolve().parents[2]
START_LIMIT_S = 60
PATIENCE_MS = 60_000  # a busy machine draws slowly; waiting longer proves no less
expect.set_options(timeout=PATIENCE_MS)
CHROMIUM = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium, headless."""
    given = os.environ.get("CHROME")
    program = given or require_program("chromium", "chromium-browser", "google-chrome")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=program, args=CHROMIUM)
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[Sample]:
    """The small knowledge base that is served, for reading what the browser wrote."""
    built = build_sample(tmp_path_factory.mktemp("browser") / "home")
    yield built
    built.store.close()


@pytest.fixture(scope="module")
def address(sample: Sample) -> Iterator[str]:
    """The address of the application, served by its own command until the tests end."""
    home = sample.settings.home
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {
        **os.environ,
        "SAMVIRKE_HOME": str(home),
        "SAMVIRKE_USER": "Kari",
        "SAMVIRKE_BASE_URL": f"http://127.0.0.1:{port}",
    }
    log = (home / "serve.log").open("wb")
    server = subprocess.Popen(
        [sys.executable, "-m", "app.serve", "--port", str(port)],
        cwd=CHECKOUT,
        env=environment,
        stdout=log,
        stderr=subprocess.STDOUT,
    )
    try:
        _wait_for(f"http://127.0.0.1:{port}/_stcore/health", server, home / "serve.log")
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(timeout=20)
        log.close()


def _wait_for(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + START_LIMIT_S
    while time.monotonic() < end:
        if server.poll() is not None:
            pytest.fail(f"the server ended: {log.read_text(errors='replace')[-2000:]}")
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    pytest.fail(f"the server did not answer in {START_LIMIT_S} seconds")


@pytest.fixture
def outside() -> list[str]:
    """Addresses outside this machine that pages asked for; it must stay empty."""
    return []


@pytest.fixture
def page(browser: Browser, outside: list[str]) -> Iterator[Page]:
    """A page 1400 pixels wide, in English, that writes down every request to elsewhere."""
    context = browser.new_context(
        viewport={"width": 1400, "height": 1000}, locale="en-GB", accept_downloads=True
    )
    context.set_default_timeout(PATIENCE_MS)

    def note(request: Request) -> None:
        if not request.url.startswith(("http://127.0.0.1:", "data:", "blob:")):
            outside.append(request.url)

    opened = context.new_page()
    opened.on("request", note)
    yield opened
    context.close()
