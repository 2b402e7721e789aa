"""Two items: what binds them, what keeps near misses apart; the same whichever came first."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from pipeline.agreement import best_titles
from pipeline.item_facts import ItemFacts
from pipeline.likeness import Bond, are_opposed, find_bond
from pipeline.opposition import speaks_against
from tests.pipeline.grouped import TITLE, item, text

BERG = (("berg", "ida"),)
ISBN = ("9788278080610",)


def bond(one: ItemFacts, other: ItemFacts) -> str | None:
    """The reason both ways, which must be one."""
    other = replace(other, key="b")
    there, back = find_bond(one, other), find_bond(other, one)
    assert (there and there.reason) == (back and back.reason)
    return there.reason if there else None


@pytest.mark.parametrize(
    ("one", "other", "reason"),
    [
        ({"dois": ("10.1/x",)}, {"dois": ("10.1/x",), "title": "Annet"}, "the same DOI 10.1/x"),
        ({"files": ("f",)}, {"files": ("f",), "title": "Annet"}, "the same file"),
        ({"isbns": ISBN}, {"isbns": ISBN, "title": None}, "the same ISBN"),
        ({"series": ("fafo",), "number": (2020, 2), "publisher": ("fafo",)},
         {"series": (), "number": (2020, 2), "publisher": ("fafo",)}, "the same number"),
        ({"series": ("fafo",), "number": (2020, 2)},
         {"series": ("faforapport",), "number": (2020, 2), "language": "en"}, "the same number"),
        ({"year": 2020}, {"year": 2020}, "the same title"),
        ({"makers": BERG},
         {"makers": (("ida", "berg"),), "title": TITLE.upper()}, "the same title"),
        ({"makers": BERG, "title": "Trøbbel i grenseflatene"},
         {"makers": (("berg", "i"),), "title": "Trøbbel i grenseflatene: en studie"}, "subtitle"),
        ({"makers": BERG, "year": 2018}, {"makers": BERG, "year": 2021,
         "title": f"{TITLE}. 2. utgave"}, "another edition"),
        ({"language": "no", "makers": BERG}, {"language": "en", "makers": BERG,
         "titles": ("Coordinated efforts", TITLE)}, "in another language"),
        ({"makers": BERG}, {"makers": BERG, "title": f"English summary of {TITLE}",
         "language": "en"}, "a summary"),
        ({"title": "Omslag", "sketches": (text(1),)},
         {"title": "Microsoft Word - utkast", "sketches": (text(1),)}, "nearly the same text"),
    ],
)  # fmt: skip
def test_what_binds_two_items(one: dict[str, Any], other: dict[str, Any], reason: str) -> None:
    said = bond(item(**one), item(**other))
    assert said is not None and reason in said


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"title": f"{TITLE}. Del 1"}, {"title": f"{TITLE}. Del 2", "isbns": ISBN}),
        ({"title": f"{TITLE}. Del 1", "makers": BERG}, {"makers": BERG}),
        ({"title": "Årsrapport 2019", "publisher": ("fafo",)},
         {"title": "Årsrapport 2020", "publisher": ("fafo",)}),
        ({"title": f"{TITLE} 2014–2017", "makers": BERG},
         {"title": f"{TITLE} 2018–2021", "makers": BERG}),
        ({"title": f"{TITLE} – delrapport", "makers": BERG},
         {"title": f"{TITLE} – sluttrapport", "makers": BERG}),
        ({"title": f"Rettelser til {TITLE}", "isbns": ISBN}, {"isbns": ISBN}),
        ({"title": "Tilsyn med barnevernet i Bergen", "publisher": ("x",), "year": 2019},
         {"title": "Tilsyn med barnevernet i Tromsø", "publisher": ("x",), "year": 2019}),
        ({"publisher": ("fafo",)}, {"publisher": ("nova",)}),
        ({"makers": BERG}, {"makers": (("hansen", "kari"),)}),
        ({"makers": BERG, "year": 2012}, {"makers": BERG, "year": 2019}),
        ({"makers": BERG, "isbns": ISBN}, {"makers": BERG, "article": ("tidsskrift", "", "", "")}),
        ({"article": ("tidsskrift", "3", "1", "")}, {"article": ("tidsskrift", "4", "1", "")}),
        ({"dois": ("10.1/a",), "isbns": ISBN}, {"dois": ("10.1/b",), "isbns": ISBN}),
        ({"title": "Kapittel én", "isbns": ISBN, "sketches": (text(1),)},
         {"title": "Kapittel to", "isbns": ISBN, "sketches": (text(2),)}),
        ({"year": 2020, "makers": BERG, "sketches": (text(1),)},
         {"year": 2020, "makers": BERG, "sketches": (text(2),)}),
        ({"makers": BERG, "isbns": ISBN}, {"makers": BERG, "isbns": ("9788202000004",)}),
        ({"title": "Rapport", "number": (3,), "publisher": ("x",), "year": 2019},
         {"title": "Annet", "number": (3,), "publisher": ("x",), "year": 2020}),
        ({"title": "Ulvik. Tilsyn", "files": ("f",)}, {"title": "Voss. Tilsyn", "files": ("f",)}),
        ({"title": "Årsrapport"}, {"title": "Årsrapport"}),
        ({"title": None}, {"title": None}),
    ],
)  # fmt: skip
def test_near_misses_stay_apart(one: dict[str, Any], other: dict[str, Any]) -> None:
    assert bond(item(**one), item(**other)) is None


def test_a_declared_version_needs_nothing_else() -> None:
    main, version = item("a"), item("b", "Collaboration", refers=("a",), language="en")
    assert find_bond(main, version) == Bond(0, "a version of a")
    sister = item("c", "Yhteistyö", refers=("a",))
    assert find_bond(version, sister) == Bond(0, "a version of a")


def test_one_wording_about_two_places_is_two_reports() -> None:
    bergen = item(title="Rapport fra tilsyn", publisher=("x",), year=2019)
    one = replace(bergen, sketches=(text(1, about="Bergen"),))
    other = replace(bergen, sketches=(text(1, about="Tromsø"),))
    assert bond(one, one) is not None
    assert bond(one, other) is None


def test_the_same_text_two_years_apart_is_an_edition_where_the_maker_is_the_same() -> None:
    one = item(year=2015, publisher=("fafo",), sketches=(text(1),))
    other = item(year=2018, publisher=("fafo",), sketches=(text(1),))
    assert bond(one, other) == "the same title and author or publisher, in another edition"
    assert bond(one, replace(other, sketches=(text(2),))) is None
    assert bond(one, replace(other, sketches=())) is None


def test_a_translation_shares_makers_names_and_figures() -> None:
    facts = " ".join(f"i Sted{chr(97 + n)} var {117 * n + 90} barn" for n in range(25))
    from_no, from_en = text(1), text(2, language="en")
    known = replace(from_no, figures=sketch_of(facts, "no").figures)
    other = replace(from_en, figures=sketch_of(facts, "en").figures)
    one = item(language="no", makers=BERG, year=2019, sketches=(known,))
    two = item(title="Joint efforts", language="en", makers=BERG, year=2020, sketches=(other,))
    assert bond(one, two) == "the same makers, names and figures in another language"
    assert bond(one, replace(two, makers=(("hansen", "kari"),))) is None
    assert bond(one, replace(two, sketches=(from_en,))) is None
    assert bond(one, replace(two, year=2024)) is None


def sketch_of(words: str, language: str) -> Any:
    from pipeline.near_duplicates import sketch_text

    return sketch_text([words], language)


def test_stronger_evidence_has_a_lower_rank() -> None:
    by_doi = find_bond(item("a", dois=("10.1/x",)), item("b", dois=("10.1/x",)))
    by_isbn = find_bond(item("a", isbns=ISBN), item("b", isbns=ISBN))
    close = find_bond(item("a", makers=BERG, year=2020), item("b", makers=BERG, year=2020))
    loose = find_bond(item("a", makers=BERG, year=2020), item("b"))
    ranks = [found.rank for found in (by_doi, by_isbn, close, loose) if found]
    assert len(ranks) == 4 and ranks == sorted(ranks)
    assert by_doi is not None and by_doi.sure
    assert loose is not None and not loose.sure


def test_what_is_not_sure_can_be_outweighed_by_others() -> None:
    one, other = item("a", makers=BERG), item("b", makers=(("hansen", "kari"),))
    assert are_opposed(one, other)
    assert not are_opposed(one, item("b"))
    assert not are_opposed(one, item("b", makers=BERG))


def test_a_common_doi_outweighs_what_titles_say() -> None:
    one, other = item("a", f"{TITLE} 2019", dois=("10.1/x",)), item("b", f"{TITLE} 2020")
    assert speaks_against(one, other, best_titles(one, other))
    same = replace(other, dois=("10.1/x",))
    assert not speaks_against(one, same, best_titles(one, same))
