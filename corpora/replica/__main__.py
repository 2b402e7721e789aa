"""Serves the replica sites for a person to look at: `python -m corpora.replica --port 8600`."""

import argparse
import sys
import tempfile
from pathlib import Path

from corpora.errors import CorporaError
from corpora.replica.server import ReplicaServer


def main(arguments: list[str] | None = None) -> int:
    """Render into a folder, print the addresses and serve until interrupted; returns 0 or 1."""
    parser = argparse.ArgumentParser(prog="python -m corpora.replica", description=__doc__)
    parser.add_argument("--port", type=int, default=8600, help="port on 127.0.0.1 (default 8600)")
    parser.add_argument("--folder", type=Path, help="where to render (default: a temporary folder)")
    options = parser.parse_args(arguments)
    folder = options.folder or Path(tempfile.gettempdir()) / "samvirke-replica"
    try:
        server = ReplicaServer(folder, options.port)
    except (CorporaError, OSError) as problem:
        print(f"The replica cannot be served: {problem}", file=sys.stderr)
        return 1
    print(f"All sites: http://127.0.0.1:{server.port}/ (rendered in {folder})")
    for name in sorted(server.site.hosts):
        local = name.removesuffix(".test")
        print(f"  http://{name}/  in a browser: http://{local}.localhost:{server.port}/")
    print(f"For a crawler: {server.proxy} is the HTTP proxy. Stop with Ctrl-C.", flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        return 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
