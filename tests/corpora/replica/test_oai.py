"""OAI-PMH: every verb, paging by tokens, dates, deleted records and errors."""

from typing import Any

import pytest
from lxml import etree

from corpora.replica import ReplicaServer, Truth
from corpora.replica.oai import answer_oai, describe_dc, describe_mods
from corpora.replica.plan import Placement
from corpora.replica.storage import Repository, Site
from tests.corpora.replica.conftest import Browser

SPACES = {
    "o": "http://www.openarchives.org/OAI/2.0/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "m": "http://www.loc.gov/mods/v3",
}
BASE = "http://julkaisut-replica.test/oai/request"


@pytest.fixture(scope="module")
def repository(site: Site) -> Repository:
    """The Finnish site's repository."""
    return site.repositories["julkaisut-replica.test"]


def _ask(repository: Repository, **query: str) -> Any:
    spelled = {name.rstrip("_"): value for name, value in query.items()}
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    return etree.fromstring(answer_oai(repository, BASE, spelled), parser)


def _all(tree: Any, path: str) -> list[Any]:
    return list(tree.xpath(path, namespaces=SPACES))


def _harvest(repository: Repository, verb: str = "ListRecords", **query: str) -> list[Any]:
    """Return the answers of a whole list, one a page."""
    answers = [_ask(repository, verb=verb, **query)]
    while token := answers[-1].findtext(".//o:resumptionToken", namespaces=SPACES):
        answers.append(_ask(repository, verb=verb, resumptionToken=token))
    return answers


def _identifiers(answers: list[Any]) -> list[str]:
    return [str(text) for a in answers for text in _all(a, "//o:header/o:identifier/text()")]


def test_identify(repository: Repository) -> None:
    tree = _ask(repository, verb="Identify")
    assert _all(tree, "//o:protocolVersion/text()") == ["2.0"]
    assert _all(tree, "//o:baseURL/text()") == [BASE]
    assert _all(tree, "//o:deletedRecord/text()") == ["persistent"]
    assert _all(tree, "//o:granularity/text()") == ["YYYY-MM-DDThh:mm:ssZ"]


def test_formats_and_sets(repository: Repository) -> None:
    formats = _ask(repository, verb="ListMetadataFormats")
    assert _all(formats, "//o:metadataPrefix/text()") == ["oai_dc", "mods"]
    assert _all(_ask(repository, verb="ListSets"), "//o:setSpec/text()") == ["reports"]


@pytest.mark.parametrize("prefix", ["oai_dc", "mods"])
def test_a_list_is_paged_by_tokens_and_gives_each_record_once(
    repository: Repository, prefix: str
) -> None:
    answers = _harvest(repository, metadataPrefix=prefix)
    assert len(answers) > 1
    found = _identifiers(answers)
    assert found == [record.identifier for record in repository.records]
    assert len(set(found)) == len(found)
    last = answers[-1].find(".//o:resumptionToken", namespaces=SPACES)
    assert last.text is None
    assert last.get("completeListSize") == str(len(found))


def test_identifiers_alone(repository: Repository) -> None:
    answers = _harvest(repository, "ListIdentifiers", metadataPrefix="oai_dc")
    assert _identifiers(answers) == [record.identifier for record in repository.records]
    assert not _all(answers[0], "//o:metadata")


def test_one_record_is_deleted_and_has_no_metadata(repository: Repository) -> None:
    answers = _harvest(repository, metadataPrefix="oai_dc")
    deleted = [r for a in answers for r in _all(a, "//o:record[o:header/@status='deleted']")]
    assert len(deleted) == 1
    assert not _all(deleted[0], "o:metadata")


def test_from_and_until_choose_by_date(repository: Repository) -> None:
    stamps = [record.datestamp for record in repository.records]
    middle = stamps[len(stamps) // 2]
    since = _identifiers(_harvest(repository, metadataPrefix="oai_dc", from_=middle))
    until = _identifiers(_harvest(repository, metadataPrefix="oai_dc", until=middle))
    assert since == [r.identifier for r in repository.records if r.datestamp >= middle]
    assert until == [r.identifier for r in repository.records if r.datestamp <= middle]


def test_until_a_day_takes_in_the_whole_day(repository: Repository) -> None:
    day = repository.records[0].datestamp[:10]
    found = _identifiers(_harvest(repository, metadataPrefix="oai_dc", until=day, from_=day))
    assert repository.records[0].identifier in found


def test_a_record_by_its_identifier(repository: Repository) -> None:
    record = next(record for record in repository.records if not record.deleted)
    tree = _ask(repository, verb="GetRecord", metadataPrefix="mods", identifier=record.identifier)
    assert len(_all(tree, "//m:mods/m:titleInfo/m:title")) == 1


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({"verb": "Sing"}, "badVerb"),
        ({}, "badVerb"),
        ({"verb": "ListRecords"}, "badArgument"),
        ({"verb": "ListRecords", "metadataPrefix": "marc21"}, "cannotDisseminateFormat"),
        ({"verb": "ListRecords", "metadataPrefix": "mods", "set": "x"}, "noRecordsMatch"),
        ({"verb": "ListRecords", "metadataPrefix": "mods", "from": "2031-01-01"}, "noRecordsMatch"),
        ({"verb": "ListRecords", "resumptionToken": "worn"}, "badResumptionToken"),
        ({"verb": "ListRecords", "resumptionToken": "W10="}, "badResumptionToken"),
        ({"verb": "GetRecord", "metadataPrefix": "mods", "identifier": "x"}, "idDoesNotExist"),
    ],
)
def test_errors_have_the_protocols_codes(
    repository: Repository, query: dict[str, str], code: str
) -> None:
    assert _all(_ask(repository, **query), "//o:error/@code") == [code]


def test_hostile_queries_are_escaped(repository: Repository) -> None:
    tree = _ask(repository, verb="Identify", metadataPrefix='"><evil/>')
    assert not _all(tree, "//o:evil")


def test_dublin_core_says_what_is_known(placement_of: Any) -> None:
    place: Placement = placement_of("fi-uef-2019-01")
    tree = etree.fromstring(describe_dc(place))
    assert _all(tree, "dc:title/text()") == [place.publication.title]
    assert _all(tree, "dc:creator/text()") == ["Kittilä, Emmi"]
    assert _all(tree, "dc:date/text()") == ["2019"]
    assert _all(tree, "dc:identifier/text()")[0] == place.publication.url
    assert _all(tree, "dc:description/text()") == [place.publication.abstract]
    assert not _all(tree, "dc:source")


def test_mods_has_typed_names_and_addresses(placement_of: Any) -> None:
    place: Placement = placement_of("is-rbf-2015-01")
    tree = etree.fromstring(describe_mods(place))
    assert _all(tree, "m:identifier[@type='uri']/text()") == [place.publication.url]
    assert _all(tree, "m:identifier[@type='isbn']/text()") == ["978-9935-9075-9-2"]
    assert len(_all(tree, "m:name[@type='personal']")) == len(place.publication.authors or ())
    usage = _all(tree, "m:location/m:url[@usage='primary display']/text()")
    assert usage == [f"{place.host.base}{place.landing}"]


def test_unknown_facts_are_absent_from_records(plan: tuple[Placement, ...]) -> None:
    for place in plan:
        for xml in (describe_dc(place), describe_mods(place)):
            etree.fromstring(xml)
            assert ">None<" not in xml
            if place.publication.year is None:
                assert "dateIssued" not in xml
                assert "dc:date" not in xml


def test_everything_in_the_repository_is_in_the_truth(truth: Truth, site: Site) -> None:
    for host, repository in site.repositories.items():
        alive = [record for record in repository.records if not record.deleted]
        assert len(alive) == len([p for p in truth.publications if host in p.hosts])


def test_the_endpoint_answers_over_http(browser: Browser, server: ReplicaServer) -> None:
    reply = browser.get(f"{BASE}?verb=ListRecords&metadataPrefix=oai_dc")
    assert reply.status == 200
    assert reply.headers["content-type"].startswith("text/xml")
    again = browser.get(
        f"{BASE}?verb=ListRecords&metadataPrefix=oai_dc", If_None_Match=reply.headers["etag"]
    )
    assert (again.status, again.body) == (304, b"")
    assert [logged.status for logged in server.log] == [200, 304]
