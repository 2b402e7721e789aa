"""How Nordic place names and titles change their endings in running text.

Owns the small rule tables that turn a name into the forms a text shows. Which names there are is
left to the gazetteer. The rules are bounded lists, not a grammar: they cover what names of
municipalities, countries and institutions do, and may give a form that no text ever shows.
"""

import itertools

FINNISH_STEMS = (
    ("lahti", ("lahde",)),
    ("joki", ("joe",)),
    ("mäki", ("mäe",)),
    ("vesi", ("vede",)),
    ("lampi", ("lamme",)),
    ("niemi", ("nieme",)),
    ("järvi", ("järve",)),
    ("salmi", ("salme",)),
    ("nummi", ("numme",)),
    ("koski", ("koske",)),
    ("saari", ("saare",)),
    ("suomi", ("suome",)),
    ("nen", ("se", "si")),
    ("us", ("ude", "ukse")),
    ("es", ("ekse",)),
    ("is", ("ikse",)),
    ("os", ("okse",)),
)
"""Ends of Finnish names whose oblique stem follows from the word they end in."""

FINNISH_GRADATION = (
    ("nk", "ng"),
    ("nt", "nn"),
    ("lt", "ll"),
    ("rt", "rr"),
    ("mp", "mm"),
    ("ht", "hd"),
    ("rk", "r"),
    ("kk", "k"),
    ("pp", "p"),
    ("tt", "t"),
    ("t", "d"),
    ("p", "v"),
)
"""Consonants before a single last vowel that weaken when the syllable closes (Turku: Turussa)."""

VOWELS = "aeiouyäöå"

FINNISH_CASES = (
    "n ssa ssä sta stä lla llä lta ltä lle ksi na nä a ä ta tä tta ttä seen hun han hin hon hyn "
    "hän hön t"
).split()

ICELANDIC_ENDINGS = (
    ("fjörður", ("fjörð", "firði", "fjarðar")),
    ("firðir", ("firði", "fjörðum", "fjarða")),
    ("kaupstaður", ("kaupstað", "kaupstaðar")),
    ("staðir", ("staði", "stöðum", "staða")),
    ("höfn", ("hafnar",)),
    ("mörk", ("mörku", "merkur")),
    ("strönd", ("strandar", "ströndu")),
    ("ráðuneytið", ("ráðuneytinu", "ráðuneytisins")),
    ("nefndin", ("nefndina", "nefndinni", "nefndarinnar")),
    ("skólinn", ("skólann", "skólanum", "skólans")),
    ("stöð", ("stöðvar",)),
    ("bær", ("bæ", "bæjar", "bænum")),
    ("þjóð", ("þjóðar",)),
    ("vík", ("víkur",)),
    ("byggð", ("byggðar",)),
    ("sveit", ("sveitar",)),
    ("vernd", ("verndar",)),
    ("stofnun", ("stofnunar",)),
    ("endurskoðun", ("endurskoðunar",)),
    ("borg", ("borgar",)),
    ("eyri", ("eyrar",)),
    ("eyjar", ("eyjum", "eyja")),
    ("eyja", ("eyju",)),
    ("lög", ("lögum", "laga", "lögin", "lögunum", "laganna")),
    ("ur", ("", "i", "s")),
    ("ir", ("i", "is")),
    ("ar", ("a", "um")),
    ("a", ("u",)),
    ("i", ("a", "is", "s")),
    ("ö", ()),
)
"""Ends of Icelandic (and most Faroese) names and what each becomes in the other cases."""

ICELANDIC_OTHER = ("i", "s", "ar", "inu", "ins")
"""Added to an Icelandic name that ends otherwise (Ísland: Íslandi, Íslands)."""

MOST_PARTS_INFLECTED = 2
"""Longer names change only their first or last word: no text inflects the middle of a title."""


def word_forms(word: str, language: str) -> tuple[str, ...]:
    """Return the forms of `word` in a text in `language`, itself first."""
    if language == "fi":
        forms = _finnish_forms(word)
    elif language in ("is", "fo"):
        forms = _icelandic_forms(word)
    elif language == "en":
        forms = [word + "'s"] if word[-1:].lower() != "s" else [word + "'"]
    else:
        forms = [] if word[-1:].lower() in "sxz" else [word + "s", word + ":s", word + "'s"]
    return tuple(dict.fromkeys([word, *forms]))


def phrase_forms(words: tuple[str, ...], language: str) -> set[tuple[str, ...]]:
    """Return the forms of a name of one or more words in a text in `language`.

    Icelandic and Faroese inflect each word of a short name, the others only the last word.
    """
    if language in ("is", "fo") and len(words) <= MOST_PARTS_INFLECTED:
        return set(itertools.product(*(word_forms(word, language) for word in words)))
    first, last = words[:-1], words[-1]
    forms = {(*first, form) for form in word_forms(last, language)}
    if language in ("is", "fo"):
        forms |= {(form, *words[1:]) for form in word_forms(words[0], language)}
    return forms


def _finnish_forms(word: str) -> list[str]:
    """Return case forms on the strong, the weak and the ending's own stem of a Finnish name."""
    if word.isupper():
        return [f"{word}:{case}" for case in (*FINNISH_CASES, "ään", "aan", "iin", "ssa")]
    stems = [word] if word[-1].lower() in VOWELS else [word + "i"]
    for end, replacements in FINNISH_STEMS:
        if word.lower().endswith(end):
            stems += [word[: -len(end)] + _like(word, end, new) for new in replacements]
            break
    if word.endswith("e"):
        stems.append(word + "e")
    stems += _weakened(word)
    forms = [word[:-1] + "een"] if word.endswith("i") else []
    for stem in stems:
        forms += [stem + case for case in FINNISH_CASES]
        forms.append(stem + stem[-1].lower() + "n")
    return forms


def _weakened(word: str) -> list[str]:
    """Return the weak stem of a Finnish name with one last vowel, if it has one."""
    if len(word) < 4 or word[-1] not in VOWELS or word[-2] in VOWELS:
        return []
    for strong, weak in FINNISH_GRADATION:
        before = word[: -1 - len(strong)]
        if not word[:-1].endswith(strong) or not before:
            continue
        if len(strong) == 1 and before[-1].lower() not in VOWELS:
            return []
        return [before + weak + word[-1]]
    return []


def _icelandic_forms(word: str) -> list[str]:
    for end, replacements in ICELANDIC_ENDINGS:
        if word.lower().endswith(end) and len(word) > len(end) - 1:
            return [word[: -len(end)] + _like(word, end, new) for new in replacements]
    return [word + ending for ending in ICELANDIC_OTHER]


def _like(word: str, end: str, new: str) -> str:
    """Return `new`, capitalised where it replaces the whole of a capitalised word."""
    return new.capitalize() if len(word) == len(end) and word[0].isupper() else new
