"""OpenVINO comes without its converter and never reports to anybody."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from kb.openvino_library import load_converter, load_openvino
from kb.settings import CHECKOUT

CODE = """
import json, sys
from kb.openvino_library import load_converter, load_openvino
{call}
print(json.dumps([name for name, found in sys.modules.items() if found is not None]))
"""


def imported(call: str, home: Path) -> set[str]:
    """The modules that a process has imported after a call, with a home folder of its own."""
    home.mkdir()
    ran = subprocess.run(
        [sys.executable, "-c", CODE.format(call=call)],
        capture_output=True,
        text=True,
        cwd=CHECKOUT,
        env={**os.environ, "HOME": str(home)},
        check=True,
    )
    return set(json.loads(ran.stdout))


@pytest.mark.parametrize("call", ["load_openvino()", "load_openvino(); load_converter()"])
def test_nothing_is_reported_and_nothing_left_in_the_home(call: str, tmp_path: Path) -> None:
    found = imported(call, tmp_path / "home")
    assert "openvino" in found
    assert not any(name.startswith("openvino_telemetry") for name in found)
    assert not any(name.startswith(("multiprocessing", "urllib.request")) for name in found)
    assert list((tmp_path / "home").iterdir()) == []
    assert ("openvino.tools.ovc" in found) == ("converter" in call)


def test_both_can_be_had_in_one_process() -> None:
    library = load_openvino()
    assert library.Core().available_devices
    assert callable(load_converter())
    assert load_openvino() is library
