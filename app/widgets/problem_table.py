"""The problems of a run as a table: where, what kind, what happened, what to do.

Owns its drawing and what each kind is called on screen; kinds and advice are `kb`'s.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from app import markup
from app.i18n import _
from app.widgets.page import table
from app.widgets.run_report import stage_label
from kb.runs import ProblemView


def problem_table(problems: Sequence[ProblemView]) -> str:
    """HTML of a table: a line for each problem, after how many there are of each kind."""
    kinds = Counter(problem.kind for problem in problems)
    counts = markup.joined(
        [
            f"{markup.plain(kind_label(kind))} <strong>{count}</strong>"
            for kind, count in kinds.most_common()
        ]
    )
    lines = "".join(
        f"<tr><td>{markup.plain(stage_label(problem.stage))}</td>"
        f"<td>{markup.plain(problem.source_id or '–')}</td>"
        f"<td>{markup.plain(kind_label(problem.kind))}</td>"
        f'<td><span class="sv-address">{markup.link(problem.subject)}</span></td>'
        f"<td>{markup.plain(problem.message)}</td>"
        f"<td>{markup.plain(problem.advice)}</td></tr>"
        for problem in problems
    )
    heads = (_("Stage"), _("Source"), _("Kind"), _("What"), _("What happened"), _("What to do"))
    return f"<p>{counts}</p>{table(heads, lines)}"


def kind_label(kind: str) -> str:
    """What a kind of problem is called."""
    return {
        "refused": _("refused address"),
        "robots": _("forbidden by robots.txt"),
        "robots_unread": _("robots.txt not readable"),
        "reserved": _("mining reserved"),
        "unknown_host": _("unknown host"),
        "no_connection": _("connection refused"),
        "tls_failure": _("certificate not sound"),
        "timeout": _("no answer in time"),
        "cut_connection": _("connection broken"),
        "host_down": _("host does not answer"),
        "stalled": _("never came back"),
        "http_error": _("error from the server"),
        "too_many_requests": _("too many requests"),
        "gone": _("gone"),
        "moved": _("moved"),
        "redirect": _("redirected in circles"),
        "too_large": _("too large"),
        "empty_answer": _("empty answer"),
        "bad_encoding": _("letters unreadable"),
        "challenge_page": _("challenge page"),
        "script_shell": _("page drawn by scripts"),
        "login_wall": _("log-in required"),
        "cookie_wall": _("cookie wall"),
        "error_page": _("error page"),
        "not_a_listing": _("not a list"),
        "bad_sitemap": _("faulty sitemap"),
        "bad_oai": _("faulty OAI-PMH answer"),
        "bad_api": _("faulty answer of an interface"),
        "bad_record": _("faulty record"),
        "no_metadata": _("no metadata"),
        "no_match": _("no pattern matches"),
        "trap": _("endless pages"),
        "no_start": _("no start address"),
        "paused": _("outside its hours"),
        "too_few": _("too few publications"),
        "nothing_found": _("nothing found"),
        "too_many": _("more than expected"),
        "unreadable_page": _("page not readable"),
        "unreadable_file": _("file not readable"),
        "partly_read": _("read in part"),
        "other": _("other"),
    }.get(kind, kind.replace("_", " "))
