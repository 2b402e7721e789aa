"""The command-line program `samvirke`: thin over `kb` and `pipeline`.

Owns the program's name, its exit status and how an error is said. Each command is one function in
`pipeline.commands`.
"""

from __future__ import annotations

import os
import sys

import typer

from corpora.errors import CorporaError
from kb.errors import KbError
from pipeline.command_table import Commands
from pipeline.errors import PipelineError

app = typer.Typer(
    name="samvirke",
    cls=Commands,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
INTERRUPTED = 130  # what the command-line library ends with at Ctrl-C, as shells do


@app.callback()
def samvirke() -> None:
    """A living knowledge base of Nordic evidence on collaboration between welfare services."""


def main() -> None:
    """Run the program: exit 0 done, 1 something failed (one sentence on stderr), 2 wrong usage."""
    try:
        app(prog_name="samvirke")
    except (KbError, CorporaError, PipelineError) as error:
        print(f"samvirke: {error}", file=sys.stderr)
        sys.exit(1)
    except BrokenPipeError:  # who reads the output has gone away, as `| head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except OSError as error:
        print(
            f"samvirke: a file could not be read or written ({error}); see that the disk has room "
            "and that the data home is yours to write in.",
            file=sys.stderr,
        )
        sys.exit(1)
    except SystemExit as ending:
        if ending.code != INTERRUPTED:
            raise
        print(
            "samvirke: stopped; what was done so far is kept, and the same command goes on.",
            file=sys.stderr,
        )
        sys.exit(1)
