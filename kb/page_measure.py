"""Child program: tells the sizes of a PDF's pages in points. Run by `kb.page_sizes` only.

Standard input is the PDF's bytes, standard output JSON: for each page the crop box's left and
bottom edge, its width and its height. A file that cannot be opened ends it with status 3. Imports
nothing of ours, so that a crash or a bomb in a crawled file stays in this process.
"""

from __future__ import annotations

import contextlib
import json
import resource
import sys

MEMORY_LIMIT = 2 * 1024**3  # bytes of address space
CPU_LIMIT = 20  # seconds of processor time
MOST_PAGES = 5000  # a longer file is measured up to here


def measure(data: bytes) -> list[tuple[float, float, float, float]]:
    """Return (left, bottom, width, height) of each page in points."""
    import pypdfium2 as pdfium

    document = pdfium.PdfDocument(data)
    sizes = []
    for number in range(min(len(document), MOST_PAGES)):
        page = document[number]
        left, bottom, _, _ = page.get_cropbox()
        sizes.append((left, bottom, *page.get_size()))
    return sizes


def main() -> int:
    """Read a PDF from standard input and answer; the exit status."""
    with contextlib.suppress(ValueError, OSError):  # macOS has no limit on address space
        resource.setrlimit(resource.RLIMIT_CPU, (CPU_LIMIT, CPU_LIMIT))
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_LIMIT, MEMORY_LIMIT))
    try:
        sizes = measure(sys.stdin.buffer.read())
    except Exception as error:
        sys.stderr.write(str(error))
        return 3
    json.dump(sizes, sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main())
