"""Identify: the same publication is known again, and each field keeps where it was read."""

from __future__ import annotations

from typing import Any

import pytest

from kb.frontier import Sighting
from kb.library import list_publications, publication_detail
from kb.store import Store
from pipeline import identify
from pipeline.identify import Identified, identify_items, merge_fields
from pipeline.records import Extracted, Field
from tests.builders import put_file


class Web:
    """Addresses with what would be read there, put into a record."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.read: dict[str, Extracted] = {}

    def put(
        self,
        seen_at: str,
        role: str = "landing",
        item: str | None = None,
        body: str = "",
        **said: Any,
    ) -> None:
        """Store a file at an address; `said` are the metadata its reader finds."""
        version_of = said.pop("version_of", None)
        quarantined = said.pop("quarantined", None)
        retry = said.pop("retry", False)
        sure = said.pop("sure", 0.9)
        source = said.pop("source", "no-x")
        sighting = Sighting(seen_at, source, item or seen_at, role, version_of=version_of)
        sha256 = put_file(self.store, (body or seen_at).encode(), sighting)
        fields = {name: Field(value, f"{role}:{name}", sure) for name, value in said.items()}
        self.read[sha256] = Extracted(
            "quarantined" if quarantined else "read",
            quarantined,
            "text/html",
            "nb",
            fields,
            retry=retry,
        )

    def identify(self, version: int = 1, **options: Any) -> list[Identified]:
        """Run the stage."""
        return identify_items(
            self.store,
            self.read.__getitem__,
            lambda: {"no-x": "NO"},
            read_version=version,
            **options,
        )


@pytest.fixture
def web(store: Store) -> Web:
    return Web(store)


def test_a_page_becomes_a_publication_with_its_origins(web: Web) -> None:
    web.put("http://a.no/1", title="Samarbeid", year=2019, authors=[{"literal": "Fafo"}])
    (found,) = web.identify()
    assert (found.status, found.reason) == ("added", "not known before")
    detail = publication_detail(web.store, str(found.publication_id))
    assert detail.view.csl["title"] == "Samarbeid"
    assert detail.view.csl["issued"] == {"date-parts": [[2019]]}
    assert detail.view.source_country == "NO"
    assert detail.origins["year"] == {"origin": "landing:year", "confidence": 0.9}
    assert detail.view.url == "http://a.no/1"


def test_nothing_is_done_twice(web: Web) -> None:
    web.put("http://a.no/1", title="Samarbeid")
    first = web.identify()
    assert [entry.status for entry in web.identify()] == ["unchanged"]
    assert web.identify()[0].publication_id == first[0].publication_id


def test_newer_readers_identify_again_under_the_same_id(web: Web) -> None:
    web.put("http://a.no/1", title="Samarbied")
    first = web.identify()[0].publication_id
    for sha256 in list(web.read):
        web.read[sha256] = Extracted(
            "read", None, "text/html", "nb", {"title": Field("Samarbeid", "x", 1.0)}
        )
    again = web.identify(version=2)[0]
    assert (again.status, again.publication_id) == ("updated", first)
    assert list_publications(web.store)[0].csl["title"] == "Samarbeid"


def test_the_original_address_outranks_where_it_was_seen(web: Web) -> None:
    web.put("http://replica.test/1", title="Samarbeid", url="https://www.fafo.no/rapport/1")
    web.identify()
    assert list_publications(web.store)[0].url == "https://www.fafo.no/rapport/1"


@pytest.mark.parametrize(
    ("first", "second", "reason"),
    [
        ({"title": "A", "doi": "10.1234/ABC"}, {"title": "B", "doi": "10.1234/abc"}, "same DOI"),
        (
            {"title": "A", "isbn": "978-82-7894-727-2"},
            {"title": "B", "isbn": "9788278947272"},
            "same ISBN",
        ),
        ({"title": "Om barn"}, {"title": "Om  barn."}, "same title"),
        (
            {"title": "Om barn", "year": 2019, "authors": [{"family": "Berg", "given": "A"}]},
            {"title": "Om barn", "authors": [{"family": "Berg", "given": "Anna"}]},
            "same title",
        ),
    ],
)
def test_the_same_publication_at_two_addresses_is_one(
    web: Web, first: dict[str, Any], second: dict[str, Any], reason: str
) -> None:
    web.put("http://a.no/1", **first)
    web.put("http://b.no/1", **second)
    found = web.identify()
    assert len({entry.publication_id for entry in found}) == 1
    assert reason in str(found[1].reason)
    assert len(publication_detail(web.store, str(found[0].publication_id)).addresses) == 2


@pytest.mark.parametrize(
    "second",
    [
        {"title": "Årsrapport", "year": 2020},
        {"title": "Årsrapport", "year": 2019, "authors": [{"literal": "Statens helsetilsyn"}]},
        {"title": "Årsrapport II", "year": 2019, "authors": [{"literal": "Fafo"}]},
    ],
)
def test_a_shared_title_alone_joins_nothing_that_speaks_against_it(
    web: Web, second: dict[str, Any]
) -> None:
    web.put("http://a.no/1", title="Årsrapport", year=2019, authors=[{"literal": "Fafo"}])
    web.put("http://b.no/1", **second)
    assert len({entry.publication_id for entry in web.identify()}) == 2


LONG = "Samarbeid mellom skole og barnevern"
FAFO = [{"literal": "Fafo"}]


@pytest.mark.parametrize(
    ("first", "second", "joined"),
    [
        ({"publisher": "Bergen kommune"}, {"publisher": "Tromsø kommune"}, False),
        ({"publisher": "Bergen kommune"}, {"publisher": "BERGEN  Kommune"}, True),
        ({"publisher": "Bergen kommune"}, {}, False),
        ({}, {}, False),
        ({"authors": FAFO}, {}, False),
        ({"authors": FAFO, "publisher": "NOVA"}, {"authors": FAFO, "publisher": "Fafo"}, True),
        ({"source": "no-y"}, {}, True),
        ({"title": LONG}, {"title": LONG}, True),
        ({"title": LONG, "publisher": "Fafo"}, {"title": LONG}, True),
        ({"title": LONG, "publisher": "Fafo"}, {"title": LONG, "publisher": "NOVA"}, False),
    ],
)
def test_a_shared_title_needs_more_the_shorter_it_is(
    web: Web, first: dict[str, Any], second: dict[str, Any], joined: bool
) -> None:
    common = {"title": "Årsrapport 2020", "year": 2021}
    web.put("http://a.no/1", **{**common, **first})
    web.put("http://b.no/1", **{**common, "source": "no-y", **second})
    found = web.identify()
    assert len({entry.publication_id for entry in found}) == (1 if joined else 2)


def test_a_run_that_was_killed_is_done_again(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    web.put("http://a.no/1", title="Samarbeid", abstract="Om det.", number="7", sure=0.6)
    web.put("http://b.no/1", title="Samarbeid", year=2019, url="http://a.no/1")

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(identify, "rebuild_publications", killed)
        web.identify()
    assert [entry.status for entry in web.identify()] == ["updated", "updated"]
    (view,) = list_publications(web.store)
    assert view.csl["issued"] == {"date-parts": [[2019]]}
    assert (view.csl["abstract"], view.csl["number"]) == ("Om det.", "7")
    assert publication_detail(web.store, view.id).origins["year"]["origin"] == "landing:year"
    assert [entry.status for entry in web.identify()] == ["unchanged", "unchanged"]


def test_what_is_to_be_read_again_is_identified_when_it_has_been(web: Web) -> None:
    web.put("http://a.no/1", title="Samarbeid")
    web.put("http://a.no/1.pdf", "document", "http://a.no/1", quarantined="Late.", retry=True)
    assert [web.identify()[0].status for _ in range(2)] == ["added", "unchanged"]
    sha256 = next(key for key, read in web.read.items() if read.retry)
    web.read[sha256] = Extracted(
        "read", None, "application/pdf", "nb", {"year": Field(2019, "x", 1.0)}
    )
    assert [web.identify()[0].status for _ in range(2)] == ["updated", "unchanged"]
    assert list_publications(web.store)[0].csl["issued"] == {"date-parts": [[2019]]}


def test_chapters_of_one_book_stay_apart(web: Web) -> None:
    book = {"isbn": "9788278947272"}
    web.put("http://a.no/1", title="Kapittel 1", doi="10.1234/bok_1", **book)
    web.put("http://a.no/2", title="Kapittel 2", doi="10.1234/bok_2", **book)
    assert len({entry.publication_id for entry in web.identify()}) == 2


def test_the_same_file_at_another_address_is_the_same_publication(web: Web) -> None:
    web.put("http://a.no/1", title="En tittel")
    web.put("http://a.no/1.pdf", "document", "http://a.no/1", body="%PDF same")
    web.put("http://b.no/9", title="En annen tittel")
    web.put("http://b.no/9.pdf", "document", "http://b.no/9", body="%PDF same")
    found = web.identify()
    assert len({entry.publication_id for entry in found}) == 1
    assert found[1].reason == "the same file at another address"


def test_a_translation_belongs_to_its_original_and_does_not_rename_it(web: Web) -> None:
    web.put(
        "http://a.no/1/en", title="Collaboration", version_of="http://a.no/1", doi="10.1234/abc"
    )
    web.put("http://a.no/1", title="Samarbeid")
    found = web.identify()
    assert len({entry.publication_id for entry in found}) == 1
    (view,) = list_publications(web.store)
    assert view.csl["title"] == "Samarbeid"
    assert view.csl["DOI"] == "10.1234/abc"


def test_the_surest_value_wins_and_chapters_do_not_name_the_report(web: Web) -> None:
    web.put("http://a.no/1", title="Rapporten", sure=0.6)
    web.put("http://a.no/1/1", "chapter", "http://a.no/1", title="Kapittel 1")
    web.put("http://a.no/1.pdf", "document", "http://a.no/1", title="Rapporten i sin helhet")
    web.identify()
    assert list_publications(web.store)[0].csl["title"] == "Rapporten i sin helhet"


def test_a_subtitle_comes_from_where_the_title_comes_from(web: Web) -> None:
    web.put("http://a.no/1", title="Møter som virker", sure=0.95)
    document = {"title": "Møter som virker", "subtitle": "Utgitt for gode venner"}
    web.put("http://a.no/1.pdf", "document", "http://a.no/1", **document)
    web.put("http://a.no/2", title="Om tillit", sure=0.6)
    document = {"title": "Om tillit", "subtitle": "En studie av tre byer"}
    web.put("http://a.no/2.pdf", "document", "http://a.no/2", **document)
    web.identify()
    titles = [view.csl["title"] for view in list_publications(web.store)]
    assert titles == ["Møter som virker", "Om tillit: En studie av tre byer"]


def test_what_the_page_calls_the_publisher_is_no_subtitle_of_the_file(web: Web) -> None:
    web.put("http://a.no/1", title="Møter", publisher="Dal og berg", sure=0.6)
    web.put("http://a.no/1.pdf", "document", "http://a.no/1", title="Møter", subtitle="Dal og berg")
    web.identify()
    assert list_publications(web.store)[0].csl["title"] == "Møter"


def test_a_copy_elsewhere_is_another_reading_and_the_surer_value_counts(web: Web) -> None:
    plain = [{"family": "Moe Dahl", "given": "Siri"}]
    parted = [{"family": "Dahl", "given": "Siri Moe"}]
    book = {"isbn": "9788278947272"}
    web.put("http://a.no/1", title="Møter", authors=plain, year=2019, sure=0.7, **book)
    web.put("http://b.no/1", title="Møter", authors=parted, abstract="Om møter.", year=2019, **book)
    web.identify()
    (view,) = list_publications(web.store)
    assert view.csl["author"] == parted
    assert view.csl["abstract"] == "Om møter."


def test_of_two_equally_sure_editions_the_first_speaks(web: Web) -> None:
    web.put("http://a.no/1", title="Møter", year=2019, isbn="9788278947272")
    web.put("http://b.no/1", title="Møter i dag", year=2021, isbn="9788278947272")
    web.identify()
    (view,) = list_publications(web.store)
    assert (view.csl["title"], view.csl["issued"]) == ("Møter", {"date-parts": [[2019]]})


def test_a_sure_translation_adds_only_what_is_not_said_in_words(web: Web) -> None:
    web.put("http://a.no/1", title="Samarbeid", sure=0.6)
    english = {"title": "Collaboration", "subtitle": "A study", "abstract": "On it.", "number": "7"}
    web.put("http://a.no/1/en", version_of="http://a.no/1", **english)
    web.identify()
    (view,) = list_publications(web.store)
    assert (view.csl["title"], view.csl["number"]) == ("Samarbeid", "7")
    assert "abstract" not in view.csl


def test_of_equally_sure_values_the_catalogue_speaks_first() -> None:
    def read(value: str) -> Extracted:
        return Extracted("read", None, "x", None, {"title": Field(value, "o", 0.9)})

    class Address:
        def __init__(self, role: str, sha256: str) -> None:
            self.role, self.sha256 = role, sha256

    class Item:
        addresses = (Address("document", "d"), Address("record", "r"), Address("landing", "l"))

    given = {"d": read("fra filen"), "r": read("fra katalogen"), "l": read("fra siden")}
    assert merge_fields(Item(), given)["title"].value == "fra katalogen"  # type: ignore[arg-type]


def test_what_a_person_says_outranks_what_was_read(web: Web) -> None:
    web.put("http://a.no/1", title="Samarbeid", year=2019)
    said = {"http://a.no/1": {"issued": {"date-parts": [[2021]]}, "countries": ["SE"]}}
    web.identify(given=said)
    web.identify(version=2)
    (view,) = list_publications(web.store)
    assert view.csl["issued"] == {"date-parts": [[2021]]}
    assert view.given_countries == ("SE",)


def test_a_file_that_could_not_be_read_is_no_publication(web: Web) -> None:
    web.put("http://a.no/1.pdf", "document", quarantined="The PDF is damaged.")
    (found,) = web.identify()
    assert (found.status, found.reason) == ("quarantined", "The PDF is damaged.")
    assert list_publications(web.store) == []


def test_a_damaged_pdf_leaves_its_landing_page(web: Web) -> None:
    web.put("http://a.no/1", title="Samarbeid")
    web.put("http://a.no/1.pdf", "document", "http://a.no/1", quarantined="Damaged.")
    assert web.identify()[0].status == "added"


def test_nothing_is_invented_where_nothing_was_found(web: Web) -> None:
    web.put("http://a.no/1")
    web.identify()
    (view,) = list_publications(web.store)
    for name in ("title", "issued", "author", "publisher"):
        assert name not in view.csl


def test_only_named_items_are_looked_at(web: Web) -> None:
    web.put("http://a.no/1", title="En")
    web.put("http://a.no/2", title="To")
    assert [entry.key for entry in web.identify(keys=["http://a.no/2"])] == ["http://a.no/2"]
    assert len(list_publications(web.store)) == 1
