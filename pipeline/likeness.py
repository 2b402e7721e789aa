"""Whether two items are one publication: the evidence, the strongest first.

Owns the rules, in the order declared version, DOI, file, ISBN, series number, title with makers,
text, translation. Pure and symmetrical: two items give the same answer whichever was met first.
Which items are compared, and what follows for a group of them, is `pipeline.clusters`' business.
"""

from __future__ import annotations

from dataclasses import dataclass

from kb.grouping_reasons import reason
from pipeline.agreement import (
    LONG_TEXT,
    Titles,
    agree_on_makers,
    are_translated,
    best_titles,
    declares,
    figures_alike,
    oppose_on_makers,
    oppose_on_publishers,
    same_number,
    share_people,
    sketches,
    text_alike,
    text_within,
    years_apart,
)
from pipeline.item_facts import ItemFacts
from pipeline.near_duplicates import containment
from pipeline.opposition import speaks_against

SHORT_TITLE = 4  # words; a shorter title ("Annual report 2020") is many publications'
LONG_TITLE = 7  # words; so long a title is nobody else's, even with letters misread
NEAR_TEXT = 0.62  # resemblance from which a text is the same under a title that is not another
SURE_TEXT = 0.8  # the same under any title: a cover read wrongly, a file's name for a title
KINDRED_TEXT = 0.3  # of an edition of another year; two yearly reports' boilerplate reaches 0.2
WITHIN_TEXT = 0.75  # share of the shorter text: a chapter page, a report cut off by a bad reading
OTHER_TEXT = 0.12  # containment below which two long texts are two works
SAME_FIGURES = 0.3  # resemblance of names and figures of a translation with the same makers
SURE_FIGURES = 0.5  # the same, where only the publisher is there to agree
ONLY_FIGURES = 0.75  # the same, where nothing else is known on one side


@dataclass(frozen=True)
class Bond:
    """Why two items are one publication; the lower the rank, the stronger.

    A bond that is not `sure` may be outweighed by other items of the two publications.
    """

    rank: float
    reason: str
    sure: bool = True


def find_bond(one: ItemFacts, other: ItemFacts) -> Bond | None:
    """Return the strongest evidence that two items are one publication; None where none holds."""
    main = declares(one, other)
    if main is not None:
        return Bond(0, reason("version", item=main))
    shared = min(set(one.dois) & set(other.dois), default=None)
    if shared is not None:
        return Bond(1, reason("doi", value=shared))
    titles = best_titles(one, other)
    if speaks_against(one, other, titles):
        return None
    return (
        _by_file(one, other, titles)
        or _by_number(one, other, titles)
        or _by_title(one, other, titles)
        or _by_text(one, other, titles)
        or _by_translation(one, other)
    )


def are_opposed(one: ItemFacts, other: ItemFacts) -> bool:
    """Whether two items, each bound to others, speak against these being one publication.

    What cannot be outweighed always does; other makers, years or texts do where nothing binds the
    two themselves.
    """
    titles = best_titles(one, other)
    if speaks_against(one, other, titles):
        return True
    differ = (
        oppose_on_makers(one, other)
        or _is_other_year(one, other)
        or _is_other_text(one, other)
        or (bool(one.article) != bool(other.article) and not _is_kindred(one, other))
    )
    return differ and find_bond(one, other) is None


def _by_file(one: ItemFacts, other: ItemFacts, titles: Titles) -> Bond | None:
    if not set(one.files) & set(other.files):
        return None
    attached = min(len(one.files), len(other.files)) > 1  # beside documents of their own
    if titles.other_places or (attached and titles.are_known and titles.likeness == "other"):
        return None
    return Bond(2, reason("file"))


def _by_number(one: ItemFacts, other: ItemFacts, titles: Titles) -> Bond | None:
    """ISBN first, then the number in a series; another title needs something else to agree."""
    unlike = titles.likeness == "other" and titles.are_known and not are_translated(one, other)
    if unlike and (_is_other_text(one, other) or titles.other_places):
        return None
    isbn = min(set(one.isbns) & set(other.isbns), default=None)
    if isbn is not None:
        return Bond(3, reason("isbn", value=isbn))
    if not same_number(one, other):
        return None
    if unlike and not (share_people(one, other) or text_alike(one, other) >= NEAR_TEXT):
        return None
    shown = min(filter(None, (one.shown_number, other.shown_number)), default="")
    return Bond(4, reason("series", value=shown))


def _by_title(one: ItemFacts, other: ItemFacts, titles: Titles) -> Bond | None:
    if titles.likeness == "other" or oppose_on_makers(one, other) or _is_other_text(one, other):
        return None
    agree = agree_on_makers(one, other)
    if _is_other_year(one, other):
        kindred = _is_kindred(one, other, LONG_TEXT)
        if agree and (kindred or titles.editions_differ):
            return Bond(6, reason("edition"), sure=kindred)
        return None
    kindred = _is_kindred(one, other)
    if bool(one.article) != bool(other.article) and not kindred:
        return None  # the report that an article is about has its title and makers too
    if one.isbns and other.isbns and not (kindred or titles.editions_differ):
        return None
    if titles.likeness == "within":
        return _by_beginning(one, other, titles, agree=agree, kindred=kindred)
    told = LONG_TITLE if titles.likeness == "near" else SHORT_TITLE
    near_home = titles.likeness == "same" and one.source_id == other.source_id is not None
    if not (agree or kindred or near_home or titles.words >= told):
        return None
    # The same year and makers on both sides come before what one side leaves open.
    rank = 5 + 0.2 * (one.year is None or other.year is None) + 0.4 * (not agree)
    return Bond(rank, reason(_title_code(one, other, titles)), sure=kindred)


def _by_beginning(
    one: ItemFacts, other: ItemFacts, titles: Titles, *, agree: bool, kindred: bool
) -> Bond | None:
    """One title is the other's beginning: what follows there must not make it another."""
    more = titles.one.parts != titles.other.parts or titles.one.numbers != titles.other.numbers
    more = more or titles.one_sided_place or oppose_on_publishers(one, other)
    return Bond(7, reason("subtitle"), sure=kindred) if kindred or (agree and not more) else None


def _title_code(one: ItemFacts, other: ItemFacts, titles: Titles) -> str:
    if titles.one.summary != titles.other.summary:
        return "summary"
    if titles.likeness == "near":
        return "near_title"
    return "parallel" if are_translated(one, other) else "title"


def _is_kindred(one: ItemFacts, other: ItemFacts, least: int = 0) -> bool:
    """Whether much of one text is in the other, as in an excerpt or a revised edition."""
    return (
        text_alike(one, other, least) >= KINDRED_TEXT
        or text_within(one, other, least) >= WITHIN_TEXT
    )


def _is_other_text(one: ItemFacts, other: ItemFacts) -> bool:
    """Whether both have long texts in one language that have next to nothing in common."""
    pairs = list(sketches(one, other, LONG_TEXT))
    return bool(pairs) and all(
        a.language == b.language and containment(a, b) < OTHER_TEXT for a, b in pairs
    )


def _is_other_year(one: ItemFacts, other: ItemFacts) -> bool:
    """Whether years differ by more than a page's date differs from its report's."""
    apart = years_apart(one, other)
    return apart > 1 or (apart == 1 and text_alike(one, other, LONG_TEXT) < NEAR_TEXT)


def _by_text(one: ItemFacts, other: ItemFacts, titles: Titles) -> Bond | None:
    alike = text_alike(one, other)
    unlike = titles.likeness == "other" and titles.are_known
    if alike < (SURE_TEXT if unlike else NEAR_TEXT) or titles.other_places:
        return None
    if unlike and (oppose_on_makers(one, other) or _is_other_year(one, other)):
        return None
    if _is_other_year(one, other) and not agree_on_makers(one, other):
        return None
    return Bond(8, reason("text", percent=round(100 * alike)), sure=alike >= SURE_TEXT)


def _by_translation(one: ItemFacts, other: ItemFacts) -> Bond | None:
    """A text in another language, of the same makers, whose names and figures are the same."""
    if (
        not are_translated(one, other)
        or oppose_on_makers(one, other)
        or years_apart(one, other) > 1
    ):
        return None
    alike = figures_alike(one, other)
    agree, people = agree_on_makers(one, other), share_people(one, other)
    needed = SAME_FIGURES if people else SURE_FIGURES if agree else ONLY_FIGURES
    return Bond(9, reason("translation"), sure=False) if alike >= needed else None
