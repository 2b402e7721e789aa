"""The command that serves the replica for a person to look at."""

import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from corpora.replica import ReplicaServer
from corpora.replica.__main__ import main
from corpora.replica.hosts import HOSTS


def test_it_prints_every_address_and_serves(folder: Path) -> None:
    command = [sys.executable, "-m", "corpora.replica", "--port", "0", "--folder", str(folder)]
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        env={"PYTHONPATH": ".", "PYTHONIOENCODING": "utf-8"},
    ) as process:
        try:
            assert process.stdout is not None
            lines = [process.stdout.readline() for _ in range(len(HOSTS) + 2)]
            address = lines[0].split()[2]
            with urllib.request.urlopen(address, timeout=10) as page:
                assert b"Replica sites" in page.read()
        finally:
            process.terminate()
    assert all(any(host.name in line for line in lines) for host in HOSTS)
    assert "proxy" in lines[-1]


def test_a_port_in_use_is_one_sentence(
    server: ReplicaServer, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--port", str(server.port), "--folder", str(folder)]) == 1
    said = capsys.readouterr().err
    assert said.startswith("The replica cannot be served: ")
    assert said.count("\n") == 1


def test_wrong_usage_exits_with_2() -> None:
    with pytest.raises(SystemExit) as left:
        main(["--harbour", "1"])
    assert left.value.code == 2
