"""Addresses that must never be asked, on a live crawl: what is dialled is written down.

The crawl is the real one, in its child process, guard and all; below it stand recorded name servers
and a connector that writes down every number it is told to dial (see `live_child`).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from kb.settings import Settings
from pipeline.crawl import CrawlReport, crawl, run
from tests.faults.live_child import PUBLIC
from tests.pipeline.crawl.web import Reply, Web, make_source, page, served

SITE = "http://www.rapporter.example.org"
HOST = SITE[7:]
REBINDING = "http://rebinding.example.org/report/1/"
LATER = "http://rebinding.example.org/report/2/"
LITERALS = {
    "private": "http://10.0.0.1/",
    "private-b": "http://172.16.5.4/",
    "link-local": "http://169.254.169.254/latest/meta-data/",
    "metadata": "http://168.63.129.16/machine/",
    "loopback": "http://127.0.0.1:8500/",
    "loopback-v6": "http://[::1]/",
    "unique-local": "http://[fd00::1]/",
    "link-local-v6": "http://[fe80::1]/",
    "mapped": "http://[::ffff:192.168.0.1]/",
    "nat64": "http://[64:ff9b::a00:1]/",
    "6to4": "http://[2002:7f00:1::]/",
    "multicast": "http://224.0.0.1/",
    "unspecified": "http://0.0.0.0/",
    "decimal": "http://2130706433/",
    "octal": "http://0177.0.0.1/",
    "hexadecimal": "http://0x7f.0.0.1/",
    "short": "http://127.1/",
    "name": "http://localhost/",
    "internal": "http://metadata.google.internal/",
    "bare": "http://intranet/",
}
NAMES = {
    "to-private.example.org": [["10.1.2.3"]],
    "to-mixed.example.org": [[PUBLIC, "127.0.0.1"]],
    "to-mapped.example.org": [["::ffff:10.0.0.1"]],
    "to-metadata.example.org": [["169.254.169.254"]],
}


@dataclass
class Lured:
    """What a crawl came to whose every page leads somewhere it must not go."""

    report: CrawlReport
    dialled: list[str]
    web: Web

    def kinds(self) -> dict[str, str]:
        return {p.url: p.kind for p in self.report.problems}


def put_redirect(web: Web, name: str, location: str) -> str:
    path = f"/report/{name}/"
    web.put(f"{SITE}{path}", "", status=302, headers={"Location": location}, etag=False)
    return path


@pytest.fixture(scope="module")
def lured(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lured]:
    folder: Path = tmp_path_factory.mktemp("refused")
    settings = Settings(home=folder / "home", database_url=None, contact="post@example.org")
    log = folder / "dialled"
    log.touch()
    with pytest.MonkeyPatch.context() as patch, served(Web()) as web:
        paths = [put_redirect(web, name, to) for name, to in LITERALS.items()]
        paths += [put_redirect(web, name, f"http://{name}/x") for name in NAMES]
        web.put(f"{SITE}/list", page(*paths, "/report/sound/", REBINDING))
        web.put(f"{SITE}/report/sound/", page())

        def rebind(_: dict[str, str]) -> Reply:
            return Reply(page(LATER).encode(), headers={"Connection": "close"})

        web.pages[REBINDING] = rebind
        for path in ("robots.txt", ".well-known/tdmrep.json"):
            web.put(f"http://rebinding.example.org/{path}", "", headers={"Connection": "close"})
        names = {
            **NAMES,
            HOST: [[PUBLIC]],
            # first public (robots.txt, tdmrep.json, the page), then in the private network
            "rebinding.example.org": [[PUBLIC]] * 3 + [["192.168.7.7"]],
        }
        plan = folder / "plan.json"
        plan.write_text(json.dumps({"names": names, "port": web.port, "log": str(log)}))
        patch.setenv("LIVE_CRAWL", str(plan))
        patch.setenv("http_proxy", "http://10.9.9.9:3128")
        patch.setenv("HTTPS_PROXY", "http://10.9.9.9:3128")
        patch.setattr(run, "CHILD", "tests.faults.live_child")
        source = make_source(
            HOST,
            id="test-lured",
            start_urls=(f"{SITE}/list",),
            document_patterns=(r"^http://[\w.-]+\.example\.org/report/[^/]+/$",),
        )
        report = crawl(settings, [source], run_id=1)
        yield Lured(report, log.read_text().splitlines(), web)


def test_only_the_public_number_was_dialled(lured: Lured) -> None:
    assert set(lured.dialled) == {f"{PUBLIC} 80"}


def test_the_sound_page_was_fetched(lured: Lured) -> None:
    assert f"{SITE}/report/sound/" in lured.web.urls(status=200)
    assert lured.report.sources[0].items == 2  # and the first page of the name that turns


@pytest.mark.parametrize("name", [*LITERALS, *NAMES])
def test_each_is_refused_and_told(lured: Lured, name: str) -> None:
    (said,) = [p for p in lured.report.problems if p.url == f"{SITE}/report/{name}/"]
    assert said.kind == "refused"
    assert said.message.endswith(".")


def test_a_name_that_turns_private_is_refused(lured: Lured) -> None:
    assert REBINDING in lured.web.urls(status=200)
    (said,) = [p for p in lured.report.problems if p.url == LATER]
    assert (said.kind, "192.168.7.7" in said.message) == ("refused", True)


def test_the_crawler_says_who_it_is(lured: Lured) -> None:
    agents = {asked.headers["user-agent"] for asked in lured.web.asked}
    assert all("+post@example.org" in agent for agent in agents)
    assert len(agents) == 1
    assert not any("proxy-authorization" in asked.headers for asked in lured.web.asked)
