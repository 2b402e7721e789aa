"""A small real knowledge base for tests: documents in our own words, taken in by the real stages.

Built once a test run (see `ready_home` in conftest); a test that changes something works on a copy
of it. Models and vectors are those all tests share, so nothing is prepared or embedded twice.
"""

from __future__ import annotations

import io
import shutil
from pathlib import Path

from reportlab.pdfgen.canvas import Canvas

from kb.settings import Settings
from kb.store import open_store
from pipeline.add import AddResult, add_inputs
from tests.models import shared_embedder, shared_model_home
from tests.warm_parts import warm_parts

REPORT = "rapport – samarbeid æøå.html"
EVALUATION = "utvärdering åäö.txt"
SCAN = "skýrsla þð.pdf"

_HTML = """<!doctype html><html lang="nb"><head><title>Samarbeid på små steder</title>
<meta name="citation_title" content="Samarbeid på små steder: ledelse og taushetsplikt">
<meta name="citation_author" content="Ærøskøbing, Åse">
<meta name="citation_publication_date" content="2019">
<meta name="citation_publisher" content="Eksempelinstituttet">
</head><body><nav><a href="/">Forside</a> <a href="/om">Om oss</a></nav><main>
<h1>Samarbeid på små steder: ledelse og taushetsplikt</h1>
<h2>Ledelse</h2>
<p>Da kommunedirektøren la samarbeidet mellom barnevern, skole og helsestasjon inn i
lederavtalene, begynte enhetslederne å møtes hver fjortende dag. De ansatte i alle tre tjenestene
sa at fast ledelse og et tydelig mandat ga dem ryggdekning til å bruke tid på barn og familier som
ellers ville blitt sendt videre til naboen. Ledernes møter gjorde det også lettere å avklare
hvem som skulle følge opp en familie når flere tjenester var inne på samme tid.</p>
<h2>Taushetsplikt</h2>
<p>Taushetsplikten ble oppfattet som et hinder for samarbeidet i fire av de fem kommunene. Lærere
lot være å ringe barnevernet fordi de ikke visste hva de kunne fortelle, selv der foreldrene hadde
samtykket skriftlig. Først da kommuneadvokaten holdt felles opplæring for skole, helsestasjon og
barnevern, ble det klart at loven åpnet for mer deling av opplysninger enn de hadde trodd.</p>
</main><footer>Personvern. Kontakt oss.</footer></body></html>"""

_TEXT = """Samverkan på familjecentralen

Utvärdering av tre familjecentraler, 2021

Resultat

Gemensamma lokaler gör att barnmorskan, socialrådgivaren och förskolläraren träffas varje dag, och
frågor om en familj kan redas ut i korridoren i stället för genom remisser. Föräldrarna i
utvärderingen beskrev att de bara behövde berätta sin historia en gång. När chefen för en av
verksamheterna slutade stannade samverkan av, eftersom ingen hade fått i uppdrag att leda den och
budgeten fortfarande låg hos var och en av huvudmännen i kommunen och regionen.
"""

_PDF = (
    (
        "Shared plans for children in three Icelandic municipalities",
        "A named coordinator kept the plan for each child together, called the meetings of school,",
        "health clinic and child protection, and followed up what had been agreed. Parents said",
        "that they knew whom to ring. Professionals said that the law on integrated services gave",
        "the coordinator a mandate which earlier projects had lacked, and that clear routines for",
        "referral between the services saved both the families and the professionals much time.",
    ),
    (
        "Obstacles",
        "Resources were the main obstacle in all three municipalities. When project money ended,",
        "the position of coordinator was left vacant, and the services went back to working each",
        "on their own. Staff turnover in child protection meant that agreements with the schools",
        "had to be made anew every autumn, and families waited while services clarified who paid.",
    ),
)


def pdf_bytes(pages: tuple[tuple[str, ...], ...] = _PDF) -> bytes:
    """A plain PDF; each page has a heading and lines of text under it."""
    stream = io.BytesIO()
    canvas = Canvas(stream, pagesize=(595, 842), invariant=1)
    for heading, *lines in pages:
        canvas.setFont("Helvetica-Bold", 16)
        canvas.drawString(60, 760, heading)
        canvas.setFont("Helvetica", 11)
        for number, line in enumerate(lines):
            canvas.drawString(60, 720 - 15 * number, line)
        canvas.showPage()
    canvas.save()
    return stream.getvalue()


def documents() -> dict[str, bytes]:
    """The sample's files by name."""
    return {REPORT: _HTML.encode(), EVALUATION: _TEXT.encode(), SCAN: pdf_bytes()}


def write_documents(folder: Path) -> list[Path]:
    """Write the sample's files into a folder; their paths in order."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in documents().items():
        (folder / name).write_bytes(data)
    return [folder / name for name in documents()]


def warm_home(home: Path) -> Path:
    """Make an empty data home whose model and vectors are those that all tests share."""
    shared_embedder()
    home.mkdir(parents=True, exist_ok=True)
    shared = shared_model_home()
    (shared / "vectors").mkdir(exist_ok=True)
    for name in ("models", "vectors"):
        (home / name).symlink_to(shared / name)
    return home


def build_ready(home: Path) -> list[AddResult]:
    """Make the sample in a new data home."""
    settings = Settings(home=warm_home(home))
    store = open_store(settings)
    try:
        with warm_parts():  # the one model that `run_here` searches with too
            return add_inputs(settings, store, list(map(str, write_documents(home / "given"))))
    finally:
        store.close()


def copy_home(home: Path, copy: Path) -> Settings:
    """Settings of a copy of a data home; what is shared stays shared."""
    shutil.copytree(home, copy, symlinks=True)
    return Settings(home=copy)
