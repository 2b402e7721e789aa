"""Where the guard is asked: requests, resolved names, sockets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from scrapy import Request
from scrapy.exceptions import CannotResolveHostError

from pipeline.crawl.guard import Guard
from pipeline.crawl.transport import (
    PROXY_SETTING,
    GuardedResolver,
    GuardMiddleware,
    RefusedError,
    ResolutionMiddleware,
)


@dataclass
class Number:
    """One address as Twisted hands it on."""

    host: str


class Names:
    """A name server that answers from a list, a new answer each time."""

    def __init__(self, *answers: list[str]) -> None:
        self.answers = list(answers)
        self.asked: list[str] = []

    def resolveHostName(self, receiver: Any, name: str, *rest: Any) -> Any:
        self.asked.append(name)
        receiver.resolutionBegan(self)
        for number in self.answers.pop(0):
            receiver.addressResolved(Number(number))
        receiver.resolutionComplete()
        return self


class Reactor:
    """What the guard touches of a reactor; it records what is dialled and dials nothing."""

    def __init__(self, names: Names) -> None:
        self.nameResolver: Any = names
        self.dialled: list[tuple[str, int]] = []

    def connectTCP(self, host: str, port: int, *args: Any, **kwargs: Any) -> str:
        self.dialled.append((host, port))
        return "connected"

    def installNameResolver(self, resolver: Any) -> None:
        self.nameResolver = resolver


class Receiver:
    """Collects what a resolver hands out."""

    def __init__(self) -> None:
        self.numbers: list[str] = []
        self.complete = False

    def resolutionBegan(self, resolution: Any) -> None:
        self.numbers.clear()

    def addressResolved(self, address: Number) -> None:
        self.numbers.append(address.host)

    def resolutionComplete(self) -> None:
        self.complete = True


def resolve(reactor: Reactor, name: str) -> list[str]:
    receiver = Receiver()
    reactor.nameResolver.resolveHostName(receiver, name)
    assert receiver.complete
    return receiver.numbers


def guarded(*answers: list[str], port: int | None = None) -> tuple[Reactor, Names]:
    names = Names(*answers)
    reactor = Reactor(names)
    GuardedResolver(reactor, Guard(port)).install_on_reactor()
    return reactor, names


def test_public_names_resolve() -> None:
    reactor, _ = guarded(["193.156.1.1", "2a02:20c8::1"])
    assert resolve(reactor, "www.fhi.no") == ["193.156.1.1", "2a02:20c8::1"]


def test_a_name_with_one_private_number_resolves_to_nothing() -> None:
    reactor, _ = guarded(["193.156.1.1", "127.0.0.1"], ["193.156.1.1"])
    assert resolve(reactor, "evil.example.org") == []
    failed = CannotResolveHostError("no results")
    request = Request("http://evil.example.org/x")
    with pytest.raises(RefusedError, match="loopback"):
        ResolutionMiddleware().process_exception(request, failed)
    assert resolve(reactor, "evil.example.org") == ["193.156.1.1"]
    ResolutionMiddleware().process_exception(request, failed)  # no longer refused


def test_a_name_that_turns_private_is_refused_the_second_time() -> None:
    reactor, _ = guarded(["193.156.1.1"], ["10.0.0.7"])
    assert resolve(reactor, "rebind.example.org") == ["193.156.1.1"]
    assert resolve(reactor, "rebind.example.org") == []


def test_no_socket_is_opened_to_a_private_number() -> None:
    reactor, _ = guarded()
    assert reactor.connectTCP("193.156.1.1", 443) == "connected"
    for number in ("127.0.0.1", "::1", "169.254.169.254", "::ffff:10.0.0.1"):
        with pytest.raises(RefusedError):
            reactor.connectTCP(number, 80)
    assert reactor.dialled == [("193.156.1.1", 443)]


def test_a_crawl_of_the_replica_asks_no_name_server_and_dials_one_port() -> None:
    reactor, names = guarded(["127.0.0.1"], port=8600)
    assert resolve(reactor, "www.fhi.no") == []
    assert resolve(reactor, "fafo-replica.test") == []
    assert names.asked == []
    assert resolve(reactor, "127.0.0.1") == ["127.0.0.1"]
    assert reactor.connectTCP("127.0.0.1", 8600) == "connected"
    for host, port in (("127.0.0.1", 5432), ("193.156.1.1", 443)):
        with pytest.raises(RefusedError):
            reactor.connectTCP(host, port)
    assert reactor.dialled == [("127.0.0.1", 8600)]


def test_requests_take_the_road_to_the_replica_and_no_other() -> None:
    replica = GuardMiddleware(Guard(8600))
    request = Request("http://fafo-replica.test/x", meta={"proxy": "http://evil.example.org"})
    replica.process_request(request)
    assert request.meta["proxy"] == "http://127.0.0.1:8600"
    with pytest.raises(RefusedError):
        replica.process_request(Request("https://www.fhi.no/"))
    live = GuardMiddleware(Guard())
    request = Request("https://www.fhi.no/", meta={"proxy": "http://evil.example.org"})
    live.process_request(request)
    assert "proxy" not in request.meta
    with pytest.raises(RefusedError):
        live.process_request(Request("http://fafo-replica.test/x"))


def test_a_proxy_that_the_user_set_is_the_only_private_host_that_is_dialled() -> None:
    guard = Guard(proxy=("proxy.example.org", 3128))
    names = Names(["10.0.0.8"], ["10.0.0.9"])
    reactor = Reactor(names)
    GuardedResolver(reactor, guard).install_on_reactor()
    assert resolve(reactor, "proxy.example.org") == ["10.0.0.8"]
    assert resolve(reactor, "intranet.example.org") == []
    for host, port in (("10.0.0.8", 3128), ("proxy.example.org", 3128)):
        assert reactor.connectTCP(host, port) == "connected"
    for host, port in (("10.0.0.8", 22), ("10.0.0.9", 3128), ("127.0.0.1", 3128)):
        with pytest.raises(RefusedError):
            reactor.connectTCP(host, port)


def test_requests_take_the_road_through_the_users_proxy() -> None:
    settings = {PROXY_SETTING: "http://kari:hemmelig%40@proxy.example.org:3128"}
    middleware = GuardMiddleware.from_crawler(Crawler(settings))
    request = Request("https://www.fhi.no/")
    middleware.process_request(request)
    assert request.meta["proxy"] == "http://proxy.example.org:3128"
    assert request.headers[b"Proxy-Authorization"] == b"Basic a2FyaTpoZW1tZWxpZ0A="
    with pytest.raises(RefusedError):
        middleware.process_request(Request("http://10.0.0.1/"))
    plain = GuardMiddleware.from_crawler(Crawler({}))
    request = Request("https://www.fhi.no/")
    plain.process_request(request)
    assert "proxy" not in request.meta
    assert b"Proxy-Authorization" not in request.headers


@dataclass
class Crawler:
    """What the middleware reads of a crawl."""

    settings: dict[str, Any]
