"""How much of one sequence of words stands in another in the same order."""

from __future__ import annotations

from collections.abc import Sequence


def aligned_share(found: Sequence[str], wanted: Sequence[str], worst: float = 0.9) -> float:
    """Share of two sequences' words that their longest common subsequence holds, 0..1.

    Myers' greedy algorithm (An O(ND) Difference Algorithm, 1986): fast where they hardly differ.
    Below `worst` it stops and returns 0.
    """
    total = len(found) + len(wanted)
    if not total:
        return 1.0
    limit = int((1 - worst) * total) + 1
    reach = {1: 0}
    for edits in range(limit + 1):
        for diagonal in range(-edits, edits + 1, 2):
            down = diagonal == -edits or (
                diagonal != edits and reach[diagonal - 1] < reach[diagonal + 1]
            )
            x = reach[diagonal + 1] if down else reach[diagonal - 1] + 1
            y = x - diagonal
            while x < len(found) and y < len(wanted) and found[x] == wanted[y]:
                x, y = x + 1, y + 1
            reach[diagonal] = x
            if x >= len(found) and y >= len(wanted):
                return 1 - edits / total
    return 0.0
