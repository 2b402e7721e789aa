"""Each language's words: how text is cut, folded and stemmed, and which language a query is in.

Owns the analysers that indexing, querying and highlighting share. Bokmål and nynorsk share one,
since Norwegians search both at once.
"""

from __future__ import annotations

import functools
import re
from typing import Any

from kb.language_ranking import rank_languages

STEMMERS = {
    "no": "norwegian",
    "sv": "swedish",
    "da": "danish",
    "fi": "finnish",
    "en": "english",
}
# Languages without a stemmer here are folded to lower case only; "xx" takes any other language.
FIELDS = (*STEMMERS, "is", "fo", "kl", "se", "xx")
_FIELD_OF = {"nb": "no", "nn": "no"}
_OWN_STOP_WORDS = {
    "is": "að af á án eða ef ekki en er eru fyrir frá hafa hefur hvað hver hvernig í og með "
    "sem sé til um var verið við það þau því þá þar",
    "fo": "at av á eftir ein ella er eru fyri frá hava hevur hvat hvør hvussu í ikki og við "
    "sum til um var tað teir tey tá har",
    "kl": "aamma imaluunniit tassa taamaalilluni ilaatigut pillugu",
    "se": "ja dahje lea leat ii go mii dat dan ahte",
    # Nynorsk words that the Norwegian list (bokmål) lacks.
    "no": "eg ikkje ein eit ei dei dykk kva kvifor korleis kven kvar frå vere vore mellom",
}
DEFAULT = "en"
MOST_QUERY_WORDS = 64  # a pasted page is searched by its first words and by its whole meaning

_WORD = re.compile(r"\w")


def field_of(language: str) -> str:
    """Return the analysed field that holds passages in `language`."""
    field = _FIELD_OF.get(language, language)
    return field if field in FIELDS else "xx"


@functools.cache
def analyser(field: str) -> Any:
    """Return the Tantivy analyser of a field: words, lower case, stems."""
    import tantivy

    builder = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
    builder = builder.filter(tantivy.Filter.remove_long(100)).filter(tantivy.Filter.lowercase())
    if field in STEMMERS:
        builder = builder.filter(tantivy.Filter.stemmer(STEMMERS[field]))
    return builder.build()


@functools.cache
def _query_analyser(field: str) -> Any:
    import tantivy

    builder = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
    builder = builder.filter(tantivy.Filter.remove_long(100)).filter(tantivy.Filter.lowercase())
    if field in _OWN_STOP_WORDS:
        builder = builder.filter(tantivy.Filter.custom_stopword(_OWN_STOP_WORDS[field].split()))
    if field in STEMMERS:
        builder = builder.filter(tantivy.Filter.stopword(STEMMERS[field]))
        builder = builder.filter(tantivy.Filter.stemmer(STEMMERS[field]))
    return builder.build()


def query_stems(text: str, field: str) -> tuple[str, ...]:
    """Return the query's distinct stems in a field's language, without its stop words.

    A query of stop words alone keeps them, so that it still finds something.
    """
    stems = _query_analyser(field).analyze(text) or analyser(field).analyze(text)
    return tuple(dict.fromkeys(stems))[:MOST_QUERY_WORDS]


@functools.lru_cache(maxsize=20_000)
def is_stop_word(word: str, field: str) -> bool:
    """Say whether a single word, in lower case, is one that says nothing by itself."""
    return not _query_analyser(field).analyze(word)


def has_words(text: str) -> bool:
    """Say whether there is a letter or a digit to search for."""
    return bool(_WORD.search(text.replace("_", " ")))


def query_language(text: str) -> str:
    """Return the language a query is in: the likeliest of ours (English where none is)."""
    ranked = rank_languages(text)
    return ranked[0][0] if ranked else DEFAULT
