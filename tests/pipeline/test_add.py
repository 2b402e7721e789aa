"""Adding: each input through all the stages, each with one honest outcome."""

from __future__ import annotations

import io
import threading
import time
from pathlib import Path

import pytest
from filelock import FileLock

from kb.errors import KbError
from kb.generation import current_generation
from kb.library import list_publications, present_passages, publication_detail
from kb.runs import list_runs
from kb.search.rows import Filters
from kb.store import Store
from pipeline import add as adding
from pipeline.add import given_fields
from pipeline.errors import InputError
from tests.pipeline.adder import MANUAL, NOTE, Adder
from tests.sample import REPORT, pdf_bytes, write_documents


def test_html_text_and_pdf_become_publications_that_are_found(ready: Adder) -> None:
    views = {str(view.csl["title"]): view for view in list_publications(ready.store)}
    assert len(views) == 3
    report = views["Samarbeid på små steder: ledelse og taushetsplikt"]
    assert report.csl["author"] == [{"family": "Ærøskøbing", "given": "Åse"}]
    assert report.csl["issued"] == {"date-parts": [[2019]]}
    assert (report.csl["publisher"], report.language) == ("Eksempelinstituttet", "nb")
    best = ready.open().search("taushetsplikten hindrer skole og barnevern i å dele", 1)[0]
    assert (best["publication_id"], best["section"]) == (report.id, "Taushetsplikt")
    text = " ".join(p.text for p in present_passages(ready.store, report.id))
    for chrome in ("Forside", "Om oss", "Personvern"):
        assert chrome not in text


def test_a_pdfs_passages_know_their_page(ready: Adder) -> None:
    found = ready.open().search("project money ended and the coordinator left", 1)[0]
    assert (found["page"], found["page_label"], found["language"]) == (1, "2", "en")
    assert found["citation"]["locator"] == "2"


def test_nordic_letters_survive_from_file_name_to_search(ready: Adder) -> None:
    (view,) = [v for v in list_publications(ready.store) if v.language == "nb"]
    (address,) = publication_detail(ready.store, view.id).addresses
    assert address.filename == REPORT
    assert "kommunedirektøren" in ready.open().search("kommunedirektør", 1)[0]["text"]


def test_the_same_files_again_change_nothing(ready: Adder, tmp_path: Path) -> None:
    before = current_generation(ready.settings.generations_folder)
    results = ready.add(*write_documents(tmp_path / "again"))
    assert [result.status for result in results] == ["unchanged"] * 3
    assert [result.passages for result in results] == [2, 1, 2]
    assert current_generation(ready.settings.generations_folder).number == before.number
    assert len(list_publications(ready.store)) == 3


def test_what_a_person_says_counts_in_record_search_and_map(ready: Adder) -> None:
    said = given_fields(country=["SE", "FI"], year=2020, publisher="Regionen", title="Lärande")
    (result,) = ready.add(ready.file("not.txt", NOTE), given=said)
    assert (result.status, result.reason) == ("added", None)
    found = ready.open().search("felles mål for tjenestene", 1, Filters(countries=("FI",)))[0]
    assert found["publication_id"] == result.publication_id
    assert (found["countries"], found["year"]) == (["SE", "FI"], 2020)
    assert (found["title"], found["publisher"]) == ("Lärande", "Regionen")


def test_saying_more_later_updates_and_keeps_what_was_said(ready: Adder) -> None:
    path = ready.file("not.txt", NOTE)
    first = ready.add(path, given=given_fields(title="Lärande"))[0]
    again = ready.add(path, given=given_fields(year=2021))[0]
    assert (again.status, again.publication_id) == ("updated", first.publication_id)
    detail = publication_detail(ready.store, str(first.publication_id))
    assert detail.view.csl["title"] == "Lärande"
    assert detail.view.csl["issued"] == {"date-parts": [[2021]]}
    assert ready.add(path)[0].status == "unchanged"


def test_what_is_added_is_searched_whatever_screening_says(ready: Adder) -> None:
    (result,) = ready.add(ready.file("manual.txt", MANUAL))
    assert result.screening is not None
    assert result.screening["verdict"] == "exclude"
    assert result.screening["reasons"]
    (view,) = [v for v in list_publications(ready.store) if v.id == result.publication_id]
    assert (view.verdict, view.verdict_by) == ("include", "added by hand")
    assert ready.open().search("printer toner", 1)[0]["publication_id"] == result.publication_id


def test_the_name_of_who_added_is_kept(ready: Adder) -> None:
    ready.settings = ready.settings.model_copy(update={"user": "Åse"})
    (result,) = ready.add(ready.file("not.txt", NOTE))
    (view,) = [v for v in list_publications(ready.store) if v.id == result.publication_id]
    assert view.verdict_by == "Åse"


def test_standard_input_is_taken(ready: Adder) -> None:
    (result,) = ready.add("-", stdin=io.BytesIO(NOTE.encode()))
    assert (result.input, result.status, result.passages) == ("-", "added", 1)


def test_a_folder_a_missing_file_and_a_huge_one_fail_alone(
    ready: Adder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(adding, "SIZE_LIMIT", 1000)
    huge = ready.file("stor.txt", NOTE * 10)
    results = ready.add(tmp_path, tmp_path / "borte.pdf", huge, ready.file("not.txt", NOTE))
    assert [result.status for result in results] == ["failed", "failed", "failed", "added"]
    reasons = [str(result.reason) for result in results]
    assert "is a folder; take all of it in with `samvirke import" in reasons[0]
    assert reasons[1] == f"There is no file {tmp_path / 'borte.pdf'}; check the path."
    assert "is larger than" in reasons[2]


def test_nothing_but_failures_leaves_the_index_alone(ready: Adder) -> None:
    before = current_generation(ready.settings.generations_folder).number
    assert ready.add("/borte/1", "/borte/2")[1].status == "failed"
    assert current_generation(ready.settings.generations_folder).number == before
    assert list_runs(ready.store, 1)[0].status == "done"


def test_the_run_tells_what_became_of_each_input(ready: Adder) -> None:
    ready.add(ready.file("not.txt", NOTE), ready.file("tom.pdf", b""))
    run = list_runs(ready.store, 1)[0]
    assert (run.kind, run.status) == ("add", "done")
    assert [entry["status"] for entry in run.report["stages"]["add"]] == ["added", "quarantined"]
    assert run.report["stages"]["index"]["built"] is True


def test_a_run_that_breaks_off_is_failed_and_keeps_what_was_stored(
    ready: Adder, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_off(*_: object, **__: object) -> None:
        raise KbError("The disk is full; free some space.")

    with monkeypatch.context() as patch:
        patch.setattr(adding, "run_stages", break_off)
        with pytest.raises(KbError, match="disk is full"):
            ready.add(ready.file("not.txt", NOTE))
    run = list_runs(ready.store, 1)[0]
    assert (run.status, run.report["error"]) == ("failed", "The disk is full; free some space.")
    assert len(list_publications(ready.store)) == 4
    assert len(ready.open().search("samarbeid", 10)) == 5  # the index from before
    assert ready.add(ready.file("not.txt", NOTE))[0].status == "unchanged"
    assert len(ready.open().search("samarbeid", 10)) == 6


def test_add_waits_for_a_refresh_saying_so(ready: Adder) -> None:
    taken, done = threading.Event(), threading.Event()

    def refresh() -> None:
        with FileLock(ready.settings.home / "refresh.lock"):
            taken.set()
            time.sleep(0.4)
            done.set()

    thread = threading.Thread(target=refresh)
    thread.start()
    taken.wait()
    ready.add("/borte")
    assert done.is_set()
    assert ready.said == ["A refresh is running; this goes on as soon as it has ended."]
    thread.join()


def test_a_title_that_is_known_joins_another_file_to_its_publication(ready: Adder) -> None:
    slides = pdf_bytes(
        (
            (
                "Samarbeid på små steder: ledelse og taushetsplikt",
                "Felles budsjett for barnevern, skole og helsestasjon gjorde at ingen av dem",
                "sendte regningen videre, og familiene slapp å vente mens noen tok ansvaret.",
                "Prosjektleder i kommunen hadde mandat til å bruke pengene der det trengtes mest.",
            ),
        )
    )
    (result,) = ready.add(ready.file("lysark.pdf", slides))
    (view,) = [v for v in list_publications(ready.store) if v.language == "nb"]
    assert (result.status, result.publication_id) == ("updated", view.id)
    assert view.passages == 3


def test_an_empty_home_is_made_searchable_by_one_file(empty: Adder) -> None:
    (result,) = empty.add(empty.file("not.txt", NOTE))
    assert result.status == "added"
    assert empty.open().search("ledelse", 1)[0]["publication_id"] == result.publication_id


def test_given_fields_hold_only_what_was_said() -> None:
    assert given_fields() == {}
    assert given_fields(country=["NO"], year=2020) == {
        "countries": ["NO"],
        "issued": {"date-parts": [[2020]]},
    }


def test_the_store_is_left_open_for_others(ready: Adder, store: Store) -> None:
    ready.add("/borte")
    assert list_publications(ready.store)
    assert list_publications(store) == []


def test_standard_input_that_is_too_large_is_refused(
    ready: Adder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(adding, "SIZE_LIMIT", 2**20)
    (whole,) = ready.add("-", stdin=io.BytesIO(NOTE.encode().ljust(2**20)))
    (cut,) = ready.add("-", stdin=io.BytesIO(NOTE.encode().ljust(2**20 + 1)))
    assert (whole.status, cut.status) == ("added", "failed")
    assert cut.reason == "Standard input is larger than 1 MiB; split it first."


def test_what_cannot_be_said_of_a_report_is_refused() -> None:
    with pytest.raises(InputError, match=r"--country among NO, .*found 'Norge'"):
        given_fields(country=["NO", "Norge"])
    with pytest.raises(InputError, match=r"--year between 1500 and 2100, found 21"):
        given_fields(year=21)
