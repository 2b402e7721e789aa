"""How far two items agree, point by point: titles, makers, years, numbers, texts.

Owns the measuring, pure and symmetrical. What follows from it is decided by `pipeline.opposition`
and `pipeline.likeness`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.item_facts import ItemFacts
from pipeline.near_duplicates import Sketch, containment, resemblance
from pipeline.title_marks import Likeness, Title, compare_titles, is_place, read_title

LONG_TEXT = 250  # words: a text that speaks for its publication; a teaser is shorter
MISREAD_NAME = 6  # letters from which a name may have one of them misread
_ORDER: tuple[Likeness, ...] = ("same", "near", "within", "other")


@dataclass(frozen=True)
class Titles:
    """The two titles of two items that are most alike, and how alike they are."""

    likeness: Likeness
    one: Title
    other: Title

    @property
    def are_known(self) -> bool:
        """Whether both items have a title at all."""
        return bool(self.one.words and self.other.words)

    @property
    def words(self) -> int:
        """How many words the shorter one has."""
        return min(len(self.one.words), len(self.other.words))

    @property
    def editions_differ(self) -> bool:
        """Whether they say that they are of different editions."""
        return self.one.edition != self.other.edition

    @property
    def other_places(self) -> bool:
        """Whether each names a place that the other does not."""
        mine, theirs = _places(self.one), _places(self.other)
        return bool(mine - theirs and theirs - mine)

    @property
    def one_sided_place(self) -> bool:
        """Whether one of them names a place that the other does not."""
        return _places(self.one) != _places(self.other)


def best_titles(one: ItemFacts, other: ItemFacts) -> Titles:
    """The nearest two of their titles."""
    pairs = [
        (read_title(mine), read_title(theirs))
        for mine in one.titles or ("",)
        for theirs in other.titles or ("",)
    ]
    found = [Titles(compare_titles(mine, theirs), mine, theirs) for mine, theirs in pairs]
    return min(found, key=lambda titles: _ORDER.index(titles.likeness))


def declares(one: ItemFacts, other: ItemFacts) -> str | None:
    """The item of which one says that it is a version, or both do; None where nothing is said."""
    if one.key in other.refers:
        return one.key
    if other.key in one.refers:
        return other.key
    return min(set(one.refers) & set(other.refers), default=None)


def text_alike(one: ItemFacts, other: ItemFacts, least: int = 0) -> float:
    """The greatest resemblance of two of their texts of at least so many words, 0..1."""
    return max((resemblance(a.text, b.text) for a, b in sketches(one, other, least)), default=0.0)


def text_within(one: ItemFacts, other: ItemFacts, least: int = 0) -> float:
    """How much of the shorter of two texts of at least so many words is in the longer one, 0..1."""
    return max((containment(a, b) for a, b in sketches(one, other, least)), default=0.0)


def figures_alike(one: ItemFacts, other: ItemFacts) -> float:
    """The greatest resemblance of the names and figures of two of their texts, 0..1."""
    found = (resemblance(a.figures, b.figures) for a in one.sketches for b in other.sketches)
    return max(found, default=0.0)


def sketches(one: ItemFacts, other: ItemFacts, least: int) -> Iterator[tuple[Sketch, Sketch]]:
    """Pairs of their texts that are of at least so many words and can be compared."""
    for mine in one.sketches:
        for theirs in other.sketches:
            if mine.text and theirs.text and min(mine.words, theirs.words) >= least:
                yield mine, theirs


def are_translated(one: ItemFacts, other: ItemFacts) -> bool:
    """Whether both languages are known and others."""
    return bool(one.language and other.language and one.language != other.language)


def agree_on_makers(one: ItemFacts, other: ItemFacts) -> bool:
    """Whether an author or an institution is the same on both sides."""
    return share_people(one, other) or bool(_bodies(one) & _bodies(other))


def oppose_on_makers(one: ItemFacts, other: ItemFacts) -> bool:
    """Whether authors, or where one side has none publishers, are known and others.

    One author in common of several is no more than a colleague where the publishers differ.
    """
    if one.makers and other.makers:
        if oppose_on_publishers(one, other):
            return shared_people(one, other) < min(len(one.makers), len(other.makers)) / 2
        return not share_people(one, other)
    if one.authoring and other.authoring and not (one.makers or other.makers):
        return not set(one.authoring) & set(other.authoring)
    return oppose_on_publishers(one, other)


def oppose_on_publishers(one: ItemFacts, other: ItemFacts) -> bool:
    """Whether both publishers are known and others."""
    return bool(one.publisher and other.publisher) and not _bodies(one) & _bodies(other)


def share_people(one: ItemFacts, other: ItemFacts) -> bool:
    """Whether a person is on both sides, whichever part of the name is held for the family's."""
    return any(_same_person(mine, theirs) for mine in one.makers for theirs in other.makers)


def shared_people(one: ItemFacts, other: ItemFacts) -> int:
    """How many of the first item's persons are among the other's."""
    return sum(any(_same_person(mine, theirs) for theirs in other.makers) for mine in one.makers)


def same_number(one: ItemFacts, other: ItemFacts) -> bool:
    """Whether both have the same number in the same series, whose names may be written apart.

    Numbers without a year begin anew each year; "Report 3" is any publisher's.
    """
    if not one.number or one.number != other.number:
        return False
    dated = any(1900 <= part <= 2100 for part in one.number)
    if not dated and (one.year is None or one.year != other.year):
        return False
    if one.publisher and other.publisher and not set(one.publisher) & set(other.publisher):
        return False
    if one.series and other.series:
        return any(a in b or b in a for a in one.series for b in other.series)
    return bool(set(one.publisher) & set(other.publisher)) or bool(
        one.issn and one.issn == other.issn
    )


def years_apart(one: ItemFacts, other: ItemFacts) -> int:
    """How many years lie between them; 0 where one is not known."""
    return abs(one.year - other.year) if one.year and other.year else 0


def _places(title: Title) -> set[str]:
    return {word.removesuffix("s") for word in title.words if is_place(word)}


def _bodies(facts: ItemFacts) -> set[str]:
    return {*facts.publisher, *facts.authoring}


def _same_person(mine: tuple[str, str], theirs: tuple[str, str]) -> bool:
    for left, right in ((mine, theirs), (mine, theirs[::-1]), (mine[::-1], theirs)):
        initials = not left[1] or not right[1] or left[1][0] == right[1][0]
        if initials and _same_name(left[0], right[0]):
            return True
    return False


def _same_name(mine: str, theirs: str) -> bool:
    if mine == theirs:
        return bool(mine)
    if min(len(mine), len(theirs)) < MISREAD_NAME or abs(len(mine) - len(theirs)) > 1:
        return False
    if len(mine) == len(theirs):
        return sum(a != b for a, b in zip(mine, theirs, strict=True)) == 1
    short, long = sorted((mine, theirs), key=len)
    return any(long[:at] + long[at + 1 :] == short for at in range(len(long)))
