"""Where the guard is asked: at each request, each name resolved and each socket opened.

Owns the Scrapy and Twisted parts that enforce `guard.Guard`, and the road that requests take: to
the replica (an HTTP proxy on loopback), or through the proxy that the user set. Proxies from the
environment are never used.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import unquote, urlsplit

from scrapy import Request
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.exceptions import IgnoreRequest
from twisted.internet.interfaces import IHostnameResolver, IResolutionReceiver
from zope.interface import implementer  # type: ignore[import-untyped]

from pipeline.crawl.guard import REPLICA_ADDRESS, Guard

REPLICA_PORT_SETTING = "SAMVIRKE_REPLICA_PORT"
PROXY_SETTING = "SAMVIRKE_PROXY"


class RefusedError(IgnoreRequest):
    """The guard refuses an address; its message is the sentence to show."""


def guard_of(settings: Any) -> Guard:
    """Return the guard that a crawl's Scrapy settings ask for."""
    proxy = urlsplit(settings.get(PROXY_SETTING) or "")
    return Guard(
        replica_port=settings.get(REPLICA_PORT_SETTING),
        proxy=(proxy.hostname, proxy.port) if proxy.hostname and proxy.port else None,
    )


class GuardMiddleware:
    """Refuses addresses before anything is asked of them; redirects pass here too."""

    def __init__(self, guard: Guard, login: str | None = None) -> None:
        self.guard = guard
        self.login = login  # "user:password" of the user's own proxy
        self.road = None
        if guard.replica_port is not None:
            self.road = f"http://{REPLICA_ADDRESS}:{guard.replica_port}"
        elif guard.proxy is not None:
            self.road = f"http://{guard.proxy[0]}:{guard.proxy[1]}"

    @classmethod
    def from_crawler(cls, crawler: Any) -> GuardMiddleware:
        """Build it from the crawl's settings."""
        login, at, _ = urlsplit(crawler.settings.get(PROXY_SETTING) or "").netloc.rpartition("@")
        return cls(guard_of(crawler.settings), unquote(login) if at else None)

    def process_request(self, request: Request) -> None:
        """Let a request through, on the road to the replica where this crawl is of the replica."""
        reason = self.guard.refuse_url(request.url)
        if reason:
            raise RefusedError(reason)
        request.meta.pop("proxy", None)
        if self.road is not None:
            request.meta["proxy"] = self.road
        if self.login is not None and self.guard.replica_port is None:
            word = base64.b64encode(self.login.encode())
            request.headers[b"Proxy-Authorization"] = b"Basic " + word


class PatientHandler(HTTP11DownloadHandler):
    """Keeps connections open for the next request instead of opening a new one for every other.

    A request begins a moment before the connection of the one before it is free again, so with as
    many kept as are used at the same time, each surplus one would be closed and opened anew.
    """

    def __init__(self, crawler: Any) -> None:
        super().__init__(crawler)
        self._pool.maxPersistentPerHost *= 2


class ResolutionMiddleware:
    """Tells a host that the guard refused by its number from one that does not exist."""

    def process_exception(self, request: Request, exception: Exception) -> None:
        """Raise the guard's own sentence in place of "no such host"."""
        reason = _REFUSED_HOSTS.get(urlsplit(request.url).hostname or "")
        if reason and not isinstance(exception, RefusedError):
            raise RefusedError(reason) from exception


_REFUSED_HOSTS: dict[str, str] = {}  # host -> why; of the last resolution of each host
_PROXY_NUMBERS: set[str] = set()  # what the user's own proxy stands for


@implementer(IHostnameResolver)
class GuardedResolver:
    """Resolves a name only where every number it stands for may be asked.

    What it hands out is what is dialled: a name is not resolved a second time in between.
    """

    def __init__(self, reactor: Any, guard: Guard) -> None:
        self.reactor = reactor
        self.guard = guard
        self.original = reactor.nameResolver

    @classmethod
    def from_crawler(cls, crawler: Any, reactor: Any) -> GuardedResolver:
        """Build it from the crawl's settings."""
        return cls(reactor, guard_of(crawler.settings))

    def install_on_reactor(self) -> None:
        """Make it the reactor's resolver, and put the guard before every socket."""
        self.reactor.installNameResolver(self)
        guard_connections(self.reactor, self.guard)

    def resolveHostName(  # noqa: N802 - Twisted's name
        self,
        resolutionReceiver: Any,  # noqa: N803 - Twisted's name
        hostName: str,  # noqa: N803 - Twisted's name
        portNumber: int = 0,  # noqa: N803 - Twisted's name
        addressTypes: Sequence[Any] | None = None,  # noqa: N803 - Twisted's name
        transportSemantics: str = "TCP",  # noqa: N803 - Twisted's name
    ) -> Any:
        """Resolve a name and pass on all of its addresses, or none of them."""
        receiver = _Filter(resolutionReceiver, hostName, self.guard)
        if self.guard.replica_port is not None and hostName != REPLICA_ADDRESS:
            receiver.resolutionBegan(self)  # no name server hears of it
            receiver.resolutionComplete()
            return self
        return self.original.resolveHostName(
            receiver, hostName, portNumber, addressTypes, transportSemantics
        )


@implementer(IResolutionReceiver)
class _Filter:
    """Holds addresses back until all are known and none is refused."""

    def __init__(self, receiver: Any, host: str, guard: Guard) -> None:
        self.receiver, self.host, self.guard = receiver, host, guard
        self.found: list[Any] = []

    def resolutionBegan(self, resolution: Any) -> None:  # noqa: N802 - Twisted's name
        self.receiver.resolutionBegan(resolution)

    def addressResolved(self, address: Any) -> None:  # noqa: N802 - Twisted's name
        self.found.append(address)

    def resolutionComplete(self) -> None:  # noqa: N802 - Twisted's name
        reason = self.guard.refuse_resolved(self.host, [address.host for address in self.found])
        if reason:
            _REFUSED_HOSTS[self.host] = reason
        else:
            _REFUSED_HOSTS.pop(self.host, None)
            if self.guard.proxy is not None and self.host == self.guard.proxy[0]:
                _PROXY_NUMBERS.update(address.host for address in self.found)
            for address in self.found:
                self.receiver.addressResolved(address)
        self.receiver.resolutionComplete()


def guard_connections(reactor: Any, guard: Guard) -> None:
    """Put the guard before the reactor's one way of opening a TCP connection."""
    connect: Callable[..., Any] = reactor.connectTCP

    def connect_guarded(host: str, port: int, *args: Any, **kwargs: Any) -> Any:
        to_proxy = (host, port) == guard.proxy or (
            guard.proxy is not None and host in _PROXY_NUMBERS and port == guard.proxy[1]
        )
        reason = None if to_proxy else guard.refuse_connection(host, port)
        if reason:
            raise RefusedError(reason)
        return connect(host, port, *args, **kwargs)

    reactor.connectTCP = connect_guarded
