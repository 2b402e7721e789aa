"""What the crawler may talk to: the one home of the rules against being led into private networks.

Owns the judgement of addresses and hosts; pure, without network. Where it is asked (each request,
each redirect, each name resolved, each socket opened) is `transport`'s business.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from urllib.parse import urlsplit

REPLICA_SUFFIX = ".test"  # reserved by RFC 2606: never a public host
REPLICA_ADDRESS = "127.0.0.1"
MAX_ADDRESS_LENGTH = 2000  # characters; longer ones are traps or session states

_IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
_REFUSED_BY_NAME = {
    "168.63.129.16": "a cloud's metadata service",  # public by number, private by use
}
_REFUSED_NETWORKS = tuple(
    ipaddress.ip_network(network)
    for network in (
        "0.0.0.0/8",
        "100.64.0.0/10",
        "192.0.0.0/24",
        "192.88.99.0/24",
        "198.18.0.0/15",
        "240.0.0.0/4",
        "::/96",
        "64:ff9b:1::/48",
        "100::/64",
        "2001:db8::/32",
        "3fff::/20",
        "5f00::/16",
        "fec0::/10",
    )
)


@dataclass(frozen=True)
class Guard:
    """Judges addresses for one crawl; `replica_port` turns it into a crawl of the replica alone.

    `proxy` is the host and port that the user named to be asked in place of all others. It may
    stand in a private network; what names stand for is then seen by it alone.
    """

    replica_port: int | None = None
    proxy: tuple[str, int] | None = None

    def refuse_url(self, url: str) -> str | None:
        """Return why an address may not be fetched, as one sentence, or None where it may."""
        try:
            parts = urlsplit(url)
            host, port = parts.hostname, parts.port
        except ValueError:
            return f"Expected a web address, found {shown(url)}: it cannot be taken apart."
        if parts.scheme not in ("http", "https"):
            return f"Expected http or https, found {parts.scheme or 'no scheme'!r} in {shown(url)}."
        if len(url) > MAX_ADDRESS_LENGTH:
            return f"The address {shown(url)} is longer than {MAX_ADDRESS_LENGTH} characters."
        if not host:
            return f"The address {shown(url)} names no host."
        if "@" in parts.netloc:
            return f"The address of {host} carries a user name or password, which is never sent."
        if self.replica_port is not None:
            return self._refuse_beside_replica(parts.scheme, host, port)
        if host.endswith(REPLICA_SUFFIX):
            return f"The host {host} is the replica's, and this crawl is not of the replica."
        literal = _literal(host)
        return _refuse_literal(literal) if literal is not None else _refuse_local_name(host)

    def refuse_resolved(self, host: str, numbers: list[str]) -> str | None:
        """Return why a host may not be asked, given every number its name stands for."""
        if self.replica_port is not None:
            if host == REPLICA_ADDRESS and set(numbers) <= {REPLICA_ADDRESS}:
                return None
            return f"The host {host} is not the replica's, and this crawl is of the replica alone."
        if self.proxy is not None and host == self.proxy[0]:
            return None
        for number in numbers:
            reason = self.refuse_number(number)
            if reason:
                return f"The host {host} stands for {number}, {reason}, so it is not asked."
        return None

    def refuse_connection(self, number: str, port: int) -> str | None:
        """Return why a socket may not be opened; the last check, on the very number dialled."""
        if self.replica_port is not None:
            if (number, port) == (REPLICA_ADDRESS, self.replica_port):
                return None
            return f"A crawl of the replica may not open a connection to {number}:{port}."
        reason = self.refuse_number(number)
        return f"No connection is opened to {number}: it is {reason}." if reason else None

    def refuse_number(self, number: str) -> str | None:
        """Return what is wrong with an IP address in a few words, or None for a public one."""
        ip = _literal(number)
        if ip is None:
            return "not an IP address"
        return next((reason for form in _forms(ip) if (reason := _kind(form))), None)

    def _refuse_beside_replica(self, scheme: str, host: str, port: int | None) -> str | None:
        if not host.endswith(REPLICA_SUFFIX):
            return f"The host {host} is not the replica's, and this crawl is of the replica alone."
        if scheme != "http" or port not in (None, 80):
            return f"The replica's host {host} is asked by http without a port only."
        return None


def shown(url: str, limit: int = 120) -> str:
    """Return an address fit for a sentence: without control characters, cut to `limit`."""
    plain = "".join(letter if letter.isprintable() else "?" for letter in url)
    return plain if len(plain) <= limit else plain[: limit - 1] + "…"


def _literal(host: str) -> _IPAddress | None:
    try:
        return ipaddress.ip_address(host.strip("[]").split("%")[0])
    except ValueError:
        return None


def _refuse_literal(ip: _IPAddress) -> str | None:
    reason = Guard().refuse_number(str(ip))
    return f"The address {ip} is {reason}, so it is not asked." if reason else None


def _refuse_local_name(host: str) -> str | None:
    name = host.rstrip(".").lower()
    if name == "localhost" or name.endswith((".localhost", ".local", ".internal", ".localdomain")):
        return f"The host {host} is a name of a local network, so it is not asked."
    if "." not in name:
        return f"The host {host} is no public name, so it is not asked."
    return None


def _forms(ip: _IPAddress) -> list[_IPAddress]:
    """Return the address and every IPv4 address that is wrapped in it."""
    if isinstance(ip, ipaddress.IPv4Address):
        return [ip]
    wrapped: list[_IPAddress] = [
        inner for inner in (ip.ipv4_mapped, ip.sixtofour) if inner is not None
    ]
    if ip.teredo is not None:
        wrapped += ip.teredo
    if ip in _NAT64:
        wrapped.append(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF))
    return wrapped if ip.ipv4_mapped is not None or ip in _NAT64 else [ip, *wrapped]


def _kind(ip: _IPAddress) -> str | None:
    if str(ip) in _REFUSED_BY_NAME:
        return _REFUSED_BY_NAME[str(ip)]
    checks = (
        (ip.is_loopback, "a loopback address"),
        (ip.is_link_local, "a link-local address"),
        (ip.is_multicast, "a multicast address"),
        (ip.is_unspecified, "an unspecified address"),
        (ip.is_private, "a private address"),
        (
            ip.is_reserved
            or not ip.is_global
            or any(ip.version == net.version and ip in net for net in _REFUSED_NETWORKS),
            "a reserved address",
        ),
    )
    return next((reason for hit, reason in checks if hit), None)
