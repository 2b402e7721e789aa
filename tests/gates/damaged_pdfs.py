"""Broken and hostile PDF files, the same bytes every time: what the reader must survive.

Owns the families of faults and their seeds. Every file has a name that says what is wrong with it.
`everything` gives all of them, `chosen` the fixed 60 that every test run reads.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from functools import lru_cache
from io import BytesIO

from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from tests.gates.damaged_content import CONTENT
from tests.gates.damaged_structure import STRUCTURE
from tests.gates.raw_pdf import TEXTS, RawPdf
from tests.pipeline.extract.papers import report, scan

Broken = tuple[str, bytes]
CHOSEN = 60
FLIPS = (1, 8, 64, 512)  # bits turned over in one file


@lru_cache(maxsize=1)
def bases() -> dict[str, bytes]:
    """Return sound PDFs of several makes: a report, a scan, an encrypted one, a plain one."""
    return {
        "report": report(),
        "scan": scan(),
        "locked": locked(user=""),
        "plain": RawPdf.report().bytes(),
    }


def locked(*, user: str, strength: int = 128) -> bytes:
    """Return an encrypted PDF; with an empty user's password anyone may read it."""
    buffer = BytesIO()
    lock = StandardEncryption(user, ownerPassword="eier", strength=strength)
    canvas = Canvas(buffer, encrypt=lock, invariant=1)
    for text in TEXTS:
        canvas.drawString(72, 700, text)
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def cut() -> Iterator[Broken]:
    """Files that end early: after every tenth, and inside the table at the end."""
    for name, data in bases().items():
        for tenth in range(1, 10):
            yield f"cut-{name}-{tenth}0", data[: len(data) * tenth // 10]
        for lost in (1, 7, 30):
            yield f"cut-{name}-last-{lost}", data[:-lost]
        yield f"cut-{name}-head", data[len(data) // 20 :]


def flipped() -> Iterator[Broken]:
    """Files with bits turned over at random places."""
    for name, data in bases().items():
        for flips in FLIPS:
            for seed in range(6 if name == "report" else 4):
                chance = random.Random(f"{name}{flips}{seed}")
                spoilt = bytearray(data)
                for _ in range(flips):
                    spoilt[chance.randrange(len(spoilt))] ^= 1 << chance.randrange(8)
                yield f"flip-{name}-{flips}-{seed}", bytes(spoilt)


def overwritten() -> Iterator[Broken]:
    """Files with a stretch of zeros, noise or another part of themselves in them."""
    for name, data in bases().items():
        for seed in range(3):
            chance = random.Random(f"over{name}{seed}")
            length = max(len(data) // 8, 1)
            at = chance.randrange(len(data) - length)
            fills = {
                "zeros": bytes(length),
                "noise": chance.randbytes(length),
                "self": data[:length],
                "gone": b"",
            }
            for fill, filling in fills.items():
                if seed == 0 or name in ("report", "plain"):
                    spoilt = data[:at] + filling + data[at + length :]
                    yield f"over-{name}-{fill}-{seed}", spoilt


def shuffled() -> Iterator[Broken]:
    """Files whose numbers, names or brackets were changed: still PDF by the look of it."""
    swaps = {
        "brackets": (b">>", b"> "),
        "streams": (b"endstream", b"endstraem"),
        "objects": (b"endobj", b"endjob"),
        "pages": (b"/Kids", b"/Kidz"),
        "types": (b"/Page", b"/Pega"),
        "roots": (b"/Root", b"/Toor"),
        "fonts": (b"/Font", b"/Tonf"),
        "filters": (b"/FlateDecode", b"/FlatoDecode"),
        "lengths": (b"/Length", b"/Langth"),
        "boxes": (b"/MediaBox", b"/MediaBux"),
        "references": (b" 0 R", b" 9 R"),
        "starts": (b"stream\n", b"stream "),
    }
    for name in ("report", "locked", "plain"):
        for what, (old, new) in swaps.items():
            yield f"swap-{name}-{what}", bases()[name].replace(old, new)


def encrypted() -> Iterator[Broken]:
    """Encrypted files: readable by anyone, behind a password, and with a broken lock."""
    for strength in (40, 128):
        yield f"locked-open-{strength}", locked(user="", strength=strength)
        yield f"locked-shut-{strength}", locked(user="hemmelig", strength=strength)
    opened = locked(user="")
    for what, old, new in (
        ("filter", b"/Standard", b"/Strandad"),
        ("version", b"/V 2", b"/V 9"),
        ("revision", b"/R 3", b"/R 8"),
        ("length", b"/Length 128", b"/Length 999"),
        ("key", b"/O <", b"/O <00"),
    ):
        yield f"locked-bad-{what}", opened.replace(old, new)


def disguised() -> Iterator[Broken]:
    """Files that are no PDF, or several, or begin or end with something else."""
    plain = bases()["plain"]
    yield "head-only", b"%PDF-1.7\n"
    yield "head-zeros", b"%PDF-1.7\n" + bytes(100_000)
    yield "head-noise", b"%PDF-1.7\n" + random.Random(7).randbytes(100_000)
    yield "late-head", b"x" * 900 + plain
    yield "mail-head", b"Content-Type: application/pdf\r\n\r\n" + plain
    yield "twice", plain + plain
    yield "page-after", plain + b"<html><body><p>Feil</p></body></html>" * 300
    yield "zeros-after", plain + bytes(200_000)
    yield "lines-changed", plain.replace(b"\n", b"\r\n")
    yield "seven-bits", bytes(byte & 0x7F for byte in bases()["report"])
    yield "as-text", plain.decode("latin-1").encode("utf-8")
    yield "mark-before", b"\xef\xbb\xbf" + plain
    yield "tail-first", plain[len(plain) // 2 :] + plain[: len(plain) // 2]
    yield "version-99", plain.replace(b"%PDF-1.7", b"%PDF-99.9")


FAMILIES: tuple[Callable[[], Iterator[Broken]], ...] = (
    cut,
    flipped,
    overwritten,
    shuffled,
    encrypted,
    disguised,
    *STRUCTURE,
    *CONTENT,
)


@lru_cache(maxsize=1)
def everything() -> dict[str, bytes]:
    """Return every broken file by its name; at least 300."""
    return {name: data for family in FAMILIES for name, data in family()}


def chosen() -> dict[str, bytes]:
    """Return 60 of them, spread over all families, the same in every run."""
    files = everything()
    by_family: dict[str, list[str]] = {}
    for name in files:
        by_family.setdefault(name.partition("-")[0], []).append(name)
    picked: list[str] = []
    for depth in range(max(map(len, by_family.values()))):
        for names in by_family.values():
            spread = names[depth * 7 % len(names)]
            if depth < len(names) and spread not in picked and len(picked) < CHOSEN:
                picked.append(spread)
    return {name: files[name] for name in picked}
