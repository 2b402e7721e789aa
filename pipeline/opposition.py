"""What tells two near misses apart, whatever else they have in common.

Owns the rules by which two items can never be one publication: volumes, yearly reports, an interim
report and the final one, an article and its report, one inspection in two places. A person's
decision outranks them.
"""

from __future__ import annotations

from pipeline.agreement import LONG_TEXT, Titles, declares, same_number, sketches
from pipeline.item_facts import ItemFacts
from pipeline.near_duplicates import tells_of_others
from pipeline.title_marks import Title

COMPARED_TEXT = LONG_TEXT // 2  # words: fewer name no place often enough to be told by it


def speaks_against(one: ItemFacts, other: ItemFacts, titles: Titles) -> bool:
    """Whether two items cannot be one publication; `titles` are the nearest two of theirs.

    Another DOI, volume, stage, year or number in the title, a sheet of errata, an article beside a
    report, or a text on other places and years. A common DOI, or that one says it is a version of
    the other, outweighs all but the volume.
    """
    if set(one.dois) & set(other.dois):
        return False
    if declares(one, other) is not None:
        return bool(titles.one.parts and titles.other.parts and _parts_differ(titles))
    if one.dois and other.dois and not titles.editions_differ:
        return True
    return _other_marks(one, other, titles) or _other_kind(one, other) or _other_subject(one, other)


def _other_marks(one: ItemFacts, other: ItemFacts, titles: Titles) -> bool:
    mine, theirs = titles.one, titles.other
    if not titles.are_known:
        return False
    if mine.years and theirs.years and not mine.years & theirs.years:
        return True
    return (
        _parts_differ(titles)
        or _other_stage(one, other, titles)
        or _other_numbers(one, other, titles)
    )


def _parts_differ(titles: Titles) -> bool:
    """Whether the titles name different parts, or one a part of what the other is whole."""
    mine, theirs = titles.one, titles.other
    if mine.parts == theirs.parts:
        return False
    if mine.parts and theirs.parts:
        return True
    whole = mine if not mine.parts else theirs
    return not whole.cut and _begin_alike(mine, theirs)


def _other_stage(one: ItemFacts, other: ItemFacts, titles: Titles) -> bool:
    """Whether one is an interim report, errata or an appendix and the other is not.

    A cover may leave out that a report is an interim one; its number says that it is the same.
    """
    mine, theirs = titles.one.stages, titles.other.stages
    if mine == theirs:
        return False
    told = "errata" in mine ^ theirs
    cut = (titles.one.cut and not mine) or (titles.other.cut and not theirs)
    same = set(one.isbns) & set(other.isbns) or same_number(one, other)
    return told or not (same or cut)


def _other_numbers(one: ItemFacts, other: ItemFacts, titles: Titles) -> bool:
    mine, theirs = titles.one, titles.other
    left = mine.numbers - theirs.numbers - {*other.number}
    right = theirs.numbers - mine.numbers - {*one.number}
    if left and right:
        return True
    whole = theirs if left else mine
    return bool(left or right) and not whole.cut and _begin_alike(mine, theirs)


def _begin_alike(one: Title, other: Title) -> bool:
    """Whether two titles are the same but for digits, and for what follows in the longer one."""
    plain = [[word for word in title.blurred if not word.isdecimal()] for title in (one, other)]
    short = min(map(len, plain))
    return short > 0 and plain[0][:short] == plain[1][:short]


def _other_kind(one: ItemFacts, other: ItemFacts) -> bool:
    """Whether one is an article in a journal and the other a report, or an article elsewhere."""
    if one.article and other.article:
        pairs = zip(one.article, other.article, strict=True)
        return any(mine and theirs and mine != theirs for mine, theirs in pairs)
    article, plain = (one, other) if one.article else (other, one)
    return bool(article.article and (plain.isbns or plain.number or plain.series))


def _other_subject(one: ItemFacts, other: ItemFacts) -> bool:
    """Whether texts in one language that say much the same say it of other places or years."""
    return any(
        mine.language == theirs.language and tells_of_others(mine, theirs)
        for mine, theirs in sketches(one, other, COMPARED_TEXT)
    )
