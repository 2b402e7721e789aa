"""Factors that a question names, and what that is worth in its ranking.

Owns recognising them: by the codebook's labels and by the words that reports use for them
(`corpora.terms`), in the question's language. The words a person typed say what the question is
about more surely than the vector of two or three words does; codings say which passages are.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from corpora.terms import LanguageTerms
from kb.search.languages import field_of, is_stop_word
from kb.search.stemming import stem_word, words

FactorNames = Mapping[str, Sequence[str]]
"""What each factor is called in one language: its label, and the words that reports use."""

# What a passage coded with a factor that the question names gains. With codings that the coder made
# without having learnt from the passage's publication, 0.03 lifts the development questions that
# name one from MRR@10 0.694 to 0.719 and 0.08 loses it again (docs/search.md).
LIFT = 0.03
# And where the question names nothing else: then there is nothing else to go by. About the distance
# of the first hit from the tenth.
LIFT_ALONE = 0.1
# What a passage has of it whose coding has another direction than the one that is asked for.
OTHER_DIRECTION = 0.5
# What nearly every passage is about, by field: beside a factor such words ask for nothing more.
_EVERYWHERE = {
    "no": "samarbeid samarbeidet samhandling barn barna barns unge familier tjenester",
    "sv": "samverkan samarbete barn barns barnets unga familjer",
    "da": "samarbejde samarbejdet barn børn børns unge familier",
    "fi": "yhteistyö yhteistyössä yhteistyön lapset lasten nuoret nuorten perheet",
    "is": "samstarf samstarfi samvinna börn barna barn ungmenni fjölskyldur",
    "en": "collaboration cooperation child children young families services",
}
# Words that ask for a direction, by field; the ids are the packaged codebook's.
_DIRECTIONS = {
    "barrier": {
        "no": "hinder hindring hindringer hindrer barriere barrierer hemmer",
        "sv": "hinder hindrar barriär barriärer försvårar",
        "da": "hindring hindringer hindrer barriere barrierer hæmmer",
        "fi": "este esteet esteenä estää estävät",
        "is": "hindrun hindranir hindrar hamlar",
        "en": "obstacle obstacles barrier barriers hinder hinders hindrance hindrances",
    },
    "facilitator": {
        "no": "fremmer suksessfaktor suksessfaktorer",
        "sv": "främjar framgångsfaktor framgångsfaktorer",
        "da": "fremmer succesfaktor succesfaktorer",
        "fi": "edistää edistävät menestystekijä menestystekijät",
        "is": "stuðlar eflir",
        "en": "facilitator facilitators promotes promote facilitates facilitate",
    },
}
_TERMS_OF = {"nn": ("nn", "nb")}  # Nynorsk readers use the words of bokmål too


@dataclass(frozen=True)
class NamedFactors:
    """The factors a question names, and the direction if it asks for one.

    `alone` says that it names nothing else.
    """

    factors: tuple[str, ...] = ()
    alone: bool = False
    direction: str | None = None

    @property
    def lift(self) -> float:
        """What passages with one of the factors gain."""
        return LIFT_ALONE if self.alone else LIFT


def factor_names(
    labels: Mapping[str, str], terms: Mapping[str, LanguageTerms], language: str
) -> FactorNames:
    """Return what the factors of `labels` are called in a language.

    A factor that the terms do not have, since the codebook was edited, goes by its label.
    """
    used = [terms[name].factors for name in _TERMS_OF.get(language, (language,)) if name in terms]
    return {
        factor: (label, *(cue for cues in used for cue in cues.get(factor, ())))
        for factor, label in labels.items()
    }


def named_factors(text: str, language: str, names: FactorNames) -> NamedFactors:
    """Return the factors one of whose names has all its words in the text, however inflected."""
    field = field_of(language)
    asked = set(_stems(text, field))
    found: list[str] = []
    spoken: set[str] = set()
    for factor, called in names.items():
        met = [stems for name in called if (stems := set(_stems(name, field))) and stems <= asked]
        if met:
            found.append(factor)
            spoken.update(*met)
    if not found:
        return NamedFactors()
    beside = asked - spoken - set(_stems(_EVERYWHERE.get(field, ""), field))
    directed = []
    for direction, told in _DIRECTIONS.items():
        meant = set(_stems(told.get(field, ""), field))
        if beside & meant:
            directed.append(direction)
            beside -= meant
    return NamedFactors(tuple(found), not beside, directed[0] if len(directed) == 1 else None)


def _stems(text: str, field: str) -> Iterator[str]:
    found: Collection[str] = words(text)
    return (stem_word(word, field) for word in found if not is_stop_word(word, field))
