"""The crawl's child in live mode, with recorded name servers and a recording connector.

Nothing leaves this machine: `Names` answers for every name, and the connector writes down each
number and port that is dialled. The one public number leads to the test's own server, every other
one is only written down. The guard of the crawl stands before both, as on the real web.

Run with the job on standard input, like the child; `LIVE_CRAWL` in the environment is a file with
the numbers of each name, in order of asking, the server's port, and where to write what was
dialled.
"""

from __future__ import annotations

import json
import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from scrapy.utils.reactor import install_reactor
from twisted.internet.address import IPv4Address, IPv6Address
from twisted.internet.error import ConnectError
from twisted.internet.interfaces import IHostnameResolver
from zope.interface import implementer  # type: ignore[import-untyped]

PUBLIC = "93.184.216.34"


@implementer(IHostnameResolver)
class Names:
    """Answers each name with its numbers: the next ones each time, the last ones for ever."""

    def __init__(self, numbers: dict[str, list[list[str]]]) -> None:
        self.numbers = numbers

    def resolveHostName(self, receiver: Any, name: str, port: int = 0, *rest: Any) -> Any:
        receiver.resolutionBegan(self)
        answers = self.numbers.get(name, [[name] if name[0].isdigit() or ":" in name else []])
        for number in answers.pop(0) if len(answers) > 1 else answers[0]:
            kind = IPv6Address if ":" in number else IPv4Address
            receiver.addressResolved(kind("TCP", number, port))
        receiver.resolutionComplete()
        return self


def record_connections(reactor: Any, server_port: int, log: Path) -> None:
    """Write down what is dialled; only the public number is connected, to the test's server."""
    connect = reactor.connectTCP

    def dial(host: str, port: int, factory: Any, *args: Any, **kwargs: Any) -> Any:
        with log.open("a") as lines:
            lines.write(f"{host} {port}\n")
        if host != PUBLIC:
            raise ConnectError(string="nothing is sent there")
        return connect("127.0.0.1", server_port, factory, *args, **kwargs)

    reactor.connectTCP = dial


def main() -> int:
    """Install both below the guard, then run the child as it is."""
    plan = json.loads(Path(os.environ["LIVE_CRAWL"]).read_text())
    install_reactor("twisted.internet.asyncioreactor.AsyncioSelectorReactor")
    from twisted.internet import reactor

    from pipeline.crawl import child, manners

    reactor.installNameResolver(Names(plan["names"]))
    record_connections(reactor, plan["port"], Path(plan["log"]))
    quick = replace(manners.REPLICA, timeout_s=5.0)
    manners.LIVE = quick
    return child.main()


if __name__ == "__main__":
    sys.exit(main())
