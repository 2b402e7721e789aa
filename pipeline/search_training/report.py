"""What was measured as it is kept: every question's rank, and what it was made of.

Owns the file `search_ranks.json` and the table that docs/search.md shows of it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from pipeline.search_training.validation import Figures, KnownItem, figures_of

CHECKOUT = Path(__file__).parents[2]
# What the figures depend on, beside data and model: a change here asks for a new measurement.
CODE = (
    "kb/search/cognates.py",
    "kb/search/fusion.py",
    "kb/search/means.py",
    "pipeline/search_training/data.py",
    "pipeline/search_training/known_items.py",
    "pipeline/search_training/layers.py",
    "pipeline/search_training/learning.py",
    "pipeline/search_training/validation.py",
)
_RANKED = ("ranked", "judged")  # the parts of a report that are questions
# Norwegians read both written forms as one language; figures "across" without them say so.
_ONE_LANGUAGE = {"nn": "nb"}


@dataclass(frozen=True)
class Ranked:
    """A known-item question and its answer's rank: by the plain model, untrained, trained.

    `untrained` is the plain model with title, section, language means and the fusion as it stands.
    """

    language: str
    row_language: str
    row: int
    plain: int
    untrained: int
    trained: int


@dataclass(frozen=True)
class Report:
    """What was measured, with hashes of the data, the training data and the code, and the model.

    `weights` are the fusion's; `ranked` has one entry a known-item question, `judged` one a
    development question.
    """

    data: str
    training: str
    code: str
    model: str
    weights: dict[str, float]
    ranked: tuple[Ranked, ...]
    judged: tuple[Ranked, ...]

    def save(self, path: Path) -> None:
        """Write it as JSON, a question a line."""
        facts: dict[str, Any] = {k: v for k, v in asdict(self).items() if k not in _RANKED}
        written = json.dumps(facts)[:-1]
        for name in _RANKED:
            lines = ",\n".join(
                json.dumps(list(asdict(one).values())) for one in getattr(self, name)
            )
            written += f', "{name}": [\n{lines}\n]'
        path.write_text(written + "}\n", "utf-8")

    @classmethod
    def load(cls, path: Path) -> Report:
        """Read a file that `save` wrote."""
        facts: dict[str, Any] = json.loads(path.read_text("utf-8"))
        for name in _RANKED:
            facts[name] = tuple(Ranked(*one) for one in facts[name])
        return cls(**facts)


def code_hash() -> str:
    """Return a hash of the modules that the figures depend on."""
    digest = hashlib.sha256()
    for name in CODE:
        digest.update((CHECKOUT / name).read_bytes())
    return digest.hexdigest()[:16]


def join_ranks(
    questions: Sequence[KnownItem],
    plain: Sequence[int],
    untrained: Sequence[int],
    trained: Sequence[int],
) -> tuple[Ranked, ...]:
    """Return each question with its three ranks, in the questions' order."""
    return tuple(
        Ranked(q.language, q.row_language, q.row, *ranks)
        for q, *ranks in zip(questions, plain, untrained, trained, strict=True)
    )


def group_names(language: str, row_language: str) -> tuple[str, ...]:
    """Return the groups that a question of this pair of languages counts in."""
    side = "across languages" if language != row_language else "within a language"
    pair = [_ONE_LANGUAGE.get(name, name) for name in (language, row_language)]
    joined = "across, nb and nn as one" if pair[0] != pair[1] else "within, nb and nn as one"
    return side, joined, f"{language} → {row_language}"


def figures_by_group(ranked: Iterable[Ranked], by: str) -> dict[str, Figures]:
    """Return the figures of every group by one of `plain`, `untrained`, `trained`."""
    groups: dict[str, list[int]] = {}
    for one in ranked:
        for name in group_names(one.language, one.row_language):
            groups.setdefault(name, []).append(getattr(one, by))
    pairs_last = sorted(groups, key=lambda name: ("→" in name, name))
    return {name: figures_of(groups[name]) for name in pairs_last}


def figures_table(ranked: Sequence[Ranked]) -> str:
    """Return the figures as a Markdown table, MRR@10 / recall@10."""
    columns = {by: figures_by_group(ranked, by) for by in ("plain", "untrained", "trained")}
    lines = [
        "| questions | n | plain model | untrained | trained |",
        "| --- | --- | --- | --- | --- |",
    ]
    for name, figures in columns["plain"].items():
        cells = [f"{found[name].mrr:.3f} / {found[name].recall:.3f}" for found in columns.values()]
        lines.append(f"| {name} | {figures.questions} | {' | '.join(cells)} |")
    return "\n".join(lines)
