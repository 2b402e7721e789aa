"""Injected faults, as a crawler meets them."""

import time
from http.client import IncompleteRead

import pytest

from corpora.replica import Fault, ReplicaServer
from corpora.replica.faults import PRIVATE_ADDRESS
from tests.corpora.replica.conftest import Browser

HOST, PATH = "fafo-replica.test", "/publikasjoner/rapporter"
URL = f"http://{HOST}{PATH}"


def test_a_server_error(browser: Browser, server: ReplicaServer) -> None:
    server.faults[(HOST, PATH)] = Fault.server_error()
    reply = browser.get(URL)
    assert reply.status == 500
    assert "etag" not in reply.headers
    assert server.log[-1].status == 500


@pytest.mark.parametrize("status", [429, 503])
def test_a_busy_site_recovers(browser: Browser, server: ReplicaServer, status: int) -> None:
    server.faults[(HOST, PATH)] = Fault.busy(status, retry_after_s=2, times=2)
    replies = [browser.get(URL) for _ in range(3)]
    assert [reply.status for reply in replies] == [status, status, 200]
    assert replies[0].headers["retry-after"] == "2"


def test_a_wrong_content_type(browser: Browser, server: ReplicaServer) -> None:
    server.faults[(HOST, PATH)] = Fault.wrong_type("application/pdf")
    reply = browser.get(URL)
    assert reply.headers["content-type"] == "application/pdf"
    assert reply.body.startswith(b"<!doctype html>")


def test_an_empty_body(browser: Browser, server: ReplicaServer) -> None:
    server.faults[(HOST, PATH)] = Fault.empty()
    reply = browser.get(URL)
    assert (reply.status, reply.body) == (200, b"")


def test_a_truncated_body(browser: Browser, server: ReplicaServer) -> None:
    server.faults[(HOST, PATH)] = Fault.truncated(100)
    with pytest.raises(IncompleteRead) as cut:
        browser.get(URL)
    assert len(cut.value.partial) == 100


def test_a_slow_answer(browser: Browser, server: ReplicaServer) -> None:
    server.faults[(HOST, PATH)] = Fault.slow(delay_s=0.2)
    began = time.monotonic()
    assert browser.get(URL).status == 200
    assert time.monotonic() - began >= 0.2


def test_a_dripping_answer_comes_whole(browser: Browser, server: ReplicaServer) -> None:
    whole = browser.get(URL).body
    server.faults[(HOST, PATH)] = Fault.slow(drip_s=0.005)
    assert browser.get(URL).body == whole


def test_a_redirect_to_a_private_address(browser: Browser, server: ReplicaServer) -> None:
    server.faults[(HOST, PATH)] = Fault.redirect()
    reply = browser.get(URL)
    assert reply.status == 302
    assert reply.headers["location"] == PRIVATE_ADDRESS


def test_a_redirect_loop(browser: Browser, server: ReplicaServer) -> None:
    server.faults[(HOST, PATH)] = Fault.redirect(URL)
    assert browser.get(URL).headers["location"] == URL


def test_other_bytes(browser: Browser, server: ReplicaServer) -> None:
    etag = browser.get(URL).headers["etag"]
    server.faults[(HOST, PATH)] = Fault.replaced(b"%PDF-1.4 broken", "application/pdf")
    reply = browser.get(URL, If_None_Match=etag)
    assert (reply.status, reply.body) == (200, b"%PDF-1.4 broken")


def test_other_addresses_are_untouched(browser: Browser, server: ReplicaServer) -> None:
    server.faults[(HOST, PATH)] = Fault.server_error()
    assert browser.get(f"{URL}/2").status == 200
    server.faults.clear()
    assert browser.get(URL).status == 200
