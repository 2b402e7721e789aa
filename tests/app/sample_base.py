"""A small knowledge base that the app's tests open: real record, files, index and search.

Written in our own words. One publication is hostile: what it says must never become markup.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reportlab.pdfgen.canvas import Canvas

from kb import publications
from kb.citations import sets
from kb.files import record_extraction
from kb.frontier import Sighting, record_sighting
from kb.generation import building_generation
from kb.library import PassageView, PublicationView, list_publications, present_passages
from kb.runs import ProblemView, add_problem, end_run, start_run
from kb.search.build import build_index, check_index
from kb.search.means import means_of
from kb.search.rows import IndexRow, MachineCoding, row_context
from kb.settings import Settings
from kb.store import Store, open_store
from tests.models import shared_embedder, shared_model_home, shared_vector_cache

HOSTILE = (
    "<script>document.title='owned'</script> **bold** $x^2$ :red[hot] :material/home: "
    "[click](javascript:alert(1)) `code` <img src=x onerror=document.title='owned'>"
)
CODER_VERSION = "0123456789ab"
BAD_ADDRESS = "javascript:document.title='owned'"


@dataclass(frozen=True)
class Sketch:
    """A publication of the sample; passages are (section, text, factor, direction)."""

    title: str
    language: str
    country: str
    year: int | None
    publisher: str
    evidence_type: str
    passages: tuple[tuple[str, str, str, str], ...]
    url: str = "https://example.org/report"
    verdict: str = "include"


SKETCHES = (
    Sketch(
        "Ledelse og samarbeid i kommunene",
        "nb",
        "NO",
        2019,
        "Eksempelinstituttet",
        "research_report",
        (
            (
                "Funn",
                "Når lederne møtes fast og gir samarbeidet et tydelig mandat, blir det lettere "
                "for ansatte i barnevern og helsestasjon å sette av tid til hverandre.",
                "leadership",
                "facilitator",
            ),
            (
                "Funn",
                "Taushetsplikten oppleves som et hinder, og ansatte er usikre på hva de kan dele "
                "med skolen om et barn de er bekymret for.",
                "information_sharing",
                "barrier",
            ),
            (
                "Tiltak",
                "Et felles budsjett gjør at ingen sender regningen videre til naboen.",
                "resources",
                "facilitator",
            ),
        ),
    ),
    Sketch(
        "Samverkan på familjecentralen",
        "sv",
        "SE",
        2021,
        "Exempelverket",
        "evaluation",
        (
            (
                "Resultat",
                "Gemensamma lokaler gör att barnmorskan och socialrådgivaren träffas varje dag, "
                "och frågor om en familj kan redas ut i korridoren.",
                "colocation",
                "facilitator",
            ),
            (
                "Resultat",
                "När chefen för den ena verksamheten slutar stannar samverkan av, eftersom ingen "
                "har fått i uppdrag att leda den.",
                "leadership",
                "barrier",
            ),
        ),
    ),
    Sketch(
        "Confidentiality between school and social services",
        "en",
        "DK",
        2018,
        "Example University",
        "research_article",
        (
            (
                "Discussion",
                "Confidentiality is named as an obstacle: teachers do not know what social "
                "workers may tell them, and so they stop asking.",
                "information_sharing",
                "barrier",
            ),
            (
                "Discussion",
                "A named coordinator keeps the plan for the child together and calls the meetings.",
                "coordination",
                "facilitator",
            ),
        ),
    ),
    Sketch(
        "Yhteinen johtaminen perhekeskuksessa",
        "fi",
        "FI",
        None,
        "Esimerkkilaitos",
        "policy_guideline",
        (
            (
                "Tulokset",
                "Yhteinen johtaja ja yhteinen budjetti tekevät työnjaosta selkeän koko "
                "perhekeskuksessa.",
                "leadership",
                "facilitator",
            ),
        ),
    ),
    Sketch(
        f"Hostile {HOSTILE}",
        "en",
        "IS",
        2020,
        f"Publisher {HOSTILE}",
        "practice_description",
        ((f"Section {HOSTILE}", f"Leadership matters. {HOSTILE}", "culture", "mixed"),),
        url=BAD_ADDRESS,
    ),
    Sketch(
        "Installing a printer",
        "en",
        "NO",
        2015,
        "Example Press",
        "policy_guideline",
        (
            ("Setup", "Connect the cable and press the green button until it blinks.", "", ""),
            *(("Steps", f"Step {n}: wait until lamp {n} is green.", "", "") for n in range(24)),
        ),
        verdict="exclude",
    ),
)


@dataclass(frozen=True)
class Sample:
    """The sample's data home and its publications by title."""

    settings: Settings
    store: Store

    def publication(self, start: str) -> PublicationView:
        """The publication whose title starts so."""
        views = list_publications(self.store)
        return next(view for view in views if str(view.csl["title"]).startswith(start))

    def passage(self, start: str, number: int = 0) -> PassageView:
        """A passage of the publication whose title starts so."""
        return present_passages(self.store, self.publication(start).id)[number]


def build_sample(home: Path) -> Sample:
    """Make the sample in an empty data home, with an index, a run and a quarantined file."""
    home.mkdir(parents=True, exist_ok=True)
    (home / "models").symlink_to(shared_model_home() / "models")
    settings = Settings(home=home, model="bundled", user=None)
    store = open_store(settings)
    for number, sketch in enumerate(SKETCHES):
        _write(store, sketch, number)
    index_sample(settings, store)
    _run(store)
    return Sample(settings, store)


def _write(store: Store, sketch: Sketch, number: int) -> None:
    data, boxes = _pdf(sketch)
    sha256 = store.blobs.put(data)
    address = f"https://example.org/{number}/report.pdf"
    csl: dict[str, Any] = {
        "type": "report",
        "title": sketch.title,
        "publisher": sketch.publisher,
        "author": [{"family": "Berg", "given": "Ida"}],
        "URL": sketch.url,
        "language": sketch.language,
    }
    if sketch.year:
        csl["issued"] = {"date-parts": [[sketch.year]]}
    origins = {"title": {"origin": "citation_title", "confidence": 0.95}}
    with store.write() as session:
        publication_id, _ = publications.save_publication(
            session,
            None,
            publications.NewPublication(
                csl, origins, "no-example", sketch.country, sketch.url, sketch.language
            ),
        )
        sighting = Sighting(address, "no-example", address, "document", "application/pdf")
        record_sighting(session, sha256, len(data), sighting)
        publications.assign_item(session, address, publication_id, sha256, "given")
        publications.replace_passages(
            session,
            publication_id,
            [
                publications.NewPassage(
                    sha256=sha256,
                    text=text,
                    section=section,
                    language=sketch.language,
                    page=page,
                    page_end=page,
                    page_label=str(page + 11),
                    page_label_end=str(page + 11),
                    kind="body",
                    ocr=False,
                    boxes=[[page, boxes]],
                    sentences=[[0, len(text)]],
                )
                for page, (section, text, _, _) in enumerate(sketch.passages)
            ],
        )
        publications.record_screening(
            session,
            publication_id,
            verdict=sketch.verdict,
            reason="not_collaboration" if sketch.verdict == "exclude" else None,
            score=0.9,
            reasons=["It speaks of <b>working together</b>."],
            by=publications.MACHINE,
            version="1",
        )


def _pdf(sketch: Sketch) -> tuple[bytes, list[float]]:
    """A PDF with a passage on each page, and the box that every passage stands in."""
    stream = io.BytesIO()
    canvas = Canvas(stream, pagesize=(400, 600))
    for section, text, _, _ in sketch.passages:
        canvas.setFont("Helvetica", 14)
        canvas.drawString(40, 540, section[:40])
        canvas.setFont("Helvetica", 9)
        for line, start in enumerate(range(0, len(text), 60)):
            canvas.drawString(40, 500 - 12 * line, text[start : start + 60])
        canvas.showPage()
    canvas.save()
    return stream.getvalue(), [0.1, 0.14, 0.9, 0.26]


def index_sample(settings: Settings, store: Store, *, without: str = "") -> None:
    """Build the index, if need be without the publication whose title starts so."""
    views = [view for view in list_publications(store) if view.verdict != "exclude"]
    views = [v for v in views if not (without and str(v.csl["title"]).startswith(without))]
    sketches = {sketch.title: sketch for sketch in SKETCHES}
    rows = [
        _row(sketches[view.csl["title"]], view, passage, place)
        for view in views
        for place, passage in enumerate(present_passages(store, view.id))
    ]
    texts = [row_context(row) for row in rows]
    vectors = shared_vector_cache().embed(shared_embedder(), texts)
    means = means_of(vectors, [row.language for row in rows])
    manifest = {"model": "bundled", "coder": CODER_VERSION}
    with building_generation(settings.generations_folder, manifest, check_index) as at:
        build_index(at, rows, vectors, means)


def _row(sketch: Sketch, view: PublicationView, passage: PassageView, place: int) -> IndexRow:
    _, _, factor, direction = sketch.passages[place]
    return IndexRow(
        passage_id=passage.id,
        publication_id=view.id,
        text=passage.text,
        title=sketch.title,
        section=passage.section,
        language=passage.language,
        year=sketch.year,
        publisher=sketch.publisher,
        countries=(sketch.country,),
        evidence_type=sketch.evidence_type,
        sectors=("school",) if place else ("child_welfare",),
        target_groups=("parents_families",),
        page=passage.page,
        page_end=passage.page_end,
        page_label=passage.page_label,
        page_label_end=passage.page_label_end,
        boxes=((passage.page, (0.1, 0.14, 0.9, 0.26)),),
        codings=(MachineCoding(factor, direction, 0.82),),
        sentences=((0, len(passage.text)),),
    )


def _run(store: Store) -> None:
    run_id, _ = start_run(store, "refresh")
    add_problem(
        store,
        run_id,
        ProblemView("crawl", "no-example", BAD_ADDRESS, f"It answered 500. {HOSTILE}"),
    )
    crawl = {
        "no-example": {"items": 6, "stored": 12, "unchanged": 1, "failed": 1, "gone": 0},
        "se-broken": {"items": 0, "failed_source": True, "warnings": ["fewer than expected"]},
    }
    stages = {"crawl": crawl, "extract": {"read": 5, "quarantined": 1}, "index": {"passages": 9}}
    end_run(store, run_id, "done", {"stages": stages, "seconds": {"crawl": 1.5, "code": 2.0}})
    sha256 = store.blobs.put(b"%PDF-broken")
    with store.write() as session:
        address = "https://example.org/broken.pdf"
        sighting = Sighting(address, "no-example", address, "document", "application/pdf")
        record_sighting(session, sha256, 11, sighting)
    record_extraction(
        store,
        sha256,
        1,
        status="quarantined",
        reason=f"The file is not a whole PDF. {HOSTILE}",
        extractor="pdf",
        pages=0,
    )


def set_called(store: Store, name: str) -> int:
    """The number of a citation set with this name, made where there is none."""
    found = [view.id for view in sets.list_sets(store) if view.name == name]
    return found[0] if found else sets.create_set(store, name)
