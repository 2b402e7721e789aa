"""Runs and their problems. Owns the run and problem tables; what a run does is `pipeline`'s.

A problem is kept in the record and told in the data home's log of problems (`kb.problem_log`).
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update

from kb.errors import NotFoundError
from kb.problem_kinds import advise, known_kind
from kb.problem_log import log_problem
from kb.store import Store
from kb.tables import Problem, Run, now

# What an older run had fetched may have changed since, and must be asked for again; a run over
# every source takes some hours, and one that stops at night is gone on with in the morning.
RESUMED_WITHIN = timedelta(hours=24)


@dataclass(frozen=True)
class ProblemView:
    """Something that went wrong: where in the pipeline, with what, and the sentence to show.

    `subject` is an address, file or publication, `kind` one of `kb.problem_kinds`, `advice` what to
    do about it (that of the kind where none is given).
    """

    stage: str
    source_id: str | None
    subject: str
    message: str
    kind: str = "other"
    advice: str = ""

    def __post_init__(self) -> None:
        """Keep to the list of kinds, and never leave a person without advice."""
        object.__setattr__(self, "kind", known_kind(self.kind))
        object.__setattr__(self, "advice", self.advice or advise(self.kind))


@dataclass(frozen=True)
class RunView:
    """A run as shown: its report is what each stage counted."""

    id: int
    kind: str
    status: str
    started_at: datetime
    ended_at: datetime | None
    report: dict[str, Any]
    problems: tuple[ProblemView, ...] = ()


def start_run(store: Store, kind: str) -> tuple[int, bool]:
    """Begin a run of this kind, or go on with one that was interrupted; (id, went on).

    One that began more than RESUMED_WITHIN ago is closed as interrupted, and a new one begun.
    """
    with store.write() as session:
        last = session.scalars(
            select(Run).where(Run.kind == kind).order_by(Run.id.desc()).limit(1)
        ).first()
        if last is not None and last.status in ("running", "interrupted"):
            if now() - last.started_at < RESUMED_WITHIN:
                last.status = "running"
                return last.id, True
            last.status, last.ended_at = "interrupted", last.ended_at or now()
        run = Run(kind=kind, status="running", report={})
        session.add(run)
        session.flush()
        return run.id, False


def end_run(store: Store, run_id: int, status: str, report: dict[str, Any]) -> None:
    """Close a run as done, failed or interrupted, with its change report."""
    with store.write() as session:
        session.execute(
            update(Run).where(Run.id == run_id).values(status=status, report=report, ended_at=now())
        )


def add_problem(store: Store, run_id: int | None, problem: ProblemView) -> None:
    """Record a problem of a run and tell it in the log of problems.

    `run_id` is None where a file is read again between runs.
    """
    with store.write() as session:
        session.add(
            Problem(
                run_id=run_id,
                stage=problem.stage,
                source_id=problem.source_id,
                subject=problem.subject,
                kind=problem.kind,
                message=problem.message,
                advice=problem.advice,
            )
        )
    log_problem(store.settings, run_id, asdict(problem))


def list_runs(store: Store, limit: int = 20) -> list[RunView]:
    """The newest runs first, without their problems."""
    with store.read() as session:
        rows = session.scalars(select(Run).order_by(Run.id.desc()).limit(limit))
        return [_view(row) for row in rows]


def show_run(store: Store, run_id: int) -> RunView:
    """One run with its problems.

    Raises NotFoundError where there is no such run.
    """
    with store.read() as session:
        run = session.get(Run, run_id)
        if run is None:
            raise NotFoundError(
                f"There is no run {run_id} in the record; `samvirke runs` lists those there are."
            )
        problems = session.scalars(
            select(Problem).where(Problem.run_id == run_id).order_by(Problem.id)
        )
        return _view(run, tuple(_problem(row) for row in problems))


def _problem(row: Problem) -> ProblemView:
    return ProblemView(
        row.stage, row.source_id, row.subject, row.message, row.kind or "other", row.advice or ""
    )


def _view(run: Run, problems: tuple[ProblemView, ...] = ()) -> RunView:
    return RunView(
        run.id, run.kind, run.status, run.started_at, run.ended_at, dict(run.report), problems
    )
