"""Sketches: alike for the same text read twice, unlike for others, kept small."""

from __future__ import annotations

from random import Random

import pytest

from pipeline.near_duplicates import (
    BANDS,
    FIGURE_BANDS,
    FIGURE_HASHES,
    HASHES,
    LEAST_WORDS,
    MOST_NAMES,
    bands,
    containment,
    resemblance,
    sketch_read,
    sketch_text,
    tells_of_others,
)
from pipeline.records import Block, Extracted


def words(seed: int, count: int = 600) -> list[str]:
    random = Random(seed)
    return [f"ord{random.randrange(900)}" for _ in range(count)]


def text(seed: int, count: int = 600) -> list[str]:
    return [" ".join(words(seed, count))]


def test_the_same_text_is_the_same_sketch_wherever_it_is_broken() -> None:
    whole = text(1)
    parts = whole[0].split(" ")
    broken = [" ".join(parts[:70]), " ".join(parts[70:])]
    assert sketch_text(whole, "nb").text == sketch_text(broken, "nb").text


def test_spelling_without_nordic_letters_changes_nothing() -> None:
    one = ["Å være på møte med flere ærlige bønder fra Tromsø. " * 20]
    other = ["AA VAERE PAA MOETE MED FLERE AERLIGE BOENDER FRA TROMSOE. " * 20]
    assert resemblance(sketch_text(one, "nb").text, sketch_text(other, "nb").text) == 1.0


@pytest.mark.parametrize(("rate", "least"), [(0.0, 1.0), (0.02, 0.75), (0.05, 0.55)])
def test_misread_words_leave_texts_alike(rate: float, least: float) -> None:
    random = Random(3)
    read = [word if random.random() > rate else f"{word}x" for word in words(2)]
    alike = resemblance(sketch_text(text(2), "nb").text, sketch_text([" ".join(read)], "nb").text)
    assert alike >= least


def test_other_texts_are_not_alike() -> None:
    assert resemblance(sketch_text(text(1), "nb").text, sketch_text(text(2), "nb").text) < 0.05


def test_an_excerpt_is_contained() -> None:
    whole, part = words(4, 1200), words(4, 1200)[300:700]
    one, other = sketch_text([" ".join(whole)], "nb"), sketch_text([" ".join(part)], "nb")
    assert containment(one, other) > 0.8
    assert containment(other, one) == containment(one, other)
    assert resemblance(one.text, other.text) < 0.5


def test_short_texts_have_no_sketch_to_be_mistaken_by() -> None:
    short = sketch_text([" ".join(words(1, LEAST_WORDS - 1))], "nb")
    assert short.text == () and short.words == LEAST_WORDS - 1
    assert resemblance(short.text, short.text) == 0.0
    assert containment(short, short) == 0.0
    assert sketch_text([], None).words == 0
    assert list(bands(short)) == []


def about(place: str, year: str, count: int = 6) -> list[str]:
    return [f"Tilsynet besøkte {place} i {year} og snakket med ansatte. " * count, *text(9, 300)]


def test_names_and_years_tell_texts_of_one_wording_apart() -> None:
    bergen = sketch_text(about("Bergen", "2019"), "nb")
    assert tells_of_others(bergen, sketch_text(about("Tromsø", "2019"), "nb"))
    assert tells_of_others(bergen, sketch_text(about("Bergen", "2020"), "nb"))
    assert not tells_of_others(bergen, bergen)
    mostly = sketch_text([*about("Bergen", "2019"), "Også Voss og Voss og Voss ble nevnt."], "nb")
    assert not tells_of_others(bergen, mostly)  # one-sided: an edition says more


def test_first_words_of_sentences_are_no_names() -> None:
    sketch = sketch_text(["Kommunen sa ja. Kommunen sa nei. Vi så Bergen og Bergen der."], "nb")
    assert dict(sketch.names) == {"bergen": 2}


def test_names_and_figures_survive_translation() -> None:
    random = Random(5)
    facts = [(f"Sted{chr(97 + n)}", random.randrange(100, 9999)) for n in range(20)]
    nb = sketch_text([" ".join(f"Da kom {p} med {n} barn." for p, n in facts)], "nb")
    fi = sketch_text([" ".join(f"Sitten {p} toi {n} lasta." for p, n in facts)], "fi")
    assert resemblance(nb.figures, fi.figures) > 0.9
    assert resemblance(nb.text, fi.text) < 0.05
    assert set(bands(nb)) & set(bands(fi))


def test_a_sketch_stays_small_and_its_bands_are_keys() -> None:
    names = " ".join(f"og Sted{n}" for n in range(200))
    sketch = sketch_text([names, *text(1, 3000)], "nb")
    assert (len(sketch.text), len(sketch.figures)) == (HASHES, FIGURE_HASHES)
    assert len(sketch.names) == MOST_NAMES
    keys = list(bands(sketch))
    assert len(set(keys)) == len(keys) == BANDS + FIGURE_BANDS
    assert all(len(key) < 24 for key in keys)


def test_only_running_text_is_sketched() -> None:
    blocks = (
        Block("paragraph", "En setning om samarbeid."),
        Block("reference", "Hansen (2019). En bok."),
        Block("chrome", "Meny"),
    )
    read = Extracted("read", None, "text/html", "nb", {}, (), blocks)
    sketch = sketch_read([read, read])
    assert (sketch.words, sketch.language) == (8, "nb")
