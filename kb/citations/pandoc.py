"""The pandoc program that pypandoc-binary carries, run as a limited child.

Owns starting it: no files read (`--sandbox`), a bounded heap, a time limit. What is sent and what
comes back belongs to the callers.
"""

from __future__ import annotations

import subprocess
from functools import cache
from typing import Final

from kb.errors import CitationError

_SECONDS: Final = 120  # a bibliography of 20,000 records takes about half of this
_HEAP: Final = "1024m"  # beyond this the input is no bibliography


def convert(text: str, source: str, target: str) -> str:
    """Return `text` in format `source` as format `target` (pandoc's names of formats).

    Raises CitationError with pandoc's own first line where it refuses the text.
    """
    command = [
        _program(),
        f"--from={source}",
        f"--to={target}",
        "--sandbox",
        "--wrap=none",
        "+RTS",
        f"-M{_HEAP}",
        "-RTS",
    ]
    try:
        done = subprocess.run(
            command, input=text.encode(), capture_output=True, timeout=_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise CitationError(
            f"Converting {source} to {target} needs pandoc, which failed ({error}); "
            "install the project again with `make demo`, or split the file."
        ) from error
    if done.returncode != 0:
        said = " ".join(done.stderr.decode(errors="replace").split())
        raise CitationError(f"Expected {source}, found text that pandoc refuses: {said[:200]}.")
    return done.stdout.decode()


@cache
def _program() -> str:
    """Return the path of the pandoc program."""
    import pypandoc

    return str(pypandoc.get_pandoc_path())
