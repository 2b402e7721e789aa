"""How far coders agree: for each factor, for direction, and overall.

Owns which questions are asked of the judgements, and the answer as records. The values come from
`kb.coding.agreement_units`, the formulas from `kb.coding.coefficients`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from corpora.codebook import Codebook
from kb.coding.agreement_units import Judgements, masi_distances, read_judgements
from kb.coding.coefficients import (
    DRAWS,
    FEWEST_CLUSTERS,
    LEVEL,
    MISSING,
    NOT_SAID,
    SEED,
    Agreement,
    Estimate,
    Ratings,
    measure,
    measure_distances,
)
from kb.errors import CodingError
from kb.store import Store

Scope = Literal["overall", "factors", "factor", "direction", "directions", "sets"]
COEFFICIENTS = ("percent", "alpha", "kappa", "ac1")
INTERVALS = (
    f"{LEVEL:.0%} percentile intervals of {DRAWS} bootstrap samples of publications, seed {SEED}; "
    f"given from {FEWEST_CLUSTERS} publications"
)


@dataclass(frozen=True)
class AgreementRow:
    """One question. `code` is the factor or direction asked about, where it is one.

    Units are passages; of all factors together a passage with each factor, and of directions a
    passage with each factor that coders said.

    Scopes: overall (each passage and factor: not said, or its direction), factors (said or not,
    all factors together), factor (one of them), directions (all, where coders said the factor),
    direction (one against the others), sets (the set of factors; alpha of MASI distances alone).
    """

    scope: Scope
    code: str | None
    agreement: Agreement
    said: int  # judgements that hold the factor or direction

    def record(self) -> dict[str, Any]:
        """The row as printed: a coefficient is null where `reasons` says why."""
        found: dict[str, Any] = {"scope": self.scope, "code": self.code}
        found |= {"units": self.agreement.units, "said": self.said}
        reasons: dict[str, str] = {}
        for name in COEFFICIENTS:
            estimate: Estimate = getattr(self.agreement, name)
            interval = None if estimate.low is None else [estimate.low, estimate.high]
            found |= {name: estimate.value, f"{name}_interval": interval}
            if estimate.reason is not None:
                reasons[name] = estimate.reason
        return {**found, "reasons": reasons}


@dataclass(frozen=True)
class AgreementReport:
    """Agreement of these coders; `judged` counts each one's passages, `shared` those of two."""

    coders: tuple[str, ...]
    round_name: str | None
    judged: dict[str, int]
    passages: int
    shared: int
    publications: int
    rows: tuple[AgreementRow, ...]

    def record(self) -> dict[str, Any]:
        """The report as printed."""
        return {
            "coders": list(self.coders),
            "round": self.round_name,
            "judged": self.judged,
            "passages": self.passages,
            "shared": self.shared,
            "publications": self.publications,
            "intervals": INTERVALS,
            "rows": [row.record() for row in self.rows],
        }


def measure_agreement(
    store: Store,
    codebook: Codebook,
    coders: Sequence[str] = (),
    round_name: str | None = None,
    draws: int = DRAWS,
) -> AgreementReport:
    """Measure agreement of coders (all, unless named) in a closed round, or everywhere.

    With one coder, or none that judged the same passage, every coefficient is None with a reason.
    Raises CodingError for an open round, an unknown name, or one coder named alone; NotFoundError
    for an unknown round.
    """
    if len(coders) == 1:
        raise CodingError(
            "Expected two coders to compare, found one; name another, or none to compare all."
        )
    judged = read_judgements(store, coders, round_name)
    return AgreementReport(
        judged.coders,
        round_name,
        {name: sum(coder == name for _, coder in judged.said) for name in judged.coders},
        len(judged.passages),
        _shared(judged),
        len(set(judged.publications.values())),
        tuple(_rows(judged, codebook, draws)),
    )


def _shared(judged: Judgements) -> int:
    table = judged.presence("")
    return int(((table != MISSING).sum(axis=1) >= 2).sum())


def _rows(judged: Judgements, codebook: Codebook, draws: int) -> list[AgreementRow]:
    used = {factor for said in judged.said.values() for factor in said}
    factors = [*codebook.ids("factors"), *sorted(used - set(codebook.ids("factors")))]
    told = {way for said in judged.said.values() for way in said.values()}
    order = [*codebook.ids("directions"), *sorted(told - set(codebook.ids("directions")))]
    clusters = judged.clusters()
    presence = {factor: judged.presence(factor) for factor in factors}
    ways = np.concatenate([judged.directions(factor, order) for factor in factors])
    decisions = np.concatenate([judged.decisions(factor, order) for factor in factors])
    pooled = clusters * len(factors)

    def row(
        scope: Scope, code: str | None, ratings: Ratings, categories: int, groups: Sequence[int]
    ) -> AgreementRow:
        said = int((ratings > 0).sum()) if scope != "directions" else int((ratings >= 0).sum())
        found = measure(ratings, categories, groups, draws)
        if not said and scope in ("factor", "direction") and found.units:
            none = Estimate(None, reason=NOT_SAID)
            found = Agreement(found.units, found.coders, none, none, none, none)
        return AgreementRow(scope, code, found, said)

    every = np.concatenate(list(presence.values()))
    rows = [
        row("overall", None, decisions, len(order) + 1, pooled),
        row("factors", None, every, 2, pooled),
        _sets_row(judged, draws),
    ]
    rows += [row("factor", code, presence[code], 2, clusters) for code in factors]
    rows.append(row("directions", None, ways, len(order), pooled))
    for place, code in enumerate(order):
        one = np.where(ways == MISSING, MISSING, (ways == place).astype(np.int64))
        rows.append(row("direction", code, one, 2, pooled))
    return rows


def _sets_row(judged: Judgements, draws: int) -> AgreementRow:
    """Agreement on the whole set of a passage's factors: alike or not, and alpha by distance."""
    ratings, sets = judged.factor_sets()
    distances = masi_distances(sets or [frozenset()])
    found = measure_distances(ratings, distances, judged.clusters(), draws)
    return AgreementRow("sets", None, found, sum(bool(said) for said in judged.said.values()))
