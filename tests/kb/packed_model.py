"""Writes a very small packed model, in the layout of the real one, for tests."""

from __future__ import annotations

import hashlib
import struct
from pathlib import Path
from typing import Any

import numpy as np

HIDDEN, LAYERS, HEADS, FEED_FORWARD, VOCABULARY, POSITIONS = 32, 2, 2, 64, 40, 512
WORDS = ("▁samarbeid", "▁skole", "▁barn", "▁query", "▁passage", "▁leder", "▁tid", "▁og")
PIECES = (
    [("<s>", 0.0), ("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0), (":", -3.0), ("▁", -4.0)]
    + [(word, -5.0) for word in WORDS]
    + [(letter, -8.0) for letter in "abdehiklorst"]
    + [("<mask>", 0.0)]
)
CHARACTER_MAP = {"\t": " ", "ﬁ": "fi", "\x07": ""}


def quantise(scale: float, nibbles: np.ndarray[Any, Any]) -> bytes:
    """Pack (blocks, 32) nibbles 0..15 with one scale."""
    packed = (nibbles[:, :16] | (nibbles[:, 16:] << 4)).astype("u1")
    return b"".join(struct.pack("<e", scale) + row.tobytes() for row in packed)


def tensor_shapes() -> dict[str, tuple[int, ...]]:
    """Return every tensor's shape by its name in the packed file."""
    shapes: dict[str, tuple[int, ...]] = {
        "emb.word": (VOCABULARY, HIDDEN),
        "emb.pos": (POSITIONS, HIDDEN),
        "emb.type": (2, HIDDEN),
        "emb.ln.w": (HIDDEN,),
        "emb.ln.b": (HIDDEN,),
    }
    wide = {"fi": (FEED_FORWARD, HIDDEN), "fo": (HIDDEN, FEED_FORWARD)}
    for layer in range(LAYERS):
        for part in ("q", "k", "v", "ao", "fi", "fo"):
            shape = wide.get(part, (HIDDEN, HIDDEN))
            shapes[f"l{layer}.{part}.w"] = shape
            shapes[f"l{layer}.{part}.b"] = shape[:1]
        for part in ("aln", "oln"):
            shapes[f"l{layer}.{part}.w"] = shapes[f"l{layer}.{part}.b"] = (HIDDEN,)
    return shapes


def write_packed(path: Path, seed: int = 1) -> str:
    """Write a random model to `path`; return its SHA-256."""
    random = np.random.default_rng(seed)
    tensors = b""
    places = []
    for name, shape in tensor_shapes().items():
        count = int(np.prod(shape))
        if name == "emb.word" or (len(shape) == 2 and name.startswith("l")):
            raw, kind = quantise(0.05, random.integers(0, 16, (count // 32, 32))), 1
        else:
            values = random.normal(0, 0.05, count) + name.endswith("ln.w")
            raw, kind = values.astype("<f4").tobytes(), 0
        places.append((name.encode(), kind, count, len(tensors), len(raw)))
        tensors += raw
    head = _head()
    size = len(head) + 4 + sum(2 + len(name) + 21 for name, *_ in places)
    directory = struct.pack("<i", len(places))
    for label, kind, count, place, length in places:
        directory += struct.pack("<H", len(label)) + label
        directory += struct.pack("<BIQQ", kind, count, size + place, length)
    data = head + directory + tensors
    path.write_bytes(data)
    return hashlib.sha256(data).hexdigest()


def _head() -> bytes:
    blob = b"".join(text.encode() for text, _ in PIECES)
    ends = np.cumsum([0] + [len(text.encode()) for text, _ in PIECES]).astype("<u4")
    scores = np.array([score for _, score in PIECES], dtype="<f4")
    mapped = b"".join(
        struct.pack(f"<IB{len(target)}I", ord(source), len(target), *map(ord, target))
        for source, target in CHARACTER_MAP.items()
    )
    return b"".join(
        [
            b"E5S1",
            struct.pack(
                "<I7ifi",
                1,
                HIDDEN,
                LAYERS,
                HEADS,
                FEED_FORWARD,
                VOCABULARY,
                POSITIONS,
                2,
                1e-12,
                32,
            ),
            struct.pack("<5iQ", len(PIECES), 0, 2, 1, 3, len(blob)),
            ends.tobytes(),
            scores.tobytes(),
            blob,
            struct.pack("<iI", len(CHARACTER_MAP), len(mapped)),
            mapped,
        ]
    )
