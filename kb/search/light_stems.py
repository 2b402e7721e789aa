"""Stems of languages that no kept stemmer or dictionary covers: Faroese and Greenlandic.

Owns two lists of endings and the rule that the longest one that leaves a stem is taken off. They
join the common forms of nouns (and with them most of what a search asks for); strong verbs and
changed stem vowels stay apart. The Faroese endings also serve Icelandic words that its dictionary
lacks, and Greenlandic's are the endings of case and number: what words are built of before those
is left, so that a word and its cases meet.
"""

from __future__ import annotations

LEAST_STEM = 4  # letters; shorter stems join words that have nothing to do with each other

# Case, number and article of nouns; after Thráinsson and others, Faroese: An Overview (2004).
INSULAR_ENDINGS = (
    "inum unum anum num anna unnar innar inni una ina ini inar unar arnar irnar urnar arnir irnir "
    "ana an in ið ir ar ur um na nar s a i u"
).split()
# Cases and their plurals; after Fortescue, West Greenlandic (1984), section 2.1.
GREENLANDIC_ENDINGS = (
    "nullu tigut kkut minngaanniit ninngaanniit mut nut mit nit mik nik mi ni mullu tut p t up ip "
    "it at q k a"
).split()
_ENDINGS = {
    "fo": sorted(INSULAR_ENDINGS, key=len, reverse=True),
    "is": sorted(INSULAR_ENDINGS, key=len, reverse=True),
    "kl": sorted(GREENLANDIC_ENDINGS, key=len, reverse=True),
}


def light_stem(word: str, field: str) -> str:
    """Return a lower-case word without its longest known ending, or the word itself."""
    for ending in _ENDINGS.get(field, ()):
        if word.endswith(ending) and len(word) - len(ending) >= LEAST_STEM:
            return word[: -len(ending)]
    return word
