"""Errors of the corpora package; each message says what was expected, found, where, what to do.

CorporaError
├── CodebookError   the codebook file or a code that is not in it
├── RegistryError   a source description
├── StarterError    starter publications, exemplars, terms
└── ReplicaError    the replica sites: their plan, their files, their server
"""


class CorporaError(Exception):
    """Root of every error raised by `corpora`."""


class CodebookError(CorporaError):
    """The codebook cannot be read, or a code is not in it."""


class RegistryError(CorporaError):
    """A source description cannot be used."""


class StarterError(CorporaError):
    """Starter publications, exemplars or terms cannot be used."""


class ReplicaError(CorporaError):
    """The replica sites cannot be planned, rendered or served."""


class GazetteerError(CorporaError):
    """The gazetteer cannot be used."""
