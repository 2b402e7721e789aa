"""Importing bibliographies and folders: every record in, faults named, nothing twice, screened."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kb.bulk_store import store_files
from kb.library import PublicationView, list_publications, publication_detail
from kb.prisma import count_flow, list_searches
from kb.removal import remove
from kb.runs import list_runs, show_run
from kb.settings import Settings
from kb.store import Store, open_store
from pipeline.bulk_import import NOTHING_READ, import_inputs
from pipeline.errors import InputError
from pipeline.import_inputs import ImportResult, list_inputs, record_lines
from tests.pipeline.adder import MANUAL, NOTE
from tests.sample import pdf_bytes

GOOD = """TY  - RPRT
AU  - Þórsdóttir, Ása
TI  - Samþætting þjónustu við börn
PY  - 2022
PB  - Félagsvísindastofnun
AB  - Skýrslan sýnir að skýr verkaskipting og fastir fundir skóla, heilsugæslu og \
barnaverndar auðvelda samvinnu um þjónustu við börn og fjölskyldur þeirra.
L1  - files/1/skýrsla.pdf
L1  - ../../utenfor.pdf
ER  -

"""
BAD = "this is no record\n\n"
DOI_ONLY = "TY  - JOUR\nDO  - 10.5555/only.1\nER  - \n\n"
OTHER = f"TY  - RPRT\nTI  - Printer manual\nPY  - 2001\nAB  - {MANUAL}\nER  - \n"


@pytest.fixture
def store(warm: Settings) -> Iterator[Store]:
    opened = open_store(warm)
    yield opened
    opened.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder as an export from a reference manager looks, and some loose documents."""
    base = tmp_path / "eksport æøå"
    (base / "files" / "1").mkdir(parents=True)
    (tmp_path / "utenfor.pdf").write_bytes(pdf_bytes())
    (base / "files" / "1" / "skýrsla.pdf").write_bytes(pdf_bytes())
    (base / "refs.ris").write_text(GOOD + BAD + DOI_ONLY + OTHER, encoding="utf-8")
    (base / "notat.txt").write_text(f"Notat om samarbeid\n\n{NOTE}\n", encoding="utf-8")
    (base / "broken.pdf").write_bytes(b"%PDF-1.7 nothing follows")
    (base / "table.xlsx").write_bytes(b"PK\x03\x04")
    (base / ".hidden.pdf").write_bytes(b"%PDF-1.7")
    (base / "link.pdf").symlink_to(tmp_path / "utenfor.pdf")
    return base


def publications(store: Store) -> dict[str, PublicationView]:
    return {str(view.csl.get("title")): view for view in list_publications(store)}


def by_name(results: list[ImportResult]) -> dict[str, ImportResult]:
    return {Path(result.input).name: result for result in results}


def test_a_folder_is_taken_in_whole(warm: Settings, store: Store, folder: Path) -> None:
    results = by_name(import_inputs(warm, store, [str(folder)]))
    refs = results["refs.ris"]
    assert (refs.records, refs.added, refs.lost, refs.attached) == (4, 3, 1, 1)
    assert refs.status == "failed"
    assert any("Record 2 on line 11" in problem for problem in refs.problems)
    assert any("'../../utenfor.pdf'" in problem for problem in refs.problems)
    assert results["skýrsla.pdf"].status == "unchanged"
    assert results["notat.txt"].status == "added"
    assert results["broken.pdf"].status == "quarantined"
    assert "damaged" in str(results["broken.pdf"].reason)
    assert "none of the kinds" in str(results["table.xlsx"].reason)
    assert set(results) == {"refs.ris", "skýrsla.pdf", "notat.txt", "broken.pdf", "table.xlsx"}
    known = publications(store)
    report = publication_detail(store, known["Samþætting þjónustu við börn"].id)
    assert {address.role for address in report.addresses} == {"record", "document"}
    assert {address.filename for address in report.addresses} == {"refs.ris", "skýrsla.pdf"}
    assert any("named coordinator" in passage.text for passage in report.passages)
    assert report.view.csl["author"] == [{"family": "Þórsdóttir", "given": "Ása"}]
    bare = next(view for view in known.values() if view.csl.get("DOI") == "10.5555/only.1")
    assert bare.passages == 0


def test_what_is_imported_is_screened_and_counted(
    warm: Settings, store: Store, folder: Path
) -> None:
    import_inputs(warm, store, [str(folder / "refs.ris"), str(folder / "notat.txt")])
    verdicts = {title: view.verdict for title, view in publications(store).items()}
    assert verdicts["Printer manual"] == "exclude"
    assert publications(store)["Printer manual"].verdict_by == "machine"
    run = list_runs(store)[0]
    assert (run.kind, run.status) == ("import", "done")
    searches = {search.address: search for search in list_searches(store, run.id)}
    refs = searches[str(folder / "refs.ris")]
    assert (refs.source_id, refs.kind, refs.rule) == ("import", "import", "ris bibliography")
    assert (refs.hits, refs.new) == (4, 3)
    assert searches[str(folder / "notat.txt")].rule == "file"
    assert show_run(store, run.id).report["flow"]


def test_everything_can_be_included(warm: Settings, store: Store, folder: Path) -> None:
    import_inputs(warm, store, [str(folder / "refs.ris")], include=True)
    assert {view.verdict for view in publications(store).values()} == {"include"}


def test_a_second_import_changes_nothing(warm: Settings, store: Store, folder: Path) -> None:
    first = by_name(import_inputs(warm, store, [str(folder)]))
    again = by_name(import_inputs(warm, store, [str(folder)]))
    refs = again["refs.ris"]
    assert (refs.added, refs.updated, refs.unchanged) == (0, 0, 3)
    assert refs.publication_ids == first["refs.ris"].publication_ids
    assert again["notat.txt"].status == "unchanged"
    assert sum(search.new for search in list_searches(store, list_runs(store)[0].id)) == 0


def test_the_same_document_twice_is_one_publication(
    warm: Settings, store: Store, tmp_path: Path
) -> None:
    for name in ("a.txt", "b/a kopi.txt"):
        (tmp_path / "d" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "d" / name).write_text(f"Notat\n\n{NOTE}\n", encoding="utf-8")
    results = import_inputs(warm, store, [str(tmp_path / "d")])
    assert [result.status for result in results] == ["added", "unchanged"]
    assert len(publications(store)) == 1


def test_bibtex_with_its_file_and_json_with_a_fault(
    warm: Settings, store: Store, tmp_path: Path
) -> None:
    (tmp_path / "a.pdf").write_bytes(pdf_bytes())
    (tmp_path / "refs.bib").write_text(
        "@techreport{x, title={Samverkan i förskolan}, author={Åkerlund, Örjan}, year={2016},\n"
        "institution={Myndigheten}, file={Full Text:a.pdf:application/pdf}}\n"
        "@techreport{y, title={Unclosed",
        encoding="utf-8",
    )
    records = '[\n{"title": "Yhteistyö", "issued": {"date-parts": [[2015]]}},\n\n17,\n'
    records += '{"DOI": "10.5555/j"}\n]'
    (tmp_path / "refs.json").write_text(records, encoding="utf-8")
    results = by_name(
        import_inputs(warm, store, [str(tmp_path / n) for n in ("refs.bib", "refs.json")])
    )
    bib, listed = results["refs.bib"], results["refs.json"]
    assert (bib.added, bib.lost, bib.attached) == (1, 1, 1)
    assert any("line 3" in problem for problem in bib.problems)
    assert (listed.added, listed.lost) == (2, 1)
    assert any("Record 2" in problem and "line 4" in problem for problem in listed.problems)
    assert publications(store)["Samverkan i förskolan"].passages > 0


def test_what_cannot_be_imported_is_said(warm: Settings, store: Store, tmp_path: Path) -> None:
    project = tmp_path / "koder.qdpx"
    project.write_bytes(b"PK\x03\x04")
    empty = tmp_path / "tom.ris"
    empty.touch()
    html = tmp_path / "page.ris"
    html.write_text("<html>Log in</html>")
    results = by_name(
        import_inputs(warm, store, [str(p) for p in (project, empty, html, tmp_path / "none.ris")])
    )
    assert all(result.status == "failed" for result in results.values())
    assert "none of the kinds" in str(results["koder.qdpx"].reason)
    assert "is empty" in str(results["tom.ris"].reason)
    assert "Expected RIS records" in str(results["page.ris"].reason)
    assert "No such file" in str(results["none.ris"].reason)
    assert list_publications(store) == []
    (tmp_path / "tomt").mkdir()
    with pytest.raises(InputError, match="Found no file to import"):
        import_inputs(warm, store, [str(tmp_path / "tomt")])


def test_files_come_in_a_stable_order_and_bibliographies_first(folder: Path) -> None:
    names = [entry.path.name for entry in list_inputs([str(folder), str(folder / "notat.txt")])]
    assert names == ["refs.ris", "broken.pdf", "notat.txt", "table.xlsx", "skýrsla.pdf"]


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ('[{"a": 1}, {"b": 2}]', [1, 1]),
        ('[\n{"a": "[x]"},\n\n  {"b":\n 2}\n]', [2, 4]),
        ('[{"a": 1}, {"b": ', [1]),
        ("no list", []),
        ("", []),
        ("[" * 5000, []),
    ],
)
def test_the_line_of_a_record(text: str, lines: list[int]) -> None:
    assert record_lines(text) == lines


def test_what_a_person_removed_is_not_imported_again(
    warm: Settings, store: Store, folder: Path
) -> None:
    first = by_name(import_inputs(warm, store, [str(folder / "notat.txt")]))["notat.txt"]
    remove(warm, store, first.publication_ids[0], reason="twice", by="kari")
    again = by_name(import_inputs(warm, store, [str(folder / "notat.txt")]))["notat.txt"]
    assert (again.status, again.lost, again.added) == ("failed", 1, 0)
    assert any("kari removed" in problem for problem in again.problems)
    assert list_publications(store) == []


def test_a_run_that_fails_says_so_and_goes_on_the_next_time(
    warm: Settings, store: Store, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: object, **kwargs: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("pipeline.bulk_import.run_stages", fail)
        with pytest.raises(OSError, match="No space"):
            import_inputs(warm, store, [str(folder / "refs.ris")])
    run = list_runs(store)[0]
    assert run.status == "failed"
    assert "No space left" in show_run(store, run.id).report["error"]
    (result,) = import_inputs(warm, store, [str(folder / "refs.ris")])
    assert (result.added, result.unchanged) == (0, 3)
    assert list_runs(store)[0].status == "done"


def test_files_in_memory_are_bounded(
    warm: Settings, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.bulk_import.BYTES_AT_ONCE", 1000)
    sizes: list[int] = []

    def watched(kept: Store, batch: Any) -> Any:
        sizes.append(len(batch))
        return store_files(kept, batch)

    monkeypatch.setattr("pipeline.bulk_import.store_files", watched)
    for number in range(4):
        (tmp_path / f"{number}.txt").write_text(f"Notat {number}\n\n{NOTE * 4}", encoding="utf-8")
    import_inputs(warm, store, [str(tmp_path / f"{number}.txt") for number in range(4)])
    assert sizes == [2, 2]


def test_many_records_are_stored_in_few_transactions(
    warm: Settings, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.bulk_import.FILES_AT_ONCE", 7)
    records = [
        {"title": f"Tverrfaglig samarbeid i kommune {n}", "issued": {"date-parts": [[2000 + n]]}}
        for n in range(20)
    ]
    path = tmp_path / "mange.json"
    path.write_text(json.dumps([*records, records[0]]), encoding="utf-8")
    (result,) = import_inputs(warm, store, [str(path)])
    assert (result.status, result.records, result.added) == ("added", 21, 20)
    assert result.unchanged == 1
    assert len(publications(store)) == 20


def test_a_file_imported_again_bare_leaves_the_bibliographys_fields(
    warm: Settings, store: Store, folder: Path
) -> None:
    first = by_name(import_inputs(warm, store, [str(folder / "refs.ris")]))["refs.ris"]
    bare = folder / "files" / "1" / "skýrsla.pdf"
    (alone,) = import_inputs(warm, store, [str(bare)])
    assert alone.publication_ids[0] in first.publication_ids
    csl = publication_detail(store, alone.publication_ids[0]).view.csl
    assert csl["title"] == "Samþætting þjónustu við börn"
    assert csl["publisher"] == "Félagsvísindastofnun"
    assert csl["author"] == [{"family": "Þórsdóttir", "given": "Ása"}]
    flow = count_flow(store)
    assert flow.identified == {"import": 4}
    assert flow.found == sum(search.hits - 1 for search in list_searches(store)) + 1  # one was lost


def test_problems_are_kept_with_the_run_and_in_the_log(
    warm: Settings, store: Store, folder: Path
) -> None:
    import_inputs(warm, store, [str(folder)])
    run = show_run(store, list_runs(store)[0].id)
    assert run.status == "done"
    told = {(Path(problem.subject).name, problem.kind) for problem in run.problems}
    assert {("refs.ris", "bad_record"), ("table.xlsx", "unreadable_file")} <= told
    sentences = [problem.message for problem in run.problems]
    assert len([s for s in sentences if "damaged" in s]) == 1  # told by its reader
    assert len(sentences) == len(set(sentences))
    lines = (warm.home / "logs" / "problems.jsonl").read_text("utf-8").splitlines()
    assert [json.loads(line)["message"] for line in lines][-len(sentences) :] == sentences


def test_an_import_of_which_nothing_could_be_read_is_a_failed_run(
    warm: Settings, store: Store, folder: Path
) -> None:
    (result,) = import_inputs(warm, store, [str(folder / "broken.pdf")])
    assert result.status == "quarantined"
    run = show_run(store, list_runs(store)[0].id)
    assert (run.status, run.report["error"]) == ("failed", NOTHING_READ)
    import_inputs(warm, store, [str(folder / "table.xlsx")])
    assert list_runs(store)[0].status == "failed"


def test_a_refused_attachment_is_no_lost_record(
    warm: Settings, store: Store, folder: Path, tmp_path: Path
) -> None:
    bare = folder / "files" / "1" / "skýrsla.pdf"
    (alone,) = import_inputs(warm, store, [str(bare)])
    remove(warm, store, alone.publication_ids[0], reason="trukket", by="kari")
    (tmp_path / "eksport æøå" / "one.ris").write_text(GOOD, encoding="utf-8")
    (result,) = import_inputs(warm, store, [str(folder / "one.ris")])
    assert (result.records, result.added, result.lost, result.attached) == (1, 1, 0, 0)
    assert any("kari removed" in problem for problem in result.problems)


def test_a_record_in_two_files_is_new_in_the_first(
    warm: Settings, store: Store, tmp_path: Path
) -> None:
    for name in ("a.ris", "b.ris"):
        (tmp_path / name).write_text(DOI_ONLY, encoding="utf-8")
    import_inputs(warm, store, [str(tmp_path)])
    found = {Path(search.address).name: search for search in list_searches(store)}
    assert [(found[n].hits, found[n].new) for n in ("a.ris", "b.ris")] == [(1, 1), (1, 0)]
