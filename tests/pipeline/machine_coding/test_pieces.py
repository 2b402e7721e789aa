"""Pieces of long texts, and how what they say is joined."""

from __future__ import annotations

import numpy as np

from pipeline.machine_coding.pieces import cut_pieces, join_chances, join_leans
from pipeline.machine_coding.reading import reading_text
from pipeline.records import CodingInput

SHORT = CodingInput("Samarbeidet gikk godt.", "nb", "Tittel", "Funn")
LONG = CodingInput("Skolen og barnevernet møttes tre ganger om barnet. " * 12, "nb", "T", "Funn")


def test_a_short_text_is_its_only_piece() -> None:
    pieces = cut_pieces([SHORT])
    assert pieces.inputs == (SHORT,)
    assert pieces.wholes == [0]
    assert list(pieces.parts()) == [slice(0, 1)]


def test_a_long_text_comes_whole_and_then_in_windows_of_its_own_kind() -> None:
    pieces = cut_pieces([SHORT, LONG, SHORT])
    parts = list(pieces.parts())
    assert [pieces.inputs[place] for place in pieces.wholes] == [SHORT, LONG, SHORT]
    windows = pieces.inputs[parts[1]][1:]
    assert len(windows) == 2
    assert " ".join(one.text for one in windows) == LONG.text.strip()
    assert {(one.language, one.title, one.section) for one in windows} == {("nb", "T", "Funn")}
    assert parts[-1] == slice(len(pieces.inputs) - 1, len(pieces.inputs))


def test_only_windows_are_embedded_and_the_whole_is_their_mean() -> None:
    pieces = cut_pieces([SHORT, LONG])
    read = [reading_text(one) for one in pieces.inputs]
    assert pieces.embedded == [read[0], *read[2:]]
    vectors = np.eye(3, 4, dtype=np.float32)
    found = pieces.complete(vectors)
    assert np.allclose(found[[0, 2, 3]], vectors)
    words = np.array([len(one.text.split()) for one in pieces.inputs[2:]], float)
    whole = np.array([0.0, *words, 0.0])
    assert np.allclose(found[1], whole / np.linalg.norm(whole), atol=1e-6)


def test_no_texts_have_no_pieces() -> None:
    pieces = cut_pieces([])
    assert pieces.inputs == ()
    assert list(pieces.parts()) == []


def test_the_surest_piece_decides_what_is_there() -> None:
    chance = np.array([[0.2, 0.6], [0.9, 0.1], [0.1, 0.3]])
    assert join_chances(chance).tolist() == [0.9, 0.6]


def test_whole_and_likely_windows_decide_the_direction_by_halves() -> None:
    chance = np.array([[0.5, 0.5], [0.9, 0.0], [0.1, 1.0]])
    lean = np.array([[0.5, 0.5], [1.0, 0.0], [0.0, 1.0]])
    joined = join_leans(lean, chance)
    assert np.allclose(joined, [[0.7, 0.3], [0.25, 0.75]])


def test_a_text_read_whole_leans_as_it_does() -> None:
    lean = np.array([[0.3, 0.7]])
    assert np.allclose(join_leans(lean, np.array([[0.2, 0.9]])), [[0.3, 0.7], [0.3, 0.7]])


def test_a_factor_that_is_nowhere_does_no_harm() -> None:
    assert np.isfinite(join_leans(np.ones((3, 2)), np.zeros((3, 4)))).all()
