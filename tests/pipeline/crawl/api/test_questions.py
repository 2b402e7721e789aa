"""What each interface is asked, when it is asked again, and what its pages lead to."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from corpora.registry import Source
from kb.frontier import Frontier, Outcome, Settled, Wanted
from kb.store import Store
from pipeline.crawl.spiders import Answer, Found
from pipeline.crawl.spiders.api import crossref, finna, kudos, openalex, records
from pipeline.crawl.spiders.api.crossref import CrossrefSpider
from pipeline.crawl.spiders.api.finna import Finna
from pipeline.crawl.spiders.api.kudos import Kudos
from pipeline.crawl.spiders.api.listing import MAX_PAGES, ListSpider
from pipeline.crawl.spiders.api.nva import Nva, NvaSpider
from pipeline.crawl.spiders.api.openalex import OpenAlex
from pipeline.crawl.spiders.api.records import AnswerError, Question, note_asked
from pipeline.crawl.spiders.choose import may_rest, ways_for
from tests.pipeline.crawl.api.samples import (
    DOI,
    NVA_ID,
    UUID,
    finna_record,
    kudos_document,
    nva_record,
    openalex_work,
    sources,
)
from tests.pipeline.crawl.api_server import reply
from tests.pipeline.crawl.web import make_source

TODAY = date(2026, 6, 15)
SOURCES = {source.id.removeprefix("test-"): source for source in sources()}


@pytest.fixture(autouse=True)
def _fixed_day(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (crossref, kudos, openalex):
        monkeypatch.setattr(module, "today", lambda: TODAY)


@pytest.fixture
def frontier(store: Store) -> Frontier:
    return Frontier(store, 1)


def asked(question: Question) -> dict[str, list[str]]:
    return parse_qs(urlsplit(question.url).query)


def answered(frontier: Frontier, questions: Iterable[Question], days_ago: int) -> None:
    day = (TODAY - timedelta(days=days_ago)).isoformat()
    for question in questions:
        frontier.remember(*note_asked("test-x", question.key, day))


def read(spider: ListSpider, value: Any, url: str | None = None, page: int = 1) -> Found:
    start = spider.start()[0]
    wanted = Wanted(url or start.url, start.source_id, start.kind, {**start.context, "page": page})
    return spider.read(Answer(wanted, wanted.url, reply(value).body))


def test_every_adapter_is_chosen_by_its_name(frontier: Frontier) -> None:
    ways = {name: ways_for(source, frontier)[-1] for name, source in SOURCES.items()}
    assert isinstance(ways["nva"], NvaSpider)
    assert isinstance(ways["crossref"], CrossrefSpider)
    origins = {name: w.catalogue.origin for name, w in ways.items() if isinstance(w, ListSpider)}
    assert origins == {"nva": "nva", "kudos": "kudos", "openalex": "openalex", "finna": "finna"}
    assert len(ways_for(make_source("x.test"), frontier)) == 2
    described = make_source("x.test", api={"url": "http://x.test/api"})
    assert len(ways_for(described, frontier)) == 2
    assert [name for name, source in SOURCES.items() if may_rest(source)] == ["crossref"]


def test_kinds_of_address_belong_to_one_way_each(frontier: Frontier) -> None:
    for source in SOURCES.values():
        kinds = [kind for way in ways_for(source, frontier) for kind in way.kinds]
        assert len(kinds) == len(set(kinds))


class TestKudos:
    def questions(self, frontier: Frontier) -> list[Question]:
        return list(Kudos(SOURCES["kudos"]).questions(frontier))

    def test_each_year_is_asked_by_itself(self, frontier: Frontier) -> None:
        questions = self.questions(frontier)
        years = [asked(q).get("published_year_from", [""])[0] for q in questions]
        assert years == [*map(str, range(2027, 1989, -1)), ""]
        assert asked(questions[0]) == {
            "type": ["Evaluering"],
            "published_year_from": ["2027"],
            "published_year_to": ["2027"],
            "per_page": ["50"],
            "page": ["1"],
        }
        assert len({question.key for question in questions}) == len(questions)

    def test_old_years_are_asked_again_after_a_month(self, frontier: Frontier) -> None:
        answered(frontier, self.questions(frontier), days_ago=1)
        again = [asked(q)["published_year_from"][0] for q in self.questions(frontier)]
        assert again == ["2027", "2026", "2025"]
        answered(frontier, Kudos(SOURCES["kudos"]).questions(Frontier(frontier.store, 2)), 31)
        old = [q for q in self.questions(frontier) if "published_year_from" not in asked(q)]
        assert old == []

    def test_everything_is_due_when_a_month_has_gone(self, frontier: Frontier) -> None:
        first = self.questions(frontier)
        answered(frontier, first, days_ago=30)
        assert self.questions(frontier) == first

    def test_files_are_pdfs_with_the_main_one_first(self) -> None:
        document = kudos_document(1)
        (main,) = document["files"]
        other = {**main, "is_primary": False, "url": "http://kudos.test/vedlegg.pdf"}
        word = {**main, "mimetype": "application/msword", "url": "http://kudos.test/x.doc"}
        entry = Kudos(SOURCES["kudos"]).entry({**document, "files": [other, word, main]})
        assert entry is not None
        assert [link.url for link in entry.files] == [main["url"], other["url"]]
        assert entry.files[0].stamp == main["sha256"]

    @pytest.mark.parametrize("uuid", [None, "", 3.5, "a/b", {}])
    def test_a_document_without_an_identifier_is_none(self, uuid: Any) -> None:
        assert Kudos(SOURCES["kudos"]).entry(kudos_document(1, uuid=uuid)) is None

    def test_the_last_page_leads_no_further(self) -> None:
        catalogue = Kudos(SOURCES["kudos"])
        value = {"data": [kudos_document(1)], "meta": {"last_page": 2}}
        url = "http://kudos.test/api/v0/documents?type=Evaluering&per_page=50&page=1"
        first = catalogue.read_page(value, url, 1)
        assert first.following == url[:-1] + "2"
        assert catalogue.read_page(value, url, 2).following is None
        assert catalogue.read_page({**value, "data": []}, url, 1).following is None
        with pytest.raises(AnswerError, match="`data` and `meta`"):
            catalogue.read_page({"error": {"details": {}}}, url, 1)


class TestOpenAlex:
    catalogue = OpenAlex(SOURCES["openalex"], "post@example.org")

    def test_terms_filters_and_fields(self, frontier: Frontier) -> None:
        first, *_ = self.catalogue.questions(frontier)
        query = asked(first)
        assert query["filter"][0].startswith('title_and_abstract.search:("')
        assert query["filter"][0].endswith("),authorships.countries:NO|SE")
        assert query["per_page"] == ["100"]
        assert query["mailto"] == ["post@example.org"]
        assert "abstract_inverted_index" in query["select"][0]
        assert "cursor" not in query

    def test_later_runs_ask_for_what_is_new_and_the_whole_again(self, frontier: Frontier) -> None:
        whole = list(self.catalogue.questions(frontier))
        answered(frontier, whole, days_ago=89)
        recent = list(self.catalogue.questions(frontier))
        assert [q.key for q in recent] == [q.key + "#recent" for q in whole]
        assert all("from_publication_date:2025-05-01" in asked(q)["filter"][0] for q in recent)
        answered(frontier, whole, days_ago=90)
        assert list(self.catalogue.questions(frontier)) == whole

    def test_numbered_pages_reach_so_far_and_say_so(self) -> None:
        url = "http://api.openalex.test/works?filter=x&page=1"
        value = {"meta": {"count": 12_345}, "results": [openalex_work(1)]}
        first = self.catalogue.read_page(value, url, 1)
        assert first.following == url[:-1] + "2"
        assert first.problem is not None
        assert "12345 works" in first.problem
        last = self.catalogue.read_page(value, url, 100)
        assert (last.following, last.problem) == (None, None)

    def test_cursors_are_followed_where_there_are_some(self, frontier: Frontier) -> None:
        api = {**SOURCES["openalex"].model_dump()["api"], "query": {"cursor": "*"}}
        keyed = OpenAlex(Source(**{**SOURCES["openalex"].model_dump(), "api": api}))
        first = next(iter(keyed.questions(frontier)))
        assert asked(first)["cursor"] == ["*"]
        assert "page" not in asked(first)
        value = {"meta": {"count": 99_999, "next_cursor": "IlsxNj=="}, "results": [{}]}
        page = keyed.read_page(value, first.url, 1)
        assert page.following is not None
        assert parse_qs(urlsplit(page.following).query)["cursor"] == ["IlsxNj=="]
        assert page.problem is None
        ended = {"meta": {"next_cursor": None}, "results": []}
        assert keyed.read_page(ended, first.url, 2).following is None

    def test_a_refusal_is_quoted(self) -> None:
        with pytest.raises(AnswerError, match="Unknown filter field"):
            self.catalogue.read_page({"error": "x", "message": "Unknown filter field"}, "u", 1)

    def test_only_open_files_are_followed(self) -> None:
        closed = openalex_work(1, best_oa_location={"is_oa": False, "pdf_url": "http://s3.test/x"})
        entry = self.catalogue.entry(closed)
        assert entry is not None
        assert entry.files == ()
        both = openalex_work(1, primary_location={"is_oa": True, "pdf_url": "http://s3.test/y"})
        entry = self.catalogue.entry(both)
        assert entry is not None
        assert [link.url for link in entry.files] == ["http://s3.test/oa-1.pdf"]


class TestFinna:
    catalogue = Finna(SOURCES["finna"])

    def test_terms_fields_and_order(self, frontier: Frontier) -> None:
        first, *_ = self.catalogue.questions(frontier)
        query = asked(first)
        assert query["lookfor"][0].startswith('"monialainen yhteistyö" OR ')
        assert query["filter[]"] == ['~format:"0/Book/"']
        assert {"id", "title", "summary", "onlineUrls"} <= set(query["field[]"])
        assert (query["limit"], query["page"]) == (["100"], ["1"])

    def test_later_runs_ask_for_what_was_indexed_since(self, frontier: Frontier) -> None:
        answered(frontier, list(self.catalogue.questions(frontier)), days_ago=1)
        first, *_ = self.catalogue.questions(frontier)
        said = asked(first)["lookfor"][0]
        assert said.endswith(") AND last_indexed:[2026-06-12T00:00:00Z TO *]")

    def test_pages_end_at_the_count_and_at_what_is_reached(self) -> None:
        url = "http://api.finna.test/v1/search?field%5B%5D=id&field%5B%5D=title&page=1"
        value = {"status": "OK", "resultCount": 250, "records": [finna_record(1)]}
        second = self.catalogue.read_page(value, url, 1).following
        assert second is not None
        assert parse_qs(urlsplit(second).query) == {"field[]": ["id", "title"], "page": ["2"]}
        assert self.catalogue.read_page(value, url, 3).following is None
        many = {**value, "resultCount": 10**7}
        assert self.catalogue.read_page(many, url, finna.REACHED // 100).following is None
        assert self.catalogue.read_page({"status": "OK", "resultCount": 0}, url, 1).records == ()

    def test_an_error_is_quoted(self) -> None:
        with pytest.raises(AnswerError, match="Invalid search"):
            self.catalogue.read_page({"status": "ERROR", "statusMessage": "Invalid search"}, "", 1)

    @pytest.mark.parametrize(
        ("url", "followed"),
        [
            ("https://x.test/report.PDF", True),
            ("https://x.test/report.pdf?download=1", True),
            ("https://x.test/report", False),
            ("https://x.test/?file=a.pdf", False),
            ("http://[bad/a.pdf", False),
            (None, False),
        ],
    )
    def test_only_pdfs_are_followed(self, url: Any, followed: bool) -> None:
        entry = self.catalogue.entry(finna_record(1, onlineUrls=[{"url": url}, "x", None]))
        assert entry is not None
        assert [link.url for link in entry.files] == ([url] if followed else [])

    def test_an_identifier_is_safe_in_addresses(self) -> None:
        entry = self.catalogue.entry(finna_record(1, id="sibelius.a/b&c=d#é"))
        assert entry is not None
        assert entry.address == "http://api.finna.test/v1/record?id=sibelius.a%2Fb%26c%3Dd%23%C3%A9"
        assert entry.item == "http://finna.test/Record/sibelius.a%2Fb%26c%3Dd%23%C3%A9"


class TestNva:
    catalogue = Nva(SOURCES["nva"])

    def test_each_term_is_a_question(self, frontier: Frontier) -> None:
        questions = list(self.catalogue.questions(frontier))
        assert len(questions) == len(records.subject_phrases(["nb"]))
        assert asked(questions[0]) == {
            "query": ['"tverrfaglig samarbeid"'],
            "aggregation": ["none"],
            "sort": ["identifier"],
            "size": ["100"],
        }
        answered(frontier, questions, days_ago=3)
        again = next(iter(self.catalogue.questions(frontier)))
        assert again.key == questions[0].key
        assert asked(again)["modified_since"] == ["2026-06-10"]

    @pytest.mark.parametrize("kind", ["ReportResearch", "AcademicChapter", "MusicPerformance"])
    def test_only_the_kinds_of_the_source_are_kept(self, kind: str) -> None:
        record = nva_record(1)
        record["entityDescription"]["reference"]["publicationInstance"]["type"] = kind
        entry = self.catalogue.entry(record)
        assert (entry is not None) == (kind in SOURCES["nva"].api.record_types)  # type: ignore[union-attr]

    @pytest.mark.parametrize(
        "artifact",
        [
            {"type": "InternalFile"},
            {"type": "PendingOpenFile"},
            {"type": ["OpenFile"]},
            {"mimeType": "image/png"},
            {"mimeType": None},
            {"identifier": "../../secret"},
            {"identifier": ""},
        ],
    )
    def test_what_is_no_open_document_is_not_followed(self, artifact: dict[str, Any]) -> None:
        record = nva_record(1)
        record["associatedArtifacts"] = [{**record["associatedArtifacts"][0], **artifact}]
        entry = self.catalogue.entry(record)
        assert entry is not None
        assert entry.files == ()

    @pytest.mark.parametrize("name", ["", None, "../x", "a b", "x" * 100, 7])
    def test_a_record_without_an_identifier_is_none(self, name: Any) -> None:
        assert self.catalogue.entry(nva_record(1, identifier=name)) is None

    @pytest.mark.parametrize(
        ("following", "said"),
        [
            ("http://api.nva.test/search/resources?searchAfter=2", None),
            ("http://evil.test/search/resources?searchAfter=2", "another host"),
            ("https://api.nva.test:8443/search", "another host"),
            ("javascript:alert(1)", None),
            (None, None),
            (["x"], None),
        ],
    )
    def test_the_next_page_is_the_one_that_is_named(self, following: Any, said: str | None) -> None:
        value = {"hits": [nva_record(1)], "nextSearchAfterResults": following}
        page = self.catalogue.read_page(value, "u", 1)
        right = isinstance(following, str) and following.startswith("http://api.nva.test/")
        assert page.following == (following if right else None)
        assert (said in page.problem) if said and page.problem else page.problem is None

    def test_older_answers_name_the_next_page_otherwise(self) -> None:
        url = "http://api.nva.test/search/resources?from=100"
        assert self.catalogue.read_page({"hits": [{}], "nextResults": url}, "u", 1).following == url
        assert self.catalogue.read_page({"hits": [], "nextResults": url}, "u", 1).following is None

    def test_a_page_that_names_itself_ends_the_listing(self, frontier: Frontier) -> None:
        spider = NvaSpider(SOURCES["nva"], frontier)
        url = "http://api.nva.test/search/resources?searchAfter=2"
        value = {"hits": [nva_record(1)], "nextSearchAfterResults": url}
        found = read(spider, value, url)
        assert [link.kind for link in found.links] == ["nva-link"]
        assert "repeats itself" in str(found.problem)
        assert found.kind == "bad_api"
        assert found.remember == ()

    def test_a_short_record_leads_to_the_whole_one(self, frontier: Frontier) -> None:
        short = {"identifier": NVA_ID.format(1), "type": "ReportResearch", "mainTitle": "x"}
        spider = NvaSpider(SOURCES["nva"], frontier)
        found = read(spider, {"hits": [short]})
        (link,) = found.links
        assert (link.kind, found.files) == ("nva-record", ())
        whole = spider.read(Answer(link, link.url, reply(nva_record(1)).body))
        ((_, sighting),) = whole.files
        assert (sighting.url, sighting.role) == (link.url, "record")
        assert [one.kind for one in whole.links] == ["nva-link"]
        gone = spider.read(Answer(link, link.url, reply(nva_record(1, status="DELETED")).body))
        assert (gone.files, gone.gone) == ((), (link.url,))
        answers: list[Any] = [short, [], {"title": "Not Found"}]
        for wrong in answers:
            nothing = spider.read(Answer(link, link.url, reply(wrong).body))
            assert nothing.failed
            assert "Expected a whole record" in str(nothing.problem)
        assert spider.read(Answer(link, link.url, b"<html>")).failed

    @pytest.mark.parametrize(
        "body", [b"<!DOCTYPE html><p>Log in", b"<?xml version='1.0'?><Error/>", b"  <Error><Code>"]
    )
    def test_a_page_in_place_of_a_file_is_not_kept(self, frontier: Frontier, body: bytes) -> None:
        context = {"item": "i", "address": "http://api.nva.test/l"}
        wanted = Wanted("http://s3.test/a", "test-nva", "nva-file", context)
        found = NvaSpider(SOURCES["nva"], frontier).read(Answer(wanted, wanted.url, body))
        assert (found.files, found.failed) == ((), True)

    @pytest.mark.parametrize("status", ["DELETED", "UNPUBLISHED"])
    def test_what_was_taken_back_is_gone(self, status: str) -> None:
        entry = self.catalogue.entry(nva_record(1, status=status))
        assert entry is not None
        assert entry.gone
        assert entry.record is None

    @pytest.mark.parametrize(
        ("answer", "url"),
        [
            ({"presignedDownloadUrl": "http://s3.test/a"}, "http://s3.test/a"),
            (
                {"id": "http://s3.test/a?X-Amz=1", "alias": "http://s3.test/b"},
                "http://s3.test/a?X-Amz=1",
            ),
            ({"alias": "http://s3.test/b"}, "http://s3.test/b"),
            ({"id": "urn:uuid:1", "shortenedVersion": "http://s3.test/c"}, "http://s3.test/c"),
            ({"id": ["http://s3.test/d"]}, None),
            ([], None),
            ({}, None),
        ],
    )
    def test_a_link_leads_to_a_file(self, frontier: Frontier, answer: Any, url: str | None) -> None:
        link = f"http://api.nva.test/publication/{NVA_ID.format(1)}/filelink/{UUID.format(1)}"
        wanted = Wanted(link, "test-nva", "nva-link", {"item": "i", "position": 0, "name": "a.pdf"})
        found = NvaSpider(SOURCES["nva"], frontier).read(Answer(wanted, link, reply(answer).body))
        if url is None:
            assert found.failed
            assert "Expected a file's address" in str(found.problem)
            return
        (file,) = found.links
        assert (file.url, file.kind, file.context["address"]) == (url, "nva-file", link)

    def test_a_hostile_name_of_a_file_is_only_a_name(self, frontier: Frontier) -> None:
        context = {"item": "i", "address": "http://api.nva.test/l", "name": "../../x\x00/y\n.pdf"}
        wanted = Wanted("http://s3.test/a", "test-nva", "nva-file", context)
        spider = NvaSpider(SOURCES["nva"], frontier)
        ((data, sighting),) = spider.read(Answer(wanted, wanted.url, b"%PDF-1.7")).files
        assert data == b"%PDF-1.7"
        assert (sighting.filename, sighting.url) == ("y.pdf", "http://api.nva.test/l")


class TestCrossref:
    def spider(self, frontier: Frontier, *dois: str) -> CrossrefSpider:
        return CrossrefSpider(SOURCES["crossref"], frontier, dois, "https://example.org")

    def test_a_doi_is_asked_once_in_half_a_year(self, frontier: Frontier) -> None:
        (first,) = self.spider(frontier, DOI).start()
        assert first.url == f"http://api.crossref.test/works/{DOI.replace('/', '%2F')}"
        for days, due in ((179, 0), (180, 1)):
            day = (TODAY - timedelta(days=days)).isoformat()
            frontier.remember(*note_asked("test-crossref", first.url, day))
            assert len(self.spider(frontier, DOI).start()) == due

    def test_a_doi_that_crossref_does_not_have_is_not_asked_again(self, frontier: Frontier) -> None:
        (first,) = self.spider(frontier, DOI).start()
        frontier.want([first])
        assert len(self.spider(frontier, DOI).start()) == 1
        frontier.settle(Settled(first.url, Outcome("gone", status=404)))
        assert self.spider(frontier, DOI).start() == ()

    def test_odd_dois_are_safe_in_addresses(self, frontier: Frontier) -> None:
        (wanted,) = self.spider(frontier, "10.1002/(sici)1099<1::aid>3.0.co;2-#?x&y").start()
        assert urlsplit(wanted.url).query == ""
        assert urlsplit(wanted.url).fragment == ""
        assert urlsplit(wanted.url).path.count("/") == 2

    @pytest.mark.parametrize(
        ("updates", "said"),
        [
            ({"updated-by": [{"type": "retraction", "DOI": "10.1/r"}]}, "retraction"),
            ({"update-to": [{"type": "expression_of_concern"}]}, "expression of concern"),
            ({"updated-by": [{"type": "correction"}]}, None),
            ({"updated-by": "x", "update-to": [None, {"type": []}]}, None),
        ],
    )
    def test_retractions_are_told(
        self, frontier: Frontier, updates: dict[str, Any], said: str | None
    ) -> None:
        spider = self.spider(frontier, DOI)
        (wanted,) = spider.start()
        body = reply({"message": {"DOI": DOI, "title": ["x"], **updates}}).body
        found = spider.read(Answer(wanted, wanted.url, body))
        assert len(found.files) == 1
        assert (said in found.problem) if said and found.problem else found.problem is None


class TestListing:
    def spider(self, frontier: Frontier) -> ListSpider:
        return ListSpider(SOURCES["kudos"], frontier, Kudos(SOURCES["kudos"]))

    def page(self, *documents: dict[str, Any], last: int = 1) -> dict[str, Any]:
        return {"data": list(documents), "meta": {"last_page": last}}

    def test_the_last_page_is_remembered_and_others_are_not(self, frontier: Frontier) -> None:
        spider = self.spider(frontier)
        first = read(spider, self.page(kudos_document(1), last=2))
        assert first.remember == ()
        assert first.links[-1].context["page"] == 2
        last = read(spider, self.page(kudos_document(2), last=2), page=2)
        ((wanted, outcome),) = last.remember
        assert wanted.url.endswith("published_year_to=2027#asked")
        assert (outcome.last_modified or "")[:3] == "202"

    def test_a_record_is_kept_once_in_a_listing(self, frontier: Frontier) -> None:
        spider = self.spider(frontier)
        twice = read(spider, self.page(kudos_document(1), kudos_document(1), last=3))
        assert len(twice.files) == 1
        moved = read(spider, self.page(kudos_document(1), kudos_document(2), last=3), page=2)
        assert [sighting.url[-2:] for _, sighting in moved.files] == ["02"]
        assert moved.problem is None

    def test_a_file_is_followed_until_it_is_here(self, frontier: Frontier) -> None:
        found = read(self.spider(frontier), self.page(kudos_document(1)))
        (link,) = found.links
        frontier.want([link])
        assert len(read(self.spider(frontier), self.page(kudos_document(1))).links) == 1
        frontier.settle(Settled(link.url, Outcome("done", status=200)))
        assert read(self.spider(frontier), self.page(kudos_document(1))).links == ()
        changed = kudos_document(1)
        changed["files"][0]["sha256"] = "f" * 64
        (again,) = read(self.spider(frontier), self.page(changed)).links
        assert again.context["stamp"] == "f" * 64

    def test_unknown_fields_are_told_once_and_kept(self, frontier: Frontier) -> None:
        spider = self.spider(frontier)
        odd = {**kudos_document(1), "tema": ["barn"], "<script>": 1}
        first = read(spider, self.page(odd))
        assert first.problem is not None
        assert "('<script>', 'tema')" in first.problem
        assert (first.kind, first.failed) == ("bad_record", False)
        assert b'"tema": ["barn"]' in first.files[0][0]
        second = read(spider, self.page({**kudos_document(2), "tema": 1}))
        assert second.problem is None

    def test_a_listing_has_an_end(self, frontier: Frontier) -> None:
        spider = self.spider(frontier)
        found = read(spider, self.page(kudos_document(1), last=10**6), page=MAX_PAGES)
        assert found.links[-1].kind == "document"
        assert f"after {MAX_PAGES} pages" in str(found.problem)
        assert found.remember == ()

    def test_files_at_addresses_that_are_none_are_left_out(self, frontier: Frontier) -> None:
        document = kudos_document(1)
        document["files"][0]["url"] = "javascript:alert(1)"
        found = read(self.spider(frontier), self.page(document))
        assert found.links == ()
        assert len(found.files) == 1
