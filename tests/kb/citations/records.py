"""Records that the citation tests share: our own words, every Nordic letter, awkward on purpose."""

from __future__ import annotations

from typing import Any

from kb.citations.entries import CitedEntry, CitedPassage

LETTERS = "Æ æ Ø ø Å å Ä ä Ö ö Ð ð Þ þ Á á Í í Ú ú Ý ý É é Š š Ž ž Ŋ ŋ Č č Đ đ Ŧ ŧ Ü ü"

REPORT: dict[str, Any] = {
    "id": "p0a1",
    "type": "report",
    "title": "Trøbbel i “grenseflatene”: DNA-et i et barns saksgang",
    "author": [
        {"family": "Skog Hansen", "given": "Inger Lise"},
        {"literal": "Barne-, ungdoms- og familiedirektoratet"},
        {"literal": "Sosialt forum and venner"},
        {"literal": "Fafo"},
    ],
    "issued": {"date-parts": [[2020]]},
    "publisher": "Fafo & co",
    "collection-title": "Fafo-rapport",
    "number": "2020:02",
    "ISBN": "9788771197006",
    "ISSN": "0801-6143",
    "URL": "https://www.example.test/a_b%20c?x=1&y=2#del",
    "language": "nb",
    "abstract": f"Om samordning: {LETTERS}. 50 % av {{kommunene}} – «noen» _sier_ $5 ~ ^ # \\ ja.",
}
TWIN: dict[str, Any] = {**REPORT, "id": "p0a2", "number": "2020:03"}
ARTICLE: dict[str, Any] = {
    "id": "p0b1",
    "type": "article-journal",
    "title": "It's our children! Exploring Work in Norway's Family Centres",
    "author": [
        {"family": "Bulling", "given": "Ingunn S."},
        {"family": "van der Berg", "given": "Åse"},
        {"family": "Þórðardóttir", "given": "Ása"},
    ],
    "issued": {"date-parts": [[2018, 11, 5]]},
    "container-title": "Child & Family Social Work",
    "volume": "23",
    "issue": "4",
    "page": "12-20",
    "DOI": "10.1111/cfs.12469",
    "ISSN": "1356-7500",
    "language": "en",
}
CHAPTER: dict[str, Any] = {
    "id": "p0c1",
    "type": "chapter",
    "title": "Samverkan på tvären",
    "author": [{"family": "Ängström", "given": "Örjan"}],
    "issued": {"date-parts": [[2011]]},
    "container-title": "Barn i Norden",
    "publisher": "Studentlitteratur",
    "page": "45-67",
    "ISBN": "9788771197266",
    "language": "sv",
}
THESIS: dict[str, Any] = {
    "id": "p0d1",
    "type": "thesis",
    "title": "Perhekeskuksen yhteistyö",
    "author": [{"family": "Isopahkala", "given": "Päivi"}],
    "issued": {"date-parts": [[2013]]},
    "genre": "Pro gradu -tutkielma",
    "publisher": "Itä-Suomen yliopisto",
    "language": "fi",
}
WEBPAGE: dict[str, Any] = {
    "id": "p0e1",
    "type": "webpage",
    "title": "Workshop om familjecentraler",
    "publisher": "Nordens Välfärdscenter",
    "URL": "https://www.example.test/sida",
    "language": "sv",
}
BOOK: dict[str, Any] = {
    "id": "p0f1",
    "type": "book",
    "title": "Fjölskyldumiðstöðvar",
    "author": [{"family": "Jónsdóttir", "given": "Ása"}],
    "issued": {"date-parts": [[1999]]},
    "publisher": "Háskólaútgáfan",
    "ISBN": "9788799328925",
    "language": "is",
}
BARE: dict[str, Any] = {"id": "p0g1", "type": "report"}

ALL: tuple[dict[str, Any], ...] = (REPORT, TWIN, ARTICLE, CHAPTER, THESIS, WEBPAGE, BOOK, BARE)


def cited(*records: dict[str, Any]) -> list[CitedEntry]:
    """Return the records as entries of a set, without passages."""
    return [CitedEntry(record) for record in records]


def quoted() -> list[CitedEntry]:
    """Return two passages of one report, one with a note, and one of a page without numbers."""
    return [
        CitedEntry(
            REPORT, CitedPassage("Ledelsen må “ville” det.", "12", "13"), "viktig for kap. 3"
        ),
        CitedEntry(WEBPAGE, CitedPassage("Alla möts här.", section="Resultat › Möten")),
        CitedEntry(REPORT, CitedPassage("Uten penger stanser det.", "xiv", permalink="/p/1")),
    ]
