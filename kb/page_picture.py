"""Pictures of PDF pages for the app: rendered in a limited child, highlighted, cached.

Owns the folder of rendered pages (derived: it can be deleted at any time). pdfium itself runs in
`kb.page_render`, a child process, because it is not thread-safe and the files are hostile.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from kb.errors import RecordError
from kb.settings import Settings
from kb.store import Store

TIME_LIMIT = 30  # seconds on the clock; a page of a real report takes less than one
NARROWEST, WIDEST = 200, 2400  # pixels
_CHILD = Path(__file__).with_name("page_render.py")
_PNG = b"\x89PNG\r\n\x1a\n"

Box = tuple[float, float, float, float]


def page_picture(
    settings: Settings,
    store: Store,
    sha256: str,
    page: int,
    boxes: Sequence[Sequence[float]] = (),
    width_px: int = 900,
) -> bytes:
    """Return a PNG of page `page` (0-based) of the PDF `sha256`, with `boxes` highlighted.

    `boxes` are (x0, y0, x1, y1) as fractions of the page, origin at the top left. Raises
    RecordError in one sentence where the file is missing or the page cannot be rendered.
    """
    width = min(max(width_px, NARROWEST), WIDEST)
    marks = [[round(float(value), 4) for value in box] for box in boxes]
    request = json.dumps({"page": page, "width_px": width, "boxes": marks})
    digest = hashlib.sha256(request.encode()).hexdigest()[:16]
    store.blobs.path(sha256)  # refuses what is no hash before it becomes a file name
    cached = settings.pages_folder / sha256[:2] / f"{sha256}-{digest}.png"
    try:
        picture = cached.read_bytes()
    except FileNotFoundError:
        picture = b""
    if not picture.startswith(_PNG):
        picture = _render(request, store.blobs.get(sha256), sha256, page)
        _keep(cached, picture)
    return picture


def _render(request: str, data: bytes, sha256: str, page: int) -> bytes:
    command = [sys.executable, "-P", str(_CHILD)]
    try:
        done = subprocess.run(
            command,
            input=request.encode() + b"\n" + data,
            capture_output=True,
            timeout=TIME_LIMIT,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise _cannot(sha256, page, f"it took more than {TIME_LIMIT} seconds") from error
    if done.returncode == 0 and done.stdout.startswith(_PNG):
        return done.stdout
    reason = "the reader of PDFs stopped on it"
    if done.returncode == 3 and done.stderr:
        reason = done.stderr.decode("utf-8", "replace").strip()[:200]
    raise _cannot(sha256, page, reason)


def _cannot(sha256: str, page: int, reason: str) -> RecordError:
    return RecordError(
        f"Page {page + 1} of the file {sha256[:12]} cannot be shown ({reason}); "
        "open the publication at its own address instead."
    )


def _keep(path: Path, picture: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".part-")
    with os.fdopen(handle, "wb") as part:
        part.write(picture)
    Path(name).replace(path)
