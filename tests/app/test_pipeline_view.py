"""The pipeline page, and what every page says where nothing has been built or all is broken."""

from __future__ import annotations

from pathlib import Path

import pytest

from kb.runs import end_run, start_run
from tests.app.conftest import Opener, html_of
from tests.app.sample_base import Sample

VIEWS = ("search", "evidence_map", "library", "citation_sets", "pipeline")


def test_the_last_run_is_shown_by_stage_and_by_source(open_view: Opener) -> None:
    test = open_view("pipeline")
    assert not test.exception
    html = html_of(test)
    assert "2 sources, see below" in html
    assert "read <strong>5</strong>" in html
    assert "1.5 s" in html
    assert html.index("se-broken") < html.index("no-example")  # those with problems first
    assert "fewer than expected" in html
    assert any("make refresh" in code.value for code in test.code)


def test_problems_and_quarantined_files_have_their_reasons(open_view: Opener) -> None:
    html = html_of(open_view("pipeline"))
    assert "It answered 500." in html
    assert "The file is not a whole PDF." in html
    assert "https://example.org/broken.pdf" in html
    assert "set aside" in html


def test_an_earlier_run_can_be_chosen(open_view: Opener, sample: Sample) -> None:
    run_id, _ = start_run(sample.store, "demo")
    end_run(sample.store, run_id, "failed", {"error": "The disk is full. <b>"})
    test = open_view("pipeline")
    assert "The disk is full. &lt;b&gt;" in html_of(test)
    test.selectbox(key="run-choice").set_value(1).run()
    assert test.query_params["run"] in ("1", ["1"])
    assert "It answered 500." in html_of(test)
    for wanted in ("999", "x"):
        assert not open_view("pipeline", run=wanted).exception


@pytest.mark.parametrize("view", VIEWS)
def test_an_empty_data_home_says_what_to_run(
    open_view: Opener, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, view: str
) -> None:
    monkeypatch.setenv("SAMVIRKE_HOME", str(tmp_path / "empty"))
    test = open_view(view)
    assert not test.exception
    html = html_of(test)
    if view in ("search", "evidence_map"):
        assert "There is nothing to search yet" in html
        assert any("make demo-build" in code.value for code in test.code)
    assert "<h1" in html


@pytest.mark.parametrize("view", VIEWS)
def test_a_record_that_cannot_be_opened_is_one_sentence(
    open_view: Opener, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, view: str
) -> None:
    (tmp_path / "record.sqlite").write_bytes(b"this is no database, and never was one" * 100)
    monkeypatch.setenv("SAMVIRKE_HOME", str(tmp_path))
    test = open_view(view)
    assert not test.exception
    html = html_of(test)
    assert html.count("sv-problem") == 1
    assert "cannot be opened" in html


def test_a_damaged_codebook_is_one_sentence(
    open_view: Opener, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "codebook.yaml").write_text("factors: []\nluck: yes\n", encoding="utf-8")
    monkeypatch.setenv("SAMVIRKE_HOME", str(tmp_path))
    test = open_view()
    assert not test.exception
    assert "codebook.yaml" in html_of(test)


def test_a_new_generation_is_seen_without_a_restart(
    open_view: Opener, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, sample: Sample
) -> None:
    home = tmp_path / "later"
    monkeypatch.setenv("SAMVIRKE_HOME", str(home))
    assert "There is nothing to search yet" in html_of(open_view())
    (home / "models").symlink_to(sample.settings.models_folder)
    (home / "generations").symlink_to(sample.settings.generations_folder)
    test = open_view()
    assert not test.exception
    assert "15 factors in the codebook" in html_of(test)
