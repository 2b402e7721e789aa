"""The kinds of problem a run can meet, and for each what to do about it: a closed list.

Owns the names and the advice. What went wrong in one case is the sentence that comes with it; who
meets a problem says which kind it is. Kinds are kept in the record, so a name is never given
another meaning.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal, get_args

ProblemKind = Literal[
    "refused",
    "robots",
    "robots_unread",
    "bad_robots",
    "reserved",
    "paused",
    "unknown_host",
    "no_connection",
    "tls_failure",
    "timeout",
    "cut_connection",
    "host_down",
    "stalled",
    "http_error",
    "too_many_requests",
    "gone",
    "moved",
    "redirect",
    "too_large",
    "empty_answer",
    "bad_encoding",
    "wrong_type",
    "odd_name",
    "challenge_page",
    "script_shell",
    "login_wall",
    "cookie_wall",
    "error_page",
    "not_a_listing",
    "bad_sitemap",
    "bad_oai",
    "bad_api",
    "bad_record",
    "no_metadata",
    "no_match",
    "trap",
    "no_start",
    "too_few",
    "nothing_found",
    "too_many",
    "unreadable_page",
    "unreadable_file",
    "partly_read",
    "other",
]

_BLOCKED = (
    "Ask the publisher to let the crawler in (its name and your contact address stand in every "
    "request), or harvest the source by OAI-PMH, its API or files that you download yourself."
)

ADVICE: Mapping[str, str] = MappingProxyType(
    {
        "refused": (
            "Nothing, unless the address is truly a public one: it leads into a private network "
            "or is no web address; correct the source's patterns if it should not be met at all."
        ),
        "robots": (
            "Leave it, or ask the publisher for leave; narrow the source's patterns so that what "
            "robots.txt forbids is not asked for."
        ),
        "robots_unread": (
            "Wait for the next run; if it stays so, open the site's robots.txt in a browser and "
            "write to the publisher."
        ),
        "bad_robots": (
            "Nothing, or tell the publisher: what can be read of it is kept to, and what is no "
            "robots.txt at all forbids nothing."
        ),
        "paused": (
            "Nothing: the next run goes on; give it more hours with SAMVIRKE_CRAWL_WINDOW or the "
            "source's `crawl.window` if it never comes to its end."
        ),
        "reserved": (
            "Ask the publisher for leave to mine its texts; what people may read can still be "
            "added by hand with `samvirke add`."
        ),
        "unknown_host": (
            "Open the address in a browser; if the site has moved, correct its addresses in "
            "corpora/sources, and if nothing opens, see whether this machine reaches the web."
        ),
        "no_connection": (
            "Wait for the next run; if it stays so, see whether the site answers in a browser "
            "from this network."
        ),
        "tls_failure": (
            "Open the address in a browser: an expired or wrong certificate is the publisher's to "
            "renew, and a missing authority is for this machine's certificate store."
        ),
        "timeout": (
            "Wait for the next run; if it stays so, give the source a longer `crawl.min_delay_s`."
        ),
        "cut_connection": (
            "Wait for the next run, which asks for it again from the beginning; if it stays so, "
            "tell the publisher."
        ),
        "host_down": "Wait for the next run; if it stays so, see whether the site has moved.",
        "stalled": "Run the same command again: it goes on with what is left.",
        "http_error": (
            "Wait for the next run; if it stays so, open the address in a browser and correct the "
            "source's patterns if nobody can open it."
        ),
        "too_many_requests": (
            "Give the source a longer `crawl.min_delay_s`, and let it be crawled at night only."
        ),
        "gone": "Nothing: what was kept of it stays, and it is shown as gone from the site.",
        "moved": (
            "Write the new address into the source's description in corpora/sources, and its "
            "patterns with it."
        ),
        "redirect": "Open the address in a browser and write the one it ends at into the source.",
        "too_large": "Download it yourself and add it with `samvirke add`, if it is a publication.",
        "empty_answer": "Wait for the next run; if it stays so, leave it out by the patterns.",
        "bad_encoding": (
            "Look whether the letters of its text are right (`samvirke search` with a word of "
            "it); if not, add a file of it by hand."
        ),
        "wrong_type": (
            "Nothing, if it is read well: what a file is, is told by its bytes; else open its "
            "address, and narrow the source's patterns if it is no publication."
        ),
        "odd_name": "Nothing: files are kept under their hash, and a name is only shown.",
        "challenge_page": _BLOCKED,
        "script_shell": (
            "Look for a sitemap, OAI-PMH or an API of the site and write it into the source: its "
            "pages are empty without a browser's scripts, which the crawler does not run."
        ),
        "login_wall": (
            "Narrow the source's patterns to what is open to everybody; what you have leave to "
            "use can be added by hand with `samvirke add`."
        ),
        "cookie_wall": _BLOCKED,
        "error_page": (
            "Open the address in a browser: if it shows an error there too, correct the link's "
            "pattern in the source, or wait for the next run."
        ),
        "not_a_listing": (
            "Correct the source's `listing_patterns`: they take in an address that is no page of "
            "links."
        ),
        "bad_sitemap": "Correct the source's `sitemap`; robots.txt of the site often names it.",
        "bad_oai": (
            "Open the address with `?verb=Identify` in a browser and correct `oai` in the source; "
            "wait for the next run if the repository is only down."
        ),
        "bad_api": (
            "Compare the interface's documentation with `api` in the source; wait for the next "
            "run if it is only down."
        ),
        "bad_record": "Look at the record; if the publisher's data is wrong, tell the publisher.",
        "no_metadata": (
            "Open the page in a browser and look where it says its title, authors and year; if it "
            "is no publication, narrow the source's `document_patterns`."
        ),
        "no_match": (
            "Open the page in a browser, compare its links with the source's patterns, and correct "
            "those."
        ),
        "trap": (
            "Narrow the source's `listing_patterns` so that calendars, filters and session "
            "addresses are left out."
        ),
        "no_start": "Add `start_urls`, a `sitemap` or `oai` to the source in corpora/sources.",
        "too_few": (
            "Run `samvirke sources check` for it and correct its patterns; if the publisher "
            "really has less now, say so with `samvirke sources accept`."
        ),
        "nothing_found": (
            "Run `samvirke sources check` for it: the site was rebuilt, or it does not let the "
            "crawler in."
        ),
        "too_many": (
            "Look whether its patterns take in too much; if the publisher really has more now, "
            "say so with `samvirke sources accept`."
        ),
        "unreadable_page": (
            "Nothing for now: the rest goes on without it; the log in the data home says where it "
            "broke, which belongs in a report to the makers of Samvirke."
        ),
        "unreadable_file": (
            "Open the file in its own program; if it is whole there, save it again and add it "
            "with `samvirke add`."
        ),
        "partly_read": "Open the file at the pages named, and add a better copy if there is one.",
        "other": "Read the sentence; the log in the data home says more.",
    }
)


def kinds() -> tuple[str, ...]:
    """Every kind there is, in the order of the list."""
    return get_args(ProblemKind)


def known_kind(kind: str | None) -> str:
    """Return `kind` where it is on the list, else "other": a record is never lost over its name."""
    return kind if kind is not None and kind in ADVICE else "other"


def advise(kind: str | None) -> str:
    """Return what to do about a problem of this kind, as one sentence."""
    return ADVICE[known_kind(kind)]
