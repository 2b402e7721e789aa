"""People's names as printed, to {"family", "given"}; bodies to {"literal"}.

Owns the order of names and which part is the family name: the last word with its particles, as in
Nordic lists of references ("Cecilie Høj Anvik": Anvik). In a printed byline a middle name before
one of the commonest surnames goes with it, as it tells the bearers apart ("Inger Lise Skog Hansen":
Skog Hansen). Given names are recognised from `given_names.json`, common ones in the Nordic
countries.
"""

from __future__ import annotations

import json
import re
from functools import lru_cache
from pathlib import Path

from pipeline.extract.metadata.values import clean

Name = dict[str, str]

_PARTICLES = frozenset("af av da de del der den di la le van von ten ter zu".split())
_BODY = re.compile(
    r"\b\w*(?:direktorat|departement|styrelse|verket\b|myndighet|institut|universit|høyskole"
    r"|høgskole|høgskule|högskol|yliopisto|korkeakoulu|háskóli|háskólinn|kommune\b|kommuner\b"
    r"|kommun\b|senter\b|center\b|centre\b|centret\b|centrum\b|ministr|ministeri|rådet\b"
    r"|utskott|ombud|forskning|stiftelse|förening|forening|laitos|virasto|liitto|keskus|stofnun"
    r"|ráðuneyti|embætti|revisjon|revision|helsetilsyn|fylkesmann|statsforvalter|inspektion"
    r"|urborg\b|byrå|council\b|agency\b|organi[sz]ation|press\b|forlag|förlag|akademi)\w*"
    r"|\b(?:group|research|board|as|ab|aps|oy|a/s|rkbu|fafo|vive|thl|nova|sintef|norce|region"
    r"|regionen|riksdagen|deloitte|consulting|insight)\b",
    re.IGNORECASE,
)
_AND = re.compile(r"\s+(?:og|och|and|ja|&|et|und)\s+|\s*;\s*|\s*\|\s*|\s*·\s*")
_TITLES = re.compile(
    r"^(?:(?:dr|prof|professor|phd|ph\.d|seniorforsker|forsker|forskare|forsker|tutkija)\.?\s+)+",
    re.IGNORECASE,
)
_WORD = re.compile(r"^[A-ZÀ-ÞŠŽČĐŊŦ][\w'’\-]*\.?$")
_INITIAL_LAST = re.compile(r"[\s.-][A-ZÀ-ÞŠŽČĐŊŦ]\.$")
_MAX_NAME_WORDS = 6
# The twenty commonest surnames of Norway and of Denmark (their statistics offices' lists).
_COMMONEST = frozenset(
    "Hansen Johansen Olsen Larsen Andersen Pedersen Nilsen Kristiansen Jensen Karlsen Johnsen"
    " Pettersen Eriksen Berg Haugen Hagen Johannessen Andreassen Jacobsen Dahl"
    " Nielsen Christensen Sørensen Rasmussen Jørgensen Petersen Madsen Kristensen Thomsen"
    " Christiansen Poulsen Møller Mortensen".split()
)


@lru_cache(maxsize=1)
def _given_names() -> frozenset[str]:
    path = Path(__file__).with_name("given_names.json")
    return frozenset(json.loads(path.read_text(encoding="utf-8")))


def is_given(word: str) -> bool:
    """Return whether `word` is a common Nordic given name or an initial."""
    bare = word.rstrip(".").lower()
    if len(bare) == 1:
        return True
    return all(part in _given_names() for part in bare.split("-"))


def is_body(text: str) -> bool:
    """Return whether a name is an organisation's by one of its words."""
    return bool(_BODY.search(text))


def looks_like_person(text: str) -> bool:
    """Return whether `text` has the form of one person's name (two to six capitalised words)."""
    words = clean(text).replace(",", " ").split()
    if not 2 <= len(words) <= _MAX_NAME_WORDS or is_body(text):
        return False
    if any(len(word) > 1 and word.isupper() and word.isalpha() for word in words):
        return False
    return all(_WORD.match(word) or word.lower() in _PARTICLES for word in words)


def parse_name(text: str, *, family_first: bool = False, printed: bool = False) -> Name:
    """Return one name. "Berg, Anne" and `family_first` put the family name first.

    `printed` is true of a byline as a reader sees it, false of a list made for programs.
    """
    name = _TITLES.sub("", _strip(text))
    if "," in name and not _BODY.search(name):
        family, _, given = name.partition(",")
        return _person(family, given)
    words = name.split()
    if len(words) < 2 or _BODY.search(name) or not looks_like_person(name):
        return {"literal": name}
    if family_first:
        return _person(words[0], " ".join(words[1:]))
    at = len(words) - 1
    while at > 1 and words[at - 1].lower() in _PARTICLES:
        at -= 1
    if printed and at > 1 and words[at] in _COMMONEST and not is_given(words[at - 1]):
        at -= 1
    return _person(" ".join(words[at:]), " ".join(words[:at]))


def _person(family: str, given: str) -> Name:
    family, given = clean(family), clean(given)
    return {"family": family, "given": given} if given else {"literal": family}


def _strip(text: str) -> str:
    """Return a name without the marks around it; the stop of a last initial stays."""
    bare = clean(text).strip(" ,;*")
    return bare.lstrip(".") if _INITIAL_LAST.search(bare) else bare.strip(" ,;.*")


def split_names(text: str) -> list[str]:
    """Return the single names of a byline: "A B, C D og E F"; "B, A; D, C"."""
    text = _strip(text)
    if ";" in text or text.count("|"):
        return [part.strip(" ,") for part in re.split(r"[;|]", text) if part.strip(" ,")]
    parts: list[str] = []
    for piece in _AND.split(text):
        parts.extend(part.strip() for part in piece.split(",") if part.strip())
    if len(parts) >= 2 and len(parts) % 2 == 0 and not any(" " in p for p in parts[::2]):
        pairs = list(zip(parts[::2], parts[1::2], strict=True))
        if all(is_given(given.split()[0]) for _, given in pairs):
            return [f"{family}, {given}" for family, given in pairs]
    return parts


def parse_names(text: str) -> list[Name]:
    """Return every name of a byline, the family-first order found by the given names in it."""
    return parse_name_list(split_names(text))


def parse_name_list(names: list[str], *, printed: bool = False) -> list[Name]:
    """Return every name of a list, all in one order; `printed` as in `parse_name`."""
    bare = [_TITLES.sub("", clean(name)) for name in names]
    plain = [name.split() for name in bare if "," not in name and looks_like_person(name)]
    reversed_ = sum(1 for n in plain if not is_given(n[0]) and is_given(n[1]))
    straight = sum(1 for n in plain if is_given(n[0]))
    family_first = reversed_ > straight
    return [
        parse_name(name, family_first=family_first, printed=printed)
        for name in names
        if name.strip(" ,;.")
    ]
