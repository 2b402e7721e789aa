from __future__ import annotations

import time

from hypothesis import example, given, settings
from hypothesis import strategies as st

from kb.search.grouping import (
    MOST_OTHERS,
    SAME_TEXT,
    Groups,
    KnownTexts,
    SeenTexts,
    distinct,
    likeness,
    same_text,
    word_pairs,
)
from kb.search.rows import Hit
from tests.kb.search.sample_rows import make_row

TEXT = " ".join(f"ord{n} setning om samarbeid" for n in range(20))


def hit(passage_id: str, text: str, publication: str = "pub", language: str = "nb") -> Hit:
    row = make_row(passage_id, text, publication_id=publication, language=language)
    return Hit(row, 1.0, 1.0, 0.0)


def ids(hits: list[Hit]) -> list[str]:
    return [h.row.passage_id for h in hits]


def test_near_identical_passages_are_given_once() -> None:
    edition = TEXT.replace("ord3 ", "ord3x ")
    hits = [hit("a", TEXT), hit("b", edition), hit("c", "Noe helt annet om skolen.")]
    assert ids(list(distinct(hits))) == ["a", "c"]


def test_passages_on_one_subject_are_not_near_identical() -> None:
    one = "Ledelsen i kommunene støtter samarbeidet mellom skole og barnevern."
    other = "Ledelsen i kommunene hindrer samarbeidet mellom skole og helsestasjon."
    assert ids(list(distinct([hit("a", one), hit("b", other)]))) == ["a", "b"]


def test_the_same_words_in_another_language_stay() -> None:
    hits = [hit("a", "SLT BTI", language="nb"), hit("b", "SLT BTI", language="da")]
    assert ids(list(distinct(hits))) == ["a", "b"]


def test_rows_to_leave_out_are_left_out() -> None:
    assert ids(list(distinct([hit("a", TEXT), hit("b", "Annet.")], [make_row("x", TEXT)]))) == ["b"]


def test_likeness_of_texts() -> None:
    assert likeness(word_pairs("en to tre"), word_pairs("En, to – tre!")) == 1.0
    assert likeness(word_pairs("en to"), word_pairs("tre fire")) == 0.0
    assert likeness(word_pairs("ord"), word_pairs("ord")) == 1.0
    assert likeness(word_pairs(""), word_pairs("")) == 1.0


WORDS = st.lists(st.sampled_from("en to tre fire fem seks samarbeidet".split()), max_size=24)


@settings(max_examples=150)
@given(st.lists(WORDS, max_size=12))
@example([[], [], ["en"], ["en"]])
@example([[f"ord{n}" for n in range(11)], [f"ord{n}" for n in range(1, 11)]])
def test_comparing_only_what_can_be_alike_misses_nothing(texts: list[list[str]]) -> None:
    kept: list[str] = []
    seen = SeenTexts()
    for words in texts:
        text = " ".join(words)
        new = all(likeness(word_pairs(text), word_pairs(old)) < SAME_TEXT for old in kept)
        assert seen.add("nb", text) is new
        kept += [text] * new


def test_a_word_changed_anywhere_is_still_the_same_text() -> None:
    words = TEXT.split()
    for place in range(len(words)):
        seen = SeenTexts()
        assert seen.add("nb", TEXT)
        assert not seen.add("nb", " ".join([*words[:place], "endret", *words[place + 1 :]]))


def test_many_passages_take_a_time_that_grows_with_their_number_only() -> None:
    hits = [
        hit(str(n), " ".join(f"samarbeidet om nummer{n} og {n * word}" for word in range(30)))
        for n in range(1500)
    ]
    began = time.process_time()
    assert len(list(distinct(hits))) == 1500
    assert time.process_time() - began < 3  # seconds; 10 where each was compared with all


def grouped(hits: list[Hit], k: int) -> list[Hit]:
    groups = Groups(k)
    for found in hits:
        groups.add(found)
    return groups.hits()


def test_publications_come_in_the_order_of_their_best_passage() -> None:
    hits = [hit("a", "x", "p1"), hit("b", "y", "p2"), hit("c", "z", "p1"), hit("d", "w", "p3")]
    found = grouped(hits, 2)
    assert ids(found) == ["a", "b"]
    assert ids(list(found[0].others)) == ["c"]
    assert found[1].others == ()


def test_a_long_publication_is_cut() -> None:
    hits = [hit(f"a{n}", f"tekst {n}") for n in range(MOST_OTHERS + 10)]
    assert len(grouped(hits, 5)[0].others) == MOST_OTHERS


def test_what_is_still_wanted_is_said() -> None:
    groups = Groups(1)
    assert groups.hits() == []
    assert groups.wants("pub") and groups.wants("pub", others=False)
    groups.add(hit("a", "tekst"))
    assert groups.complete
    assert groups.wants("pub") and not groups.wants("pub", others=False)
    assert not groups.wants("another")
    for n in range(MOST_OTHERS):
        groups.add(hit(f"a{n}", f"tekst {n}"))
    assert not groups.wants("pub")


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(["nb", "sv"]), st.text("ab ", max_size=14)), max_size=8),
    st.text("ab ", max_size=14),
)
def test_a_known_text_is_the_first_that_is_the_same(
    known: list[tuple[str, str]], text: str
) -> None:
    found = KnownTexts((f"{at}", *one) for at, one in enumerate(known)).like("nb", text)
    pairs = word_pairs(text)
    right = [
        f"{at}"
        for at, (language, other) in enumerate(known)
        if language == "nb" and same_text(pairs, word_pairs(other))
    ]
    assert found == (right[0] if right else None)


def test_a_known_text_is_met_across_a_changed_word_only() -> None:
    known = KnownTexts([("a", "nb", "Noe annet om skolen."), ("b", "nb", TEXT)])
    assert known.like("nb", TEXT.replace("ord3 ", "ord3x ")) == "b"
    assert known.like("sv", TEXT) is None
    assert known.like("nb", TEXT[: len(TEXT) // 2]) is None
