"""The sites and their habits."""

from pathlib import Path

import pytest

from corpora.errors import ReplicaError
from corpora.replica.hosts import HOSTS, HOSTS_FILE, host_named, load_hosts


def test_hosts_are_test_names_without_ports() -> None:
    for host in HOSTS:
        assert host.name.endswith(".test")
        assert ":" not in host.name
        assert host.base == f"http://{host.name}"


def test_hosts_differ_in_their_habits() -> None:
    assert {host.meta for host in HOSTS} == {
        "citation",
        "dc",
        "json-ld",
        "open-graph",
        "visible",
    }
    assert {host.labels for host in HOSTS} == {"roman", "printed"}
    assert {host.sitemap for host in HOSTS} == {"none", "plain", "index"}
    assert {host.font for host in HOSTS} == {"Vera", "Times"}
    assert sum(bool(host.oai) for host in HOSTS) >= 1
    assert sum(bool(host.translation) for host in HOSTS) >= 1
    assert len({host.listing_next for host in HOSTS}) == len(HOSTS)


def test_crawl_delays_are_small_enough_for_a_demo() -> None:
    delays = [host.crawl_delay for host in HOSTS if host.crawl_delay is not None]
    assert delays
    assert max(delays) <= 0.2


def test_every_site_belongs_to_one_source() -> None:
    assert len({host.source for host in HOSTS}) == len(HOSTS)
    assert all(host.source.startswith("replica-") for host in HOSTS)


def test_an_unknown_host_is_refused_and_the_known_ones_are_named() -> None:
    with pytest.raises(ReplicaError, match=r"found 'elsewhere\.test': use .*fafo-replica\.test"):
        host_named("elsewhere.test")


def test_an_unknown_habit_is_refused_with_file_and_line(tmp_path: Path) -> None:
    path = tmp_path / "hosts.yaml"
    text = HOSTS_FILE.read_text(encoding="utf-8")
    path.write_text(text.replace("  xmp: true", "  xpm: true", 1), encoding="utf-8")
    with pytest.raises(ReplicaError, match=r"hosts\.yaml, line \d+.*xpm|xpm.*line \d+"):
        load_hosts(path)
