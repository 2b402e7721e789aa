"""A child's ranking is this process's; a child that fails costs time and nothing else."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from kb import language_ranking
from kb.language_ranking import ISO_639_3, begin_ranking, identifier_version, rank_languages

TEXT = "hvaða áhrif hefur þagnarskylda á samstarf"


@pytest.fixture(autouse=True)
def _no_child_left() -> Iterator[None]:
    yield
    assert language_ranking._children == []


def test_a_child_gives_the_very_same_ranking(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(language_ranking, "TIME_LIMIT_S", 600.0)  # however busy the machine is
    language_ranking._identifier.cache_clear()
    begin_ranking()
    begin_ranking()
    assert len(language_ranking._children) == 1
    here = rank_languages(TEXT)
    assert language_ranking._identifier.cache_info().currsize == 0  # the child has answered
    assert rank_languages(TEXT) == here
    begin_ranking()  # it is loaded here now
    assert language_ranking._children == []
    assert here[0][0] == "is"
    assert {code for code, _ in here} == set(ISO_639_3.values())


@pytest.mark.parametrize(
    "code",
    [
        "raise SystemExit(1)",
        "print('no json')",
        "print('[[1]]')",
        "print('{\"is\": 1}')",
        "import time; time.sleep(60)",
    ],
)
def test_a_child_that_fails_is_left(code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(language_ranking, "TIME_LIMIT_S", 0.5)
    child = subprocess.Popen(
        [sys.executable, "-c", code],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        encoding="utf-8",
    )
    language_ranking._children.append(child)
    assert rank_languages(TEXT)[0][0] == "is"
    assert child.poll() is not None


def test_where_no_child_can_be_started_it_is_loaded_here(monkeypatch: pytest.MonkeyPatch) -> None:
    language_ranking._identifier.cache_clear()
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    begin_ranking()
    assert language_ranking._children == []
    assert rank_languages("lastensuojelun ja koulun yhteistyö")[0][0] == "fi"


def test_texts_of_several_lines_or_none() -> None:
    assert rank_languages("samverkan\nmellan\tskola") == rank_languages("samverkan mellan skola")
    assert rank_languages("") == []
    assert identifier_version().count(".") >= 1


def test_a_child_reads_no_module_from_the_folder_one_is_in(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in ("json.py", "kb.py"):
        (tmp_path / name).write_text("open('taken', 'w').close(); raise SystemExit", "utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PYTHONPATH", raising=False)  # which may name that folder itself
    monkeypatch.setattr(language_ranking, "TIME_LIMIT_S", 600.0)
    language_ranking._identifier.cache_clear()
    begin_ranking()
    assert rank_languages(TEXT)[0][0] == "is"
    assert language_ranking._identifier.cache_info().currsize == 0
    assert not (tmp_path / "taken").exists()
