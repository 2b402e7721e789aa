"""A character map as the compiled trie that Unigram tokenizers read ("precompiled charsmap").

Owns the double-array layout. What the map says comes from the caller; who applies it is the
`tokenizers` library's `Precompiled` normaliser.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping

# A unit is 32 bits: label in bits 0-7, bit 8 "a leaf hangs here", bits 10-31 the XOR distance to
# the children's block; a leaf is bit 31 plus the place of its replacement.
_LEAF_HERE = 1 << 8
_LEAF = 1 << 31
_DISTANCE_SHIFT = 10
_BLOCK = 256  # slots a node's children span: one for each value of a byte

_Node = dict[int, "_Node | int"]


def compile_charsmap(replacements: Mapping[str, str]) -> bytes:
    """Return the compiled form of `replacements` (source characters to what stands for them).

    The layout is: size of the trie in bytes (u32), the trie's units (u32 each), then every
    replacement as UTF-8 ended by a null byte. Raises ValueError for an empty source or for a null
    byte in either, which the layout cannot hold.
    """
    root: _Node = {}
    pool = bytearray()
    for source, target in sorted(replacements.items()):
        if not source or "\0" in source or "\0" in target:
            raise ValueError(f"a character map cannot hold {source!r} -> {target!r}")
        node = root
        for byte in source.encode():
            child = node.setdefault(byte, {})
            assert isinstance(child, dict)
            node = child
        node[0] = len(pool)
        pool += target.encode() + b"\0"
    units = _place(root)
    return struct.pack(f"<I{len(units)}I", 4 * len(units), *units) + bytes(pool)


def _place(root: _Node) -> list[int]:
    """Lay the nodes out so that a node's child for byte b stands at `base ^ b`, bases unique."""
    units = [0] * _BLOCK
    taken = [True] + [False] * (_BLOCK - 1)
    bases: set[int] = set()
    first_free = 1
    waiting: list[tuple[int, _Node]] = [(0, root)]
    while waiting:
        position, node = waiting.pop()
        labels = sorted(node)
        while taken[first_free]:
            first_free += 1
            _grow(units, taken, first_free)
        base = first_free ^ labels[0]
        slot = first_free
        while base in bases or base == 0 or any(taken[base ^ label] for label in labels):
            slot += 1
            _grow(units, taken, slot)
            base = slot ^ labels[0]
        bases.add(base)
        units[position] |= (position ^ base) << _DISTANCE_SHIFT
        for label in labels:
            place = base ^ label
            taken[place] = True
            child = node[label]
            if isinstance(child, int):
                units[place] = _LEAF | child
                units[position] |= _LEAF_HERE
            else:
                units[place] = label
                waiting.append((place, child))
    return units


def _grow(units: list[int], taken: list[bool], slot: int) -> None:
    """Make room so that every slot that shares a block with `slot` exists."""
    while slot >= len(units):
        units += [0] * _BLOCK
        taken += [False] * _BLOCK
