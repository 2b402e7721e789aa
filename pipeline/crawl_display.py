"""How a crawl looks while it goes on: a live table on a terminal, plain lines in a log.

Owns the counts of each source as they come in and their drawing on standard error; what happens is
told by `pipeline.crawl`. In a log (no terminal) no control codes are written.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from pipeline.crawl import CrawlEvent

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

Note = Callable[[CrawlEvent], None]
Watch = Callable[[Sequence[str]], AbstractContextManager[Note]]
LINE_EVERY_S = 600.0  # of the whole crawl, in a log: a night's run says some dozens of lines
FRAMES_PER_S = 4
RATE_OVER_S = 30.0  # addresses a second are those of so many last seconds


@dataclass
class Board:
    """Where each source of a crawl stands, from the events told so far."""

    source_ids: tuple[str, ...]
    counts: dict[str, dict[str, int]] = field(default_factory=dict)
    finished: dict[str, dict[str, int]] = field(default_factory=dict)
    _asked_at: list[tuple[float, int]] = field(default_factory=list)

    def note(self, event: CrawlEvent, at: float) -> None:
        """Take in an event that was told at `at` (seconds of a clock that never goes back)."""
        source_id = event.source_id
        if source_id is None:
            return
        if event.kind == "counts":
            self.counts[source_id] = event.data
        elif event.kind == "source_finished":
            problems = self.counts.get(source_id, {}).get("problems", 0)
            self.finished[source_id] = {**event.data, "problems": problems}
            self.counts[source_id] = {**self.finished[source_id], "waiting": 0}
        elif event.kind == "problem":
            counts = self.counts.setdefault(source_id, {})
            counts["problems"] = counts.get("problems", 0) + 1
        if event.kind in ("counts", "source_finished"):
            since = at - RATE_OVER_S
            self._asked_at = [entry for entry in self._asked_at if entry[0] >= since]
            self._asked_at.append((at, self.total("requested")))

    def total(self, name: str) -> int:
        """A count summed over the sources."""
        return sum(counts.get(name, 0) for counts in self.counts.values())

    @property
    def rate(self) -> float:
        """Addresses asked a second, lately."""
        if len(self._asked_at) < 2:
            return 0.0
        (begin, first), (end, last) = self._asked_at[0], self._asked_at[-1]
        return (last - first) / (end - begin) if end > begin else 0.0

    def summary(self) -> str:
        """The whole crawl in one line."""
        return (
            f"{len(self.finished)} of {len(self.source_ids)} sources finished, "
            f"{self.total('requested')} asked ({self.rate:.1f} a second), "
            f"{self.total('stored')} stored, {self.total('waiting')} waiting, "
            f"{_problems(self.total('problems'))}"
        )

    def farewell(self, source_id: str) -> str:
        """What a finished source came to, in one line."""
        counts = self.finished[source_id]
        failed = " FAILED:" if counts.get("failed_source") else ""
        return (
            f"{source_id}:{failed} {counts.get('items', 0)} publications, "
            f"{counts.get('requested', 0)} asked, {counts.get('stored', 0)} stored, "
            f"{_problems(counts['problems'])}"
        )

    def under_way(self) -> list[str]:
        """The sources that are being asked, those with most left first."""
        open_ids = [name for name in self.counts if name not in self.finished]
        return sorted(open_ids, key=lambda name: (-self.counts[name].get("waiting", 0), name))


def _problems(count: int) -> str:
    return "1 problem" if count == 1 else f"{count} problems"


@contextmanager
def unwatched(source_ids: Sequence[str]) -> Iterator[Note]:
    """Show nothing."""
    yield lambda event: None


@contextmanager
def watch_crawl(source_ids: Sequence[str]) -> Iterator[Note]:
    """Show a crawl on standard error for as long as the block lasts.

    Yields what each event is to be told to.
    """
    from rich.console import Console

    console = Console(file=sys.stderr, highlight=False, markup=False, emoji=False)
    live = console.is_terminal and not console.is_dumb_terminal
    with (_draw if live else _write_lines)(Board(tuple(source_ids)), console) as note:
        yield note


@contextmanager
def _write_lines(board: Board, console: Console) -> Iterator[Note]:
    said_at = time.monotonic()

    def note(event: CrawlEvent) -> None:
        nonlocal said_at
        at = time.monotonic()
        board.note(event, at)
        if event.kind == "source_finished" and event.source_id:
            _say(board.farewell(event.source_id))
        elif at - said_at >= LINE_EVERY_S:
            said_at = at
            _say(board.summary())

    _say(f"{len(board.source_ids)} sources")
    yield note
    _say(board.summary())


def _say(line: str) -> None:
    print(f"crawl: {line}", file=sys.stderr, flush=True)


@contextmanager
def _draw(board: Board, console: Console) -> Iterator[Note]:
    from rich.live import Live

    with Live(
        console=console,
        refresh_per_second=FRAMES_PER_S,
        transient=True,
        get_renderable=lambda: draw_board(board, console.height),
    ):

        def note(event: CrawlEvent) -> None:
            board.note(event, time.monotonic())
            if event.kind == "source_finished" and event.source_id:
                console.print(f"crawl: {board.farewell(event.source_id)}")

        yield note
    console.print(f"crawl: {board.summary()}")


def draw_board(board: Board, height: int) -> Table:
    """A table of the sources under way, no taller than `height` lines, with the whole beneath."""
    from rich.table import Table

    rows = board.under_way()
    room = max(height - 5, 1)  # the heading, the lines beneath, the cursor's own line
    table = Table(box=None, header_style="bold", pad_edge=False, caption_justify="left")
    table.add_column("source", no_wrap=True)
    for name in ("asked", "stored", "waiting", "problems"):
        table.add_column(name, justify="right")
    for source_id in rows[:room]:
        counts = board.counts[source_id]
        table.add_row(
            source_id,
            *(str(counts.get(name, 0)) for name in ("requested", "stored", "waiting", "problems")),
        )
    more = f"and {len(rows) - room} more; " if len(rows) > room else ""
    table.caption = more + board.summary()
    return table
