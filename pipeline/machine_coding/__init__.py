"""The machine coder: which factors, directions, sectors, groups and countries a text is about.

`model` codes, `train` makes the model that is shipped in `trained/`, `evaluate` measures it by
cross-validation over publications. Embedding is left to `kb.embedding`; nothing here knows where
passages come from or where codings go.
"""

from pipeline.machine_coding.model import Coder, load_coder
from pipeline.records import (
    Coded,
    CodedPublication,
    CodedText,
    CodingInput,
    PublicationInput,
)

__all__ = [
    "Coded",
    "CodedPublication",
    "CodedText",
    "Coder",
    "CodingInput",
    "PublicationInput",
    "load_coder",
]
