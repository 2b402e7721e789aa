"""Which of our languages a text is in.

Owns the choice among nb nn sv da fi is en fo se kl. `kb.language_ranking`
ranks them; what is done with mixed texts is `passages`' business. heliport's models take 850 MB
once loaded, so the children that read files do without: they guess by common words, and the
process that asked for the file says the language.
"""

from __future__ import annotations

import re

from kb.language_ranking import ISO_639_3, rank_languages

LANGUAGES = ("nb", "nn", "sv", "da", "fi", "is", "en", "fo", "se", "kl")
UNDETERMINED = "und"
"""What `detect` returns for a text without letters when no hint is given."""

_ALIASES = {
    **ISO_639_3,
    "no": "nb",
    "nor": "nb",
    "swedish": "sv",
    "svenska": "sv",
    "norsk": "nb",
    "norwegian": "nb",
    "bokmål": "nb",
    "norsk bokmål": "nb",
    "nynorsk": "nn",
    "norsk nynorsk": "nn",
    "norwegian bokmål": "nb",
    "norwegian nynorsk": "nn",
    "danish": "da",
    "dansk": "da",
    "finnish": "fi",
    "suomi": "fi",
    "icelandic": "is",
    "íslenska": "is",
    "english": "en",
    "engelsk": "en",
    "engelska": "en",
    "faroese": "fo",
    "føroyskt": "fo",
    "northern sami": "se",
    "davvisámegiella": "se",
    "kalaallisut": "kl",
    "greenlandic": "kl",
    "ice": "is",
}
_FEW_LETTERS = 24  # letters; below this a hint is trusted more than the text
_SHORT_LETTERS = 160  # letters; below this near ties go to the hint
_TIE = 0.35  # heliport's raw score (lower is better); short texts closer than this are a tie
_LONG_TIE = 0.08  # the same for long texts: nb and da differ by about 0.3 on a paragraph
_SAMPLE = 6000  # characters looked at; more does not change the answer


_COMMON = {
    "nb": "og det som ikke er av til en på å har med for de fra også etter eller ved når skal",
    "nn": "og det som ikkje er av til ein på å har med for dei frå også etter eller ved når skal",
    "da": "og det som ikke er af til en på at har med for de fra også efter eller ved når skal",
    "sv": "och det som inte är av till en på att har med för de från också efter eller vid när ska",
    "fi": "ja on ei että se oli joka ovat myös sekä tai kun niin mutta olla jotka sen voi ole",
    "is": "og að sem ekki er af til á í hefur með fyrir þeir frá einnig eftir eða við þegar það um",
    "fo": "og at sum ikki er av til á í hevur við fyri teir frá eisini eftir ella tá tað um skal",
    "en": "and the that not is of to in a has with for they from also after or by when shall it",
    "se": "ja ahte mii ii lea dahje go leat maid sii dat gos vel muhto leamaš galgá sáhttá ovdal",
    "kl": "aamma ilaat imaluunniit kisiannili taamaattoq soorlu pillugu tamanna taakku",
}
_COMMON_WORDS = {code: frozenset(words.split()) for code, words in _COMMON.items()}
_MISREAD = str.maketrans("åáàâäæíóòôöøúüýðþéè", "aaaaaaiooooouuydbee")
"""Letters to those they are taken for by a reader that has another language's dictionary."""
_MISREAD_WORDS = {
    code: frozenset(word.translate(_MISREAD) for word in words)
    for code, words in _COMMON_WORDS.items()
}
_ALL_COMMON = frozenset().union(*_COMMON_WORDS.values())
_WORDS = re.compile(r"[^\W\d_]+")


def guess_by_common_words(text: str, *, misread: bool = False) -> str | None:
    """Return the language with most of its common words in `text`; None where there are none.

    `misread`: the text was read from a picture with another language's dictionary, which makes
    other letters of its own. Good enough to choose a reader's dictionary; what is recorded comes
    from `detect`.
    """
    words = _WORDS.findall(text[:_SAMPLE].lower())
    common = _COMMON_WORDS
    if misread:
        words = [word.translate(_MISREAD) for word in words]
        common = _MISREAD_WORDS
    found = {code: sum(w in own for w in words) for code, own in common.items()}
    best = max(found, key=lambda code: found[code])
    return best if found[best] else None


def count_common_words(text: str) -> int:
    """Return how many words of `text` are among our languages' most common ones."""
    return sum(word in _ALL_COMMON for word in _WORDS.findall(text[:_SAMPLE].lower()))


def normalise(code: str | None) -> str | None:
    """Return one of our codes for "nb-NO", "nor", "swe", "Svenska", ...; None for any other."""
    if not code:
        return None
    folded = code.strip().lower()
    if folded in LANGUAGES:
        return folded
    if folded in _ALIASES:
        return _ALIASES[folded]
    base = re.split(r"[-_]", folded)[0]
    if base in LANGUAGES:
        return base
    return _ALIASES.get(base)


def scores(text: str) -> dict[str, float]:
    """Return heliport's raw score for each of our languages it ranks (lower is better)."""
    return dict(rank_languages(text[:_SAMPLE]))


def detect(text: str, hint: str | None = None) -> str:
    """Return the language of `text` as one of `LANGUAGES`.

    A text of fewer than about four words, and a near tie, go to `hint` where one is given.
    Without letters and without a hint the answer is "und".
    """
    known = normalise(hint)
    letters = sum(map(str.isalpha, text[:_SAMPLE]))
    if letters < _FEW_LETTERS and known:
        return known
    if not letters:
        return UNDETERMINED
    ranked = scores(text)
    if not ranked:
        return known or UNDETERMINED
    best = min(ranked, key=lambda code: ranked[code])
    margin = _TIE if letters < _SHORT_LETTERS else _LONG_TIE
    if known and known in ranked and ranked[known] - ranked[best] <= margin:
        return known
    return best
