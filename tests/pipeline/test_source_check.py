"""The verdict on a source: what misfits, what is only remarked on."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from kb.problem_kinds import ADVICE
from kb.source_checks import last_checks
from kb.store import Store
from pipeline.crawl import Probe, Probed
from pipeline.source_check import Reading, SourceVerdict, judge, keep_verdicts
from tests.pipeline.crawl.web import make_source

SITE = "http://x.test/"
ROBOTS = Probe("robots", SITE + "robots.txt", SITE + "robots.txt", 200)
LIST = Probe(
    "listing", SITE + "list", SITE + "list", 200, links={"landing": 3, "listing": 1}, anchors=9
)
LANDING = Probe("landing", SITE + "report/1/", SITE + "report/1/", 200, records=1, body="b")
FILE = Probe("document", SITE + "files/1.pdf", SITE + "files/1.pdf", 200, records=1, body="c")
READING = Reading(LANDING.url, {"title": "Samarbeid", "year": "2020"})
MATCHES = {"listing_patterns": [2], "document_patterns": [3, 1], "pdf_patterns": [1]}
SOURCE = make_source("x.test")


def probed(*probes: Probe, **changes: Any) -> Probed:
    """What was asked of the source."""
    return replace(Probed(SOURCE.id, probes, MATCHES), **changes)


def verdict_on(*probes: Probe, reading: Reading | None = READING, **changes: Any) -> SourceVerdict:
    """The verdict on a source of which these addresses were asked."""
    return judge(SOURCE, probed(*probes, **changes), reading)


def kinds(verdict: SourceVerdict) -> list[str]:
    """The kinds of what misfits."""
    return [misfit.kind for misfit in verdict.misfits]


def test_a_source_that_fits() -> None:
    found = verdict_on(ROBOTS, LIST, LANDING, FILE, seconds=2.5)
    assert (found.fits, found.reachable, found.allowed) == (True, True, True)
    assert (found.misfits, found.remarks) == ((), ())
    assert (found.links, found.anchors) == ({"landing": 3, "listing": 1}, 9)
    assert (found.document, found.file) == (LANDING.url, FILE.url)
    assert found.metadata == {"title": "Samarbeid", "year": "2020"}
    assert found.seconds == 2.5


@pytest.mark.parametrize(
    ("kind", "reachable", "allowed"),
    [
        ("challenge_page", True, True),
        ("robots", True, False),
        ("tls_failure", False, True),
        ("unknown_host", False, True),
        ("bad_sitemap", True, True),
    ],
)
def test_a_list_that_cannot_be_had_misfits(kind: str, reachable: bool, allowed: bool) -> None:
    status = 200 if reachable else None
    bad = replace(LIST, kind=kind, message="It broke.", links={}, status=status)
    robots = replace(ROBOTS, status=status)
    found = verdict_on(robots, bad, reading=None)
    assert (found.fits, found.reachable, found.allowed) == (False, reachable, allowed)
    assert kinds(found) == [kind]
    assert found.misfits[0].advice == ADVICE[kind]


def test_robots_that_cannot_be_read_forbid_everything() -> None:
    found = verdict_on(replace(ROBOTS, kind="robots_unread", message="It answers 500.", status=500))
    assert not found.allowed
    assert "robots_unread" in kinds(found)


def test_a_list_that_leads_to_nothing_misfits() -> None:
    found = verdict_on(ROBOTS, replace(LIST, links={"listing": 2}), reading=None)
    assert kinds(found) == ["nothing_found"]
    assert "of their 9 links none matches" in found.misfits[0].message


def test_an_interface_that_lists_records_leads_somewhere() -> None:
    page = Probe("oai-page", SITE + "oai", SITE + "oai", 200, records=50, body="r")
    found = verdict_on(ROBOTS, page, reading=Reading(page.url, {"title": "Ein skýrsla"}))
    assert (found.fits, found.records, found.document) == (True, 50, None)


def test_a_host_that_has_moved_misfits_but_not_for_its_www() -> None:
    elsewhere = replace(LIST, final_url="http://new.test/list")
    found = verdict_on(ROBOTS, elsewhere, replace(elsewhere, what="sitemap"), LANDING, FILE)
    assert kinds(found) == ["moved"]
    assert "x.test sends its visitors on to new.test" in found.misfits[0].message
    assert verdict_on(ROBOTS, replace(LIST, final_url="http://www.x.test/list"), LANDING, FILE).fits


@pytest.mark.parametrize(("reason", "words"), [(None, "No title"), ("It is broken.", "is broken")])
def test_a_publication_without_a_title_misfits(reason: str | None, words: str) -> None:
    reading = Reading(LANDING.url, {"year": "2020"}, reason)
    found = verdict_on(ROBOTS, LIST, LANDING, FILE, reading=reading)
    assert kinds(found) == ["no_metadata"]
    assert words in found.misfits[0].message


def test_a_source_with_nothing_to_ask_misfits_unless_nothing_was_due() -> None:
    assert kinds(verdict_on(ROBOTS, reading=None)) == ["no_start"]
    rested = verdict_on(ROBOTS, reading=None, silent=True)
    assert rested.fits
    assert "Nothing was due" in rested.remarks[0]


def test_one_dead_link_is_only_remarked_on() -> None:
    dead = replace(LANDING, body=None, kind="gone", message="It answered 404.", status=404)
    found = verdict_on(ROBOTS, LIST, dead, LANDING, FILE)
    assert found.fits
    assert found.remarks == ("One publication could not be read: It answered 404.",)
    other = replace(dead, url=SITE + "report/2/", message="It answered 410.")
    assert kinds(verdict_on(ROBOTS, LIST, dead, other, reading=None)) == ["gone", "gone"]
    assert kinds(verdict_on(ROBOTS, LIST, dead, dead, reading=None)) == ["gone"]


def test_a_file_that_cannot_be_had_misfits() -> None:
    wall = replace(FILE, kind="login_wall", message="It asks for a log-in.", body=None)
    found = verdict_on(ROBOTS, LIST, LANDING, wall)
    assert kinds(found) == ["login_wall"]
    assert found.file is None


def test_what_is_worth_a_look_is_remarked_on() -> None:
    found = verdict_on(
        ROBOTS,
        LIST,
        LANDING,
        matches={**MATCHES, "document_patterns": [3, 0]},
        sitemaps=(SITE + "sitemap.xml",),
        crawl_delay_s=10.0,
    )
    assert found.fits
    assert found.crawl_delay_s == 10.0
    said = " ".join(found.remarks)
    assert f"matches the document pattern {SOURCE.document_patterns[1]}" in said
    assert "leads to no file" in said
    assert "names a sitemap that the source does not: http://x.test/sitemap.xml" in said
    assert "asks for 10 seconds" in said


def test_verdicts_are_kept_with_all_that_was_asked(store: Store) -> None:
    bad = replace(LIST, kind="timeout", message="Too slow.", links={})
    keep_verdicts(store, [verdict_on(ROBOTS, LIST, LANDING, FILE)])
    keep_verdicts(store, [verdict_on(ROBOTS, bad, reading=None)])
    kept = last_checks(store)[SOURCE.id]
    assert not kept.fits
    assert kept.result["misfits"][0]["kind"] == "timeout"
    assert [probe["what"] for probe in kept.result["probes"]] == ["robots", "listing"]
