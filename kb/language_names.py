"""The languages of the Nordic countries and English by code and by name, as data.

Owns only the table; `kb.identifiers.language_tag` reads it.
"""

from __future__ import annotations

from typing import Final

_NAMES: Final[dict[str, str]] = {
    "nb": "nob bokmål bokmaal norsk-bokmål norwegian-bokmål norwegian-bokmal",
    "nn": "nno nynorsk norsk-nynorsk norwegian-nynorsk",
    "no": "nor norsk norwegian norska norjan norja",
    "sv": "swe svenska swedish svensk ruotsi sænska",
    "da": "dan dansk danish danska tanska",
    "fi": "fin suomi finnish finska finsk finnska",
    "is": "isl ice íslenska icelandic islandsk isländska islanti",
    "fo": "fao føroyskt faroese færøysk færøsk färöiska",
    "se": "sme davvisámegiella northern-sami nordsamisk",
    "kl": "kal kalaallisut greenlandic grønlandsk grönländska",
    "en": "eng english engelsk engelska englanti enska american british usenglish ukenglish",
    "de": "deu ger german deutsch ngerman tysk tyska",
    "fr": "fra fre french français fransk franska",
}

LANGUAGE_CODES: Final[dict[str, str]] = {
    name.replace("-", " "): code
    for code, names in _NAMES.items()
    for name in (code, *names.split())
}
"""Three-letter code or name in lower case -> two-letter tag."""
