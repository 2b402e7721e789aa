"""Invented records in the catalogues' own shapes, and the sources that ask for them."""

from __future__ import annotations

from typing import Any

from corpora.registry import Source
from tests.pipeline.crawl.api_server import ApiWeb

UUID = "00000000-0000-4000-8000-{:012d}"
NVA_ID = "019dfd4c35f5-0ceb0ced-8bff-4bbb-9c9a-{:012d}"
DOI = "10.6027/tn2020-123"


def catalogue(source_id: str, **values: Any) -> Source:
    """A source with an interface and nothing else."""
    common = {
        "id": source_id,
        "name": f"Catalogue {source_id}",
        "country": "NO",
        "kind": "aggregator",
        "priority": 1,
        "document_form": "catalogue",
        "languages": ("nb",),
    }
    return Source(**{**common, **values})


def sources() -> list[Source]:
    """One source for each adapter."""
    return [
        catalogue(
            "test-nva",
            homepage="http://nva.test",
            api={
                "url": "http://api.nva.test/search/resources",
                "adapter": "nva",
                "record": "http://api.nva.test/publication/<uuid>",
                "record_types": ("ReportResearch", "AcademicChapter"),
            },
        ),
        catalogue(
            "test-kudos",
            homepage="http://kudos.test",
            api={
                "url": "http://kudos.test/api/v0/documents",
                "adapter": "kudos",
                "query": {"type": "Evaluering"},
            },
        ),
        catalogue(
            "test-openalex",
            homepage="http://openalex.test",
            languages=("sv", "en"),
            api={
                "url": "http://api.openalex.test/works",
                "adapter": "openalex",
                "query": {"filter": ("authorships.countries:NO|SE",)},
            },
        ),
        catalogue(
            "test-crossref",
            homepage="http://www.crossref.test",
            api={"url": "http://api.crossref.test/works", "adapter": "crossref"},
        ),
        catalogue(
            "test-finna",
            homepage="http://api.finna.test",
            languages=("fi",),
            api={
                "url": "http://api.finna.test/v1/search",
                "adapter": "finna",
                "query": {"type": "AllFields", "filter[]": ('~format:"0/Book/"',)},
            },
        ),
    ]


def nva_record(number: int, **changes: Any) -> dict[str, Any]:
    """A whole record of NVA, with one open file and one that is closed."""
    record = {
        "type": "Publication",
        "identifier": NVA_ID.format(number),
        "status": "PUBLISHED",
        "modifiedDate": "2024-05-06T13:07:33.031568792Z",
        "indexDocumentCreatedAt": "2024-05-06T13:07:34.110654784Z",
        "doi": f"https://doi.org/10.5555/nva.{number}",
        "additionalIdentifiers": [
            {"type": "HandleIdentifier", "value": f"https://hdl.handle.net/11250/{number}"}
        ],
        "entityDescription": {
            "type": "EntityDescription",
            "mainTitle": f"Tverrfaglig samarbeid i fjordkommunene {number}",
            "abstract": "<p>Rapporten ser på <i>tverrfaglig samarbeid</i> &amp; ledelse.</p>",
            "language": "http://lexvo.org/id/iso639-3/nob",
            "publicationDate": {"type": "PublicationDate", "year": "2023", "month": "4"},
            "contributors": [
                {"identity": {"name": "Åse Øverbø"}, "role": {"type": "Editor"}, "sequence": "3"},
                {
                    "identity": {"name": "Kari Nordmann"},
                    "role": {"type": "Creator"},
                    "sequence": "2",
                },
                {"identity": {"name": "Inga Sæther"}, "role": {"type": "Creator"}, "sequence": "1"},
            ],
            "reference": {
                "publicationInstance": {"type": "ReportResearch", "pages": {"pages": "40"}},
                "publicationContext": {
                    "type": "Report",
                    "publisher": {"name": "Fjordforskning"},
                    "series": {"type": "Series", "name": "Fjordrapport", "printIssn": "2464-1162"},
                    "seriesNumber": f"2023:{number:02d}",
                    "isbnList": ["9788217040064"],
                },
            },
        },
        "associatedArtifacts": [
            {
                "type": "OpenFile",
                "identifier": UUID.format(number),
                "name": f"rapport {number} æøå.pdf",
                "mimeType": "application/pdf",
                "publishedDate": "2024-05-06T13:52:46Z",
                "size": "74283",
            },
            {
                "type": "InternalFile",
                "identifier": UUID.format(900 + number),
                "mimeType": "application/pdf",
            },
        ],
    }
    return {**record, **changes}


def kudos_document(number: int, **changes: Any) -> dict[str, Any]:
    """A document of Kudos with its PDF."""
    uuid = UUID.format(number)
    owner = {
        "name": "BARNE- OG FAMILIEDEPARTEMENTET",
        "alternative_names": [{"type": "display", "name": "Barne- og familiedepartementet"}],
    }
    document = {
        "uuid": uuid,
        "type": "Evaluering",
        "title": f"Evaluering av samarbeid mellom barnevern og skole {number}",
        "abstract": "Evalueringen viser at felles mål fremmer samarbeid.",
        "language": "nb",
        "external_public_url": f"https://dep.test/evaluering/{number}",
        "publish_date": "2021-03-04",
        "concerned_year_from": 2020,
        "concerned_year_to": None,
        "authors": ["Ola Nordmann", "Kari Åsen"],
        "publishers": [],
        "owners": [owner],
        "recipients": [],
        "authoring_actors": [{"name": "Nordisk Evaluering AS", "alternative_names": []}],
        "files": [
            {
                "uuid": uuid,
                "filename": f"evaluering-{number}.pdf",
                "url": f"http://kudos.test/dokument/{uuid}/filer/{uuid}.pdf",
                "sha256": f"{number:064d}",
                "mimetype": "application/pdf",
                "is_primary": True,
            }
        ],
    }
    return {**document, **changes}


def openalex_work(number: int, **changes: Any) -> dict[str, Any]:
    """A work of OpenAlex."""
    work = {
        "id": f"https://openalex.org/W{number}",
        "doi": f"https://doi.org/10.5555/oa.{number}",
        "title": f"Samverkan kring barn och unga: studie {number}",
        "publication_year": 2022,
        "publication_date": "2022-02-03",
        "language": "sv",
        "type": "article",
        "is_retracted": False,
        "primary_location": {
            "is_oa": False,
            "landing_page_url": f"https://doi.org/10.5555/oa.{number}",
            "source": {
                "display_name": "Nordisk välfärdsforskning",
                "type": "journal",
                "issn_l": "2464-4161",
            },
        },
        "best_oa_location": {
            "is_oa": True,
            "pdf_url": f"http://s3.test/oa-{number}.pdf",
            "version": "publishedVersion",
        },
        "authorships": [
            {"author": {"display_name": "Åsa Lindström"}},
            {"author": {"display_name": "Björn Ek"}},
        ],
        "biblio": {"volume": "7", "issue": "1", "first_page": "10", "last_page": "22"},
        "abstract_inverted_index": {"Samverkan": [0], "kräver": [1], "tid.": [2]},
    }
    return {**work, **changes}


def crossref_work(**changes: Any) -> dict[str, Any]:
    """A work of Crossref with a JATS abstract and with what changes every day."""
    work = {
        "DOI": DOI.upper(),
        "type": "report",
        "title": ["Barn &amp; unge i Norden"],
        "subtitle": ["Samarbejde på tværs"],
        "author": [
            {"given": "Søren", "family": "Kjær", "sequence": "first"},
            {"name": "Nordisk Råd", "sequence": "additional"},
        ],
        "issued": {"date-parts": [[2020, 5]]},
        "publisher": "Nordic Council of Ministers",
        "container-title": ["TemaNord"],
        "ISBN": ["http://id.crossref.org/isbn/9788217040064"],
        "language": "da",
        "abstract": "<jats:title>Abstract</jats:title><jats:p>Fælles <jats:italic>mål"
        "</jats:italic> virker.</jats:p><jats:p>Tid mangler.</jats:p>",
        "indexed": {"timestamp": 1},
        "score": 1,
        "is-referenced-by-count": 4,
    }
    return {**work, **changes}


def finna_record(number: int, **changes: Any) -> dict[str, Any]:
    """A record of Finna; `indexed` is the server's own."""
    record = {
        "id": f"fikka.{number}",
        "title": f"Monialainen yhteistyö perhekeskuksissa {number} : seurantatutkimus",
        "subTitle": "seurantatutkimus",
        "nonPresenterAuthors": [
            {"name": "Mäkelä, Päivi", "role": "kirjoittaja"},
            {"name": "Kuvaaja, Kalle", "role": "kuvittaja"},
        ],
        "year": "2021",
        "publishers": ["Terveyden ja hyvinvoinnin laitos,"],
        "series": [{"name": "THL raportti ;", "additional": f"{number}/2021"}],
        "isbns": ["978-82-17-04006-4 (PDF)"],
        "languages": ["fin"],
        "summary": ["Yhteinen johtaminen edistää yhteistyötä."],
        "formats": [{"value": "0/Book/", "translated": "Kirja"}],
        "onlineUrls": [
            {"url": f"http://s3.test/thl-{number}.pdf", "text": "PDF"},
            {"url": "https://julkari.test/handle/10024/1"},
        ],
        "indexed": "2024-01-01",
    }
    return {**record, **changes}


def fill(web: ApiWeb) -> None:
    """Put some records into every catalogue."""
    web.nva = [nva_record(number) for number in range(1, 6)]
    web.nva.append(
        nva_record(6, entityDescription={"mainTitle": "Tverrfaglig samarbeid: artikkel"})
    )
    web.kudos = [kudos_document(number) for number in range(1, 61)]
    web.kudos[1:60] = [{**document, "files": []} for document in web.kudos[1:60]]
    web.kudos.append(kudos_document(61, publish_date=None))
    web.openalex = [openalex_work(number) for number in range(1, 4)]
    web.crossref = {DOI: crossref_work()}
    web.finna = [finna_record(number) for number in range(1, 4)]
