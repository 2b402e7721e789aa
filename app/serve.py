"""Starts the application: `python -m app.serve --port 8501`.

Owns how the server runs: headless, on the loopback address, with usage statistics off, whatever
configuration the machine has. What it shows is `app.main`'s; how it looks stands in
`app/.streamlit/config.toml`.
"""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import Any

MAIN = Path(__file__).with_name("main.py")
HOST = "127.0.0.1"
PORT = 8501


def options(port: int) -> dict[str, Any]:
    """The server's options, which outrank the machine's own configuration."""
    return {
        "server.address": HOST,
        "server.port": port,
        "server.headless": True,
        "server.fileWatcherType": "none",
        "server.enableStaticServing": False,
        "browser.gatherUsageStats": False,
        "client.toolbarMode": "minimal",
        "client.showErrorDetails": "none",
        "client.showErrorLinks": False,
    }


def main(arguments: list[str] | None = None) -> None:
    """Serve until stopped."""
    parser = argparse.ArgumentParser(
        prog="python -m app.serve",
        description="Serve Samvirke in the browser, on this machine only.",
        epilog="Example: SAMVIRKE_HOME=var/demo python -m app.serve --port 8501",
    )
    parser.add_argument("--port", type=int, default=PORT, help="port on 127.0.0.1")
    port = parser.parse_args(arguments).port

    from streamlit.web import cli

    os.environ.setdefault("SAMVIRKE_BASE_URL", f"http://{HOST}:{port}")  # links lead back here
    flags = [f"--{name}={str(value).lower()}" for name, value in options(port).items()]
    cli.main(["run", str(MAIN), *flags], prog_name="streamlit")


if __name__ == "__main__":
    main()
