"""What a run did, as tables: a line for each stage, and one for each source.

Owns their wording and drawing; the figures are the change report that a run keeps.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from app import markup
from app.i18n import _
from app.widgets.page import table

# Stages as they follow one another; a stage that is not among them stands last.
ORDER = (
    *("crawl", "add", "import", "import-dump", "extract", "publications", "passages"),
    *("screening", "retrain", "code", "index", "saved_searches"),
)
COUNTS = ("items", "stored", "unchanged", "failed", "forbidden", "gone")


def stage_table(stages: Mapping[str, Any], seconds: Mapping[str, Any]) -> str:
    """HTML of a table: each stage, what it counted and how long it took."""
    lines = []
    names = dict.fromkeys([*seconds, *stages])
    for name in sorted(names, key=lambda one: ORDER.index(one) if one in ORDER else len(ORDER)):
        counted = stages.get(name)
        took = f"{seconds[name]:.1f} s" if name in seconds else "–"
        lines.append(
            f'<tr><th scope="row">{markup.plain(stage_label(name))}</th>'
            f"<td>{_counts(name, counted)}</td>"
            f'<td class="sv-right">{markup.plain(took)}</td>'
            "</tr>"
        )
    return table((_("Stage"), _("Counted"), _("Time")), "".join(lines), numbers=(2,))


def stage_label(name: str) -> str:
    """What a stage is called."""
    return {
        "crawl": _("Crawl"),
        "extract": _("Reading of files"),
        "add": _("Files given"),
        "publications": _("Publications"),
        "passages": _("Passages"),
        "screening": _("Screening"),
        "code": _("Machine coding"),
        "index": _("Index"),
        "saved_searches": _("Saved searches"),
        "retrain": _("Learning from people's codings"),
        "import": _("Import"),
        "import-dump": _("Import of a catalogue"),
    }.get(name, name)


def run_kind(kind: str) -> str:
    """What a run was."""
    return {
        "demo": _("demonstration"),
        "refresh": _("refresh"),
        "add": _("files added"),
        "import": _("import"),
        "import-dump": _("import of a catalogue"),
    }.get(kind, kind)


def count_label(name: str) -> str:
    """What a figure of a stage counts."""
    return {
        "read": _("read"),
        "partial": _("read in part"),
        "quarantined": _("set aside"),
        "unchanged": _("unchanged"),
        "added": _("added"),
        "updated": _("updated"),
        "failed": _("failed"),
        "kept": _("kept"),
        "retired": _("retired"),
        "moved": _("work moved along"),
        "lost": _("work that needs a look"),
        "unchanged_publications": _("unchanged publications"),
        "include": _("included"),
        "exclude": _("left out"),
        "undecided": _("undecided"),
        "new": _("new"),
        "passages": _("passages"),
        "publications": _("publications"),
        "codings": _("codings"),
        "generation": _("generation"),
        "searches": _("searches"),
        "files": _("files"),
        "records": _("records"),
        "attached": _("files of records"),
        "not_taken_in": _("not taken in"),
    }.get(name, name.replace("_", " "))


def _counts(name: str, counted: Any) -> str:
    """HTML of a stage's figures; what is no figure is left to `samvirke runs show`."""
    if name == "crawl" and isinstance(counted, Mapping):
        return markup.plain(_("{n} sources, see below").format(n=len(counted)))
    if isinstance(counted, list):  # one entry for each file that was given
        states = (entry.get("status") for entry in counted if isinstance(entry, Mapping))
        counted = Counter(str(state) for state in states if state)
    if name == "import" and isinstance(counted, Mapping):  # elsewhere people's work is lost
        counted = {"not_taken_in" if key == "lost" else key: n for key, n in counted.items()}
    if not isinstance(counted, Mapping):
        return "–"
    pairs = [
        f"{markup.plain(count_label(str(key)))} <strong>{markup.plain(value)}</strong>"
        for key, value in counted.items()
        if isinstance(value, int | float) and not isinstance(value, bool)
    ]
    return markup.joined(pairs) or "–"


def source_table(crawl: Mapping[str, Any]) -> str:
    """HTML of a table: a line for each source, sources with problems first."""
    names = (_("Items"), _("New"), _("Unchanged"), _("Failed"), _("Forbidden"), _("Gone"))
    lines = []
    for source_id, counts in sorted(
        crawl.items(), key=lambda entry: (not _bad(entry[1]), entry[0])
    ):
        if not isinstance(counts, Mapping):
            continue
        cells = "".join(
            f'<td class="sv-right">{markup.plain(counts.get(name, 0))}</td>' for name in COUNTS
        )
        flag = markup.badge(_("failed"), "run-failed") if _bad(counts) else ""
        warnings = "; ".join(str(text) for text in counts.get("warnings") or ())
        lines.append(
            f'<tr><th scope="row">{markup.plain(source_id)} {flag}</th>{cells}'
            f"<td>{markup.plain(warnings)}</td></tr>"
        )
    heads = (_("Source"), *names, _("Remarks"))
    return table(heads, "".join(lines), numbers=range(1, len(names) + 1))


def saved_table(searches: Sequence[Any]) -> str:
    """HTML of a table: each saved search, how much is new to it, or why it could not be asked."""
    lines = [
        f'<tr><th scope="row">{markup.plain(one.get("name"))}</th>'
        f'<td class="sv-right">{markup.plain(one.get("new", 0))}</td>'
        f"<td>{markup.plain(one.get('error') or '')}</td></tr>"
        for one in searches
        if isinstance(one, Mapping)
    ]
    return table((_("Saved search"), _("New"), _("Remarks")), "".join(lines), numbers=(1,))


def _bad(counts: Any) -> bool:
    return isinstance(counts, Mapping) and bool(
        counts.get("failed_source") or counts.get("problems")
    )
