"""Texts by a short hash: the same everywhere, looked up in place, damage told."""

from __future__ import annotations

import numpy as np

from kb.hashed_texts import Array, checksum, find_hashes, hash_texts


def test_a_hash_is_the_same_on_every_machine() -> None:
    found = hash_texts(["", "þagnarskylda", "yhteistyö"])
    assert found.dtype == np.uint64
    assert [f"{value:016x}" for value in found.tolist()] == [
        "b4b2797457a0a6e4",
        "c7403e762a2167f9",
        "98335e550deb7b4c",
    ]
    assert hash_texts([]).shape == (0,)


def test_texts_are_found_among_the_known_ones() -> None:
    texts = ["a", "å", "æ", "ø", "barn"]
    known = np.sort(hash_texts(texts))
    places, there = find_hashes(known, hash_texts(["barn", "børn", "å"]))
    assert there.tolist() == [True, False, True]
    assert known[places[there]].tolist() == hash_texts(["barn", "å"]).tolist()


def test_nothing_is_found_among_none() -> None:
    places, there = find_hashes(hash_texts([]), hash_texts(["barn", "børn"]))
    assert places.tolist() == [0, 0]
    assert not there.any()


def test_a_checksum_tells_a_changed_value_name_or_text() -> None:
    whole: dict[str, Array] = {"scores": np.arange(5, dtype=np.float32), "numbers": np.arange(3)}
    same = dict(reversed(whole.items()))
    assert checksum(same, "shell") == checksum(whole, "shell")
    altered = whole["scores"].copy()
    altered[3] = 3.0000002
    others: tuple[dict[str, Array], ...] = (
        {**whole, "scores": altered},
        {"numbers": whole["numbers"]},
        {},
    )
    for other in others:
        assert checksum(other, "shell") != checksum(whole, "shell")
    assert checksum(whole, "other") != checksum(whole, "shell")
