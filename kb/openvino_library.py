"""OpenVINO, imported without what it brings along for other uses.

Owns the import. The package reads its converter each time it is imported, which takes half of that
time, and the converter reports each import and each conversion to its maker over the network, with
a number that it keeps in the person's home folder. Nothing of what people do here is reported.
"""

from __future__ import annotations

import sys
from typing import Any

_CONVERTER, _REPORTS = "openvino.tools.ovc", "openvino_telemetry"


def load_openvino() -> Any:
    """Return the library that runs models, without its converter."""
    _leave_out(_REPORTS)
    _leave_out(_CONVERTER)
    import openvino

    return openvino


def load_converter() -> Any:
    """Return the function `convert_model`, which makes OpenVINO's model of another library's."""
    _leave_out(_REPORTS)
    if sys.modules.get(_CONVERTER, sys) is None:
        del sys.modules[_CONVERTER]
    from openvino.tools.ovc import convert_model

    return convert_model


def _leave_out(name: str) -> None:
    """Let an import of a module fail that was not imported yet; the library goes on without it."""
    # Python's own mark for a module that must not be found (reference of the import system, 5.3.1).
    sys.modules.setdefault(name, None)  # type: ignore[arg-type]
