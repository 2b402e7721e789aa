"""Passages as long as real ones, several findings in each, in our own words.

They have the shapes that pages of the field have: a summary that lists all its factors in one
sentence, a practice page that sets two ways of managing against each other, an abstract, a news
page, a report's summary.
"""

from __future__ import annotations

from typing import Any

import pytest

from kb.settings import Settings
from pipeline.machine_coding import load_coder
from pipeline.records import CodedText, CodingInput
from tests.models import shared_coding_embedder

LISTED = (
    "Gjennomgangen stilte to spørsmål om hvorfor tjenester for barn og familier lykkes eller "
    "mislykkes sammen, og om lovene har noe av skylden. Funnene ble ordnet i noen få grupper. "
    "Forhold som påvirker samarbeidet mellom etatene er: penger (romsligere budsjetter gjør det "
    "lettere å samarbeide), ledelse (sjefene må ville det og si det høyt), kjennskap til "
    "hverandres oppgaver (den som vet hva de andre gjør, ringer oftere), kontinuitet (når "
    "ansatte stadig slutter, blir oppfølgingen dårlig og familiene motløse), faste rutiner i "
    "tjenestene, og koordinering (alle ønsker en koordinator, men få har tid til å være det selv)."
)

LAWS = (
    "Lovverket spiller en viss rolle for hvordan etatene arbeider sammen, særlig der politiet og "
    "barnevernet følger hver sin lov. Om det er paragrafene selv eller måten de leses på som "
    "skaper vanskene, lar seg ikke avgjøre. De fleste ansatte vet nå hva taushetsplikten går ut "
    "på. Færre vet at de også har plikt til å melde fra og gi opplysninger videre, og den "
    "usikkerheten gjør at viktige opplysninger blir liggende."
)

FLAT = (
    "Where no one was in charge of the whole house, the level structure got in the way of "
    "integrated services. Each of the unit managers answered for their own budget and their own "
    "reports, and nobody answered for the result. A new idea that took staff from two units had "
    "to be bargained over for months. The managers met every week and told one another the "
    "news, yet the group hardly ever managed to change how the work was done."
)

ONE_HEAD = (
    "The third house was a single unit with one director and a common budget, and there the "
    "managers dealt with each other in another way. One purse and one director tied the "
    "services together and promoted collaboration between them. How to spend the money became "
    "everyone's business. Because the managers were answerable together, they were readier to "
    "let their own staff try new ways of working that reached across the whole house."
)

SUPERVISION = (
    "Most families get what they need from the services closest to them. For those with several "
    "difficulties at once the help often falls apart, since each service looks after its own "
    "part. Inspectors have pointed this out more than once. They trace the trouble to missing "
    "structures and systems for working together, and to the fact that nobody follows up "
    "whether the agreed collaboration takes place or evaluates what comes of it."
)

NEWS = (
    "Familjecentralerna blir fler för varje år och ser mycket olika ut från ort till ort. På "
    "seminariet talade forskare och personal om hur de kan bli bättre. Flera lyfte fram att "
    "mötesplatsen når nästan alla familjer. Men det räcker inte att ha en god idé, menade "
    "talarna: man behöver välja metoder som har stöd i forskning, dokumentera arbetet, följa "
    "upp resultaten och utvärdera insatserna ordentligt."
)

ABSTRACT = (
    "Help for families is split between agencies that guard their own field. The article follows "
    "three family centres through interviews and observation and asks what building a joint "
    "practice takes. It discusses how collaboration is shaped by the way the centre is "
    "organised, by the professional competence of its staff and by how stable the service is. "
    "Managers and staff alike found it hard to put work across sectors before the duties of "
    "their own sector, and the organisation of the municipality in separate sectors was one "
    "reason."
)

TEXTS = {
    "listed": ("nb", LISTED),
    "laws": ("nb", LAWS),
    "flat": ("en", FLAT),
    "one head": ("en", ONE_HEAD),
    "supervision": ("en", SUPERVISION),
    "news": ("sv", NEWS),
    "abstract": ("en", ABSTRACT),
}


@pytest.fixture(scope="module")
def coded() -> dict[str, CodedText]:
    coder = load_coder(Settings(model="bundled"))
    inputs = [CodingInput(text, language) for language, text in TEXTS.values()]
    vectors = shared_coding_embedder().embed_passages(coder.pieces(inputs))
    return dict(zip(TEXTS, coder.code(inputs, vectors, unsure=True), strict=True))


def directions(found: CodedText) -> dict[str, Any]:
    return {coding.factor: coding.direction for coding in found.codings}


def test_they_are_as_long_as_real_passages() -> None:
    assert all(60 < len(text.split()) <= 180 for _, text in TEXTS.values())


@pytest.mark.parametrize(
    ("name", "factors"),
    [
        (
            "listed",
            {
                "resources",
                "leadership",
                "role_knowledge",
                "continuity",
                "routines",
                "coordination",
            },
        ),
        ("laws", {"regulation", "information_sharing"}),
        ("flat", {"organisation"}),
        ("one head", {"organisation", "leadership"}),
        ("supervision", {"evaluation"}),
        ("news", {"evaluation"}),
        ("abstract", {"organisation", "competence"}),
    ],
)
def test_all_findings_of_a_passage_are_found(
    coded: dict[str, CodedText], name: str, factors: set[str]
) -> None:
    assert factors <= set(directions(coded[name]))


@pytest.mark.parametrize(
    ("name", "factor", "direction"),
    [
        ("listed", "continuity", "barrier"),
        ("listed", "resources", "facilitator"),
        ("laws", "information_sharing", "barrier"),
        ("flat", "organisation", "barrier"),
        ("one head", "organisation", "facilitator"),
        ("one head", "leadership", "facilitator"),
        ("supervision", "evaluation", "barrier"),
    ],
)
def test_each_points_its_own_way(
    coded: dict[str, CodedText], name: str, factor: str, direction: str
) -> None:
    assert directions(coded[name])[factor] == direction


def test_a_listed_factor_is_marked_where_it_stands(coded: dict[str, CodedText]) -> None:
    (continuity,) = [one for one in coded["listed"].codings if one.factor == "continuity"]
    marked = LISTED[continuity.start : continuity.end]
    assert marked.startswith("kontinuitet (når")
    assert len(marked) < 100


def test_not_everything_is_found_everywhere(coded: dict[str, CodedText]) -> None:
    assert all(len(found.codings) <= 8 for found in coded.values())
    assert "information_sharing" not in directions(coded["news"])
    assert "user_participation" not in directions(coded["listed"])
