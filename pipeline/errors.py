"""Errors of the pipeline; each message says what was expected, found, where, what to do.

PipelineError
├── CrawlError     a crawl that could not start or came back with nothing
│   └── CrawlCutShortError  its process ended before its work did; the next run goes on with it
├── ExtractError   a reader that cannot work at all (bad input is quarantined, not raised)
├── CoderError     the machine coder's model is missing or does not fit the codebook
├── InputError     what a person handed to a command
└── RefreshError   a refresh that cannot run (another one is running, a stage failed)
"""


class PipelineError(Exception):
    """Root of every error raised by `pipeline`."""


class CrawlError(PipelineError):
    """A crawl could not start, or a source gave nothing."""


class CrawlCutShortError(CrawlError):
    """A crawl's process ended before its work did; the same run can be gone on with."""


class ExtractError(PipelineError):
    """Extraction cannot work at all; a bad file is quarantined instead."""


class CoderError(PipelineError):
    """The machine coder's model is missing or does not fit the codebook."""


class InputError(PipelineError):
    """What a person handed to a command cannot be used."""


class RefreshError(PipelineError):
    """A refresh cannot run."""
