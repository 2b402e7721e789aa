"""Compound words taken apart: barnevernstjeneste is barnevern and tjeneste.

Owns the rule. A word is a compound where it is covered from end to end by words that are used by
themselves, with a linking element between them. Every such part counts, longer ones too
(barnevern as well as barne and vern). Which words are used by themselves is the caller's to say:
the index's own, with those of the terms and exemplars (`kb.search.lexicon`).
"""

from __future__ import annotations

from collections.abc import Callable

# What may stand between two parts, by field. English writes few compounds as one word.
LINKS: dict[str, tuple[str, ...]] = {
    "no": ("", "s", "e", "er"),
    "da": ("", "s", "e", "er"),
    "sv": ("", "s", "e", "o"),
    "fi": ("", "n"),
    "is": ("", "s", "ar", "a", "u", "na"),
    "fo": ("", "s", "ar", "a", "u"),
}
LEAST_WORD = 8  # letters; a shorter word is left whole
LEAST_PART = 4  # letters; sam-arbeid and for-eldre are no compounds
MOST_LETTERS = 60  # a longer one is no word, and would take long
# fmt: off
# Beginnings of what looks like a last part and is an ending: felles-skap, vurder-ingane.
_ENDINGS = {
    "no": ("skap", "het", "heit", "ing", "løs", "laus", "lig", "leg", "else", "ende", "ene",
           "enest"),
    "da": ("skab", "hed", "ing", "løs", "lig", "else", "ende", "ene", "dene"),
    "sv": ("skap", "het", "ing", "lös", "lig", "else", "ande", "ende", "bara", "farande",
           "tliga"),
    "fi": ("uu", "uude", "alla", "alle", "avat", "ensa", "tava", "mista", "maan", "omaan", "ssa"),
    "is": ("enda", "legu", "lega", "semi"),
    "fo": ("liga", "semi"),
}
# fmt: on
# First parts that make another word of the second rather than naming a kind of it.
_PREFIXES = {
    "no": "over under gjennom igjennom fram frem fort til inne samman sammen føre etter utan uten "
    "vidare videre mellom alle kvar hver dess rett mest",
    "da": "over under gennem frem fort til inde sammen efter uden videre mellem alle hver tvær "
    "rett",
    "sv": "över under genom fram fort till inne samman före efter utan vidare mellan alla förut "
    "rikt förs",
    "fi": "koko nais edel yksin",
    "is": "yfir undir niður eitt eftir sjálf samt",
    "fo": "yvir undir niður eftir sjálv",
}
_NOT_FIRST = {field: frozenset(text.split()) for field, text in _PREFIXES.items()}

Known = Callable[[str], bool]


def split_compound(word: str, field: str, known: Known) -> tuple[str, ...]:
    """Return the parts of a lower-case word in the order they begin; empty where it is none.

    `known` says whether a word is used by itself. Parts overlap where one is a compound too.
    """
    size = len(word)
    if field not in LINKS or not LEAST_WORD <= size <= MOST_LETTERS or not word.isalpha():
        return ()
    edges = _edges(word, field, known)
    useful = {size}  # places from which the rest of the word is covered
    for _, _, after in sorted(edges, key=lambda edge: -edge[2]):
        useful.update(start for start, _, end in edges if end == after and after in useful)
    if 0 not in useful:
        return ()
    parts = [word[start:end] for start, end, after in sorted(edges) if after in useful]
    return tuple(dict.fromkeys(parts))


def _edges(word: str, field: str, known: Known) -> list[tuple[int, int, int]]:
    """Return the parts that can be reached from the beginning, as (start, end, next start)."""
    size = len(word)
    edges, reached = [], {0}
    for start in range(size - LEAST_PART + 1):
        if start not in reached:
            continue
        for end in range(start + LEAST_PART, size + 1):
            last = end == size
            if end - start == size or not _is_part(word[start:end], field, known, start, last):
                continue
            if last:
                edges.append((start, end, size))
                continue
            for link in LINKS[field]:
                after = end + len(link)
                if word.startswith(link, end) and size - after >= LEAST_PART:
                    edges.append((start, end, after))
                    reached.add(after)
    return edges


def _is_part(part: str, field: str, known: Known, start: int, last: bool) -> bool:
    if not last and part in _NOT_FIRST[field]:
        return False
    if start and part.startswith(_ENDINGS[field]):
        return False
    if known(part):
        return True
    # Swedish and Danish first parts lose their last vowel: skol-plikt, famili-center.
    return not last and field in ("sv", "da", "no") and (known(part + "a") or known(part + "e"))
