"""The change report: what a run brought, changed, lost and turned, and what is new for searches."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from lxml import html as lxml_html
from sqlalchemy import update

from kb.change_report import SHOWN_NEWS, RunChanges, changes_of
from kb.citations.sets import list_items, list_sets, remove_item
from kb.errors import NotFoundError, QueryError, RecordError
from kb.exports.change_pages import LISTS, render_changes, write_reports
from kb.library import present_passages
from kb.publications import MACHINE
from kb.runs import ProblemView, add_problem, end_run, start_run
from kb.saved_search_hits import Found, _record
from kb.saved_searches import get_search, remove_search, save_search
from kb.search.rows import Filters
from kb.store import Store
from kb.tables import Address, Publication, Run, now
from tests.kb.curated import ONE, TWO, Desk, two_reports

HOSTILE = '=HYPERLINK("x") <script>alert(1)</script> [a](javascript:x) **b** \x1b[31m\u202e þæøåä'


def earlier(store: Store) -> None:
    """Let all that is in the record be of an hour ago."""
    from kb.tables import Base

    ago = now() - timedelta(hours=1)
    with store.write() as session:
        for name in ("publication", "screening"):
            table = Base.metadata.tables[name]
            moments = [c for c in ("created_at", "updated_at", "at") if c in table.c]
            session.execute(update(table).values(dict.fromkeys(moments, ago)))


class Night:
    """A record with two older reports and a run that is going on."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.desk, self.first, self.second = two_reports(store)
        for key in (self.first, self.second):
            self.desk.screen(key, "include", MACHINE)
        earlier(store)
        self.run, _ = start_run(store, "refresh")

    def ends(self) -> RunChanges:
        """End the run and report."""
        end_run(self.store, self.run, "done", {})
        return changes_of(self.store.settings, self.store, self.run)


@pytest.fixture
def night(store: Store) -> Night:
    return Night(store)


def titles(run: RunChanges, name: str) -> list[str]:
    """The titles in one list of a report."""
    return [one.title for one in getattr(run, name)]


def test_a_night_without_change_says_so(night: Night) -> None:
    run = night.ends()
    assert {name: titles(run, name) for name in LISTS} == {name: [] for name in LISTS}
    assert (run.problems, run.saved_searches, run.status) == ((), (), "done")


def test_new_and_changed_publications_are_told_apart(night: Night) -> None:
    third = night.desk.publication("Tredje", "http://c.no/3")
    night.desk.screen(third, "exclude", MACHINE)
    night.desk.passages(night.first, (ONE, "http://a.no/1.pdf"))
    run = night.ends()
    assert titles(run, "new") == ["Tredje"] and run.new[0].note == "exclude"
    assert titles(run, "changed") == ["Første"], "a passage of it was retired"
    assert titles(run, "excluded") == [], "it is among the new ones"
    assert run.new[0].address.endswith(f"/library?publication={third}")


def test_what_happened_after_the_run_is_not_its_doing(night: Night) -> None:
    end_run(night.store, night.run, "done", {})
    night.desk.publication("Senere", "http://d.no/4")
    night.desk.screen(night.first, "exclude")
    run = changes_of(night.store.settings, night.store, night.run)
    assert titles(run, "new") == [] and titles(run, "excluded") == []


def test_verdicts_that_turned_are_listed_and_repeated_ones_not(night: Night) -> None:
    night.desk.screen(night.first, "exclude", MACHINE)
    night.desk.screen(night.second, "include", MACHINE)
    run = night.ends()
    assert titles(run, "excluded") == ["Første"] and titles(run, "included") == []
    earlier(night.store)
    with night.store.write() as session:
        session.execute(update(Run).values(started_at=now(), status="running", ended_at=None))
    night.desk.screen(night.first, "include", "Kari")
    assert titles(night.ends(), "included") == ["Første"]


def test_a_publication_is_gone_when_its_last_address_is(night: Night) -> None:
    night.desk.document("http://b.no/2b.pdf", "http://b.no/2", "more")
    with night.store.write() as session:
        for url in ("http://a.no/1.pdf", "http://b.no/2.pdf"):
            session.execute(update(Address).where(Address.url == url).values(gone_at=now()))
    assert titles(night.ends(), "gone") == ["Første"]


def test_lost_work_is_counted_by_publication(night: Night) -> None:
    passage_id = present_passages(night.store, night.first)[1].id
    night.desk.code(passage_id)
    night.desk.cite(night.first, passage_id)
    night.desk.passages(night.first, ("Noe helt annet om økonomi.", "http://a.no/1.pdf"))
    run = night.ends()
    assert [(one.title, one.note) for one in run.needs_look] == [
        ("Første", "codings 1, citations 1")
    ]
    (view,) = list_sets(night.store)
    remove_item(night.store, list_items(night.store, view.id)[0].id)
    assert night.ends().needs_look[0].note == "codings 1, citations 0"


def searched(night: Night, name: str, count: int) -> int:
    """A saved search to which this many passages are new in the run."""
    number = save_search(night.store, name, "ledelse", Filters())
    _record(night.store, get_search(night.store, number), [], None)
    texts = [(f"{TWO} Nummer {n} {HOSTILE}", "http://b.no/2.pdf") for n in range(count)]
    ids = night.desk.passages(night.second, *texts)
    found = [Found(one, rank, True) for rank, one in enumerate(ids, start=1)]
    _record(night.store, get_search(night.store, number), found, night.run)
    return number


def test_each_saved_search_says_what_is_new(night: Night) -> None:
    searched(night, "Taushet", SHOWN_NEWS + 3)
    gone = save_search(night.store, "Slettet", "ledelse", Filters())
    remove_search(night.store, gone)
    (search,) = night.ends().saved_searches
    assert (search.name, search.new, len(search.passages)) == ("Taushet", 23, SHOWN_NEWS)
    assert search.passages[0].text.startswith(TWO)
    assert "passage=" in search.passages[0].address
    later, _ = start_run(night.store, "demo")
    (search,) = changes_of(night.store.settings, night.store, later).saved_searches
    assert search.new == 0


def everything(night: Night) -> RunChanges:
    """A report with something hostile in every part of it."""
    with night.store.write() as session:
        row = session.get_one(Publication, night.first)
        row.csl, row.updated_at = {**row.csl, "title": f"Tittel {HOSTILE}"}, now()
    add_problem(
        night.store, night.run, ProblemView("crawl", "no-x", "http://a.no", f"Galt {HOSTILE}")
    )
    searched(night, f"Søk {HOSTILE}", SHOWN_NEWS + 1)
    return night.ends()


def test_the_page_holds_everything_and_no_markup_of_others(night: Night) -> None:
    run = everything(night)
    data = render_changes(run, "html")
    page = lxml_html.fromstring(data.decode())
    assert page.xpath("//script") == [] and b"\x1b" not in data and "\u202e".encode() not in data
    heads = [str(one.text_content()) for one in page.xpath("//h2")]
    assert heads == [
        "Saved searches", "Changed publications (2)", "Problems (1)",
    ]  # fmt: skip
    nothing = (
        "None: new publications, no longer at their publisher, newly included, newly left out, "
        "work that needs a look."
    )
    assert nothing in page.text_content()
    assert render_changes(run, "md").decode().endswith(f"\n{nothing}\n")
    assert "<script>alert(1)</script>" in page.text_content() and "þæøåä" in page.text_content()
    assert all(href.startswith("http://127.0.0.1:8501/") for href in page.xpath("//a/@href"))
    assert len(page.xpath("//blockquote[@lang='nb']")) == SHOWN_NEWS
    assert "And 1 more." in page.text_content()


def test_markdown_reads_nothing_of_others_as_markup(night: Night) -> None:
    text = render_changes(everything(night), "md").decode()
    lines = text.splitlines()
    assert lines[0] == f"# Run {night.run}: what changed"
    assert "\\<script\\>" in text and "<script>" not in text and "\x1b" not in text
    assert "](javascript" not in text and "\\*\\*b\\*\\*" in text
    assert sum(line.startswith("> ") for line in lines) == SHOWN_NEWS
    assert not [line for line in lines if line.startswith(("=", "<", "@"))]
    assert "And 1 more." in lines and "## Problems (1)" in lines


def test_json_is_the_same_report(night: Night) -> None:
    run = everything(night)
    found = json.loads(render_changes(run, "json"))
    assert found["run"] == night.run and found["saved_searches"][0]["new"] == SHOWN_NEWS + 1
    assert {one["title"] for one in found["changed"]} == {f"Tittel {HOSTILE}", "Andre"}
    assert found["problems"][0]["message"].startswith("Galt")


def test_an_empty_report_can_be_written_in_every_form(night: Night) -> None:
    run = night.ends()
    assert b"None is saved." in render_changes(run, "html")
    assert b"None is saved." in render_changes(run, "md")
    with pytest.raises(QueryError, match=r"html, \.md, \.json.*'docx'"):
        render_changes(run, "docx")


def test_a_refresh_leaves_both_forms_in_the_data_home(night: Night) -> None:
    end_run(night.store, night.run, "done", {})
    settings = night.store.settings
    paths = write_reports(settings, night.store, night.run)
    assert sorted(path.name for path in settings.reports_folder.iterdir()) == [
        f"run-{night.run:05d}.html",
        f"run-{night.run:05d}.md",
    ]
    assert all(path.stat().st_size for path in paths)
    with pytest.raises(NotFoundError):
        write_reports(settings, night.store, 99)


def test_a_folder_that_cannot_be_written_is_said(night: Night) -> None:
    night.store.settings.reports_folder.write_text("a file stands in the way")
    with pytest.raises(RecordError, match=f"samvirke changes --run {night.run}"):
        write_reports(night.store.settings, night.store, night.run)


def test_a_run_that_goes_on_is_reported_up_to_now(store: Store) -> None:
    run_id, _ = start_run(store, "refresh")
    Desk(store).publication("Ny", "http://a.no/9")
    run = changes_of(store.settings, store, run_id)
    assert titles(run, "new") == ["Ny"]
    assert "not ended" in render_changes(run, "md").decode()
