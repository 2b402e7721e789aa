"""The GUIDs under which other programs know what is exported: the same ones every time.

Owns how they are made (UUID version 5 over what a thing is known by here). What is exported is
`kb.exports`' business.
"""

from __future__ import annotations

from uuid import UUID, uuid5

SPACE = UUID("5a3f6b0e-6f0c-5c39-9a44-7b1d2f0c8e11")  # drawn once for this program, never changed


def guid(kind: str, *parts: object) -> str:
    """Return the GUID of a thing by its kind and what it is known by."""
    return str(uuid5(SPACE, "\n".join((kind, *map(str, parts)))))


def code_guid(kind: str, code: str) -> str:
    """Return the GUID of a code of the codebook by its list and the id it had at first."""
    return guid("code", kind, code)
