"""The index stage: what goes into a generation, and when a new one is built."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from kb.errors import GenerationError
from kb.generation import current_generation
from kb.library import PassageView, list_publications, present_passages
from kb.publications import NewPassage, record_screening, replace_passages, save_publication
from kb.search.build import TABLE_FILE
from kb.search.rows import IndexRow
from kb.search.table import PassageTable
from kb.settings import Settings
from kb.store import Store, open_store
from pipeline.index import IndexReport, coding_inputs, included, run_index
from pipeline.records import Coded, CodedPublication, CodedText, CodingInput, PublicationInput
from tests.builders import passage, publication
from tests.models import shared_embedder, shared_search_embedder
from tests.pipeline.told import Told

LEADERS = "Lederne i barnevern og skole møttes hver uke og fordelte ansvaret for familiene i Norge."
SECRETS = "Taushetsplikten gjorde at skole og helsestasjon ikke delte det de visste om barna."
SWEDEN = "I Sverige møttes lederne sjeldnere, og samarbeidet om barna stanset etter prosjektet."


@dataclass
class Marker:
    """A coder that codes what it is told to, and remembers what it was shown."""

    version: str = "marker-1"
    countries: tuple[str, ...] = ("NO", "SE")
    shown: list[CodingInput] = field(default_factory=list)
    works: list[PublicationInput] = field(default_factory=list)

    def code(self, inputs: Sequence[CodingInput]) -> list[CodedText]:
        """Code leadership where lederne stands, and name the countries that are named."""
        self.shown += inputs
        return [
            CodedText(
                codings=(Coded("leadership", "facilitator", 0.8, 0, 7),)
                if "ederne" in one.text
                else (),
                sectors=("school",),
                target_groups=("professionals",),
                countries=("SE",) if "Sverige" in one.text else (),
            )
            for one in inputs
        ]

    def code_publication(self, publication: PublicationInput) -> CodedPublication:
        """Say an evaluation from the countries it was made with."""
        self.works.append(publication)
        return CodedPublication("evaluation", None, self.countries)


@dataclass
class Bench:
    """A record and a coder; `index` runs the stage."""

    settings: Settings
    store: Store
    coder: Marker = field(default_factory=Marker)

    def put(self, title: str, *texts: str, **changes: object) -> str:
        """A publication with these passages; its id."""
        with self.store.write() as session:
            publication_id, _ = save_publication(session, None, publication(title, **changes))
        self.write(publication_id, *map(passage, texts))
        return publication_id

    def write(self, publication_id: str, *passages: NewPassage) -> None:
        """Make these the publication's passages."""
        with self.store.write() as session:
            replace_passages(session, publication_id, passages)

    def screen(self, publication_id: str, verdict: str, by: str = "machine") -> None:
        """Give a verdict."""
        with self.store.write() as session:
            record_screening(
                session,
                publication_id,
                verdict=verdict,
                reason=None,
                score=None,
                reasons=[],
                by=by,
                version="1",
            )

    def index(self) -> IndexReport:
        """Run the stage."""
        return run_index(self.settings, self.store, self.coder, shared_embedder())

    def run(self, *, full: bool = False) -> IndexReport:
        """Run the stage with the embedder that search uses."""
        embedder = shared_search_embedder()
        return run_index(self.settings, self.store, self.coder, embedder, full=full)

    def rows(self) -> dict[str, IndexRow]:
        """The rows of the current generation by their text."""
        table = PassageTable(self.generation / TABLE_FILE)
        return {row.text: row for row in table.rows(range(len(table)))}

    @property
    def generation(self) -> Path:
        """The current generation's folder."""
        return current_generation(self.settings.generations_folder).path


@pytest.fixture
def bench(warm: Settings) -> Iterator[Bench]:
    store = open_store(warm)
    yield Bench(warm, store)
    store.close()


def test_a_row_says_all_that_is_known_of_a_passage(bench: Bench) -> None:
    publication_id = bench.put("Ledelse", LEADERS)
    assert replace(bench.index(), embedded=0) == IndexReport(1, True, 1, 1, 1, added=1)
    (row,) = bench.rows().values()
    (view,) = present_passages(bench.store, publication_id)
    assert (row.passage_id, row.publication_id) == (view.id, publication_id)
    assert (row.title, row.year, row.publisher, row.language) == ("Ledelse", 2020, "Fafo", "nb")
    assert (row.page, row.page_label, row.section) == (2, "1", "Funn › Ledelse")
    ((page, box),) = row.boxes
    assert page == 2
    assert box == pytest.approx((0.1, 0.2, 0.9, 0.3))
    assert row.sentences == ((0, len(LEADERS)),)
    assert (row.sectors, row.target_groups) == (("school",), ("professionals",))
    assert (row.evidence_type, row.codings[0].factor) == ("evaluation", "leadership")


def test_a_passages_countries_are_those_it_names_or_all_of_its_publications(bench: Bench) -> None:
    bench.put("Ledelse", LEADERS, SWEDEN)
    bench.index()
    assert bench.rows()[SWEDEN].countries == ("SE",)
    assert bench.rows()[LEADERS].countries == ("NO", "SE")


def test_a_country_a_person_gave_stands_for_every_passage(bench: Bench) -> None:
    bench.put("Ledelse", LEADERS, SWEDEN, given={"countries": ["DK"]})
    bench.index()
    assert {row.countries for row in bench.rows().values()} == {("DK",)}


def test_a_country_the_publication_is_not_from_is_not_taken_from_a_passage(bench: Bench) -> None:
    bench.coder.countries = ("NO",)
    bench.put("Ledelse", SWEDEN)
    bench.index()
    assert bench.rows()[SWEDEN].countries == ("NO",)


def test_the_coder_sees_title_section_and_source_but_no_label(bench: Bench) -> None:
    bench.put("Ledelse", LEADERS, SECRETS)
    bench.index()
    assert bench.coder.shown[0] == CodingInput(LEADERS, "nb", "Ledelse", "Funn › Ledelse")
    (work,) = bench.coder.works
    assert (work.texts, work.source_country) == ((LEADERS, SECRETS), "NO")
    assert [coded.sectors for coded in work.coded] == [("school",), ("school",)]


def test_nothing_is_built_where_nothing_changed(bench: Bench) -> None:
    bench.put("Ledelse", LEADERS)
    bench.index()
    assert bench.index() == IndexReport(1, False, 1, 1, 1, kept=1)
    assert len(bench.coder.shown) == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"text": LEADERS.replace("hver uke", "HVER uke")},  # the same passage, written otherwise
        {"section": "Drøfting"},
        {"page_end": 3, "page_label_end": "2"},
        {"boxes": [[2, [0.1, 0.2, 0.9, 0.4]]]},
        {"sentences": [[0, 20], [21, len(LEADERS)]]},
        {"language": "nn"},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_any_change_of_what_is_shown_builds_anew(bench: Bench, changes: dict[str, object]) -> None:
    publication_id = bench.put("Ledelse", LEADERS)
    bench.index()
    text = str(changes.pop("text", LEADERS))
    bench.write(publication_id, passage(text, **changes))
    assert bench.index().generation == 2
    assert set(bench.rows()) == {text}


def test_a_newer_coder_builds_anew(bench: Bench) -> None:
    bench.put("Ledelse", LEADERS)
    bench.index()
    bench.coder.version = "marker-2"
    report = bench.index()
    assert (report.generation, report.built) == (2, True)


def test_a_changed_bibliographic_record_builds_anew(bench: Bench) -> None:
    publication_id = bench.put("Ledelse", LEADERS)
    bench.index()
    with bench.store.write() as session:
        save_publication(session, publication_id, publication("Ledelse og ansvar"))
    assert bench.index().built
    assert bench.rows()[LEADERS].title == "Ledelse og ansvar"


def test_what_is_screened_out_is_not_searched_unless_a_person_includes_it(bench: Bench) -> None:
    kept, left = bench.put("Ledelse", LEADERS), bench.put("Taushetsplikt", SECRETS)
    bench.screen(left, "exclude")
    bench.screen(kept, "undecided")
    assert bench.index().publications == 1
    assert set(bench.rows()) == {LEADERS}
    bench.screen(left, "include", by="Åse")
    assert replace(bench.index(), embedded=0) == IndexReport(2, True, 2, 2, 1, added=1, kept=1)


def test_publications_without_text_are_not_counted(bench: Bench) -> None:
    bench.put("Uten tekst")
    assert included(bench.store) == []
    assert bench.index() == IndexReport(1, True, 0, 0, 0)


def test_the_manifest_says_what_it_was_made_with(bench: Bench) -> None:
    bench.put("Ledelse", LEADERS)
    bench.index()
    manifest = current_generation(bench.settings.generations_folder).manifest
    assert (manifest["coder"], manifest["model"]) == ("marker-1", "bundled")
    assert manifest["revision"] == shared_embedder().revision
    assert (manifest["publications"], manifest["passages"], manifest["codings"]) == (1, 1, 1)


def test_a_damaged_generation_is_built_again(bench: Bench) -> None:
    bench.put("Ledelse", LEADERS)
    bench.index()
    (bench.generation / TABLE_FILE).write_bytes(b"half")
    report = bench.index()
    assert (report.generation, report.built) == (2, True)
    assert set(bench.rows()) == {LEADERS}


def test_a_build_that_is_not_sound_leaves_the_one_before(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.put("Ledelse", LEADERS)
    bench.index()
    bench.put("Taushetsplikt", SECRETS)
    monkeypatch.setattr("pipeline.index.check_index", lambda path: ["the index lacks vectors"])
    with pytest.raises(GenerationError, match=r"the index lacks vectors.*stays in use"):
        bench.index()
    assert set(bench.rows()) == {LEADERS}


def test_progress_is_told_for_what_takes_time(bench: Bench) -> None:
    told = Told()
    bench.put("Ledelse", LEADERS, SECRETS)
    run_index(bench.settings, bench.store, bench.coder, shared_embedder(), progress=told)
    assert [(stage, total) for stage, total, _ in told.stages] == [("embed", 2), ("index", 2)]
    assert told.stages[1][2] == [2]


def test_coding_inputs_are_in_the_order_of_the_passages(bench: Bench) -> None:
    bench.put("B", LEADERS, SECRETS)
    bench.put("A", SWEDEN)
    works = included(bench.store)
    assert [work.publication.csl["title"] for work in works] == ["A", "B"]
    assert [entry.text for entry in coding_inputs(works)] == [SWEDEN, LEADERS, SECRETS]
    views: list[PassageView] = [view for work in works for view in work.passages]
    assert [view.text for view in views] == [SWEDEN, LEADERS, SECRETS]
    assert [view.passages for view in list_publications(bench.store)] == [1, 2]
