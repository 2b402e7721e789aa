"""The server: both request forms, conditional requests, the log, unknown hosts."""

import threading
from pathlib import Path

import pytest

from corpora.replica import ReplicaServer, Truth
from corpora.replica.hosts import HOSTS
from corpora.replica.storage import Site
from tests.corpora.replica.conftest import Browser

LISTING = "http://fafo-replica.test/publikasjoner/rapporter"


def test_origin_form_and_absolute_form_answer_alike(browser: Browser) -> None:
    proxied = browser.get(LISTING)
    direct = browser.get_from("fafo-replica.test", "/publikasjoner/rapporter")
    assert proxied.status == direct.status == 200
    assert proxied.body == direct.body
    assert "Publikasjoner" in proxied.text


def test_a_host_header_may_carry_a_port(browser: Browser) -> None:
    assert browser.get_from("fafo-replica.test:8600", "/").status == 200


def test_localhost_names_serve_a_browser(browser: Browser) -> None:
    reply = browser.get_from("fafo-replica.localhost:8600", "/publikasjoner/rapporter")
    assert reply.status == 200


def test_the_front_page_lists_every_site(browser: Browser) -> None:
    text = browser.get_from("127.0.0.1", "/").text
    assert all(host.name in text for host in HOSTS)


def test_an_unknown_host_is_a_bad_gateway_in_one_sentence(browser: Browser) -> None:
    reply = browser.get("http://www.fafo.no/")
    assert reply.status == 502
    assert reply.text.startswith("Expected one of the replica's hosts")
    assert "found 'www.fafo.no'" in reply.text


def test_an_unknown_address_is_not_found(browser: Browser) -> None:
    reply = browser.get("http://fafo-replica.test/nowhere")
    assert reply.status == 404
    assert "/nowhere" in reply.text


def test_other_methods_are_refused(browser: Browser) -> None:
    assert browser.get(LISTING, method="POST").status == 501


def test_every_answer_has_type_etag_date_and_length(browser: Browser, truth: Truth) -> None:
    seen = set()
    for publication in truth.publications:
        for file in publication.files:
            if file.form in seen:
                continue
            seen.add(file.form)
            reply = browser.get(file.urls[0])
            assert reply.status == 200
            assert reply.headers["content-type"].split(";")[0] == file.media_type
            assert reply.headers["etag"].startswith('"')
            assert reply.headers["last-modified"].endswith("GMT")
            assert int(reply.headers["content-length"]) == len(reply.body)


def test_an_unchanged_page_is_answered_304_by_etag(browser: Browser) -> None:
    first = browser.get(LISTING)
    again = browser.get(LISTING, If_None_Match=first.headers["etag"])
    assert again.status == 304
    assert again.body == b""
    assert again.headers["etag"] == first.headers["etag"]
    assert browser.get(LISTING, If_None_Match='"other"').status == 200
    assert browser.get(LISTING, If_None_Match=f'"x", W/{first.headers["etag"]}').status == 304


def test_an_unchanged_page_is_answered_304_by_date(browser: Browser) -> None:
    first = browser.get(LISTING)
    assert browser.get(LISTING, If_Modified_Since=first.headers["last-modified"]).status == 304
    early = "Mon, 01 Jan 2001 00:00:00 GMT"
    assert browser.get(LISTING, If_Modified_Since=early).status == 200
    assert browser.get(LISTING, If_Modified_Since="yesterday").status == 200


def test_an_etag_outweighs_a_date(browser: Browser) -> None:
    date = browser.get(LISTING).headers["last-modified"]
    reply = browser.get(LISTING, If_None_Match='"other"', If_Modified_Since=date)
    assert reply.status == 200


def test_everything_on_the_sites_can_be_asked_for_conditionally(
    browser: Browser, site: Site
) -> None:
    for host, pages in site.hosts.items():
        for path in [path for path, page in pages.items() if not page.location][:6]:
            reply = browser.get(f"http://{host}{path}")
            etag = reply.headers["etag"]
            assert browser.get(f"http://{host}{path}", If_None_Match=etag).status == 304


def test_an_address_without_its_slash_redirects(browser: Browser) -> None:
    reply = browser.get("http://vive-replica.test/da/udgivelser")
    assert (reply.status, reply.headers["location"]) == (301, "/da/udgivelser/")


def test_head_answers_without_a_body(browser: Browser) -> None:
    reply = browser.get(LISTING, method="HEAD")
    assert reply.status == 200
    assert reply.body == b""
    assert int(reply.headers["content-length"]) > 1000


def test_query_keys_may_come_in_any_order(browser: Browser) -> None:
    base = "http://julkaisut-replica.test/browse"
    one = browser.get(f"{base}?type=dateissued&offset=3")
    other = browser.get(f"{base}?offset=3&type=dateissued")
    assert one.status == other.status == 200
    assert one.body == other.body


def test_the_log_tells_who_asked_for_what(browser: Browser, server: ReplicaServer) -> None:
    browser.get(f"{LISTING}/2?x=1", User_Agent="samvirke")
    browser.get_from("vive-replica.test", "/robots.txt")
    first, second = server.log
    assert (first.method, first.host, first.path) == (
        "GET",
        "fafo-replica.test",
        "/publikasjoner/rapporter/2?x=1",
    )
    assert first.status == 404
    assert first.headers["user-agent"] == "samvirke"
    assert (second.host, second.path, second.status) == ("vive-replica.test", "/robots.txt", 200)


def test_many_requests_at_once(browser: Browser, server: ReplicaServer) -> None:
    statuses: list[int] = []

    def ask() -> None:
        statuses.append(browser.get(LISTING).status)

    threads = [threading.Thread(target=ask) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [200] * 16
    assert len(server.log) == 16


def test_the_same_report_stands_at_two_addresses(browser: Browser, truth: Truth) -> None:
    for name in ("no-fafo-2020-02", "fi-uef-2019-01"):
        main, mirror = truth.publication(name).files
        assert mirror.mirror
        assert main.host != mirror.host
        assert main.sha256 == mirror.sha256
        assert browser.get(main.urls[0]).body == browser.get(mirror.urls[0]).body


def test_one_report_is_a_pdf_here_and_html_there(truth: Truth) -> None:
    main, mirror = truth.publication("dk-vive-2019-01").files
    assert (main.form, mirror.form) == ("pdf", "article")
    assert main.host != mirror.host


def test_a_server_renders_what_it_serves(tmp_path: Path) -> None:
    with ReplicaServer(tmp_path / "new") as server:
        assert server.port > 0
        assert server.proxy == f"http://127.0.0.1:{server.port}"
        assert Browser(server.port).get(LISTING).status == 200
    with pytest.raises(ConnectionRefusedError):
        Browser(server.port).get(LISTING)
