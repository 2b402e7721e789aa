"""A run's change report as Markdown, a page of HTML, or JSON; and the file that a refresh leaves.

Owns the forms. Titles and passages come from anywhere: HTML is escaped by the template, Markdown
by a backslash before everything that could be markup.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from types import MappingProxyType
from typing import Any

from jinja2 import Environment

from kb.change_report import Changed, RunChanges, SearchNews, changes_of
from kb.control_characters import without_controls
from kb.errors import QueryError, RecordError
from kb.runs import ProblemView
from kb.settings import Settings
from kb.store import Store

LISTS: Mapping[str, str] = MappingProxyType(
    {
        "new": "New publications",
        "changed": "Changed publications",
        "gone": "No longer at their publisher",
        "included": "Newly included",
        "excluded": "Newly left out",
        "needs_look": "Work that needs a look",
    }
)
"""The lists of publications and their headings, in the order they are shown."""

_MARKUP = re.compile(r"([\\`*_{}\[\]()#+\-.!|<>~&])")
_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Run {{ run.run }}: what changed</title>
<style>
body { font: 1rem/1.5 system-ui, sans-serif; color: #1c2733; max-width: 50rem; margin: 2rem auto;
  padding: 0 1rem; overflow-wrap: anywhere; }
h2 { font-size: 1.2rem; margin-top: 2rem; } h3 { font-size: 1rem; margin-bottom: 0; }
small { color: #51606e; } blockquote { margin: .2rem 0 1rem; padding-left: .8rem;
  border-left: 3px solid #b9c6d0; } a { color: #0b5c7d; } li { margin: .2rem 0; }
</style></head><body>
<h1>Run {{ run.run }}: what changed</h1>
<p>{{ line }}</p>
<h2>Saved searches</h2>
{% for search in run.saved_searches if search.new %}
<h3><a href="{{ search.address }}">{{ search.name }}</a>: {{ search.new }} new</h3>
{% for hit in search.passages %}
<p><a href="{{ hit.address }}">{{ hit.title }}</a> <small>{{ where(hit) }}</small></p>
<blockquote lang="{{ hit.language }}">{{ hit.text }}</blockquote>
{% endfor %}
{% if search.new > search.passages | length %}
<p>And {{ search.new - search.passages | length }} more.</p>
{% endif %}
{% endfor %}
{% if quiet %}
<p>Nothing is new to
{% for search in quiet %}
<a href="{{ search.address }}">{{ search.name }}</a>{{ "." if loop.last else ", " }}
{% endfor %}
</p>
{% elif not run.saved_searches %}
<p>None is saved.</p>
{% endif %}
{% for name, heading in lists.items() if run[name] %}
<h2>{{ heading }} ({{ run[name] | length }})</h2>
<ul>
{% for one in run[name] %}
<li><a href="{{ one.address }}">{{ one.title }}</a> <small>{{ one.label }}{% if one.note %} ·
{{ one.note }}{% endif %}</small></li>
{% endfor %}
</ul>
{% endfor %}
{% if run.problems %}
<h2>Problems ({{ run.problems | length }})</h2>
<ul>
{% for one in run.problems %}
<li>{{ one.message }} <small>{{ one.stage }}{% if one.source_id %} · {{ one.source_id }}{% endif %}
· {{ one.subject }} · {{ one.advice }}</small></li>
{% endfor %}
</ul>
{% endif %}
{% if nothing %}<p>{{ nothing }}</p>{% endif %}
</body></html>
"""


def render_changes(run: RunChanges, suffix: str) -> bytes:
    """Return a change report in the form that a file's ending asks for: html, md or json.

    Raises QueryError for another ending.
    """
    if suffix not in FORMS:
        raise QueryError(
            f"Expected a file that ends in .{', .'.join(FORMS)} for a change report, found "
            f"{suffix!r}; give it one of these endings."
        )
    return FORMS[suffix](run).encode()


def write_reports(settings: Settings, store: Store, run_id: int) -> list[Path]:
    """Write a run's change report into the data home as HTML and Markdown; return the files.

    Raises RecordError where they cannot be written.
    """
    run = changes_of(settings, store, run_id)
    folder = settings.reports_folder
    paths = [folder / f"run-{run_id:05d}.{suffix}" for suffix in ("html", "md")]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for path in paths:
            part = path.with_name(f".{path.name}.{os.getpid()}")
            part.write_bytes(render_changes(run, path.suffix[1:]))
            part.replace(path)
    except OSError as error:
        raise RecordError(
            f"The change report cannot be written to {folder} ({error.strerror}); make it "
            f"writable, and `samvirke changes --run {run_id}` shows the report meanwhile."
        ) from error
    return paths


def _html(run: RunChanges) -> str:
    made = Environment(autoescape=True, trim_blocks=True, finalize=_clean).from_string(_PAGE)
    return made.render(
        run=vars(run),
        line=_line(run),
        lists=LISTS,
        where=_where,
        quiet=[search for search in run.saved_searches if not search.new],
        nothing=_none_line(run),
    )


def _markdown(run: RunChanges) -> str:
    lines = [f"# Run {run.run}: what changed", "", _plain(_line(run)), "", "## Saved searches", ""]
    for search in run.saved_searches:
        if search.new:
            lines += [f"### {_link(search.name, search.address)}: {search.new} new", ""]
            lines += _news_lines(search)
    if quiet := [_link(one.name, one.address) for one in run.saved_searches if not one.new]:
        lines += [f"Nothing is new to {', '.join(quiet)}.", ""]
    elif not run.saved_searches:
        lines += ["None is saved.", ""]
    for name, heading in LISTS.items():
        found: tuple[Changed, ...] = getattr(run, name)
        if found:
            lines += [f"## {heading} ({len(found)})", "", *map(_changed_line, found), ""]
    if run.problems:
        lines += [f"## Problems ({len(run.problems)})", "", *map(_problem_line, run.problems), ""]
    lines.append(_none_line(run))
    return "\n".join(lines).rstrip() + "\n"


def _none_line(run: RunChanges) -> str:
    """One sentence for all the lists that hold nothing."""
    shown = {**LISTS, "problems": "Problems"}
    empty = [heading.lower() for name, heading in shown.items() if not getattr(run, name)]
    return f"None: {', '.join(empty)}." if empty else ""


def _problem_line(one: ProblemView) -> str:
    parts = (one.stage, one.source_id or "", one.subject, one.advice)
    return f"- {_plain(one.message)} ({_plain(' · '.join(filter(None, parts)))})"


def _news_lines(search: SearchNews) -> list[str]:
    lines = []
    for hit in search.passages:
        lines += [f"{_link(hit.title, hit.address)}, {_plain(_where(hit))}", ""]
        lines += [f"> {_plain(hit.text)}", ""]
    more = search.new - len(search.passages)
    return [*lines, f"And {more} more.", ""] if more > 0 else lines


def _changed_line(one: Changed) -> str:
    note = f" · {one.note}" if one.note else ""
    return f"- {_link(one.title, one.address)} ({_plain(one.label + note)})"


def _json(run: RunChanges) -> str:
    return json.dumps(asdict(run), ensure_ascii=False, indent=2, default=str) + "\n"


def _line(run: RunChanges) -> str:
    ended = f"{run.ended_at:%Y-%m-%d %H:%M}" if run.ended_at else "not ended"
    return f"{run.kind} · {run.status} · {run.started_at:%Y-%m-%d %H:%M} to {ended} (UTC)"


def _where(hit: Any) -> str:
    page = f"p. {hit.page_label} · " if hit.page_label else ""
    return f"{page}{hit.label} · {hit.language}"


def _link(text: str, address: str) -> str:
    return f"[{_plain(text)}](<{address.replace('<', '%3C').replace('>', '%3E')}>)"


def _plain(text: str) -> str:
    """Text as Markdown shows it: on one line, nothing in it read as markup."""
    return _MARKUP.sub(r"\\\1", " ".join(str(_clean(text)).split()))


def _clean(value: Any) -> Any:
    return without_controls(value) if isinstance(value, str) else value


FORMS: Mapping[str, Callable[[RunChanges], str]] = MappingProxyType(
    {"html": _html, "md": _markdown, "json": _json}
)
