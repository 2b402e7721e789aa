"""The country and language codes that everything gathered is described with.

Owns the closed lists of codes; what a code means to a reader (a label in a language) is left to
the gazetteer and the app.
"""

from typing import Literal, get_args

EvidenceCountry = Literal["NO", "SE", "DK", "FI", "IS", "FO", "GL", "AX"]
"""A country or self-governing area that evidence can be from."""

SourceCountry = Literal["NO", "SE", "DK", "FI", "IS", "FO", "GL", "AX", "NORDIC", "GLOBAL"]
"""Where a publisher sits; Nordic bodies and world-wide indexes have no single country."""

Language = Literal["nb", "nn", "sv", "da", "fi", "is", "en", "fo", "kl", "se"]
"""ISO 639-1 codes of the languages texts are told apart in."""

LabelLanguage = Literal["nb", "nn", "sv", "da", "fi", "is", "en"]
"""Languages that the codebook speaks."""

EVIDENCE_COUNTRIES: tuple[EvidenceCountry, ...] = get_args(EvidenceCountry)
SELF_GOVERNING: tuple[EvidenceCountry, ...] = ("FO", "GL", "AX")
"""Areas within a state that are told from it: evidence from Åland is not from Finland or Sweden."""
LANGUAGES: tuple[Language, ...] = get_args(Language)
LABEL_LANGUAGES: tuple[LabelLanguage, ...] = get_args(LabelLanguage)
