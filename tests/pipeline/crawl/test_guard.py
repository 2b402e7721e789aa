"""The guard: every way of leading the crawler into a private network is refused."""

import pytest

from pipeline.crawl.guard import MAX_ADDRESS_LENGTH, Guard, shown

PRIVATE = [
    "127.0.0.1",
    "127.8.8.8",
    "10.1.2.3",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.0",
    "0.1.2.3",
    "192.0.0.192",
    "198.18.0.1",
    "192.0.2.1",
    "203.0.113.9",
    "224.0.0.1",
    "239.1.1.1",
    "240.0.0.1",
    "255.255.255.255",
    "168.63.129.16",
    "::",
    "::1",
    "fe80::1",
    "fc00::1",
    "fd00:ec2::254",
    "ff02::1",
    "fec0::1",
    "2001:db8::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:169.254.169.254",
    "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe",
    "2002:7f00:1::",
    "2002:a9fe:a9fe::",
    "2001:0:4136:e378:8000:63bf:f5ff:fffe",
    "::127.0.0.1",
]
PUBLIC = ["193.156.1.1", "8.8.8.8", "172.32.0.1", "2a02:20c8::1", "64:ff9b::808:808"]


@pytest.mark.parametrize("number", PRIVATE)
def test_private_numbers_are_refused_everywhere(number: str) -> None:
    guard = Guard()
    assert guard.refuse_number(number)
    assert guard.refuse_connection(number, 443)
    assert guard.refuse_resolved("reports.example.org", [number])
    host = f"[{number}]" if ":" in number else number
    assert guard.refuse_url(f"https://{host}/report.pdf")


@pytest.mark.parametrize("number", PUBLIC)
def test_public_numbers_pass(number: str) -> None:
    guard = Guard()
    assert guard.refuse_number(number) is None
    assert guard.refuse_connection(number, 443) is None
    assert guard.refuse_resolved("reports.example.org", [number]) is None


def test_one_private_number_among_public_ones_refuses_the_host() -> None:
    reason = Guard().refuse_resolved("reports.example.org", ["193.156.1.1", "10.0.0.5"])
    assert reason is not None
    assert "reports.example.org" in reason
    assert "10.0.0.5" in reason


@pytest.mark.parametrize(
    "url",
    [
        "ftp://fhi.no/x",
        "file:///etc/passwd",
        "data:text/html,x",
        "javascript:alert(1)",
        "gopher://fhi.no/",
        "//fhi.no/x",
        "http:///x",
        "http://user:secret@fhi.no/x",
        "http://user@fhi.no/",
        "http://localhost/",
        "http://LOCALHOST./",
        "http://printer.local/",
        "http://db.internal/",
        "http://intranet/",
        "http://[::1/",
        "http://fhi.no:notaport/",
        "http://replica.test/",
        "https://fhi.no/" + "a" * MAX_ADDRESS_LENGTH,
    ],
)
def test_addresses_that_are_refused_before_any_look_up(url: str) -> None:
    reason = Guard().refuse_url(url)
    assert reason is not None
    assert reason.endswith(".")
    assert "secret" not in reason


@pytest.mark.parametrize(
    "url", ["https://www.fhi.no/publ/2020/", "http://julkaisut.valtioneuvosto.fi:8080/handle/1"]
)
def test_public_addresses_pass(url: str) -> None:
    assert Guard().refuse_url(url) is None


@pytest.mark.parametrize(
    "url",
    [
        "https://www.fhi.no/",
        "http://127.0.0.1:8600/",
        "http://127.0.0.1/",
        "http://fafo-replica.test.evil.org/",
        "https://fafo-replica.test/",
        "http://fafo-replica.test:8080/",
    ],
)
def test_a_crawl_of_the_replica_never_leaves_it(url: str) -> None:
    assert Guard(replica_port=8600).refuse_url(url)


def test_the_replica_is_reached_through_its_port_alone() -> None:
    guard = Guard(replica_port=8600)
    assert guard.refuse_url("http://fafo-replica.test/x") is None
    assert guard.refuse_connection("127.0.0.1", 8600) is None
    assert guard.refuse_connection("127.0.0.1", 5432)
    assert guard.refuse_connection("193.156.1.1", 8600)
    assert guard.refuse_resolved("127.0.0.1", ["127.0.0.1"]) is None
    assert guard.refuse_resolved("fafo-replica.test", ["127.0.0.1"])


def test_shown_addresses_are_short_and_printable() -> None:
    text = shown("http://x.test/\u202e\x00" + "a" * 500)
    assert len(text) == 120
    assert text.isprintable()
