"""The one heliport identifier of a process: which languages a text is likely to be in.

Owns loading it (about 850 MB and three quarters of a second, so it is loaded once, when first
asked) and using it from several threads. A program that is to answer one question soon lets a child
load it meanwhile (`begin_ranking`; `python -m kb.language_ranking` is that child). What is made of
the ranking is decided by `kb.search.languages` for queries and `pipeline.language` for texts.
"""

from __future__ import annotations

import atexit
import importlib.metadata
import json
import os
import subprocess
import sys
import threading
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

ISO_639_3: Final = {
    "nob": "nb",
    "nno": "nn",
    "dan": "da",
    "swe": "sv",
    "fin": "fi",
    "isl": "is",
    "eng": "en",
    "fao": "fo",
    "sme": "se",
    "kal": "kl",
}
_EVERY = 220  # every language heliport knows, so that ours are always in its answer
TIME_LIMIT_S = 60.0  # a child that has not answered by then is left; loading takes one second
_lock = threading.Lock()  # the identifier is for one thread at a time
_children: list[subprocess.Popen[str]] = []


@lru_cache(maxsize=1)
def _identifier() -> Any:
    from heliport import Identifier

    return Identifier()


@lru_cache(maxsize=1)
def identifier_version() -> str:
    """Return the installed identifier's version; its scores are the same as long as that is."""
    return importlib.metadata.version("heliport")


def rank_languages(text: str) -> list[tuple[str, float]]:
    """Our languages from likeliest to least, each with heliport's raw score (lower is better)."""
    one_line = " ".join(text.split())
    with _lock:
        found = _asked(_children.pop(), one_line) if _children else None
        if found is None:
            found = _identifier().identify_topk_with_score(one_line, _EVERY)
    return [(ISO_639_3[code], float(score)) for code, score in found if code in ISO_639_3]


def begin_ranking() -> None:
    """Let a child load the identifier meanwhile; the next `rank_languages` is answered by it.

    Nothing is begun where one is waiting or the identifier is loaded here already.
    """
    if _children or _identifier.cache_info().currsize:
        return
    environment = dict(os.environ)
    checkout = str(Path(__file__).resolve().parent.parent)
    paths = (checkout, environment.get("PYTHONPATH", ""))
    environment["PYTHONPATH"] = os.pathsep.join(filter(None, paths))
    # -P: a module of ours or of Python's must not be taken from the folder one happens to be in.
    command = [sys.executable, "-P", "-X", "utf8", "-W", "ignore", "-m", "kb.language_ranking"]
    pipe = subprocess.PIPE
    try:
        child = subprocess.Popen(
            command,
            env=environment,
            stdin=pipe,
            stdout=pipe,
            stderr=subprocess.DEVNULL,
            encoding="utf-8",
        )
    except OSError:
        return  # it is loaded here then, when it is asked
    atexit.register(_end, child)
    _children.append(child)


def _asked(child: subprocess.Popen[str], text: str) -> list[tuple[str, float]] | None:
    """Return a child's ranking; None where it could not give one."""
    try:
        answer = json.loads(child.communicate(json.dumps(text), TIME_LIMIT_S)[0])
        return [(str(code), float(score)) for code, score in answer]
    except (OSError, ValueError, TypeError, subprocess.TimeoutExpired):
        return None
    finally:
        _end(child)


def _end(child: subprocess.Popen[str]) -> None:
    child.kill()
    child.wait()
    for pipe in (child.stdin, child.stdout):
        if pipe is not None:
            pipe.close()


def main() -> None:
    """Answer one question on standard input, and end without clearing the models away."""
    identifier = _identifier()
    text = json.loads(sys.stdin.read())
    print(json.dumps(identifier.identify_topk_with_score(text, _EVERY)), flush=True)
    os._exit(0)


if __name__ == "__main__":
    main()
