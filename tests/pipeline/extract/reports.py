"""A whole report in each language, in our own words, with all that a printed report has."""

from __future__ import annotations

from dataclasses import dataclass

from tests.pipeline.extract.papers import LEFT, Paper
from tests.pipeline.extract.sheets import row, rule


@dataclass(frozen=True)
class ReportWords:
    """What a report says; `broken` is a paragraph line by line as printed, `whole` the same."""

    language: str
    contents: str
    chapters: tuple[str, str]
    texts: tuple[str, str]
    broken: tuple[str, ...]
    whole: str
    note: str
    table: str
    head: tuple[str, str, str]
    rows: tuple[tuple[str, str, str], tuple[str, str, str], tuple[str, str, str]]
    box: tuple[str, str]
    glossary: tuple[str, str]
    references: tuple[str, str]


REPORTS = (
    ReportWords(
        "nb",
        "Innhold",
        ("1 Møter på tvers", "2 Tillit og tid"),
        (
            "Ansatte i skole og barnevern møtes hver fjortende dag, og de sier at møtene gir mer"
            " enn de koster. Uten en leder som kaller inn til dem, faller de likevel bort.",
            "Tillit vokser langsomt når folk slutter hvert år. Flere ledere forteller at de må"
            " begynne forfra hver høst, og at familiene merker det godt.",
        ),
        (
            "Tilbudet omfatter barne- og ungdomspsykiatri, e-",
            "helse og tiltak i 0-24-samarbeidet, og kommu-",
            "nene samordner dette gjennom barne-",
            "og familietjenesten.",
        ),
        "Tilbudet omfatter barne- og ungdomspsykiatri, e-helse og tiltak i 0-24-samarbeidet, og"
        " kommunene samordner dette gjennom barne- og familietjenesten.",
        "1 Tallene gjelder bare de kommunene som svarte.",
        "Tabell 1. Kontakt mellom tjenestene, prosent",
        ("Tjeneste", "Ofte", "Sjelden"),
        (("Skole", "61", "39"), ("Barnevern", "48", "52"), ("Helsestasjon", "70", "30")),
        (
            "Slik gjorde vi",
            "Vi snakket med førti ansatte i fire kommuner og leste alle planene.",
        ),
        ("Ordliste", "PPT: Pedagogisk-psykologisk tjeneste."),
        ("Litteratur", "Dahl, P. (2009). En håndbok i møteledelse. Eksempelforlaget."),
    ),
    ReportWords(
        "sv",
        "Innehåll",
        ("1 Möten över gränser", "2 Förtroende och tid"),
        (
            "Personalen i skolan och socialtjänsten träffas varannan vecka, och de säger att mötena"
            " ger mer än de kostar. Utan en chef som kallar till dem faller de ändå bort.",
            "Förtroende växer långsamt när folk slutar varje år. Flera chefer berättar att de måste"
            " börja om varje höst, och att familjerna märker det tydligt.",
        ),
        (
            "Stödet omfattar barn- och ungdomspsykiatri samt skol-",
            "och fritidsverksamhet, och kommu-",
            "nerna samordnar det genom SIP-",
            "möten.",
        ),
        "Stödet omfattar barn- och ungdomspsykiatri samt skol- och fritidsverksamhet, och"
        " kommunerna samordnar det genom SIP-möten.",
        "1 Siffrorna gäller bara de kommuner som svarade.",
        "Tabell 1. Kontakt mellan verksamheterna, procent",
        ("Verksamhet", "Ofta", "Sällan"),
        (("Skola", "61", "39"), ("Socialtjänst", "48", "52"), ("Barnhälsa", "70", "30")),
        (
            "Så gjorde vi",
            "Vi talade med fyrtio anställda i fyra kommuner och läste alla planer som de hade.",
        ),
        ("Ordlista", "SIP: samordnad individuell plan."),
        ("Referenser", "Dahl, P. (2009). En handbok i mötesledning. Exempelförlaget."),
    ),
    ReportWords(
        "da",
        "Indhold",
        ("1 Møder på tværs", "2 Tillid og tid"),
        (
            "Medarbejdere i skole og familieafdeling mødes hver anden uge, og de siger, at møderne"
            " giver mere, end de koster. Uden en leder, der indkalder, falder de alligevel bort.",
            "Tillid vokser langsomt, når folk stopper hvert år. Flere ledere fortæller, at de må"
            " begynde forfra hvert efterår, og at familierne mærker det tydeligt.",
        ),
        (
            "Tilbuddet omfatter børne- og ungdomspsykiatri og SSP-",
            "samarbejdet, og kommu-",
            "nerne samordner det gennem børne-",
            "og familieafdelingen.",
        ),
        "Tilbuddet omfatter børne- og ungdomspsykiatri og SSP-samarbejdet, og kommunerne samordner"
        " det gennem børne- og familieafdelingen.",
        "1 Tallene gælder kun de kommuner, der svarede.",
        "Tabel 1. Kontakt mellem tilbuddene, procent",
        ("Tilbud", "Ofte", "Sjældent"),
        (("Skole", "61", "39"), ("Familieafdeling", "48", "52"), ("Sundhedspleje", "70", "30")),
        (
            "Sådan gjorde vi",
            "Vi talte med fyrre medarbejdere i fire kommuner og læste alle planer.",
        ),
        ("Ordforklaringer", "PPR: Pædagogisk psykologisk rådgivning."),
        ("Litteraturliste", "Dahl, P. (2009). En håndbog i mødeledelse. Eksempelforlaget."),
    ),
    ReportWords(
        "fi",
        "Sisällys",
        ("1 Yhteiset kokoukset", "2 Luottamus ja aika"),
        (
            "Koulun ja lastensuojelun työntekijät tapaavat joka toinen viikko, ja heidän mielestään"
            " kokouksista on enemmän hyötyä kuin vaivaa. Ilman johtajaa ne jäävät pitämättä.",
            "Luottamus kasvaa hitaasti, kun työntekijät vaihtuvat joka vuosi. Moni johtaja kertoo"
            " aloittavansa alusta joka syksy, ja perheet huomaavat sen hyvin.",
        ),
        (
            "Palveluihin kuuluvat sosiaali- ja terveyspalvelut sekä lasten-",
            "ja nuortenpsykiatria, ja kun-",
            "nat sovittavat ne yhteen perhe-",
            "keskuksissa.",
        ),
        "Palveluihin kuuluvat sosiaali- ja terveyspalvelut sekä lasten- ja nuortenpsykiatria, ja"
        " kunnat sovittavat ne yhteen perhekeskuksissa.",
        "1 Luvut koskevat vain vastanneita kuntia.",
        "Taulukko 1. Yhteydet palvelujen välillä, prosenttia",
        ("Palvelu", "Usein", "Harvoin"),
        (("Koulu", "61", "39"), ("Lastensuojelu", "48", "52"), ("Neuvola", "70", "30")),
        (
            "Näin teimme",
            "Puhuimme neljänkymmenen työntekijän kanssa kunnissa ja luimme suunnitelmat.",
        ),
        ("Sanasto", "HYTE: hyvinvoinnin ja terveyden edistäminen."),
        ("Lähteet", "Dahl, P. (2009). Kokousten johtamisen opas. Esimerkkikustannus."),
    ),
)


def printed(words: ReportWords) -> bytes:
    """The report: contents, two chapters on a page each with number and header, back matter."""
    paper = Paper()
    paper.heading(words.contents, 16)
    for at, chapter in enumerate(words.chapters):
        paper.line(f"{chapter} {'.' * 50} {at + 4}")
    _end(paper, words, 3)
    _first_chapter(paper, words)
    _end(paper, words, 4)
    _second_chapter(paper, words)
    _end(paper, words, 5)
    for heading, line in (words.glossary, words.references):
        paper.heading(heading, 16)
        paper.line(line)
    _end(paper, words, 6)
    return paper.bytes()


def _first_chapter(paper: Paper, words: ReportWords) -> None:
    paper.heading(words.chapters[0], 16)
    paper.paragraph(words.texts[0])
    for line in words.broken:
        paper.line(line)
    paper.y -= 10
    paper.line(words.table, size=9)
    rule(paper, 8)
    places = (72.0, 240.0, 360.0)
    row(paper, words.head, places)
    rule(paper)
    for values in words.rows:
        row(paper, values, places)
    rule(paper)
    paper.at(words.note, LEFT, 70, 7.5)


def _second_chapter(paper: Paper, words: ReportWords) -> None:
    paper.heading(words.chapters[1], 16)
    paper.canvas.setFillGray(0.9)
    paper.canvas.rect(66, paper.y - 62, 463, 70, fill=1, stroke=0)
    paper.canvas.setFillGray(0)
    below = paper.y - 90
    paper.line(words.box[0], size=12, bold=True)
    paper.paragraph(words.box[1])
    paper.y = below
    paper.paragraph(words.texts[1])


def _end(paper: Paper, words: ReportWords, number: int) -> None:
    left = number % 2 == 0
    paper.at(f"{words.chapters[0][2:]} 2021" if left else "Nordmark 7", LEFT if left else 440, 805)
    paper.at(str(number), LEFT if left else 515, 30)
    paper.page()
